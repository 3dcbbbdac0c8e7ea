"""A merchant of PayU: the form it makes and the place where it takes confirmations. It signs with its own code."""

import hashlib
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from tests.simulador.apoyo import ESPERA, Pagador

LLAVE, COMERCIO, CUENTA, LOGIN = "4Vj8eK4rloUd272L48hsrarnUA", 508029, "512321", "pRRXKOl8ikMmt9u"
RAIZ = "/ppp-web-gateway-payu/"
CONSULTAS = "/reports-api/4.0/service.cgi"


def md5(*partes):
    """The MD5 signature of these parts after the apiKey."""
    return hashlib.md5("~".join([LLAVE, *map(str, partes)]).encode(), usedforsecurity=False).hexdigest()


def formulario(referencia="P1", *, firmar=True, sin=(), **cambios):
    """A good WebCheckout form, with changes by name, signed after them."""
    datos = {
        "merchantId": str(COMERCIO),
        "accountId": CUENTA,
        "description": "Factura FV 10234",
        "referenceCode": referencia,
        "amount": "20000.50",
        "tax": "3193.36",
        "taxReturnBase": "16807.14",
        "currency": "COP",
        "test": "0",
        "buyerEmail": "ana@ejemplo.com",
        "buyerFullName": "Ana",
        "responseUrl": "http://127.0.0.1:9/respuesta/?codigo=x",
        "confirmationUrl": "http://127.0.0.1:9/confirmacion/",
        "lng": "es",
        "extra1": "uno",
        "signature": "0" * 32,
    } | cambios
    if firmar:
        datos["signature"] = md5(datos["merchantId"], datos["referenceCode"], datos["amount"], datos["currency"])
    return {nombre: valor for nombre, valor in datos.items() if nombre not in sin}


def enviar(simulador, **cambios):
    """A payer whose browser has sent the form."""
    pagador = Pagador(f"{simulador.url}/control/")
    return pagador._ver(pagador.sesion.post(simulador.url + RAIZ, data=formulario(**cambios), timeout=ESPERA))


def consultar(simulador, referencia="P1", **cabeceras):
    """The answer of the Queries API, as a response."""
    cuerpo = {
        "test": False,
        "language": "es",
        "command": "ORDER_DETAIL_BY_REFERENCE_CODE",
        "merchant": {"apiLogin": LOGIN, "apiKey": LLAVE},
        "details": {"referenceCode": referencia},
    }
    return simulador.post(CONSULTAS, json=cuerpo, headers={"Accept": "application/json"} | cabeceras)


def ordenes(simulador, referencia="P1"):
    """The orders under a reference."""
    datos = consultar(simulador, referencia).json()
    assert datos["code"] == "SUCCESS", datos
    return (datos["result"] or {}).get("payload") or []


def parametros(url):
    """The query string as name -> value."""
    return {nombre: valores[0] for nombre, valores in parse_qs(urlsplit(url).query, keep_blank_values=True).items()}


class Receptor:
    """Where the merchant takes confirmations. It answers each with the next of `estados`, else 200."""

    def __init__(self):
        self.recibidas, self.estados, self.cuerpo = [], [], b""
        receptor = self

        class Manejador(BaseHTTPRequestHandler):
            def do_POST(self):
                crudo = self.rfile.read(int(self.headers["Content-Length"])).decode()
                campos = {nombre: valores[0] for nombre, valores in parse_qs(crudo, keep_blank_values=True).items()}
                campos["Content-Type"] = self.headers["Content-Type"]
                receptor.recibidas.append(campos)
                self.send_response(receptor.estados.pop(0) if receptor.estados else 200)
                self.send_header("Content-Length", str(len(receptor.cuerpo)))
                self.end_headers()
                self.wfile.write(receptor.cuerpo)

            def log_message(self, *_argumentos):
                """Quiet."""

        self._servidor = ThreadingHTTPServer(("127.0.0.1", 0), Manejador)
        self._hilo = threading.Thread(target=self._servidor.serve_forever, args=(0.02,), daemon=True)
        self._hilo.start()
        self.url = f"http://127.0.0.1:{self._servidor.server_port}/confirmacion/"

    def esperar(self, cuantas, *, segundos=ESPERA):
        """The confirmations received, once there are so many."""
        tope = time.monotonic() + segundos
        while len(self.recibidas) < cuantas:
            assert time.monotonic() < tope, f"llegaron {len(self.recibidas)} de {cuantas}"
            time.sleep(0.01)
        return self.recibidas

    def cerrar(self):
        self._servidor.shutdown()
        self._servidor.server_close()
        self._hilo.join()
