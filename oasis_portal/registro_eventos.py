"""Logs: one JSON object per line, through structlog, with secrets struck out by name as a last defence."""

import functools
import logging
import re

import structlog

# Any event key that contains one of these never reaches a log line with its value.
_SECRETOS = ("clave", "password", "secreto", "token", "api_key", "pwd", "cookie", "authorization", "credencial")

_TACHADO = "[oculto]"

# Addresses that are themselves a secret: whoever reads the line could set a password or see a payment.
_CAMINOS_SECRETOS = re.compile(r"(/cuenta/clave/nueva/|/pagos/retorno/|/pagos/comprobante/)[^\s?\"']+")


def tachar_secretos(_logger, _metodo, evento):
    """structlog processor: strike out the value of every key that names a secret, and every address that is one."""
    for nombre, valor in evento.items():
        if _es_secreto(nombre):
            evento[nombre] = _TACHADO
        elif isinstance(valor, str) and "/" in valor:
            evento[nombre] = _CAMINOS_SECRETOS.sub(rf"\1{_TACHADO}", valor)
    return evento


@functools.lru_cache(maxsize=1024)
def _es_secreto(nombre):
    return any(palabra in nombre.lower() for palabra in _SECRETOS)


_PREVIOS = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    tachar_secretos,
]


def configurar_structlog(nivel):
    """Send structlog through the standard library, so that libraries' lines and ours share one format.

    Below `nivel` (a standard level name) a line is not even made.
    """
    # No line says from which file it came, and looking for it was a third of what a line cost (the "Optimization"
    # section of Python's logging HOWTO).
    logging._srcfile = None
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_PREVIOS,
            structlog.processors.StackInfoRenderer(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(nivel)),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def configuracion_logging(nivel):
    """The LOGGING dictionary: JSON lines on standard error at `nivel` (a standard level name)."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _PREVIOS,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    structlog.processors.JSONRenderer(ensure_ascii=False),
                ],
            }
        },
        "handlers": {"consola": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["consola"], "level": nivel},
        "loggers": {"django.server": {"handlers": ["consola"], "level": nivel, "propagate": False}},
    }
