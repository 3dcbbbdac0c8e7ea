"""`make textos`: take what people read out of the source, into the English catalogue, and compile it.

Spanish is the source language, so English is the only catalogue. Babel does it all in Python: nobody needs the
system's gettext. The compiled file is in the repository too, so the portal speaks English wherever it runs without a
step that somebody could forget; a test proves that it is what the catalogue says.
"""

import re
import sys
from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.extract import extract, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from herramientas.variables import RAIZ

CATALOGO = RAIZ / "locale" / "en" / "LC_MESSAGES" / "django.po"
PAQUETES = ("oasis_portal", "usuarios", "cartera", "pagos")

# Each name under which a module may import a function of django.utils.translation -> which arguments are texts.
NOMBRES = {
    **dict.fromkeys(("_", "_t", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("_n", "ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}

_MARCADOR = re.compile(r"%\(\w+\)[a-z]|%[a-z]|%%|\{\w*\}")


def fuentes(raiz=RAIZ):
    """The files (Path) whose texts people may read: the portal's Python, without migrations, and its templates."""
    for paquete in PAQUETES:
        yield from (camino for camino in sorted((raiz / paquete).rglob("*.py")) if "migrations" not in camino.parts)
    yield from (camino for camino in sorted((raiz / "templates").rglob("*")) if camino.suffix in (".html", ".txt"))


def extraer(raiz=RAIZ):
    """A Catalog with each text that the source marks, once, and the files that hold it."""
    catalogo = Catalog(locale="en", charset="utf-8")
    for camino in fuentes(raiz):
        metodo = "python" if camino.suffix == ".py" else _extraer_plantilla
        with camino.open("rb") as archivo:
            for linea, textos, _comentarios, contexto in extract(metodo, archivo, NOMBRES):
                catalogo.add(textos, locations=[(camino.relative_to(raiz).as_posix(), linea)], context=contexto)
    return catalogo


def _extraer_plantilla(archivo, nombres, etiquetas, options):
    """Babel's extractor of a Django template: Django itself turns it into calls of gettext and filling."""
    llamadas = templatize(archivo.read().decode())
    # The indentation of HTML means nothing to Python.
    sin_sangria = "\n".join(linea.lstrip() for linea in llamadas.split("\n"))
    return extract_python(BytesIO(sin_sangria.encode()), nombres, etiquetas, options)


def leer(camino=CATALOGO):
    """The Catalog of a .po file."""
    with camino.open("rb") as archivo:
        return read_po(archivo, locale="en")


def escribir(catalogo, camino=CATALOGO):
    """Write a .po in the order of the source, without line numbers: they would change with every edit."""
    with camino.open("wb") as archivo:
        write_po(archivo, catalogo, width=120, sort_by_file=True, include_lineno=False, ignore_obsolete=True)


def compilado(camino=CATALOGO):
    """The bytes of the .mo of a .po file; texts without translation, or with a doubtful one, stay out."""
    salida = BytesIO()
    write_mo(salida, leer(camino))
    return salida.getvalue()


def faltas(catalogo):
    """Lines that say what keeps a Catalog from being whole: untranslated, doubtful, or with other placeholders."""
    for mensaje in catalogo:
        if not mensaje.id:
            continue
        originales, traducciones = _formas(mensaje.id), _formas(mensaje.string)
        if not all(traducciones):
            yield f"sin traducir: {originales[0]}"
        elif mensaje.fuzzy:
            yield f"dudosa, revísela y quite «fuzzy»: {originales[0]}"
        elif [marcadores(texto) for texto in originales] != [marcadores(texto) for texto in traducciones]:
            yield f"no lleva los mismos datos que el original: {originales[0]}"


def _formas(texto):
    """Singular and plural, or the only form there is."""
    return texto if isinstance(texto, tuple) else (texto,)


def marcadores(texto):
    """The placeholders of a text (`%(total)s`, `%d`, `{}`), in alphabetical order."""
    return sorted(_MARCADOR.findall(texto))


def actualizar(camino=CATALOGO, raiz=RAIZ):
    """Bring the .po to what the source below `raiz` says and compile it; returns its `faltas`."""
    catalogo = leer(camino)
    catalogo.update(extraer(raiz), update_creation_date=False)
    escribir(catalogo, camino)
    camino.with_suffix(".mo").write_bytes(compilado(camino))
    return list(faltas(catalogo))


def main():
    """Update, compile and tell what is missing; returns the process' exit code."""
    pendientes = actualizar()
    for linea in pendientes:
        sys.stdout.write(linea + "\n")
    sys.stdout.write(f"{CATALOGO.relative_to(RAIZ)}: {len(leer())} textos, {len(pendientes)} por atender\n")
    return 1 if pendientes else 0


if __name__ == "__main__":
    sys.exit(main())
