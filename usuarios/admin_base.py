"""What the administration of every app shares."""

# ruff: noqa: ARG002  (the signatures are Django's)

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from simple_history.admin import SimpleHistoryAdmin

from usuarios.auditoria import auditar
from usuarios.models import Clase


class SinBorrado:
    """Nothing is deleted, nobody may: people and companies are deactivated (diseno.md 4.12)."""

    def has_delete_permission(self, request, obj=None):
        return False


class Auditado:
    """What is added or changed here is written down for the audit, row by row, with the names of the fields."""

    def log_addition(self, request, obj, message):
        auditar(Clase.CREACION, objeto=obj)
        return super().log_addition(request, obj, message)

    def log_change(self, request, obj, message):
        if detalle := _lo_propio(message):
            auditar(Clase.CAMBIO, objeto=obj, detalle=detalle)
        return super().log_change(request, obj, message)

    def log_deletions(self, request, queryset):
        for obj in queryset:
            auditar(Clase.BORRADO, objeto=obj)
        return super().log_deletions(request, queryset)

    def save_formset(self, request, form, formset, change):
        super().save_formset(request, form, formset, change)
        for nuevo in formset.new_objects:
            auditar(Clase.CREACION, objeto=nuevo)
        for cambiado, campos in formset.changed_objects:
            auditar(Clase.CAMBIO, objeto=cambiado, detalle={"campos": campos})


def _lo_propio(mensaje):
    """What Django's message of a change says of the object itself: a note, or names of fields; None if nothing."""
    if isinstance(mensaje, str):
        return {"nota": mensaje}
    cambios = [parte["changed"] for parte in mensaje if "changed" in parte]
    campos = [str(campo) for cambio in cambios if "name" not in cambio for campo in cambio["fields"]]
    return {"campos": campos} if campos else None


class AdminConHistoria(Auditado, SinBorrado, SimpleHistoryAdmin):
    """A model with its history to read. Going back to an old version would pass by the rules, so it is not offered."""

    object_history_list_template = "admin/historia_lista.html"

    def history_view_title(self, request, obj):
        return _t("Historia de %s") % obj

    def revert_disabled(self, request, obj=None):
        return True

    def history_view(self, request, object_id, extra_context=None):
        try:
            return super().history_view(request, object_id, extra_context)
        except ValidationError as error:  # not even the shape of an id
            raise Http404 from error

    def history_form_view(self, request, object_id, version_id, extra_context=None):
        raise Http404


class SoloLectura(SinBorrado, admin.ModelAdmin):
    """A model that only the portal itself writes."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False


class ConteoAcotado(Paginator):
    """Counts no further than anybody turns pages: the rest of a big table costs nothing."""

    MAXIMO = 10_000

    @cached_property
    def count(self):
        """How many rows, MAXIMO if there are more."""
        return self.object_list.order_by()[: self.MAXIMO].count()
