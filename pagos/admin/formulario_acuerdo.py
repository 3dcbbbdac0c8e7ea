"""The form of an agreement. Its secrets go in and never come out: no page, error or history repeats them."""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cartera.dinero import MONEDAS
from pagos import acuerdos
from pagos.errores import AcuerdoInvalidoError, CifradoInvalidoError
from pagos.models import AcuerdoComercial
from pagos.pasarelas.opciones import activa
from pagos.pasarelas.registro import PASARELAS

# What people call the names of the gateways' registration; one that is not here is shown as it is.
_ETIQUETAS = {
    "usuario": _("Usuario"),
    "clave": _("Clave"),
    "codigo_servicio": _("Código de servicio PSE"),
    "api_key": _("API key"),
    "api_login": _("API login"),
    "algoritmo": _("Algoritmo de la firma"),
    "secreto": _("Secreto de la firma HMAC"),
    "sin_pse": _("Sin PSE"),
    "sin_tarjetas": _("Sin tarjetas"),
    "moneda_117": _("Enviar la moneda (código 117)"),
    "nit_con_dv": _("NIT del pagador con dígito de verificación"),
}


def _etiqueta(nombre):
    return _ETIQUETAS.get(nombre, nombre)


def campo_url(pasarela, nombre):
    """Name of the form field of an address."""
    return f"{pasarela}_url_{nombre}"


def campo_secreto(pasarela, nombre):
    """Name of the form field of a secret credential."""
    return f"{pasarela}_secreto_{nombre}"


def campo_opciones(pasarela):
    """Name of the form field of a gateway's switches."""
    return f"{pasarela}_opciones"


def campos_de(pasarela):
    """Names of the form fields that only this gateway has: addresses, secrets, switches."""
    uno = PASARELAS[pasarela]
    return (
        *(campo_url(pasarela, nombre) for nombre in uno.urls),
        *(campo_secreto(pasarela, nombre) for nombre in uno.secretos),
        campo_opciones(pasarela),
    )


def _campos_de_pasarelas():
    """A field for everything that some gateway needs; those of the other gateways are taken away in each form."""
    for pasarela, uno in PASARELAS.items():
        for nombre in uno.urls:
            yield (
                campo_url(pasarela, nombre),
                forms.URLField(
                    label=format_lazy(_("Dirección «{}»"), nombre),
                    required=False,
                    assume_scheme="https",
                    max_length=300,
                    widget=forms.URLInput(attrs={"class": "vURLField"}),
                ),
            )
        for nombre in uno.secretos:
            clave = forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"})
            yield (
                campo_secreto(pasarela, nombre),
                forms.CharField(label=_etiqueta(nombre), required=False, strip=False, max_length=200, widget=clave),
            )
        yield (
            campo_opciones(pasarela),
            forms.MultipleChoiceField(
                label=_("Opciones"),
                required=False,
                choices=[(nombre, _etiqueta(nombre)) for nombre in uno.opciones],
                widget=forms.CheckboxSelectMultiple,
            ),
        )


class _Acuerdo(forms.ModelForm):
    pasarela = forms.ChoiceField(label=_("Pasarela"), choices=[(uno, PASARELAS[uno].etiqueta) for uno in PASARELAS])
    monedas = forms.MultipleChoiceField(
        label=_("Monedas"), choices=[(moneda, moneda) for moneda in MONEDAS], widget=forms.CheckboxSelectMultiple
    )
    vaciar = forms.MultipleChoiceField(
        label=_("Vaciar"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Credenciales que se quitan."),
    )

    class Meta:
        model = AcuerdoComercial
        fields = (
            *("empresa", "pasarela", "comercio", "cuenta", "prueba", "desde", "hasta", "activo", "monedas"),
            *("monto_minimo", "monto_maximo", "limite_en_vuelo", "limite_por_segundo"),
        )
        help_texts = {
            "comercio": ", ".join(f"{uno.etiqueta}: {uno.comercio}" for uno in PASARELAS.values()),
            "cuenta": ", ".join(f"{uno.etiqueta}: {uno.cuenta}" for uno in PASARELAS.values() if uno.cuenta),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._es_nuevo = self.instance._state.adding
        self.secretos_guardados, self.ilegible = self._leer_guardados()
        if self._es_nuevo:
            self.fields.pop("vaciar", None)
            self.initial.setdefault("monedas", self.instance.monedas)
        else:
            self._dejar_solo_su_pasarela()

    def _leer_guardados(self):
        """(stored secrets, whether no key opens them)."""
        try:
            return self.instance.secretos(), False
        except CifradoInvalidoError:
            return {}, True

    def _dejar_solo_su_pasarela(self):
        suya = self.instance.pasarela
        for pasarela in PASARELAS.keys() - {suya}:
            for campo in campos_de(pasarela):
                self.fields.pop(campo, None)
        for nombre in PASARELAS[suya].urls:
            self.initial[campo_url(suya, nombre)] = self.instance.urls.get(nombre, "")
            if acuerdos.en_uso(self.instance):
                del self.fields[campo_url(suya, nombre)]
        self.initial[campo_opciones(suya)] = [
            nombre for nombre in PASARELAS[suya].opciones if activa(self.instance.opciones, nombre)
        ]
        for nombre in PASARELAS[suya].secretos:
            if campo_secreto(suya, nombre) in self.fields:
                self.fields[campo_secreto(suya, nombre)].help_text = self._estado(nombre)
        llenos = [uno for uno in PASARELAS[suya].secretos_opcionales if uno in self.secretos_guardados]
        if "vaciar" in self.fields:
            self.fields["vaciar"].choices = [(uno, _etiqueta(uno)) for uno in llenos]
            if not llenos:
                del self.fields["vaciar"]

    def _estado(self, nombre):
        if self.ilegible:
            return _("Ilegible: CLAVES_CIFRADO no la abre. Escríbala de nuevo.")
        return _("Configurada. Escriba solo para cambiarla.") if nombre in self.secretos_guardados else _("Vacía.")

    @property
    def secretos(self):
        """The secrets as they will be stored: those typed over those kept."""
        pasarela = self.instance.pasarela
        escritos = {
            nombre: self.cleaned_data.get(campo_secreto(pasarela, nombre)) for nombre in PASARELAS[pasarela].secretos
        }
        quitados = self.cleaned_data.get("vaciar", ())
        guardados = {nombre: uno for nombre, uno in self.secretos_guardados.items() if nombre not in quitados}
        return guardados | {nombre: valor for nombre, valor in escritos.items() if valor}

    def full_clean(self):
        """After the fields' own checks, the agreement's rules: they look at all of it together."""
        super().full_clean()
        if not self.is_bound or self._errors:
            return
        self._tomar_lo_de_su_pasarela()
        try:
            acuerdos.exigir_valido(self.instance, self.secretos)
        except AcuerdoInvalidoError as error:
            self.add_error(None, str(error))

    def _tomar_lo_de_su_pasarela(self):
        """Addresses and switches into the instance; what the form does not offer stays as it is."""
        pasarela, datos = self.instance.pasarela, self.cleaned_data
        nombres = [nombre for nombre in PASARELAS[pasarela].urls if campo_url(pasarela, nombre) in datos]
        dadas = {nombre: datos[campo_url(pasarela, nombre)] for nombre in nombres}
        self.instance.urls = {**self.instance.urls, **dadas}
        if campo_opciones(pasarela) in datos:
            self.instance.opciones = dict.fromkeys(datos[campo_opciones(pasarela)], "1")


AcuerdoForm = type("AcuerdoForm", (_Acuerdo,), dict(_campos_de_pasarelas()))


def _dia():
    # A browser's own calendar understands one format alone, whatever the page's language.
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class RenovarForm(forms.Form):
    """The days of the agreement that follows."""

    desde = forms.DateField(label=_("Vigente desde"), widget=_dia())
    hasta = forms.DateField(label=_("Vigente hasta"), widget=_dia())

    def clean(self):
        datos = super().clean()
        if "desde" in datos and "hasta" in datos and datos["hasta"] < datos["desde"]:
            raise forms.ValidationError(_("La vigencia termina antes de empezar."))
        return datos
