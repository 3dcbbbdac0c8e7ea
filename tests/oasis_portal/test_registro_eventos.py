"""What a log line must never carry."""

import logging

import pytest
import structlog

from oasis_portal.registro_eventos import configuracion_logging, tachar_secretos


@pytest.mark.parametrize("nombre", ["clave", "str_pwd_Comercio", "api_key", "password", "token_erp", "Authorization"])
def test_el_valor_de_un_campo_secreto_no_se_escribe(nombre):
    """A key that names a secret loses its value, whoever logged it."""
    assert tachar_secretos(None, "info", {nombre: "marcador-secreto"}) == {nombre: "[oculto]"}


@pytest.mark.parametrize(
    ("linea", "queda"),
    [
        ("GET /cuenta/clave/nueva/MQ/marcador-secreto/", "GET /cuenta/clave/nueva/[oculto]"),
        ("GET /pagos/retorno/marcadorsecreto/?id_comercio=678", "GET /pagos/retorno/[oculto]?id_comercio=678"),
        ("GET /pagos/comprobante/marcadorsecreto/", "GET /pagos/comprobante/[oculto]"),
        ("GET /saldos/?q=1023", "GET /saldos/?q=1023"),
    ],
)
def test_una_direccion_que_es_un_secreto_se_tacha(linea, queda):
    """Whoever reads the log can neither set a password nor see a payment with what it says."""
    assert tachar_secretos(None, "info", {"request": linea})["request"] == queda


def test_tambien_las_lineas_de_las_bibliotecas_pasan_por_el_filtro():
    """Django's own lines (a 404 names its path) go through the same filter as ours."""
    formato = configuracion_logging("INFO")["formatters"]["json"]
    formateador = structlog.stdlib.ProcessorFormatter(
        processors=formato["processors"], foreign_pre_chain=formato["foreign_pre_chain"]
    )
    linea = logging.LogRecord(
        "django.request", logging.WARNING, "", 0, "Not Found: %s", ("/pagos/retorno/marcadorsecreto/",), None
    )
    assert "marcadorsecreto" not in formateador.format(linea)
