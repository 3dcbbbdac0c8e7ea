"""Texts for tests: everything that JSON or a form can bring, halves of a surrogate pair included, and long numbers."""

from hypothesis import strategies as st

cualquier_letra = st.characters(exclude_categories=())


def cualquier_texto(**limites: int) -> st.SearchStrategy[str]:
    """Any text at all; `limites` as in `st.text`."""
    return st.text(cualquier_letra, **limites)


def con_luhn(comienzo, largo):
    """The one number that begins so, goes on with zeros, has `largo` digits and passes Luhn's sum."""
    for ultima in "0123456789":
        numero = comienzo.ljust(largo - 1, "0") + ultima
        pares = sum(sum(divmod(2 * int(cifra), 10)) for cifra in numero[-2::-2])
        if (sum(map(int, numero[::-2])) + pares) % 10 == 0:
            return numero
    raise AssertionError("una de las diez cifras completa la suma")
