"""The simulator as its callers see it: a process of its own and HTTP. Needs neither Django nor the portal."""

import copy
import re
from urllib.parse import urljoin

import requests

from herramientas.procesos import ESPERA_SIMULADOR_S as ESPERA
from herramientas.procesos import Simulador
from herramientas.variables import RAIZ

__all__ = ["CLAVE", "COMERCIO", "ESPERA", "RAIZ", "SERVICIO", "USUARIO", "Pagador", "Proceso", "inicio", "partir"]

COMERCIO, USUARIO, CLAVE, SERVICIO = 678, "demo678", "clave-demo-678", "2701"


class Proceso(Simulador):
    """The simulator's process, with what its own tests ask of it."""

    def iniciar(self, cuerpo=None, **opciones):
        """POST InicioPago with this body (a good one by default)."""
        return self.post("/Apis_CicloPago/api/InicioPago", json=cuerpo or inicio(), **opciones)

    def iniciado(self, referencia="A1", **cambios):
        """A payment that exists; returns the address of its page."""
        datos = self.iniciar(inicio(referencia, **cambios)).json()
        assert datos["int_codigo"] == 1, datos
        return datos["str_url"]

    def verificar(self, referencia="A1", **cambios):
        """The JSON that VerificacionPago answers."""
        respuesta = self.post("/Apis_CicloPago/api/VerificacionPago", json=verificacion(referencia) | cambios)
        assert respuesta.status_code == 200, respuesta.text
        return respuesta.json()

    def registros(self, referencia="A1", **cambios):
        """The records of str_res_pago, each a list of fields."""
        return partir(self.verificar(referencia, **cambios)["str_res_pago"])

    def faltas(self):
        """What the breaches say, oldest first."""
        return [uno["que"] for uno in reversed(self.control("incumplimientos")["incumplimientos"])]


_INICIO = {
    "InformacionPago": {
        "flt_total_con_iva": 12500,
        "flt_valor_iva": 1995.8,
        "str_id_pago": "A1",
        "str_descripcion_pago": "Factura FV 10234",
        "str_email": "ana@ejemplo.com",
        "str_id_cliente": "900123456",
        "str_tipo_id": "3",
        "str_nombre_cliente": "Ferretería El Tornillo",
        "str_apellido_cliente": "-",
        "str_telefono_cliente": "3001234567",
        "str_opcional1": "uno",
        "str_opcional5": "cinco",
    },
    "InformacionSeguridad": {
        "int_id_comercio": COMERCIO,
        "str_usuario": USUARIO,
        "str_clave": CLAVE,
        "int_modalidad": -1,
    },
    "AdicionalesPago": [],
    "AdicionalesConfiguracion": [
        {"int_codigo": 50, "str_valor": SERVICIO},
        {"int_codigo": 104, "str_valor": "http://127.0.0.1:9/retorno/?codigo=x%20y"},
    ],
}


def inicio(referencia="A1", *, configuracion=None, seguridad=None, **informacion):
    """A good InicioPago body, with changes to InformacionPago by name; None takes a key away."""
    cuerpo = copy.deepcopy(_INICIO)
    cuerpo["InformacionPago"] |= {"str_id_pago": referencia} | informacion
    cuerpo["InformacionPago"] = {
        clave: valor for clave, valor in cuerpo["InformacionPago"].items() if valor is not None
    }
    cuerpo["InformacionSeguridad"] |= seguridad or {}
    if configuracion is not None:
        cuerpo["AdicionalesConfiguracion"] = [{"int_codigo": cual, "str_valor": v} for cual, v in configuracion.items()]
    return cuerpo


def verificacion(referencia="A1"):
    """A good VerificacionPago body."""
    return {
        "int_id_comercio": COMERCIO,
        "str_usr_comercio": USUARIO,
        "str_pwd_Comercio": CLAVE,
        "str_id_pago": referencia,
        "int_no_pago": -1,
    }


def partir(texto):
    """The records of a str_res_pago, read by the format rules of the contract alone."""
    return [registro.split("|") for registro in (texto or "").split("|;|") if registro]


class Pagador:
    """A payer at the hosted pages: follows links and sends forms as a browser without JavaScript does."""

    def __init__(self, url):
        self.sesion = requests.Session()
        self.abrir(url)

    def abrir(self, url):
        return self._ver(self.sesion.get(url, timeout=ESPERA))

    def _ver(self, respuesta):
        self.respuesta, self.html, self.url = respuesta, respuesta.text, respuesta.url
        return self

    def enviar(self, **campos):
        """Send the page's form: its hidden fields and these."""
        ocultos = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', self.html))
        return self._ver(self.sesion.post(self.url, data=ocultos | campos, timeout=ESPERA))

    @property
    def titulo(self):
        return re.search(r"<h1>(.*?)</h1>", self.html).group(1)

    def enlace(self, texto):
        """The address of the link with this text."""
        hallado = re.search(rf'<a [^>]*href="([^"]*)"[^>]*>{re.escape(texto)}</a>', self.html)
        assert hallado, f"no hay un enlace «{texto}» en {self.titulo}"
        return urljoin(self.url, hallado.group(1).replace("&amp;", "&"))

    def pagar_con_tarjeta(self, ultimos):
        """From the first page to the result with the test card that ends so."""
        self.enviar(medio="tarjeta")
        self.enviar(numero=f"4111 1111 1111 {ultimos}", titular="Ana", vence="12/30", cvv="123")
        return self.enviar()

    def pagar_con(self, medio, opcion):
        """From the first page to the result with a bank (pse) or a shop (efectivo)."""
        return self.enviar(medio=medio).enviar(opcion=opcion).enviar()
