"""`muerte`: kill -9 of a worker with its hands full; everybody is asked again, and no approval counts twice."""

import time

from django.utils import timezone

from bench.sonda import comprobar, datos
from bench.sonda.rondas import EN_VUELO, preguntar_sin_demora
from bench.sonda.timbre import esperar, tocar, trabajadores
from pagos import agenda
from pagos.estados import Estado
from pagos.models import Pago

# The bell that picks up what became due since the ring, in seconds.
RELEVO_S = 60
ESPERA_S = 600


def medir(montaje, informe, *, pagos):
    """Seconds from the death to the last payment's next question, every payment approved at the gateway meanwhile."""
    cuantos = max(4 * EN_VUELO, pagos // 5)
    montaje.estrenar("muerte")
    pasarela = datos.crear_pasarela(montaje.simulador)
    referencias = datos.sembrar(pasarela, cuantos, aprobables=cuantos)
    preguntar_sin_demora(montaje, pasarela)
    datos.resolver(pasarela)
    datos.vencer()
    pasarela.simulador.control("estadisticas", {"reiniciar": True, "registrar_marcas": True})
    en_vuelo, muerte = _matar(montaje, pasarela, cuantos)
    anotados = set(Pago.objects.filter(estado=Estado.APROBADA).values_list("referencia", flat=True))
    perdidos = {cual for cual in comprobar.marcas(pasarela) if cual not in anotados}
    en_arriendo = Pago.objects.filter(estado=Estado.PENDIENTE, proxima_consulta__gt=timezone.now()).count()
    with trabajadores(montaje, 1, "-B", "--schedule", str(montaje.carpeta / "beat"), SONDA_EN_VUELO=EN_VUELO):
        tocar(1)
        faltan = Pago.objects.exclude(estado=Estado.APROBADA)
        esperar(lambda: not faltan.exists(), "Hay pagos que nadie volvió a preguntar", segundos=ESPERA_S, cada=0.5)
    comprobar.exigir_aprobados(referencias)
    despues = [max(momentos) - muerte for momentos in comprobar.marcas(pasarela).values()]
    informe.texto(
        "muerte",
        f"muerte: con {en_vuelo} en vuelo; {len(anotados)} anotados, {len(perdidos)} preguntados sin anotar, "
        f"{en_arriendo} reclamados; {cuantos} aprobados al final, cada uno una vez",
    )
    informe.cifra("muerte", "preguntas en vuelo al morir", en_vuelo, minimo=EN_VUELO)
    arriendo = agenda.ARRIENDO.total_seconds()
    informe.cifra("muerte", "segundos hasta la última pregunta", max(despues), maximo=arriendo + RELEVO_S)


def _matar(montaje, pasarela, cuantos):
    """(questions in flight, moment) of the death of a worker that has asked about a quarter."""
    with trabajadores(montaje, 1, SONDA_EN_VUELO=EN_VUELO) as (victima,):
        tocar(1)
        visto = {}

        def a_medias():
            visto.update(pasarela.simulador.control("estadisticas"))
            contestadas = sum(visto["respuestas"].get("VerificacionPago", {}).values())
            return contestadas >= cuantos // 4 and visto["en_vuelo"] >= min(EN_VUELO, visto["max_en_vuelo"])

        esperar(a_medias, "El trabajador no llegó a tener preguntas en vuelo", cada=0.02)
        victima.matar()
        return visto["en_vuelo"], time.time()
