"""Django's report of an error of ours: it says where, and shows no value that could be a secret."""

import sys

import pytest
from django.conf import settings as ajustes
from django.views.debug import ExceptionReporter

from tests.arnes import marcas
from tests.fabricas import CLAVE


@pytest.fixture(params=[False, True], ids=["sin depuración", "con depuración"])
def informe(request, rf, settings):
    """What is reported of a view that fails with a posted password and a secret in a variable, as text and HTML."""
    settings.DEBUG = request.param
    peticion = rf.post("/cuenta/entrar/?paso=dos", {"username": "ana@ejemplo.co", "password": CLAVE})
    peticion.COOKIES = {ajustes.SESSION_COOKIE_NAME: marcas.SECRETO_TECLEADO, "otra": marcas.SECRETO_TECLEADO}
    try:
        cuerpo = {"str_pwd_Comercio": marcas.CLAVE_ZONA}
        cuerpo["no existe"]
    except KeyError:
        reportero = ExceptionReporter(peticion, *sys.exc_info())
    return reportero.get_traceback_text() + reportero.get_traceback_html()


def test_no_lleva_ningun_secreto(informe):
    """Neither variables, nor the form, nor cookies, nor settings of ours and of the libraries."""
    assert marcas.buscar(informe) == []


def test_dice_donde_y_con_que(informe):
    """It stays useful: the exception, the line, the names of variables and fields, the address, harmless settings."""
    for texto in ("KeyError", "no existe", "cuerpo", "username", "/cuenta/entrar/", "SONDA_MINUTOS"):
        assert texto in informe


def test_las_direcciones_con_clave_no_se_ven(settings, rf):
    """The address of the broker and of the cache may carry a password."""
    settings.REDIS_URL = settings.CELERY_BROKER_URL = f"redis://:{marcas.SECRETO_TECLEADO}@127.0.0.1/0"
    settings.CACHES = {"default": {"BACKEND": "x", "LOCATION": settings.REDIS_URL}}
    texto = ExceptionReporter(rf.get("/"), ValueError, ValueError("x"), None).get_traceback_text()
    assert "CELERY_BROKER_URL" in texto
    assert marcas.buscar(texto) == []
