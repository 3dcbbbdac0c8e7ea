"""What is owed, in the administration: companies to edit, balances and movements to read."""

# ruff: noqa: ARG002  (the signatures are Django's)

from django.contrib import admin
from django.db import models
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from cartera import llaves, logos
from cartera.admin_alcance import DeSusEmpresas
from cartera.empresas import esta_en_uso
from cartera.forms_admin import EmpresaForm
from cartera.models import AvisoDePago, Empresa, LlaveErp, Movimiento, Saldo
from usuarios.admin_base import AdminConHistoria, Auditado, SinBorrado, SoloLectura

# An address typed without its scheme is a safe one.
_DIRECCIONES_SEGURAS = {models.URLField: {"assume_scheme": "https"}}


@admin.register(Empresa)
class EmpresaAdmin(DeSusEmpresas, AdminConHistoria):
    ruta_empresa = "pk"
    form = EmpresaForm
    formfield_overrides = _DIRECCIONES_SEGURAS
    list_display = ["nombre", "identificacion", "telefono", "correo", "activa"]
    list_filter = ["activa"]
    search_fields = ["nombre", "nit"]
    fieldsets = [
        (None, {"fields": ["nombre", "nit", "direccion", "activa"]}),
        (_("Cómo se ve donde está su dinero"), {"fields": ["archivo_logo", "color"]}),
        (_("A quién se acude"), {"fields": ["telefono", "correo", "correo_avisos"]}),
        (_("Lo que se acepta al pagar"), {"fields": ["url_terminos", "url_datos", "version_terminos"]}),
        (_("Pagos"), {"fields": ["url_reembolsos", "prefijo_comprobante", "abono_parcial", "abono_minimo"]}),
    ]

    def save_model(self, request, obj, form, change):
        if "archivo_logo" in form.changed_data:
            logo = form.cleaned_data["archivo_logo"]
            obj.logo = logo and logos.guardar(logo)
        super().save_model(request, obj, form, change)

    def get_readonly_fields(self, request, obj=None):
        return ["nit"] if obj and esta_en_uso(obj) else []


class _DelErp(DeSusEmpresas, SoloLectura):
    """What only the ERP says, found by its numbers."""

    formfield_overrides = _DIRECCIONES_SEGURAS
    list_select_related = ["empresa", "tercero"]
    list_filter = ["empresa", "moneda"]
    search_fields = ["numero__startswith", "tercero__numero__exact", "tercero__nombre"]
    search_help_text = _("Número del documento, o NIT, cédula o nombre del cliente.")
    # Two counts of a million rows are most of what a page costs.
    show_full_result_count = False


class AvisosDelSaldo(admin.TabularInline):
    """What customers say of having paid a balance elsewhere: read here, marked as seen in Tesorería's page."""

    model = AvisoDePago
    fields = readonly_fields = [
        "fecha",
        "medio",
        "referencia",
        "comentario",
        "usuario",
        "escrito_en",
        "visto_por",
        "visto_en",
    ]
    extra = 0
    can_delete = False

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("usuario", "visto_por")

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(Saldo)
class SaldoAdmin(_DelErp):
    inlines = [AvisosDelSaldo]
    list_display = ["etiqueta", "empresa", "tercero", "vencimiento", "moneda", "valor", "saldo", "por_acusar"]
    ordering = ["-pk"]


@admin.register(Movimiento)
class MovimientoAdmin(_DelErp):
    list_display = ["fecha", "tipo", "documento", "numero", "empresa", "tercero", "moneda", "debito", "credito"]
    search_fields = [*_DelErp.search_fields, "id_erp__exact"]
    ordering = ["-pk"]


class _Visto(admin.EmptyFieldListFilter):
    """Seen or not: `EmptyFieldListFilter` with the words that mean it."""

    def choices(self, changelist):
        nombres = {None: _("Todos"), "1": _("Sin ver"), "0": _("Vistos")}
        for (valor, nombre), opcion in zip(nombres.items(), super().choices(changelist), strict=True):
            yield {**opcion, "display": nombre, "selected": self.lookup_val == valor}


@admin.register(AvisoDePago)
class AvisoDePagoAdmin(DeSusEmpresas, SoloLectura):
    ruta_empresa = "saldo__empresa"
    list_display = ["saldo", "empresa", "fecha", "medio", "usuario", "escrito_en", "visto_por", "referencia"]
    list_filter = [("visto_en", _Visto), "saldo__empresa"]
    list_select_related = ["saldo__empresa", "usuario", "visto_por"]
    search_fields = ["saldo__numero__startswith", "saldo__tercero__numero__exact", "referencia__exact"]
    search_help_text = _("Número del documento, NIT o cédula del cliente, o referencia del pago.")

    @admin.display(description=_("empresa"), ordering="saldo__empresa__nombre")
    def empresa(self, aviso):
        return aviso.saldo.empresa


@admin.register(LlaveErp)
class LlaveErpAdmin(DeSusEmpresas, Auditado, SinBorrado, admin.ModelAdmin):
    """Made and revoked; the text of a new one is on the page that answers its form, and nowhere else."""

    fields = ["empresa", "nombre", "leer", "escribir"]
    list_display = ["nombre", "prefijo", "empresa", "leer", "escribir", "creada_en", "usada_en", "revocada_en"]
    list_filter = [("revocada_en", admin.EmptyFieldListFilter), "empresa"]
    list_select_related = ["empresa"]
    search_fields = ["nombre", "prefijo__exact"]
    autocomplete_fields = ["empresa"]
    actions = ["revocar"]

    def get_fields(self, request, obj=None):
        return [*self.fields, "prefijo", "creada_en", "usada_en", "revocada_en"] if obj else self.fields

    def get_readonly_fields(self, request, obj=None):
        return self.get_fields(request, obj) if obj else []

    def save_model(self, request, obj, form, change):
        if change:  # everything of it is read-only
            return
        permisos = [permiso for permiso in llaves.Permiso if getattr(obj, permiso.value)]
        llave, request.llave_texto = llaves.crear(obj.empresa, nombre=obj.nombre, permisos=permisos)
        obj.pk, obj.prefijo = llave.pk, llave.prefijo

    def response_add(self, request, obj, post_url_continue=None):
        """The text of the key, once: not in a message, which a cookie would carry."""
        contexto = {
            **self.admin_site.each_context(request),
            "title": _t("Llave creada"),
            "opts": self.opts,
            "llave": obj,
            "texto": request.llave_texto,
        }
        return TemplateResponse(request, "admin/cartera/llaveerp/creada.html", contexto)

    @admin.action(description=_("Revocar las llaves elegidas"), permissions=["change"])
    def revocar(self, request, queryset):
        revocadas = [llave for llave in queryset if llaves.revocar(llave)]
        for llave in revocadas:
            self.log_change(request, llave, _t("Llave revocada."))
        self.message_user(request, _t("Llaves revocadas: %d.") % len(revocadas))
