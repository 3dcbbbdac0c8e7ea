"""The file of balances: upsert by the natural key, under the rules of diseno.md 4.11."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _t

from cartera import consultas, servicios
from cartera.dinero import CERO
from cartera.formato import dinero, fecha_corta
from cartera.importacion.directorio import Directorio
from cartera.importacion.informe import Aviso, TipoAviso
from cartera.importacion.lectura import (
    leer_documento,
    leer_empresa,
    leer_fecha,
    leer_fecha_opcional,
    leer_importe,
    leer_moneda,
    leer_partes,
)
from cartera.importacion.proceso import importar
from cartera.models import CLAVE_NATURAL
from usuarios.errores import ValorInvalidoError
from usuarios.identificacion import Identificacion
from usuarios.valores import leer_texto

# Empty means "not said": what the saldo had stays.
_OPCIONALES = ("corte", "cufe", "enlace")
_CAMPOS = ("tercero_id", "organizacion_id", "fecha", "vencimiento", "moneda", "valor", "iva", *_OPCIONALES)
_exigir_enlace = URLValidator(schemes=["https", "http"])


def importar_saldos(archivo, *, parcial=False, codificacion=None, usuario=None, progreso=None):
    """Load a CSV of balances (a path, bytes or a binary stream) and return its Informe.

    Nothing is loaded if a row is wrong, unless `parcial`; `usuario` is who the history names for the terceros created.
    `progreso(rows)` is called as lots are written. Raises ArchivoInvalidoError.
    """
    cargador = _CargadorSaldos(usuario=usuario)
    informe = importar(cargador, archivo, parcial=parcial, codificacion=codificacion, progreso=progreso)
    if informe.cargado:
        _avisar_sin_acusar(cargador.empresas_vistas, informe)
    return informe


def _avisar_sin_acusar(empresas, informe):
    viejos = consultas.sin_acusar_desde(timezone.now() - servicios.PLAZO_ERP).filter(empresa_id__in=empresas)
    for saldo in viejos.iterator():
        texto = _t("%(documento)s: el ERP no ha acusado %(importe)s pagados en línea el %(dia)s o antes") % {
            "documento": saldo,
            "importe": dinero(saldo.por_acusar, saldo.moneda),
            "dia": fecha_corta(saldo.por_acusar_desde),
        }
        informe.avisar(Aviso(TipoAviso.SIN_ACUSAR, saldo.pk, texto))


@dataclass(slots=True)
class _Registro:
    linea: int
    empresa_id: int
    tercero: Identificacion
    organizacion: Identificacion
    nombre: str
    documento: str
    numero: str
    ubicacion: str
    cuota: int
    fecha: date
    vencimiento: date
    moneda: str
    valor: Decimal
    iva: Decimal
    cifra: Decimal
    corte: date | None
    cufe: str
    enlace: str

    @property
    def clave(self):
        return (self.empresa_id, self.documento, self.numero, self.ubicacion, self.cuota)


class _CargadorSaldos:
    columnas = (
        *(
            "empresa_nit",
            "tercero_tipo",
            "tercero_numero",
            "tercero_nombre",
            "organizacion_numero",
            "documento",
            "numero",
        ),
        *("ubicacion", "cuota", "fecha", "vencimiento", "moneda", "valor", "iva", "saldo"),
    )
    opcionales = ("organizacion_tipo", *_OPCIONALES)

    def __init__(self, *, usuario):
        self._directorio = Directorio(usuario=usuario)
        self.empresas_vistas = set()
        self._en_proceso = {}

    def leer(self, fila):
        empresa_id = leer_empresa(fila, self._directorio.empresas)
        tercero, organizacion = leer_partes(fila)
        registro = _Registro(
            linea=fila.linea,
            empresa_id=empresa_id,
            tercero=tercero,
            organizacion=organizacion,
            nombre=fila.leer("tercero_nombre", leer_texto, maximo=200),
            **leer_documento(fila),
            fecha=leer_fecha(fila, "fecha"),
            vencimiento=leer_fecha(fila, "vencimiento"),
            moneda=fila.leer("moneda", leer_moneda),
            **_leer_importes(fila),
            corte=leer_fecha_opcional(fila, "corte"),
            cufe=fila.leer("cufe", leer_texto, maximo=96),
            enlace=fila.leer("enlace", _leer_enlace),
        )
        if registro.vencimiento < registro.fecha:
            raise ValorInvalidoError(_t("vencimiento: es anterior a la fecha del documento"))
        return registro

    def comprobar(self, lote):
        self._directorio.conocer(lote)
        existentes = consultas.fijos_por_clave({registro.clave for registro in lote})
        con_pagos = consultas.con_pagos([saldo.pk for saldo in existentes.values()])
        for registro in lote:
            saldo = existentes.get(registro.clave)
            razon = saldo and self._impedimento(registro, saldo, con_pagos)
            if razon:
                yield registro, razon

    def aplicar(self, lote, informe):
        with transaction.atomic():
            self._directorio.conocer(lote)
            self._directorio.completar(lote)
        nuevas = self._crear(lote)
        self._actualizar(lote, nuevas, informe)
        self.empresas_vistas.update(registro.empresa_id for registro in lote)

    def _crear(self, lote):
        """Insert the records whose key is new, and return those keys."""
        existentes = consultas.ids_por_clave({registro.clave for registro in lote})
        # By key: two imports of the same file must not wait for each other.
        nuevos = sorted((r for r in lote if r.clave not in existentes), key=lambda r: r.clave)
        servicios.crear_saldos([self._saldo_nuevo(registro) for registro in nuevos])
        return {registro.clave for registro in nuevos}

    def _saldo_nuevo(self, registro):
        campos = {campo: getattr(registro, campo) for campo in CLAVE_NATURAL}
        return servicios.nuevo_saldo(registro.cifra, **campos, **self._valores(registro))

    def _actualizar(self, lote, nuevas, informe):
        """Write what differs, under the locks of the lot; also what another import inserted first."""
        por_clave = {registro.clave: registro for registro in lote}
        ids = list(consultas.ids_por_clave(set(por_clave)).values())
        with transaction.atomic():
            saldos = servicios.bloquear_saldos(ids)
            con_pagos, self._en_proceso = consultas.con_pagos(ids), consultas.en_proceso(ids)
            cambiados = []
            for saldo in saldos:
                registro = por_clave.pop(saldo.clave)
                razon = self._impedimento(registro, saldo, con_pagos)
                if razon:
                    informe.rechazar(registro.linea, razon)
                    continue
                if self._asentar(saldo, registro, informe):
                    cambiados.append(saldo)
                    informe.actualizados += 1
                elif saldo.clave in nuevas:
                    informe.creados += 1
                else:
                    informe.sin_cambios += 1
            servicios.guardar_saldos(cambiados, campos=[campo.removesuffix("_id") for campo in _CAMPOS])
        for registro in por_clave.values():
            informe.rechazar(registro.linea, _t("no se pudo guardar: vuelva a cargar el archivo"))

    def _asentar(self, saldo, registro, informe):
        """Take the record into the locked saldo, in memory; True when something changed."""
        antes = [getattr(saldo, campo) for campo in (*servicios.IMPORTES, *_CAMPOS)]
        for campo, valor in self._valores(registro).items():
            setattr(saldo, campo, valor)
        debia = saldo.saldo
        creida = servicios.registrar_saldo_erp(saldo, registro.cifra)
        if registro.cifra < saldo.por_acusar:
            informe.avisar(_por_debajo(saldo, registro))
        if creida:
            informe.avisar(_cifra_creida(saldo, creida, registro))
        if saldo.saldo != debia and saldo.pk in self._en_proceso:
            informe.avisar(_en_pago(saldo, debia, self._en_proceso[saldo.pk], registro))
        return antes != [getattr(saldo, campo) for campo in (*servicios.IMPORTES, *_CAMPOS)]

    def _valores(self, registro):
        """Field -> value of all but the key and the amounts owed; optional ones only if the file says them."""
        valores = {campo: getattr(registro, campo) for campo in ("fecha", "vencimiento", "moneda", "valor", "iva")}
        valores["tercero_id"] = self._directorio.terceros.id_de(registro.tercero)
        valores["organizacion_id"] = self._directorio.organizaciones.id_de(registro.organizacion)
        return valores | {campo: getattr(registro, campo) for campo in _OPCIONALES if getattr(registro, campo)}

    def _impedimento(self, registro, saldo, con_pagos):
        """Why the database does not admit this record over that saldo; '' when it does."""
        if registro.corte and saldo.corte and registro.corte < saldo.corte:
            return _t("corte: %(nuevo)s es anterior al ya cargado (%(cargado)s): el archivo es viejo") % {
                "nuevo": registro.corte,
                "cargado": saldo.corte,
            }
        if saldo.pk not in con_pagos:
            return ""
        nuevos = self._valores(registro)
        fijos = {"tercero_id": _t("tercero"), "organizacion_id": _t("organización"), "moneda": _t("moneda")}
        distintos = [nombre for campo, nombre in fijos.items() if nuevos[campo] != getattr(saldo, campo)]
        if not distintos:
            return ""
        return _t("el documento ya tiene pagos en línea: no se puede cambiar su %s") % ", ".join(distintos)


def _por_debajo(saldo, registro):
    texto = _t("%(documento)s: el ERP dice que se deben %(cifra)s y no ha acusado %(importe)s pagados en línea") % {
        "documento": saldo,
        "cifra": dinero(registro.cifra, saldo.moneda),
        "importe": dinero(saldo.por_acusar, saldo.moneda),
    }
    return Aviso(TipoAviso.ERP_POR_DEBAJO, saldo.pk, texto, registro.linea)


def _cifra_creida(saldo, creida, registro):
    texto = _t(
        "%(documento)s: el ERP ya acusó %(importe)s y días después sigue diciendo que se deben: vuelven a deberse"
    )
    datos = {"documento": saldo, "importe": dinero(creida, saldo.moneda)}
    return Aviso(TipoAviso.CIFRA_CREIDA, saldo.pk, texto % datos, registro.linea)


def _en_pago(saldo, debia, referencia, registro):
    """The payment keeps the amount it was started with (docs/decisiones/0003)."""
    texto = _t(
        "%(documento)s: pasó de %(antes)s a %(ahora)s mientras se paga con la referencia %(referencia)s, que conserva "
        "su valor; si se aprueba, lo que sobre será saldo a favor"
    )
    datos = {
        "documento": saldo,
        "antes": dinero(debia, saldo.moneda),
        "ahora": dinero(saldo.saldo, saldo.moneda),
        "referencia": referencia,
    }
    return Aviso(TipoAviso.EN_PAGO, saldo.pk, texto % datos, registro.linea)


def _leer_importes(fila):
    """Dict with valor, iva and cifra (the column `saldo`)."""
    if fila["saldo"].strip().startswith(("-", "(")):
        raise ValorInvalidoError(
            _t("saldo: «%s» es negativo: los saldos a favor del cliente no se cargan en el portal")
            % fila["saldo"].strip()[:30]
        )
    valor, iva, cifra = (leer_importe(fila, columna) for columna in ("valor", "iva", "saldo"))
    if valor == CERO:
        raise ValorInvalidoError(_t("valor: debe ser mayor que cero"))
    if iva > valor:
        raise ValorInvalidoError(_t("iva: es mayor que el valor"))
    if cifra > valor:
        raise ValorInvalidoError(_t("saldo: es mayor que el valor"))
    return {"valor": valor, "iva": iva, "cifra": cifra}


def _leer_enlace(texto):
    enlace = leer_texto(texto, maximo=500)
    try:
        if enlace:
            _exigir_enlace(enlace)
    except ValidationError as error:
        raise ValorInvalidoError(_t("«%s» no es una dirección web (https://...)") % enlace[:60]) from error
    return enlace
