"""A real HTTP server that says exactly the bytes a test wants, as slowly as it wants: what no framework would send."""

import json
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser

Guion = Callable[[socket.socket], None]


@dataclass
class Peticion:
    """One request as it came over the wire."""

    linea: str
    cabeceras: dict[str, str]
    cuerpo: bytes

    @property
    def json(self):
        return json.loads(self.cuerpo)


def respuesta(cuerpo: bytes | str, *, estado="200 OK", tipo="application/json", **cabeceras: str) -> Guion:
    """A well-formed answer. Underscores in header names become hyphens."""
    cuerpo = cuerpo.encode() if isinstance(cuerpo, str) else cuerpo
    lineas = [f"HTTP/1.1 {estado}", f"Content-Length: {len(cuerpo)}"]
    lineas += [f"Content-Type: {tipo}"] if tipo else []
    lineas += [f"{nombre.replace('_', '-')}: {valor}" for nombre, valor in cabeceras.items()]
    return crudo("\r\n".join(lineas).encode("latin-1") + b"\r\n\r\n" + cuerpo)


def objeto(datos: object, **kwargs) -> Guion:
    """A JSON answer."""
    return respuesta(json.dumps(datos), **kwargs)


def crudo(octetos: bytes) -> Guion:
    """Send these bytes and nothing else."""
    return lambda conexion: conexion.sendall(octetos)


def gotear(octetos: bytes, pausa: float, para: threading.Event) -> Guion:
    """Send one byte every `pausa` seconds, until they end or the test says stop."""

    def correr(conexion):
        for octeto in octetos:
            if para.wait(pausa):
                return
            conexion.sendall(bytes([octeto]))

    return correr


def callar(para: threading.Event) -> Guion:
    """Say nothing until the test says stop."""
    return lambda _conexion: para.wait(60) and None


def cortar(conexion: socket.socket) -> None:
    """Reset the connection."""
    conexion.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    conexion.close()


@dataclass
class ServidorCrudo:
    """Answers each request with the next script (the last one for ever) and closes the connection after it."""

    guiones: list[Guion] = field(default_factory=list)
    peticiones: list[Peticion] = field(default_factory=list)
    contexto_tls: object = None
    mantener: bool = False  # keep the connection open for the next request
    conexiones: int = 0
    fin: threading.Event = field(default_factory=threading.Event)

    def __enter__(self):
        self._escucha = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.puerto = self._escucha.getsockname()[1]
        esquema = "https" if self.contexto_tls else "http"
        self.origen = f"{esquema}://127.0.0.1:{self.puerto}"
        self._hilos = [threading.Thread(target=self._aceptar)]
        self._hilos[0].start()
        return self

    def __exit__(self, *_):
        self.fin.set()
        # A thread blocked in accept() is woken by shutdown(), not by close().
        self._escucha.shutdown(socket.SHUT_RDWR)
        self._escucha.close()
        for hilo in self._hilos:
            hilo.join(10)

    def responder(self, *guiones: Guion):
        """Set what the next requests get."""
        self.guiones[:] = guiones

    def _aceptar(self):
        while True:
            try:
                conexion, _ = self._escucha.accept()
            except OSError:
                return
            self.conexiones += 1
            self._hilos.append(threading.Thread(target=self._atender, args=(conexion,)))
            self._hilos[-1].start()

    def _atender(self, conexion):
        with conexion:
            conexion.settimeout(5)
            try:
                if self.contexto_tls:
                    conexion = self.contexto_tls.wrap_socket(conexion, server_side=True)
                with conexion:
                    while self._responder(conexion) and self.mantener:
                        pass
            except OSError:  # the client left, as several tests want it to
                return

    def _responder(self, conexion) -> bool:
        peticion = _leer(conexion)
        if peticion is None:
            return False
        self.peticiones.append(peticion)
        guion = self.guiones.pop(0) if len(self.guiones) > 1 else self.guiones[0]
        guion(conexion)
        return True


def _leer(conexion) -> Peticion | None:
    recibido = b""
    while b"\r\n\r\n" not in recibido:
        trozo = conexion.recv(65536)
        if not trozo:
            return None
        recibido += trozo
    cabeza, cuerpo = recibido.split(b"\r\n\r\n", 1)
    linea, cabeceras = cabeza.split(b"\r\n", 1)
    cabeceras = dict(BytesHeaderParser().parsebytes(cabeceras))
    while len(cuerpo) < int(cabeceras.get("Content-Length", 0)):
        cuerpo += conexion.recv(65536)
    return Peticion(linea.decode(), cabeceras, cuerpo)
