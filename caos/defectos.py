"""Defects put in on purpose, to prove that the run would catch them: `python -m caos.defectos NAME MODULE ARGS...`.

Runs a module as `python -m` does, in a process where the product has been made wrong in one way.
"""

import runpy
import sys

import django


def sin_candado():
    """No row is ever locked: two writers may read the same balance and both write."""
    from django.db.models import QuerySet

    QuerySet.select_for_update = lambda self, *_argumentos, **_opciones: self


def aplicar_dos_veces():
    """Approved money is counted twice in its balance."""
    from cartera import servicios
    from pagos import dinero_aprobado

    una_vez = servicios.aplicar_dinero

    def dos_veces(saldo, valor):
        aplicado = una_vez(saldo, valor)
        if aplicado:
            saldo.por_acusar += aplicado
            saldo.save(update_fields=["por_acusar"])
        return aplicado

    dinero_aprobado.aplicar_dinero = dos_veces


def sin_monto():
    """An approval counts whatever its amount."""
    from pagos import juicio

    juicio._dinero = lambda _esperado, _intento: None


DEFECTOS = {defecto.__name__: defecto for defecto in (sin_candado, aplicar_dos_veces, sin_monto)}


def main():
    """Break the product, then be the module that was asked for."""
    nombre, modulo, *argumentos = sys.argv[1:]
    django.setup()
    DEFECTOS[nombre]()
    sys.argv = [modulo, *argumentos]
    runpy.run_module(modulo, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
