"""A port that cannot be used is explained before anything is started."""

import socket

import pytest

from herramientas import puertos
from herramientas.puertos import puerto_libre

pytestmark = pytest.mark.solo_sqlite("the tools never open the database: once is enough")


@pytest.mark.parametrize("texto", ["", "80", "65535", "ocho mil", "-8000", "8000.0", "٨٠٠٠"])
def test_lo_que_no_es_un_puerto_se_rechaza_con_su_variable(texto):
    """Only a number from 1024 to 65534 is taken, and the message names the variable."""
    with pytest.raises(puertos.PuertoNoDisponible, match="PUERTO_X"):
        puertos.leer(texto, variable="PUERTO_X")


def test_un_puerto_bien_escrito_se_lee():
    """Both ends of the range are taken."""
    assert [puertos.leer(texto, variable="X") for texto in ("1024", "65534")] == [1024, 65534]


def test_un_puerto_ocupado_se_dice_con_lo_que_hay_que_hacer():
    """The message names the port, what needs it and the variable that changes it."""
    with socket.create_server(("127.0.0.1", 0)) as ocupado:
        numero = ocupado.getsockname()[1]
        with pytest.raises(puertos.PuertoNoDisponible) as error:
            puertos.exigir_libre(numero, para="el portal", variable="PUERTO")
    assert str(error.value) == (
        f"El puerto {numero}, que necesita el portal, está ocupado. Elija otro: make demo PUERTO=<puerto>"
    )


def test_un_puerto_libre_no_se_queda_tomado():
    """Checking a port leaves it free."""
    numero = puerto_libre()
    puertos.exigir_libre(numero, para="x", variable="X")
    socket.create_server(("127.0.0.1", numero)).close()


def test_dos_puertos_seguidos_estan_libres_los_dos(monkeypatch):
    """A port whose next one is taken is passed over."""
    bueno = puertos.dos_libres()
    with socket.socket() as ocupado:
        ocupado.bind(("127.0.0.1", 0))
        ocupado.listen()
        candidatos = iter([ocupado.getsockname()[1] - 1, bueno])
        monkeypatch.setattr(puertos, "puerto_libre", lambda: next(candidatos))
        assert puertos.dos_libres() == bueno
