"""`manage.py importar_movimientos FILE.csv`: load the ERP's debits and credits."""

from cartera.importacion.movimientos import importar_movimientos
from cartera.importacion.orden import OrdenImportar


class Command(OrdenImportar):
    help = "Carga los movimientos del ERP. Si una fila tiene errores no se carga ninguna, salvo con --parcial."
    importar = importar_movimientos
