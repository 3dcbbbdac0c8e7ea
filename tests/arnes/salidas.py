"""Where everything that a portal process puts out passes: log lines, pages, rows, mails, commands, exceptions.

Each `vigilar_*` stands at one of these exits for good and hands what passes to `mirar(texto, donde)`. Used in the
process of the tests and, by `hijo/sitecustomize.py`, in the portal's own processes that a test starts.
"""

import functools
import io
import logging
import zipfile

_ESCRITURAS = ("INSERT", "UPDATE")
SOLAPE = 23  # bytes of one piece looked at again with the next: a marker may be cut in two


def vigilar(mirar):
    """Stand at every exit of a portal process. May be called before Django's settings exist."""
    vigilar_bitacora(mirar)
    vigilar_paginas(mirar)
    vigilar_filas(mirar)
    vigilar_correos(mirar)
    vigilar_ordenes(mirar)


def interponer(clase, nombre, con):
    """Replace method `nombre` of `clase` by one that calls `con(original, self, *args, **kwargs)`."""
    original = getattr(clase, nombre)

    @functools.wraps(original)
    def metodo(self, *args, **kwargs):
        return con(original, self, *args, **kwargs)

    setattr(clase, nombre, metodo)


# --- Log lines ----------------------------------------------------------------------------------------------------
def vigilar_bitacora(mirar):
    """Every line that a logger lets through, written as the portal writes it; and what structlog's tests capture."""
    import structlog

    def pasar(original, logger, registro):
        mirar(_formateador().format(registro), f"la bitácora, logger {registro.name}")
        return original(logger, registro)

    def capturar(original, captura, *args):
        mirar(repr(args[-1]), "la bitácora capturada por una prueba")
        return original(captura, *args)

    interponer(logging.Logger, "callHandlers", pasar)
    interponer(structlog.testing.LogCapture, "__call__", capturar)


@functools.cache
def _formateador():
    """The portal's own formatter: what a line looks like when it leaves."""
    import structlog

    from oasis_portal.registro_eventos import configuracion_logging

    formato = dict(configuracion_logging("DEBUG")["formatters"]["json"])
    del formato["()"]
    return structlog.stdlib.ProcessorFormatter(**formato)


# --- Pages --------------------------------------------------------------------------------------------------------
def vigilar_paginas(mirar):
    """Every response of every request, headers and body, whoever asks: the test client or a real server."""
    from django.core.handlers.base import BaseHandler

    def responder(original, handler, request):
        respuesta = original(handler, request)
        donde = f"la respuesta a {request.method} {request.path}"
        mirar(respuesta.serialize_headers(), f"{donde}, cabeceras")
        tipo = respuesta.get("Content-Type", "")
        if respuesta.streaming:
            respuesta.streaming_content = _mientras_pasa(respuesta.streaming_content, mirar, donde)
        else:
            for texto in textos_de(respuesta.content, tipo):
                mirar(texto, donde)
        return respuesta

    interponer(BaseHandler, "get_response", responder)


def _mientras_pasa(trozos, mirar, donde):
    cola = b""
    for trozo in trozos:
        mirar(cola + trozo, donde)
        cola = trozo[-SOLAPE:]
        yield trozo


def textos_de(contenido, tipo):
    """The texts inside `contenido` (bytes): itself, and for a PDF or an XLSX what a person reads in it."""
    yield contenido
    if contenido.startswith(b"%PDF"):
        import pypdfium2

        with pypdfium2.PdfDocument(contenido) as documento:
            for pagina in documento:
                yield pagina.get_textpage().get_text_range()
    elif "officedocument" in tipo:
        with zipfile.ZipFile(io.BytesIO(contenido)) as libro:
            for nombre in libro.namelist():
                yield libro.read(nombre)


# --- Rows ---------------------------------------------------------------------------------------------------------
def vigilar_filas(mirar):
    """Every value written to any table: events, Novedades, notifications, history, sessions. Nothing is exempt."""
    from django.db.backends.signals import connection_created

    def ejecutar(execute, sql, params, many, context):
        if sql.lstrip()[:6].upper() in _ESCRITURAS:
            mirar("\n".join((sql, *_valores(params))), f"una fila: {' '.join(sql.split()[:3])}")
        return execute(sql, params, many, context)

    def al_conectar(connection, **_):
        if ejecutar not in connection.execute_wrappers:
            connection.execute_wrappers.append(ejecutar)

    connection_created.connect(al_conectar, weak=False)


def _valores(params):
    """The texts among the parameters of a statement, however they are nested."""
    for valor in params.values() if isinstance(params, dict) else params or ():
        if isinstance(valor, str):
            yield valor
        elif isinstance(valor, bytes | bytearray | memoryview):
            yield bytes(valor).decode("utf-8", "replace")
        elif isinstance(valor, list | tuple | dict):
            yield from _valores(valor)
        elif hasattr(valor, "adapted"):  # psycopg's Json
            yield repr(valor.adapted)


# --- Mails and commands -------------------------------------------------------------------------------------------
def vigilar_correos(mirar):
    """Every mail as it is made, before any transport encodes it."""
    from django.core.mail import EmailMessage

    def hacer(original, correo, *args, **kwargs):
        otros = [str(parte) for parte in (*getattr(correo, "alternatives", ()), *correo.attachments)]
        cabeceras = [str(correo.extra_headers), *correo.recipients(), *correo.reply_to]
        mirar("\n".join(map(str, (correo.subject, correo.body, *cabeceras, *otros))), "un correo")
        return original(correo, *args, **kwargs)

    interponer(EmailMessage, "message", hacer)


def vigilar_ordenes(mirar):
    """Everything that a management command prints, to whatever stream."""
    from django.core.management.base import OutputWrapper

    def escribir(original, salida, msg="", *args, **kwargs):
        mirar(str(msg), "lo que imprime una orden de manage.py")
        return original(salida, msg, *args, **kwargs)

    interponer(OutputWrapper, "write", escribir)
