"""An Empresa's colour in a page: `{% load marca %}`."""

from django import template
from django.urls import reverse

from cartera.colores import hoja_de

register = template.Library()


@register.filter
def hoja_de_color(empresa):
    """Address of the style sheet of an Empresa's colour, '' for one without a colour."""
    if not empresa or not empresa.color:
        return ""
    return reverse("cartera:color", args=[empresa.color[1:], hoja_de(empresa.color).version])
