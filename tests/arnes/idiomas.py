"""What of a page or an e-mail somebody reads, and which of it is still in the source language."""

import re
from html.parser import HTMLParser

# Attributes whose value people see or hear.
LEGIBLES = {"alt", "aria-label", "content", "data-copiado", "data-etiqueta", "placeholder", "title"}
_VACIAS = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_MARCADOR = re.compile(r"%\(\w+\)[a-z]|%[a-z]|\{\w*\}|%%")

_DIRECCION = re.compile(r"https?://\S+|(?<!\S)/\S+")

# Words that English has not, and that hardly any Spanish sentence does without.
_ESPANOL = re.compile(
    r"\b(?:el|la|los|las|del|que|con|para|por|su|sus|una|está|más|según|usted|pago|pagos|saldo|saldos|empresa|cliente|"
    r"fecha|valor|documento|documentos|cuenta|clave|contraseña|correo|usuario)\b|[¿¡]",
    re.IGNORECASE,
)


class _Lector(HTMLParser):
    """Collects the texts of a page, but for what is marked as Spanish (`lang="es"`) and what no person reads."""

    def __init__(self):
        super().__init__()
        self.textos = []
        self._callada = []

    def handle_starttag(self, etiqueta, atributos):
        calla = dict(atributos).get("lang", "").startswith("es") or etiqueta in ("script", "style", "code")
        if not self._callada and not calla:
            self.textos += [valor for nombre, valor in atributos if nombre in LEGIBLES and valor]
        if etiqueta not in _VACIAS and (calla or self._callada):
            self._callada.append(etiqueta)

    def handle_endtag(self, etiqueta):
        if self._callada and etiqueta not in _VACIAS:
            self._callada.pop()

    def handle_data(self, datos):
        if not self._callada and datos.strip():
            self.textos.append(" ".join(datos.split()))


def textos_de(html):
    """What people read in a page: its texts and the attributes that are shown or read aloud, as a list."""
    lector = _Lector()
    lector.feed(html)
    return lector.textos


class Espia:
    """Finds the source language where another one was asked for.

    `catalogo`: the babel Catalog of that other language. `datos`: strings that people typed (names, labels, e-mails):
    they are nobody's to translate.
    """

    def __init__(self, catalogo, datos=()):
        fragmentos = {fragmento for mensaje in catalogo if mensaje.id for fragmento in _fragmentos(mensaje)}
        juntos = "|".join(re.escape(fragmento) for fragmento in sorted(fragmentos, key=len, reverse=True))
        self._fuente = re.compile(rf"(?<!\w)(?:{juntos})(?!\w)")
        self._datos = sorted({dato for dato in datos if len(dato) > 2}, key=len, reverse=True)

    def delata(self, textos):
        """Those of `textos` that hold a text of the source, or words that only Spanish has."""
        return [texto for texto in textos if self._huele(texto)]

    def _huele(self, texto):
        texto = _DIRECCION.sub(" ", texto)
        for dato in self._datos:
            texto = texto.replace(dato, " ")
        return self._fuente.search(texto) or _ESPANOL.search(texto)


def _fragmentos(mensaje):
    """The longest stretch without placeholders of each form of a message that its translation changes."""
    fuentes = mensaje.id if mensaje.pluralizable else (mensaje.id,)
    traducciones = mensaje.string if mensaje.pluralizable else (mensaje.string,)
    for fuente in fuentes:
        fragmento = max((parte.strip() for parte in _MARCADOR.split(fuente)), key=len)
        if len(fragmento) > 3 and not any(fragmento in traduccion for traduccion in traducciones):
            yield fragmento
