"""`manage.py check`: a wrong environment is refused by the name of its variable, a right one is clean."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as ajustes
from django.core import checks

from herramientas.calidad import entorno_de_produccion
from herramientas.variables import RAIZ
from oasis_portal import checks as propios
from pagos.models import AcuerdoComercial
from pagos.sonda import carril
from tests.fabricas_pagos import crear_acuerdo


def _desplegar(carpeta: Path, **variables):
    """(exit code, what it says) of `check --deploy` as production runs it."""
    entorno = {**entorno_de_produccion(carpeta), **variables}
    orden = [sys.executable, "-W", "error", "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    hecho = subprocess.run(orden, cwd=RAIZ, env=entorno, capture_output=True, text=True, timeout=60, check=False)
    return hecho.returncode, hecho.stdout + hecho.stderr


def test_un_entorno_de_produccion_correcto_pasa_limpio(tmp_path):
    """A right environment: no error and no warning, ours or Django's."""
    assert _desplegar(tmp_path)[0] == 0


@pytest.mark.parametrize(
    ("variable", "valor"),
    [
        ("DEBUG", "True"),
        ("PORTAL_URL", "http://portal.example"),
        ("ALLOWED_HOSTS", "*"),
        ("DETRAS_DE_PROXY", "False"),
        ("PROXIES_CONFIABLES", "0"),
        ("DATABASE_URL", "sqlite:///base.sqlite3"),
        ("REDIS_URL", ""),
        ("EMAIL_URL", "consolemail://"),
        ("ALERTAS_CORREO", ""),
        ("PERMITIR_PRUEBAS", "1"),
        ("DOBLE_FACTOR", "0"),
        ("PASARELA_ORIGENES", "http://127.0.0.1:9101"),
        ("SONDA_MINUTOS", "16"),
    ],
)
def test_un_entorno_inseguro_se_rechaza_nombrando_la_variable(tmp_path, variable, valor):
    """The message names the variable to change."""
    codigo, texto = _desplegar(tmp_path, **{variable: valor})
    assert codigo == 1
    assert [linea for linea in texto.splitlines() if "oasis." in linea and variable in linea], texto


def test_fuera_de_produccion_no_se_exige_nada_de_produccion():
    """The demo's settings are no error without --deploy."""
    assert [uno for uno in checks.run_checks() if uno.id.startswith("oasis.")] == []


def test_una_pregunta_que_no_cabe_en_su_arriendo_es_un_error(monkeypatch):
    """Another worker would take rows that are still being asked about."""
    assert propios.arriendo_de_la_sonda() == []
    monkeypatch.setattr(carril, "PARA_SALIR", 100)
    assert [uno.id for uno in propios.arriendo_de_la_sonda()] == ["oasis.E001"]


@pytest.mark.django_db
def test_un_acuerdo_que_ya_no_se_puede_usar_se_avisa(settings):
    """A closed origin, a lost key and a test agreement where tests are off: each is named, for `check --database`."""
    acuerdo = crear_acuerdo()
    assert propios.acuerdos_utilizables(databases=["default"]) == []
    settings.PASARELA_ORIGENES = ["https://otra.example"]
    settings.PERMITIR_PRUEBAS = False
    AcuerdoComercial.objects.filter(pk=acuerdo.pk).update(prueba=True, credenciales="ilegible")
    avisos = propios.acuerdos_utilizables(databases=["default"])
    assert [uno.id for uno in avisos] == ["oasis.W014", "oasis.W015", "oasis.W016"]
    assert propios.acuerdos_utilizables(databases=None) == []
    assert ajustes.CLAVES_CIFRADO[0] not in str(avisos)
