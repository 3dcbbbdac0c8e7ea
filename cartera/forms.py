"""What people write about what they owe; the rules behind it are in `cartera.parcial`."""

import re
from decimal import Decimal

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cartera import parcial
from cartera.alcance_personal import limitar
from cartera.dinero import redondear
from cartera.errores import AbonoNoPermitidoError
from cartera.models import MAXIMO_COMENTARIO, AvisoDePago, Empresa
from cartera.parcial import Eleccion, Razon
from cartera.vencimientos import hoy


def _patron(miles, decimales, *, claro):
    """Regular expression of an amount; `claro`: only when its signs cannot be taken for the other language's."""
    m, d = re.escape(miles), re.escape(decimales)
    entero = rf"(?:\d{{1,12}}|\d{{1,3}}(?:{m}\d{{3}}){{1,3}})"
    if not claro:
        return rf"{entero}(?:{d}\d{{1,2}})?"
    return rf"{entero}{d}\d{{2}}|\d{{1,3}}(?:{m}\d{{3}}){{2,3}}"


# A payment of longer ago is a year mistyped.
_ANOS_ATRAS = 10
# (thousands, decimals) as they are written in Spanish and in English.
_ESPANOL, _INGLES = (".", ","), (",", ".")


class DineroEscritoField(forms.CharField):
    """An amount as people type it: `1254300`, `1.254.300`, `1.254.300,50`, `1254300.50`; None when empty.

    `1.254` is read as the page's language says; the other language's way is taken only where it has one meaning.
    """

    default_error_messages = {"invalid": _("Escriba solo el valor, por ejemplo 1.254.300 o 1.254.300,50.")}
    widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value):
        """Decimal with two places; what could be read in two ways is refused."""
        texto = super().to_python(value).replace("$", "").replace("\xa0", "").strip()
        if not texto:
            return None
        propio, ajeno = (_INGLES, _ESPANOL) if (get_language() or "").startswith("en") else (_ESPANOL, _INGLES)
        for (miles, decimales), claro in ((propio, False), (ajeno, True)):
            if re.fullmatch(_patron(miles, decimales, claro=claro), texto, re.ASCII):
                return redondear(Decimal(texto.replace(miles, "").replace(decimales, ".")))
        raise forms.ValidationError(self.error_messages["invalid"])


class _RazonField(forms.ChoiceField):
    """Asked of everybody; the rule demands it of those who pay less than what is owed."""

    widget = forms.RadioSelect

    def validate(self, value):
        if value:
            super().validate(value)


class ValorForm(forms.Form):
    """How much to pay of one saldo, and why less than what is owed. Valid: `eleccion` is the Eleccion."""

    valor = DineroEscritoField(label=_("Valor a pagar"), error_messages={"required": _("Escriba cuánto va a pagar.")})
    razon = _RazonField(label=_("Razón para pagar menos"), choices=Razon)
    nota = forms.CharField(
        label=_("Comentario"),
        required=False,
        # `%` would decide its language when this module is read.
        help_text=format_lazy(_("Hasta {maximo} caracteres. Lo lee la empresa."), maximo=parcial.MAXIMO_NOTA),
        widget=forms.TextInput({"autocomplete": "off", "maxlength": parcial.MAXIMO_NOTA}),
    )

    def __init__(self, *args, saldo, **kwargs):
        """`saldo`: the one to be paid, with its empresa."""
        super().__init__(*args, **kwargs)
        self._saldo = saldo
        self.eleccion = None

    def clean_nota(self):
        """One line: what was pasted with line breaks is joined."""
        return " ".join(self.cleaned_data["nota"].split())

    def clean(self):
        """The rule of partial payment, beside the field that breaks it."""
        datos = super().clean()
        if datos.get("valor") is None or {"razon", "nota"} & self.errors.keys():
            return datos
        try:
            parcial.exigir(self._saldo, datos["valor"], datos["razon"], datos["nota"])
        except AbonoNoPermitidoError as error:
            self.add_error(error.campo, str(error))
            return datos
        entera = datos["valor"] == self._saldo.saldo
        self.eleccion = (
            Eleccion() if entera else Eleccion(paga=datos["valor"], razon=datos["razon"], nota=datos["nota"])
        )
        return datos


class AvisoForm(forms.ModelForm):
    """*Ya pagué por otro medio*: when, how, and with what reference one saldo was paid elsewhere."""

    class Meta:
        model = AvisoDePago
        fields = ["fecha", "medio", "referencia", "comentario"]
        labels = {
            "fecha": _("¿Qué día pagó?"),
            "medio": _("¿Cómo pagó?"),
            "referencia": _("Número de la consignación o transferencia"),
            "comentario": _("Algo más que deba saber la empresa"),
        }
        help_texts = {
            "comentario": format_lazy(
                _("Hasta {maximo} caracteres. No escriba claves ni números de tarjeta."), maximo=MAXIMO_COMENTARIO
            ),
        }
        widgets = {
            "fecha": forms.DateInput({"type": "date", "autocomplete": "off"}, format="%Y-%m-%d"),
            "medio": forms.RadioSelect,
            "referencia": forms.TextInput({"autocomplete": "off"}),
            "comentario": forms.Textarea({"rows": 4, "autocomplete": "off"}),
        }
        error_messages = {
            "fecha": {"required": _("Escriba el día en que pagó."), "invalid": _("Escriba una fecha que exista.")},
            "medio": {"required": _("Elija cómo pagó.")},
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Without JavaScript or an old browser a date is typed: both ways of writing it are read.
        self.fields["fecha"].input_formats = ["%Y-%m-%d", "%d/%m/%Y"]
        self.fields["fecha"].widget.attrs["max"] = hoy().isoformat()
        self.fields["medio"].choices = AvisoDePago._meta.get_field("medio").choices

    def clean_fecha(self):
        """A day that has already begun in Colombia, and not one of another life."""
        fecha, ahora = self.cleaned_data["fecha"], hoy()
        if fecha > ahora:
            raise forms.ValidationError(_("Ese día todavía no ha llegado."))
        if fecha.year < ahora.year - _ANOS_ATRAS:
            raise forms.ValidationError(_("Revise el año."))
        return fecha

    def clean_comentario(self):
        """One paragraph: line breaks of what was typed become spaces."""
        return " ".join(self.cleaned_data["comentario"].split())

    def _get_validation_exclusions(self):
        # One note per balance and user is what the service sees to: it replaces the one that nobody has seen.
        return super()._get_validation_exclusions() | {"usuario", "saldo", "visto_en"}


class FiltroPorEmpresa(forms.Form):
    """A filter by Empresa for the staff, which names no other than those that the person may see."""

    empresa = forms.ModelChoiceField(
        label=_("Empresa"), required=False, queryset=Empresa.objects.none(), empty_label=_("Todas")
    )

    def __init__(self, *args, usuario, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["empresa"].queryset = limitar(Empresa.objects.all(), usuario, "pk")
