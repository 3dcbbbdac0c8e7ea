"""Strikes out of what is handed over whatever gives access to something: credentials and addresses that are secrets."""

import re

TACHADO = "[oculto]"
# The fields of the contract that hold credentials (pasarelas.md 1.1 and 1.2), however a request spells them.
CAMPOS_SECRETOS = frozenset({"str_usuario", "str_clave", "str_usr_comercio", "str_pwd_comercio"})
# The return address shows a payment to whoever holds it, and the token of the gateway's page lets anyone pay it.
_DIRECCIONES = re.compile(r"(/pagos/retorno/|[?&]rut=)[^\s/?&\"']+")


class SecretoALaVistaError(Exception):
    """A text that was about to be handed over holds a secret; the message never does."""


def tachar(dato, *, secretos=()):
    """A copy of a JSON value without credentials: by the name of their field, and by their value anywhere."""
    if isinstance(dato, dict):
        return {
            nombre: TACHADO if nombre.lower() in CAMPOS_SECRETOS else tachar(valor, secretos=secretos)
            for nombre, valor in dato.items()
        }
    if isinstance(dato, list):
        return [tachar(uno, secretos=secretos) for uno in dato]
    return tachar_texto(dato, secretos=secretos) if isinstance(dato, str) else dato


def tachar_texto(texto, *, secretos=()):
    """The same of a plain text."""
    for secreto in filter(None, secretos):
        texto = texto.replace(secreto, TACHADO)
    return _DIRECCIONES.sub(rf"\1{TACHADO}", texto)


def exigir_sin_secretos(texto, *, secretos):
    """The last door: raise SecretoALaVistaError when any of `secretos` stands in `texto`."""
    if any(secreto in texto for secreto in filter(None, secretos)):
        raise SecretoALaVistaError("el informe contiene un secreto: no se escribe")
