"""Ports of this machine: whether they are free, and what to say when one is not."""

import contextlib
import socket
import time

ESPERA_S = 20


class PuertoNoDisponible(Exception):
    """A port that cannot be used; its text says which, for what, and what to do."""


def leer(texto, *, variable):
    """The port number in `texto`; PuertoNoDisponible naming `variable` when it is not one from 1024 to 65534."""
    if not texto.isascii() or not texto.isdigit() or not 1024 <= int(texto) <= 65534:
        raise PuertoNoDisponible(f"{variable} debe ser un puerto entre 1024 y 65534, no {texto!r}.")
    return int(texto)


def exigir_libre(puerto, *, para, variable):
    """Raise PuertoNoDisponible when something already listens on 127.0.0.1:`puerto`."""
    with socket.socket() as enchufe:
        # As the servers themselves do: a port that was closed a moment ago is free.
        enchufe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            enchufe.bind(("127.0.0.1", puerto))
        except OSError:
            raise PuertoNoDisponible(
                f"El puerto {puerto}, que necesita {para}, está ocupado. Elija otro: make demo {variable}=<puerto>"
            ) from None


def puerto_libre():
    """A TCP port of 127.0.0.1 that nobody listens on at this moment."""
    with socket.socket() as enchufe:
        enchufe.bind(("127.0.0.1", 0))
        return enchufe.getsockname()[1]


def dos_libres():
    """A free port whose next one is free too: what the simulator needs."""
    while True:
        puerto = puerto_libre()
        try:
            exigir_libre(puerto + 1, para="", variable="")
        except PuertoNoDisponible:
            continue
        return puerto


def esperar_puerto(puerto, *, proceso=None, espera=ESPERA_S):
    """Wait until something accepts on 127.0.0.1:`puerto`; RuntimeError after `espera` seconds or if `proceso` ended."""
    fin = time.monotonic() + espera
    while time.monotonic() < fin:
        if proceso is not None and proceso.poll() is not None:
            raise RuntimeError(f"El proceso terminó con código {proceso.returncode} antes de abrir el puerto {puerto}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", puerto), timeout=1):
            return
        time.sleep(0.03)
    raise RuntimeError(f"Nada escucha en el puerto {puerto} después de {espera} s")
