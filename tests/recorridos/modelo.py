"""The books as diseno.md 3 and 4 say they must be, kept by hand beside the product and without any of its rules.

`test_maquina.py` tells this model what happened: what a payer sent, what the gateway answered, what the ERP said. The
model says what must stand in the database then. Money is Decimal, moments are aware datetimes.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

CERO, CENTAVO = Decimal("0.00"), Decimal("0.01")
_ABANDONO, _EN_VUELO, _PLAZO_ERP = timedelta(minutes=30), timedelta(seconds=60), timedelta(days=3)
_TARDE = timedelta(minutes=60)
# What a refused start tells to staff; a way on to an unknown address is a kind of its own.
_NOVEDAD_DE_INICIO = {"rechazada": "INICIO_RECHAZADO", "ajena": "URL_AJENA"}


# Ends that some run must come to, or the test proves less than it says.
LO_QUE_PUEDE_PASAR = {
    *("aprobada", "aprobada_parcial", "aprobada_en_partes", "aprobada_tarde", "aprobada_dos_veces"),
    *("PASARELA", "ABANDONADA", "ERROR_INICIO", "REVISION"),  # every reason to be rejected
    *("saldo_a_favor", "en_revision_con_dinero", "reabierta", "perdida", "contabilizada"),
}


@dataclass(kw_only=True)
class Documento:
    """What is owed of one saldo (docs/decisiones/0003): the figure of the last file, and two counts of our money."""

    pk: int
    empresa: int
    valor: Decimal
    cifra: Decimal
    cambiado: datetime
    por_acusar: Decimal = CERO
    por_reflejar: Decimal = CERO

    @property
    def saldo(self):
        return max(CERO, self.cifra - max(self.por_acusar, self.por_reflejar))

    def pagar(self, valor, ahora):
        """Take what is still owed out of `valor`; returns how much it took."""
        toma = min(valor, self.saldo)
        if toma:
            self.por_acusar, self.por_reflejar, self.cambiado = self.por_acusar + toma, self.por_reflejar + toma, ahora
        return toma

    def acusar(self, valor, ahora):
        """The ERP has booked it."""
        self.por_acusar, self.cambiado = self.por_acusar - valor, ahora

    def informar(self, cifra, ahora):
        """A file brings a figure: one that fell shows money; one that stands for three days is believed."""
        refleja = self.por_reflejar
        if cifra < self.cifra:
            refleja = max(CERO, refleja - (self.cifra - cifra))
        elif ahora - self.cambiado >= _PLAZO_ERP:
            refleja = min(refleja, self.por_acusar)
        if (cifra, refleja) != (self.cifra, self.por_reflejar):
            self.cifra, self.por_reflejar, self.cambiado = cifra, refleja, ahora


@dataclass(kw_only=True)
class PagoEsperado:
    """What must stand in the books of one pago. `partes`: amount by saldo id; `estados`: where it has been."""

    pk: int
    empresa: int
    partes: dict[int, Decimal]
    creada_en: datetime
    estados: list[str] = field(default_factory=lambda: ["CREADA"])
    motivo: str = ""
    pendiente_en: datetime | None = None
    conocida: bool = False  # the gateway has said that it holds it
    abierta: bool = False  # and that somebody opened its page
    perdida: bool = False  # it held it and said later that it does not
    en_duda: bool = False  # a signed notice told of the other mode (test or real)
    rechazada_en: datetime | None = None
    reabierta: bool = False
    abonos: dict[int, Decimal] = field(default_factory=dict)
    favores: dict[int, Decimal] = field(default_factory=dict)
    excedentes: dict[str, Decimal] = field(default_factory=dict)
    de_revision: Decimal | None = None
    base: str = ""  # the full approval that approved it; "" when parts did
    recibo: int | None = None
    avisos: set[str] = field(default_factory=set)
    novedades: set[str] = field(default_factory=set)  # kinds; DEMASIADO_PENDIENTE apart
    acusado: bool = False
    acusadas: int = 0  # lines that the ERP has booked

    @property
    def estado(self):
        return self.estados[-1]

    @property
    def en_curso(self):
        """It holds its saldos."""
        return self.estado in ("CREADA", "PENDIENTE")

    @property
    def total(self):
        return sum(self.partes.values(), CERO)


def _dudar(hecho):
    """The same answer when nobody knows whether it tells of real money: a person must look at every attempt."""
    ajenas = hecho.novedades & {"OTRO_COMERCIO", "NO_CONFIABLE"}
    return replace(hecho, veredicto="por_revisar", completos={}, partes={}, novedades=ajenas)


class Modelo:
    """All documents and pagos. `reglas`: by empresa, (kind of partial payment, its minimum)."""

    def __init__(self, documentos, reglas):
        self.documentos = {uno.pk: uno for uno in documentos}
        self.reglas = reglas
        self.pagos = {}
        self._recibos = dict.fromkeys(reglas, 0)

    # --- The payer ------------------------------------------------------------------------------------------------
    def minimo(self, doc):
        """Least that may be paid of a document now; None when it is paid whole or not at all."""
        clase, regla = self.reglas[doc.empresa]
        if clase == "NO":
            return None
        if clase == "PORCENTAJE":
            regla = max(CENTAVO, (doc.valor * regla / 100).quantize(CENTAVO, rounding=ROUND_HALF_UP))
        return min(doc.saldo, regla)

    def juzgar_compra(self, lineas):
        """What must come of sending a page of `lineas` (saldo id -> (owed, paid) as it showed): one word."""
        for pago in self.pagos.values():
            if (pago.en_curso or pago.reabierta) and pago.partes.keys() & lineas.keys():
                return "ocupado"
        for pk, (debe, paga) in lineas.items():
            doc = self.documentos[pk]
            menos = self.minimo(doc)
            en_regla = paga == doc.saldo or (menos is not None and menos <= paga < doc.saldo)
            if not doc.saldo or debe != doc.saldo or not en_regla:
                return "cambio"
        return "libre"

    def comprar(self, pk, lineas, ahora):
        """A page was sent and a pago exists."""
        partes = {uno: paga for uno, (_debe, paga) in lineas.items()}
        empresa = self.documentos[min(partes)].empresa
        self.pagos[pk] = PagoEsperado(pk=pk, empresa=empresa, partes=partes, creada_en=ahora)

    def iniciada(self, pk, desenlace, ahora):
        """What the gateway answered to our request for a transaction: aceptada, rechazada, ajena, or nothing."""
        pago = self.pagos[pk]
        if pago.estado == "CREADA" and desenlace == "aceptada":
            self._a_pendiente(pago, ahora)
        elif pago.estado == "CREADA" and desenlace:
            self._rechazar(pago, "ERROR_INICIO", ahora)
            pago.novedades.add(_NOVEDAD_DE_INICIO[desenlace])

    def abandonar(self, pk, ahora):
        """The payer wants out, right after the gateway was asked; True when he may."""
        pago = self.pagos[pk]
        if not pago.en_curso:
            return True
        if pago.abierta or pago.perdida:
            return False
        self._rechazar(pago, "ABANDONADA", ahora)
        return True

    # --- The gateway ----------------------------------------------------------------------------------------------
    def avisado(self, pk, dice):
        """A signed notice told `dice` (of AVISOS): it opens the pago, or calls for a person; it decides nothing."""
        pago = self.pagos[pk]
        pago.abierta = pago.abierta or dice != "rechazado"
        pago.en_duda = pago.en_duda or dice == "otro_modo"
        pago.novedades |= {"otro_valor": {"OTRO_VALOR"}, "otro_modo": {"MODO_PRUEBA"}}.get(dice, set())

    def dicho(self, pk, hecho, ahora):
        """The gateway was asked and said `hecho` (a Respuesta of `pasarela_en_memoria`)."""
        pago = self.pagos[pk]
        if pago.en_duda and hecho.con_intentos:
            hecho = _dudar(hecho)
        pago.conocida = pago.conocida or hecho.conocida
        pago.abierta = pago.abierta or hecho.veredicto not in ("nada", "sin_abrir")
        pago.novedades |= hecho.novedades
        if hecho.veredicto == "aprobada":
            self._aprobar(pago, hecho, ahora)
        elif pago.estado == "APROBADA":
            pago.novedades |= set() if hecho.aprobo_algo else {"REVERSADA"}
        elif pago.estado == "RECHAZADA":
            pago.reabierta = hecho.en_curso and pago.motivo != "REVISION"
        elif pago.en_curso:
            self._seguir(pago, hecho, ahora)

    def _seguir(self, pago, hecho, ahora):
        edad = ahora - (pago.pendiente_en or pago.creada_en)
        if hecho.veredicto == "rechazada":
            self._rechazar(pago, "PASARELA", ahora)
            pago.avisos.add("RECHAZADA")
        elif hecho.veredicto == "nada" and (pago.conocida or (pago.abierta and edad >= _ABANDONO)):
            pago.perdida = True
            pago.novedades.add("DESAPARECIDA")
        elif hecho.veredicto == "sin_abrir" and pago.estado == "CREADA":
            if edad >= _EN_VUELO:
                self._rechazar(pago, "ERROR_INICIO", ahora)
        elif hecho.veredicto in ("nada", "sin_abrir"):
            if edad >= _ABANDONO and not pago.abierta:
                self._rechazar(pago, "ABANDONADA", ahora)
        else:
            if pago.estado == "CREADA":
                self._a_pendiente(pago, ahora)
            if hecho.veredicto != "por_revisar":
                pago.avisos.add("PENDIENTE")

    def _aprobar(self, pago, hecho, ahora):
        if pago.estado == "RECHAZADA" and pago.de_revision:
            pago.novedades.add("APROBADA_TARDE")
            return  # two people have booked this money already
        if pago.estado != "APROBADA":
            tarde, revisada = self._es_tarde(pago, ahora), pago.motivo == "REVISION"
            pago.avisos.add("APROBADA_TARDE" if pago.estado == "RECHAZADA" else "APROBADA")
            pago.estados.append("APROBADA")
            pago.motivo, pago.reabierta = "", False
            pago.base = next(iter(hecho.completos), "")
            for pk, valor in pago.partes.items():
                toma = self.documentos[pk].pagar(valor, ahora)
                pago.abonos |= {pk: toma} if toma else {}
                pago.favores |= {pk: valor - toma} if toma < valor else {}
            if tarde is not None and (tarde or revisada or pago.favores):
                pago.novedades.add("APROBADA_TARDE")
            self._recibos[pago.empresa] += 1
            pago.recibo = self._recibos[pago.empresa]
        de_mas = {uno: valor for uno, valor in hecho.completos.items() if uno != pago.base}
        if pago.base in hecho.completos:
            de_mas |= hecho.partes
        pago.excedentes |= de_mas
        pago.novedades |= {"APROBADA_DOS_VECES"} if de_mas else set()

    @staticmethod
    def _es_tarde(pago, ahora):
        """None for one that was not rejected before; True when that was more than an hour ago."""
        return ahora - pago.rechazada_en > _TARDE if pago.estado == "RECHAZADA" else None

    def _rechazar(self, pago, motivo, ahora):
        pago.estados.append("RECHAZADA")
        pago.motivo, pago.rechazada_en = motivo, ahora

    def _a_pendiente(self, pago, ahora):
        pago.estados.append("PENDIENTE")
        pago.pendiente_en = ahora

    # --- Tesorería and the ERP ------------------------------------------------------------------------------------
    def revisado(self, pk, valor, ahora):
        """Two people said that `valor` came in, or that nothing did (None)."""
        pago = self.pagos[pk]
        pago.de_revision = valor if valor is not None else pago.de_revision
        if pago.en_curso:
            self._rechazar(pago, "REVISION", ahora)
        elif pago.estado == "RECHAZADA":
            pago.motivo, pago.reabierta = "REVISION", False

    def acusar(self, pk, ahora):
        """The ERP has booked what the pago brought; returns how many of its amounts that was news for."""
        pago = self.pagos[pk]
        if pago.abonos and not pago.acusado:
            pago.acusado = True
            for uno, valor in pago.abonos.items():
                self.documentos[uno].acusar(valor, ahora)
        antes = pago.acusadas
        pago.acusadas = len(pago.abonos) + len(pago.favores) + len(pago.excedentes) + (pago.de_revision is not None)
        return pago.acusadas - antes

    def importar(self, cifras, ahora):
        """A file was loaded: figure by saldo id."""
        for pk, cifra in cifras.items():
            self.documentos[pk].informar(cifra, ahora)

    def vivido(self):
        """Which of LO_QUE_PUEDE_PASAR came to pass."""
        finales = {pago.motivo for pago in self.pagos.values()}
        for pago in self.pagos.values():
            aprobada = pago.estado == "APROBADA"
            entero = all(valor == self.documentos[pk].valor for pk, valor in pago.partes.items())
            hechos = {
                "aprobada": aprobada,
                "aprobada_parcial": aprobada and not entero,
                "aprobada_en_partes": aprobada and not pago.base,
                "aprobada_tarde": aprobada and "RECHAZADA" in pago.estados,
                "aprobada_dos_veces": pago.excedentes,
                "saldo_a_favor": pago.favores,
                "en_revision_con_dinero": pago.de_revision,
                "reabierta": pago.reabierta,
                "perdida": pago.perdida,
                "contabilizada": pago.acusado,
            }
            finales |= {nombre for nombre, paso in hechos.items() if paso}
        return finales

    # --- Sums -----------------------------------------------------------------------------------------------------
    def recibido(self, empresa):
        """All the money that the gateways took for an empresa, as far as is known."""
        return sum(
            (
                pago.total * (pago.estado == "APROBADA") + sum(pago.excedentes.values()) + (pago.de_revision or CERO)
                for pago in self.pagos.values()
                if pago.empresa == empresa
            ),
            CERO,
        )
