"""Agreements and their buttons. The rules are in `pagos.acuerdos`; here are their pages."""

# ruff: noqa: ARG002  (the signatures are Django's)

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from cartera.admin_alcance import DeSusEmpresas
from pagos import acuerdos
from pagos.admin.formulario_acuerdo import AcuerdoForm, RenovarForm, campo_url, campos_de
from pagos.configuracion import VIGENCIA
from pagos.errores import AcuerdoInvalidoError, CifradoInvalidoError
from pagos.models import AcuerdoComercial, FormaPago
from pagos.pasarelas.registro import PASARELAS
from usuarios.admin_base import AdminConHistoria, SinBorrado


class FormaPagoInline(SinBorrado, admin.TabularInline):
    model = FormaPago
    fields = ["etiqueta", "descripcion", "icono", "orden", "activa"]
    extra = 0


@admin.register(AcuerdoComercial)
class AcuerdoAdmin(DeSusEmpresas, AdminConHistoria):
    form = AcuerdoForm
    inlines = [FormaPagoInline]
    change_form_template = "admin/pagos/acuerdocomercial/change_form.html"
    list_display = ["empresa", "pasarela", "comercio", "desde", "hasta", "vigencia", "prueba", "activo"]
    list_filter = ["empresa", "pasarela", "prueba", "activo"]
    list_select_related = ["empresa"]
    search_fields = ["empresa__nombre", "empresa__nit", "comercio"]

    def get_fieldsets(self, request, obj=None):
        """One section per gateway; an existing agreement has only its own."""
        identidad = ["empresa", "pasarela", "comercio", "cuenta", "prueba"]
        vigencia = ["desde", "hasta", "activo", "monedas", "monto_minimo", "monto_maximo"]
        consultas = ["limite_en_vuelo", "limite_por_segundo"]
        secciones = [
            (None, {"fields": identidad}),
            (_("Vigencia y límites"), {"fields": vigencia}),
            (
                _("Preguntas a la pasarela"),
                {"fields": consultas, "description": _("Lo que admite la pasarela, entre todos los trabajadores.")},
            ),
        ]
        for pasarela in PASARELAS if obj is None else [obj.pasarela]:
            secciones.append((PASARELAS[pasarela].etiqueta, {"fields": self._campos_de(pasarela, obj)}))
        return secciones

    def _campos_de(self, pasarela, obj):
        campos = list(campos_de(pasarela))
        if obj is None:
            return campos
        if acuerdos.en_uso(obj):
            urls = [campo_url(pasarela, nombre) for nombre in PASARELAS[pasarela].urls]
            campos = ["direcciones", *(campo for campo in campos if campo not in urls)]
        return [*campos, *self._vaciable(obj)]

    def _vaciable(self, obj):
        return ["vaciar"] if "vaciar" in AcuerdoForm(instance=obj).fields else []

    def get_readonly_fields(self, request, obj=None):
        if obj is None:
            return []
        fijos = ["empresa", "pasarela"]
        return [*fijos, "comercio", "cuenta", "prueba", "direcciones"] if acuerdos.en_uso(obj) else fijos

    @admin.display(description=_("direcciones"))
    def direcciones(self, acuerdo):
        return ", ".join(f"{nombre}: {url}" for nombre, url in acuerdo.urls.items())

    @admin.display(description=_("vigencia"))
    def vigencia(self, acuerdo):
        dia = acuerdos.hoy()
        if not acuerdo.activo:
            return _t("Desactivado")
        if dia < acuerdo.desde:
            return _t("Por empezar")
        return _t("Vigente") if dia <= acuerdo.hasta else _t("Vencido")

    @method_decorator(sensitive_post_parameters())
    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        return super().changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request, obj, form, change):
        acuerdos.guardar(obj, secretos=form.secretos)

    # --- Renovar ---
    def get_urls(self):
        renovar = self.admin_site.admin_view(self.renovar)
        return [path("<uuid:pk>/renovar/", renovar, name="pagos_acuerdocomercial_renovar"), *super().get_urls()]

    def renovar(self, request, pk):
        """A page that asks for the days of the new agreement, and makes it."""
        acuerdo = get_object_or_404(self.get_queryset(request).select_related("empresa"), pk=pk)
        if not (self.has_add_permission(request) and self.has_change_permission(request, acuerdo)):
            raise PermissionDenied
        desde = acuerdos.hoy()
        formulario = RenovarForm(request.POST or None, initial={"desde": desde, "hasta": desde + VIGENCIA})
        if formulario.is_valid():
            try:
                nuevo = acuerdos.renovar(acuerdo, **formulario.cleaned_data)
            except (AcuerdoInvalidoError, CifradoInvalidoError) as error:
                formulario.add_error(None, str(error))
            else:
                self.log_addition(request, nuevo, _t("Renovación de otro acuerdo."))
                self.log_change(request, acuerdo, _t("Renovado por otro acuerdo."))
                self.message_user(request, _t("Acuerdo renovado: sus botones llevan al nuevo."), messages.SUCCESS)
                return redirect(reverse("admin:pagos_acuerdocomercial_change", args=[nuevo.pk]))
        contexto = {
            **self.admin_site.each_context(request),
            "title": _t("Renovar el acuerdo"),
            "opts": self.opts,
            "acuerdo": acuerdo,
            "formulario": formulario,
        }
        return TemplateResponse(request, "admin/pagos/acuerdocomercial/renovar.html", contexto)


@admin.register(FormaPago)
class FormaPagoAdmin(DeSusEmpresas, AdminConHistoria):
    ruta_empresa = "acuerdo__empresa"
    list_display = ["etiqueta", "empresa", "acuerdo", "icono", "orden", "activa"]
    list_filter = ["activa", "acuerdo__empresa"]
    list_select_related = ["acuerdo__empresa"]
    search_fields = ["etiqueta", "acuerdo__empresa__nombre"]

    def get_readonly_fields(self, request, obj=None):
        # From one agreement to the next it is `Renovar` that moves it.
        return ["acuerdo"] if obj else []

    @admin.display(description=_("empresa"), ordering="acuerdo__empresa__nombre")
    def empresa(self, forma):
        return forma.acuerdo.empresa
