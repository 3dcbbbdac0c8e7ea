"""Only known doors: which URLs may be called or sent to."""

import pytest
from hypothesis import given

from pagos.pasarelas.origenes import leer_origen, leer_origenes, origen_permitido
from tests.pagos.pasarelas.textos import cualquier_texto

ZONA = "https://www.zonapagos.com"


def permitido(url, *, origenes=(ZONA, "http://127.0.0.1:9000"), http_local=True):
    return origen_permitido(url, origenes=origenes, permitir_http_local=http_local)


@pytest.mark.parametrize(
    "url",
    [ZONA, f"{ZONA}/", f"{ZONA}/Ciclo_Pago/Pago.aspx?rut=1", f"{ZONA}:443/x", "HTTPS://WWW.ZONAPAGOS.COM/x"],
)
def test_el_mismo_origen_escrito_de_otra_manera_es_el_mismo(url):
    """Scheme, host and port decide; case, default port, path and query do not."""
    assert permitido(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://www.zonapagos.com/x",
        "https://zonapagos.com/x",
        "https://www.zonapagos.com:8443/x",
        "https://www.zonapagos.com.evil.example/x",
        "https://www.zonapagos.com./x",
        "https://evil.example/https://www.zonapagos.com/",
        "https://www.zonapagos.com@evil.example/x",
        "https://evil.example@www.zonapagos.com/x",
        "https://www.zonapagos.com\\@evil.example/x",
        "https:\\\\www.zonapagos.com/x",
        "https://www.zonapagos.com\t/x",
        "https://www.zonapagos.com\n.evil.example/x",
        " https://www.zonapagos.com/x",
        "https://www.zonapagos.com/x y",
        "https://www.zonapagos.com/\x7f",
        "https://www.zonapagоs.com/x",  # a Cyrillic о
        "https://www.zonapagos.com:0/x",
        "https://www.zonapagos.com:99999/x",
        "https://www.zonapagos.com:x/x",
        "//www.zonapagos.com/x",
        "javascript:alert(1)//https://www.zonapagos.com",
        "ftp://www.zonapagos.com/",
        "https:///x",
        "https://[::1/x",
        "",
        "/x",
    ],
)
def test_lo_que_solo_se_parece_a_un_origen_permitido_no_pasa(url):
    """Every known way of making two parsers see two hosts is refused."""
    assert not permitido(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://zonapagоs.com",  # a Cyrillic о
        "https://a\\b",
        "https://a/b\\c",
        "https://a/b c",
        "https://a/\x7f",
        "https://ana@a",
        "https://a:0",
        "https://a:99999",
        "https://:443",
        "ftp://a",
        "a",
    ],
)
def test_lo_que_dos_lectores_leerian_distinto_no_es_un_origen(url):
    """Each sign that has made two parsers see two hosts ends the reading, whatever is allowed."""
    assert leer_origen(url) is None


def test_un_origen_es_esquema_servidor_y_puerto():
    """The default port is the scheme's, the host is in lower case, and an origin may end in a slash."""
    assert leer_origen("HTTP://LocalHost/x?y#z") == ("http", "localhost", 80)
    assert leer_origen("https://a") == ("https", "a", 443)
    assert leer_origen("https://[::1]:8443/") == ("https", "::1", 8443)
    assert leer_origenes(["https://a/", "https://a:443"]) == {("https", "a", 443)}


@pytest.mark.parametrize(
    ("origen", "local"),
    [
        ("http://127.0.0.1:9000", True),
        ("http://localhost:9000", True),
        ("http://[::1]:9000", True),
        ("http://10.0.0.8:9000", False),
        ("http://simulador:9000", False),
    ],
)
def test_http_sin_cifrar_solo_a_la_propia_maquina_y_solo_con_permiso(origen, local):
    """Plain http passes only to loopback, only when it is listed, and only where tests are allowed."""
    assert permitido(f"{origen}/x", origenes=[origen]) is local
    assert not permitido(f"{origen}/x", origenes=[origen], http_local=False)
    assert not permitido(f"{origen}/x", origenes=[ZONA])


@pytest.mark.parametrize(
    "malo", ["www.zonapagos.com", f"{ZONA}/ruta", f"{ZONA}?a=1", f"{ZONA}/#x", "ftp://x", "", "https://a b"]
)
def test_una_lista_de_origenes_mal_escrita_se_rechaza_nombrando_cual(malo):
    """An operator who writes something else than an origin is told which one."""
    with pytest.raises(ValueError, match="no es un origen") as error:
        leer_origenes([ZONA, malo])
    assert f"«{malo}»" in str(error.value)


@given(cualquier_texto())
def test_ningun_texto_hace_caer_al_lector_de_origenes(url):
    """Any text is an origin or None, and only a listed one is allowed."""
    origen = leer_origen(url)
    assert permitido(url) is (origen in leer_origenes([ZONA, "http://127.0.0.1:9000"]))
