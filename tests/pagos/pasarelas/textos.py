"""Texts for properties: everything that JSON or a form can bring, halves of a surrogate pair included."""

from hypothesis import strategies as st

cualquier_letra = st.characters(exclude_categories=())


def cualquier_texto(**limites: int) -> st.SearchStrategy[str]:
    """Any text at all; `limites` as in `st.text`."""
    return st.text(cualquier_letra, **limites)
