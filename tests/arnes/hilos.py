"""Threads that start together, each with a database connection of its own: how races are provoked."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

ESPERA_S = 60


def en_paralelo(n, funcion, *, tolerar=()):
    """Run `funcion()` in `n` threads that start at the same instant; returns their n results, in no special order.

    An exception of a type in `tolerar` takes the place of that thread's result; any other one is raised here.
    The caller's test needs `transaction=True`: other connections do not see what a test has not committed.
    """
    return cada_una_a_la_vez([funcion] * n, tolerar=tolerar)


def cada_una_a_la_vez(funciones, *, tolerar=()):
    """As `en_paralelo`, for different functions; results come in the order of `funciones`."""
    with corredores(len(funciones)) as correr:
        return correr(funciones, tolerar=tolerar)


@contextmanager
def corredores(n):
    """`correr(n functions, tolerar=())`, as often as wanted: the same threads and connections run every round."""
    from django.db import connections

    barrera = threading.Barrier(n, timeout=ESPERA_S)

    def una(funcion, tolerar):
        try:
            connections["default"].ensure_connection()
            barrera.wait()
            return funcion()
        except tolerar as error:
            return error

    # The barrier holds each task until all have begun, so no thread takes two.
    def correr(funciones, *, tolerar=()):
        futuros = [hilos.submit(una, funcion, tolerar) for funcion in funciones]
        return [futuro.result() for futuro in futuros]

    with ThreadPoolExecutor(n) as hilos:
        try:
            yield correr
        finally:
            correr([connections.close_all] * n)
