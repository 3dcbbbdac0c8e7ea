"""Answers to what went wrong before, or in spite of, a view. None of them needs the database or a session.

429 has no handler in Django: the lockout of the login shows `errores/bloqueado.html`, a view that limits its callers
`errores/429.html`.
"""

# ruff: noqa: ARG001  (Django fixes the signatures of handlers)

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers

from usuarios.caducidad import pagina_de_origen, trata_de_un_pago

# When even the templates or the names of the static files are not there (a half-done deployment).
_MINIMA = """<!doctype html><html lang="es"><meta charset="utf-8"><title>Error del portal</title>
<h1>El portal no puede responder ahora</h1>
<p>Si estaba pagando, no pague de nuevo todavía: mire primero en Mis pagos cuando el portal vuelva.
El portal pregunta a la pasarela por cada pago pendiente, así que ningún pago se pierde.</p>"""


def solicitud_invalida(request, exception):
    """400: the request could not be understood."""
    return _pagina("errores/400.html", 400)


def sin_permiso(request, exception):
    """403: known user, missing permission."""
    return _pagina("errores/403.html", 403)


def formulario_caducado(request, reason=""):
    """403 of the CSRF check (setting `CSRF_FAILURE_VIEW`); the reason is in the log of Django."""
    vista = getattr(request.resolver_match, "func", None)
    contexto = {"volver": pagina_de_origen(request), "sobre_un_pago": trata_de_un_pago(vista)}
    return _pagina("errores/403_csrf.html", 403, contexto)


def no_encontrada(request, exception):
    """404: no such address, or not for this user."""
    return _pagina("errores/404.html", 404)


def direccion_de_formulario():
    """HTML (bytes) for the address of a form that was opened by hand; `middleware` puts it into the 405."""
    return render_to_string("errores/405.html").encode()


def error_interno(request):
    """500: a defect of ours. Answers something even where the templates themselves are what fails."""
    try:
        return _pagina("errores/500.html", 500)
    except Exception:
        return HttpResponse(_MINIMA, status=500)


def _pagina(plantilla, estado, contexto=None):
    respuesta = HttpResponse(render_to_string(plantilla, contexto), status=estado)
    add_never_cache_headers(respuesta)
    return respuesta
