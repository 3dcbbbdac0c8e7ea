"""`python -m bench.sonda.suelo`: the floor. The least that asking and writing down costs, without any of our code.

One `requests` call and one UPDATE in a transaction of its own for each payment: one after the other, as the gateway's
sample does, or 64 at a time from a plain pool of threads.
"""

import os
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial

import psycopg2
import requests
from requests.adapters import HTTPAdapter

from bench.sonda.ordenes import obedecer

_ASENTAR = """
UPDATE pagos_pago SET consultas = consultas + 1, ultima_consulta = now(), codigo_pasarela = %s,
    proxima_consulta = now() + interval '7 minutes' WHERE referencia = %s
"""
ESPERA_S = 30


def preguntar(sesion, url, cuerpo, referencia):
    """(reference, state in the gateway's code) of one payment."""
    respuesta = sesion.post(url, json=cuerpo | {"str_id_pago": referencia}, timeout=ESPERA_S)
    respuesta.raise_for_status()
    return referencia, respuesta.json()["str_res_pago"].split("|")[4]


def secuencial(*, url, cuerpo, cuantos):
    """Ask the first `cuantos` due, one by one, each written down before the next."""
    return _medir(cuantos, lambda una, todas: (una(referencia) for referencia in todas), url, cuerpo)


def hilos(*, url, cuerpo, cuantos, en_vuelo):
    """Ask all with `en_vuelo` threads; this one writes down what comes, in the order in which it comes."""

    def preguntar_a_la_vez(una, todas):
        with ThreadPoolExecutor(en_vuelo) as grupo:
            for tarea in as_completed([grupo.submit(una, referencia) for referencia in todas]):
                yield tarea.result()

    return _medir(cuantos, preguntar_a_la_vez, url, cuerpo)


def _medir(cuantos, preguntar_todas, url, cuerpo):
    inicio = time.monotonic()
    conexion = psycopg2.connect(os.environ["DATABASE_URL"])
    conexion.autocommit = True
    with requests.Session() as sesion, conexion.cursor() as cursor:
        sesion.trust_env = False
        sesion.mount("http://", HTTPAdapter(pool_maxsize=64))
        cursor.execute(
            "SELECT referencia FROM pagos_pago WHERE proxima_consulta <= now() ORDER BY proxima_consulta LIMIT %s",
            [cuantos],
        )
        todas = [fila[0] for fila in cursor.fetchall()]
        for referencia, codigo in preguntar_todas(partial(preguntar, sesion, url, cuerpo), todas):
            cursor.execute(_ASENTAR, [codigo, referencia])
    conexion.close()
    return {"cuenta": {"preguntados": len(todas)}, "segundos": time.monotonic() - inicio}


if __name__ == "__main__":
    obedecer({"secuencial": secuencial, "hilos": hilos})
