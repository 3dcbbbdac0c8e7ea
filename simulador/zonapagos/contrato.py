"""Strict reading of what a merchant sends to ZonaPAGOS (contract 1.1, 1.2): spellings, types, lengths, separators."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from simulador.comercios import ComercioZonapagos
from simulador.urls import es_url

TEXTO, MONTO, ENTERO = "un texto", "un número con dos decimales a lo sumo", "un entero"
SIN_OBJETO = "Object reference not set to an instance of an object."
CREDENCIALES = "Credenciales inválidas"
SIN_CODIGO_50 = "Código 50 requerido"
YA_EXISTE = "str_id_pago ya existe"
TIPOS_ID = frozenset(str(numero) for numero in range(12))
TOPE = Decimal(10) ** 12  # amounts have at most 12 digits before the point
_CORREO = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True)
class Campo:
    """One key of a request: what it must be. `pse` = required of merchants that have PSE."""

    nombre: str
    tipo: str = TEXTO
    largo: int = 0
    obligatorio: bool = False
    pse: bool = False


INICIO = ("InformacionPago", "InformacionSeguridad", "AdicionalesPago", "AdicionalesConfiguracion")
INFORMACION_PAGO = (
    Campo("flt_total_con_iva", MONTO, obligatorio=True),
    Campo("flt_valor_iva", MONTO, pse=True),
    Campo("str_id_pago", largo=30, obligatorio=True),
    Campo("str_descripcion_pago", largo=70, obligatorio=True),
    Campo("str_email", largo=70),
    Campo("str_id_cliente", largo=30, pse=True),
    Campo("str_tipo_id", largo=2, pse=True),
    Campo("str_nombre_cliente", largo=50),
    Campo("str_apellido_cliente", largo=50),
    Campo("str_telefono_cliente", largo=50),
    *(Campo(f"str_opcional{numero}", largo=70) for numero in range(1, 6)),
)
INFORMACION_SEGURIDAD = (
    Campo("int_id_comercio", ENTERO, obligatorio=True),
    Campo("str_usuario", largo=40, obligatorio=True),
    Campo("str_clave", largo=50, obligatorio=True),
    Campo("int_modalidad", ENTERO, obligatorio=True),
)
VERIFICACION = (
    Campo("int_id_comercio", ENTERO, obligatorio=True),
    Campo("str_usr_comercio", largo=40, obligatorio=True),
    Campo("str_pwd_Comercio", largo=50, obligatorio=True),
    Campo("str_id_pago", largo=30, obligatorio=True),
    Campo("int_no_pago", ENTERO, obligatorio=True),
)
CONFIGURACION = frozenset({50, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 117})
SI_O_NO = frozenset({100, 101, 102, 103, 107, 108, 109})
VERDADERO = frozenset({"1", "true", "s", "si", "y"})
FALSO = frozenset({"0", "false", "n", "no"})
MONEDAS = {"CO": "COP", "US": "USD"}


def faltas_inicio(datos: object) -> Iterator[str]:
    """What breaks the contract in an InicioPago body, without looking at the merchant."""
    if not isinstance(datos, dict):
        yield "el cuerpo debe ser un objeto JSON"
        return
    yield from _claves("", datos, INICIO, obligatorias=INICIO)
    yield from _objeto("InformacionPago", datos, INFORMACION_PAGO)
    yield from _objeto("InformacionSeguridad", datos, INFORMACION_SEGURIDAD)
    for nombre in ("AdicionalesPago", "AdicionalesConfiguracion"):
        yield from _adicionales(nombre, datos.get(nombre))
    yield from _reglas_pago(datos.get("InformacionPago"))
    yield from _reglas_configuracion(datos.get("AdicionalesConfiguracion"))


def faltas_verificacion(datos: object) -> Iterator[str]:
    """What breaks the contract in a VerificacionPago body."""
    if not isinstance(datos, dict):
        yield "el cuerpo debe ser un objeto JSON"
        return
    yield from _claves("", datos, [campo.nombre for campo in VERIFICACION])
    yield from _campos("", datos, VERIFICACION)


def faltas_pse(datos: dict, comercio: ComercioZonapagos) -> Iterator[str]:
    """What a request of a merchant with PSE lacks: its service code and the payer's identity (contract 1.1, 1.5.5)."""
    if not comercio.codigo_servicio:
        return
    codigo = configuracion(datos).get(50)
    if codigo is None:
        yield SIN_CODIGO_50
    elif codigo != comercio.codigo_servicio:
        yield "Código 50 no corresponde al comercio"
    informacion = datos["InformacionPago"]
    for campo in INFORMACION_PAGO:
        if campo.pse and informacion.get(campo.nombre) in (None, ""):
            yield f"InformacionPago.{campo.nombre} es obligatorio para PSE"


def configuracion(datos: dict) -> dict[int, str]:
    """AdicionalesConfiguracion as code -> value."""
    return {uno["int_codigo"]: uno["str_valor"] for uno in datos["AdicionalesConfiguracion"]}


def encendido(opciones: dict[int, str], codigo: int) -> bool:
    """Whether a yes-or-no configuration code is on."""
    return opciones.get(codigo, "0").lower() in VERDADERO


def _claves(donde: str, datos: dict, conocidas, obligatorias=()) -> Iterator[str]:
    for clave in datos:
        if clave not in conocidas:
            parecida = next((uno for uno in conocidas if uno.lower() == str(clave).lower()), None)
            yield f"clave desconocida: {donde}{str(clave)[:60]}" + (f" (se escribe {parecida})" if parecida else "")
    for clave in obligatorias:
        if clave not in datos:
            yield f"falta {donde}{clave}"


def _objeto(nombre: str, datos: dict, campos: tuple[Campo, ...]) -> Iterator[str]:
    if nombre not in datos:
        return  # already told as a missing key
    if not isinstance(datos[nombre], dict):
        yield f"{nombre} debe ser un objeto"
        return
    yield from _claves(f"{nombre}.", datos[nombre], [campo.nombre for campo in campos])
    yield from _campos(f"{nombre}.", datos[nombre], campos)


def _campos(donde: str, datos: dict, campos: tuple[Campo, ...]) -> Iterator[str]:
    for campo in campos:
        if campo.nombre not in datos:
            if campo.obligatorio:
                yield f"falta {donde}{campo.nombre}"
            continue
        valor = datos[campo.nombre]
        if not _es(valor, campo.tipo):
            yield f"{donde}{campo.nombre} debe ser {campo.tipo}"
        elif campo.tipo == TEXTO:
            yield from _texto(donde + campo.nombre, valor, campo)
        elif campo.nombre == "int_id_comercio" and not 0 < valor < 10_000_000:
            yield f"{donde}{campo.nombre} debe tener de 1 a 7 dígitos"


def _texto(nombre: str, valor: str, campo: Campo) -> Iterator[str]:
    if not valor.isascii() and any("\ud800" <= letra <= "\udfff" for letra in valor):
        yield f"{nombre} no es texto Unicode"
    if len(valor) > campo.largo:
        yield f"{nombre} excede {campo.largo} caracteres (trae {len(valor)})"
    if campo.obligatorio and not valor:
        yield f"{nombre} está vacío"
    secreto = campo.nombre in ("str_usuario", "str_clave", "str_usr_comercio", "str_pwd_Comercio")
    if not secreto and ("|" in valor or ";" in valor):
        yield f"{nombre} lleva | o ;"


def _es(valor: object, tipo: str) -> bool:
    if tipo == TEXTO:
        return isinstance(valor, str)
    if isinstance(valor, bool):
        return False
    if tipo == ENTERO:
        return isinstance(valor, int)
    return es_monto(valor)


def es_monto(valor: object) -> bool:
    """A JSON number, not negative, at most 12 digits and two decimals."""
    if isinstance(valor, bool) or not isinstance(valor, int | Decimal):
        return False
    decimal = Decimal(valor)
    return 0 <= decimal < TOPE and decimal == decimal.quantize(Decimal("0.01"))


def _adicionales(nombre: str, lista: object) -> Iterator[str]:
    if not isinstance(lista, list):
        if lista is not None:
            yield f"{nombre} debe ser una lista"
        return
    for uno in lista:
        bien = isinstance(uno, dict) and set(uno) == {"int_codigo", "str_valor"}
        if not bien or not _es(uno["int_codigo"], ENTERO) or not isinstance(uno["str_valor"], str):
            yield f"{nombre}: cada elemento es {{int_codigo: entero, str_valor: texto}}"


def _reglas_pago(informacion: object) -> Iterator[str]:
    if not isinstance(informacion, dict):
        return
    total, iva = informacion.get("flt_total_con_iva"), informacion.get("flt_valor_iva", 0)
    if es_monto(total) and total <= 0:
        yield "flt_total_con_iva debe ser mayor que cero"
    if es_monto(total) and es_monto(iva) and iva > total:
        yield "flt_valor_iva es mayor que flt_total_con_iva"
    if str(informacion.get("str_id_pago", "")).startswith("0"):
        yield "str_id_pago no puede comenzar por 0"
    tipo = informacion.get("str_tipo_id")
    if isinstance(tipo, str) and tipo and tipo not in TIPOS_ID:
        yield "str_tipo_id no es un tipo conocido"
    correo = informacion.get("str_email")
    if isinstance(correo, str) and correo and not _CORREO.fullmatch(correo):
        yield "str_email no es una dirección de correo"


def _reglas_configuracion(lista: object) -> Iterator[str]:
    if not isinstance(lista, list):
        return
    vistos = set()
    for uno in lista:
        codigo = uno.get("int_codigo") if isinstance(uno, dict) else None
        valor = uno.get("str_valor") if isinstance(uno, dict) else None
        if not isinstance(codigo, int) or not isinstance(valor, str):
            continue  # told by _adicionales
        if codigo in vistos:
            yield f"AdicionalesConfiguracion repite el código {codigo}"
        vistos.add(codigo)
        yield from _opcion(codigo, valor)


def _opcion(codigo: int, valor: str) -> Iterator[str]:
    if codigo not in CONFIGURACION:
        yield f"AdicionalesConfiguracion trae un código desconocido: {codigo}"
    elif codigo in SI_O_NO and valor.lower() not in VERDADERO | FALSO:
        yield f"el código {codigo} debe ser 1 o 0"
    elif codigo in (105, 106) and not valor.isdigit():
        yield f"el código {codigo} debe ser un número"
    elif codigo == 117 and valor not in MONEDAS:
        yield "el código 117 debe ser CO o US"
    elif codigo == 104 and not es_url(valor):
        yield "el código 104 debe ser una URL http(s) completa"
