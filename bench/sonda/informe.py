"""The table that a run prints and the JSON that it leaves in var/bench/sonda.json."""

import json
import platform
from dataclasses import asdict
from datetime import UTC, datetime
from os import cpu_count

from herramientas.variables import RAIZ

ARCHIVO = RAIZ / "var" / "bench" / "sonda.json"


class Informe:
    """Figures as they come, printed at once; `escribir` leaves all of them in the file."""

    def __init__(self, **opciones):
        self._datos = {
            "cuando": datetime.now(UTC).isoformat(timespec="seconds"),
            "maquina": {"nucleos": cpu_count(), "python": platform.python_version(), "sistema": platform.platform()},
            "opciones": opciones,
            "cifras": [],
            "usos": [],
            "textos": [],
            "no_confiables": [],
        }

    @property
    def confiable(self):
        """True when every figure may be believed."""
        return not self._datos["no_confiables"]

    def cifra(self, medida, que, valor, *, maximo=None, minimo=None):
        """One figure of a measurement and the bound that it must keep, if any."""
        cumple = None
        if maximo is not None or minimo is not None:
            cumple = (maximo is None or valor <= maximo) and (minimo is None or valor >= minimo)
        fila = {"medida": medida, "que": que, "valor": valor, "maximo": maximo, "minimo": minimo, "cumple": cumple}
        self._datos["cifras"].append(fila)

    def uso(self, medida, uso, cuantos, *, ideal):
        """What a round of so many payments cost, printed as it is measured."""
        self._datos["usos"].append({"medida": medida, "pagos": cuantos, "ideal": ideal, **asdict(uso)})
        decir(
            f"{medida:<38}{cuantos:>7} pagos  {uso.segundos:7.2f} s ({uso.segundos / ideal:5.2f} x ideal)  "
            f"CPU {1000 * uso.cpu / cuantos:5.2f} ms  PostgreSQL {1000 * uso.cpu_postgresql / cuantos:5.2f} ms  "
            f"simulador {1000 * uso.cpu_simulador / cuantos:5.2f} ms  ajena {uso.ajena:.2f} núcleos"
            f"{'  RUIDO' if uso.ruidosa else ''}"
        )

    def texto(self, medida, texto):
        """Something to be read: a plan, a count."""
        self._datos["textos"].append({"medida": medida, "texto": texto})
        decir(texto)

    def no_confiable(self, medida, error):
        """A measurement that gave no figure, and why."""
        self._datos["no_confiables"].append({"medida": medida, "error": str(error)})
        decir(f"{medida}: NO CONFIABLE: {error}")

    def escribir(self):
        """Print the table and leave everything in the file."""
        decir("")
        for fila in self._datos["cifras"]:
            decir(f"  {fila['medida']:<22}{fila['que']:<52}{_numero(fila['valor']):>12}  {_limite(fila)}".rstrip())
        for fila in self._datos["no_confiables"]:
            decir(f"  {fila['medida']:<22}NO CONFIABLE: {fila['error']}")
        ARCHIVO.parent.mkdir(parents=True, exist_ok=True)
        ARCHIVO.write_text(json.dumps(self._datos, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        decir(f"\nTodo está en {ARCHIVO.relative_to(RAIZ)}")


def decir(texto):
    """Print a line now."""
    print(texto, flush=True)


def _numero(valor):
    return f"{valor:,.2f}" if isinstance(valor, float) else str(valor)


def _limite(fila):
    if fila["cumple"] is None:
        return ""
    limite = " y ".join(
        f"{signo} {fila[cual]:g}" for cual, signo in (("minimo", ">="), ("maximo", "<=")) if fila[cual] is not None
    )
    return f"{limite:<10} {'cumple' if fila['cumple'] else 'NO CUMPLE'}"
