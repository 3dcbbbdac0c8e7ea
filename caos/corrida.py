"""The run itself: customers pay while everything fails, then calm, then the comparison."""

import random
import re
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from caos import comparacion
from caos.conductas import CONDUCTAS, Raras, Visita
from caos.desgracias import Desgracias
from caos.pagador import Pagador, SinSuerte

HILOS = 10
# Breakers open for 30 s at a time: the workers close them before the calm round.
CALMA_S = 45
_EXCEPCION = re.compile(r'"exception": ".*?(\w+(?:Error|Exception|Interrupt|Shutdown))[:"\\]')


class Corrida:
    """`pagos` payments at least, unless `segundos` pass first."""

    def __init__(self, montaje, carteras, *, semilla, pagos, segundos, cuenta, avisar):
        self._montaje, self._semilla, self._pagos = montaje, semilla, pagos
        self._cuenta, self._avisar = cuenta, avisar
        self._limite = time.monotonic() + segundos
        self._raras, self._empezados, self._candado = Raras(), 0, threading.Lock()
        self._acuerdos = _acuerdos_payu()
        self._pagadores = [
            Pagador(cartera, url=montaje.url, azar=random.Random(f"{semilla}-{n}"), cuenta=cuenta)
            for n, cartera in enumerate(carteras)
        ]

    def sufrir(self):
        """Customers on HILOS threads, misfortunes on another, the ERP on one more; returns when enough was paid."""
        desgracias = Desgracias(self._montaje, semilla=self._semilla, cuenta=self._cuenta)
        erp = threading.Thread(target=self._erp, daemon=True, name="erp")
        with ThreadPoolExecutor(HILOS, thread_name_prefix="pagador") as hilos:
            tareas = [hilos.submit(self._atender, self._pagadores[n::HILOS]) for n in range(HILOS)]
            desgracias.start()
            erp.start()
            while any(not tarea.done() for tarea in tareas):
                time.sleep(5)
                self._avisar(f"{self._empezados} pagos empezados")
            for tarea in tareas:
                tarea.result()
        erp.join()
        desgracias.terminar()

    def calmar(self):
        """The gateway answers and everything runs: one round after it must finish whatever was left."""
        from django.db import connections
        from django.utils import timezone

        from pagos.models import Pago

        time.sleep(CALMA_S)
        self._montaje.parar_todo()
        # Whatever is still thinking at the gateway comes to its end.
        self._montaje.simulador.control("reloj", {"adelantar": 600})
        connections.close_all()  # PostgreSQL was restarted under them
        # As if the next rings had come: what is watched hourly or daily is due as well.
        Pago.objects.filter(proxima_consulta__isnull=False).update(proxima_consulta=timezone.now())
        return self._montaje.manage("sondear")

    def comparar(self):
        """(differences, totals, states) of the books against the gateway's ledger."""
        libro, raras = self._montaje.simulador.control("libro"), self._raras.todas()
        nuestros = comparacion.leer()
        diferencias = list(comparacion.comparar(libro, nuestros, raras=raras))
        return (
            diferencias,
            comparacion.totales(libro, nuestros, raras=raras),
            Counter(n.estado for n in nuestros.values()),
        )

    def errores_del_portal(self):
        """Exceptions that the portal's processes logged, by name."""
        return Counter(nombre for linea in self._montaje.bitacora() for nombre in _EXCEPCION.findall(linea))

    # --- Customers ------------------------------------------------------------------------------------------------
    def _atender(self, pagadores):
        for pagador in pagadores:
            self._con_paciencia(pagador.entrar)
        vueltas = 0
        while self._faltan():
            pagador = pagadores[vueltas % len(pagadores)]
            vueltas += 1
            try:
                self._un_pago(pagador)
            except SinSuerte:
                self._cuenta.sumar("pagador: se rindió")

    def _faltan(self):
        return self._empezados < self._pagos and time.monotonic() < self._limite

    def _con_paciencia(self, accion):
        while self._faltan():
            try:
                return accion()
            except SinSuerte:
                self._cuenta.sumar("pagador: se rindió")
        return None

    def _un_pago(self, pagador):
        azar = pagador.azar
        grupo = azar.choice(sorted(pagador.cartera.documentos))
        ids = azar.sample(pagador.cartera.documentos[grupo], azar.choice((1, 1, 1, 2, 3)))
        referencia = pagador.pagar(grupo, ids)
        if not referencia:
            return
        self._empezar()
        if azar.random() < 0.05 and self._acuerdos:
            pagador.confirmar_en_falso(azar.choice(self._acuerdos), referencia)
            self._cuenta.sumar("pagador: confirmación falsificada")
        visita = Visita(
            pagador, self._montaje.simulador, self._raras, referencia, lambda: self._repetir(pagador, grupo, ids)
        )
        if not pagador.salir(referencia) or visita.ficha() is None:
            pagador.pulsar(referencia, "continuar")
            self._cuenta.sumar("pagador: no llegó a la pasarela")
            return
        conducta = azar.choices(list(CONDUCTAS), weights=list(CONDUCTAS.values()))[0]
        self._cuenta.sumar(f"conducta: {conducta.__name__}")
        conducta(visita)
        if azar.random() < 0.1:
            pagador.pulsar(referencia, "consultar")

    def _repetir(self, pagador, grupo, ids):
        referencia = pagador.pagar(grupo, ids)
        if referencia:
            self._empezar()
        return referencia

    def _empezar(self):
        with self._candado:
            self._empezados += 1

    # --- The ERP --------------------------------------------------------------------------------------------------
    def _erp(self):
        """Brings its old figures again and again, and acknowledges some of what was paid."""
        archivo, acuse = self._montaje.carpeta / "saldos.csv", self._montaje.carpeta / "acuse.csv"
        azar = random.Random(f"erp-{self._semilla}")
        while self._faltan():
            time.sleep(azar.uniform(5, 15))
            codigo, _salida = self._montaje.manage("importar_saldos", str(archivo))
            self._cuenta.sumar(f"ERP: archivo viejo importado otra vez (código {codigo})")
            referencias = self._aprobadas(azar)
            if referencias:
                acuse.write_text("referencia\n" + "\n".join(referencias) + "\n", encoding="utf-8")
                codigo, _salida = self._montaje.manage("acusar_pagos", str(acuse))
                self._cuenta.sumar(f"ERP: acuse de pagos (código {codigo})")

    def _aprobadas(self, azar):
        from django.db import DatabaseError, connection

        from pagos.models import Pago

        try:
            todas = list(Pago.objects.filter(estado="APROBADA").values_list("referencia", flat=True))
        except DatabaseError:  # PostgreSQL is down: the ERP comes back later
            connection.close()
            return []
        return azar.sample(sorted(todas), len(todas) // 10)


def _acuerdos_payu():
    from pagos.models import AcuerdoComercial

    return [str(pk) for pk in AcuerdoComercial.objects.filter(pasarela="payu").values_list("pk", flat=True)]
