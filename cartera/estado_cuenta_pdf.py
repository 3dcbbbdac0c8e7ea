"""The statement of account on paper, in the reader's language (diseno.md 7, ECSEC)."""

from django.utils.translation import gettext as _t

from cartera.formato import dinero, fecha_corta, fecha_larga, mora_al
from cartera.papel import GRIS, NEGRITA, Hoja, logo_de, tinta_de


def dibujar(estado, *, empresa, tercero):
    """The PDF (binary stream) of an EstadoDeCuenta of `empresa` and `tercero`."""
    titulo = _t("Estado de cuenta, %(periodo)s") % {"periodo": estado.periodo.nombre}
    hoja = Hoja(
        titulo=f"{titulo}. {empresa.nombre}",
        autor=empresa.nombre,
        encabezado=f"{empresa.nombre} · {tercero.nombre_completo} · {titulo}",
    )
    if logo := logo_de(empresa):
        hoja.logo(logo)
    hoja.texto(empresa.nombre, fuente=NEGRITA, cuerpo=10)
    hoja.texto(f"{empresa.identificacion} · {empresa.direccion} · {empresa.telefono} · {empresa.correo}", color=GRIS)
    hoja.texto(titulo, fuente=NEGRITA, cuerpo=15, color=tinta_de(empresa))
    hoja.texto(f"{tercero.nombre_completo}, {tercero.identificacion} · {estado.cuenta.moneda}", cuerpo=10)
    hoja.texto(_t("Hecho el %s.") % fecha_larga(estado.hoy), color=GRIS)
    escrito = _Escrito(hoja, estado)
    escrito.cifras()
    escrito.movimientos()
    escrito.anteriores()
    escrito.por_contabilizar()
    escrito.pendientes()
    return hoja.terminar()


class _Escrito:
    """The parts of a statement, one under the other."""

    def __init__(self, hoja, estado):
        self._hoja = hoja
        self._estado = estado

    def _dinero(self, valor):
        return _t("No informado") if valor is None else dinero(valor, self._estado.cuenta.moneda)

    def cifras(self):
        """The four figures; an opening balance that nobody told is never 0."""
        estado, hoja = self._estado, self._hoja
        hoja.titulo(_t("Resumen del periodo"))
        with hoja.tabla([(_t("Concepto"), 126, False), (_t("Valor"), 60, True)]):
            hoja.renglon(
                _t("Saldo inicial, al %(dia)s") % {"dia": fecha_corta(estado.periodo.desde)},
                self._dinero(estado.inicial),
            )
            if estado.desde_cuando:
                primero = _t("Saldo al %(dia)s, lo primero que informó la empresa")
                hoja.renglon(primero % {"dia": fecha_corta(estado.desde_cuando)}, self._dinero(estado.inicial_conocido))
            hoja.renglon(_t("Débitos: lo que le cobraron"), self._dinero(estado.debitos))
            hoja.renglon(_t("Créditos: lo que pagó y sus notas"), self._dinero(estado.creditos))
            final = _t("Saldo final, al %(dia)s") % {"dia": fecha_corta(estado.periodo.hasta)}
            hoja.renglon(final, self._dinero(estado.final), fuente=NEGRITA)

    def movimientos(self):
        """The period's debits and credits, with the balance after each."""
        hoja = self._hoja
        hoja.titulo(_t("Movimientos del periodo"))
        if not self._estado.cuantos:
            hoja.texto(_t("Sin movimientos en %(periodo)s.") % {"periodo": self._estado.periodo.nombre})
            return
        columnas = [
            (_t("Documento"), 46, False),
            (_t("Fecha"), 22, False),
            (_t("Tipo"), 34, False),
            (_t("Débito"), 28, True),
            (_t("Crédito"), 28, True),
            (_t("Saldo"), 28, True),
        ]
        with hoja.tabla(columnas):
            for renglon in self._estado.renglones():
                movimiento, acumulado = renglon.movimiento, renglon.acumulado
                hoja.renglon(
                    movimiento.etiqueta,
                    fecha_corta(movimiento.fecha),
                    f"{movimiento.tipo} {movimiento.referencia}".strip(),
                    self._dinero(movimiento.debito) if movimiento.debito else "",
                    self._dinero(movimiento.credito) if movimiento.credito else "",
                    "" if acumulado is None else self._dinero(acumulado),
                )

    def anteriores(self):
        """Documents of earlier months that were still open, with their movements."""
        estado, hoja = self._estado, self._hoja
        if not estado.cuantos_anteriores:
            return
        hoja.titulo(_t("Documentos anteriores que seguían abiertos"))
        columnas = [
            (_t("Documento"), 60, False),
            (_t("Fecha"), 26, False),
            (_t("Tipo"), 40, False),
            (_t("Valor"), 30, True),
            (_t("Al inicio"), 30, True),
        ]
        with hoja.tabla(columnas):
            for documento in estado.anteriores():
                hoja.renglon(documento.etiqueta, "", "", "", self._dinero(documento.al_inicio), fuente=NEGRITA)
                for movimiento in documento.movimientos:
                    tipo = f"{movimiento.tipo} {movimiento.referencia}".strip()
                    hoja.renglon("", fecha_corta(movimiento.fecha), tipo, self._dinero(movimiento.valor), "")

    def por_contabilizar(self):
        """Money paid here that the empresa has not booked."""
        estado, hoja = self._estado, self._hoja
        if not estado.por_contabilizar:
            return
        hoja.titulo(_t("Pagos en línea por contabilizar"))
        columnas = [
            (_t("Documento"), 66, False),
            (_t("Fecha del pago"), 30, False),
            (_t("Pago"), 50, False),
            (_t("Valor"), 40, True),
        ]
        with hoja.tabla(columnas):
            for pago in estado.por_contabilizar:
                hoja.renglon(pago.etiqueta, fecha_corta(pago.fecha_pago), pago.referencia, self._dinero(pago.valor))
            total = self._dinero(estado.total_por_contabilizar)
            hoja.renglon(_t("Total por contabilizar"), "", "", total, fuente=NEGRITA)

    def pendientes(self):
        """What is owed today, by age and by document."""
        estado, hoja = self._estado, self._hoja
        hoja.titulo(_t("Lo que debe hoy, %(dia)s") % {"dia": fecha_corta(estado.hoy)})
        if estado.resumen is None:
            hoja.texto(_t("No hay documentos pendientes."))
            return
        with hoja.tabla([(_t("Antigüedad"), 86, False), (_t("Documentos"), 40, True), (_t("Valor"), 60, True)]):
            for edad in estado.resumen.edades:
                hoja.renglon(str(edad.tramo.nombre), str(edad.cuantos), self._dinero(edad.total))
            total = self._dinero(estado.resumen.total)
            hoja.renglon(_t("Total pendiente"), str(estado.resumen.cuantos), total, fuente=NEGRITA)
        columnas = [
            (_t("Documento"), 44, False),
            (_t("Fecha"), 23, False),
            (_t("Vence"), 23, False),
            (_t("Plazo"), 32, False),
            (_t("Valor"), 32, True),
            (_t("Saldo"), 32, True),
        ]
        with hoja.tabla(columnas):
            for saldo in estado.pendientes.iterator(chunk_size=2000):
                plazo = mora_al(saldo.vencimiento, estado.hoy) or _t("Por vencer")
                dias = fecha_corta(saldo.fecha), fecha_corta(saldo.vencimiento), plazo
                hoja.renglon(saldo.etiqueta, *dias, self._dinero(saldo.valor), self._dinero(saldo.saldo))
