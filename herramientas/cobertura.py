"""`make cobertura`: how many branches of pagos/pasarelas its own tests walk; too few, or a failing test, fails it."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from herramientas.variables import RAIZ

PAQUETE = "pagos/pasarelas"
# What concerns the adapters: each alone, then all of them against the simulator, then PayU's confirmations.
PRUEBAS = ["tests/pagos/pasarelas", "tests/contrato", "tests/pagos/test_confirmaciones.py"]
MINIMO = 98.0  # % of branches


def porcentaje(informe):
    """Branches walked, in %, out of coverage's JSON report (a dict); ValueError when it measured none."""
    totales = informe["totals"]
    if not totales.get("num_branches"):
        raise ValueError("El informe de cobertura no trae ramas: no se midió nada.")
    return 100 * totales["covered_branches"] / totales["num_branches"]


def medir(carpeta):
    """Run the tests with coverage, its files in `carpeta` (a Path); returns (pytest's exit code, % of branches)."""
    archivo = carpeta / "cobertura.json"
    orden = [sys.executable, "-m", "pytest", "-q", "-n", "auto", "--maxprocesses", "4", *PRUEBAS]
    orden += [f"--cov={PAQUETE}", "--cov-branch", "--cov-report=term-missing", f"--cov-report=json:{archivo}"]
    entorno = {**os.environ, "COVERAGE_FILE": str(carpeta / "cobertura")}
    codigo = subprocess.run(orden, cwd=RAIZ, env=entorno, check=False).returncode
    return codigo, porcentaje(json.loads(archivo.read_text())) if archivo.exists() else 0.0


def main():
    """Measure and judge; returns the process' exit code."""
    with tempfile.TemporaryDirectory(prefix="oasis-cobertura-") as carpeta:
        codigo, ramas = medir(Path(carpeta))
    sys.stdout.write(f"Ramas de {PAQUETE} recorridas: {ramas:.1f} % (mínimo {MINIMO:g} %)\n")
    return codigo or int(ramas < MINIMO)


if __name__ == "__main__":
    sys.exit(main())
