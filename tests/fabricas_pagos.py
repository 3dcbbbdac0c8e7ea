"""Agreements, pagos and gateway answers for tests; each test names only what it is about."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import count

from django.utils import timezone

from cartera.parcial import Parte
from cartera.seleccion import Linea
from pagos import acuerdos, propuesta, servicios, transiciones
from pagos.models import AcuerdoComercial, FormaPago, Pago
from pagos.pasarelas.base import EstadoIntento, Intento, Lectura, Metodo, Redireccion
from tests.arnes import marcas
from tests.fabricas import crear_cliente
from tests.fabricas_cartera import crear_empresa, crear_saldo
from tests.simulador.payu import apoyo as payu

_siguiente = count(1)
COMERCIO = "678"
URL_API = "https://www.zonapagos.com/Apis_CicloPago/api"
SECRETOS = {"usuario": marcas.USUARIO_ZONA, "clave": marcas.CLAVE_ZONA, "codigo_servicio": "2701"}
URL_PAGO = "https://www.zonapagos.com/Ciclo_Pago/Pago.aspx?rut=abc"


def crear_acuerdo(empresa=None, **campos):
    """A real ZonaPAGOS agreement in force."""
    datos = {
        "pasarela": "zonapagos",
        "comercio": COMERCIO,
        "urls": {"api": URL_API},
        "desde": date(2020, 1, 1),
        "hasta": date(2099, 12, 31),
        # Tests of other things must not wait for turns; what keeps the limits has tests of its own.
        "limite_en_vuelo": 64,
        "limite_por_segundo": 10_000,
    }
    secretos = campos.pop("secretos", SECRETOS)
    acuerdo = AcuerdoComercial(empresa=empresa or crear_empresa(), **{**datos, **campos})
    return acuerdos.guardar(acuerdo, secretos=secretos)


def acuerdo_payu(empresa, base, *, algoritmo="HMAC-SHA256", **campos):
    """A test agreement with the simulated PayU at origin `base`."""
    datos = {
        "pasarela": "payu",
        "comercio": str(payu.COMERCIO),
        "cuenta": payu.CUENTA,
        "prueba": True,
        "urls": {"checkout": base + payu.RAIZ, "consultas": base + payu.CONSULTAS},
        "secretos": {"api_key": payu.LLAVE, "api_login": payu.LOGIN, "algoritmo": algoritmo},
    }
    return crear_acuerdo(empresa, **datos | campos)


def crear_forma(acuerdo=None, **campos):
    """A button that leads to `acuerdo`."""
    return FormaPago.objects.create(
        acuerdo=acuerdo or crear_acuerdo(), **{"etiqueta": f"PSE {next(_siguiente)}", **campos}
    )


def aceptacion():
    """Terms accepted just now."""
    return servicios.Aceptacion(version="1", cuando=timezone.now(), ip="127.0.0.1")


def foto_de(usuario, saldos, *, paga=None, razon="OTRO", nota=""):
    """What a page showed of `saldos` (one group), read back from its signature; `paga`: Decimal for each, or all.

    `razon` and `nota` go with what is paid in part.
    """
    lineas = tuple(_linea(saldo, paga or saldo.saldo, razon, nota) for saldo in saldos)
    primera = saldos[0]
    oferta = propuesta.Propuesta(empresa=primera.empresa, tercero=primera.tercero, moneda=primera.moneda, lineas=lineas)
    return propuesta.leer(propuesta.firmar(oferta, usuario), usuario)


def _linea(saldo, paga, razon, nota):
    en_parte = {"razon": razon, "nota": nota} if paga != saldo.saldo else {}
    return Linea(saldo, Parte(paga=paga, **en_parte))


def permitir_parcial(empresa, regla="MONTO", minimo="0.01"):
    """The empresa takes partial payments from `minimo` on; returns it."""
    empresa.abono_parcial, empresa.abono_minimo = regla, Decimal(minimo)
    empresa.save(update_fields=["abono_parcial", "abono_minimo"])
    return empresa


def crear_pago(*saldos, usuario=None, forma=None, paga=None, estado="PENDIENTE", **por_que):
    """A pago of `saldos` (a new one if none), as the checkout leaves it: CREADA, or PENDIENTE and not yet opened.

    `paga` (Decimal): of each saldo, whose empresa is made to take it; `por_que`: its `razon` and `nota`.
    """
    saldos = list(saldos) or [crear_saldo()]
    if paga is not None:
        permitir_parcial(saldos[0].empresa)
    usuario = usuario or crear_cliente(tercero=saldos[0].tercero)
    forma = forma or crear_forma(crear_acuerdo(saldos[0].empresa))
    foto = foto_de(usuario, saldos, paga=paga, **por_que)
    pago = servicios._registrar(foto=foto, forma=forma, usuario=usuario, aceptacion=aceptacion(), idioma="es-co")
    if estado == "PENDIENTE":
        pago = transiciones.a_pendiente(pago.pk, Redireccion(url=URL_PAGO)).pago
    return pago


def intento(pago, estado=EstadoIntento.APROBADO, **campos):
    """What ZonaPAGOS would say of one attempt to pay exactly what `pago` asks."""
    datos = {
        "id": f"{pago.referencia}-1",
        "codigo": {"APROBADO": "1", "RECHAZADO": "1000", "PENDIENTE": "999", "SIN_ABRIR": "888"}.get(estado.name, "?"),
        "referencia": pago.referencia,
        "comercio": None,
        "valor": pago.total,
        "total": pago.total,
        "fecha": timezone.now().replace(microsecond=0),
        "metodo": Metodo.PSE,
        "cus": "1468228",
        "banco": "BANCO UNION",
    }
    return Intento(**{**datos, "estado": estado, **campos})


def lectura(pago, *intentos, **campos):
    """An answer with these attempts; with none, one approval."""
    datos = {"intentos": intentos or (intento(pago),), "conocida": True, "cruda": "respuesta"}
    return Lectura(referencia=pago.referencia, **{**datos, **campos})


def aprobada(pago, **campos):
    """The gateway says: paid."""
    return lectura(pago, intento(pago, **campos))


def rechazada(pago):
    """The gateway says: rejected, and closed."""
    return lectura(pago, intento(pago, EstadoIntento.RECHAZADO))


def esperando(pago, **campos):
    """The gateway says: waiting for the bank."""
    return lectura(pago, intento(pago, EstadoIntento.PENDIENTE, **campos), cerrada=False)


def sin_abrir(pago):
    """The gateway knows it, nobody opened it."""
    return lectura(pago, intento(pago, EstadoIntento.SIN_ABRIR, metodo=None, cus="", banco=""), cerrada=False)


def nada(pago):
    """The gateway finds nothing under this reference."""
    return Lectura(referencia=pago.referencia)


def envejecer(pago, **delta):
    """Move a pago's own times into the past, as if it had been started that long ago."""
    atras = timedelta(**delta)
    campos = ("creada_en", "pendiente_en", "rechazada_en")
    pago = Pago.objects.get(pk=pago.pk)
    valores = {campo: getattr(pago, campo) - atras for campo in campos if getattr(pago, campo)}
    Pago.objects.filter(pk=pago.pk).update(**valores)
    return Pago.objects.get(pk=pago.pk)


def pesos(texto):
    """Decimal of an amount written for people: '1.254.300'."""
    return Decimal(texto.replace(".", ""))


def cerrar_en_revision(novedad, *, confirmo, resolucion="Verificado con el banco"):
    """The second person confirms the proposal that stands now; returns the Resultado."""
    novedad.refresh_from_db()
    return transiciones.cerrar_en_revision(
        novedad.pk, confirmo=confirmo, resolucion=resolucion, propuesta_en=novedad.propuesta_en
    )
