"""The limit of the staff to some Empresas, in the administration of every app."""

# ruff: noqa: ARG002  (the signatures are Django's)

from django.contrib import admin
from django.contrib.admin.filters import RelatedFieldListFilter
from django.http import Http404

from cartera.alcance_personal import empresas_de, limitar
from cartera.models import AlcancePersonal, Empresa
from usuarios.admin_base import Auditado


class SoloSusEmpresas(RelatedFieldListFilter):
    """The filter by Empresa, which names no other."""

    def field_choices(self, field, request, model_admin):
        empresas = empresas_de(request.user)
        propias = {} if empresas is None else {"pk__in": empresas}
        orden = self.field_admin_ordering(field, request, model_admin)
        return field.get_choices(include_blank=False, ordering=orden, limit_choices_to=propias)


class DeSusEmpresas:
    """Mixin: rows of other Empresas do not exist, in lists, pages, histories, filters, choices and autocompletion."""

    # The lookup that leads from a row to its Empresa.
    ruta_empresa = "empresa"

    def get_queryset(self, request):
        return limitar(super().get_queryset(request), request.user, self.ruta_empresa)

    def get_list_filter(self, request):
        filtros = super().get_list_filter(request)
        return [(uno, SoloSusEmpresas) if uno in ("empresa", self.ruta_empresa) else uno for uno in filtros]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.related_model is Empresa:
            kwargs["queryset"] = limitar(Empresa.objects.all(), request.user, "pk")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def history_view(self, request, object_id, extra_context=None):
        # The package would fall back on the history of a row that the queryset does not have.
        if self.get_object(request, object_id) is None:
            raise Http404
        return super().history_view(request, object_id, extra_context)


@admin.register(AlcancePersonal)
class AlcancePersonalAdmin(DeSusEmpresas, Auditado, admin.ModelAdmin):
    """One row for each Empresa that a person may see: added and deleted, never changed."""

    list_display = ["usuario", "empresa"]
    list_filter = ["empresa"]
    list_select_related = ["usuario", "empresa"]
    search_fields = ["usuario__email", "empresa__nombre"]
    autocomplete_fields = ["usuario", "empresa"]

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        # Whoever is limited does not lift the own limit.
        propia = obj is not None and obj.usuario_id == request.user.pk
        limitada = empresas_de(request.user) is not None
        return not propia and not limitada and super().has_delete_permission(request, obj)

    def has_add_permission(self, request):
        # Nor gives away what is not within reach: the first row of somebody else takes nothing from anybody.
        return empresas_de(request.user) is None and super().has_add_permission(request)
