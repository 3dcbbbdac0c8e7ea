"""The two sides that `test_maquina.py` compares: the database as it stands, and the model; and the world they share."""

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection

from cartera.models import Empresa
from pagos import conciliacion, reloj, servicios
from pagos.conciliacion import Libro
from pagos.errores import PagoNoPermitidoError
from pagos.models import Pago
from pagos.propuesta import Foto, LineaVista
from pagos.referencias import nuevo_codigo
from tests.fabricas import carla, crear_cliente, crear_usuario
from tests.fabricas_cartera import archivo_de_saldos, crear_empresa, crear_saldo
from tests.fabricas_pagos import aceptacion, acuerdo_payu, crear_acuerdo, crear_forma
from tests.recorridos.modelo import CENTAVO, CERO, Documento, Modelo

_VALORES = (("100000.00", "45000.50", "999.99"), ("70000.00", "33333.33"))
_SANDBOX_PAYU = "https://sandbox.checkout.payulatam.com"
_MINIMO = {"NO": None, "MONTO": Decimal("10000.00"), "PORCENTAJE": Decimal("30.00")}


@dataclass
class Pagina:
    """A page of *Forma de pago* in a browser. `lineas`: saldo id -> (owed, paid); `pago`: what came of it."""

    foto: Foto
    empresa: int
    lineas: dict
    pago: int | None = None


class Mundo:
    """What exists before anything happens: it is made once, and every run of the machine is undone back to it."""

    def __init__(self, pasarela):
        self.pasarela, self.vivido = None, set()
        self.empresas = [crear_empresa(), crear_empresa()]
        primero = crear_saldo(empresa=self.empresas[0], valor=_VALORES[0][0])
        tercero = primero.tercero
        self.saldos = {primero.pk: primero}
        for empresa, valores in zip(self.empresas, (_VALORES[0][1:], _VALORES[1]), strict=True):
            nuevos = [crear_saldo(empresa=empresa, tercero=tercero, valor=valor, iva="99.00") for valor in valores]
            self.saldos |= {uno.pk: uno for uno in nuevos}
        self.usuario, self.tercero = crear_cliente(tercero=tercero), tercero
        self.tesoreria = [carla(), crear_usuario(email="otra@ejemplo.co")]
        self.acuerdos = [
            crear_acuerdo(empresa) if pasarela == "zonapagos" else acuerdo_payu(empresa, _SANDBOX_PAYU)
            for empresa in self.empresas
        ]
        self.formas = {acuerdo.empresa_id: crear_forma(acuerdo) for acuerdo in self.acuerdos}

    def modelo(self, reglas):
        """The books before anything happens, when the empresas take partial payments by these rules."""
        por_empresa = {}
        for empresa, regla in zip(self.empresas, reglas, strict=True):
            por_empresa[empresa.pk] = (regla, _MINIMO[regla])
            Empresa.objects.filter(pk=empresa.pk).update(abono_parcial=regla, abono_minimo=_MINIMO[regla])
        return Modelo(
            [
                Documento(pk=pk, empresa=s.empresa_id, valor=s.valor, cifra=s.saldo_erp, cambiado=s.actualizado_en)
                for pk, s in self.saldos.items()
            ],
            por_empresa,
        )

    def elegir(self, modelo, cuales):
        """(empresa id, its Documentos chosen by a number from 0 to 9)."""
        lugar, mascara = (0, cuales + 1) if cuales < 7 else (1, cuales - 6)
        empresa = self.empresas[lugar].pk
        docs = [doc for doc in modelo.documentos.values() if doc.empresa == empresa]
        return empresa, [doc for bit, doc in enumerate(docs) if mascara >> bit & 1]

    def foto(self, empresa_id, lineas):
        """What a page showed of `lineas` (saldo id -> (owed, paid))."""
        return Foto(
            usuario_id=self.usuario.pk,
            empresa_id=empresa_id,
            tercero_id=self.tercero.pk,
            moneda="COP",
            clave_envio=nuevo_codigo(),
            version_terminos=self.empresas[0].version_terminos,
            lineas={
                pk: LineaVista(debe=debe, paga=paga, razon="" if debe == paga else "RETENCION")
                for pk, (debe, paga) in lineas.items()
            },
        )

    def iniciar(self, pagina):
        """The page is sent; returns the Pago."""
        forma = self.formas[pagina.empresa]
        return servicios.iniciar_pago(
            foto=pagina.foto, forma=forma, usuario=self.usuario, aceptacion=aceptacion(), idioma="es-co"
        )

    def archivo(self, cifras):
        """A file of the ERP with these figures, by saldo id (bytes)."""
        return archivo_de_saldos((self.saldos[pk], cifra) for pk, cifra in cifras.items())


@contextmanager
def permitido(se_puede):
    """What is done inside succeeds exactly when it may."""
    if se_puede:
        yield
    else:
        with pytest.raises(PagoNoPermitidoError):
            yield


def vencer():
    """As if every pago that is watched were due now."""
    pasado = reloj.ahora() - timedelta(seconds=1)
    Pago.objects.filter(proxima_consulta__isnull=False).update(proxima_consulta=pasado)


# --- The rules of diseno.md 4 -------------------------------------------------------------------------------------
# By hand, as an auditor would: without the portal's models, and a tenth of their time.
_DE_PAGOS = {
    "detalles": """SELECT d.pago_id, d.saldo_id, d.valor, d.abierto, a.valor AS abono, f.valor AS favor
        FROM pagos_detallepago d LEFT JOIN pagos_abono a ON a.detalle_id = d.id
        LEFT JOIN pagos_saldoafavor f ON f.detalle_id = d.id ORDER BY d.id""",
    "favores": "SELECT pago_id, valor, intento, novedad_id FROM pagos_saldoafavor ORDER BY id",
    "eventos": "SELECT pago_id, de, a FROM pagos_eventopago ORDER BY id",
    "recibos": "SELECT pago_id, consecutivo FROM pagos_recibo ORDER BY id",
    "avisos": "SELECT pago_id, tipo FROM pagos_notificacion ORDER BY tipo",
    "novedades": "SELECT pago_id, tipo, propuesta_valor, resuelta_en FROM pagos_novedad ORDER BY id",
}
_SALDOS = "SELECT id, saldo, saldo_erp, por_acusar, por_reflejar FROM cartera_saldo ORDER BY id"
_PAGOS = """SELECT id, empresa_id, estado, motivo, total, reabierta, aprobada_en IS NOT NULL AS con_fecha,
    proxima_consulta IS NOT NULL AS vigilado FROM pagos_pago ORDER BY id"""
_DINERO = {"valor", "abono", "favor", "saldo", "saldo_erp", "por_acusar", "por_reflejar", "total", "propuesta_valor"}


@dataclass
class Filas:
    """Everything that stands in the books: rows by id, and rows that hang from a pago by its id."""

    saldos: dict
    pagos: dict
    detalles: dict
    favores: dict
    eventos: dict
    recibos: dict
    avisos: dict
    novedades: dict


def leer():
    """The Filas as they stand now."""
    with connection.cursor() as cursor:
        saldos = {fila["id"]: fila for fila in _filas(cursor, _SALDOS)}
        pagos = {fila["id"]: fila for fila in _filas(cursor, _PAGOS)}
        colgadas = {}
        for nombre, sql in _DE_PAGOS.items():
            colgadas[nombre] = {pk: [] for pk in pagos}
            for fila in _filas(cursor, sql):
                colgadas[nombre][fila.pop("pago_id")].append(fila)
    return Filas(saldos, pagos, **colgadas)


def _filas(cursor, sql):
    cursor.execute(sql)
    nombres = [columna.name if hasattr(columna, "name") else columna[0] for columna in cursor.description]
    for valores in cursor.fetchall():
        yield {
            nombre: Decimal(str(valor)).quantize(CENTAVO) if nombre in _DINERO and valor is not None else valor
            for nombre, valor in zip(nombres, valores, strict=True)
        }


def comparar(filas, modelo):
    """AssertionError, naming the rule, unless the database holds exactly what the model says."""
    for regla in REGLAS:
        regla(filas, modelo)


def cada_saldo_es_el_de_su_regla(filas, modelo):
    """4.11: max(0, ERP's figure - unacknowledged money), and the figure of the model; never below zero."""
    for pk, doc in modelo.documentos.items():
        fila = filas.saldos[pk]
        assert fila["saldo"] == max(CERO, fila["saldo_erp"] - fila["por_acusar"])
        assert (fila["saldo"], fila["por_acusar"]) == (doc.saldo, doc.por_acusar)


def ningun_pago_de_mas_ni_de_menos(filas, modelo):
    """4.3: what was refused created nothing."""
    assert filas.pagos.keys() == modelo.pagos.keys()


def cada_estado_es_el_esperado(filas, modelo):
    """3: the state and its reason; APROBADA <=> aprobada_en; an open pago is asked again some day."""
    for pk, pago in modelo.pagos.items():
        fila = filas.pagos[pk]
        assert (fila["estado"], fila["motivo"]) == (pago.estado, pago.motivo)
        assert fila["con_fecha"] == (fila["estado"] == "APROBADA")
        assert fila["reabierta"] == pago.reabierta
        assert fila["vigilado"] or not pago.en_curso


def de_una_aprobada_no_se_vuelve(filas, _modelo):
    """3: whatever came afterwards, APROBADA is the last thing that happened to it."""
    for pk in filas.pagos:
        cambios = [evento["a"] for evento in filas.eventos[pk] if evento["de"] != evento["a"]]
        assert "APROBADA" not in cambios[:-1]
        assert filas.pagos[pk]["estado"] == cambios[-1]


def un_evento_por_cambio(filas, modelo):
    """4.4: the history is the one that the model lived through, each change once."""
    for pk, pago in modelo.pagos.items():
        cambios = [(evento["de"], evento["a"]) for evento in filas.eventos[pk] if evento["de"] != evento["a"]]
        assert cambios == list(zip(["", *pago.estados], pago.estados, strict=False))


def un_saldo_en_un_solo_pago_abierto(filas, modelo):
    """4.2: `abierto` is the state of its pago, and nobody else holds the same saldo."""
    tomados = []
    for pk, pago in modelo.pagos.items():
        detalles = filas.detalles[pk]
        assert [detalle["abierto"] for detalle in detalles] == [pago.en_curso] * len(pago.partes)
        tomados += [detalle["saldo_id"] for detalle in detalles if detalle["abierto"]]
    assert len(tomados) == len(set(tomados))


def cada_detalle_aprobado_esta_completo(filas, modelo):
    """4.1: of each approved detail, abono + saldo a favor = its amount, split as the saldo needed it then."""
    for pk, pago in modelo.pagos.items():
        detalles = {detalle["saldo_id"]: detalle for detalle in filas.detalles[pk]}
        assert {uno: detalle["valor"] for uno, detalle in detalles.items()} == pago.partes
        assert filas.pagos[pk]["total"] == pago.total
        for uno, detalle in detalles.items():
            abono, favor = detalle["abono"] or CERO, detalle["favor"] or CERO
            assert (abono, favor) == (pago.abonos.get(uno, CERO), pago.favores.get(uno, CERO))
            assert abono + favor == (detalle["valor"] if pago.estado == "APROBADA" else CERO)


def lo_aprobado_de_mas_es_credito_una_vez(filas, modelo):
    """3: each further approval, and what two people said was received, once."""
    for pk, pago in modelo.pagos.items():
        favores = filas.favores[pk]
        assert {favor["intento"]: favor["valor"] for favor in favores if favor["intento"]} == pago.excedentes
        de_revision = [favor["valor"] for favor in favores if favor["novedad_id"]]
        assert de_revision == ([pago.de_revision] if pago.de_revision else [])


def el_dinero_se_conserva(filas, modelo):
    """4.1: per empresa, what the gateways took = abonos + saldos a favor."""
    for empresa in modelo.reglas:
        suyos = [pk for pk, fila in filas.pagos.items() if fila["empresa_id"] == empresa]
        abonos = sum((d["abono"] or CERO for pk in suyos for d in filas.detalles[pk]), CERO)
        favores = sum((favor["valor"] for pk in suyos for favor in filas.favores[pk]), CERO)
        assert abonos + favores == modelo.recibido(empresa)


def un_recibo_por_aprobada_y_sin_huecos(filas, modelo):
    """4.4: the n-th approval of an empresa has receipt n, and nothing else has one."""
    for pk, pago in modelo.pagos.items():
        numeros = [recibo["consecutivo"] for recibo in filas.recibos[pk]]
        assert numeros == ([pago.recibo] if pago.estado == "APROBADA" else [])


def cada_aviso_una_vez(filas, modelo):
    """One e-mail of each kind, and of no kind that did not happen."""
    for pk, pago in modelo.pagos.items():
        assert [aviso["tipo"] for aviso in filas.avisos[pk]] == sorted(pago.avisos)


def lo_que_no_se_decide_llega_a_una_persona(filas, modelo):
    """3: a Novedad of each kind that happened, and of no kind that did not; none of an internal error."""
    for pk, pago in modelo.pagos.items():
        tipos = {novedad["tipo"] for novedad in filas.novedades[pk]} - {"DEMASIADO_PENDIENTE"}
        assert tipos == pago.novedades


REGLAS = (
    el_dinero_se_conserva,
    cada_detalle_aprobado_esta_completo,
    lo_aprobado_de_mas_es_credito_una_vez,
    cada_saldo_es_el_de_su_regla,
    un_saldo_en_un_solo_pago_abierto,
    de_una_aprobada_no_se_vuelve,
    ningun_pago_de_mas_ni_de_menos,
    cada_estado_es_el_esperado,
    un_evento_por_cambio,
    un_recibo_por_aprobada_y_sin_huecos,
    cada_aviso_una_vez,
    lo_que_no_se_decide_llega_a_una_persona,
)


def conciliar_sin_diferencias(modelo):
    """The product's own judge agrees, and its totals are the model's."""
    libro = Libro()
    assert list(conciliacion.conciliar(libro)) == []
    assert all(totales.diferencia == CERO for totales in libro.totales.values())
    assert sum((t.recibido for t in libro.totales.values()), CERO) == sum(map(modelo.recibido, modelo.reglas), CERO)
