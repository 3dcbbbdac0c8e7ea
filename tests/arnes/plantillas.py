"""What a strict Content-Security-Policy would refuse, found in the source of the templates."""

import re
from html.parser import HTMLParser

_ETIQUETAS = re.compile(r"\{%.*?%\}|\{#.*?#\}|\{\{.*?\}\}", re.DOTALL)
_COMENTARIO = re.compile(r"\{%\s*comment.*?%\}.*?\{%\s*endcomment\s*%\}", re.DOTALL)
_RECURSOS = {"link": "href", "script": "src", "img": "src", "iframe": "src", "source": "src", "embed": "src"}


class _Revisor(HTMLParser):
    """Collects (line, what is wrong) of one template."""

    def __init__(self):
        super().__init__()
        self.faltas = []
        self._en_script = False

    def handle_starttag(self, etiqueta, atributos):
        linea = self.getpos()[0]
        atributos = {nombre: valor or "" for nombre, valor in atributos}
        for nombre in atributos:
            if nombre == "style" or nombre.startswith("on"):
                self.faltas.append((linea, f"atributo {nombre}"))
        if etiqueta == "style":
            self.faltas.append((linea, "<style>"))
        if etiqueta == "script" and not atributos.get("src") and atributos.get("type") != "application/json":
            self.faltas.append((linea, "<script> sin src"))
        recurso = atributos.get(_RECURSOS.get(etiqueta, ""), "")
        es_archivo = etiqueta != "link" or atributos.get("rel") not in ("canonical", "alternate")
        if es_archivo and recurso.startswith(("http:", "https:", "//")):
            self.faltas.append((linea, f"recurso de fuera: {recurso}"))
        if recurso.startswith("data:") or "javascript:" in atributos.get("href", ""):
            self.faltas.append((linea, "dirección data: o javascript:"))
        self._en_script = etiqueta == "script"

    def handle_data(self, datos):
        if self._en_script and datos.strip():
            self.faltas.append((self.getpos()[0], "<script> con cuerpo"))

    def handle_endtag(self, etiqueta):
        self._en_script = self._en_script and etiqueta != "script"


def faltas(texto):
    """(line, what is wrong) of a template's source, Django's and Jinja's tags taken as text."""
    sin_etiquetas = _COMENTARIO.sub(_solo_saltos, texto)
    revisor = _Revisor()
    # An expression inside an attribute becomes a word, so that quotes within it do not end the attribute.
    revisor.feed(_ETIQUETAS.sub(lambda hallado: "x" + _solo_saltos(hallado), sin_etiquetas))
    return revisor.faltas


def _solo_saltos(hallado):
    return "\n" * hallado.group().count("\n")
