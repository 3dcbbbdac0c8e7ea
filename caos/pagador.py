"""A customer's browser: logs in, chooses documents, pays, comes back. Everything over HTTP, as the pages would."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import requests

from caos.datos import CLAVE

ESPERA_S = 40
INTENTOS = 6
_FORMA = re.compile(r'name="forma" value="(\d+)"')
_OCULTO = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
_ACCION = re.compile(r'<form method="post" action="(http[^"]+)"')
_REFERENCIA = re.compile(r"/pagos/([A-Z0-9]{8,30})/")
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class SinSuerte(Exception):
    """The portal did not answer however often the customer tried: the next payment, then."""


class Pagador:
    """One login. Not shared between threads, except `volver`, which may be asked twice at once."""

    def __init__(self, cartera, *, url, azar, cuenta):
        self.cartera, self.url, self.azar, self._cuenta = cartera, url, azar, cuenta
        self._sesion, self._token = requests.Session(), ""

    def entrar(self):
        """Through the login form."""
        self._guardar_token(self._pedir("GET", "/cuenta/entrar/"))
        self._enviar("/cuenta/entrar/", username=self.cartera.correo, password=CLAVE)
        self._guardar_token(self._pedir("GET", "/pagos/"))  # logging in changes it

    def pagar(self, grupo, ids):
        """Choose these documents of an (empresa, tercero) and press a button; the pago's reference, '' without one."""
        self._enviar("/saldos/vaciar/")
        self._enviar("/saldos/seleccionar/", saldo=ids)
        pagina = self._pedir("GET", f"/pagos/pagar/{grupo[0]}/{grupo[1]}/COP/")
        formas, foto = _FORMA.findall(pagina.text), dict(_OCULTO.findall(pagina.text)).get("foto")
        if pagina.status_code != 200 or not formas or not foto:
            self._cuenta.sumar(f"pagador: sin página de pago ({pagina.status_code})")  # somebody else is paying them
            return ""
        self._guardar_token(pagina)
        datos = {"foto": unescape(foto), "terminos": "on", "datos": "on", "forma": self.azar.choice(formas)}
        respuesta = self._enviar("/pagos/iniciar/", **datos)
        if self.azar.random() < 0.05:  # an impatient finger: the same page again must be the same pago
            otra = self._enviar("/pagos/iniciar/", **datos)
            self._cuenta.sumar("pagador: mismo envío dos veces")
            if _referencia(respuesta) and _referencia(otra) not in ("", _referencia(respuesta)):
                self._cuenta.sumar("DEFECTO: el mismo envío dio dos pagos")
        if not _referencia(respuesta):
            self._cuenta.sumar(f"pagador: no se pudo iniciar ({respuesta.status_code})")
        return _referencia(respuesta)

    def salir(self, referencia):
        """Leave for the gateway; True when its page could be reached (PayU's form is posted, as the browser would)."""
        pagina = self._pedir("GET", f"/pagos/{referencia}/ir/")
        if pagina.status_code != 200:
            return False
        accion = _ACCION.search(pagina.text)
        return accion is None or self._enviar_a_payu(accion.group(1), pagina.text)

    def _enviar_a_payu(self, direccion, html):
        campos = {nombre: unescape(valor) for nombre, valor in _OCULTO.findall(html) if nombre != "csrfmiddlewaretoken"}
        for _intento in range(INTENTOS):
            try:
                # Only the form: the hosted pages behind it are decided through the control.
                llegada = requests.post(direccion, data=campos, timeout=ESPERA_S, allow_redirects=False)
            except requests.RequestException:
                continue
            if llegada.status_code == 303:
                return True
        return False

    def volver(self, direccion):
        """Open the return address."""
        camino = direccion.removeprefix(self.url)
        self._pedir("GET", camino)

    def volver_dos_veces(self, direcciones):
        """Open several addresses at the same moment, in as many tabs."""
        with ThreadPoolExecutor(len(direcciones)) as pestanas:
            list(pestanas.map(self.volver, direcciones))

    def pulsar(self, referencia, boton):
        """*Consultar ahora*, *Continuar* or *Cambiar medio o documentos* of one pago."""
        return self._enviar(f"/pagos/{referencia}/{boton}/")

    def confirmar_en_falso(self, acuerdo_id, referencia):
        """What a forger would send to the address where the gateway reports; it must be refused."""
        datos = {"merchant_id": "508029", "reference_sale": referencia, "value": "1.00", "currency": "COP"}
        datos |= {"state_pol": "4", "transaction_id": "x", "test": "1", "sign": "0" * 64}
        respuesta = self._pedir("POST", f"/pagos/confirmacion/{acuerdo_id}/", data=datos)
        if respuesta.status_code != 403:
            self._cuenta.sumar(f"DEFECTO: una confirmación falsa recibió {respuesta.status_code}")

    def _enviar(self, camino, **datos):
        """POST a form of the portal. Sent again when nobody answered: the customer presses the button again."""
        return self._pedir("POST", camino, data={"csrfmiddlewaretoken": self._token, **datos})

    def _pedir(self, metodo, camino, **opciones):
        for intento in range(INTENTOS):
            try:
                respuesta = self._sesion.request(
                    metodo, self.url + camino, timeout=ESPERA_S, allow_redirects=False, **opciones
                )
            except requests.RequestException:
                self._cuenta.sumar("pagador: el portal no contestó")
            else:
                if respuesta.status_code < 500:
                    return respuesta
                self._cuenta.sumar(f"pagador: el portal contestó {respuesta.status_code}")
            time.sleep(0.2 * 2**intento)
        raise SinSuerte

    def _guardar_token(self, pagina):
        hallado = _TOKEN.search(pagina.text)
        self._token = hallado.group(1) if hallado else self._token


def _referencia(respuesta):
    hallada = _REFERENCIA.search(respuesta.headers.get("Location", ""))
    return hallada.group(1) if hallada else ""
