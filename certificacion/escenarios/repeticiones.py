"""The same payment twice: tried again at the gateway, returned to again and again, refused for its credentials."""

import io

from django.core.management import call_command

from cartera.dinero import CERO
from certificacion import libros
from certificacion.escena import TELEFONO
from certificacion.mensajes import configuracion, registros, respuesta_de_inicio

# What the gateway says to merchants and no payer may read (pasarelas.md 1.1), and the traces of a crash.
_TEXTOS_TECNICOS = ("Credenciales", "Object reference", "int_codigo", "str_", "Traceback", "Exception", "Error 500")


def reintento(pagador):
    """Left and resumed under the same id, then rejected and tried again on the gateway's own page: paid once."""
    escena, acta = pagador.escena, pagador.acta
    pagador.entrar()
    saldos = pagador.elegir()
    referencia = pagador.aceptar_y_pagar()
    pagador.esperar_pasarela()
    acta.hecho("Llegó a la pasarela y se devolvió al portal sin pagar.")
    pagador.ver(referencia)
    pagador.pagina.get_by_role("link", name="Seguir pagando").click()
    acta.hecho("Presionó «Seguir pagando».")
    pagador.tarjeta("0002")
    pagador.foto("La pasarela rechaza la tarjeta y ofrece otro intento")
    pagador.pagina.get_by_role("link", name="Intentar de nuevo").click()
    pagador.tarjeta("0001")
    pagador.regresar(referencia)
    pagador.foto("Aprobado en el segundo intento")
    inicios = len(escena.testigo.de(referencia, llamada="InicioPago"))
    acta.comprobar("InicioPago con ese identificador", esperado=1, visto=inicios)
    estados = [registro[4] for registro in registros(escena, referencia)]
    acta.comprobar("Intentos que informa la pasarela (int_estado_pago)", esperado=["1000", "1"], visto=estados)
    pago = libros.pago(referencia)
    acta.comprobar("Estado en el portal", esperado="APROBADA", visto=pago.estado)
    acta.comprobar("Título de la página", esperado="Su pago fue aprobado", visto=pagador.titulo)
    acta.comprobar("De la tarjeta solo quedan los cuatro últimos dígitos", esperado="0001", visto=pago.ultimos4)
    acta.comprobar("Abonos", esperado=1, visto=libros.abonos(referencia))
    acta.comprobar("Lo que se debe", esperado=[CERO], visto=libros.debe(saldos))


def recarga(pagador):
    """The return address opened again and again, with a session, without one and forged: nothing moves twice."""
    escena, acta = pagador.escena, pagador.acta
    pagador.entrar()
    saldos = pagador.elegir()
    referencia = pagador.aceptar_y_pagar()
    pagador.pse("Banco Aprueba")
    pagador.regresar(referencia)
    antes = libros.huella(referencia)
    acta.comprobar("Estado en el portal al volver la primera vez", esperado="APROBADA", visto=antes["estado"])
    comercio = libros.pago(referencia).acuerdo.comercio
    retorno = f"{configuracion(escena, referencia)[104]}?id_comercio={comercio}&id_pago={referencia}"
    for _vez in range(3):
        pagador.pagina.reload()
        pagador.pagina.goto(retorno)
    acta.hecho("Recargó la página tres veces y abrió tres veces más la dirección de retorno, con su sesión.")
    acta.comprobar("Título de la página", esperado="Su pago fue aprobado", visto=pagador.titulo)
    pagador.foto("La página de retorno, recargada")
    _sin_sesion(escena, acta, retorno, referencia, saldos)
    _falsificada(escena, acta, retorno, comercio=comercio, referencia=referencia)
    acta.comprobar("Todo quedó como estaba", esperado=antes, visto=libros.huella(referencia))
    acta.comprobar("Abonos", esperado=1, visto=libros.abonos(referencia))


def _sin_sesion(escena, acta, retorno, referencia, saldos):
    """Another browser, nobody logged in: the state and the amount, and nothing of whose it is."""
    otra = escena.ventana(TELEFONO)
    for _vez in range(2):
        otra.pagina.goto(retorno)
    acta.hecho("Abrió dos veces la misma dirección en un teléfono sin sesión.")
    acta.foto("La misma dirección en un teléfono, sin sesión", otra.pagina.screenshot(full_page=True), TELEFONO[0])
    texto = otra.pagina.inner_text("body")
    acta.se_ve("Sin sesión se ve el resultado", "Su pago fue aprobado", en=texto)
    acta.se_ve("Sin sesión se ve el identificador", referencia, en=texto)
    tercero = saldos[0].tercero
    a_la_vista = [dato for dato in (tercero.nombre, tercero.numero, saldos[0].numero) if dato in texto]
    acta.comprobar("Sin sesión no se ve de quién es ni qué documentos", esperado=[], visto=a_la_vista)
    otra.contexto.close()
    acta.comprobar("Errores y avisos del navegador en esas páginas", esperado=[], visto=otra.quejas)


def _falsificada(escena, acta, retorno, *, comercio, referencia):
    """A return with another merchant or another payment is refused (pasarelas.md 1.4)."""
    contexto = escena.navegador.new_context()
    cambios = ((f"id_comercio={comercio}", "id_comercio=999", 403), (f"id_pago={referencia}", "id_pago=NOEXISTE", 404))
    for verdadero, falso, esperado in cambios:
        respuesta = contexto.request.get(retorno.replace(verdadero, falso))
        acta.comprobar(f"Retorno falsificado con {falso}: HTTP", esperado=esperado, visto=respuesta.status)
    contexto.close()


def credenciales(pagador):
    """A wrong password in the agreement: the payer reads plain words, Tesorería is told, and a new attempt works."""
    escena, acta = pagador.escena, pagador.acta
    pagador.entrar()
    saldos = pagador.elegir()
    acuerdo = libros.acuerdo_de(saldos[0].empresa)
    buena = acuerdo.secretos()["clave"]
    _cambiar_clave(acuerdo, "clave-equivocada")
    acta.hecho("Un operador guardó en el acuerdo comercial una contraseña que no es la del comercio.")
    try:
        referencia = pagador.aceptar_y_pagar()
        _se_dice_en_palabras(escena, acta, pagador, referencia, saldos)
    finally:
        _cambiar_clave(acuerdo, buena)
    acta.hecho("El operador corrigió la contraseña.")
    pagador.ver(referencia)
    segunda = pagador.reintentar()
    pagador.pse("Banco Aprueba")
    pagador.regresar(segunda)
    acta.comprobar("El nuevo intento, con otro identificador", esperado="APROBADA", visto=libros.pago(segunda).estado)
    acta.comprobar("Abonos por los dos", esperado=1, visto=libros.abonos(referencia, segunda))


def _cambiar_clave(acuerdo, clave):
    """Through the door of operators."""
    call_command(
        "configurar_acuerdo",
        empresa=acuerdo.empresa.nit,
        pasarela=acuerdo.pasarela,
        credencial=[f"comercio={acuerdo.comercio}", f"clave={clave}"],
        stdout=io.StringIO(),  # what it says is of no interest here
    )


def _se_dice_en_palabras(escena, acta, pagador, referencia, saldos):
    pagador.pagina.wait_for_url(f"**/pagos/{referencia}/")
    pagador.foto("Lo que ve el pagador cuando la pasarela no acepta las credenciales")
    pagador.foto("Lo mismo, en un teléfono", telefono=True)
    respuesta = respuesta_de_inicio(escena, referencia)
    acta.comprobar("Respuesta de la pasarela (int_codigo)", esperado=2, visto=respuesta["int_codigo"])
    acta.comprobar("Título de la página", esperado="El pago no se hizo", visto=pagador.titulo)
    razon = "No se pudo abrir la página de la pasarela."
    acta.se_ve("La razón se dice en palabras", razon, en=pagador.texto)
    tecnicos = [texto for texto in _TEXTOS_TECNICOS if texto in pagador.texto]
    acta.comprobar("Textos de la pasarela o del sistema a la vista", esperado=[], visto=tecnicos)
    pago = libros.pago(referencia)
    acta.comprobar("Estado y motivo", esperado=("RECHAZADA", "ERROR_INICIO"), visto=(pago.estado, pago.motivo))
    inicios = len(escena.testigo.de(referencia, llamada="InicioPago"))
    acta.comprobar("InicioPago enviados (no se repite a ciegas)", esperado=1, visto=inicios)
    acta.comprobar("Novedad para Tesorería", esperado=["INICIO_RECHAZADO"], visto=libros.novedades(referencia))
    acta.comprobar("Lo que se debe del documento no cambió", esperado=[saldos[0].saldo], visto=libros.debe(saldos))
