"""Rules of the house that a syntax tree can show. Each takes a parsed module and yields (line, what is wrong)."""

import ast

_PETICIONES = {
    "requests",
    "urllib3",
    "httpx",
    "aiohttp",
    "socket",
    "http.client",
    "urllib.request",
    "ftplib",
    "smtplib",
}
_SENALES = ("django.dispatch", "django.db.models.signals", "django.core.signals", "django.contrib.auth.signals")
_ESCRITURAS = {"update", "create", "update_or_create", "get_or_create", "bulk_update", "acreate", "aupdate"}
_ESCRITURAS |= {"insertar", "actualizar"}  # cartera.sentencias
_SALTOS = {"skip", "skipif", "xfail", "importorskip", "skipTest", "skipUnless", "skipIf", "expectedFailure"}


def _importados(nodo):
    """Full names that an import statement brings in."""
    if isinstance(nodo, ast.Import):
        return [alias.name for alias in nodo.names]
    if isinstance(nodo, ast.ImportFrom):
        return [nodo.module or ""] + [f"{nodo.module}.{alias.name}" for alias in nodo.names]
    return []


def _nombre(funcion):
    """Last name of what is called: `f` for `f()`, `update` for `x.y.update()`."""
    return getattr(funcion, "attr", getattr(funcion, "id", ""))


def _dentro(nombre, modulos):
    return any(nombre == modulo or nombre.startswith(modulo + ".") for modulo in modulos)


def importa(modulo, prohibidos):
    """Imports of any of `prohibidos` (dotted names), or of something inside them."""
    for nodo in ast.walk(modulo):
        for nombre in _importados(nodo):
            if _dentro(nombre, prohibidos):
                yield nodo.lineno, f"importa {nombre}"
                break


def habla_por_la_red(modulo):
    """Imports of anything that opens connections."""
    return importa(modulo, _PETICIONES)


def usa_senales(modulo):
    """Django's signals: who reads the caller would not see what else happens."""
    return importa(modulo, _SENALES)


def _blancos(nodo):
    if isinstance(nodo, ast.Assign):
        blancos = nodo.targets
    elif isinstance(nodo, ast.AugAssign | ast.AnnAssign):
        blancos = [nodo.target]
    else:
        return
    for blanco in blancos:
        yield from blanco.elts if isinstance(blanco, ast.Tuple | ast.List) else [blanco]


def _textos(nodo):
    return {uno.value for uno in ast.walk(nodo) if isinstance(uno, ast.Constant) and isinstance(uno.value, str)}


def asigna(modulo, campos):
    """Assignments of an attribute of `campos`: `x.campo = …`, `x.campo += …` and `setattr(x, "campo", …)`."""
    for nodo in ast.walk(modulo):
        for blanco in _blancos(nodo):
            if isinstance(blanco, ast.Attribute) and blanco.attr in campos:
                yield nodo.lineno, f"asigna .{blanco.attr}"
        if isinstance(nodo, ast.Call) and _nombre(nodo.func) == "setattr" and len(nodo.args) > 1:
            yield from ((nodo.lineno, f"asigna .{campo}") for campo in sorted(_textos(nodo.args[1]) & set(campos)))


def actualiza(modulo, campos, *, metodos=_ESCRITURAS):
    """Writes of `campos` through a queryset: as keyword, inside `defaults`, `update_fields` or a list of fields."""
    for nodo in ast.walk(modulo):
        if not isinstance(nodo, ast.Call) or not isinstance(nodo.func, ast.Attribute):
            continue
        palabras = {palabra.arg: palabra.value for palabra in nodo.keywords}
        escritos = set()
        if nodo.func.attr in metodos:
            escritos |= palabras.keys() & set(campos)
        if nodo.func.attr in ("bulk_update", "abulk_update", "guardar"):
            escritos |= set().union(*map(_textos, nodo.args[1:]), *map(_textos, palabras.values())) & set(campos)
        for lista in ("defaults", "create_defaults", "update_fields"):
            if lista in palabras:
                escritos |= _textos(palabras[lista]) & set(campos)
        yield from ((nodo.lineno, f"escribe {campo} con .{nodo.func.attr}()") for campo in sorted(escritos))


def _en_meta(modulo):
    """Lines inside a `class Meta`: constraints and indexes compare stored columns, they compute nothing."""
    for nodo in ast.walk(modulo):
        if isinstance(nodo, ast.ClassDef) and nodo.name == "Meta":
            yield from range(nodo.lineno, nodo.end_lineno + 1)


def calcula_dinero_en_sql(modulo, columnas):
    """`Sum`, `Avg` and kin of anything, and `F()` of a money column outside a constraint."""
    en_meta = set(_en_meta(modulo))
    for nodo in ast.walk(modulo):
        if not isinstance(nodo, ast.Call):
            continue
        nombre = _nombre(nodo.func)
        if nombre in ("Sum", "Avg", "StdDev", "Variance"):
            yield nodo.lineno, f"{nombre}() fuera de cartera/dinero.py"
        elif nombre == "F" and nodo.lineno not in en_meta and nodo.args:
            for campo in sorted(texto for texto in _textos(nodo.args[0]) if texto.split("__")[-1] in columnas):
                yield nodo.lineno, f"F({campo!r}): el dinero se calcula en Python"


def escribe_sql(modulo):
    """Raw SQL."""
    for nodo in ast.walk(modulo):
        if isinstance(nodo, ast.Call) and _nombre(nodo.func) in ("raw", "cursor", "extra", "RawSQL"):
            yield nodo.lineno, f"SQL a mano: {_nombre(nodo.func)}()"


def funciones_largas(modulo, maximo):
    """Functions of more than `maximo` lines, decorators apart."""
    for nodo in ast.walk(modulo):
        if isinstance(nodo, ast.FunctionDef | ast.AsyncFunctionDef):
            lineas = nodo.end_lineno - nodo.lineno + 1
            if lineas > maximo:
                yield nodo.lineno, f"{nodo.name} tiene {lineas} líneas"


def se_salta(modulo):
    """Tests that skip themselves or expect to fail."""
    for nodo in ast.walk(modulo):
        if isinstance(nodo, ast.Attribute) and nodo.attr in _SALTOS and _raiz(nodo) in ("pytest", "unittest", "self"):
            yield nodo.lineno, f"{nodo.attr}: una prueba que no aplica se aparta con solo_sqlite o solo_postgresql"
        yield from (
            (nodo.lineno, f"importa {nombre}")
            for nombre in _importados(nodo)
            if nombre.startswith(("pytest.", "unittest.")) and nombre.rsplit(".", 1)[1] in _SALTOS
        )


def _raiz(nodo):
    while isinstance(nodo, ast.Attribute):
        nodo = nodo.value
    return getattr(nodo, "id", "")


def cuenta_consultas_sin_with(modulo):
    """Query counters called without `with`: they count nothing and never fail."""
    contadores = ("assertNumQueries", "django_assert_num_queries", "django_assert_max_num_queries")
    for nodo in ast.walk(modulo):
        if isinstance(nodo, ast.Expr) and isinstance(nodo.value, ast.Call) and _nombre(nodo.value.func) in contadores:
            con_funcion = _nombre(nodo.value.func) == "assertNumQueries" and len(nodo.value.args) > 1
            if not con_funcion:
                yield nodo.lineno, f"{_nombre(nodo.value.func)} sin with no comprueba nada"


def pruebas_sin_frase(modulo):
    """Tests that do not open with a sentence that says what must hold."""
    for nodo in ast.walk(modulo):
        if isinstance(nodo, ast.FunctionDef) and nodo.name.startswith("test_") and not ast.get_docstring(nodo):
            yield nodo.lineno, f"{nodo.name} no dice qué debe cumplirse"
