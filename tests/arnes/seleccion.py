"""Which tests apply to this run, and the closing report of those that do not: deselected and counted, never skipped."""

import os
from collections import Counter
from dataclasses import dataclass, field

from django.test import TransactionTestCase

from herramientas.navegador import ruta_chromium
from herramientas.servicios import redis_instalado

MARCAS = (
    "solo_postgresql(razon): only means something on PostgreSQL; deselected and counted elsewhere",
    "solo_sqlite(razon): only means something on the embedded SQLite; deselected and counted elsewhere",
    "navegador: drives a real Chromium; named at the end where the machine has none",
    "servicios: needs PostgreSQL and a real redis-server; named at the end where the machine has none",
    "lento: takes more than about five seconds",
)


@dataclass
class Apartadas:
    """Tests left out of a run: `ajenas` cannot apply to its database, `imposibles` this machine cannot run."""

    ajenas: Counter = field(default_factory=Counter)
    imposibles: Counter = field(default_factory=Counter)

    def como_texto(self):
        """Plain lists, for xdist to carry from a worker to its controller."""
        return [sorted(self.ajenas.items()), sorted(self.imposibles.items())]

    @classmethod
    def desde_texto(cls, listas):
        """The inverse of `como_texto`."""
        return cls(*(Counter(dict(lista)) for lista in listas))


def en_ci():
    """True under CI=true, where anything left out for the machine's sake is a failure."""
    return os.environ.get("CI", "").lower() in ("1", "true")


def _razon(item, marca):
    razon = marca.args[0] if marca.args else marca.kwargs.get("razon", "")
    if not razon.strip():
        raise ValueError(f"{item.nodeid}: la marca {marca.name} exige una razón")
    return f"{marca.name}: {razon}"


def _motivo_ajeno(item, *, bd):
    for nombre, propia in (("solo_postgresql", "postgresql"), ("solo_sqlite", "sqlite")):
        marca = item.get_closest_marker(nombre)
        if marca and _razon(item, marca) and bd != propia:
            return _razon(item, marca)
    if bd == "postgresql" and not _abre_la_base(item):
        return "no abre la base de datos: es la misma prueba que sobre SQLite"
    if item.get_closest_marker("servicios") and bd != "postgresql":
        return "servicios: se prueban junto con PostgreSQL"
    return None


def _abre_la_base(item):
    """True for a test that asks for the database, by marker, by fixture or by Django's own test class."""
    clase = getattr(item, "cls", None)
    return (
        item.get_closest_marker("django_db") is not None
        or item.get_closest_marker("servicios") is not None
        or item.get_closest_marker("solo_postgresql") is not None
        or not {"db", "transactional_db", "live_server"}.isdisjoint(getattr(item, "fixturenames", ()))
        or (clase is not None and issubclass(clase, TransactionTestCase))
    )


def _motivo_imposible(item):
    if item.get_closest_marker("navegador") and not ruta_chromium():
        return "navegador: no hay Chromium (paquete chromium)"
    if item.get_closest_marker("servicios") and not redis_instalado():
        return "servicios: no hay redis-server (paquete redis-server)"
    return None


def apartar(config, items, *, bd):
    """Deselect from `items` (changed in place) what cannot run on `bd` or on this machine; returns the Apartadas."""
    apartadas, elegidos, fuera = Apartadas(), [], []
    for item in items:
        ajeno = _motivo_ajeno(item, bd=bd)
        imposible = None if ajeno else _motivo_imposible(item)
        if ajeno:
            apartadas.ajenas[ajeno] += 1
        elif imposible:
            apartadas.imposibles[imposible] += 1
        (fuera if ajeno or imposible else elegidos).append(item)
    if fuera:
        config.hook.pytest_deselected(items=fuera)
        items[:] = elegidos
    return apartadas


def informar(escribir, apartadas, *, bd):
    """Write the closing report through `escribir(line)`."""
    for razon, cuantas in sorted(apartadas.ajenas.items()):
        escribir(f"no aplica a {bd}: {cuantas} × {razon}")
    for razon, cuantas in sorted(apartadas.imposibles.items()):
        escribir(f"NO SE PUDO EJECUTAR en esta máquina: {cuantas} × {razon}")
    if not apartadas.ajenas and not apartadas.imposibles:
        escribir("nada quedó por fuera")
