"""What people send about payments; the rules behind it are in the services."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from cartera.forms import DineroEscritoField, FiltroPorEmpresa
from pagos.models import FormaPago


class PagarForm(forms.Form):
    """*Forma de pago*: the signed snapshot, two boxes that start unticked, and the button that was pressed."""

    foto = forms.CharField(widget=forms.HiddenInput)
    terminos = forms.BooleanField(
        label=_("Términos y condiciones"),
        error_messages={"required": _("Marque la casilla si los acepta; sin ello no se puede pagar.")},
    )
    datos = forms.BooleanField(
        label=_("Política de datos personales"),
        error_messages={"required": _("Marque la casilla si la acepta; sin ello no se puede pagar.")},
    )
    forma = forms.ModelChoiceField(
        label=_("Forma de pago"),
        queryset=FormaPago.objects.none(),
        error_messages={
            "required": _("Elija con cuál quiere pagar."),
            "invalid_choice": _("Esa forma de pago ya no está disponible."),
        },
    )

    def __init__(self, *args, formas, **kwargs):
        """`formas`: the buttons (FormaPago) that the page offers."""
        super().__init__(*args, **kwargs)
        self.fields["forma"].queryset = FormaPago.objects.filter(pk__in=[forma.pk for forma in formas])


class FiltroMisPagosForm(forms.Form):
    """State and month of *Mis pagos*, from the address."""

    estado = forms.ChoiceField(
        label=_("Estado"),
        required=False,
        choices=[
            ("", _("Todos")),
            ("pendiente", _("Pendientes")),
            ("aprobada", _("Aprobados")),
            ("rechazada", _("Rechazados")),
        ],
    )
    mes = forms.ChoiceField(label=_("Mes"), required=False)

    def __init__(self, *args, meses, **kwargs):
        """`meses`: (value AAAA-MM, label) pairs that may be chosen."""
        super().__init__(*args, **kwargs)
        self.fields["mes"].choices = [("", _("Todos los meses")), *meses]

    def clean_mes(self):
        """First day (date) of the month, None for all."""
        mes = self.cleaned_data["mes"]
        return date.fromisoformat(f"{mes}-01") if mes else None


class FiltroTableroForm(FiltroPorEmpresa):
    """What Tesorería searches its list by, from the address."""

    field_order = ["q", "estado", "empresa", "desde", "hasta"]

    q = forms.CharField(label=_("Buscar"), required=False, max_length=80, strip=True)
    estado = forms.ChoiceField(
        label=_("Estado"),
        required=False,
        choices=FiltroMisPagosForm.base_fields["estado"].choices,
    )
    desde = forms.DateField(label=_("Desde"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    hasta = forms.DateField(label=_("Hasta"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))

    def clean(self):
        """Refuse a range that ends before it begins."""
        datos = super().clean()
        if datos.get("desde") and datos.get("hasta") and datos["hasta"] < datos["desde"]:
            self.add_error("hasta", _("Termina antes de empezar."))
        return datos


class PropuestaForm(forms.Form):
    """First person of the two-person door: what was received, or that there was no money."""

    hubo = forms.ChoiceField(
        label=_("¿Se recibió dinero?"),
        widget=forms.RadioSelect,
        choices=[("no", _("No hubo dinero")), ("si", _("Sí, se recibió este valor"))],
    )
    valor = DineroEscritoField(label=_("Valor recibido"), required=False)

    def clean(self):
        """`valor` (Decimal) only when money was received."""
        datos = super().clean()
        if datos.get("hubo") == "si" and "valor" in datos and not datos["valor"]:
            self.add_error("valor", _("Escriba cuánto se recibió."))
        if datos.get("hubo") == "no":
            datos["valor"] = None
        return datos


class ResolucionForm(forms.Form):
    """How a Novedad was closed, in words."""

    resolucion = forms.CharField(
        label=_("Qué se hizo"),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("Diga qué se hizo: es lo que leerá quien revise después.")},
    )
