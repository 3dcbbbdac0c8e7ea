"""Enter, leave, passwords, profile, language and open sessions."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash, views
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _t
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST
from django.views.generic import FormView, TemplateView
from django.views.i18n import set_language

from usuarios import caducidad, dispositivos, doble_factor, forms, ingreso, servicios, tasks
from usuarios.auditoria import auditar
from usuarios.consultas import alcance, asociaciones_de
from usuarios.middleware import admite_clave_vencida
from usuarios.models import Clase


@method_decorator(login_not_required, name="dispatch")
class Entrar(views.LoginView):
    """The password's step of the login. Django checks `next`; django-axes counts the failures."""

    template_name = "usuarios/entrar.html"
    form_class = forms.EntradaForm
    redirect_authenticated_user = True

    def form_valid(self, form):
        usuario = form.get_user()
        if doble_factor.activo(usuario) or doble_factor.exige(usuario):
            ingreso.posponer(self.request, usuario, destino=self.get_success_url())
            return redirect("usuarios:segundo_paso")
        ingreso.completar(self.request, usuario)
        return ingreso.recordar_idioma(HttpResponseRedirect(self.get_success_url()), usuario.idioma)

    def form_invalid(self, form):
        escrito = form.cleaned_data.get("username", "")
        if escrito and "password" in form.cleaned_data:
            bloqueado = getattr(self.request, "axes_locked_out", False)
            auditar(Clase.BLOQUEO if bloqueado else Clase.FALLO, correo=escrito)
        return super().form_invalid(form)

    def get_context_data(self, **kwargs):
        return super().get_context_data(aviso=caducidad.aviso_de_entrada(self.request), **kwargs)


@method_decorator(login_not_required, name="dispatch")
@method_decorator(admite_clave_vencida, name="dispatch")
class Salir(views.LogoutView):
    """Logout, by POST alone."""

    http_method_names = ["post", "options"]

    def post(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            auditar(Clase.SALIDA)
        return super().post(request, *args, **kwargs)


@method_decorator(login_not_required, name="dispatch")
class ClaveOlvidada(FormView):
    """Asks for the e-mail; the answer and its time are the same whether it has a login or not."""

    template_name = "usuarios/clave_olvidada.html"
    form_class = forms.ClaveOlvidadaForm
    success_url = reverse_lazy("usuarios:clave_enviada")

    def form_valid(self, form):
        tasks.pedir_enlace_clave(form.cleaned_data["email"])
        return super().form_valid(form)


@method_decorator(login_not_required, name="dispatch")
class ClaveEnviada(TemplateView):
    template_name = "usuarios/clave_enviada.html"
    extra_context = {"horas": settings.PASSWORD_RESET_TIMEOUT // 3600}


@method_decorator(login_not_required, name="dispatch")
class ClaveNueva(views.PasswordResetConfirmView):
    """Where the e-mailed link leads: a new password, once."""

    template_name = "usuarios/clave_nueva.html"
    form_class = forms.ClaveNuevaForm
    reset_url_token = "definir"  # noqa: S105  (a word of the address)
    success_url = reverse_lazy("usuarios:clave_hecha")

    def get_user(self, uidb64):
        usuario = super().get_user(uidb64)
        return usuario if usuario and usuario.is_active else None

    def form_valid(self, form):
        sesion = self.request.session.session_key
        servicios.cambiar_clave(self.user, form.cleaned_data["new_password1"], sesion=sesion)
        # Forgets the link, and whoever was logged in at this browser.
        logout(self.request)
        return HttpResponseRedirect(self.get_success_url())


@method_decorator(login_not_required, name="dispatch")
class ClaveHecha(TemplateView):
    template_name = "usuarios/clave_hecha.html"


@method_decorator(admite_clave_vencida, name="dispatch")
class CambiarClave(views.RedirectURLMixin, views.PasswordChangeView):
    """Change of one's own password, also the one that an expired password forces."""

    template_name = "usuarios/cambiar_clave.html"
    form_class = forms.CambiarClaveForm
    next_page = "usuarios:perfil"

    def form_valid(self, form):
        peticion = self.request
        clave = form.cleaned_data["new_password1"]
        servicios.cambiar_clave(form.user, clave, sesion=peticion.session.session_key)
        update_session_auth_hash(peticion, form.user)
        messages.success(peticion, _t("Su contraseña cambió. Se cerraron sus otras sesiones."))
        return HttpResponseRedirect(self.get_success_url())

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            siguiente=self.get_redirect_url(), vencida=servicios.clave_vencida(self.request.user), **kwargs
        )


class Perfil(FormView):
    """Own names and language, and on whose behalf one acts."""

    template_name = "usuarios/perfil.html"
    form_class = forms.PerfilForm
    success_url = reverse_lazy("usuarios:perfil")

    def get_form_kwargs(self):
        usuario = self.request.user
        idioma = usuario.idioma or translation.get_language()
        return {**super().get_form_kwargs(), "instance": usuario, "initial": {"idioma": idioma}}

    def form_valid(self, form):
        servicios.guardar_perfil(self.request.user, **form.cleaned_data)
        translation.activate(form.cleaned_data["idioma"])
        messages.success(self.request, _t("Sus datos quedaron guardados."))
        return ingreso.recordar_idioma(super().form_valid(form), form.cleaned_data["idioma"])

    def get_context_data(self, **kwargs):
        usuario = self.request.user
        return super().get_context_data(
            asociaciones=asociaciones_de(usuario),
            incompletas=alcance(usuario).incompletas,
            doble_factor=doble_factor.activo(usuario),
            **kwargs,
        )


@login_not_required
@admite_clave_vencida
@require_POST
def idioma(request):
    """Change the language (`language`) and go back (`next`); a logged-in user keeps it on every device."""
    codigo = request.POST.get("language", "")
    if request.user.is_authenticated and codigo in dict(settings.LANGUAGES):
        servicios.guardar_perfil(request.user, idioma=codigo)
    return set_language(request)


@require_GET
def sesiones(request):
    """Where one is logged in."""
    abiertas = dispositivos.abiertas(request.user, actual=request.session.session_key)
    return render(request, "usuarios/sesiones.html", {"sesiones": abiertas})


@require_POST
def cerrar_sesion(request):
    """End the session named by `sesion`, or without it every one but this; 404 for what is not one's own."""
    actual = request.session.session_key
    identificador = request.POST.get("sesion", "")
    if not identificador:
        cerradas = servicios.cerrar_sesiones(request.user, salvo=actual)
        mensaje = ngettext("Se cerró %d sesión.", "Se cerraron %d sesiones.", cerradas) % cerradas
        messages.success(request, mensaje)
        return redirect("usuarios:sesiones")
    clave = dispositivos.clave_de(request.user, identificador)
    if clave is None:
        raise Http404
    if clave == actual:
        logout(request)
        return redirect("usuarios:entrar")
    servicios.cerrar_sesion(request.user, clave)
    messages.success(request, _t("La sesión se cerró."))
    return redirect("usuarios:sesiones")
