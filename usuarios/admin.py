"""SUSU in the administration: who may log in, and on whose behalf."""

# ruff: noqa: ARG002  (the signatures are Django's)

from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group
from django.db.models import Exists, OuterRef, Q
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from usuarios import servicios
from usuarios.admin_base import AdminConHistoria, Auditado, SinBorrado
from usuarios.admin_seguridad import SeguridadDeUsuario
from usuarios.correos import invitar
from usuarios.forms_admin import AsociacionForm, ClaveDeOtroForm, PersonaForm, UsuarioForm, UsuarioNuevoForm
from usuarios.models import Asociacion, Organizacion, Tercero, Usuario

INCOMPLETA = Q(tercero=None) | Q(organizacion=None)

admin.site.unregister(Group)


@admin.register(Group)
class RolAdmin(Auditado, SinBorrado, GroupAdmin):
    """Roles: changed by superusers alone, since no role holds their permissions."""


class EstadoAsociacion(admin.SimpleListFilter):
    """Complete or incomplete: of a mapping, or of any active mapping of a user."""

    title = _("asociación")
    parameter_name = "asociacion"

    def lookups(self, request, model_admin):
        opciones = [("incompleta", _("Incompleta")), ("completa", _("Completa"))]
        return [*opciones, ("ninguna", _("Sin asociación"))] if model_admin.model is Usuario else opciones

    def queryset(self, request, queryset):
        if queryset.model is Asociacion:
            condiciones = {"incompleta": INCOMPLETA, "completa": ~INCOMPLETA}
        else:
            condiciones = {
                "incompleta": Q(tiene_incompleta=True),
                "completa": Q(tiene_asociacion=True, tiene_incompleta=False),
                "ninguna": Q(tiene_asociacion=False),
            }
        return queryset.filter(condiciones[self.value()]) if self.value() in condiciones else queryset


class EstadoInvitacion(admin.SimpleListFilter):
    """Whom to invite, and whom again."""

    title = _("invitación")
    parameter_name = "invitacion"

    def lookups(self, request, model_admin):
        return [("sin", _("Sin invitar")), ("espera", _("Invitado que no ha entrado")), ("entro", _("Ya entró"))]

    def queryset(self, request, queryset):
        condiciones = {
            "sin": Q(invitado_en=None, last_login=None),
            "espera": Q(invitado_en__isnull=False, last_login=None),
            "entro": Q(last_login__isnull=False),
        }
        return queryset.filter(condiciones[self.value()]) if self.value() in condiciones else queryset


class AsociacionInline(SinBorrado, admin.TabularInline):
    model = Asociacion
    form = AsociacionForm
    fields = ["tipo_id", "numero", "tercero", "organizacion", "activa", "estado"]
    readonly_fields = ["estado"]
    autocomplete_fields = ["tercero", "organizacion"]
    extra = 1

    @admin.display(description=_("estado"))
    def estado(self, asociacion):
        return _estado(asociacion)


def _estado(asociacion):
    if asociacion.pk is None:
        return "—"
    return _t("Incompleta: no muestra nada") if asociacion.incompleta else _t("Completa")


@admin.register(Usuario)
class UsuarioAdmin(SeguridadDeUsuario, AdminConHistoria, UserAdmin):
    form = UsuarioForm
    add_form = UsuarioNuevoForm
    change_password_form = ClaveDeOtroForm
    add_fieldsets = [(None, {"fields": ["email", "nombre", "apellido", "groups", "invitar"]})]
    fieldsets = [
        (None, {"fields": ["email", "nombre", "apellido", "idioma", "is_active"]}),
        (_("Roles"), {"fields": ["groups", "is_staff", "is_superuser"]}),
        (_("Contraseña"), {"fields": ["clave", "clave_expira", "clave_dias", "clave_cambiada_en"]}),
        (_("Fechas"), {"fields": ["date_joined", "invitado_en", "last_login"]}),
    ]
    readonly_fields = ["is_active", "clave", "clave_cambiada_en", "date_joined", "invitado_en", "last_login"]
    inlines = [AsociacionInline]
    list_display = ["email", "nombre_completo", "asociacion", "invitado_en", "last_login", "is_active", "is_staff"]
    list_filter = [EstadoAsociacion, EstadoInvitacion, "is_active", "is_staff", "groups"]
    search_fields = ["email", "nombre", "apellido", "asociaciones__tercero__numero"]
    filter_horizontal = ["groups"]
    ordering = ["email"]
    actions = ["desactivar", "activar", "enviar_invitacion"]

    def get_queryset(self, request):
        propias = Asociacion.objects.filter(usuario=OuterRef("pk"), activa=True)
        return (
            super()
            .get_queryset(request)
            .annotate(tiene_asociacion=Exists(propias), tiene_incompleta=Exists(propias.filter(INCOMPLETA)))
        )

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

    def get_readonly_fields(self, request, obj=None):
        # Whoever is not a superuser makes none.
        propios = [] if request.user.is_superuser else ["is_superuser"]
        return [*super().get_readonly_fields(request, obj), *propios]

    def has_change_permission(self, request, obj=None):
        # Nor changes one: with a superuser's e-mail or password one would become it.
        intocable = obj is not None and obj.is_superuser and not request.user.is_superuser
        return not intocable and super().has_change_permission(request, obj)

    @admin.display(description=_("nombre"), ordering="nombre")
    def nombre_completo(self, usuario):
        return f"{usuario.nombre} {usuario.apellido}".strip()

    @admin.display(description=_("contraseña"))
    def clave(self, usuario):
        estado = _t("Definida") if usuario.has_usable_password() else _t("Sin definir: el usuario no puede entrar")
        return format_html('{} · <a href="../password/">{}</a>', estado, _t("Cambiarla"))

    @admin.display(description=_("asociación"))
    def asociacion(self, usuario):
        if usuario.tiene_incompleta:
            return _t("Incompleta")
        return _t("Completa") if usuario.tiene_asociacion else "—"

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if not change and form.cleaned_data.get("invitar"):
            self._invitar(request, [obj])

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        puede = obj is not None and obj.is_active and self.has_change_permission(request, obj)
        return super().render_change_form(request, {**context, "puede_invitar": puede}, *args, obj=obj, **kwargs)

    def response_change(self, request, obj):
        if "_invitar" in request.POST and obj.is_active:
            self._invitar(request, [obj])
            return redirect("admin:usuarios_usuario_change", obj.pk)
        return super().response_change(request, obj)

    # The actions: doors to the services, for everybody the asker may change.
    def _alcanzables(self, request, queryset):
        return [usuario for usuario in queryset if self.has_change_permission(request, usuario)]

    @admin.action(description=_("Desactivar y cerrar sus sesiones"), permissions=["change"])
    def desactivar(self, request, queryset):
        usuarios = [usuario for usuario in self._alcanzables(request, queryset) if usuario != request.user]
        for usuario in usuarios:
            servicios.desactivar(usuario)
        cuantos = len(usuarios)
        self.message_user(request, ngettext("%d usuario desactivado.", "%d usuarios desactivados.", cuantos) % cuantos)

    @admin.action(description=_("Activar"), permissions=["change"])
    def activar(self, request, queryset):
        usuarios = self._alcanzables(request, queryset)
        for usuario in usuarios:
            servicios.activar(usuario)
        cuantos = len(usuarios)
        self.message_user(request, ngettext("%d usuario activado.", "%d usuarios activados.", cuantos) % cuantos)

    @admin.action(description=_("Invitar o volver a invitar por correo"), permissions=["change"])
    def enviar_invitacion(self, request, queryset):
        usuarios = self._alcanzables(request, queryset)
        self._invitar(request, [usuario for usuario in usuarios if usuario.is_active])

    def _invitar(self, request, usuarios):
        enviadas = 0
        for usuario in usuarios:
            try:
                invitar(usuario)
            except OSError:
                self.message_user(request, _t("No se pudo enviar el correo a %s.") % usuario.email, messages.ERROR)
            else:
                self.log_change(request, usuario, _t("Se envió la invitación por correo."))
                enviadas += 1
        self.message_user(request, ngettext("%d invitación enviada.", "%d invitaciones enviadas.", enviadas) % enviadas)


class PersonaAdmin(AdminConHistoria):
    """Tercero and Organizacion: found by number or name, their number frozen once anything names them."""

    form = PersonaForm
    readonly_fields = ["dv"]
    list_display = ["identificacion", "nombre_completo"]
    list_filter = ["tipo_id"]
    search_fields = ["numero", "nombre"]

    def get_readonly_fields(self, request, obj=None):
        congelados = ["tipo_id", "numero"] if obj and servicios.esta_en_uso(obj) else []
        return [*super().get_readonly_fields(request, obj), *congelados]

    @admin.display(description=_("identificación"), ordering="numero")
    def identificacion(self, persona):
        return persona.identificacion

    @admin.display(description=_("nombre"), ordering="nombre")
    def nombre_completo(self, persona):
        return persona.nombre_completo


@admin.register(Tercero)
class TerceroAdmin(PersonaAdmin):
    fields = ["tipo_id", "numero", "dv", "nombre", "apellido", "correo", "telefono", "activo"]
    list_display = [*PersonaAdmin.list_display, "correo", "telefono", "activo"]
    list_filter = [*PersonaAdmin.list_filter, "activo"]
    search_fields = [*PersonaAdmin.search_fields, "apellido"]


@admin.register(Organizacion)
class OrganizacionAdmin(PersonaAdmin):
    fields = ["tipo_id", "numero", "dv", "nombre"]


@admin.register(Asociacion)
class AsociacionAdmin(AdminConHistoria):
    form = AsociacionForm
    fields = ["usuario", "tipo_id", "numero", "tercero", "organizacion", "activa"]
    autocomplete_fields = ["usuario", "tercero", "organizacion"]
    list_display = ["usuario", "tercero", "organizacion", "estado", "activa"]
    list_filter = [EstadoAsociacion, "activa"]
    list_select_related = ["usuario", "tercero", "organizacion"]
    search_fields = ["usuario__email", "tercero__numero", "tercero__nombre", "organizacion__numero"]

    @admin.display(description=_("estado"))
    def estado(self, asociacion):
        return _estado(asociacion)
