"""How the cells that balances and movements share become values."""

from functools import lru_cache

from django.utils.translation import gettext as _t

from cartera.dinero import MONEDAS
from usuarios import valores
from usuarios.errores import ValorInvalidoError
from usuarios.identificacion import TipoId, leer_identificacion, leer_organizacion
from usuarios.valores import leer_dinero, leer_entero, leer_texto

# The same few thousand numbers and dates stand in every file, line after line.
_leer_identificacion = lru_cache(maxsize=50_000)(leer_identificacion)
_leer_fecha = lru_cache(maxsize=5_000)(valores.leer_fecha)
_leer_organizacion = lru_cache(maxsize=50_000)(leer_organizacion)


def leer_moneda(texto):
    """An ISO 4217 code among cartera.dinero.MONEDAS; ValorInvalidoError."""
    limpio = texto.strip()
    if limpio not in MONEDAS:
        raise ValorInvalidoError(
            _t("«%(moneda)s» no es una moneda: use su código de tres letras mayúsculas (%(conocidas)s)")
            % {"moneda": limpio[:10], "conocidas": ", ".join(MONEDAS)}
        )
    return limpio


def leer_empresa(fila, empresas):
    """Primary key of the Empresa of a Fila; `empresas` maps NIT (without check digit) to primary key."""
    nit = fila.leer("empresa_nit", _nit).numero
    if nit not in empresas:
        raise ValorInvalidoError(
            _t("empresa_nit: no hay una empresa con NIT %s: créela con configurar_empresa o en la administración") % nit
        )
    return empresas[nit]


def _nit(texto):
    return _leer_identificacion(TipoId.NIT, texto)


def leer_partes(fila):
    """(Identificacion of the tercero, of the organizacion) of a Fila; an empty organizacion_numero is the tercero's."""
    tercero = fila.leer("tercero_numero", _numero_de_tipo, tipo=fila["tercero_tipo"])
    organizacion = fila.leer("organizacion_numero", _organizacion, tercero=tercero, tipo=fila["organizacion_tipo"])
    return tercero, organizacion or tercero


def _numero_de_tipo(texto, *, tipo):
    return _leer_identificacion(tipo, texto)


def _organizacion(texto, *, tercero, tipo):
    return _leer_organizacion(tercero, texto, tipo)


def leer_documento(fila, *, obligatorio=True):
    """Dict with documento, numero, ubicacion and cuota (1 when the cell is empty) of a Fila."""
    return {
        "documento": fila.leer("documento", leer_texto, maximo=20, obligatorio=obligatorio),
        "numero": fila.leer("numero", leer_texto, maximo=40, obligatorio=obligatorio),
        "ubicacion": fila.leer("ubicacion", leer_texto, maximo=40),
        "cuota": fila.leer("cuota", leer_entero) if fila["cuota"].strip() else 1,
    }


def leer_importe(fila, columna):
    """Decimal of a money column, with the decimal sign that the file's separator allows."""
    return fila.leer(columna, leer_dinero, separador=fila.separador)


def leer_fecha(fila, columna):
    """`date` of a column."""
    return fila.leer(columna, _leer_fecha)


def leer_fecha_opcional(fila, columna):
    """`date`, or None when the cell is empty or the column absent."""
    return leer_fecha(fila, columna) if fila[columna].strip() else None
