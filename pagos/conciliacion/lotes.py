"""Reading a table by primary key, a lot at a time, whatever its size."""

LOTE = 1000


def por_lotes(consulta):
    """Yield lists of at most LOTE primary keys of a queryset, ascending."""
    consulta = consulta.order_by("pk").values_list("pk", flat=True)
    ultimo = 0
    while ids := list(consulta.filter(pk__gt=ultimo)[:LOTE]):
        yield ids
        ultimo = ids[-1]
