"""Threads that start together, each with a database connection of its own: how races are provoked."""

import threading
from concurrent.futures import ThreadPoolExecutor

ESPERA_S = 60


def en_paralelo(n, funcion, *, tolerar=()):
    """Run `funcion()` in `n` threads that start at the same instant; returns their n results, in no special order.

    An exception of a type in `tolerar` takes the place of that thread's result; any other one is raised here.
    The caller's test needs `transaction=True`: other connections do not see what a test has not committed.
    """
    return cada_una_a_la_vez([funcion] * n, tolerar=tolerar)


def cada_una_a_la_vez(funciones, *, tolerar=()):
    """As `en_paralelo`, for different functions; results come in the order of `funciones`."""
    from django.db import connections

    barrera = threading.Barrier(len(funciones), timeout=ESPERA_S)

    def correr(funcion):
        try:
            connections["default"].ensure_connection()
            barrera.wait()
            return funcion()
        except tolerar as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(funciones)) as hilos:
        futuros = [hilos.submit(correr, funcion) for funcion in funciones]
    return [futuro.result() for futuro in futuros]
