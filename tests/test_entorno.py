"""The environment is documented to the letter, and a missing or unsafe value stops the process by name."""

import ast
import json
import os
import subprocess
import sys

import pytest
from cryptography.fernet import Fernet

from herramientas.variables import EJEMPLO, RAIZ, variables_del_portal

_LECTORES = {"secreto", "clave_opcional", "entero", "positivo", "redes", "correos", "nivel_de_registro"}
_BUENA = "k3Jx9_qLw0Zr7TnV-bE5uYh2PsDa8GmCf4RiXo1KtWv6NzAy-LpQjHd0Se"


def _leidas():
    """Variables that the configuration reads, found in its syntax tree."""
    nombres = set()
    for archivo in ("settings.py", "entorno.py"):
        for nodo in ast.walk(ast.parse((RAIZ / "oasis_portal" / archivo).read_text(encoding="utf-8"))):
            if not isinstance(nodo, ast.Call) or not nodo.args or not isinstance(nodo.args[0], ast.Constant):
                continue
            de_env = isinstance(nodo.func, ast.Attribute) and getattr(nodo.func.value, "id", "") == "env"
            if de_env or getattr(nodo.func, "id", "") in _LECTORES:
                nombres.add(nodo.args[0].value)
    return nombres


def _arrancar(tmp_path, *, orden="import oasis_portal.settings", **variables):
    """Load the settings in a process of its own with exactly `variables`; returns (code, everything it wrote)."""
    vacio = tmp_path / "entorno.env"
    vacio.touch()
    entorno = {
        "PATH": os.environ["PATH"],
        "ENTORNO_ARCHIVO": str(vacio),
        "CARPETA_DATOS": str(tmp_path),
        "SECRET_KEY": _BUENA,
        "CLAVES_CIFRADO": Fernet.generate_key().decode(),
        **variables,
    }
    hecho = subprocess.run(
        [sys.executable, "-c", orden],
        cwd=RAIZ,
        env={k: v for k, v in entorno.items() if v is not None},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return hecho.returncode, hecho.stdout + hecho.stderr


def test_env_example_nombra_exactamente_lo_que_se_lee():
    """Every variable that the settings read is in `.env.example`, once, and no other is."""
    documentadas = variables_del_portal()
    assert sorted(documentadas) == sorted(_leidas())


def test_env_example_explica_cada_variable():
    """Each variable, or the group it belongs to, stands right under a comment in prose."""
    prosa, sin_explicar = False, []
    for linea in EJEMPLO.read_text(encoding="utf-8").splitlines():
        if linea.lstrip("# ").partition("=")[0] not in variables_del_portal():
            prosa = linea.startswith("# ") and not linea.startswith("# ---")
        elif not prosa:
            sin_explicar.append(linea)
    assert sin_explicar == []


def test_con_lo_necesario_arranca(tmp_path):
    """The two required variables are enough."""
    codigo, salida = _arrancar(tmp_path)
    assert (codigo, salida) == (0, "")


@pytest.mark.parametrize(
    ("nombre", "valor"),
    [
        ("SECRET_KEY", None),
        ("SECRET_KEY", "cortaynadasegura"),
        ("SECRET_KEY", "a" * 80),
        ("CLAVES_CIFRADO", None),
        ("CLAVES_CIFRADO", "no-es-una-clave"),
        ("CLAVES_CIFRADO", "esta-no,tampoco-esta"),
        ("PORTAL_URL", "portal.sin.esquema"),
        ("PORTAL_URL", "https://portal.example/con/ruta"),
        ("PASARELA_ORIGENES", "https://buena.example,mala"),
        ("LOG_NIVEL", "TODO"),
        ("SONDA_MINUTOS", "0"),
        ("SONDA_MINUTOS", "siete"),
        ("SESION_MINUTOS", "0"),
        ("HILOS_WEB", "1"),
        ("RETENCION_DIAS", "-3"),
        ("METRICAS_PUERTO", "-1"),
        ("METRICAS_CLAVE", "corta-corta-corta-1"),
        ("METRICAS_CLAVE", "con espacios y larga de sobra"),
        ("ALERTAS_CORREO", "operacion@portal.example,sin-arroba"),
        ("ENTORNO_ARCHIVO", "archivo-que-no-esta.env"),
    ],
)
def test_un_valor_que_falta_o_es_inseguro_se_rechaza_por_su_nombre(tmp_path, nombre, valor):
    """The process does not start and names the variable."""
    codigo, salida = _arrancar(tmp_path, **{nombre: valor})
    assert codigo != 0
    assert nombre in salida.splitlines()[-1]
    assert "ImproperlyConfigured" in salida


@pytest.mark.parametrize(
    ("nombre", "valor"),
    [("SECRET_KEY", "cortaynadasegura"), ("CLAVES_CIFRADO", "secreta,fea"), ("METRICAS_CLAVE", "muysecretaybreve")],
)
def test_el_valor_de_un_secreto_rechazado_no_se_escribe(tmp_path, nombre, valor):
    """What is refused may still be a secret: it never appears in the error."""
    _codigo, salida = _arrancar(tmp_path, **{nombre: valor})
    assert not any(parte in salida for parte in valor.split(","))


def test_un_secreto_puede_venir_de_un_archivo(tmp_path):
    """NAME_FILE takes the value from a file, as container platforms hand out secrets."""
    archivo = tmp_path / "clave"
    archivo.write_text(_BUENA, encoding="utf-8")
    codigo, salida = _arrancar(tmp_path, SECRET_KEY=None, SECRET_KEY_FILE=str(archivo))
    assert (codigo, salida) == (0, "")


@pytest.mark.parametrize(
    ("consulta", "distinto"),
    [("", {}), ("?connect_timeout=3&sslmode=require", {"connect_timeout": 3, "sslmode": "require"})],
)
def test_una_base_que_calla_se_nota_y_manda_lo_que_diga_la_url(tmp_path, consulta, distinto):
    """No connection to PostgreSQL waits for ever on a server that went away; what DATABASE_URL says of it wins."""
    codigo, salida = _arrancar(
        tmp_path,
        orden="import json; from oasis_portal.settings import *; print(json.dumps(DATABASES['default']['OPTIONS']))",
        DATABASE_URL=f"postgres://portal@127.0.0.1:5432/portal{consulta}",
    )
    assert codigo == 0, salida
    assert json.loads(salida) == {
        "connect_timeout": 10,
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        "tcp_user_timeout": 60_000,
        **distinto,
    }
