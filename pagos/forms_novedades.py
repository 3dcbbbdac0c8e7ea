"""What Tesorería asks its inbox for, and writes about one Novedad."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cartera.forms import FiltroPorEmpresa
from pagos import novedades
from pagos.consultas_novedades import DE_NADIE, MIAS
from pagos.estados import TipoNovedad


class BandejaForm(FiltroPorEmpresa):
    """What the inbox is narrowed by, from the address."""

    field_order = ["tipo", "empresa", "quien"]

    tipo = forms.ChoiceField(label=_("Qué"), required=False)
    quien = forms.ChoiceField(label=_("Quién la tiene"), required=False)

    def __init__(self, *args, usuario, **kwargs):
        """`usuario`: who asks, for *mías*."""
        super().__init__(*args, usuario=usuario, **kwargs)
        self._usuario = usuario
        self._personas = {str(persona.pk): persona for persona in novedades.personas_que_atienden()}
        self.fields["tipo"].choices = [("", _("Todas")), *TipoNovedad.choices]
        self.fields["quien"].choices = [
            ("", _("Cualquiera")),
            (MIAS, _("Yo")),
            (DE_NADIE, _("Nadie")),
            *((clave, persona.email) for clave, persona in self._personas.items() if persona != usuario),
        ]

    def criterios(self):
        """What `consultas_novedades.bandeja` takes; nothing that was written wrong."""
        datos = self.cleaned_data if self.is_valid() else {}
        quien = datos.get("quien")
        return {
            "tipo": datos.get("tipo", ""),
            "empresa": datos.get("empresa"),
            "asignada": self._usuario if quien == MIAS else self._personas.get(quien),
            "sin_asignar": quien == DE_NADIE,
        }


class AsignarForm(forms.Form):
    """To whom a Novedad is given."""

    a = forms.ModelChoiceField(
        label=_("Asignar a"),
        queryset=None,
        empty_label=_("Elija a una persona"),
        error_messages={
            "required": _("Elija a quién se asigna."),
            "invalid_choice": _("Solo se asigna a personas de Tesorería."),
        },
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["a"].queryset = novedades.personas_que_atienden()


class ComentarioForm(forms.Form):
    """What somebody has to say; it is never changed afterwards."""

    texto = forms.CharField(
        label=_("Comentario"),
        max_length=1000,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": _("Escriba el comentario.")},
    )
