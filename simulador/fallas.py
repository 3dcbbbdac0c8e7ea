"""The fault switch: which faults are on, for which endpoint, how often. How each is done is in averias.py."""

import random
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

from simulador.reloj import Reloj
from simulador.vigilancia import Estadisticas

INICIO, VERIFICACION, PAGINAS_ZONAPAGOS = "InicioPago", "VerificacionPago", "paginas.zonapagos"
CHECKOUT, CONSULTAS, PAGINAS_PAYU, CONFIRMACION = "checkout", "consultas", "paginas.payu", "confirmacion"
GRUPOS = {  # what a rule may name -> the endpoints it reaches
    "zonapagos": frozenset({INICIO, VERIFICACION, PAGINAS_ZONAPAGOS}),
    "payu": frozenset({CHECKOUT, CONSULTAS, PAGINAS_PAYU}),
    "*": frozenset({INICIO, VERIFICACION, PAGINAS_ZONAPAGOS, CHECKOUT, CONSULTAS, PAGINAS_PAYU}),
} | {uno: frozenset({uno}) for uno in (INICIO, VERIFICACION, PAGINAS_ZONAPAGOS, CHECKOUT, CONSULTAS, PAGINAS_PAYU)}
GRUPOS[CONFIRMACION] = frozenset({CONFIRMACION})


class FallaInvalida(ValueError):
    """A rule that cannot be; its text says which field and why."""


@dataclass(frozen=True, slots=True)
class Tipo:
    """A kind of fault. `parametros` with their defaults, the first one being what the control page asks for."""

    explicacion: str
    parametros: dict = field(default_factory=dict)
    en_respuestas: bool = True
    en_confirmaciones: bool = False


TIPOS = {
    "latencia": Tipo("tarda", {"ms": 1000, "hasta_ms": 0, "antes": False}, en_confirmaciones=True),
    "corte_antes": Tipo("corta la conexión antes de que la transacción exista"),
    "corte_despues": Tipo("corta la conexión cuando la transacción ya existe"),
    "caida": Tipo("fuera de servicio: corta toda conexión sin leerla"),
    "cuelgue": Tipo("no contesta y al final corta", {"segundos": 60, "procesar": False}),
    "error": Tipo("contesta 5xx", {"codigo": 503, "procesar": False}),
    "demasiadas": Tipo("contesta 429 con Retry-After", {"segundos": 1}),
    "html": Tipo("contesta 200 con una página HTML", {"procesar": False}),
    "medio_cuerpo": Tipo("manda medio cuerpo", {"cerrar": True}),
    "goteo": Tipo("manda el cuerpo de a un byte", {"ms": 200}),
    "enorme": Tipo("manda un cuerpo enorme", {"megas": 20}),
    "tipo_contenido": Tipo("contesta con otro tipo de contenido", {"tipo": "text/plain"}),
    "redireccion": Tipo("contesta 302 a otra página"),
    "cantidad": Tipo("int_cantidad_pagos miente", {"de_mas": 1}),
    "vacio": Tipo("int_cantidad_pagos mayor que cero con str_res_pago vacío", {"cantidad": 1}),
    "url_ajena": Tipo("str_url de otro origen", {"origen": "https://pasarela.ejemplo"}),
    "perdida": Tipo("la confirmación no sale", en_respuestas=False, en_confirmaciones=True),
    "duplicada": Tipo("la confirmación sale varias veces", {"copias": 2}, en_respuestas=False, en_confirmaciones=True),
    "desorden": Tipo(
        "la confirmación sale tras la siguiente", {"segundos": 30}, en_respuestas=False, en_confirmaciones=True
    ),
}


@dataclass(slots=True)
class Regla:
    """One fault that is on: with this probability, at most `veces` times, for `durante` seconds of the clock."""

    punto: str
    tipo: str
    probabilidad: float = 1.0
    veces: int | None = None
    comercio: int | None = None
    durante: float | None = None
    parametros: dict = field(default_factory=dict)
    ocurridas: int = 0
    desde: float = 0.0

    def __post_init__(self):
        if self.punto not in GRUPOS:
            raise FallaInvalida(f"punto: uno de {', '.join(GRUPOS)}")
        if self.tipo not in TIPOS:
            raise FallaInvalida(f"tipo: uno de {', '.join(TIPOS)}")
        tipo = TIPOS[self.tipo]
        if not (tipo.en_confirmaciones if self.punto == CONFIRMACION else tipo.en_respuestas):
            raise FallaInvalida(f"la falla {self.tipo} no tiene sentido en {self.punto}")
        for nombre, (clase, minimo, maximo) in _LIMITES.items():
            valor = getattr(self, nombre)
            if valor is not None and not (_numero(valor, clase) and minimo <= valor <= maximo):
                raise FallaInvalida(f"{nombre}: un número entre {minimo} y {maximo}")
        self.parametros = _parametros(tipo, self.parametros)

    def toca(self, punto: str, comercio: object, ahora: float) -> bool:
        """Whether this rule reaches a request now."""
        return (
            punto in GRUPOS[self.punto]
            and self.comercio in (None, comercio)
            and (self.veces is None or self.ocurridas < self.veces)
            and (self.durante is None or ahora < self.desde + self.durante)
        )


_LIMITES = {
    "probabilidad": (float, 0, 1),
    "veces": (int, 1, 10**9),
    "comercio": (int, 0, 10**9),
    "durante": (float, 0, 10**9),
}
MAX_PARAMETRO = 3600  # seconds of a hang, megabytes of a body: faults are bounded


def _numero(valor: object, clase: type) -> bool:
    return not isinstance(valor, bool) and isinstance(valor, int if clase is int else int | float)


def _parametros(tipo: Tipo, dados: object) -> dict:
    if not isinstance(dados, dict) or set(dados) - set(tipo.parametros):
        raise FallaInvalida(f"parametros: {', '.join(tipo.parametros) or 'esta falla no tiene ninguno'}")
    for nombre, valor in dados.items():
        omision = tipo.parametros[nombre]
        if isinstance(omision, bool | str):
            bien = type(valor) is type(omision)
        elif nombre == "codigo":
            bien = _numero(valor, int) and 500 <= valor <= 599
        else:
            bien = _numero(valor, float) and 0 <= valor <= (3600_000 if nombre.endswith("ms") else MAX_PARAMETRO)
        if not bien:
            raise FallaInvalida(f"{nombre}: algo como {omision}")
    return tipo.parametros | dados


class Fallas:
    """The rules in force. Each draws from its own seeded sequence: the same requests in the same order fail alike."""

    def __init__(self, reloj: Reloj, estadisticas: Estadisticas):
        self._reloj, self._estadisticas = reloj, estadisticas
        self.fijar([], semilla=1)

    def fijar(self, reglas: Iterable[dict], *, semilla: int) -> None:
        """Replace every rule. Raises FallaInvalida and changes nothing when one of them cannot be."""
        nuevas = [self._leer(regla) for regla in reglas]
        self.semilla, self.reglas = semilla, nuevas
        self._azar = [self._secuencia(numero) for numero in range(len(nuevas))]
        self._azar_de_latencia = self._secuencia(-1)

    def agregar(self, regla: dict) -> None:
        """Add one rule after the others."""
        self.reglas.append(self._leer(regla))
        self._azar.append(self._secuencia(len(self._azar)))

    def _secuencia(self, numero: int) -> random.Random:
        # Faults must repeat, not be secret.
        return random.Random(f"{self.semilla}:{numero}")  # noqa: S311 # nosec B311

    def _leer(self, regla: object) -> Regla:
        if not isinstance(regla, dict) or set(regla) & {"ocurridas", "desde"}:
            raise FallaInvalida("una regla es un objeto {punto, tipo, ...}")
        try:
            return Regla(**regla, desde=self._reloj.ahora())
        except TypeError:
            raise FallaInvalida(
                "una regla tiene punto, tipo, probabilidad, veces, comercio, durante, parametros"
            ) from None

    def elegir(self, punto: str, comercio: object = None) -> list[Regla]:
        """The faults of this request: every latency that fell to it and the first other one. They count as happened."""
        ahora, elegidas = self._reloj.ahora(), []
        for regla, azar in zip(self.reglas, self._azar, strict=True):
            if not regla.toca(punto, comercio, ahora) or azar.random() >= regla.probabilidad:
                continue
            if regla.tipo == "latencia" or all(otra.tipo == "latencia" for otra in elegidas):
                elegidas.append(regla)
                self._contar(punto, regla, 1)
        return elegidas

    def no_ocurrio(self, punto: str, regla: Regla) -> None:
        """The chosen fault had nothing to act on: it neither happened nor uses up its `veces`."""
        self._contar(punto, regla, -1)

    def _contar(self, punto: str, regla: Regla, cuantas: int) -> None:
        regla.ocurridas += cuantas
        self._estadisticas.contar_falla(f"{punto}:{regla.tipo}", cuantas)

    def uniforme(self, desde: float, hasta: float) -> float:
        """A number between two, from a seeded sequence of its own."""
        return self._azar_de_latencia.uniform(desde, hasta)

    def a_json(self) -> dict:
        """The seed and every rule with how often it happened."""
        return {"semilla": self.semilla, "reglas": [asdict(regla) for regla in self.reglas]}
