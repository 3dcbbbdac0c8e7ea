"""`python -m bench.papeles`: what a receipt and a statement of account of 20 rows cost, logo included.

The bound is 150 ms each (process time). `--png FOLDER` also draws every page there, to be looked at.
"""

import argparse
import os
import statistics
import tempfile
import time
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

FILAS = 20
VECES = 40
LIMITE_MS = 150


def preparar(carpeta):
    """An empty portal with its database in `carpeta`."""
    from cryptography.fernet import Fernet

    os.environ |= {
        "SECRET_KEY": "solo-para-medir-0123456789-abcdefghijklmnopqrstuvwxyz",
        "CLAVES_CIFRADO": Fernet.generate_key().decode(),
        "CARPETA_DATOS": carpeta,
        "DATABASE_URL": f"sqlite:///{carpeta}/bench.sqlite3",
        "PERMITIR_PRUEBAS": "1",
        "DJANGO_SETTINGS_MODULE": "oasis_portal.settings",
    }
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def sembrar():
    """(approved Pago of FILAS documents, the accounts' owner) of an Empresa with a logo."""
    from django.utils import timezone

    from cartera import logos
    from pagos import transiciones
    from pagos.demo.logos import dibujar
    from tests import fabricas, fabricas_cartera, fabricas_pagos

    nombre = "Distribuidora Andina de Materiales y Herramientas de Colombia S.A.S."
    logo = logos.guardar(logos.leer(dibujar(nombre, color="#0a4d8c")))
    suyos = {
        "empresa": fabricas_cartera.crear_empresa(nombre=nombre, color="#0a4d8c", logo=logo),
        "tercero": fabricas.crear_tercero(),
    }
    hoy = timezone.localdate()
    for fila in range(FILAS):
        dia = {"fecha": hoy.replace(day=1), "numero": str(20000 + fila)}
        fabricas_cartera.crear_movimiento(**suyos, **dia, debito=Decimal("12345678901.50"))
        vence = hoy - timedelta(days=fila * 7 - 30)
        fabricas_cartera.crear_saldo(**suyos, **dia, vencimiento=vence, valor="12345678901.50")
    pago = fabricas_pagos.crear_pago(*(fabricas_cartera.crear_saldo(**suyos) for _uno in range(FILAS)))
    return transiciones.aplicar(pago.pk, fabricas_pagos.aprobada(pago), origen="sonda").pago


def comprobante(pago):
    """The bytes of its receipt, from the database to the paper."""
    from pagos import comprobantes, consultas

    return comprobantes.comprobante_de(consultas.para_mostrar().get(pk=pago.pk)).contenido


def estado_de_cuenta(pago):
    """The bytes of this month's statement of whoever paid."""
    from cartera import estado_cuenta_pdf
    from cartera.estado_cuenta import EstadoDeCuenta, cuentas_de
    from cartera.models import Empresa
    from cartera.periodos import Periodo
    from cartera.vencimientos import hoy
    from usuarios.consultas import alcance

    dentro_de = alcance(pago.usuario)
    (cuenta,) = cuentas_de(pago.usuario, dentro_de=dentro_de)
    periodo = Periodo.leer({"ano": str(hoy().year), "mes": str(hoy().month)}, hoy=hoy())
    estado = EstadoDeCuenta(cuenta, periodo, dentro_de=dentro_de)
    empresa = Empresa.objects.get(pk=pago.empresa_id)
    return estado_cuenta_pdf.dibujar(estado, empresa=empresa, tercero=pago.tercero).read()


def medir(nombre, hacer, pago):
    """Print what `hacer(pago)` costs, after one round that nobody counts; returns the PDF."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as consultas:
        contenido = hacer(pago)
    cpu, reloj = [], []
    for _vez in range(VECES):
        inicio = time.process_time(), time.perf_counter()
        hacer(pago)
        cpu.append(1000 * (time.process_time() - inicio[0]))
        reloj.append(1000 * (time.perf_counter() - inicio[1]))
    print(
        f"{nombre}: CPU {statistics.median(cpu):.0f} ms (worst {max(cpu):.0f}), wall {statistics.median(reloj):.0f} ms "
        f"(worst {max(reloj):.0f}), {len(consultas)} queries, {len(contenido) / 1024:.0f} KiB; "
        f"{'within' if statistics.median(cpu) <= LIMITE_MS else 'OVER'} {LIMITE_MS} ms"
    )
    return contenido


def dibujar_paginas(nombre, contenido, carpeta):
    """Every page of a PDF as a PNG in `carpeta`."""
    import pypdfium2

    carpeta.mkdir(parents=True, exist_ok=True)
    for numero, pagina in enumerate(pypdfium2.PdfDocument(contenido), start=1):
        pagina.render(scale=2).to_pil().save(carpeta / f"{nombre}-{numero}.png")


def main():
    """Prepare, measure, print."""
    opciones = argparse.ArgumentParser(description=__doc__)
    opciones.add_argument("--png", type=Path, metavar="FOLDER", help="draw every page here")
    png = opciones.parse_args().png
    with tempfile.TemporaryDirectory(prefix="oasis-bench-") as carpeta:
        preparar(carpeta)
        pago = sembrar()
        for nombre, hacer in (("comprobante", comprobante), ("estado-de-cuenta", estado_de_cuenta)):
            contenido = medir(nombre, hacer, pago)
            if png:
                dibujar_paginas(nombre, contenido, png)


if __name__ == "__main__":
    main()
