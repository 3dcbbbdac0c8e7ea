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
