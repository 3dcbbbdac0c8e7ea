"""Forms of the administration."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cartera.models import Empresa
from usuarios.errores import IdentificacionInvalidaError
from usuarios.identificacion import TipoId, leer_identificacion


class EmpresaForm(forms.ModelForm):
    """Dots, hyphen and check digit of the NIT may be typed; the last is verified and kept apart."""

    # Longer than the column: it also takes what is not stored.
    nit = forms.CharField(label=_("NIT"), max_length=20, help_text=_("Con o sin dígito de verificación."))

    class Meta:
        model = Empresa
        fields = ["nit"]  # the administration adds the others

    def clean_nit(self):
        """Not called once the NIT is frozen: then it is no field of the form."""
        try:
            leida = leer_identificacion(TipoId.NIT, self.cleaned_data["nit"])
        except IdentificacionInvalidaError as error:
            raise forms.ValidationError(str(error)) from error
        self.instance.dv = leida.dv
        return leida.numero
