"""What the administration of every app shares."""

# ruff: noqa: ARG002  (the signatures are Django's)

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import gettext as _t
from simple_history.admin import SimpleHistoryAdmin


class SinBorrado:
    """Nothing is deleted, nobody may: people and companies are deactivated (diseno.md 4.12)."""

    def has_delete_permission(self, request, obj=None):
        return False


class AdminConHistoria(SinBorrado, SimpleHistoryAdmin):
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
