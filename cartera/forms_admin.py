"""Forms of the administration."""

from dataclasses import dataclass

from django import forms
from django.contrib.admin.widgets import AdminFileWidget
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cartera import logos
from cartera.errores import LogoInvalidoError
from cartera.models import Empresa
from usuarios.errores import IdentificacionInvalidaError
from usuarios.identificacion import TipoId, leer_identificacion


@dataclass(frozen=True)
class _LogoActual:
    """The logo that there is, as the file widget shows it: a name and a link."""

    huella: str

    def __str__(self):
        return str(_("ver el logo"))

    @property
    def url(self):
        return reverse("cartera:logo", args=[self.huella])


class _ColorField(forms.CharField):
    """Capital letters are the same colour."""

    def to_python(self, value):
        return super().to_python(value).lower()


class EmpresaForm(forms.ModelForm):
    """Dots, hyphen and check digit of the NIT may be typed; the last is verified and kept apart."""

    # Longer than the column: it also takes what is not stored.
    nit = forms.CharField(label=_("NIT"), max_length=20, help_text=_("Con o sin dígito de verificación."))
    archivo_logo = forms.FileField(
        label=_("Logo"),
        required=False,
        widget=AdminFileWidget,
        help_text=_("PNG, JPEG o WebP de hasta 2 MB. Se ve sobre blanco, en las páginas y en los comprobantes."),
    )

    class Meta:
        model = Empresa
        fields = ["nit"]  # the administration adds the others
        field_classes = {"color": _ColorField}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.logo_id:
            self.fields["archivo_logo"].initial = _LogoActual(self.instance.logo_id)

    def clean_archivo_logo(self):
        """A Logo (not saved) for a new file, None to take the logo away, and what there was when nothing was chosen."""
        archivo = self.cleaned_data["archivo_logo"]
        if not archivo or isinstance(archivo, _LogoActual):
            return archivo or None
        try:
            # One byte too many is enough to know that it is too heavy.
            return logos.leer(archivo.read(logos.MAXIMO_BYTES + 1))
        except LogoInvalidoError as error:
            raise forms.ValidationError(str(error)) from error

    def clean_nit(self):
        """Not called once the NIT is frozen: then it is no field of the form."""
        try:
            leida = leer_identificacion(TipoId.NIT, self.cleaned_data["nit"])
        except IdentificacionInvalidaError as error:
            raise forms.ValidationError(str(error)) from error
        self.instance.dv = leida.dv
        return leida.numero
