"""Whether a figure may be believed: everybody asked once, nobody twice, and approved money booked once."""

from collections import Counter

from django.db.models import Count

from bench.sonda.datos import VALOR
from bench.sonda.ordenes import NoConfiable
from cartera.models import Saldo
from pagos.estados import Estado
from pagos.models import (
    Abono,
    ContadorRecibo,
    EventoPago,
    Notificacion,
    Novedad,
    Pago,
    Recibo,
    SaldoAFavor,
)


class UnaVez:
    """Made before a round, `exigir` after it: every payment of these gateways was asked exactly once."""

    def __init__(self, *pasarelas):
        self._pasarelas = pasarelas
        self._antes = self._consultas()
        for pasarela in pasarelas:
            pasarela.simulador.control("estadisticas", {"reiniciar": True})

    def anotados(self):
        """True when as many questions have been written down as there are payments."""
        return sum(self._consultas().values()) >= sum(self._antes.values()) + len(self._antes)

    def exigir(self, cuenta=None):
        """Raise NoConfiable unless our rows, the gateways and the round's own count (if given) agree."""
        exigir_sin_errores(cuenta or {})
        despues = self._consultas()
        veces = Counter(despues[pk] - antes for pk, antes in self._antes.items())
        peticiones = sum(preguntas_en(pasarela) for pasarela in self._pasarelas)
        contados = cuenta["preguntados"] if cuenta else peticiones
        if set(veces) != {1} or not contados == peticiones == len(despues):
            raise NoConfiable(
                f"No se preguntó una vez por cada pago: veces anotadas {dict(veces)}, la ronda dice {contados}, "
                f"la pasarela atendió {peticiones}, hay {len(despues)}."
            )
        con_error = self._pagos().exclude(error_consulta="").count()
        if con_error:
            raise NoConfiable(f"{con_error} pagos quedaron con error de consulta.")

    def _pagos(self):
        return Pago.objects.filter(acuerdo__in=[pasarela.acuerdo for pasarela in self._pasarelas])

    def _consultas(self):
        return dict(self._pagos().values_list("pk", "consultas"))


def exigir_sin_errores(cuenta):
    """Raise NoConfiable when a round counted errors (`cuenta`: its Counter)."""
    errores = {clave: cuantos for clave, cuantos in cuenta.items() if clave.startswith("error_") and cuantos}
    if errores:
        raise NoConfiable(f"La ronda tuvo errores: {errores}")


def preguntas_en(pasarela):
    """How many questions the gateway was asked since its counters were last put to zero."""
    return pasarela.simulador.control("estadisticas")["peticiones"].get("VerificacionPago", 0)


def marcas(pasarela):
    """{reference: [moments of its questions, in seconds since 1970]} since the gateway began to remember them."""
    todas = pasarela.simulador.control("estadisticas?marcas=1")["marcas"]
    return {referencia: [real for real, _simulado in momentos] for referencia, momentos in todas.items()}


def exigir_aprobados(referencias):
    """Raise NoConfiable unless these payments alone are approved, each with all that follows, once."""
    esperados = len(referencias)
    aprobados = Pago.objects.filter(estado=Estado.APROBADA)
    eventos = EventoPago.objects.filter(a=Estado.APROBADA)
    hechos = {
        "aprobados": aprobados.count(),
        "aprobados de los esperados": aprobados.filter(referencia__in=referencias).count(),
        "eventos": eventos.count(),
        "pagos con su evento": EventoPago.objects.filter(a=Estado.APROBADA).aggregate(n=Count("pago", distinct=True))[
            "n"
        ],
        "abonos": Abono.objects.filter(valor=VALOR).count(),
        "saldos pagados": Saldo.objects.filter(saldo=0, por_acusar=VALOR).count(),
        "comprobantes": Recibo.objects.count(),
        "último comprobante": sum(ContadorRecibo.objects.values_list("ultimo", flat=True)),
        "avisos": Notificacion.objects.filter(tipo=Notificacion.Tipo.APROBADA).count(),
    }
    mal = {que: cuantos for que, cuantos in hechos.items() if cuantos != esperados}
    sobra = {"saldos a favor": SaldoAFavor.objects.count(), "novedades": Novedad.objects.count()}
    mal |= {que: cuantos for que, cuantos in sobra.items() if cuantos}
    if mal:
        raise NoConfiable(f"Debía haber {esperados} aprobados con todo lo suyo, una vez: {mal}")
