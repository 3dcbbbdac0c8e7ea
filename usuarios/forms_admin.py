"""Forms of the administration: a NIT or cédula is typed once, in any usual spelling."""

# ruff: noqa: ARG002  (the signatures are Django's)

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.utils.translation import gettext_lazy as _

from usuarios import servicios
from usuarios.errores import IdentificacionInvalidaError
from usuarios.identificacion import TipoId, leer_identificacion
from usuarios.models import Asociacion, Usuario


class UsuarioNuevoForm(forms.ModelForm):
    """A new login: its password is set by its owner, through the e-mailed link."""

    invitar = forms.BooleanField(
        label=_("Enviar la invitación por correo"),
        help_text=_("Un enlace para que la persona cree su contraseña."),
        required=False,
        initial=True,
    )

    class Meta:
        model = Usuario
        fields = ["email", "nombre", "apellido", "groups"]

    def save(self, commit=True):
        self.instance.set_unusable_password()
        return super().save(commit)


class UsuarioForm(forms.ModelForm):
    """A login as the administrator sees it."""

    idioma = forms.ChoiceField(
        label=_("idioma"), choices=[("", _("El del navegador")), *settings.LANGUAGES], required=False
    )


class ClaveDeOtroForm(AdminPasswordChangeForm):
    """Password that an administrator sets, or takes away: either way the person's sessions end."""

    def set_password_and_save(self, user, password_field_name="password1", commit=True):  # noqa: S107
        clave = self.cleaned_data[password_field_name] if self.cleaned_data["set_usable_password"] else None
        servicios.cambiar_clave(user, clave)
        return user


class PersonaForm(forms.ModelForm):
    """Tercero or Organizacion: dots, hyphen and check digit may be typed; the last is verified and kept apart."""

    def clean(self):
        datos = super().clean()
        # Once frozen, type and number are not fields of the form.
        if "tipo_id" in datos and "numero" in datos:
            try:
                leida = leer_identificacion(datos["tipo_id"], datos["numero"])
            except IdentificacionInvalidaError as error:
                self.add_error("numero", str(error))
            else:
                datos["numero"], self.instance.dv = leida.numero, leida.dv
        return datos


class AsociacionForm(forms.ModelForm):
    """A mapping. The number is typed once and fills both sides; or each side is chosen, when they differ."""

    tipo_id = forms.ChoiceField(label=_("Tipo"), choices=TipoId.choices, initial=TipoId.NIT, required=False)
    numero = forms.CharField(
        label=_("NIT o cédula"),
        max_length=30,
        required=False,
        help_text=_("Escríbalo una vez: llena el tercero y la organización."),
        widget=forms.TextInput(attrs={"size": 16, "autocomplete": "off"}),
    )

    class Meta:
        model = Asociacion
        fields = ["usuario", "tipo_id", "numero", "tercero", "organizacion", "activa"]

    identificacion = None

    def clean(self):
        datos = super().clean()
        if datos.get("numero"):
            try:
                self.identificacion = leer_identificacion(datos.get("tipo_id"), datos["numero"])
            except IdentificacionInvalidaError as error:
                self.add_error("numero", str(error))
            if datos.get("tercero") or datos.get("organizacion"):
                self._exigir_sin_elegir()
            elif self.identificacion and self._ya_existe():
                self.add_error("numero", _("Ese usuario ya está asociado a ese cliente."))
        return datos

    def _exigir_sin_elegir(self):
        if {"tercero", "organizacion"} & set(self.changed_data):
            self.add_error("numero", _("Escriba el número, o elija el tercero y la organización: no ambos."))

    def _ya_existe(self):
        lado = {"tipo_id": self.identificacion.tipo_id, "numero": self.identificacion.numero}
        condiciones = {f"{nombre}__{c}": v for nombre in ("tercero", "organizacion") for c, v in lado.items()}
        usuario = self.cleaned_data.get("usuario") or self.instance.usuario_id
        otras = Asociacion.objects.exclude(pk=self.instance.pk)
        return bool(usuario) and otras.filter(usuario=usuario, **condiciones).exists()

    def _get_validation_exclusions(self):
        excluidos = super()._get_validation_exclusions()
        # With a number typed, the two sides are written by `save`: nothing to check in them before.
        return excluidos | {"tercero", "organizacion"} if self.cleaned_data.get("numero") else excluidos

    def save(self, commit=True):
        if self.identificacion:
            self.instance.tercero = servicios.obtener_tercero(self.identificacion)
            self.instance.organizacion = servicios.obtener_organizacion(self.identificacion)
        return super().save(commit)
