"""One driver per gateway: what the contract suite must know of each to put it in front of the simulator.

A new gateway adds its driver here and passes `test_pasarelas.py`; nothing else of the suite changes.
"""

from dataclasses import dataclass
from decimal import Decimal

import requests

from pagos.pasarelas.base import Conexion, Formulario, Orden, Pagador, Pedido
from tests.arnes import marcas

ESPERA = 10
PAGADOR = Pagador(
    tipo_id="NIT",
    numero="900123456",
    dv="8",
    nombre="Ferretería El Tornillo",
    telefono="3001234567",
    correo="ana@ejemplo.com",
)


@dataclass(frozen=True, kw_only=True)
class Banco:
    """How one gateway is reached and what the simulator calls its parts."""

    nombre: str  # in registro.PASARELAS
    consulta: str  # the simulator's name of the endpoint that `consultar` asks
    inicio: str  # of the one that `iniciar` calls; "" when it calls nobody
    rutas: dict[str, str]  # name of url -> path at the simulator
    comercio: str
    cuenta: str
    secretos: dict[str, str]
    clave: str  # which of `secretos` opens the gateway's door
    otro: dict[str, object]  # fields of Conexion that make it another merchant's
    codigo_ajeno: int  # a state code that the contract does not explain
    medio: dict[str, object]  # fields of the simulator's attempt: paid through PSE
    dice_moneda: bool  # whether its answers name the currency

    def conexion(self, origen: str, **cambios) -> Conexion:
        """An agreement with the simulator at `origen`."""
        campos = {
            "urls": {nombre: origen + ruta for nombre, ruta in self.rutas.items()},
            "comercio": self.comercio,
            "cuenta": self.cuenta,
            "secretos": self.secretos,
        }
        return Conexion(**campos | cambios)

    def pedido(self, referencia: str, *, total: str = "119000.00", **cambios) -> Pedido:
        """Something to collect, with IVA."""
        campos = {
            "referencia": referencia,
            "total": Decimal(total),
            "iva": Decimal("19000.00"),
            "base_iva": Decimal("100000.00"),
            "moneda": "COP",
            "descripcion": "Pago de FV 10234 | cuota 1; y otras",
            "pagador": PAGADOR,
            "url_retorno": "http://127.0.0.1:9/retorno/codigo/",
            "url_confirmacion": "http://127.0.0.1:9/confirmacion/",
        }
        return Pedido(**campos | cambios)


def llegar(orden: Orden) -> requests.Response:
    """Do what the payer's browser does with an order: follow the address or post the form."""
    if isinstance(orden, Formulario):
        return requests.post(orden.url, data=dict(orden.campos), timeout=ESPERA)
    return requests.get(orden.url, timeout=ESPERA)


BANCOS = {
    "zonapagos": Banco(
        nombre="zonapagos",
        consulta="VerificacionPago",
        inicio="InicioPago",
        rutas={"api": "/Apis_CicloPago/api"},
        comercio="678",
        cuenta="",
        secretos={"usuario": "demo678", "clave": marcas.CLAVES_DEL_SIMULADOR[678], "codigo_servicio": "2701"},
        clave="clave",
        otro={
            "comercio": "679",
            "secretos": {"usuario": "demo679", "clave": marcas.CLAVES_DEL_SIMULADOR[679], "codigo_servicio": "2702"},
        },
        codigo_ajeno=777,
        medio={"metodo": 29, "datos": {"str_nombre_banco": "Banco Aprueba", "str_codigo_transaccion": "1468228"}},
        dice_moneda=False,
    ),
    "payu": Banco(
        nombre="payu",
        consulta="consultas",
        inicio="",
        rutas={"checkout": "/ppp-web-gateway-payu/", "consultas": "/reports-api/4.0/service.cgi"},
        comercio="508029",
        cuenta="512321",
        secretos={
            "api_key": marcas.API_KEY_PUBLICA,
            "api_login": marcas.API_LOGIN_PUBLICO,
            "algoritmo": "HMAC-SHA256",
        },
        clave="api_key",
        otro={
            "comercio": "508030",
            "cuenta": "512322",
            "secretos": {"api_key": marcas.API_KEY_PAYU, "api_login": marcas.API_LOGIN_PAYU, "algoritmo": "MD5"},
        },
        codigo_ajeno=99,
        medio={"metodo": "PSE", "datos": {"banco": "Banco Aprueba", "cus": "1468228"}},
        dice_moneda=True,
    ),
}
