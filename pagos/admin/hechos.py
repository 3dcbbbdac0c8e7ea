"""What payments left behind: found and read, never written by hand (diseno.md 4.12)."""

# ruff: noqa: ARG002  (the signatures are Django's)

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from cartera.admin_alcance import DeSusEmpresas
from pagos.models import (
    Abono,
    AplicacionSaldoAFavor,
    ComentarioNovedad,
    CorreoInterno,
    DetallePago,
    EventoPago,
    LineaErp,
    Notificacion,
    Novedad,
    Pago,
    PropuestaSaldoAFavor,
    Recibo,
    SaldoAFavor,
)
from pagos.presentacion_novedades import que_se_vio
from usuarios.admin_base import SinBorrado, SoloLectura


class _Hecho(DeSusEmpresas, SoloLectura):
    search_help_text = _("Referencia del pago, o NIT, cédula o nombre del cliente.")
    # Two counts of a million rows are most of what a page costs.
    show_full_result_count = False
    ordering = ["-pk"]


class _Parte(SinBorrado, admin.TabularInline):
    """Rows of a pago, on its page."""

    extra = 0

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


class _Detalles(_Parte):
    model = DetallePago
    fields = ["saldo", "valor", "iva", "debia", "razon", "nota", "abierto"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("saldo")


class _Eventos(_Parte):
    model = EventoPago
    fields = ["cuando", "de", "a", "motivo", "origen", "codigo", "quien"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("quien")


@admin.register(Pago)
class PagoAdmin(_Hecho):
    list_display = ["referencia", "estado", "motivo", "empresa", "tercero", "moneda", "total", "metodo", "creada_en"]
    list_filter = ["estado", "motivo", "empresa", "moneda", "metodo"]
    list_select_related = ["empresa", "tercero"]
    date_hierarchy = "creada_en"
    search_fields = ["referencia__exact", "cus__exact", "tercero__numero__exact", "tercero__nombre"]
    search_help_text = _("Referencia o CUS del pago, o NIT, cédula o nombre del cliente.")
    inlines = [_Detalles, _Eventos]
    # Whoever holds the return code sees the payment without logging in; the rest is the payer's way to the gateway.
    exclude = ["codigo_retorno", "clave_envio", "url_pasarela", "formulario"]


@admin.register(DetallePago)
class DetallePagoAdmin(_Hecho):
    ruta_empresa = "pago__empresa"
    list_display = ["pago", "saldo", "valor", "iva", "debia", "razon", "abierto"]
    list_filter = ["abierto", "razon", "pago__empresa"]
    list_select_related = ["pago", "saldo"]
    search_fields = ["pago__referencia__exact", "saldo__numero__startswith", "saldo__tercero__numero__exact"]


@admin.register(EventoPago)
class EventoPagoAdmin(_Hecho):
    ruta_empresa = "pago__empresa"
    list_display = ["cuando", "pago", "de", "a", "motivo", "origen", "codigo", "quien"]
    list_filter = ["a", "motivo", "origen"]
    list_select_related = ["pago", "quien"]
    search_fields = ["pago__referencia__exact", "codigo__exact"]
    search_help_text = _("Referencia del pago, o código de la pasarela.")


@admin.register(Abono)
class AbonoAdmin(_Hecho):
    ruta_empresa = "saldo__empresa"
    list_display = ["creado_en", "referencia", "saldo", "valor", "aplicado_erp_en"]
    list_filter = [("aplicado_erp_en", admin.EmptyFieldListFilter), "saldo__empresa"]
    list_select_related = ["detalle__pago", "saldo"]
    search_fields = ["detalle__pago__referencia__exact", "saldo__numero__startswith", "saldo__tercero__numero__exact"]

    @admin.display(description=_("pago"))
    def referencia(self, abono):
        return abono.detalle.pago.referencia


@admin.register(SaldoAFavor)
class SaldoAFavorAdmin(_Hecho):
    list_display = ["creado_en", "pago", "empresa", "tercero", "moneda", "valor"]
    list_filter = ["empresa", "moneda"]
    list_select_related = ["pago", "empresa", "tercero"]
    search_fields = ["pago__referencia__exact", "tercero__numero__exact", "tercero__nombre"]


@admin.register(AplicacionSaldoAFavor)
class AplicacionSaldoAFavorAdmin(_Hecho):
    ruta_empresa = "favor__empresa"
    list_display = ["creado_en", "favor", "saldo", "valor", "fecha_devolucion", "quien", "confirmo", "aplicado_erp_en"]
    list_filter = [("aplicado_erp_en", admin.EmptyFieldListFilter), "favor__empresa"]
    list_select_related = ["favor", "saldo", "quien", "confirmo"]
    search_fields = ["favor__pago__referencia__exact", "favor__tercero__numero__exact", "favor__tercero__nombre"]


@admin.register(PropuestaSaldoAFavor)
class PropuestaSaldoAFavorAdmin(_Hecho):
    ruta_empresa = "favor__empresa"
    list_display = ["creada_en", "favor", "saldo", "valor", "fecha_devolucion", "quien", "cerrada_por", "cerrada_en"]
    list_filter = [("cerrada_en", admin.EmptyFieldListFilter), "favor__empresa"]
    list_select_related = ["favor", "saldo", "quien", "cerrada_por"]
    search_fields = ["favor__pago__referencia__exact", "favor__tercero__numero__exact", "favor__tercero__nombre"]


@admin.register(LineaErp)
class LineaErpAdmin(_Hecho):
    list_display = ["id", "tipo", "empresa", "pago", "ocurrio_en", "entregada_en", "acusada_en"]
    list_filter = [
        "tipo",
        ("entregada_en", admin.EmptyFieldListFilter),
        ("acusada_en", admin.EmptyFieldListFilter),
        "empresa",
    ]
    list_select_related = ["empresa", "pago"]
    search_fields = ["pago__referencia__exact", "pago__tercero__numero__exact"]
    search_help_text = _("Referencia del pago, o NIT o cédula del cliente.")


class _Comentarios(_Parte):
    model = ComentarioNovedad
    fields = ["escrito_en", "autor", "texto", "asignada_a"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("autor", "asignada_a")


@admin.register(Novedad)
class NovedadAdmin(_Hecho):
    inlines = [_Comentarios]
    list_display = ["abierta_en", "tipo", "empresa", "pago", "saldo", "asignada_a", "resuelta_en", "resuelta_por"]
    list_filter = [("resuelta_en", admin.EmptyFieldListFilter), "tipo", "empresa"]
    list_select_related = ["empresa", "pago", "saldo", "asignada_a", "resuelta_por"]
    search_fields = ["pago__referencia__exact", "saldo__numero__startswith"]
    search_help_text = _("Referencia del pago, o número del documento.")
    # Told in a sentence: what it holds is for programs.
    exclude = ["evidencia", "huella"]
    readonly_fields = ["que_se_vio"]

    @admin.display(description=_("qué se vio"))
    def que_se_vio(self, novedad):
        return que_se_vio(novedad)


@admin.register(Recibo)
class ReciboAdmin(_Hecho):
    list_display = ["numero", "empresa", "pago", "emitido_en"]
    list_filter = ["empresa"]
    list_select_related = ["empresa", "pago"]
    search_fields = ["consecutivo__exact", "pago__referencia__exact"]
    search_help_text = _("Número del comprobante sin prefijo, o referencia del pago.")
    # Whoever holds it may ask whether the receipt is authentic: it belongs on the receipt alone.
    exclude = ["codigo_verificacion"]

    @admin.display(description=_("número"), ordering="consecutivo")
    def numero(self, recibo):
        return recibo.numero


@admin.register(Notificacion)
class NotificacionAdmin(_Hecho):
    ruta_empresa = "pago__empresa"
    list_display = ["creada_en", "tipo", "pago", "destinatario", "enviada_en", "intentos", "ultimo_error"]
    list_filter = ["tipo", ("enviada_en", admin.EmptyFieldListFilter)]
    list_select_related = ["pago"]
    search_fields = ["pago__referencia__exact", "destinatario__iexact"]
    search_help_text = _("Referencia del pago, o correo.")


@admin.register(CorreoInterno)
class CorreoInternoAdmin(_Hecho):
    list_display = ["creada_en", "tipo", "empresa", "dia", "destinatario", "enviada_en", "intentos", "ultimo_error"]
    list_filter = ["tipo", ("enviada_en", admin.EmptyFieldListFilter), "empresa"]
    list_select_related = ["empresa"]
    search_fields = ["destinatario__iexact"]
    search_help_text = _("Correo.")
