"""The names of the portal's variables, as `.env.example` documents them (a test keeps it equal to what is read)."""

import os
import re
from pathlib import Path

RAIZ = Path(__file__).resolve().parent.parent
EJEMPLO = RAIZ / ".env.example"


def variables_del_portal():
    """Every documented variable, in the file's order."""
    return re.findall(r"^#?\s?([A-Z][A-Z0-9_]+)=", EJEMPLO.read_text(encoding="utf-8"), flags=re.MULTILINE)


def entorno_limpio():
    """A copy of `os.environ` without any variable of the portal: the shell's DATABASE_URL is never seeded by chance."""
    ajenas = {nombre + sufijo for nombre in variables_del_portal() for sufijo in ("", "_FILE")}
    return {nombre: valor for nombre, valor in os.environ.items() if nombre not in ajenas}
