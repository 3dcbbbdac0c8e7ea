"""What Tesorería writes about a saldo a favor; the rules behind it are in `pagos.favores`."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cartera.formato import dinero, fecha_corta
from cartera.forms import DineroEscritoField, FiltroPorEmpresa
from cartera.models import Saldo
from pagos import consultas_favores


class FiltroFavoresForm(FiltroPorEmpresa):
    """What the list is narrowed by, from the address."""

    field_order = ["q", "empresa", "dias"]

    q = forms.CharField(label=_("Cliente o pago"), required=False, max_length=80, strip=True)
    dias = forms.TypedChoiceField(
        label=_("Esperan desde hace"),
        required=False,
        coerce=int,
        empty_value=0,
        choices=[("", _("Cualquier tiempo")), ("7", _("Más de 7 días")), ("30", _("Más de 30 días"))],
    )


class _PropuestaForm(forms.Form):
    valor = DineroEscritoField(label=_("Valor"), error_messages={"required": _("Escriba el valor.")})
    por_que = forms.CharField(
        label=_("Razón"),
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": _("Diga por qué: es lo que leerá quien confirme.")},
    )


class _Documento(forms.ModelChoiceField):
    def label_from_instance(self, obj):
        datos = {"que": obj.etiqueta, "vence": fecha_corta(obj.vencimiento), "debe": dinero(obj.saldo, obj.moneda)}
        return _("%(que)s, vence %(vence)s, debe %(debe)s") % datos


class AplicacionForm(_PropuestaForm):
    """To which document of the same customer, and how much."""

    saldo = _Documento(
        label=_("Documento"),
        queryset=Saldo.objects.none(),
        empty_label=_("Elija un documento"),
        error_messages={
            "required": _("Elija a qué documento se aplica."),
            "invalid_choice": _("Ese documento ya no se puede elegir: se pagó o está en un pago en curso."),
        },
    )
    field_order = ("saldo", "valor", "por_que")

    def __init__(self, *args, favor, **kwargs):
        """`favor`: the SaldoAFavor of which the documents may be chosen."""
        super().__init__(*args, prefix="aplicar", **kwargs)
        libres = [saldo.pk for saldo in consultas_favores.documentos_que_puede_pagar(favor)]
        self.fields["saldo"].queryset = Saldo.objects.filter(pk__in=libres).order_by("vencimiento", "pk")
        self.hay_documentos = bool(libres)


class DevolucionForm(_PropuestaForm):
    """When it was given back, and what shows it."""

    fecha = forms.DateField(
        label=_("Fecha de la devolución"),
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        error_messages={"required": _("Escriba cuándo se devolvió.")},
    )
    prueba = forms.CharField(
        label=_("Soporte"),
        max_length=200,
        help_text=_("Número de la transferencia, del egreso o del cheque."),
        error_messages={"required": _("Una devolución lleva su soporte.")},
    )
    field_order = ("valor", "fecha", "prueba", "por_que")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, prefix="devolver", **kwargs)
