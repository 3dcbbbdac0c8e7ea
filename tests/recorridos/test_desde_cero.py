"""From an empty database, `migrate` and the commands of an operator alone lead to an approved, booked payment."""

import html
import json
import re
from urllib.parse import urljoin

import pytest
import requests
from django.db import connection

from tests.recorridos.procesos import Portal, entorno, manage
from tests.simulador.apoyo import CLAVE, COMERCIO, SERVICIO, USUARIO

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]

CLAVE_DE_ANA = "Ferreteria-en-linea-26"
_COLUMNAS = (
    "empresa_nit;tercero_tipo;tercero_numero;tercero_nombre;organizacion_numero;documento;numero;ubicacion;cuota;"
    "fecha;vencimiento;moneda;valor;iva;saldo"
)
_CLIENTE = "900123456-8;NIT;901555001;Ferretería El Tornillo S.A.S.;901555001"
SALDOS = f"""\
{_COLUMNAS}
{_CLIENTE};FV;FE10234;;1;15/01/2026;14/02/2026;COP;119000,50;19000,08;119000,50
{_CLIENTE};FV;FE10235;;1;15/01/2026;14/02/2026;COP;50000;0;50000
"""
USUARIOS = """\
email,nombre,apellido,tercero_tipo,tercero_numero,organizacion_numero
ana@ejemplo.co,Ana,,NIT,901555001,901555001
"""


@pytest.fixture
def base_vacia(tmp_path):
    """Address of a database of the run's kind, in which nothing exists yet."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path / 'cero.sqlite3'}"
        return
    propia = connection.settings_dict["NAME"]
    nueva = f"{propia}_cero"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{nueva}"')
        cursor.execute(f'CREATE DATABASE "{nueva}"')
    yield entorno()["DATABASE_URL"].replace(f"/{propia}", f"/{nueva}")
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{nueva}" WITH (FORCE)')


class Operador:
    """Runs commands on that database and expects each to end well."""

    def __init__(self, base, carpeta):
        self.variables = {"DATABASE_URL": base, "CARPETA_DATOS": str(carpeta / "datos"), "CLAVE_ANA": CLAVE_DE_ANA}
        self.carpeta = carpeta

    def archivo(self, nombre, contenido):
        """Path of a file with that content."""
        (self.carpeta / nombre).write_text(contenido, encoding="utf-8-sig")
        return str(self.carpeta / nombre)

    def ordenar(self, *palabras, codigo=0):
        """What the command printed."""
        obtenido, salida = manage(*palabras, **self.variables)
        assert obtenido == codigo, salida
        return salida

    def instalar(self, simulador):
        """What an operator types on a new machine."""
        self.ordenar("migrate", "--verbosity", "0")
        self.ordenar(
            *("configurar_empresa", "--nit", "900123456-8", "--nombre", "Distribuidora Andina S.A.S."),
            *("--direccion", "Calle 10 # 20-30, Bogotá", "--telefono", "601 555 0100"),
            *("--correo", "cartera@andina.example", "--terminos", "https://andina.example/terminos"),
            *("--datos", "https://andina.example/datos", "--reembolsos", "https://andina.example/reembolsos"),
        )
        self.ordenar("importar_saldos", self.archivo("saldos.csv", SALDOS))
        self.ordenar("importar_usuarios", self.archivo("usuarios.csv", USUARIOS), "--clave", "env:CLAVE_ANA")
        self.ordenar(
            *("configurar_acuerdo", "--empresa", "900123456", "--pasarela", "zonapagos", "--prueba"),
            *("--url", f"api={simulador.url}/Apis_CicloPago/api", "--boton", "PSE"),
            *("--credencial", f"comercio={COMERCIO}", "--credencial", f"usuario={USUARIO}"),
            *("--credencial", f"clave={CLAVE}", "--credencial", f"codigo_servicio={SERVICIO}"),
        )


class Navegante:
    """Ana's browser without JavaScript: reads pages and sends their forms over HTTP."""

    def __init__(self, url):
        self.url, self.sesion = url, requests.Session()

    def ver(self, camino):
        """The page at that path."""
        return self._texto(self.sesion.get(urljoin(self.url, camino), timeout=30, allow_redirects=True))

    def enviar(self, camino, pagina, **campos):
        """Send a form of `pagina` to that path, with its hidden token; the page that follows."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', pagina).group(1)
        datos = {"csrfmiddlewaretoken": token, **campos}
        return self._texto(self.sesion.post(urljoin(self.url, camino), data=datos, timeout=30))

    def _texto(self, respuesta):
        assert respuesta.status_code == 200, f"{respuesta.url}: {respuesta.status_code}"
        return html.unescape(respuesta.text)

    def iniciar_pago(self):
        """From the login to the page that leads to the gateway; the referencia of the pago."""
        entrada = self.ver("/cuenta/entrar/")
        self.enviar("/cuenta/entrar/", entrada, username="ana@ejemplo.co", password=CLAVE_DE_ANA)
        lista = self.ver("/saldos/")
        assert "FE10234" in lista
        casilla = re.compile(r'name="saldo" value="([0-9]+)"')
        (fila,) = {uno for parte in lista.split("<tr") if "FE10234" in parte for uno in casilla.findall(parte)}
        elegida = self.enviar("/saldos/seleccionar/", lista, saldo=fila)
        pagar = re.search(r'href="(/pagos/pagar/[^"]+)"', elegida).group(1)
        forma = self.ver(pagar)
        campos = {
            nombre: re.search(patron, forma).group(1)
            for nombre, patron in (
                ("foto", r'name="foto" value="([^"]+)"'),
                ("forma", r'name="forma" value="([0-9]+)"'),
            )
        }
        camino = self.enviar("/pagos/iniciar/", forma, terminos="on", datos="on", **campos)
        assert "Vamos a la página de la pasarela" in camino
        assert re.search(
            r'http-equiv="refresh" content="0;url=http://127\.0\.0\.1:[0-9]+/Ciclo_Pago/Pago\.aspx', camino
        )
        return re.search(r'href="/pagos/([A-Z0-9]{16})/', self.ver("/pagos/")).group(1)


def test_de_la_base_vacia_al_pago_contabilizado(base_vacia, proceso_simulador, tmp_path):
    """Install by commands, pay over HTTP, resolve at the gateway, ask, acknowledge: balance 0 and books in balance."""
    operador = Operador(base_vacia, tmp_path)
    operador.instalar(proceso_simulador)
    portal = Portal(**operador.variables)
    try:
        ana = Navegante(portal.url)
        referencia = ana.iniciar_pago()
        proceso_simulador.control(f"pagos/{referencia}/estado", {"estado": "aprobada"})
        sondeo = operador.ordenar("sondear", "--todos")
        assert re.search(r"aprobados +1\n", sondeo), sondeo
        saldos = ana.ver("/saldos/")
        assert "FE10234" not in saldos
        assert "FE10235" in saldos
        assert "FE10234" in ana.ver(f"/pagos/{referencia}/")
    finally:
        portal.matar()
    acuse = operador.archivo("acuse.csv", f"referencia\n{referencia}\n")
    assert "1 filas contabilizadas (1 líneas)" in operador.ordenar("acusar_pagos", acuse)
    libros = json.loads(operador.ordenar("conciliar", "--formato", "json"), parse_float=str)
    assert libros["diferencias"] == []
    (total,) = libros["totales"]
    assert (total["recibido"], total["abonos"], total["diferencia"]) == ("119000.50", "119000.50", "0.00")
    # The ERP's old file again: the balance stays 0.
    assert "2 sin cambios" in operador.ordenar("importar_saldos", str(tmp_path / "saldos.csv"))
    assert proceso_simulador.faltas() == []
