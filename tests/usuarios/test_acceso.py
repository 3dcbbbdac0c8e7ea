"""`usuarios.acceso`: the address and the name that attempts are counted by."""

import pytest
from django.test import RequestFactory

from usuarios.acceso import direccion_de, nombre_de_acceso


@pytest.mark.parametrize(
    ("proxies", "cabecera", "esperada"),
    [
        (0, "", "10.0.0.9"),
        (0, "203.0.113.7", "10.0.0.9"),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "1.1.1.1, 203.0.113.7", "203.0.113.7"),
        (2, "1.1.1.1, 203.0.113.7, 10.0.0.1", "203.0.113.7"),
        (2, "203.0.113.7", "10.0.0.9"),
        (1, "", "10.0.0.9"),
        (1, "<script>", "10.0.0.9"),
        (1, "2001:db8::1", "2001:db8::1"),
    ],
)
def test_la_direccion_es_la_que_escribio_el_ultimo_proxy_de_confianza(settings, proxies, cabecera, esperada):
    """What a client writes into X-Forwarded-For is not believed: it would give it endless attempts."""
    settings.PROXIES_CONFIABLES = proxies
    encabezados = {"HTTP_X_FORWARDED_FOR": cabecera} if cabecera else {}
    assert direccion_de(RequestFactory().get("/", REMOTE_ADDR="10.0.0.9", **encabezados)) == esperada


def test_sin_direccion_no_hay_direccion():
    """A Unix socket has no address."""
    assert direccion_de(RequestFactory().get("/", REMOTE_ADDR="")) == ""


def test_el_nombre_se_cuenta_sin_mayusculas_ni_espacios():
    """Spelling the e-mail another way gives no more attempts."""
    peticion = RequestFactory().post("/", {"username": " ANA@ejemplo.co "})
    assert nombre_de_acceso(peticion) == "ana@ejemplo.co"
    assert nombre_de_acceso(peticion, {"username": "Beto@Ejemplo.CO"}) == "beto@ejemplo.co"
    assert nombre_de_acceso(RequestFactory().post("/")) == ""
