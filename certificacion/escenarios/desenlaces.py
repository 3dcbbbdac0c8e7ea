"""The endings that a payment may have: approved, rejected, pending, abandoned."""

from cartera.dinero import CERO
from certificacion import libros
from certificacion.mensajes import iniciado, registros, ultimo
from certificacion.texto import texto_obligatorio
from herramientas.procesos import esperar


def aprobada(pagador):
    """Two documents paid by PSE at once; before it, what the payer must see and accept."""
    escena, acta = pagador.escena, pagador.acta
    pagador.entrar()
    saldos = pagador.elegir(2)
    empresa = saldos[0].empresa
    for que, texto in (
        ("razón social", empresa.nombre),
        ("NIT", empresa.identificacion),
        ("dirección", empresa.direccion),
        ("teléfono de atención", empresa.telefono),
        ("correo de atención", empresa.correo),
    ):
        acta.se_ve(f"Antes de pagar se ve: {que}", texto, en=pagador.texto)
    _exige_aceptar(escena, acta, pagador, empresa)
    pagador.foto("Forma de pago: a quién se le paga, términos y devoluciones")
    referencia = pagador.aceptar_y_pagar()
    pagador.esperar_pasarela()
    pagador.foto("La página de la pasarela (simulada)")
    pagador.pse("Banco Aprueba")
    pagador.regresar(referencia)
    pagador.foto("El pago aprobado")
    pagador.foto("El pago aprobado, en un teléfono", telefono=True)
    _inicio_completo(escena, acta, referencia, saldos)
    pago = libros.pago(referencia)
    cus = registros(escena, referencia)[-1][25]
    acta.comprobar("Título de la página", esperado="Su pago fue aprobado", visto=pagador.titulo)
    acta.comprobar("Estado que informó la pasarela (int_estado_pago)", esperado="1", visto=ultimo(escena, referencia))
    acta.comprobar("Estado en el portal", esperado="APROBADA", visto=pago.estado)
    acta.comprobar("CUS guardado: el que envió la pasarela", esperado=cus, visto=pago.cus)
    acta.se_ve("El CUS se muestra al pagador", cus, en=pagador.texto)
    acta.comprobar("Lo que se debe de los documentos", esperado=[CERO, CERO], visto=libros.debe(saldos))
    acta.comprobar("Abonos: uno por documento", esperado=2, visto=libros.abonos(referencia))
    pagador.ventana.ir("/pagos/")
    acta.se_ve("Puede consultarlo después en «Mis pagos»", f"/pagos/{referencia}/", en=pagador.pagina.content())


def _exige_aceptar(escena, acta, pagador, empresa):
    """Without accepting nothing leaves for the gateway; the refunds procedure is published."""
    casillas = pagador.pagina.locator("main input[type=checkbox]")
    acta.comprobar("Casillas de términos y política de datos", esperado=2, visto=casillas.count())
    marcadas = sum(una.is_checked() for una in casillas.all())
    acta.comprobar("Casillas marcadas de antemano", esperado=0, visto=marcadas)
    enlace = pagador.pagina.get_by_role("link", name="Cómo pedir un reembolso").get_attribute("href")
    acta.comprobar("Procedimiento de devoluciones publicado en", esperado=empresa.url_reembolsos, visto=enlace)
    antes = escena.testigo.cuantos("InicioPago")
    pagador.pagina.get_by_role("button", name="con PSE").first.click()
    pagador.pagina.get_by_role("alert").first.wait_for()
    enviados = escena.testigo.cuantos("InicioPago") - antes
    acta.hecho("Intentó pagar sin aceptar términos ni política de datos: la página lo pidió y no envió nada.")
    acta.comprobar("Solicitudes a la pasarela sin haber aceptado", esperado=0, visto=enviados)


def _inicio_completo(escena, acta, referencia, saldos):
    """The fields that PSE demands, with the values of our books."""
    informacion = iniciado(escena, referencia)
    total, iva = sum(saldo.valor for saldo in saldos), sum(saldo.iva for saldo in saldos)
    tercero = saldos[0].tercero
    codigo = {"NIT": "3", "CC": "1"}[tercero.tipo_id]
    acta.comprobar("InicioPago: str_id_pago", esperado=referencia, visto=informacion["str_id_pago"])
    acta.comprobar("InicioPago: flt_total_con_iva", esperado=total, visto=informacion["flt_total_con_iva"])
    acta.comprobar("InicioPago: flt_valor_iva", esperado=iva, visto=informacion["flt_valor_iva"])
    acta.comprobar("InicioPago: str_id_cliente", esperado=tercero.numero, visto=informacion["str_id_cliente"])
    acta.comprobar("InicioPago: str_tipo_id", esperado=codigo, visto=informacion["str_tipo_id"])


def rechazada(pagador):
    """The bank says no: the reason in plain words, the documents free, a new attempt under a new id."""
    escena, acta = pagador.escena, pagador.acta
    pagador.entrar()
    saldos = pagador.elegir()
    primera = pagador.aceptar_y_pagar()
    pagador.pse("Banco Rechaza")
    pagador.regresar(primera)
    pagador.foto("El pago rechazado")
    pagador.foto("El pago rechazado, en un teléfono", telefono=True)
    acta.comprobar("Título de la página", esperado="El pago no se hizo", visto=pagador.titulo)
    razon = "Su banco o la franquicia de su tarjeta no aprobó el pago."
    acta.se_ve("La razón se dice en palabras", razon, en=pagador.texto)
    acta.comprobar("Estado que informó la pasarela (int_estado_pago)", esperado="1000", visto=ultimo(escena, primera))
    acta.comprobar("Estado en el portal", esperado="RECHAZADA", visto=libros.pago(primera).estado)
    acta.comprobar("Lo que se debe del documento no cambió", esperado=[saldos[0].saldo], visto=libros.debe(saldos))
    segunda = pagador.reintentar()
    _otro_identificador(acta, primera, segunda)
    pagador.pse("Banco Aprueba")
    pagador.regresar(segunda)
    pagador.foto("El segundo intento, aprobado")
    estados = [libros.pago(una).estado for una in (primera, segunda)]
    acta.comprobar("Estados del primero y del segundo", esperado=["RECHAZADA", "APROBADA"], visto=estados)
    acta.comprobar("Abonos por los dos intentos", esperado=1, visto=libros.abonos(primera, segunda))
    inicios = [uno.referencia for uno in escena.testigo.de(primera, segunda, llamada="InicioPago")]
    acta.comprobar("InicioPago: uno por identificador", esperado=[primera, segunda], visto=inicios)


def pendiente(pagador):
    """The bank keeps silent: the mandatory text, letter by letter; then it says yes and only the sonda asks."""
    escena, acta = pagador.escena, pagador.acta
    pagador.entrar()
    saldos = pagador.elegir()
    referencia = pagador.aceptar_y_pagar()
    pagador.pse("Banco Calla")
    pagador.regresar(referencia)
    pagador.foto("El pago pendiente, con el texto obligatorio")
    pagador.foto("El pago pendiente, en un teléfono", telefono=True)
    empresa, cus = saldos[0].empresa, registros(escena, referencia)[-1][25]
    esperado = texto_obligatorio(referencia=referencia, telefono=empresa.telefono, correo=empresa.correo, cus=cus)
    visto = pagador.pagina.locator("#texto-obligatorio p[lang=es]").text_content().strip()
    acta.comprobar("Título de la página", esperado="Su pago está pendiente", visto=pagador.titulo)
    acta.comprobar("Texto obligatorio, letra por letra y con el CUS", esperado=esperado, visto=visto)
    acta.comprobar("Estado que informó la pasarela (int_estado_pago)", esperado="999", visto=ultimo(escena, referencia))
    acta.comprobar("Estado en el portal", esperado="PENDIENTE", visto=libros.pago(referencia).estado)
    pagador.ventana.ir(f"/saldos/?q={saldos[0].numero}")
    elegibles = pagador.pagina.get_by_label(saldos[0].etiqueta, exact=True).count()
    acta.comprobar("Mientras tanto el documento no se puede elegir otra vez (casillas)", esperado=0, visto=elegibles)
    pagador.pagina.goto("about:blank")
    escena.simulador.control(f"pagos/{referencia}/estado", {"estado": "aprobada"})
    acta.hecho("El banco (simulado) aprobó. Nadie abrió ninguna página: solo la sonda pregunta.")
    esperar(lambda: libros.pago(referencia).estado == "APROBADA", que="la sonda aprueba")
    acta.comprobar("Quién supo de la aprobación", esperado="sonda", visto=libros.origenes(referencia)[-1])
    pagador.ver(referencia)
    acta.comprobar("Título de la página después", esperado="Su pago fue aprobado", visto=pagador.titulo)
    pagador.foto("El mismo pago después de la sonda")


def abandonada(pagador):
    """The payer leaves the gateway's page unused: not closed at 29 minutes, closed at 31, then paid under a new id."""
    escena, acta = pagador.escena, pagador.acta
    pagador.entrar()
    saldos = pagador.elegir()
    referencia = pagador.aceptar_y_pagar()
    pagador.esperar_pasarela()
    acta.hecho("Llegó a la página de la pasarela y la dejó sin elegir medio de pago.")
    pagador.ver(referencia)
    acta.comprobar("Estado que informó la pasarela (int_estado_pago)", esperado="888", visto=ultimo(escena, referencia))
    acta.comprobar("Título de la página", esperado="El pago está sin terminar", visto=pagador.titulo)
    pagador.foto("El pago sin terminar: puede seguir o cambiar")
    pagador.pagina.goto("about:blank")
    for minutos, esperado in ((29, ("PENDIENTE", "")), (31, ("RECHAZADA", "ABANDONADA"))):
        codigo, _salida = escena.adelantada(minutos, ["sondear", "--todos"])
        acta.hecho(f"Corrió una ronda de la sonda en un proceso con el reloj {minutos} minutos adelante.")
        acta.comprobar(f"Código de salida de la ronda a los {minutos} minutos", esperado=0, visto=codigo)
        pago = libros.pago(referencia)
        acta.comprobar(f"Estado y motivo a los {minutos} minutos", esperado=esperado, visto=(pago.estado, pago.motivo))
    pagador.ver(referencia)
    acta.comprobar("Título de la página", esperado="El pago no se terminó", visto=pagador.titulo)
    pagador.foto("El pago abandonado")
    pagador.foto("El pago abandonado, en un teléfono", telefono=True)
    acta.comprobar("Lo que se debe del documento no cambió", esperado=[saldos[0].saldo], visto=libros.debe(saldos))
    segunda = pagador.reintentar()
    pagador.pse("Banco Aprueba")
    pagador.regresar(segunda)
    _otro_identificador(acta, referencia, segunda)
    acta.comprobar("El nuevo intento", esperado="APROBADA", visto=libros.pago(segunda).estado)
    acta.comprobar("Abonos por los dos", esperado=1, visto=libros.abonos(referencia, segunda))


def _otro_identificador(acta, primera, segunda):
    distinto = f"distinto de {primera}"
    acta.comprobar_que("Identificador del nuevo intento", segunda != primera, esperado=distinto, visto=segunda)
