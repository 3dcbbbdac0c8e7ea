"""Forms of the pages about one's own login. Those of the administration are in `formularios_admin`."""

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from usuarios.models import Usuario


class EntradaForm(AuthenticationForm):
    """E-mail and password. One sentence for every failure: it must not say which e-mails have a login."""

    username = forms.EmailField(
        label=_("Correo electrónico"),
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    error_messages = {
        "invalid_login": _("El correo o la contraseña no son correctos. Revise las mayúsculas e inténtelo otra vez."),
        "inactive": _("El correo o la contraseña no son correctos. Revise las mayúsculas e inténtelo otra vez."),
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Correo electrónico")
        self.fields["password"].label = _("Contraseña")


class ClaveOlvidadaForm(forms.Form):
    """The e-mail where the link is to be sent."""

    email = forms.EmailField(
        label=_("Correo electrónico"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True}),
    )


class ClaveNuevaForm(SetPasswordForm):
    """A new password, twice."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].label = _("Contraseña nueva")
        self.fields["new_password2"].label = _("Repita la contraseña nueva")
        self.fields["new_password2"].help_text = ""


class CambiarClaveForm(PasswordChangeForm, ClaveNuevaForm):
    """The password in use and the new one, which must be another: repeating it would make the expiry worth nothing."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = _("Contraseña actual")

    def clean_new_password1(self):
        nueva = self.cleaned_data["new_password1"]
        if self.user.check_password(nueva):
            raise ValidationError(_("La contraseña nueva debe ser distinta de la actual."), code="misma_clave")
        return nueva


class CodigoForm(forms.Form):
    """A code of the second factor: the app's six digits, or a recovery code."""

    codigo = forms.CharField(
        label=_("Código de la aplicación"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}),
    )

    def __init__(self, *args, de_recuperacion=False, **kwargs):
        super().__init__(*args, **kwargs)
        if de_recuperacion:
            self.fields["codigo"].label = _("Código de recuperación")
            self.fields["codigo"].widget.attrs |= {"autocomplete": "off", "inputmode": "text", "autocapitalize": "none"}


class ActivarForm(CodigoForm):
    """The first code of an app, and for whoever is already in (`usuario`, else None) the password in use."""

    clave_actual = forms.CharField(
        label=_("Contraseña actual"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args, usuario=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.usuario = usuario
        del self.fields["codigo"].widget.attrs["autofocus"]  # what comes first is the QR
        if usuario is None:
            del self.fields["clave_actual"]

    def clean_clave_actual(self):
        clave = self.cleaned_data["clave_actual"]
        if not self.usuario.check_password(clave):
            raise ValidationError(_("La contraseña actual no es correcta."), code="clave_actual")
        return clave


class PerfilForm(forms.ModelForm):
    """What people may change of themselves."""

    idioma = forms.ChoiceField(label=_("Idioma"), choices=settings.LANGUAGES)

    class Meta:
        model = Usuario
        fields = ["nombre", "apellido", "idioma"]
        widgets = {
            "nombre": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "apellido": forms.TextInput(attrs={"autocomplete": "family-name"}),
        }
