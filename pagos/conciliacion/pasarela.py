"""Our pagos against what their gateways say today. It only reads and asks: what differs is told, nothing is mended."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from cartera.dinero import CERO, sumar
from pagos import consulta
from pagos.conciliacion.lotes import por_lotes
from pagos.conciliacion.tipos import Diferencia
from pagos.estados import Estado
from pagos.juicio import Veredicto, juzgar
from pagos.models import Novedad, Pago, SaldoAFavor
from pagos.puerta import Puerta
from pagos.transiciones import esperado

# Requests in flight: gentle, because the sonda asks meanwhile.
EN_VUELO = 8
# What was asked, started or closed less than two rings ago is on its way: the sonda tells it by itself.
EN_CAMINO = timedelta(minutes=15)


@dataclass(kw_only=True)
class Avance:
    """How far the comparison has come."""

    total: int = 0
    preguntados: int = 0
    en_camino: int = 0  # of them, those that the sonda is still following


def diferencias(*, desde, hasta, empresa_id=None, avisar=lambda _avance: None):
    """Yield a Diferencia for each pago started between two moments of which its gateway says something else.

    One that its gateway does not tell about is a difference too: it was not checked. `avisar(Avance)` is called at
    the beginning and after each lot.
    """
    pagos = Pago.objects.filter(creada_en__gte=desde, creada_en__lt=hasta)
    if empresa_id is not None:
        pagos = pagos.filter(empresa_id=empresa_id)
    avance = Avance(total=pagos.count())
    avisar(avance)
    with ThreadPoolExecutor(EN_VUELO, thread_name_prefix="conciliar") as hilos:
        for ids in por_lotes(pagos):
            yield from _comparar_lote(ids, hilos, avance)
            avisar(avance)


def _comparar_lote(ids, hilos, avance):
    pagos = Pago.objects.filter(pk__in=ids).select_related("acuerdo__empresa", "empresa").order_by("pk")
    puertas, tareas = {}, []
    for pago in pagos:
        puerta = puertas.get(pago.acuerdo_id) or puertas.setdefault(pago.acuerdo_id, Puerta(pago.acuerdo))
        tareas.append((pago.pk, puerta.preguntar(pago, hilos)))
    for pago_id, tarea in tareas:
        respuesta = tarea.result()
        # Read after the answer: what was booked meanwhile counts.
        pago = Pago.objects.select_related("acuerdo", "empresa").get(pk=pago_id)
        consulta.contar(pago.acuerdo_id, respuesta)
        avance.preguntados += 1
        faltas = list(_faltas(pago, respuesta))
        if faltas and respuesta.lectura is not None and _en_camino(pago):
            avance.en_camino += 1
        else:
            yield from (_diferencia(pago, *falta) for falta in faltas)


def _en_camino(pago):
    """True for a pago that is still followed and moved or was asked a moment ago."""
    ultima = max(filter(None, (pago.creada_en, pago.ultima_consulta, pago.rechazada_en)))
    return pago.proxima_consulta is not None and timezone.now() - ultima < EN_CAMINO


def _faltas(pago, respuesta):
    """(rule, what the gateway says, what the books say) of each thing that differs."""
    if respuesta.lectura is None:
        yield "pasarela_sin_respuesta", "una respuesta", respuesta.error
        return
    juicio = juzgar(esperado(pago), respuesta.lectura)
    aprobo = juicio.veredicto is Veredicto.APROBADA
    if aprobo and pago.estado != Estado.APROBADA:
        recibido = sumar(SaldoAFavor.objects.filter(pago=pago).values_list("valor", flat=True))
        if recibido < pago.total:  # unless two people have already booked that money as credit
            yield "pasarela_aprobo", Estado.APROBADA.value, pago.estado
    elif pago.estado == Estado.APROBADA and not aprobo:
        yield "pasarela_no_aprobo", juicio.veredicto.name, pago.estado
    elif aprobo:
        yield from _faltas_de_excedentes(pago, juicio)
    if juicio.veredicto is Veredicto.POR_REVISAR and not Novedad.objects.filter(pago=pago).exists():
        yield "pasarela_sin_novedad", "una novedad", "ninguna"


def _faltas_de_excedentes(pago, juicio):
    """What was approved again and stands nowhere."""
    registrados = set(SaldoAFavor.objects.filter(pago=pago).values_list("intento", flat=True))
    faltan = [uno for uno in juicio.excedentes_de(pago.intento) if uno.id[:120] not in registrados]
    if faltan:
        yield "pasarela_aprobo_otra_vez", sumar(uno.valor for uno in faltan), CERO


def _diferencia(pago, regla, dice, hay):
    return Diferencia(
        regla=regla,
        empresa=pago.empresa.nit,
        moneda=pago.moneda,
        sujeto=pago.referencia,
        esperado=dice,
        encontrado=hay,
    )
