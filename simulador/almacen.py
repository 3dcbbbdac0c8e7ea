"""The ledger on disk: written behind, by one thread, one transaction per lot. Answering never waits for a read."""

import asyncio
import contextlib
import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from simulador.libro import Libro, Pago, pago_a_json, pago_de_json

PAUSA = 0.02  # seconds between lots: many payments share one commit


class AlmacenInservible(Exception):
    """The data file cannot be opened or is not the simulator's; its text says why."""


class Almacen:
    """A SQLite file with one row per payment and a few named values. Without a file it does nothing."""

    def __init__(self, archivo: Path | None):
        self._pendientes: dict[int, Pago] = {}
        self._valores: dict[str, object] = {}
        self._vaciar = False
        self._hilo = ThreadPoolExecutor(1, "almacen")
        self._turno = asyncio.Lock()
        self._base = self._abrir(archivo) if archivo else None

    @staticmethod
    def _abrir(archivo: Path) -> sqlite3.Connection:
        try:
            base = sqlite3.connect(archivo, check_same_thread=False)
            base.execute("PRAGMA journal_mode=WAL")
            base.execute("PRAGMA synchronous=NORMAL")
            base.execute("CREATE TABLE IF NOT EXISTS pago (numero INTEGER PRIMARY KEY, datos TEXT NOT NULL)")
            base.execute("CREATE TABLE IF NOT EXISTS valor (nombre TEXT PRIMARY KEY, datos TEXT NOT NULL)")
            base.commit()
        except sqlite3.Error as error:
            raise AlmacenInservible(f"no se puede usar {archivo}: {error}") from error
        return base

    def leer(self, libro: Libro) -> dict[str, object]:
        """Fill the ledger from the file and return the named values stored beside it."""
        if self._base is None:
            return {}
        try:
            for (datos,) in self._base.execute("SELECT datos FROM pago ORDER BY numero"):
                libro.incorporar(pago_de_json(json.loads(datos)))
            return {
                nombre: json.loads(datos) for nombre, datos in self._base.execute("SELECT nombre, datos FROM valor")
            }
        except (sqlite3.Error, ValueError, KeyError, TypeError) as error:
            raise AlmacenInservible(f"el archivo de datos no es de este simulador: {error}") from error

    def guardar(self, pago: Pago) -> None:
        """Have this payment written with the next lot."""
        if self._base is not None:
            self._pendientes[pago.numero] = pago

    def guardar_valor(self, nombre: str, valor: object) -> None:
        """Have this named value (plain JSON) written with the next lot."""
        if self._base is not None:
            self._valores[nombre] = valor

    def vaciar(self) -> None:
        """Forget every payment on disk before the next lot is written."""
        self._pendientes.clear()
        self._vaciar = self._base is not None

    async def sincronizar(self) -> None:
        """Return once everything handed over so far is on disk. Callers that wait together share one commit."""
        if self._base is None:
            return
        async with self._turno:
            if not (self._pendientes or self._valores or self._vaciar):
                return
            vaciar, self._vaciar = self._vaciar, False
            pagos, self._pendientes = self._pendientes, {}
            valores, self._valores = self._valores, {}
            filas = [(numero, json.dumps(pago_a_json(pago), default=str)) for numero, pago in pagos.items()]
            nombrados = [(nombre, json.dumps(valor)) for nombre, valor in valores.items()]
            try:
                await asyncio.get_running_loop().run_in_executor(self._hilo, self._escribir, vaciar, filas, nombrados)
            except sqlite3.Error:  # a full disk, say: nothing was written, so it all waits for the next lot
                self._vaciar |= vaciar
                self._pendientes = pagos | self._pendientes
                self._valores = valores | self._valores
                raise

    def _escribir(self, vaciar: bool, filas: list, nombrados: list) -> None:
        with self._base:
            if vaciar:
                self._base.execute("DELETE FROM pago")
            self._base.executemany("INSERT OR REPLACE INTO pago VALUES (?, ?)", filas)
            self._base.executemany("INSERT OR REPLACE INTO valor VALUES (?, ?)", nombrados)

    async def escribir_siempre(self) -> None:
        """The background writer, until cancelled."""
        while self._base is not None:
            await asyncio.sleep(PAUSA)
            with contextlib.suppress(sqlite3.Error):  # whoever asked for the write was told; here it is tried again
                await self.sincronizar()

    async def cerrar(self) -> None:
        """Write what is left and close the file."""
        await self.sincronizar()
        self._hilo.shutdown()
        if self._base is not None:
            with contextlib.suppress(sqlite3.Error):
                self._base.close()
