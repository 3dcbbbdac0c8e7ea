"""*Forma de pago* and its buttons."""

import pytest
from django.utils.html import escape

from cartera import seleccion
from cartera.models import Saldo, Seleccion
from pagos.models import EventoPago, Pago
from tests.fabricas import beto, crear_usuario
from tests.fabricas_cartera import crear_saldo
from tests.fabricas_pagos import crear_forma, permitir_parcial
from tests.simulador.apoyo import SERVICIO, USUARIO

pytestmark = pytest.mark.django_db


def test_muestra_el_resumen_a_quien_se_le_paga_y_un_boton_por_forma(mostrador):
    """Documents, total, IVA, legal name, NIT, address, contacts, links, and one button per FormaPago."""
    mostrador.elegir(2)
    forma = mostrador.forma()
    otra = crear_forma(forma.acuerdo, etiqueta="Tarjeta", icono="tarjeta", orden=2)
    respuesta = mostrador.cliente.get(mostrador.url_forma)
    html = respuesta.content.decode()
    empresa = mostrador.empresa
    assert "$\xa0200.000" in html
    assert "$\xa038.000" in html
    for texto in (empresa.nombre, empresa.identificacion, empresa.direccion, empresa.telefono, empresa.correo):
        assert escape(texto) in html
    for url in (empresa.url_terminos, empresa.url_datos, empresa.url_reembolsos):
        assert f'href="{url}"' in html
    assert f'name="forma" value="{forma.pk}"' in html
    assert f'name="forma" value="{otra.pk}"' in html


def test_las_casillas_empiezan_sin_marcar(mostrador):
    """Nobody accepts by default."""
    mostrador.elegir()
    mostrador.forma()
    assert "checked" not in mostrador.cliente.get(mostrador.url_forma).content.decode()


def test_sin_acuerdo_vigente_no_hay_boton_y_la_pagina_lo_dice(mostrador):
    """No agreement in force for the amount: no button, a clear sentence."""
    mostrador.elegir()
    mostrador.forma(hasta="2020-01-02")
    html = mostrador.cliente.get(mostrador.url_forma).content.decode()
    assert 'name="forma"' not in html
    assert "no tiene hoy una forma de pago en línea" in html


def test_el_acuerdo_de_prueba_lleva_sello(mostrador):
    """A test agreement is stamped PRUEBA."""
    mostrador.elegir()
    mostrador.forma()
    assert "PRUEBA" in mostrador.cliente.get(mostrador.url_forma).content.decode()


def test_lo_ajeno_no_existe(client, mostrador):
    """Another customer, or one without mapping, gets 404 for Ana's group; nobody logged in goes to the login."""
    mostrador.elegir()
    for otro in (beto(), crear_usuario()):
        client.force_login(otro)
        assert client.get(mostrador.url_forma).status_code == 404
        assert client.post(mostrador.url_forma + "sin/").status_code == 404
    client.logout()
    assert client.get(mostrador.url_forma).url.startswith("/cuenta/entrar/")


def test_sin_documentos_se_vuelve_a_los_saldos(mostrador):
    """A group with nothing selected leads back to the balances, with the reason."""
    respuesta = mostrador.cliente.get(mostrador.url_forma)
    assert respuesta.url == "/saldos/"


def test_los_textos_se_escapan(mostrador):
    """A document or a company whose name holds markup is shown as text."""
    mostrador.elegir(numero="<script>alert(1)</script>")
    mostrador.forma()
    html = mostrador.cliente.get(mostrador.url_forma).content.decode()
    assert "<script>alert" not in html
    assert "Distribuidora &lt;b&gt;Andina&lt;/b&gt;" in html


@pytest.mark.parametrize("filas", [1, 3])
def test_las_consultas_no_crecen_con_los_documentos(mostrador, filas, django_assert_num_queries):
    """The page asks the database the same number of times for 1 and for 3 documents, partly paid ones too."""
    mostrador.elegir(filas, saldo="60000.00")
    mostrador.forma()
    mostrador.cliente.get(mostrador.url_forma)
    with django_assert_num_queries(11):
        mostrador.cliente.get(mostrador.url_forma)


def test_pagar_crea_el_pago_y_lleva_a_la_pasarela(mostrador):
    """303 to our own page, which leads to the gateway; the acceptance is kept with version, time and address."""
    mostrador.elegir(2)
    respuesta = mostrador.pagar(mostrador.forma())
    pago = Pago.objects.get()
    assert (respuesta.status_code, respuesta.url) == (303, f"/pagos/{pago.referencia}/ir/")
    assert (pago.estado, str(pago.total), pago.detalles.count()) == ("PENDIENTE", "200000.00", 2)
    assert (pago.acepto_version, pago.acepto_ip) == (mostrador.empresa.version_terminos, "127.0.0.1")


@pytest.mark.parametrize("falta", ["terminos", "datos"])
def test_sin_aceptar_no_se_paga(mostrador, falta):
    """A box left unticked: nothing is created, the summary links to the box, the other box stays ticked."""
    mostrador.elegir()
    respuesta = mostrador.pagar(mostrador.forma(), **{falta: None})
    html = respuesta.content.decode()
    assert respuesta.status_code == 200
    assert not Pago.objects.exists()
    assert f'href="#id_{falta}"' in html
    assert html.count(" checked") == 1


def test_el_mismo_envio_dos_veces_es_el_mismo_pago(mostrador):
    """A double click makes one pago."""
    mostrador.elegir()
    forma, foto = mostrador.forma(), mostrador.foto()
    primera, segunda = (mostrador.pagar(forma, foto=foto) for _ in range(2))
    assert primera.url == segunda.url
    assert Pago.objects.count() == 1


def test_lo_que_cambio_se_dice_y_no_se_crea_nada(mostrador):
    """The balance changed since the page was shown: the page comes back with what changed."""
    (saldo,) = mostrador.elegir()
    forma, foto = mostrador.forma(), mostrador.foto()
    Saldo.objects.filter(pk=saldo.pk).update(saldo="40000.00", saldo_erp="40000.00")
    respuesta = mostrador.pagar(forma, foto=foto)
    html = respuesta.content.decode()
    assert respuesta.status_code == 409
    assert not Pago.objects.exists()
    assert f"{saldo.etiqueta}: el saldo cambió" in html
    assert html.count(" checked") == 2
    assert "$\xa040.000" in html


def test_una_foto_alterada_o_de_otro_no_paga(mostrador, client):
    """A snapshot that was touched, or that was signed for Ana and is sent by Beto, creates nothing."""
    mostrador.elegir()
    forma, foto = mostrador.forma(), mostrador.foto()
    assert mostrador.pagar(forma, foto=foto[:-3] + "xxx").url == "/saldos/"
    client.force_login(beto())
    assert mostrador.pagar(forma, foto=foto).url == "/saldos/"
    assert not Pago.objects.exists()


def test_lo_que_ya_esta_en_un_pago_se_nombra_y_se_puede_seguir_sin_ello(mostrador):
    """A stale page with a document in an open pago names it, links that pago, and goes on without it."""
    uno, otro = mostrador.elegir(2)
    forma, foto = mostrador.forma(), mostrador.foto()
    seleccion.quitar(mostrador.usuario, [otro.pk])
    mostrador.pagar(forma)
    primero = Pago.objects.get()
    seleccion.agregar(mostrador.usuario, [otro.pk])
    respuesta = mostrador.pagar(forma, foto=foto)
    html = respuesta.content.decode()
    assert respuesta.status_code == 409
    assert uno.etiqueta in html
    assert f'href="/pagos/{primero.referencia}/"' in html
    assert Pago.objects.count() == 1
    sigue = mostrador.cliente.post(mostrador.url_forma + "sin/", {"saldo": [uno.pk, "x", "9" * 30]})
    assert (sigue.status_code, sigue.url) == (303, mostrador.url_forma)
    assert list(Seleccion.objects.values_list("saldo_id", flat=True)) == [otro.pk]


def test_con_la_pasarela_caida_el_pago_queda_creado_y_se_confirma(mostrador, simulador):
    """InicioPago unanswered: the pago exists as CREADA and its page says that it is being confirmed."""
    mostrador.elegir()
    simulador.control("fallas", {"reglas": [{"punto": "InicioPago", "tipo": "corte_antes", "veces": 1}]})
    respuesta = mostrador.pagar(mostrador.forma())
    pago = Pago.objects.get()
    assert (pago.estado, respuesta.url) == ("CREADA", f"/pagos/{pago.referencia}/")
    html = mostrador.cliente.get(respuesta.url).content.decode()
    assert "Estamos confirmando con la pasarela" in html
    assert f'action="/pagos/{pago.referencia}/continuar/"' in html


def test_un_boton_que_ya_no_vale_no_paga(mostrador):
    """A button of another company's agreement is refused beside its field."""
    mostrador.elegir()
    mostrador.forma()
    ajena = mostrador.forma_ajena()
    respuesta = mostrador.pagar(ajena)
    assert "Esa forma de pago ya no está disponible" in respuesta.content.decode()
    assert not Pago.objects.exists()


def test_los_documentos_de_otro_tercero_no_entran(mostrador):
    """Ana's page never lists a document that is not hers, whatever the selection table says."""
    mostrador.elegir()
    ajeno = crear_saldo(empresa=mostrador.empresa)
    Seleccion.objects.create(usuario=mostrador.usuario, saldo=ajeno)
    mostrador.forma()
    assert ajeno.numero not in mostrador.cliente.get(mostrador.url_forma).content.decode()
    assert not EventoPago.objects.exists()


def test_con_credenciales_erradas_se_dice_en_palabras_y_sin_el_texto_de_la_pasarela(mostrador):
    """`int_codigo` 2 for the credentials: the payer's page answers, says it in words, and offers another attempt."""
    forma = mostrador.forma()
    (saldo,) = mostrador.elegir()
    foto = mostrador.foto()
    forma.acuerdo.guardar_secretos({"usuario": USUARIO, "clave": "otra", "codigo_servicio": SERVICIO})
    forma.acuerdo.save()
    respuesta = mostrador.pagar(forma, foto=foto)
    pago = Pago.objects.get()
    assert (respuesta.status_code, respuesta.url) == (303, f"/pagos/{pago.referencia}/")
    pagina = mostrador.cliente.get(respuesta.url)
    html = pagina.content.decode()
    assert pagina.status_code == 200
    assert (pago.estado, pago.motivo) == ("RECHAZADA", "ERROR_INICIO")
    assert "No se pudo abrir la página de la pasarela." in html
    assert "Intentar de nuevo con los mismos documentos" in html
    for texto in ("Credenciales", "Object reference", "int_codigo", "CREDENCIALES"):
        assert texto not in html
    assert mostrador.cliente.get(mostrador.url_forma).context["propuesta"].lineas[0].saldo == saldo


def test_lo_que_se_paga_en_parte_dice_de_cuanto_y_por_que(mostrador):
    """Owed, to be paid and reason, escaped; the button and the gateway ask for the chosen amount."""
    mostrador.elegir_parte("60000", nota="Reteica <2025>")
    forma = mostrador.forma()
    html = mostrador.cliente.get(mostrador.url_forma).content.decode()
    assert "de $\xa0100.000</span> · Retención: Reteica &lt;2025&gt;" in html
    assert "Pagar $\xa060.000 con" in html
    assert mostrador.pagar(forma).status_code == 303
    detalle = Pago.objects.get().detalles.get()
    assert (str(detalle.valor), detalle.razon, detalle.nota) == ("60000.00", "RETENCION", "Reteica <2025>")


def test_si_la_regla_cambio_se_dice_y_va_todo(mostrador):
    """The empresa stopped taking partial payments after the page was shown: nothing is created, and the page comes
    back with the whole balance and what had been chosen."""
    saldo = mostrador.elegir_parte("60000")
    forma, foto = mostrador.forma(), mostrador.foto()
    permitir_parcial(saldo.empresa, minimo="60000.01")
    respuesta = mostrador.pagar(forma, foto=foto)
    html = respuesta.content.decode()
    assert respuesta.status_code == 409
    assert not Pago.objects.exists()
    assert f"{saldo.etiqueta}: Lo mínimo que puede pagar es $\xa060.000,01." in html
    assert "Había elegido $\xa060.000 y ya no se puede: va todo el saldo." in html
    assert "Pagar $\xa0100.000 con" in html
