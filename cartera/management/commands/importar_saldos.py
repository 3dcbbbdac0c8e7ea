"""`manage.py importar_saldos FILE.csv`: load the ERP's balances."""

from cartera.importacion.orden import OrdenImportar
from cartera.importacion.saldos import importar_saldos


class Command(OrdenImportar):
    help = "Carga los saldos que entrega el ERP. Si una fila tiene errores no se carga ninguna, salvo con --parcial."
    importar = importar_saldos
