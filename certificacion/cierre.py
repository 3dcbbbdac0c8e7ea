"""What must hold for the whole walk: the gateway's contract was kept, and the log says enough and nothing more."""

from certificacion.acta import Acta

# A merchant that the gateway refuses is what one of the scenarios is about.
_BUSCADO = "credenciales"
# A defect: a line of that level, or a trace that nobody caught. A refused return leaves its trace in a warning.
_NIVELES, _CAIDA = ('"level": "error"', '"level": "critical"'), "Traceback"


def cerrar(actas, *, simulador, bitacora, secretos):
    """The Acta of the whole walk. `bitacora`: every log line of the portal and its worker."""
    acta = Acta(
        len(actas) + 1,
        "En todo el recorrido",
        "El portal cumplió el contrato en cada solicitud; sus registros nombran el pago y no llevan ningún secreto.",
    )
    incumplidos = [
        uno["que"] for uno in simulador.control("incumplimientos")["incumplimientos"] if uno["clase"] != _BUSCADO
    ]
    acta.comprobar("Incumplimientos del contrato que anotó el simulador", esperado=[], visto=incumplidos)
    referencias = [una for otra in actas for una in otra.referencias]
    llamadas = [linea for linea in bitacora if '"llamada_pasarela"' in linea]
    mudas = [una for una in referencias if not any(una in linea for linea in llamadas)]
    acta.comprobar_que("Pagos hechos", bool(referencias), esperado="alguno", visto=len(referencias))
    acta.comprobar("Pagos sin línea de registro de sus llamadas", esperado=[], visto=mudas)
    con_secreto = sum(any(secreto in linea for secreto in secretos) for linea in bitacora)
    acta.comprobar("Líneas de registro con una credencial", esperado=0, visto=con_secreto)
    errores = [linea for linea in bitacora if linea.startswith(_CAIDA) or any(uno in linea for uno in _NIVELES)]
    acta.comprobar("Errores internos en los registros", esperado=[], visto=errores)
    return acta
