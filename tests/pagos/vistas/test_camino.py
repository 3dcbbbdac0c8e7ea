"""From the portal to the gateway, and what the owner may do with a pago on the way."""

import pytest
from django.utils import timezone

from cartera.models import Seleccion
from pagos import transiciones
from pagos.models import EventoPago, Novedad, Pago
from pagos.pasarelas.base import Formulario
from tests.fabricas import beto, crear_usuario
from tests.fabricas_pagos import crear_pago, envejecer, permitir_parcial, rechazada

pytestmark = pytest.mark.django_db

VERBOS = ("consultar", "continuar", "cambiar", "reintentar")


def permitir_preguntar(pago):
    """As if the last question had been some time ago."""
    Pago.objects.filter(pk=pago.pk).update(preguntada_en=None)


def test_la_pagina_de_paso_lleva_a_la_pasarela_con_y_sin_scripts(mostrador):
    """Meta refresh and a visible link to the stored address; no form, so the policy stays as it is."""
    pago = mostrador.pago_iniciado()
    respuesta = mostrador.cliente.get(f"/pagos/{pago.referencia}/ir/")
    html = respuesta.content.decode()
    assert f'<meta http-equiv="refresh" content="0;url={pago.url_pasarela}">' in html
    assert f'href="{pago.url_pasarela}"' in html
    assert "form-action 'self';" in respuesta["Content-Security-Policy"] + ";"


def test_el_formulario_agrega_su_origen_solo_en_esa_respuesta(client, settings, mostrador):
    """A gateway that takes a form: its fields, its button, and its origin in form-action on that response alone."""
    (saldo,) = mostrador.elegir()
    pago = crear_pago(saldo, usuario=mostrador.usuario, forma=mostrador.forma(), estado="CREADA")
    settings.PASARELA_ORIGENES = ["https://checkout.pasarela.example"]
    orden = Formulario(url="https://checkout.pasarela.example/pagar/", campos=(("amount", '1"<b>'), ("x", "2")))
    transiciones.a_pendiente(pago.pk, orden)
    respuesta = client.get(f"/pagos/{pago.referencia}/ir/")
    html = respuesta.content.decode()
    assert 'action="https://checkout.pasarela.example/pagar/"' in html
    assert 'name="amount" value="1&quot;&lt;b&gt;"' in html
    assert "csrfmiddlewaretoken" not in html.split("data-enviar-solo")[1]
    assert "form-action 'self' https://checkout.pasarela.example" in respuesta["Content-Security-Policy"]
    assert "pasarela.example" not in client.get(f"/pagos/{pago.referencia}/")["Content-Security-Policy"]


def test_sin_camino_se_va_al_detalle(mostrador, settings):
    """Opened, closed, or with a door that is no longer known: to the pago's own page."""
    pago = mostrador.pago_iniciado()
    url, detalle = f"/pagos/{pago.referencia}/ir/", f"/pagos/{pago.referencia}/"
    conocidas, settings.PASARELA_ORIGENES = settings.PASARELA_ORIGENES, ["https://otra.example"]
    assert mostrador.cliente.get(url).url == detalle
    settings.PASARELA_ORIGENES = conocidas
    Pago.objects.filter(pk=pago.pk).update(abierta_pasarela=True)
    assert mostrador.cliente.get(url).url == detalle
    transiciones.aplicar(pago.pk, rechazada(pago), origen="sonda")
    assert mostrador.cliente.get(url).url == detalle


@pytest.mark.parametrize("verbo", ["ir", *VERBOS])
def test_lo_ajeno_no_existe(mostrador, client, verbo):
    """Another customer and one without mapping get 404 and change nothing; nobody logged in goes to the login."""
    pago = mostrador.pago_iniciado()
    llamar = client.get if verbo == "ir" else client.post
    for otro in (beto(), crear_usuario()):
        client.force_login(otro)
        assert llamar(f"/pagos/{pago.referencia}/{verbo}/").status_code == 404
    client.logout()
    assert llamar(f"/pagos/{pago.referencia}/{verbo}/").url.startswith("/cuenta/entrar/")
    assert Pago.objects.get().consultas == 0


@pytest.mark.parametrize("verbo", VERBOS)
def test_nada_cambia_con_un_get(mostrador, verbo):
    """What moves something is a POST."""
    pago = mostrador.pago_iniciado()
    assert mostrador.cliente.get(f"/pagos/{pago.referencia}/{verbo}/").status_code == 405


def test_consultar_ahora_trae_lo_que_dice_la_pasarela(mostrador, pagador):
    """Paid at the gateway, nobody returned: asking approves it."""
    pago = mostrador.pago_iniciado()
    pagador(pago).pagar_con_tarjeta("0001")
    respuesta = mostrador.cliente.post(f"/pagos/{pago.referencia}/consultar/")
    assert (respuesta.status_code, respuesta.url) == (303, f"/pagos/{pago.referencia}/")
    assert Pago.objects.get().estado == "APROBADA"
    assert EventoPago.objects.filter(a="APROBADA", origen="cliente", quien=mostrador.usuario).count() == 1


def test_consultar_sin_respuesta_lo_dice_y_no_cambia_nada(mostrador, simulador):
    """The gateway does not answer: said in plain words, the state stays."""
    pago = mostrador.pago_iniciado()
    simulador.control("fallas", {"reglas": [{"punto": "VerificacionPago", "tipo": "corte_antes", "veces": 5}]})
    respuesta = mostrador.cliente.post(f"/pagos/{pago.referencia}/consultar/", follow=True)
    assert "La pasarela no responde en este momento" in respuesta.content.decode()
    assert Pago.objects.get().estado == "PENDIENTE"


def test_continuar_pide_de_nuevo_con_la_misma_referencia(mostrador, simulador):
    """The page has asked and the gateway holds nothing: its payer repeats the start, with the same reference."""
    mostrador.elegir()
    simulador.control("fallas", {"reglas": [{"punto": "InicioPago", "tipo": "corte_antes", "veces": 1}]})
    mostrador.pagar(mostrador.forma())
    pago = envejecer(Pago.objects.get(), minutes=2)
    mostrador.cliente.get(f"/pagos/{pago.referencia}/")
    respuesta = mostrador.cliente.post(f"/pagos/{pago.referencia}/continuar/")
    assert (respuesta.status_code, respuesta.url) == (303, f"/pagos/{pago.referencia}/ir/")
    assert Pago.objects.get().estado == "PENDIENTE"


def test_cambiar_deja_el_pago_y_vuelve_a_elegir(mostrador):
    """An unopened pago is left at once; its documents are free and chosen again."""
    pago = mostrador.pago_iniciado()
    mostrador.cliente.get(f"/pagos/{pago.referencia}/")  # the page that has the button asks the gateway too
    respuesta = mostrador.cliente.post(f"/pagos/{pago.referencia}/cambiar/")
    pago = Pago.objects.get()
    assert (pago.estado, pago.motivo) == ("RECHAZADA", "ABANDONADA")
    assert respuesta.url == mostrador.url_forma
    assert mostrador.cliente.get(respuesta.url).status_code == 200


def test_cambiar_no_deja_un_pago_abierto(mostrador, pagador):
    """Somebody is paying on the gateway's page: it is not left, and the page says so."""
    pago = mostrador.pago_iniciado()
    pagador(pago).pagar_con("pse", "1005")
    respuesta = mostrador.cliente.post(f"/pagos/{pago.referencia}/cambiar/", follow=True)
    assert Pago.objects.get().estado == "PENDIENTE"
    assert "ya fue abierto en la pasarela" in respuesta.content.decode()


def test_reintentar_es_otro_pago_con_otra_referencia(mostrador):
    """A rejected pago: one click puts its documents back and a new attempt has a new reference."""
    (saldo,) = mostrador.elegir()
    forma = mostrador.forma()
    mostrador.pagar(forma)
    primero = Pago.objects.get()
    transiciones.aplicar(primero.pk, rechazada(primero), origen="sonda")
    Seleccion.objects.all().delete()
    respuesta = mostrador.cliente.post(f"/pagos/{primero.referencia}/reintentar/")
    assert (respuesta.status_code, respuesta.url) == (303, mostrador.url_forma)
    mostrador.pagar(forma)
    segundo = Pago.objects.exclude(pk=primero.pk).get()
    assert segundo.detalles.get().saldo == saldo
    assert segundo.referencia != primero.referencia


@pytest.mark.parametrize("verbo", ["reintentar", "cambiar"])
def test_otro_intento_de_un_pago_parcial_repone_su_valor(mostrador, verbo):
    """Rejected, or left before it was opened: the same amount, reason and comment are in the selection again."""
    mostrador.elegir_parte("60000", nota="Reteica")
    mostrador.pagar(mostrador.forma())
    pago = Pago.objects.get()
    if verbo == "reintentar":
        transiciones.aplicar(pago.pk, rechazada(pago), origen="sonda")
    Seleccion.objects.all().delete()
    assert mostrador.cliente.post(f"/pagos/{pago.referencia}/{verbo}/").url == mostrador.url_forma
    fila = Seleccion.objects.get()
    assert (str(fila.paga), fila.razon, fila.nota) == ("60000.00", "RETENCION", "Reteica")
    assert mostrador.cliente.get(mostrador.url_forma).context["propuesta"].total == fila.paga


def test_otro_intento_que_ya_no_cabe_en_la_regla_va_entero_y_se_dice(mostrador):
    """The minimum rose since: the document comes back whole, with the amount that can no longer be paid."""
    saldo = mostrador.elegir_parte("60000")
    mostrador.pagar(mostrador.forma())
    pago = Pago.objects.get()
    transiciones.aplicar(pago.pk, rechazada(pago), origen="sonda")
    permitir_parcial(saldo.empresa, minimo="70000")
    respuesta = mostrador.cliente.post(f"/pagos/{pago.referencia}/reintentar/", follow=True)
    assert respuesta.context["propuesta"].total == saldo.saldo
    assert "Había elegido $\xa060.000 y ya no se puede" in respuesta.content.decode()


def test_reintentar_nombra_lo_que_ya_no_se_puede_pagar(mostrador):
    """What another payment took meanwhile is named; a pago that is not rejected is not retried."""
    (saldo,) = mostrador.elegir()
    forma = mostrador.forma()
    mostrador.pagar(forma)
    primero = Pago.objects.get()
    assert mostrador.cliente.post(f"/pagos/{primero.referencia}/reintentar/").url == f"/pagos/{primero.referencia}/"
    transiciones.aplicar(primero.pk, rechazada(primero), origen="sonda")
    crear_pago(saldo, usuario=mostrador.usuario, forma=forma)
    respuesta = mostrador.cliente.post(f"/pagos/{primero.referencia}/reintentar/", follow=True)
    assert f"Ya no se pueden pagar con este pago: {saldo.etiqueta}." in respuesta.content.decode()


def test_una_tormenta_de_consultas_llega_una_vez_a_la_pasarela(mostrador):
    """Pressing and reloading many times asks the gateway once."""
    pago = mostrador.pago_iniciado()
    for _ in range(5):
        mostrador.cliente.post(f"/pagos/{pago.referencia}/consultar/")
        mostrador.cliente.get(f"/pagos/{pago.referencia}/")
    assert Pago.objects.get().consultas == 1
    permitir_preguntar(pago)
    mostrador.cliente.get(f"/pagos/{pago.referencia}/")
    assert Pago.objects.get().consultas == 2
    assert not Novedad.objects.exists()
    assert pago.creada_en < timezone.now()
