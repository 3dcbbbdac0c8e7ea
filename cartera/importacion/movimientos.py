"""The file of movements (debits and credits of documents): upsert by empresa + `id_erp`."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _t

from cartera.dinero import CERO
from cartera.importacion.directorio import Directorio
from cartera.importacion.lectura import (
    leer_documento,
    leer_empresa,
    leer_fecha,
    leer_importe,
    leer_moneda,
    leer_partes,
)
from cartera.importacion.proceso import importar
from cartera.models import SALDO_INICIAL, Movimiento
from usuarios.errores import ValorInvalidoError
from usuarios.identificacion import Identificacion
from usuarios.valores import leer_texto

_DE_LA_FILA = (
    "documento",
    "numero",
    "ubicacion",
    "cuota",
    "fecha",
    "tipo",
    "referencia",
    "moneda",
    "debito",
    "credito",
)
_CAMPOS = ("tercero_id", "organizacion_id", *_DE_LA_FILA)


def importar_movimientos(archivo, *, parcial=False, codificacion=None, usuario=None, progreso=None):
    """Load a CSV of movements (a path, bytes or a binary stream) and return its Informe.

    As `importar_saldos`; a movement that comes again with the same id_erp replaces the former one.
    """
    return importar(
        _CargadorMovimientos(usuario=usuario), archivo, parcial=parcial, codificacion=codificacion, progreso=progreso
    )


@dataclass(slots=True)
class _Registro:
    linea: int
    empresa_id: int
    tercero: Identificacion
    organizacion: Identificacion
    documento: str
    numero: str
    ubicacion: str
    cuota: int
    fecha: date
    tipo: str
    referencia: str
    moneda: str
    debito: Decimal
    credito: Decimal
    id_erp: str
    nombre: str = ""  # this file does not name people

    @property
    def clave(self):
        return (self.empresa_id, self.id_erp)


class _CargadorMovimientos:
    columnas = (
        *("empresa_nit", "tercero_tipo", "tercero_numero", "organizacion_numero", "documento", "numero", "ubicacion"),
        *("cuota", "fecha", "tipo", "referencia", "moneda", "debito", "credito", "id_erp"),
    )
    opcionales = ("organizacion_tipo",)

    def __init__(self, *, usuario):
        self._directorio = Directorio(usuario=usuario)

    def leer(self, fila):
        empresa_id = leer_empresa(fila, self._directorio.empresas)
        tercero, organizacion = leer_partes(fila)
        tipo = fila.leer("tipo", leer_texto, maximo=20, obligatorio=True)
        return _Registro(
            linea=fila.linea,
            empresa_id=empresa_id,
            tercero=tercero,
            organizacion=organizacion,
            # What was owed before a date belongs to no document.
            **leer_documento(fila, obligatorio=tipo != SALDO_INICIAL),
            fecha=leer_fecha(fila, "fecha"),
            tipo=tipo,
            referencia=fila.leer("referencia", leer_texto, maximo=60),
            moneda=fila.leer("moneda", leer_moneda),
            **_leer_importes(fila, tipo),
            id_erp=fila.leer("id_erp", leer_texto, maximo=60, obligatorio=True),
        )

    def comprobar(self, _lote):
        return ()

    def aplicar(self, lote, informe):
        with transaction.atomic():
            self._directorio.conocer(lote)
            self._directorio.completar(lote)
        # By key: two imports of the same file must not wait for each other.
        lote.sort(key=lambda registro: registro.clave)
        existentes = self._existentes(lote)
        escribir = []
        for registro in lote:
            movimiento, anterior = self._movimiento(registro), existentes.get(registro.clave)
            if anterior is None:
                informe.creados += 1
            elif all(getattr(anterior, campo) == getattr(movimiento, campo) for campo in _CAMPOS):
                informe.sin_cambios += 1
                continue
            else:
                informe.actualizados += 1
            escribir.append(movimiento)
        Movimiento.objects.bulk_create(
            escribir,
            update_conflicts=True,
            unique_fields=["empresa", "id_erp"],
            update_fields=[campo.removesuffix("_id") for campo in _CAMPOS],
        )

    def _existentes(self, lote):
        filas = Movimiento.objects.filter(
            empresa_id__in={registro.empresa_id for registro in lote}, id_erp__in=[registro.id_erp for registro in lote]
        )
        return {(fila.empresa_id, fila.id_erp): fila for fila in filas.order_by()}

    def _movimiento(self, registro):
        return Movimiento(
            empresa_id=registro.empresa_id,
            id_erp=registro.id_erp,
            tercero_id=self._directorio.terceros.id_de(registro.tercero),
            organizacion_id=self._directorio.organizaciones.id_de(registro.organizacion),
            **{campo: getattr(registro, campo) for campo in _DE_LA_FILA},
        )


def _leer_importes(fila, tipo):
    """Dict with debito and credito; an empty cell is zero."""
    debito, credito = (
        leer_importe(fila, columna) if fila[columna].strip() else CERO for columna in ("debito", "credito")
    )
    if debito and credito:
        raise ValorInvalidoError(_t("debito y credito: un movimiento es una cosa o la otra, no las dos"))
    if not debito and not credito and tipo != SALDO_INICIAL:
        raise ValorInvalidoError(_t("debito y credito: uno de los dos debe ser mayor que cero"))
    return {"debito": debito, "credito": credito}
