"""What an alert keeps in `datos`: the figures of its symptom, and two moments that serve the watch itself.

No name, document, phone, e-mail or secret: figures and moments alone, so that they may go to logs and mailboxes.
"""

from datetime import datetime

from django.db import transaction

from pagos.models import Alerta

# Since when its symptom has not been seen, while that is too little to call it over.
CALMA = "calma_desde"
# Until when one worker alone may send its e-mail.
ARRIENDO = "correo_hasta"


def momento(datos, nombre):
    """The aware datetime kept under `nombre`, or None."""
    texto = datos.get(nombre)
    return datetime.fromisoformat(texto) if texto else None


def anotar(alerta_id, datos, **columnas):
    """Merge `datos` ({name: value that JSON holds, None to take it away}) and set columns, under the row's lock."""
    with transaction.atomic():
        alerta = Alerta.objects.select_for_update(of=("self",)).get(pk=alerta_id)
        juntos = {**alerta.datos, **datos}
        alerta.datos = {nombre: valor for nombre, valor in juntos.items() if valor is not None}
        for nombre, valor in columnas.items():
            setattr(alerta, nombre, valor)
        alerta.save(update_fields=["datos", *columnas])
    return alerta
