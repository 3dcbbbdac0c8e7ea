"""What the operating system says: CPU of processes, their memory, and how busy others keep the machine."""

import os
import time
from dataclasses import dataclass, replace
from pathlib import Path

TICS = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")
# Cores that others may use during a measurement before it counts as noisy.
RUIDO = 0.1


@dataclass(frozen=True, kw_only=True)
class Uso:
    """Of one measurement: seconds on the clock, CPU seconds (user + system), cores that others used meanwhile."""

    segundos: float
    cpu: float
    cpu_postgresql: float
    cpu_simulador: float
    ajena: float

    @property
    def ruidosa(self):
        """True when the figure is not to be believed before it has been repeated."""
        return self.ajena > RUIDO


class Cronometro:
    """Measures a `with` block: `uso` afterwards. `pids` are the worker, or workers; nothing of ours is foreign."""

    def __init__(self, montaje, *pids):
        self._postgresql, self._simulador, self._pids = montaje.pid_postgresql, montaje.pid_simulador, pids
        self.uso = None

    def __enter__(self):
        self._antes = self._leer()
        return self

    def __exit__(self, *_excepcion):
        reloj, cpu, postgresql, simulador, propia, total = (
            despues - antes for despues, antes in zip(self._leer(), self._antes, strict=True)
        )
        self.uso = Uso(
            segundos=reloj,
            cpu=cpu,
            cpu_postgresql=postgresql,
            cpu_simulador=simulador,
            ajena=max(0.0, (total - propia) / reloj),
        )

    def uso_de(self, segundos):
        """The same with other seconds, when somebody knows better when it began and ended."""
        return replace(self.uso, segundos=segundos)

    def _leer(self):
        padres = _padres()
        postgresql = cpu_de_arbol(self._postgresql, padres)
        propia = cpu_de_arbol(os.getpid(), padres) + postgresql
        cpu = sum(map(cpu_de, self._pids))
        return time.monotonic(), cpu, postgresql, cpu_de(self._simulador), propia, ocupada()


def cpu_de(pid):
    """User and system seconds of a process, all its threads, ended ones included."""
    return sum(_campos(pid)[11:13]) / TICS


def cpu_de_arbol(pid, padres=None):
    """The same of a process and all it has started, children that ended and were waited for included."""
    padres = padres or _padres()
    hijos, suma = [pid], 0.0
    while hijos:
        uno = hijos.pop()
        try:
            suma += sum(_campos(uno)[11:15]) / TICS
        except (FileNotFoundError, ProcessLookupError):  # ended since it was listed: its parent has its time
            continue
        hijos += padres.get(uno, ())
    return suma


def ocupada():
    """Seconds that all cores together have been busy since the machine started, other machines' share included."""
    usuario, amable, sistema, _ocio, _disco, irq, softirq, robada = (
        int(numero) for numero in (PROC / "stat").read_text().split("\n", 1)[0].split()[1:9]
    )
    return (usuario + amable + sistema + irq + softirq + robada) / TICS


def memoria_maxima(pid):
    """Peak of resident memory of a process, in MiB (VmHWM)."""
    for linea in (PROC / str(pid) / "status").read_text().splitlines():
        if linea.startswith("VmHWM:"):
            return int(linea.split()[1]) / 1024
    raise ValueError(f"el proceso {pid} no dice su memoria")


def _campos(pid):
    """Fields of /proc/<pid>/stat from the third on (state is 0, utime 11, cutime 13), numbers where they are."""
    texto = (PROC / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()
    return [int(campo) if campo.lstrip("-").isdigit() else campo for campo in texto]


def _padres():
    """{pid: [pids of its children]} of everything that runs."""
    hijos = {}
    for carpeta in PROC.iterdir():
        if carpeta.name.isdigit():
            try:
                padre = _campos(carpeta.name)[1]
            except (FileNotFoundError, ProcessLookupError):
                continue
            hijos.setdefault(padre, []).append(int(carpeta.name))
    return hijos
