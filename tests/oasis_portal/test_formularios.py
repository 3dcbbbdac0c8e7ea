"""Every form says what it wants and what is wrong, to eyes and to screen readers alike."""

from html.parser import HTMLParser

from django import forms


class _Ejemplo(forms.Form):
    correo = forms.EmailField(label="Correo", help_text="El de las facturas.")
    nota = forms.CharField(label="Nota", required=False)
    modo = forms.ChoiceField(label="Modo", choices=[("a", "Correo"), ("b", "Papel")], widget=forms.RadioSelect)
    acepto = forms.BooleanField(label="Acepto")
    firma = forms.CharField(widget=forms.HiddenInput)


class _Elementos(HTMLParser):
    """Collects the attributes of every element."""

    def __init__(self, pagina):
        super().__init__()
        self.todos = []
        self.feed(pagina)

    def handle_starttag(self, tag, attrs):
        self.todos.append((tag, dict(attrs)))

    def valores(self, atributo, etiqueta=None):
        return [a[atributo] for t, a in self.todos if atributo in a and etiqueta in (None, t)]


def _elementos(datos):
    return _Elementos(str(_Ejemplo(datos)))


def test_todo_campo_tiene_etiqueta_y_lo_que_lo_describe_existe():
    """Each control has a label of its own, and every id that aria-describedby names is in the page, once."""
    elementos = _elementos({"correo": "x"})
    ids = elementos.valores("id")
    assert len(ids) == len(set(ids))
    for descritos in elementos.valores("aria-describedby"):
        assert set(descritos.split()) <= set(ids)
    controles = [a["id"] for t, a in elementos.todos if t == "input" and a["type"] != "hidden"]
    assert set(controles) <= set(elementos.valores("for", "label"))


def test_un_campo_con_error_lo_dice_y_el_resumen_lleva_a_el():
    """A wrong field is aria-invalid, described by its error, and the summary links to something that is there."""
    elementos = _elementos({"correo": "x"})
    [correo] = [a for t, a in elementos.todos if a.get("name") == "correo"]
    assert correo["aria-invalid"] == "true"
    assert correo["value"] == "x"
    assert "id_correo_error" in correo["aria-describedby"]
    enlaces = [h.removeprefix("#") for h in elementos.valores("href", "a")]
    assert len(enlaces) == 3
    assert set(enlaces) <= set(elementos.valores("id"))


def test_sin_errores_no_hay_resumen():
    """A fresh form, and a right one, show no summary."""
    bueno = {"correo": "a@b.co", "modo": "a", "acepto": "on", "firma": "f"}
    for formulario in (_Ejemplo(), _Ejemplo(bueno)):
        assert "data-resumen-errores" not in str(formulario)


def test_lo_opcional_lo_dice():
    """Only the field that may stay empty is called optional."""
    assert str(_Ejemplo()).count("(opcional)") == 1


def test_el_error_de_un_campo_oculto_no_se_pierde():
    """A hidden field cannot be linked to, but what is wrong with it is still told."""
    pagina = str(_Ejemplo({"correo": "a@b.co", "modo": "a", "acepto": "on"}))
    assert "data-resumen-errores" in pagina
    assert "Este campo es obligatorio" in pagina
