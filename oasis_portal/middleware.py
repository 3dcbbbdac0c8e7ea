"""What every answer of the portal passes, whatever app gave it."""

from oasis_portal.errores_http import direccion_de_formulario


class DireccionDeFormularioMiddleware:
    """A page for whoever opens by hand the address of a form: Django answers 405 with nothing to read."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code == 405 and request.method == "GET" and not response.content:
            response.content = direccion_de_formulario()
        return response
