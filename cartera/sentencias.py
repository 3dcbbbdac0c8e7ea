"""Statements whose text is made once, for the few paths where Django making it again each time is most of the cost.

The ORM still says what a column holds (defaults, types, dates, JSON, on both databases) and the database still says
what is allowed: IntegrityError and triggers speak as they do after `save()`. Only inside a transaction, and only on the
default database. Everywhere else the ORM itself is the tool.
"""

import functools

from django.core.exceptions import FieldDoesNotExist
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections


class Preparada:
    """A SELECT of the ORM that is read again and again with other ids.

    `consulta`: a function of one or more ids (int) that returns a queryset, in which each id stands exactly once. A
    call with as many ids returns a list of what the queryset has: fields left out by `only` are read when asked for,
    annotations are attributes; `select_related` is not for it.
    """

    def __init__(self, consulta):
        self._consulta = consulta
        self._preparados = {}

    def __call__(self, *ids):
        if len(ids) not in self._preparados:
            self._preparados[len(ids)] = _Texto(self._consulta, len(ids))
        return self._preparados[len(ids)].leer(ids)


class _Texto:
    """What Django makes of a queryset with so many ids before it asks the database, and of a row after it."""

    def __init__(self, consulta, cuantos):
        # Ids that no row has, and that nothing else in the statement says.
        marcas = [-1_000_000_007 - n for n in range(cuantos)]
        compilador = consulta(*marcas).query.get_compiler(DEFAULT_DB_ALIAS)
        self._texto, self._parametros = compilador.as_sql()
        self._lugares = [lugar for lugar, valor in enumerate(self._parametros) if valor in marcas]
        if [self._parametros[lugar] for lugar in self._lugares] != marcas:
            raise ValueError("Cada id debe aparecer una vez en la consulta, en su orden")
        columnas = [columna for columna, _texto, _alias in compilador.select]
        self._modelo = compilador.klass_info["model"]
        self._campos = [columnas[lugar].target.attname for lugar in compilador.klass_info["select_fields"]]
        self._anotaciones = compilador.annotation_col_map
        self._conversores = compilador.get_converters(columnas)

    def leer(self, ids):
        parametros = list(self._parametros)
        for lugar, uno in zip(self._lugares, ids, strict=True):
            parametros[lugar] = uno
        conexion = connections[DEFAULT_DB_ALIAS]
        with conexion.cursor() as cursor:
            cursor.execute(self._texto, parametros)
            filas = cursor.fetchall()
        return [self._objeto(list(fila), conexion) for fila in filas]

    def _objeto(self, fila, conexion):
        for lugar, (conversores, columna) in self._conversores.items():
            for convertir in conversores:
                fila[lugar] = convertir(fila[lugar], columna, conexion)
        objeto = self._modelo.from_db(DEFAULT_DB_ALIAS, self._campos, fila[: len(self._campos)])
        for nombre, lugar in self._anotaciones.items():
            setattr(objeto, nombre, fila[lugar])
        return objeto


def insertar(modelo, *, si_falta=False, **campos):
    """Insert one row; what `campos` does not say takes its default. `si_falta`: a row that is already there stays.

    Returns nothing: an id that the database counts is not read back, who needs it has `objects.create`.
    """
    fila = modelo(**campos)
    columnas, texto = _texto_insertar(modelo, si_falta)
    _ejecutar(texto, [(columna, columna.pre_save(fila, True)) for columna in columnas])


def actualizar(modelo, *, donde, **campos):
    """Set `campos` in the rows whose columns are as `donde` (dict) says; returns how many rows they are."""
    columnas, texto = _texto_actualizar(modelo, tuple(campos), tuple(donde))
    return _ejecutar(texto, zip(columnas, (*campos.values(), *donde.values()), strict=True))


def guardar(fila, campos):
    """Write these fields (names) of a row that was read, as `save(update_fields=campos)`.

    Raises DatabaseError when the row is not there any more.
    """
    modelo = type(fila)
    columnas, texto = _texto_actualizar(modelo, tuple(campos), ("pk",))
    if not _ejecutar(texto, [(columna, columna.pre_save(fila, False)) for columna in columnas]):
        raise DatabaseError(f"{modelo.__name__} {fila.pk} ya no está")


def borrar(modelo, *, donde):
    """Delete the rows that `donde` says; no row of another table may point to them. A tuple there = any of these."""
    listas = [(nombre, valor if isinstance(valor, tuple) else (valor,)) for nombre, valor in donde.items()]
    columnas, texto = _texto_borrar(modelo, tuple((nombre, len(valores)) for nombre, valores in listas))
    return _ejecutar(texto, zip(columnas, [uno for _nombre, valores in listas for uno in valores], strict=True))


def leidos(fila):
    """What was read of a row, for `cambiados` later: {attribute: value}."""
    return {nombre: valor for nombre, valor in vars(fila).items() if nombre != "_state"}


def cambiados(fila, antes):
    """Names of the columns in which a row differs from what `leidos` returned (`antes`), in the model's order.

    A value that is changed in place, as the inside of a list, is not noticed: assign another.
    """
    ahora, falta = vars(fila), object()
    nombres = (campo.attname for campo in fila._meta.concrete_fields if campo.attname in ahora)
    return [nombre for nombre in nombres if antes.get(nombre, falta) != ahora[nombre]]


@functools.cache
def _campo(modelo, nombre):
    """The column called so: by its field's name, by its attribute (`pago_id`) or `pk`."""
    for campo in modelo._meta.concrete_fields:
        if nombre in (campo.name, campo.attname) or (nombre == "pk" and campo.primary_key):
            return campo
    raise FieldDoesNotExist(f"{modelo.__name__} no tiene la columna {nombre}")


# S608 and B608 below: the texts are made of our own tables' and columns' names, quoted; every value is a parameter.


@functools.cache
def _texto_insertar(modelo, si_falta):
    """(columns, text). An id that the database counts is left to it."""
    campos = [campo for campo in modelo._meta.concrete_fields if campo is not modelo._meta.auto_field]
    columnas = ", ".join(_citar(campo.column) for campo in campos)
    huecos = ", ".join(["%s"] * len(campos))
    conflicto = " ON CONFLICT DO NOTHING" if si_falta else ""
    texto = f"INSERT INTO {_citar(modelo._meta.db_table)} ({columnas}) VALUES ({huecos}){conflicto}"  # noqa: S608  # nosec B608
    return campos, texto


@functools.cache
def _texto_actualizar(modelo, campos, donde):
    columnas = [_campo(modelo, nombre) for nombre in (*campos, *donde)]
    pares = [f"{_citar(columna.column)} = %s" for columna in columnas]
    puestas, filtro = ", ".join(pares[: len(campos)]), " AND ".join(pares[len(campos) :])
    return columnas, f"UPDATE {_citar(modelo._meta.db_table)} SET {puestas} WHERE {filtro}"  # noqa: S608  # nosec B608


@functools.cache
def _texto_borrar(modelo, cuantos):
    columnas = [_campo(modelo, nombre) for nombre, veces in cuantos for _una in range(veces)]
    filtro = " AND ".join(
        f"{_citar(_campo(modelo, nombre).column)} IN ({', '.join(['%s'] * veces)})" for nombre, veces in cuantos
    )
    return columnas, f"DELETE FROM {_citar(modelo._meta.db_table)} WHERE {filtro}"  # noqa: S608  # nosec B608


def _citar(nombre):
    return connections[DEFAULT_DB_ALIAS].ops.quote_name(nombre)


def _ejecutar(texto, valores):
    """Run a statement with its values, each beside the column that says how it is written; returns how many rows."""
    conexion = connections[DEFAULT_DB_ALIAS]
    with conexion.cursor() as cursor:
        cursor.execute(texto, [columna.get_db_prep_save(valor, conexion) for columna, valor in valores])
        return cursor.rowcount
