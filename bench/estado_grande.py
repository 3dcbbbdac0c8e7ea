"""`python -m bench.estado_grande [--movimientos N]`: what a statement of many movements costs, in PDF and in XLSX.

Each file is made in a process of its own, so that its peak of memory is its own too.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from decimal import Decimal

from bench.papeles import preparar


def sembrar(cuantos):
    """The Cuenta's owner, with an opening balance and `cuantos` movements this year: invoices, and their receipts."""
    from cartera.models import SALDO_INICIAL, Movimiento
    from cartera.periodos import Periodo
    from cartera.vencimientos import hoy
    from tests import fabricas, fabricas_cartera

    tercero = fabricas.crear_tercero()
    usuario = fabricas.crear_cliente(tercero=tercero)
    inicio = Periodo(hoy().year).desde
    inicial = {"tipo": SALDO_INICIAL, "documento": "", "numero": ""}
    primero = fabricas_cartera.crear_movimiento(tercero=tercero, fecha=inicio, debito=Decimal(5), **inicial)
    dias = (hoy() - inicio).days or 1
    comun = {campo: getattr(primero, campo) for campo in ("empresa_id", "tercero_id", "organizacion_id")}
    valor, nada = Decimal("12345678.91"), Decimal(0)
    Movimiento.objects.bulk_create(
        Movimiento(
            **comun,
            documento="FV",
            numero=str(numero // 2),
            tipo="FV" if numero % 2 == 0 else "RC",
            fecha=inicio + timedelta(days=numero % dias),
            debito=valor if numero % 2 == 0 else nada,
            credito=nada if numero % 2 == 0 else valor,
            id_erp=str(numero),
        )
        for numero in range(cuantos)
    )
    return usuario


def hacer(formato, carpeta):
    """Make one file in this process and print seconds, size and the process' peak of memory."""
    preparar(carpeta)
    from cartera import estado_cuenta_pdf, estado_cuenta_xlsx
    from cartera.estado_cuenta import EstadoDeCuenta, cuentas_de
    from cartera.models import Empresa
    from cartera.periodos import Periodo
    from cartera.vencimientos import hoy
    from usuarios.consultas import alcance
    from usuarios.models import Tercero, Usuario

    dentro_de = alcance(Usuario.objects.get())
    (cuenta,) = cuentas_de(Usuario.objects.get(), dentro_de=dentro_de)
    estado = EstadoDeCuenta(cuenta, Periodo(hoy().year), dentro_de=dentro_de)
    quienes = {
        "empresa": Empresa.objects.get(pk=cuenta.empresa_id),
        "tercero": Tercero.objects.get(pk=cuenta.tercero_id),
    }
    fabrica = {"pdf": estado_cuenta_pdf.dibujar, "xlsx": estado_cuenta_xlsx.escribir}[formato]
    inicio = time.perf_counter(), time.process_time()
    archivo = fabrica(estado, **quienes)
    reloj, cpu = time.perf_counter() - inicio[0], time.process_time() - inicio[1]
    memoria = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"{formato:<5}{estado.cuantos:>7} movements: CPU {cpu:.2f} s, wall {reloj:.2f} s, "
        f"{archivo.seek(0, os.SEEK_END) / 1024:.0f} KiB, the process' peak {memoria / 1024:.0f} MiB",
        flush=True,
    )


def main():
    """Seed once, then measure each format in a process of its own."""
    opciones = argparse.ArgumentParser(description=__doc__)
    opciones.add_argument("--movimientos", type=int, default=10_000)
    opciones.add_argument("--hacer", nargs=2, metavar=("FORMATO", "CARPETA"), help=argparse.SUPPRESS)
    dadas = opciones.parse_args()
    if dadas.hacer:
        hacer(*dadas.hacer)
        return
    with tempfile.TemporaryDirectory() as carpeta:
        preparar(carpeta)
        sembrar(dadas.movimientos)
        for formato in ("pdf", "xlsx"):
            subprocess.run([sys.executable, "-m", "bench.estado_grande", "--hacer", formato, carpeta], check=True)


if __name__ == "__main__":
    main()
