"""What the harness forbids or stirs, so that a test fails where production would only misbehave now and then."""

import ipaddress
import socket
import sys
from pathlib import Path

from django.db import transaction
from django.db.models.query import QuerySet

from herramientas.variables import RAIZ

_PROPIO = str(RAIZ) + "/"
_AJENO = f"{_PROPIO}.venv/"


class RedProhibidaError(AssertionError):
    """A test reached for the network. Not an OSError: the code under test must not mistake it for a broken gateway."""


class VariableSinDefinirError(AssertionError):
    """One of our templates printed a variable that nobody gave it."""


def _es_nuestro(archivo):
    """True for a file of the repository (the virtual environment inside it is not ours)."""
    return archivo.startswith(_PROPIO) and not archivo.startswith(_AJENO)


# --- Network ------------------------------------------------------------------------------------------------------
def _es_local(anfitrion):
    if anfitrion in (None, "", "localhost"):
        return True
    if isinstance(anfitrion, bytes):
        anfitrion = anfitrion.decode()
    try:
        return ipaddress.ip_address(anfitrion.split("%")[0]).is_loopback
    except ValueError:
        return False


def prohibir_red(*, permitidos=()):
    """Let Python's sockets reach only loopback and Unix sockets (and the hosts of `permitidos`), for good."""

    def revisar(anfitrion):
        if not _es_local(anfitrion) and anfitrion not in permitidos:
            raise RedProhibidaError(f"Una prueba quiso conectarse a {anfitrion}: solo se permite la propia máquina")

    connect, connect_ex, getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def vigilar(original):
        def conectar(self, direccion):
            if self.family != socket.AF_UNIX:
                revisar(direccion[0])
            return original(self, direccion)

        return conectar

    def resolver(host, *args, **kwargs):
        revisar(host)
        return getaddrinfo(host, *args, **kwargs)

    socket.socket.connect = vigilar(connect)
    socket.socket.connect_ex = vigilar(connect_ex)
    socket.getaddrinfo = resolver


# --- Templates ----------------------------------------------------------------------------------------------------
class VariableSinDefinir(str):
    """`string_if_invalid` that raises when the template printing the variable is ours.

    Django's and other packages' own templates rely on undefined variables being empty.
    """

    __slots__ = ()

    def __new__(cls):
        # Django asks whether "%s" is in the string and then formats it with the variable's name.
        return super().__new__(cls, "%s")

    def __mod__(self, variable):
        plantilla = _plantilla_en_curso()
        if plantilla is None or _es_nuestro(plantilla):
            raise VariableSinDefinirError(f"Variable sin definir {variable} en {plantilla or 'una plantilla en línea'}")
        return ""


def _plantilla_en_curso():
    """File of the template whose node is being rendered; None for a template built from a string."""
    marco = sys._getframe(2)
    while marco:
        if marco.f_code.co_name == "render_annotated":
            origen = getattr(marco.f_locals["self"], "origin", None)
            return origen.name if origen and Path(origen.name).is_file() else None
        marco = marco.f_back
    return None


# --- Database -----------------------------------------------------------------------------------------------------
def exigir_of():
    """Make `select_for_update()` without `of` fail in our code: it would lock every joined table as well."""
    original = QuerySet.select_for_update

    def select_for_update(self, nowait=False, skip_locked=False, of=(), no_key=False):
        marco = sys._getframe(1)
        if marco.f_code.co_name == "manager_method":  # the manager's proxy, called as Modelo.objects.…
            marco = marco.f_back
        if not of and _es_nuestro(marco.f_code.co_filename):
            raise AssertionError('select_for_update() sin `of`: escriba of=("self",) para no bloquear lo que se une')
        return original(self, nowait=nowait, skip_locked=skip_locked, of=of, no_key=no_key)

    QuerySet.select_for_update = select_for_update


def invertir_lo_no_ordenado():
    """Hand out querysets without an order in reverse: whoever counts on an accidental order finds out."""
    original = QuerySet._fetch_all

    def _fetch_all(self):
        recien = self._result_cache is None
        original(self)
        if recien and not self.ordered:
            self._result_cache.reverse()

    QuerySet._fetch_all = _fetch_all


def ejecutar_on_commit():
    """Run `on_commit` callbacks when our outermost atomic block ends, though the test itself never commits."""
    original = transaction.Atomic.__exit__

    def __exit__(self, tipo, valor, traza):
        original(self, tipo, valor, traza)
        conexion = transaction.get_connection(self.using)
        de_la_prueba = all(bloque._from_testcase for bloque in conexion.atomic_blocks)
        if tipo is None and conexion.atomic_blocks and de_la_prueba and not self._from_testcase:
            pendientes, conexion.run_on_commit = conexion.run_on_commit, []
            for _puntos, funcion, robusta in pendientes:
                if robusta:
                    _sin_propagar(funcion)
                else:
                    funcion()

    transaction.Atomic.__exit__ = __exit__


def _sin_propagar(funcion):
    """As Django does with `robust=True`: the callback's failure is not the caller's."""
    try:
        funcion()
    except Exception as error:
        sys.stderr.write(f"on_commit robusto falló: {error!r}\n")
