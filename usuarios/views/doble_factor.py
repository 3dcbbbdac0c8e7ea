"""The second factor: the step after the password, its enrolment, its recovery codes and its end."""

import django_otp
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _t
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET
from django.views.generic import FormView

from usuarios import doble_factor, forms, ingreso, servicios, tasks
from usuarios.auditoria import auditar
from usuarios.errores import CodigoInvalidoError
from usuarios.models import Clase

# Where the secret that is being enrolled waits for its first code: in this browser's session alone.
_CLAVE = "doble_factor_clave"


@method_decorator([login_not_required, never_cache, sensitive_post_parameters("codigo")], name="dispatch")
class SegundoPaso(FormView):
    """The code, after the right password. Whoever must have a second factor and has none is led to its enrolment."""

    template_name = "usuarios/segundo_paso.html"
    form_class = forms.CodigoForm

    def dispatch(self, request, *args, **kwargs):
        self.pendiente = ingreso.pendiente(request)
        if self.pendiente is None:
            return redirect("usuarios:entrar")
        if not doble_factor.activo(self.pendiente.usuario):
            return redirect("usuarios:activar_doble_factor")
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form):
        usuario = self.pendiente.usuario
        try:
            dispositivo = doble_factor.verificar(usuario, form.cleaned_data["codigo"])
        except CodigoInvalidoError as error:
            return self._otra_vez(form, error)
        ingreso.completar(self.request, usuario, dispositivo=dispositivo)
        _avisar_si_quedan_pocos(self.request, usuario)
        return ingreso.recordar_idioma(HttpResponseRedirect(self.pendiente.destino), usuario.idioma)

    def _otra_vez(self, form, error):
        auditar(Clase.FALLO, correo=self.pendiente.usuario.email, detalle={"paso": "código"})
        if not ingreso.fallo(self.request):
            messages.error(self.request, _t("Hubo varios códigos equivocados. Escriba otra vez su contraseña."))
            return redirect("usuarios:entrar")
        form.add_error("codigo", str(error))
        return self.form_invalid(form)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "de_recuperacion": self._de_recuperacion()}

    def get_context_data(self, **kwargs):
        return super().get_context_data(de_recuperacion=self._de_recuperacion(), **kwargs)

    def _de_recuperacion(self):
        return self.request.GET.get("recuperacion") == "1"


def _avisar_si_quedan_pocos(request, usuario):
    quedan = doble_factor.codigos_restantes(usuario)
    if quedan <= 3:
        mensaje = ngettext("Le queda %d código de recuperación.", "Le quedan %d códigos de recuperación.", quedan)
        que_hacer = _t("Cree otros en Mi perfil, Verificación en dos pasos.")
        messages.warning(request, f"{mensaje % quedan} {que_hacer}")


@method_decorator([login_not_required, never_cache], name="dispatch")
@method_decorator(sensitive_post_parameters("codigo", "clave_actual"), name="dispatch")
class Activar(FormView):
    """Enrolment: for whoever is logged in, who proves it with the password, and for staff on their way in."""

    template_name = "usuarios/activar_doble_factor.html"
    form_class = forms.ActivarForm

    def dispatch(self, request, *args, **kwargs):
        self.pendiente = None if request.user.is_authenticated else ingreso.pendiente(request)
        if self.pendiente is None and not request.user.is_authenticated:
            return redirect("usuarios:entrar")
        self.usuario = self.pendiente.usuario if self.pendiente else request.user
        if not self._puede():
            # With the password alone nobody replaces the factor that is there.
            return redirect("usuarios:segundo_paso" if self.pendiente else "usuarios:doble_factor")
        return super().dispatch(request, *args, **kwargs)

    def _puede(self):
        verificado = not self.pendiente and self.request.user.is_verified()
        return verificado or not doble_factor.activo(self.usuario)

    def get_form_kwargs(self):
        # On the way in the password was typed a moment ago.
        return {**super().get_form_kwargs(), "usuario": None if self.pendiente else self.usuario}

    def get_context_data(self, **kwargs):
        clave = self.request.session.setdefault(_CLAVE, doble_factor.clave_nueva())
        enlace = doble_factor.enlace(self.usuario, clave)
        return super().get_context_data(
            enlace=enlace,
            qr=doble_factor.qr(enlace),
            clave=doble_factor.clave_en_texto(clave),
            obligatorio=self.pendiente is not None,
            **kwargs,
        )

    def form_valid(self, form):
        # A form sent without having seen the page has no secret to agree with.
        clave = self.request.session.get(_CLAVE) or doble_factor.clave_nueva()
        try:
            dispositivo, codigos = doble_factor.activar(self.usuario, clave=clave, codigo=form.cleaned_data["codigo"])
        except CodigoInvalidoError as error:
            form.add_error("codigo", str(error))
            return self.form_invalid(form)
        destino = self._entrar(dispositivo)
        tasks.pedir_aviso_de_seguridad(self.usuario, tasks.ACTIVADO)
        return _mostrar_codigos(self.request, codigos, destino=destino, idioma=self.usuario.idioma)

    def _entrar(self, dispositivo):
        """Go on with a verified session, and no other; returns the path where the person was going."""
        self.request.session.pop(_CLAVE, None)
        if self.pendiente:
            ingreso.completar(self.request, self.usuario, dispositivo=dispositivo)
        else:
            django_otp.login(self.request, dispositivo)
        servicios.cerrar_sesiones(self.usuario, salvo=self.request.session.session_key)
        return self.pendiente.destino if self.pendiente else reverse("usuarios:doble_factor")


def _mostrar_codigos(request, codigos, *, destino, idioma=""):
    """The only page that ever shows them: it answers a POST, so it cannot be opened again."""
    respuesta = render(request, "usuarios/codigos_de_recuperacion.html", {"codigos": codigos, "destino": destino})
    return ingreso.recordar_idioma(respuesta, idioma)


@require_GET
def estado(request):
    """Whether it is on, since when, and how many recovery codes are left."""
    contexto = {
        "dispositivo": doble_factor.dispositivo_de(request.user),
        "quedan": doble_factor.codigos_restantes(request.user),
        "exigido": doble_factor.exige(request.user),
    }
    return render(request, "usuarios/doble_factor.html", contexto)


@method_decorator([never_cache, sensitive_post_parameters("codigo")], name="dispatch")
class _ConCodigo(FormView):
    """A change of the second factor that a code must approve, so that an unattended browser cannot make it."""

    template_name = "usuarios/confirmar_con_codigo.html"
    form_class = forms.CodigoForm

    def dispatch(self, request, *args, **kwargs):
        if not doble_factor.activo(request.user):
            return redirect("usuarios:doble_factor")
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form):
        try:
            doble_factor.verificar(self.request.user, form.cleaned_data["codigo"])
        except CodigoInvalidoError as error:
            form.add_error("codigo", str(error))
            return self.form_invalid(form)
        return self.hacer()


class CodigosNuevos(_ConCodigo):
    """New recovery codes in place of the old ones."""

    extra_context = {"quitar": False}

    def hacer(self):
        """Make them and show them."""
        codigos = doble_factor.codigos_nuevos(self.request.user)
        tasks.pedir_aviso_de_seguridad(self.request.user, tasks.CODIGOS)
        return _mostrar_codigos(self.request, codigos, destino=reverse("usuarios:doble_factor"))


class Desactivar(_ConCodigo):
    """Back to the password alone: for customers, who may do without it."""

    extra_context = {"quitar": True}

    def dispatch(self, request, *args, **kwargs):
        if doble_factor.exige(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def hacer(self):
        """Take it away and say so."""
        doble_factor.desactivar(self.request.user)
        tasks.pedir_aviso_de_seguridad(self.request.user, tasks.QUITADO)
        messages.success(self.request, _t("La verificación en dos pasos quedó desactivada."))
        return redirect("usuarios:doble_factor")
