"""The witness: stands between the portal and the gateway's API, passes everything on and remembers what passed.

Neither side knows of it, so what the report shows is what really travelled, whoever plays the gateway.
"""

import json
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from zoneinfo import ZoneInfo

import requests

BOGOTA = ZoneInfo("America/Bogota")
# The portal waits 15 seconds: whatever it gave up on is of no interest.
ESPERA_S = 20


@dataclass(frozen=True, kw_only=True)
class Intercambio:
    """One request of the portal and the gateway's answer; bodies are JSON values, or texts that are not JSON."""

    cuando: datetime
    metodo: str
    camino: str
    pedido: object = field(repr=False)
    estado: int
    respuesta: object = field(repr=False)
    ms: int

    @property
    def llamada(self):
        """`InicioPago` or `VerificacionPago`."""
        return self.camino.rsplit("/", 1)[-1]

    @property
    def referencia(self):
        """The id of the payment that the request is about, '' when it names none."""
        if not isinstance(self.pedido, dict):
            return ""
        return str(self.pedido.get("InformacionPago", self.pedido).get("str_id_pago", ""))


class Testigo:
    """Listens on a free port of this machine and passes on to `pasarela` (its origin); ends with `parar`."""

    def __init__(self, pasarela):
        self._pasarela, self._candado, self._vistos = pasarela, threading.Lock(), []
        self._sesion = requests.Session()
        self._servidor = ThreadingHTTPServer(("127.0.0.1", 0), self._puerta())
        self._servidor.daemon_threads = True
        self._hilo = threading.Thread(target=self._servidor.serve_forever, kwargs={"poll_interval": 0.05})
        self._hilo.start()
        self.url = f"http://127.0.0.1:{self._servidor.server_port}"

    def parar(self):
        """Stop listening."""
        self._servidor.shutdown()
        self._hilo.join()
        self._servidor.server_close()
        self._sesion.close()

    def de(self, *referencias, llamada=None):
        """The Intercambios about those payments, oldest first; `llamada` chooses one endpoint."""
        with self._candado:
            vistos = list(self._vistos)
        return [uno for uno in vistos if uno.referencia in referencias and llamada in (None, uno.llamada)]

    def cuantos(self, llamada):
        """How many requests of that endpoint have passed so far, about whatever payment."""
        with self._candado:
            return sum(uno.llamada == llamada for uno in self._vistos)

    def _puerta(testigo):
        class Puerta(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                cuerpo = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                try:
                    estado, tipo, respuesta = testigo._pasar(self.path, dict(self.headers), cuerpo)
                except requests.RequestException:
                    self.close_connection = True  # the gateway broke off: so does the witness
                    return
                self.send_response(estado)
                self.send_header("Content-Type", tipo)
                self.send_header("Content-Length", str(len(respuesta)))
                self.end_headers()
                self.wfile.write(respuesta)

            def log_message(self, *_partes):
                """Nothing on the terminal: what matters is kept."""

        return Puerta

    def _pasar(self, camino, cabeceras, cuerpo):
        inicio, cuando = time.monotonic(), datetime.now(BOGOTA)
        propias = {nombre: valor for nombre, valor in cabeceras.items() if nombre.lower() not in ("host", "connection")}
        respuesta = self._sesion.post(
            self._pasarela + camino, data=cuerpo, headers=propias, timeout=ESPERA_S, allow_redirects=False
        )
        visto = Intercambio(
            cuando=cuando,
            metodo="POST",
            camino=camino,
            pedido=_leer(cuerpo),
            estado=respuesta.status_code,
            respuesta=_leer(respuesta.content),
            ms=round((time.monotonic() - inicio) * 1000),
        )
        with self._candado:
            self._vistos.append(visto)
        return respuesta.status_code, respuesta.headers.get("Content-Type", ""), respuesta.content


def _leer(cuerpo):
    """The JSON value of a body, amounts as Decimal; its text when it is no JSON."""
    texto = cuerpo.decode("utf-8", errors="replace")
    try:
        return json.loads(texto, parse_float=Decimal)
    except ValueError:
        return texto
