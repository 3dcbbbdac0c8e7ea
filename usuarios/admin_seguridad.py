"""The security of one login in the administration: its second factor, its open sessions, and the audit of everybody."""

# ruff: noqa: ARG002  (the signatures are Django's)

from ipaddress import ip_address

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from usuarios import consultas, dispositivos, doble_factor, servicios, tasks
from usuarios.admin_base import ConteoAcotado, SoloLectura
from usuarios.models import RegistroAuditoria, Usuario

# django-otp's own pages show and take secrets, and answer 500 to an unknown device: what may be done is done here.
admin.site.unregister([StaticDevice, TOTPDevice])


class SeguridadDeUsuario:
    """For UsuarioAdmin: a page of its own, and roles that end the sessions opened without them."""

    def get_urls(self):
        pagina = self.admin_site.admin_view(self.seguridad)
        return [path("<int:pk>/seguridad/", pagina, name="usuarios_usuario_seguridad"), *super().get_urls()]

    # --- Roles ---
    def save_related(self, request, form, formsets, change):
        antes = consultas.roles_de(_como_era(form)) if change else []
        super().save_related(request, form, formsets, change)
        ahora = consultas.roles_de(form.instance)
        if antes != ahora:
            propia = request.session.session_key if form.instance.pk == request.user.pk else None
            servicios.roles_cambiados(form.instance, antes=antes, ahora=ahora, salvo=propia)

    # --- The page ---
    def seguridad(self, request, pk):
        """Whether it has a second factor and where it is open; a POST resets the one or ends the other."""
        usuario = self.get_object(request, str(pk))
        if usuario is None:
            raise Http404
        if not self.has_change_permission(request, usuario):
            raise PermissionDenied
        if request.method == "POST":
            self._hacer(request, usuario)
            return redirect("admin:usuarios_usuario_seguridad", usuario.pk)
        contexto = {
            **self.admin_site.each_context(request),
            "title": _t("Seguridad de %s") % usuario,
            "opts": self.opts,
            "usuario": usuario,
            "dispositivo": doble_factor.dispositivo_de(usuario),
            "quedan": doble_factor.codigos_restantes(usuario),
            "exigido": doble_factor.exige(usuario),
            "propio": usuario.pk == request.user.pk,
            "sesiones": dispositivos.abiertas(usuario, actual=request.session.session_key),
            "auditoria": reverse("admin:usuarios_registroauditoria_changelist"),
        }
        return TemplateResponse(request, "admin/usuarios/usuario/seguridad.html", contexto)

    def _hacer(self, request, usuario):
        if "restablecer" in request.POST:
            self._restablecer(request, usuario)
        elif "todas" in request.POST:
            propia = request.session.session_key if usuario.pk == request.user.pk else None
            cuantas = servicios.cerrar_sesiones(usuario, salvo=propia)
            mensaje = ngettext("Se cerró %d sesión.", "Se cerraron %d sesiones.", cuantas)
            self.message_user(request, mensaje % cuantas)
        else:
            clave = dispositivos.clave_de(usuario, request.POST.get("sesion", ""))
            if clave is None:
                raise Http404
            servicios.cerrar_sesion(usuario, clave)
            self.message_user(request, _t("La sesión se cerró."))

    def _restablecer(self, request, usuario):
        if usuario.pk == request.user.pk:
            # Otherwise an unattended browser of the administrator could do without it.
            mensaje = _t("No puede restablecer el suyo: cámbielo en Mi perfil, o pídalo a otra persona.")
            self.message_user(request, mensaje, messages.ERROR)
        elif servicios.restablecer_doble_factor(usuario):
            tasks.pedir_aviso_de_seguridad(usuario, tasks.RESTABLECIDO)
            self.message_user(
                request, _t("Segundo paso restablecido. Se cerraron sus sesiones y se le avisó por correo.")
            )
        else:
            self.message_user(request, _t("No tenía segundo paso: no había qué restablecer."), messages.WARNING)


def _como_era(form):
    """The user of a form that was just saved, as it stood before; its groups are still the old ones."""
    marcas = {marca: form.initial.get(marca, getattr(form.instance, marca)) for marca in ("is_staff", "is_superuser")}
    return Usuario(pk=form.instance.pk, **marcas)


@admin.register(RegistroAuditoria)
class RegistroAuditoriaAdmin(SoloLectura):
    """Who did what, when and from where. Searched by whole values, each with its index: fast at any size."""

    list_display = ["cuando", "clase", "correo", "direccion", "sobre_que", "resumen"]
    list_filter = ["clase", "cuando"]
    list_per_page = 50
    search_fields = ["correo"]
    search_help_text = _(
        "Correo de la persona, número del objeto (o tipo y número: «auth.group 7»), o dirección IP: completos."
    )
    show_full_result_count = False
    paginator = ConteoAcotado
    fields = ["cuando", "clase", "quien", "correo", "direccion", "tipo", "objeto_id", "objeto", "resumen"]
    readonly_fields = fields

    def get_search_results(self, request, queryset, search_term):
        """Equality alone: a part of a word would read the whole table."""
        texto = search_term.strip()
        return (queryset.filter(_donde(texto)) if texto else queryset), False

    @admin.display(description=_("sobre qué"))
    def sobre_que(self, registro):
        return f"{registro.objeto} ({registro.tipo} {registro.objeto_id})" if registro.tipo else "—"

    @admin.display(description=_("detalle"))
    def resumen(self, registro):
        return "; ".join(f"{nombre}: {_en_palabras(valor)}" for nombre, valor in registro.detalle.items()) or "—"


def _donde(texto):
    """Q of what a search looks for, told by its shape."""
    tipo, _espacio, numero = texto.rpartition(" ")
    if tipo:
        return Q(tipo=tipo.strip().lower(), objeto_id=numero)
    if "@" in texto:
        return Q(correo=texto.lower())
    try:
        return Q(direccion=str(ip_address(texto)))
    except ValueError:
        return Q(objeto_id=texto)


def _en_palabras(valor):
    return ", ".join(map(str, valor)) or "—" if isinstance(valor, list) else str(valor)
