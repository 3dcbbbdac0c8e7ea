"""What every template and every static file must be, so that the strict policy never has to refuse our own pages."""

import re
import xml.etree.ElementTree as ET

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import get_template

from oasis_portal.entorno import RAIZ

PLANTILLAS = sorted((RAIZ / "templates").rglob("*.html"))
# E-mail clients know no style sheets of another file: there the style attribute is the only way.
PAGINAS = [p for p in PLANTILLAS if "correos" not in p.parts]
ESTATICOS = RAIZ / "static"
SIMBOLOS = {s.get("id") for s in ET.parse(ESTATICOS / "img/iconos.svg").getroot()}  # noqa: S314  (our own file)


def _nombre(ruta):
    return ruta.relative_to(RAIZ / "templates").as_posix()


def _sin_comentarios(ruta):
    texto = ruta.read_text(encoding="utf-8")
    return re.sub(r"\{% comment %\}.*?\{% endcomment %\}|\{#.*?#\}", "", texto, flags=re.DOTALL)


def _casos(rutas):
    return [pytest.param(ruta, id=_nombre(ruta)) for ruta in rutas]


@pytest.mark.parametrize("ruta", _casos(PLANTILLAS))
def test_toda_plantilla_compila(ruta):
    """A template with a wrong tag, filter or library is found here and not by a customer."""
    assert get_template(_nombre(ruta)).origin.name == str(ruta)


@pytest.mark.parametrize("ruta", _casos(PAGINAS))
def test_ninguna_pagina_tiene_estilo_ni_codigo_adentro(ruta):
    """No style attribute, no handler, no <style>, no <script> with a body, no javascript: or data: address."""
    texto = _sin_comentarios(ruta)
    for prohibido in (r"\sstyle\s*=", r"<style\b", r"<[^>]*\son[a-z]+\s*=", r"javascript:", r"\bdata:"):
        assert not re.search(prohibido, texto, re.IGNORECASE), f"{_nombre(ruta)}: {prohibido}"
    for atributos, cuerpo in re.findall(r"<script\b([^>]*)>(.*?)</script>", texto, re.DOTALL | re.IGNORECASE):
        assert "src=" in atributos, _nombre(ruta)
        assert not cuerpo.strip(), _nombre(ruta)


@pytest.mark.parametrize("ruta", _casos(PAGINAS))
def test_ninguna_pagina_carga_nada_de_otro_servidor(ruta):
    """Scripts, styles, images and frames come from this server: addresses in src, and in <link>, are our own."""
    texto = _sin_comentarios(ruta)
    assert not re.search(r"src\s*=\s*[\"'](https?:)?//", texto, re.IGNORECASE)
    assert not re.search(r"<link\b[^>]*href\s*=\s*[\"'](https?:)?//", texto, re.IGNORECASE)


@pytest.mark.parametrize("ruta", _casos(PLANTILLAS))
def test_los_archivos_estaticos_que_se_nombran_existen(ruta):
    """Every {% static %} names a file that is there."""
    for nombre in re.findall(r"\{% static ['\"]([^'\"]+)['\"]", ruta.read_text(encoding="utf-8")):
        assert finders.find(nombre), f"{_nombre(ruta)}: {nombre}"


@pytest.mark.parametrize("ruta", _casos(PLANTILLAS))
def test_los_iconos_que_se_nombran_existen(ruta):
    """Every icon that a template asks for by a fixed name is in the sprite."""
    pedidos = re.findall(r"componentes/icono\.html['\"] with nombre=['\"](\w+)['\"]", ruta.read_text(encoding="utf-8"))
    assert set(pedidos) <= SIMBOLOS


def test_cada_componente_dice_su_contrato():
    """A component opens with the comment that says what it takes, and the README lists it."""
    indice = (RAIZ / "templates/componentes/README.md").read_text(encoding="utf-8")
    componentes = sorted((RAIZ / "templates/componentes").glob("*.html"))
    assert componentes
    for ruta in componentes:
        assert ruta.read_text(encoding="utf-8").startswith("{% comment %}"), ruta.name
        assert f"`{ruta.name}`" in indice, ruta.name


@pytest.mark.parametrize("ruta", [pytest.param(r, id=r.name) for r in sorted(ESTATICOS.rglob("*.*"))])
def test_ningun_estatico_trae_nada_de_afuera(ruta):
    """Style sheets and scripts load nothing from elsewhere and carry no data: address (the policy would refuse it)."""
    texto = ruta.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?://|\bdata:|@import|\beval\(|innerHTML", texto)


def test_los_colores_solo_estan_en_las_fichas():
    """Colours are numbers in tokens.css alone (and in print and the admin's variables); all else uses their names."""
    for nombre in ("base.css", "componentes.css", "tablas.css"):
        assert not re.search(r"#[0-9a-f]{3,8}\b", (ESTATICOS / "css" / nombre).read_text(encoding="utf-8")), nombre
