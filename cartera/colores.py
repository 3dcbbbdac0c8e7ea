"""Whether an Empresa's colour may be the accent of a page, and in which tone: one rule, WCAG's contrast.

`static/css/tokens.css` is the only place where our own colours are numbers; those that an accent meets are repeated
here, and a test holds both to the same.
"""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from itertools import count

# WCAG 2.2, 1.4.3 (AA): words on their ground.
CONTRASTE = 4.5


@dataclass(frozen=True)
class Tema:
    """What an accent meets in light or in dark: the grounds it is read on, the words that are read on it, and whether
    it may be made lighter until they can be read."""

    fondos: tuple[str, ...]
    encima: str
    aclara: bool


CLARO = Tema(fondos=("#f5f7f6", "#ffffff", "#ebf0ee", "#e0eff1"), encima="#ffffff", aclara=False)
OSCURO = Tema(fondos=("#0e1514", "#172120", "#212d2b", "#14343a"), encima="#04262c", aclara=True)
_NEGRO, _BLANCO = "#000000", "#ffffff"
_PASO = 0.04  # of the way to white, for each try


@dataclass(frozen=True)
class Acento:
    """What replaces --acento and --acento-fuerte, as #rrggbb; the second has at least the contrast of the first."""

    normal: str
    fuerte: str


def contraste(uno, otro):
    """WCAG's contrast ratio of two #rrggbb colours, from 1 to 21."""
    alto, bajo = sorted((_luz(uno), _luz(otro)), reverse=True)
    return (alto + 0.05) / (bajo + 0.05)


def acento(color, tema):
    """The Acento that `color` (#rrggbb, or '') gives in a Tema; None when ours stays: it would not be readable.

    In light it is used as it is or not at all: a company's colour made darker is another company's. In dark it is made
    lighter, as ours is, only as much as it takes.
    """
    if not color:
        return None
    if not tema.aclara:
        return Acento(color, _mezclar(color, _NEGRO, 0.3)) if _se_lee(color, tema) else None
    # Halfway to white even black can be read on the dark grounds, so this ends.
    normal = next(tono for i in count() if _se_lee(tono := _mezclar(color, _BLANCO, min(1, i * _PASO)), tema))
    return Acento(normal, _mezclar(normal, _BLANCO, 0.3))


def _se_lee(color, tema):
    return all(contraste(color, otro) >= CONTRASTE for otro in (*tema.fondos, tema.encima))


def _canales(color):
    return [int(color[i : i + 2], 16) for i in (1, 3, 5)]


def _luz(color):
    """Relative luminance, as WCAG defines it."""
    canales = [canal / 255 for canal in _canales(color)]
    lineales = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in canales]
    return 0.2126 * lineales[0] + 0.7152 * lineales[1] + 0.0722 * lineales[2]


def _mezclar(uno, otro, parte):
    """`uno` with `parte` (0 to 1) of the way to `otro`."""
    pares = zip(_canales(uno), _canales(otro), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * parte):02x}" for a, b in pares)


@dataclass(frozen=True)
class Hoja:
    """A style sheet of one colour: `texto`, and the `version` that its address carries, another for another text."""

    texto: str
    version: str


@lru_cache(maxsize=256)
def hoja_de(color):
    """The Hoja of a colour (#rrggbb). On paper ink is black, so it speaks of screens alone."""
    temas = (("screen", CLARO), ("screen and (prefers-color-scheme: dark)", OSCURO))
    reglas = [(medio, suyo) for medio, tema in temas if (suyo := acento(color, tema))]
    texto = "".join(
        f"@media {medio} {{\n  :root {{\n    --acento: {suyo.normal};\n    --acento-fuerte: {suyo.fuerte};\n  }}\n}}\n"
        for medio, suyo in reglas
    )
    return Hoja(texto, sha256(texto.encode()).hexdigest()[:8])
