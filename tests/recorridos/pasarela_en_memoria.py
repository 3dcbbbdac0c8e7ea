"""A gateway without a network: it holds what payers did, says it when the portal asks, and remembers what it said.

It stands where `consulta.pasarela_de` makes an adapter, for tests that ask thousands of times. What the real adapters
make of the real wire is proved in `tests/contrato`.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from pagos.pasarelas.base import (
    EstadoIntento,
    FirmaInvalidaError,
    Formulario,
    InicioRechazadoError,
    Lectura,
    Metodo,
    PasarelaNoRespondeError,
    Redireccion,
    RespuestaInesperadaError,
)
from tests.fabricas_pagos import URL_PAGO, intento

# What an attempt may be: our word -> (state that an adapter tells, what else it tells).
CLASES = {
    "sin_abrir": (EstadoIntento.SIN_ABRIR, {"metodo": None, "cus": "", "banco": ""}),
    "pendiente": (EstadoIntento.PENDIENTE, {}),
    "en_tienda": (EstadoIntento.PENDIENTE, {"metodo": Metodo.PRESENCIAL}),
    "revision": (EstadoIntento.EN_REVISION, {"codigo": "4001"}),
    "rechazado": (EstadoIntento.RECHAZADO, {}),
    "rechazado_sin_cerrar": (EstadoIntento.RECHAZADO, {}),
    "aprobado": (EstadoIntento.APROBADO, {}),
    "parte": (EstadoIntento.APROBADO, {"parcial": True}),
    "otro_valor": (EstadoIntento.APROBADO, {}),
    "otro_comercio": (EstadoIntento.APROBADO, {"comercio": "999999"}),
    "reversado": (EstadoIntento.REVERSADO, {}),
    "desconocido": (EstadoIntento.DESCONOCIDO, {"codigo": "7777"}),
}
_EN_CURSO = {"pendiente", "en_tienda", "revision"}
_VIVAS = _EN_CURSO | {"sin_abrir", "desconocido"}
_RECHAZOS = {"rechazado", "rechazado_sin_cerrar"}
_FINALES = {"aprobado", "parte", "reversado"}
_CON_DINERO = {"aprobado", "parte", "otro_valor", "otro_comercio"}
# What must reach a person of an attempt, whatever becomes of the rest.
_NOVEDADES = {
    "otro_valor": "OTRO_VALOR",
    "otro_comercio": "OTRO_COMERCIO",
    "reversado": "REVERSADA",
    "desconocido": "CODIGO_DESCONOCIDO",
}
# What a signed notice may tell, rightly or not: our word -> (state, what else it tells).
AVISOS = {
    "aprobado": (EstadoIntento.APROBADO, {}),
    "rechazado": (EstadoIntento.RECHAZADO, {}),
    "otro_valor": (EstadoIntento.APROBADO, {"valor": Decimal("7.00")}),
    "otro_modo": (EstadoIntento.APROBADO, {"prueba": False}),
}


@dataclass
class Transaccion:
    """What the gateway holds under a reference: attempts as (class, amount), perhaps records that nobody can trust."""

    referencia: str
    total: Decimal
    intentos: list[tuple[str, Decimal]] = field(default_factory=list)
    raros: bool = False
    desaparecida: bool = False

    def intentar(self, clase, *, de_nuevo):
        """The payer tries, or his last attempt ends as `clase`; an approval can only be reversed."""
        if clase == "reversado":
            aprobados = [lugar for lugar, (suya, _valor) in enumerate(self.intentos) if suya == "aprobado"]
            for lugar in aprobados[-1:]:
                self.intentos[lugar] = (clase, self.total)
        else:
            if self.intentos and not de_nuevo and self.intentos[-1][0] not in _FINALES:
                self.intentos.pop()
            self.intentos.append((clase, self._valor(clase)))

    def _valor(self, clase):
        if clase == "otro_valor":
            return self.total + 1
        if clase != "parte":
            return self.total
        mitad = (self.total / 2).quantize(Decimal("0.01"))
        return self.total - mitad if len(self.de_clase("parte")) % 2 else mitad

    def de_clase(self, clase):
        """Amount by attempt id of the attempts of one class, oldest first."""
        return {self._id(lugar): valor for lugar, (suya, valor) in enumerate(self.intentos) if suya == clase}

    def _id(self, lugar):
        return f"{self.referencia}-{lugar + 1}"

    @property
    def clases(self):
        return {clase for clase, _valor in self.intentos}

    @property
    def cerrada(self):
        """Nothing more can happen by itself: the newest attempt has ended, and every record can be read."""
        abierta = {"rechazado_sin_cerrar", *_VIVAS}
        return not self.raros and not (self.intentos and self.intentos[-1][0] in abierta)

    def lectura(self):
        """What an adapter makes of it (a Lectura)."""
        piezas = []
        for lugar, (clase, valor) in enumerate(self.intentos):
            estado, cambios = CLASES[clase]
            piezas.append(intento(self, estado, **{"id": self._id(lugar), "valor": valor, **cambios}))
        return Lectura(
            referencia=self.referencia,
            intentos=tuple(piezas),
            conocida=True,
            cerrada=self.cerrada,
            no_confiables=("Registro 2: trae otro número de campos.",) if self.raros else (),
            cruda="respuesta",
        )


@dataclass(frozen=True, kw_only=True)
class Respuesta:
    """What an answer means by the letter of diseno.md 3, in the words of the model."""

    veredicto: str
    conocida: bool = True
    en_curso: bool = False
    con_intentos: bool = False
    aprobo_algo: bool = False  # some attempt moved money, ours or not
    novedades: frozenset[str] = frozenset()
    completos: dict[str, Decimal] = field(default_factory=dict)
    partes: dict[str, Decimal] = field(default_factory=dict)


def respuesta_de(transaccion):
    """The Respuesta that a Transaccion (None: nothing is held) stands for."""
    if transaccion is None or transaccion.desaparecida:
        return Respuesta(veredicto="nada", conocida=False)
    completos, partes = transaccion.de_clase("aprobado"), transaccion.de_clase("parte")
    return Respuesta(
        veredicto=_veredicto(transaccion, completos, sum(partes.values())),
        en_curso=bool(transaccion.clases & _EN_CURSO),
        con_intentos=bool(transaccion.intentos),
        aprobo_algo=bool(transaccion.clases & _CON_DINERO),
        novedades=frozenset(_novedades(transaccion, completos, sum(partes.values()))),
        completos=completos,
        partes=partes,
    )


def _novedades(transaccion, completos, en_partes):
    """Kinds of Novedad that an answer calls for by itself."""
    yield from (_NOVEDADES[clase] for clase in transaccion.clases & _NOVEDADES.keys())
    if transaccion.raros:
        yield "NO_CONFIABLE"
    if not completos and en_partes > transaccion.total:
        yield "OTRO_VALOR"
    if not completos and 0 < en_partes < transaccion.total and _quieta(transaccion):
        yield "APROBADA_EN_PARTE"


def _quieta(transaccion):
    return transaccion.cerrada and not transaccion.clases & _VIVAS


def _veredicto(transaccion, completos, en_partes):
    clases, quieta = transaccion.clases, _quieta(transaccion)
    if completos or en_partes == transaccion.total:
        return "aprobada"
    ajeno = clases & {"otro_valor", "otro_comercio"}
    if transaccion.raros or ajeno or en_partes > transaccion.total or (en_partes and quieta):
        return "por_revisar"
    if clases <= {"sin_abrir"}:
        return "sin_abrir"
    if "revision" in clases:
        return "en_revision"
    return "rechazada" if quieta and clases <= _RECHAZOS else "pendiente"


class PasarelaEnMemoria:
    """The three verbs. `inicio`: how it answers the next request for a transaction; `muda`: questions left unanswered.

    `dichas`: (referencia, Respuesta) of every question that it answered; `calladas`: how many it did not. With
    `formulario` it gives a form that the payer posts, as PayU: nothing exists until he does.
    """

    def __init__(self, *, formulario):
        self.formulario = formulario
        self.transacciones, self.dichas = {}, []
        self.inicio, self.muda = "acepta", 0
        self.llamadas = self.calladas = 0

    def olvidar(self):
        """Count from zero."""
        self.dichas.clear()
        self.llamadas = self.calladas = 0

    def abrir(self, referencia, total):
        """The transaction exists from now on; returns it."""
        return self.transacciones.setdefault(referencia, Transaccion(referencia, total))

    def iniciar(self, pedido):
        if self.formulario:
            return Formulario(url=URL_PAGO, campos=(("referenceCode", pedido.referencia),))
        self.llamadas += 1
        if self.inicio in ("acepta", "se_corta", "lleva_a_otra_parte"):
            self.abrir(pedido.referencia, pedido.total)
        match self.inicio:
            case "no_llega" | "se_corta":
                raise PasarelaNoRespondeError("Sin respuesta.")
            case "rechaza" | "ya_existe":
                raise InicioRechazadoError("No.", codigo="2", pudo_existir=self.inicio == "ya_existe")
            case "lleva_a_otra_parte":
                raise RespuestaInesperadaError("Otra parte.", codigo="URL_AJENA")
        return Redireccion(url=URL_PAGO)

    def consultar(self, referencia):
        self.llamadas += 1
        if self.muda:
            self.muda, self.calladas = self.muda - 1, self.calladas + 1
            raise PasarelaNoRespondeError("Sin respuesta.", clase="tiempo")
        transaccion = self.transacciones.get(referencia)
        self.dichas.append((referencia, respuesta_de(transaccion)))
        hay = transaccion is not None and not transaccion.desaparecida
        return transaccion.lectura() if hay else Lectura(referencia=referencia)

    def leer_confirmacion(self, datos):
        if datos["firma"] != "buena":
            raise FirmaInvalidaError("firma")
        transaccion, avisos = self.transacciones.get(datos["referencia"]), ()
        # As in the real world: the gateway without a form tells nothing but whom to ask about.
        if self.formulario and transaccion is not None and datos["dice"] in AVISOS:
            estado, cambios = AVISOS[datos["dice"]]
            avisos = (intento(transaccion, estado, **cambios),)
        return Lectura(referencia=datos["referencia"], intentos=avisos, completa=False, solo_aviso=True)
