"""`plan`: how PostgreSQL finds what is due among a million payments, most of them closed."""

import json
from statistics import median

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bench.sonda import datos
from bench.sonda.ordenes import NoConfiable
from pagos.models import Pago
from pagos.sonda import reclamo

PAGOS, ABIERTOS, ACUERDOS = 1_000_000, 1_000, 4
CUANTOS = 64
VECES = 5
INDICE = "pago_por_consultar"
_PROPIOS = {
    "referencia": "referencia || 'C' || n",
    "codigo_retorno": "md5(referencia || n)",
    "clave_envio": "md5('e' || referencia || n)",
    "estado": "'APROBADA'",
    "aprobada_en": "creada_en",
    "creada_en": "creada_en - n * interval '1 hour'",
    "proxima_consulta": "NULL",
}


def reclamar():
    """The claim of the code as it is, as an asker makes it: which agreements have something due, then a lot of one."""
    acuerdo = reclamo.acuerdos_con_vencidos()[0]
    with transaction.atomic():
        return reclamo.reclamar(acuerdo, CUANTOS)


def medir(montaje, informe, *, pagos):  # noqa: ARG001 (a million whatever was asked for: the bound says so)
    """The plan of every statement by which the claim takes its rows, and how long it takes."""
    montaje.estrenar("plan")
    _llenar(montaje)
    with CaptureQueriesContext(connection) as capturadas:
        reclamados = reclamar()
    if not reclamados:
        raise NoConfiable("La consulta que reclama no reclamó nada")
    sobre_pagos = [una["sql"] for una in capturadas if '"pagos_pago"' in una["sql"]]
    frases = [frase for frase in sobre_pagos if "SKIP LOCKED" in frase]
    if not frases:
        raise NoConfiable("Ninguna frase de la consulta que reclama toma sus filas con SKIP LOCKED")
    for frase in sobre_pagos:
        informe.texto("plan", f"\n{frase[:2000]}\n{_explicar(frase, 'TEXT')}")
    planes = [json.loads(_explicar(frase, "JSON"))[0] for frase in frases for _vez in range(VECES)]
    nodos = [nodo for plan in planes for nodo in _nodos(plan["Plan"])]
    todas = [json.loads(_explicar(frase, "JSON"))[0] for frase in sobre_pagos]
    recorridos = sum(_recorre(nodo) for plan in todas for nodo in _nodos(plan["Plan"]))
    informe.cifra("plan", "usa el índice parcial", int(_usa(nodos)), minimo=1)
    informe.cifra("plan", "ordenamientos", sum("Sort" in nodo["Node Type"] for nodo in nodos), maximo=0)
    informe.cifra("plan", "recorridos de toda la tabla", recorridos, maximo=0)
    informe.cifra("plan", "ejecución (ms)", median(plan["Execution Time"] for plan in planes), maximo=5)
    informe.cifra("plan", "ejecución de todas las frases (ms)", sum(plan["Execution Time"] for plan in todas))
    informe.cifra("plan", "planeación (ms)", median(plan["Planning Time"] for plan in planes))


def _llenar(montaje):
    """The open ones as ever, then copies of them that were approved long ago."""
    for _acuerdo in range(ACUERDOS):
        datos.sembrar(datos.crear_pasarela(montaje.simulador), ABIERTOS // ACUERDOS)
    columnas = [campo.column for campo in Pago._meta.concrete_fields if not campo.primary_key]
    valores = [_PROPIOS.get(columna, columna) for columna in columnas]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO pagos_pago ({', '.join(columnas)}) SELECT {', '.join(valores)}"  # noqa: S608 (our own names)
            f" FROM pagos_pago, generate_series(1, {PAGOS // ABIERTOS - 1}) AS n"
        )
    datos.vencer()
    if (Pago.objects.count(), Pago.objects.filter(proxima_consulta__isnull=False).count()) != (PAGOS, ABIERTOS):
        raise NoConfiable(f"No quedaron {PAGOS} pagos con {ABIERTOS} abiertos")


def _explicar(frase, formato):
    """The plan of a statement that was really executed, and undone."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT {formato}) {frase}")
        filas = cursor.fetchall()
        transaction.set_rollback(True)
    return "\n".join(fila[0] if isinstance(fila[0], str) else json.dumps(fila[0]) for fila in filas)


def _nodos(nodo):
    """A node of a plan and all below it."""
    yield nodo
    for hijo in nodo.get("Plans", ()):
        yield from _nodos(hijo)


def _usa(nodos):
    return any(nodo.get("Index Name") == INDICE for nodo in nodos)


def _recorre(nodo):
    return nodo["Node Type"] == "Seq Scan" and nodo["Relation Name"] == "pagos_pago"
