"""Death at each step of a payment (docs/arquitectura.md, "The path of one payment"), at both gateways.

A process of the portal gets kill -9 at a named seam. What it left behind is looked at first: it is what the step says.
Then another process goes on, and in the end the document is paid once, booked once and told once.
"""

from urllib.parse import urlencode

import pytest

from cartera.importacion.saldos import importar_saldos
from cartera.models import Saldo, Seleccion
from pagos import notificaciones, sonda
from pagos.models import Notificacion, Pago
from tests.fabricas_pagos import envejecer
from tests.recorridos.muerte import Navegante, cobrado_una_vez, nada_cobrado, ronda, vencer
from tests.recorridos.victima import COMMIT, ENTRA, SALE, Costura

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]

ADAPTADORES = {"zonapagos": "pagos.pasarelas.zonapagos:ZonaPagos", "payu": "pagos.pasarelas.payu:PayU"}


def en(funcion, *momentos):
    """One test parameter for each moment of a function."""
    return [pytest.param(Costura(funcion, cuando), id=str(Costura(funcion, cuando))) for cuando in momentos]


@pytest.fixture
def vecina(caso, client):
    """The same customer at a web process that lives."""
    client.force_login(caso.usuario)
    return Vecina(caso, client)


class Vecina:
    """The customer's browser at another web process, for going on where the dead one stopped."""

    def __init__(self, caso, client):
        self.caso, self.client = caso, client

    def elegir(self):
        """Tick the document in the list."""
        assert self.client.post("/saldos/seleccionar/", {"saldo": self.caso.saldo.pk}).status_code == 302

    def enviar(self, hoja):
        """Send what the button of *Forma de pago* sends; the pago that it leads to."""
        respuesta = self.client.post("/pagos/iniciar/", hoja)
        assert respuesta.status_code == 303, respuesta.content.decode()
        return Pago.objects.latest("pk")

    def pagar(self):
        """From the list to the gateway, and paid there; the pago."""
        saldo = self.caso.saldo
        self.elegir()
        pagina = self.client.get(f"/pagos/pagar/{saldo.empresa_id}/{saldo.tercero_id}/{saldo.moneda}/")
        datos = {"foto": pagina.context["foto"], "terminos": "on", "datos": "on", "forma": self.caso.forma.pk}
        return self.pagar_alla(self.enviar(datos))

    def pagar_alla(self, pago):
        """Reach the gateway and pay there; the pago."""
        self.caso.llegar(pago)
        self.caso.pagar_alla(pago)
        return pago


def morir_al_pagar(vivero, caso, costura):
    """The web process dies while the customer presses the button; returns what the button had sent."""
    Seleccion.objects.create(usuario=caso.usuario, saldo=caso.saldo)
    with vivero.portal_que_muere(costura):
        navegante = Navegante(vivero.url, caso.usuario)
        hoja = navegante.hoja_de_pago(caso.saldo, caso.forma)
        navegante.sin_respuesta("/pagos/iniciar/", hoja)
    return hoja


# --- Steps 1 to 3: nothing was begun --------------------------------------------------------------------------------
@pytest.mark.parametrize("costura", en("cartera.seleccion:agregar", ENTRA, COMMIT, SALE))
def test_paso_1_al_elegir_documentos(vivero, caso, vecina, buzon, costura):
    """Whether the tick was written or not, nothing else was: the customer ticks it and pays."""
    with vivero.portal_que_muere(costura):
        navegante = Navegante(vivero.url, caso.usuario)
        ficha = navegante.oculto(navegante.ver("/saldos/").text)
        datos = {"csrfmiddlewaretoken": ficha, "saldo": caso.saldo.pk}
        navegante.sin_respuesta("/saldos/seleccionar/", datos)
    assert Seleccion.objects.exists() == (costura.cuando == SALE)
    nada_cobrado(caso.saldo)
    assert not Pago.objects.exists()
    assert set(cobrado_una_vez(vecina.pagar(), buzon=buzon).values()) == {1}


@pytest.mark.parametrize(
    "costura", [*en("pagos.servicios:iniciar_pago", ENTRA), *en("pagos.servicios:_registrar", ENTRA, COMMIT)]
)
def test_pasos_2_y_3_antes_de_que_el_pago_exista(vivero, caso, vecina, buzon, costura):
    """No pago, no transaction, the document free: the same page sent again starts the payment."""
    hoja = morir_al_pagar(vivero, caso, costura)
    assert not Pago.objects.exists()
    assert caso.existe_alla() == 0
    nada_cobrado(caso.saldo)
    pago = vecina.pagar_alla(vecina.enviar(hoja))
    assert set(cobrado_una_vez(pago, buzon=buzon).values()) == {1}


# --- Steps 4 and 5: our row is there, the gateway's perhaps ---------------------------------------------------------
def test_paso_4_antes_de_llamar_a_la_pasarela(vivero, caso, vecina, buzon):
    """Our row alone: one round leaves it, after 30 minutes one abandons it, and the documents can be paid."""
    hoja = morir_al_pagar(vivero, caso, Costura("pagos.servicios:_registrar", SALE))
    _queda_creada(caso, hay_alla=0)
    ronda()
    assert vecina.enviar(hoja) == Pago.objects.get()  # the same page is the same pago, and no second transaction
    assert caso.existe_alla() == 0
    _una_ronda_abandona(caso)
    assert set(cobrado_una_vez(vecina.pagar(), buzon=buzon).values()) == {1}


def test_paso_4_se_puede_continuar_el_mismo_pago(vivero, caso, vecina, buzon):
    """Our row alone, and the customer does not wait: *Continuar* asks for the transaction under the same reference."""
    morir_al_pagar(vivero, caso, Costura("pagos.servicios:_registrar", SALE))
    pago = envejecer(Pago.objects.get(), seconds=61)
    ronda()
    assert vecina.client.post(f"/pagos/{pago.referencia}/continuar/").status_code == 303
    pago.refresh_from_db()
    assert pago.estado == "PENDIENTE"
    assert set(cobrado_una_vez(vecina.pagar_alla(pago), buzon=buzon).values()) == {1}


@pytest.mark.parametrize("paso", ["4-contestada", "5-sin-commit"])
def test_pasos_4_y_5_la_pasarela_contesto_y_nadie_lo_anoto(vivero, caso, vecina, buzon, paso):
    """The way on died with the process: one round closes a transaction that exists, and in time a form nobody saw."""
    adaptador = ADAPTADORES[caso.forma.acuerdo.pasarela]
    costuras = {
        "4-contestada": Costura(f"{adaptador}.iniciar", SALE),
        "5-sin-commit": Costura("pagos.transiciones:a_pendiente", COMMIT),
    }
    morir_al_pagar(vivero, caso, costuras[paso])
    pago = _queda_creada(caso, hay_alla=0 if caso.por_formulario else 1)
    if caso.por_formulario:
        _una_ronda_abandona(caso)
    else:
        envejecer(pago, seconds=61)
        ronda()
        pago.refresh_from_db()
        assert (pago.estado, pago.motivo, pago.detalles.get().abierto) == ("RECHAZADA", "ERROR_INICIO", False)
        assert pago.proxima_consulta is not None
    assert set(cobrado_una_vez(vecina.pagar(), buzon=buzon).values()) == {1}


def _queda_creada(caso, *, hay_alla):
    pago = Pago.objects.get()
    assert (pago.estado, pago.url_pasarela, pago.detalles.get().abierto) == ("CREADA", "", True)
    assert pago.proxima_consulta is not None
    assert caso.existe_alla() == hay_alla
    nada_cobrado(caso.saldo)
    return pago


def _una_ronda_abandona(caso):
    pago = Pago.objects.get()
    ronda()
    pago.refresh_from_db()
    assert pago.estado in ("CREADA", "PENDIENTE")
    envejecer(pago, minutes=31)
    ronda()
    pago.refresh_from_db()
    assert (pago.estado, pago.motivo, pago.detalles.get().abierto) == ("RECHAZADA", "ABANDONADA", False)
    nada_cobrado(caso.saldo)


# --- Step 6: the way on is stored, the browser never got it ---------------------------------------------------------
@pytest.mark.parametrize(
    "costura", [*en("pagos.transiciones:a_pendiente", SALE), *en("pagos.consulta:salio_a_pagar", ENTRA, SALE)]
)
def test_paso_6_antes_de_llevar_a_la_pasarela(vivero, caso, vecina, buzon, costura):
    """*Seguir pagando* leads to the stored address or form, and one round books what was paid there."""
    if costura.funcion.endswith("a_pendiente"):
        morir_al_pagar(vivero, caso, costura)
    else:
        camino = f"/pagos/{caso.iniciar(llegar=False).referencia}/ir/"
        with vivero.portal_que_muere(costura):
            Navegante(vivero.url, caso.usuario).sin_respuesta(camino)
    pago = Pago.objects.get()
    assert (pago.estado, bool(pago.url_pasarela), bool(pago.formulario)) == ("PENDIENTE", True, caso.por_formulario)
    nada_cobrado(caso.saldo)
    pagina = vecina.client.get(f"/pagos/{pago.referencia}/ir/").content.decode()
    assert pago.url_pasarela in pagina.replace("&amp;", "&")
    assert set(cobrado_una_vez(vecina.pagar_alla(pago), buzon=buzon).values()) == {1}


# --- Step 7: somebody tells us, and we die listening ----------------------------------------------------------------
AL_APLICAR = [
    *en("pagos.consulta:preguntar", ENTRA),
    *en("pagos.consulta:asentar", ENTRA),
    *en("pagos.dinero_aprobado:abonar", SALE),
    *en("pagos.transiciones:aplicar", COMMIT),
    *en("pagos.transiciones:aplicar", SALE),
]


def queda_como_dice(pago, saldo, costura):
    """After `aplicar` has committed, all of it is there; before, nothing of it."""
    pago.refresh_from_db()
    if costura == Costura("pagos.transiciones:aplicar", SALE):
        assert (pago.estado, Notificacion.objects.get().enviada_en) == ("APROBADA", None)
    else:
        assert pago.estado == "PENDIENTE"
        nada_cobrado(saldo)


@pytest.mark.parametrize("costura", AL_APLICAR)
def test_paso_7_la_web_muere_cuando_el_pagador_vuelve(vivero, caso, buzon, costura):
    """The payer sees a broken page; one round books the payment, and coming back again changes nothing."""
    pago = caso.iniciar()
    caso.pagar_alla(pago)
    with vivero.portal_que_muere(costura):
        Navegante(vivero.url, caso.usuario).sin_respuesta(f"/pagos/retorno/{pago.codigo_retorno}/")
    queda_como_dice(pago, caso.saldo, costura)
    assert set(cobrado_una_vez(pago, buzon=buzon).values()) == {1}


@pytest.mark.parametrize("costura", [*en("pagos.transiciones:anotar_aviso", ENTRA, COMMIT, SALE), *AL_APLICAR])
def test_paso_7_la_web_muere_en_medio_de_una_confirmacion(vivero, crear_caso, buzon, client, costura):
    """PayU gets no 200 and one round books the payment; when PayU says it again, nothing is doubled.

    (ZonaPAGOS sends no confirmation: its payer's return, above, is all that it tells.)
    """
    caso = crear_caso("payu")
    pago = caso.iniciar()
    caso.pagar_alla(pago)
    with vivero.portal_que_muere(costura):
        entrega = caso.simulador.control("payu/confirmaciones", {"referencia": pago.referencia})
    assert entrega["respuestas"] != [200]
    queda_como_dice(pago, caso.saldo, costura)
    assert set(cobrado_una_vez(pago, buzon=buzon).values()) == {1}
    formulario = (urlencode(entrega["campos"]), "application/x-www-form-urlencoded")
    assert client.post(f"/pagos/confirmacion/{pago.acuerdo_id}/", *formulario).status_code == 200
    assert set(cobrado_una_vez(pago, buzon=buzon).values()) == {1}


# --- Steps 8 to 11: the worker, in its round ------------------------------------------------------------------------
@pytest.mark.parametrize("costura", [*en("pagos.sonda.cupos:tomar_lote", COMMIT, SALE), *AL_APLICAR])
def test_pasos_8_a_11_el_trabajador_muere_en_su_ronda(vivero, caso, buzon, costura):
    """A claim that was committed holds for its lease and no longer; what was not committed is repeated whole."""
    pago = caso.iniciar()
    caso.pagar_alla(pago)
    vencer()
    vivero.morir_trabajando(costura, "pagos.tasks:sondear")
    queda_como_dice(pago, caso.saldo, costura)
    arrendada = costura != Costura("pagos.sonda.cupos:tomar_lote", COMMIT)
    assert sonda.ejecutar_ronda()["preguntados"] == (0 if arrendada else 1)
    assert set(cobrado_una_vez(pago, buzon=buzon).values()) == {1}


# --- Step 12: the e-mail --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("costura", "llegados", "veces"),
    [
        (Costura("pagos.notificaciones:_reclamar", COMMIT), 0, 1),
        (Costura("pagos.notificaciones:_reclamar", SALE), 0, 1),
        (Costura("pagos.notificaciones:_enviar", ENTRA), 0, 1),
        # Accepted by the mail server and not marked: again, with the Message-ID by which it is known as the same.
        (Costura("pagos.notificaciones:_enviar", SALE), 1, 2),
        (Costura("pagos.notificaciones:_marcar_enviada", SALE), 1, 1),
    ],
    ids=lambda uno: str(uno) if isinstance(uno, Costura) else "",
)
def test_paso_12_el_trabajador_muere_al_enviar_el_correo(vivero, caso, buzon, costura, llegados, veces):
    """At worst the e-mail is repeated under its Message-ID, and it is never missing."""
    pago = caso.iniciar()
    caso.pagar_alla(pago)
    ronda()
    vivero.morir_trabajando(costura, "pagos.tasks:enviar_notificaciones")
    assert len(buzon.recibidos()) == llegados
    aviso = Notificacion.objects.get()
    assert (aviso.enviada_en is not None) == (costura.funcion.endswith("_marcar_enviada"))
    if costura != Costura("pagos.notificaciones:_reclamar", COMMIT):
        assert notificaciones.enviar_pendientes() == (0, 0)  # in the dead worker's hand until its lease ends
    assert cobrado_una_vez(pago, buzon=buzon) == {aviso.message_id: veces}


# --- Beside the road: the ERP's file, while a payment is open -------------------------------------------------------
CARGADOR = "cartera.importacion.saldos:_CargadorSaldos"


@pytest.mark.parametrize("costura", [*en(f"{CARGADOR}._crear", SALE), *en(f"{CARGADOR}._actualizar", COMMIT, SALE)])
def test_una_carga_muere_a_mitad_de_un_lote(vivero, caso, buzon, costura):
    """Loaded again, the file says the same: nothing twice, nothing missing, and the open payment is booked."""
    pago = caso.iniciar()
    caso.pagar_alla(pago)
    archivo = _archivo(caso.saldo, numeros=[caso.saldo.numero, "77001", "77002"])
    vivero.morir_trabajando(costura, "cartera.importacion.saldos:importar_saldos", archivo)
    assert Saldo.objects.count() == 3  # the new ones go in first, in a transaction of their own
    _cargar_otra_vez(archivo)
    assert set(cobrado_una_vez(pago, buzon=buzon).values()) == {1}
    _cargar_otra_vez(archivo)
    assert sorted(Saldo.objects.values_list("numero", "saldo")) == [
        (caso.saldo.numero, 0),  # the ERP is late, the portal is not
        ("77001", caso.saldo.valor),
        ("77002", caso.saldo.valor),
    ]


def _cargar_otra_vez(archivo):
    informe = importar_saldos(archivo)
    assert (informe.cargado, informe.creados, informe.cuantos_errores) == (True, 0, 0)


def _archivo(saldo, *, numeros):
    """The ERP's file: documents like this one with these numbers, all of each owed."""
    columnas = (
        "empresa_nit;tercero_tipo;tercero_numero;tercero_nombre;organizacion_numero;documento;numero;ubicacion;cuota;"
        "fecha;vencimiento;moneda;valor;iva;saldo"
    )
    quien = f"{saldo.empresa.nit};{saldo.tercero.tipo_id};{saldo.tercero.numero};{saldo.tercero.nombre}"
    cuanto = f"{saldo.fecha};{saldo.vencimiento};{saldo.moneda};{saldo.valor};{saldo.iva};{saldo.valor}"
    filas = [f"{quien};;{saldo.documento};{numero};{saldo.ubicacion};{saldo.cuota};{cuanto}" for numero in numeros]
    return "\n".join([columnas, *filas, ""]).encode()


def test_una_costura_que_nadie_alcanza_no_pasa_por_muerte(vivero):
    """The harness itself: a process that ends without reaching its seam fails the test that wanted it dead."""
    with pytest.raises(AssertionError, match="no murió en la costura: 0"):
        vivero.morir_trabajando(Costura("pagos.servicios:continuar", ENTRA), "pagos.tasks:sondear")
