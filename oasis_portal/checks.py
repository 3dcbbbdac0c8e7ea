"""What `manage.py check` looks at: a deployment that would lose money, mail or secrets is refused, naming the variable.

`check --deploy` reads the settings, `check --database default` the stored agreements as well.
"""

import inspect

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register
from django.db import DatabaseError
from django.utils.translation import gettext as _

from pagos import acuerdos, agenda
from pagos.errores import CifradoInvalidoError
from pagos.models import AcuerdoComercial
from pagos.pasarelas.http import ClienteHttp
from pagos.pasarelas.origenes import origen_permitido
from pagos.sonda import carril

# ACH/PSE asks for a question at least this often (pasarelas.md 1.5).
SONDA_MAXIMO_MINUTOS = 15


@register()
def arriendo_de_la_sonda(**_kwargs):
    """A claimed pago must be answered before its lease ends, even when its question takes as long as it may."""
    tiempos = {nombre: uno.default for nombre, uno in inspect.signature(ClienteHttp).parameters.items()}
    # Broken connections are repeated while `tiempo_conexion` lasts, then one more call may take its whole time.
    pregunta = 2 * tiempos["tiempo_conexion"] + tiempos["tiempo_total"]
    arriendo = int(agenda.ARRIENDO.total_seconds())
    if carril.PARA_SALIR + pregunta < arriendo:
        return []
    return [
        Error(
            _("Un pago reclamado puede tardar %(tarda)s s en responderse y su arriendo dura %(arriendo)s s.")
            % {"tarda": int(carril.PARA_SALIR + pregunta), "arriendo": arriendo},
            hint=_("Baje los tiempos de ClienteHttp o suba agenda.ARRIENDO."),
            id="oasis.E001",
        )
    ]


@register(Tags.security, deploy=True)
def navegador_seguro(**_kwargs):
    """Settings of the public side."""
    return _problemas(
        (settings.DEBUG, Error, "E002", _("DEBUG está encendido: muestra el código y los datos a cualquiera.")),
        (
            not settings.PORTAL_URL.startswith("https://"),
            Error,
            "E003",
            _("PORTAL_URL no es https: las sesiones y los pagos viajarían sin cifrar."),
        ),
        (
            not settings.DOBLE_FACTOR,
            Error,
            "E018",
            _("DOBLE_FACTOR está apagado: el personal entraría con la contraseña sola."),
        ),
        ("*" in settings.ALLOWED_HOSTS, Error, "E004", _("ALLOWED_HOSTS admite cualquier nombre («*»).")),
        (
            settings.SECURE_SSL_REDIRECT and not settings.SECURE_PROXY_SSL_HEADER,
            Warning,
            "W005",
            _("DETRAS_DE_PROXY está apagado: detrás de un proxy con https, cada página redirigiría a sí misma."),
        ),
        (
            settings.SECURE_PROXY_SSL_HEADER and not settings.PROXIES_CONFIABLES,
            Warning,
            "W006",
            _("PROXIES_CONFIABLES es 0 detrás de un proxy: todos los clientes tendrían la dirección del proxy."),
        ),
    )


@register(Tags.security, deploy=True)
def servicios_de_produccion(**_kwargs):
    """What production stands on: PostgreSQL, Redis and mail."""
    motor = settings.DATABASES["default"]["ENGINE"]
    return _problemas(
        (
            not motor.endswith("postgresql"),
            Error,
            "E007",
            _("DATABASE_URL no es de PostgreSQL: la base embebida es para demostraciones."),
        ),
        (
            not settings.REDIS_URL,
            Error,
            "E008",
            _("REDIS_URL falta: varios procesos no pueden compartir el buzón ni la memoria intermedia."),
        ),
        (
            not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"),
            Error,
            "E009",
            _("EMAIL_URL no es de un servidor de correo: nadie recibiría comprobantes ni enlaces."),
        ),
        (
            not settings.ALERTAS_CORREO,
            Warning,
            "W017",
            _("ALERTAS_CORREO está vacío: nadie se enteraría de que la sonda no corre o una pasarela no responde."),
        ),
    )


@register(Tags.security, deploy=True)
def recaudo_de_verdad(**_kwargs):
    """Gateways reached in earnest, over https, and asked often enough."""
    inseguros = [origen for origen in settings.PASARELA_ORIGENES if not origen.startswith("https://")]
    return _problemas(
        (
            settings.PERMITIR_PRUEBAS,
            Error,
            "E010",
            _("PERMITIR_PRUEBAS está encendido: se podría pagar de mentira."),
        ),
        (bool(inseguros), Error, "E011", _("PASARELA_ORIGENES admite http: %s.") % ", ".join(inseguros)),
        (
            settings.SONDA_MINUTOS > SONDA_MAXIMO_MINUTOS,
            Error,
            "E012",
            _("SONDA_MINUTOS pasa de %s: ACH/PSE exige preguntar más seguido.") % SONDA_MAXIMO_MINUTOS,
        ),
    )


def _problemas(*filas):
    """The messages of the rows whose first item is true: (wrong, class, number, sentence)."""
    return [clase(texto, id=f"oasis.{numero}") for malo, clase, numero, texto in filas if malo]


@register(Tags.database)
def acuerdos_utilizables(databases=None, **_kwargs):
    """Agreements in force that could not be used with the present variables. Warnings: `migrate` runs this as well."""
    if not databases:
        return []
    try:
        activos = list(
            AcuerdoComercial.objects.filter(activo=True, hasta__gte=acuerdos.hoy()).select_related("empresa")
        )
    except DatabaseError:
        # Before the first migration, or of the next one: there is nothing to look at yet.
        return []
    return [aviso for acuerdo in activos for aviso in _avisos_de(acuerdo)]


def _avisos_de(acuerdo):
    try:
        acuerdo.secretos()
    except CifradoInvalidoError:
        yield Warning(_("CLAVES_CIFRADO no abre las credenciales de «%s».") % acuerdo, id="oasis.W014")
    for nombre, url in acuerdo.urls.items():
        if not origen_permitido(
            url, origenes=settings.PASARELA_ORIGENES, permitir_http_local=settings.PERMITIR_PRUEBAS
        ):
            yield Warning(
                _("PASARELA_ORIGENES no admite la dirección «%(nombre)s» de «%(acuerdo)s».")
                % {"nombre": nombre, "acuerdo": acuerdo},
                id="oasis.W015",
            )
    if acuerdo.prueba and not settings.PERMITIR_PRUEBAS:
        yield Warning(
            _("«%s» es de prueba y PERMITIR_PRUEBAS está apagado: nadie puede pagar con él.") % acuerdo, id="oasis.W016"
        )
