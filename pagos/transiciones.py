"""The only writer of a pago's `estado` and of its details' `abierto` (diseno.md 3 and 4).

Every change is one transaction: state, event, abonos, saldos, receipt number and notification, or none. Locks are
always taken in this order: saldos by primary key, pago, receipt counter.
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cartera import sentencias
from pagos import agenda, dinero_aprobado, historia, novedades
from pagos.bloqueo import bloquear
from pagos.errores import PagoNoPermitidoError, TransicionProhibidaError
from pagos.estados import ABIERTOS, Estado, Motivo, Origen, TipoNovedad, permitida
from pagos.juicio import Esperado, Veredicto, desmentidos, juzgar
from pagos.models import DetallePago, Notificacion, Novedad, Pago
from pagos.notificaciones import encolar
from pagos.pasarelas.base import EstadoIntento, Formulario, Redireccion

# What an open pago may be told again and again without anything to do.
_EN_ESPERA = (Veredicto.PENDIENTE, Veredicto.EN_REVISION)
# States of an attempt after which nobody may be invited to pay the same again.
_CON_DINERO = (EstadoIntento.APROBADO, EstadoIntento.PENDIENTE, EstadoIntento.EN_REVISION)


@dataclass(frozen=True)
class Resultado:
    """The pago as it stands now, and whether this call moved it."""

    pago: Pago
    cambio: bool


def aplicar(pago_id, lectura, *, origen, quien=None, desde=None):
    """Bring the pago to where the gateway's answer says; a second caller gets the same and changes nothing.

    `lectura` comes from an adapter's `consultar`. `desde`: when the question left (aware datetime): an answer that is
    older than the last one written down tells nothing, unless it approves. Never raises for what the gateway said: what
    cannot be decided is a Novedad. Raises ValueError for a mere notice (`solo_aviso`), which is a reason to ask and
    never evidence.
    """
    if lectura.solo_aviso:
        raise ValueError(f"{lectura.referencia}: un aviso no decide nada, hay que consultar")
    with transaction.atomic(durable=True):
        tomado = bloquear(pago_id)
        pago, ahora = tomado.pago, timezone.now()
        juicio = juzgar(esperado(pago, lectura, otro_modo=tomado.otro_modo), lectura)
        if _atrasada(pago, desde) and juicio.veredicto is not Veredicto.APROBADA:
            return Resultado(pago, cambio=False)
        anterior = pago.estado
        nuevo_codigo = historia.anotar_lectura(pago, lectura, juicio, ahora=ahora)
        _decidir(tomado, lectura, juicio, origen=origen, quien=quien, ahora=ahora)
        for anomalia in juicio.anomalias:
            novedades.registrar(anomalia.tipo, pago=pago, evidencia=anomalia.evidencia, ahora=ahora)
        cambio = pago.estado != anterior
        if nuevo_codigo and not cambio:
            historia.evento(pago, de=anterior, origen=origen, juicio=juicio, quien=quien, ahora=ahora)
        pago.proxima_consulta = agenda.proxima(pago, juicio, ahora=ahora)
        en_espera = pago.estado == Estado.PENDIENTE and juicio.veredicto in _EN_ESPERA and not juicio.anomalias
        pago.huella = historia.huella(lectura) if en_espera else ""
        tomado.guardar()
    return Resultado(pago, cambio)


def _atrasada(pago, desde):
    """True when somebody has asked after this question left, and has been answered before it."""
    return desde is not None and pago.ultima_consulta is not None and pago.ultima_consulta > desde


def esperado(pago, lectura=None, *, otro_modo=False):
    """What the gateway must say for an approval to count; `lectura` is the answer that is to be judged.

    `otro_modo`: a signed notice told of the other mode. It counts only where the answer itself leaves the mode open.
    """
    calla = lectura is not None and any(intento.prueba is None for intento in lectura.intentos)
    return Esperado(
        referencia=pago.referencia,
        total=pago.total,
        moneda=pago.moneda,
        comercio=pago.acuerdo.comercio,
        prueba=pago.acuerdo.prueba,
        prueba_en_duda=calla and otro_modo,
    )


def a_pendiente(pago_id, orden):
    """The gateway took our request: CREADA -> PENDIENTE with the way on for the payer. Idempotent."""
    with transaction.atomic(durable=True):
        tomado = bloquear(pago_id)
        pago = tomado.pago
        if pago.estado != Estado.CREADA:
            return Resultado(pago, cambio=False)
        ahora = timezone.now()
        match orden:
            case Redireccion(url=url):
                pago.url_pasarela = url
            case Formulario(url=url, campos=campos):
                pago.url_pasarela, pago.formulario = url, [list(campo) for campo in campos]
        _a_pendiente(pago, origen=Origen.CHECKOUT, ahora=ahora)
        pago.proxima_consulta = agenda.primera(pago.creada_en)
        tomado.guardar()
    return Resultado(pago, cambio=True)


def rechazar_inicio(pago_id, *, codigo, texto, vigilar, novedad=None):
    """The gateway refused the request, or its way on cannot be used: RECHAZADA `ERROR_INICIO`, saldos freed.

    `vigilar`: the transaction may exist there, so it is watched. `novedad`: kind to raise for staff, None for nothing.
    """
    with transaction.atomic(durable=True):
        tomado = bloquear(pago_id)
        pago = tomado.pago
        if pago.estado != Estado.CREADA:
            return Resultado(pago, cambio=False)
        ahora = timezone.now()
        pago.codigo_pasarela, pago.texto_pasarela = codigo[:60], texto[:200]
        _rechazar(pago, Motivo.ERROR_INICIO, origen=Origen.CHECKOUT, ahora=ahora)
        pago.proxima_consulta = agenda.vigilancia(pago, ahora=ahora) if vigilar else None
        if novedad:
            novedades.registrar(novedad, pago=pago, evidencia={"codigo": codigo[:60]}, ahora=ahora)
        tomado.guardar()
    return Resultado(pago, cambio=True)


def anotar_aviso(pago_id, aviso):
    """What a signed notice is good for besides asking: that somebody opened the pago, and what it says otherwise.

    It changes no state. `aviso`: a Lectura from `leer_confirmacion`, or one made of a signed response.
    """
    with transaction.atomic(durable=True):
        tomado = bloquear(pago_id)
        pago = tomado.pago
        ahora = timezone.now()
        if any(intento.estado in _CON_DINERO for intento in aviso.intentos):
            pago.abierta_pasarela = True
        # Due at once, whatever its state: should this question fail, the sonda asks at its next ring.
        pago.proxima_consulta, pago.huella = ahora, ""
        for anomalia in desmentidos(esperado(pago), aviso):
            novedades.registrar(anomalia.tipo, pago=pago, evidencia=anomalia.evidencia, ahora=ahora)
        tomado.guardar()
    return pago


def abandonar(pago_id, *, quien):
    """The customer leaves an unopened pago (first exception of diseno.md 3); the gateway was asked just before.

    Raises PagoNoPermitidoError when somebody has opened it in the meantime.
    """
    with transaction.atomic(durable=True):
        tomado = bloquear(pago_id)
        pago = tomado.pago
        if not pago.abierto:
            return Resultado(pago, cambio=False)
        if not pago.sin_abrir:
            raise PagoNoPermitidoError(_("El pago ya fue abierto en la pasarela."))
        if pago.novedades.filter(tipo=TipoNovedad.DESAPARECIDA, resuelta_en__isnull=True).exists():
            raise PagoNoPermitidoError(_("La pasarela ya no encuentra este pago: la empresa lo está revisando."))
        ahora = timezone.now()
        _rechazar(pago, Motivo.ABANDONADA, origen=Origen.CLIENTE, quien=quien, ahora=ahora)
        pago.proxima_consulta = agenda.vigilancia(pago, ahora=ahora)
        tomado.guardar()
    return Resultado(pago, cambio=True)


def cerrar_en_revision(novedad_id, *, confirmo, resolucion, propuesta_en):
    """Second person of the two-person door: RECHAZADA `REVISION`, and a SaldoAFavor of what was received.

    Raises PagoNoPermitidoError when nothing was proposed, the proposal is not the one seen (made at `propuesta_en`), it
    is closed, or the same person proposed it.
    """
    with transaction.atomic(durable=True):
        pago_id = Novedad.objects.values_list("pago_id", flat=True).get(pk=novedad_id)
        if pago_id is None:
            raise PagoNoPermitidoError(_("Esta novedad no es de un pago."))
        tomado = bloquear(pago_id)
        pago = tomado.pago
        novedad = Novedad.objects.select_for_update(of=("self",), no_key=True).get(pk=novedad_id)
        novedades.exigir_propuesta(novedad, confirmo=confirmo, propuesta_en=propuesta_en)
        ahora = timezone.now()
        if novedad.propuesta_valor is not None:
            dinero_aprobado.acreditar_por_revision(pago, novedad, ahora=ahora)
        if pago.abierto:
            _rechazar(pago, Motivo.REVISION, origen=Origen.REVISION, quien=confirmo, ahora=ahora)
            pago.proxima_consulta = agenda.vigilancia(pago, ahora=ahora)
        elif pago.estado == Estado.RECHAZADA:
            # Two people have said what became of it: a retry at the gateway holds its saldos no longer.
            pago.motivo, pago.reabierta = Motivo.REVISION, False
            historia.evento(pago, de=pago.estado, origen=Origen.REVISION, quien=confirmo, ahora=ahora)
        novedades.retirar_otras_propuestas(novedad)
        novedades.cerrar(novedad, usuario=confirmo, resolucion=resolucion)
        tomado.guardar()
    return Resultado(pago, cambio=True)


def _decidir(tomado, lectura, juicio, *, origen, quien, ahora):
    """What the verdict does to a locked pago in its present state."""
    pago = tomado.pago
    comun = {"origen": origen, "quien": quien, "ahora": ahora, "juicio": juicio}
    veredicto = juicio.veredicto
    if veredicto is Veredicto.APROBADA:
        _aprobar(tomado, juicio, origen=origen, quien=quien, ahora=ahora)
    elif pago.estado == Estado.APROBADA:
        historia.contradiccion(pago, lectura, juicio, ahora=ahora)
    elif pago.estado == Estado.RECHAZADA:
        pago.reabierta = juicio.en_curso and pago.motivo != Motivo.REVISION
    elif veredicto is Veredicto.RECHAZADA:
        _rechazar(pago, Motivo.PASARELA, **comun)
    elif veredicto in (Veredicto.SIN_ABRIR, Veredicto.NO_ENCONTRADA):
        _sin_abrir(pago, veredicto, comun)
    else:
        if pago.estado == Estado.CREADA:
            _a_pendiente(pago, **comun)
        if veredicto is not Veredicto.POR_REVISAR:
            encolar(pago, Notificacion.Tipo.PENDIENTE, ahora=ahora)
    _avisar_demora(pago, ahora=ahora)


def _aprobar(tomado, juicio, *, origen, quien, ahora):
    """To APROBADA with all that follows; on an APROBADA only what was taken again is credited."""
    pago = tomado.pago
    excedentes = juicio.excedentes_de(pago.intento) if pago.estado == Estado.APROBADA else juicio.excedentes
    if dinero_aprobado.acreditado_por_revision(pago):
        # Two people have already booked this money as credit: a machine does not book it a second time.
        evidencia = {"intento": juicio.principal.id, "cerrada": Motivo.REVISION}
        novedades.registrar(TipoNovedad.APROBADA_TARDE, pago=pago, evidencia=evidencia, ahora=ahora)
        return
    if pago.estado != Estado.APROBADA:
        anterior, tarde = pago.estado, historia.es_tarde(pago, ahora=ahora)
        revisada = pago.motivo == Motivo.REVISION
        pago.reabierta, pago.revision_pasarela, pago.motivo = False, False, ""
        historia.tomar_fecha(pago, juicio.principal, ahora=ahora)
        pago.aprobada_en = ahora
        _mover(pago, Estado.APROBADA)
        historia.evento(pago, de=anterior, origen=origen, juicio=juicio, quien=quien, ahora=ahora)
        sobra = dinero_aprobado.abonar(tomado, ahora=ahora)
        if anterior == Estado.RECHAZADA and (sobra or tarde or revisada):
            evidencia = {"intento": juicio.principal.id, "saldo_a_favor": str(sobra)}
            novedades.registrar(TipoNovedad.APROBADA_TARDE, pago=pago, evidencia=evidencia, ahora=ahora)
        tipo = Notificacion.Tipo.APROBADA_TARDE if anterior == Estado.RECHAZADA else Notificacion.Tipo.APROBADA
        encolar(pago, tipo, ahora=ahora)
        dinero_aprobado.emitir_recibo(pago, ahora=ahora)
    dinero_aprobado.acreditar_excedentes(pago, excedentes, ahora=ahora)


def _rechazar(pago, motivo, *, origen, ahora, quien=None, juicio=None):
    anterior = pago.estado
    pago.motivo, pago.rechazada_en, pago.revision_pasarela = motivo, ahora, False
    _mover(pago, Estado.RECHAZADA)
    historia.evento(pago, de=anterior, origen=origen, juicio=juicio, quien=quien, ahora=ahora)
    if motivo == Motivo.PASARELA:
        encolar(pago, Notificacion.Tipo.RECHAZADA, ahora=ahora)


def _a_pendiente(pago, *, origen, ahora, quien=None, juicio=None):
    pago.pendiente_en = ahora
    _mover(pago, Estado.PENDIENTE)
    historia.evento(pago, de=Estado.CREADA, origen=origen, juicio=juicio, quien=quien, ahora=ahora)


def _sin_abrir(pago, veredicto, comun):
    """Unopened: wait 30 minutes, then abandoned; one whose URL was lost is closed; one that vanished is a Novedad."""
    ahora = comun["ahora"]
    desde = pago.pendiente_en or pago.creada_en
    perdida = not pago.sin_abrir and ahora - desde >= agenda.ABANDONO  # a signed notice told of it, and it is not there
    if veredicto is Veredicto.NO_ENCONTRADA and (pago.conocida or perdida):
        novedades.registrar(TipoNovedad.DESAPARECIDA, pago=pago, evidencia={}, ahora=ahora, insistir=True)
        return
    if pago.estado == Estado.CREADA and veredicto is Veredicto.SIN_ABRIR:
        if ahora - pago.creada_en >= agenda.INICIO_EN_VUELO:
            _rechazar(pago, Motivo.ERROR_INICIO, **comun)
        return
    if pago.sin_abrir and ahora - desde >= agenda.ABANDONO:
        _rechazar(pago, Motivo.ABANDONADA, **comun)


def _avisar_demora(pago, *, ahora):
    """Tell a person about a pago that holds its saldos for too long, whatever the gateway says of it."""
    desde = pago.creada_en if pago.abierto else pago.rechazada_en
    limite = agenda.limite_pendiente(pago)
    if (pago.abierto or pago.reabierta) and ahora - desde > limite:
        evidencia = {"horas": int(limite.total_seconds() // 3600)}
        novedades.registrar(TipoNovedad.DEMASIADO_PENDIENTE, pago=pago, evidencia=evidencia, ahora=ahora, insistir=True)


def _mover(pago, destino):
    """Change `estado` and, with it, `abierto` of the details; raises TransicionProhibidaError and writes nothing."""
    if not permitida(pago.estado, destino):
        raise TransicionProhibidaError(f"{pago.referencia}: de {pago.estado} a {destino}")
    pago.estado = destino
    sentencias.actualizar(DetallePago, donde={"pago": pago.pk}, abierto=destino in ABIERTOS)
