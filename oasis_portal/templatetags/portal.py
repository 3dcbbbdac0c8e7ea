"""What the frame of the pages needs: the current place in the menu, minutes. Amounts and dates: `formato`."""

from math import ceil

from django import template
from django.utils.html import format_html

register = template.Library()


@register.filter
def minutos(duracion):
    """A timedelta in whole minutes, rounded up: what is left is never said to be over."""
    return ceil(duracion.total_seconds() / 60)


@register.simple_tag(takes_context=True)
def actual(context, *nombres):
    """`aria-current="page"` on a menu entry when the page shown is one of the URL `nombres`; else nothing."""
    peticion = context.get("request")
    vista = getattr(peticion, "resolver_match", None)
    return format_html(' aria-current="{}"', "page") if vista and vista.view_name in nombres else ""
