"""Template words of this app: `{% load pagos %}`. What each says is written in `pagos.presentacion`."""

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from cartera import avisos
from cartera.alcance_personal import limitar
from cartera.formato import dinero, duracion
from pagos import (
    consultas,
    consultas_favores,
    presentacion,
    presentacion_favores,
    presentacion_novedades,
    presentacion_sonda,
)
from pagos.pasarelas.registro import PASARELAS

register = template.Library()

register.filter("documentos_de", presentacion.documentos_de)
register.filter("medio_de_pago", presentacion.medio_de_pago)
register.filter("razon_de_rechazo", presentacion.razon_de_rechazo)
register.filter("preguntaremos", presentacion.preguntaremos)
register.filter("texto_obligatorio", presentacion.texto_obligatorio)
register.filter("texto_obligatorio_traducido", presentacion.texto_obligatorio_traducido)
register.filter("origen_del_favor", presentacion_favores.origen_del_favor)
register.filter("que_se_propone", presentacion_favores.que_se_propone)
register.filter("en_que_se_uso", presentacion_favores.en_que_se_uso)
register.filter("que_se_vio", presentacion_novedades.que_se_vio)
register.filter("resta", consultas_favores.resta)


@register.filter
def en_juego(novedad):
    """The money that hangs on a Novedad, as people read it."""
    return dinero(*presentacion_novedades.en_juego(novedad))


@register.filter
def hace(momento):
    """`hace 3 días`: the age of an aware datetime."""
    return _("hace %s") % duracion(timezone.now() - momento)


@register.filter
def nombre_de_pasarela(clave):
    """What people call a gateway (`zonapagos` -> ZonaPAGOS)."""
    return PASARELAS[clave].etiqueta


@register.simple_tag(takes_context=True)
def avisos_por_ver(context):
    """How many notes of payments made elsewhere wait for the reader."""
    return limitar(avisos.listar(), context.request.user, "saldo__empresa").count()


@register.inclusion_tag("componentes/estado.html")
def estado_de(pago):
    """The state chip of a pago read through `consultas.para_mostrar`."""
    visible = presentacion.estado_visible(pago)
    return {"tipo": visible.tipo, "texto": visible.texto}


@register.inclusion_tag("componentes/estado.html")
def corta_de(estado):
    """The chip of the breaker of an `EstadoAcuerdo`."""
    visible = presentacion_sonda.corta_visible(estado)
    return {"tipo": visible.tipo, "texto": visible.texto}


@register.inclusion_tag("pagos/en_proceso_y_ultimos.html", takes_context=True)
def pagos_en_proceso_y_ultimos(context, ultimos=3):
    """The pagos in process, the last finished ones and the credit of whoever is logged in, for the home page."""
    usuario = context["request"].user
    en_proceso, terminados = consultas.resumen_de(usuario, ultimos=ultimos)
    return {"en_proceso": en_proceso, "terminados": terminados, "favores": consultas.favor_disponible(usuario)}
