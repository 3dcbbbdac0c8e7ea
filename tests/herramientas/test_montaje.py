"""Whoever runs the real portal for a while does it apart from everything else, and leaves nothing."""

import os

import pytest

from herramientas.montaje import Montaje


class _Uno(Montaje):
    nombre = "prueba"

    def __init__(self, terminados, *, fallar=False):
        self._terminados, self._fallar = terminados, fallar

    def _montar(self):
        self.pila.callback(self._terminados.append, "uno")
        if self._fallar:
            raise RuntimeError("no arrancó")
        self.adoptar_entorno(PORTAL_URL="http://127.0.0.1:1")


@pytest.fixture(autouse=True)
def _devolver_el_entorno():
    antes = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(antes)


def test_lo_del_desarrollador_no_llega_y_nada_queda(monkeypatch):
    """A variable of the shell is not seen inside; the folder and what was started are gone afterwards."""
    monkeypatch.setenv("ALLOWED_HOSTS", "del-desarrollador.example")
    terminados = []
    with _Uno(terminados) as montaje:
        assert montaje.carpeta.is_dir()
        assert "ALLOWED_HOSTS" not in os.environ
        assert os.environ["PORTAL_URL"] == montaje.entorno["PORTAL_URL"] == "http://127.0.0.1:1"
        assert len(montaje.entorno["SECRET_KEY"]) >= 50
    assert not montaje.carpeta.exists()
    assert terminados == ["uno"]


def test_lo_que_no_termina_de_arrancar_tampoco_deja_nada():
    """A failure half-way ends what was started and takes the folder away."""
    terminados = []
    montaje = _Uno(terminados, fallar=True)
    with pytest.raises(RuntimeError, match="no arrancó"):
        montaje.__enter__()
    assert terminados == ["uno"]
    assert not montaje.carpeta.exists()
