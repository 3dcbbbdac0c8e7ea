"""Template filters for amounts, dates and days: `{% load formato %}`. What each writes is said in `cartera.formato`."""

from django import template

from cartera import formato

register = template.Library()

for _filtro in (
    formato.dinero,
    formato.fecha_corta,
    formato.fecha_larga,
    formato.hora,
    formato.fecha_hora,
    formato.hora_exacta,
    formato.duracion,
    formato.mora,
    formato.vence,
    formato.mora_al,
    formato.documentos,
):
    register.filter(_filtro.__name__, _filtro)
