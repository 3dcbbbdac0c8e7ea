"""`manage.py vigilar`: one look at the sonda and the gateways, now; what is wrong, as a table."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext as _n

from cartera.formato import fecha_hora
from pagos import alertas


class Command(BaseCommand):
    """Exit code 1 while an alert is open. It needs neither worker nor beat: their silence is what it tells of."""

    help = (
        "Revisa la sonda y las pasarelas, abre y cierra las alertas, envía sus correos y muestra las que siguen "
        "abiertas. Termina con código 1 si hay alguna. Sirve para el cron de otra máquina: no necesita a Celery."
    )

    def handle(self, **_opciones):
        alertas.vigilar()
        hay = alertas.abiertas()
        if not hay:
            self.stdout.write(_("Sin alertas."))
            return
        filas = [(uno.tipo, fecha_hora(uno.desde), uno.de_que or _("todo el portal"), uno.detalle) for uno in hay]
        anchos = [max(map(len, columna)) for columna in list(zip(*filas, strict=True))[:-1]]
        for *celdas, detalle in filas:
            izquierda = (f"{celda:<{ancho}}" for celda, ancho in zip(celdas, anchos, strict=True))
            self.stdout.write("  ".join([*izquierda, detalle]))
        raise CommandError(_n("%d alerta abierta.", "%d alertas abiertas.", len(hay)) % len(hay))
