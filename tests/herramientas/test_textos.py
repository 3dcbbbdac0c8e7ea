"""`herramientas.textos`: nothing that the source marks is lost, and the English catalogue is whole and compiled."""

import ast
import gettext

import pytest
from babel.messages.catalog import Catalog

from herramientas import textos

PYTHON = """
from django.utils.translation import gettext as _t, gettext_lazy as _, gettext_noop, ngettext as _n
A = _("Una frase "
      "en dos líneas")
B = gettext_noop("Para después")
def c(n):
    return _t("Con %(dato)s") % {"dato": n}, _n("%d fila", "%d filas", n) % n
"""
PLANTILLA = """
{% load i18n %}{# nobody reads this #}
  <p title="{% translate 'Quitar' %}">It's "quoted" (and {{ x|default:_("Vacío") }})</p>
      {% blocktranslate trimmed with dato=x %}
        Partida
        en {{ dato }}
      {% endblocktranslate %}
  {% blocktranslate count n=n %}{{ n }} día{% plural %}{{ n }} días{% endblocktranslate %}
  {% include "otra.html" with texto=_("De paso") %}
"""


@pytest.fixture(scope="module")
def fuente():
    """What the portal's source holds now."""
    return textos.extraer()


@pytest.fixture(scope="module")
def ingles():
    return textos.leer()


def escribir(carpeta, **archivos):
    """A tree with the shape of ours: a package and a template."""
    for nombre, contenido in {"cartera/modulo.py": PYTHON, "templates/pagina.html": PLANTILLA, **archivos}.items():
        camino = carpeta / nombre
        camino.parent.mkdir(parents=True, exist_ok=True)
        camino.write_text(contenido, encoding="utf-8")
    return carpeta


def test_encuentra_cada_forma_de_marcar_un_texto(tmp_path):
    """Aliases, deferred texts, plurals, concatenation; templates: tags, blocks, filters, arguments."""
    hallados = {mensaje.id for mensaje in textos.extraer(escribir(tmp_path)) if mensaje.id}
    assert hallados == {
        "Una frase en dos líneas",
        "Para después",
        "Con %(dato)s",
        ("%d fila", "%d filas"),
        "Quitar",
        "Vacío",
        "Partida en %(dato)s",
        ("%(n)s día", "%(n)s días"),
        "De paso",
    }


def test_las_migraciones_no_se_traducen(tmp_path):
    """They keep the words of the day they were written."""
    escribir(tmp_path, **{"cartera/migrations/0001.py": '_("viejo")'})
    assert "viejo" not in textos.extraer(tmp_path)


def test_cada_alias_de_gettext_se_conoce():
    """A module that imports a function of translation under a name that extraction does not know would be lost."""
    marcan = {nombre for nombre in textos.NOMBRES if "gettext" in nombre}
    desconocidos = []
    for camino in textos.fuentes():
        if camino.suffix != ".py":
            continue
        for nodo in ast.walk(ast.parse(camino.read_text(encoding="utf-8"))):
            if isinstance(nodo, ast.ImportFrom) and nodo.module == "django.utils.translation":
                desconocidos += [
                    f"{camino}: {alias.asname or alias.name}"
                    for alias in nodo.names
                    if "gettext" in alias.name
                    and (alias.name not in marcan or (alias.asname or alias.name) not in textos.NOMBRES)
                ]
    assert desconocidos == []


def test_ningun_texto_se_marca_dentro_de_otro():
    """Inside an f-string Python 3.11 shows no call to whoever extracts: the text would be lost without a word."""
    perdidos = [
        f"{camino}:{nodo.lineno}"
        for camino in textos.fuentes()
        if camino.suffix == ".py"
        for cadena in ast.walk(ast.parse(camino.read_text(encoding="utf-8")))
        if isinstance(cadena, ast.JoinedStr)
        for nodo in ast.walk(cadena)
        if isinstance(nodo, ast.Call) and getattr(nodo.func, "id", "") in textos.NOMBRES
    ]
    assert perdidos == []


def test_el_catalogo_tiene_cada_texto_y_ninguno_de_mas(fuente, ingles):
    """What the source marks and the English catalogue are the same set (else: `make textos`)."""
    assert {mensaje.id for mensaje in ingles} == {mensaje.id for mensaje in fuente}


def test_cada_texto_tiene_traduccion_segura_y_con_los_mismos_datos(ingles):
    """None empty, none doubtful, and the placeholders of the original in each form."""
    assert list(textos.faltas(ingles)) == []
    assert len(ingles) > 1000


def test_lo_compilado_es_lo_que_dice_el_catalogo():
    """The .mo of the repository, which is what runs, was made from its .po (else: `make textos`)."""
    assert textos.CATALOGO.with_suffix(".mo").read_bytes() == textos.compilado()


def test_gettext_lee_lo_compilado():
    """Python's own reader, as Django uses it, finds a text, a plural and the charset in the compiled file."""
    with textos.CATALOGO.with_suffix(".mo").open("rb") as archivo:
        catalogo = gettext.GNUTranslations(archivo)
    assert catalogo.gettext("Mis pagos") == "My payments"
    assert catalogo.ngettext("%d fila", "%d filas", 2) == "%d rows"


@pytest.mark.parametrize(
    ("original", "traduccion", "falta"),
    [
        ("Hola", "Hello", None),
        ("Hola", "", "sin traducir"),
        ("De %(a)s a %(b)s", "From %(a)s", "mismos datos"),
        ("De %(a)s", "From %(otro)s", "mismos datos"),
        ("Hasta {maximo}", "Up to %d", "mismos datos"),
        (("%d día", "%d días"), ("%d day", ""), "sin traducir"),
        (("%d día", "%d días"), ("one day", "%d days"), "mismos datos"),
        (("%d día", "%d días"), ("%d day", "%d days"), None),
    ],
)
def test_dice_que_le_falta_a_un_texto(original, traduccion, falta):
    """Empty, half a plural, a placeholder that is missing or another one."""
    catalogo = Catalog(locale="en")
    catalogo.add(original, traduccion)
    hallado = list(textos.faltas(catalogo))
    assert (falta is None) == (hallado == [])
    assert all(falta in linea for linea in hallado)


def test_un_texto_que_cambia_queda_por_revisar(tmp_path):
    """The translation of a text that was edited is kept as doubtful, out of the compiled file, and told."""
    camino = tmp_path / "django.po"
    viejo = Catalog(locale="en", fuzzy=False)
    viejo.add("Mis pagos de hoy", "My payments of today")
    viejo.add("Ya no está", "Gone")
    textos.escribir(viejo, camino)
    escribir(tmp_path, **{"cartera/modulo.py": '_("Mis pagos de ayer")', "templates/pagina.html": ""})
    assert textos.actualizar(camino, raiz=tmp_path) == ["dudosa, revísela y quite «fuzzy»: Mis pagos de ayer"]
    assert "Ya no está" not in camino.read_text(encoding="utf-8")
    assert b"My payments" not in camino.with_suffix(".mo").read_bytes()


def test_repetir_no_cambia_nada(tmp_path):
    """A second run leaves the same bytes: a change in git is a change of a text."""
    camino = tmp_path / "django.po"
    camino.write_bytes(textos.CATALOGO.read_bytes())
    assert textos.actualizar(camino) == []
    # Told apart from the assertion: pytest would look for the difference of half a megabyte for minutes.
    igual = camino.read_bytes() == textos.CATALOGO.read_bytes()
    assert igual, "el catálogo no está como `make textos` lo deja"
