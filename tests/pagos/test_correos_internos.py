"""E-mails to the house: what must be heard is told once, to whom it concerns, and not lost without a mail server."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core import mail

from cartera import avisos
from pagos import correos_internos, novedades, transiciones
from pagos.estados import TipoNovedad
from pagos.models import CorreoInterno
from tests.fabricas import carla, crear_cliente
from tests.fabricas_cartera import crear_empresa, crear_saldo
from tests.fabricas_pagos import aprobada, crear_pago

pytestmark = pytest.mark.django_db
MEDIANOCHE = "2026-11-23T05:00:00Z"  # in Bogotá
SIETE = "2026-11-24T12:00:00Z"  # in Bogotá, the next day


def aprobado(**campos):
    pago = crear_pago(crear_saldo(**campos))
    return transiciones.aplicar(pago.pk, aprobada(pago), origen="sonda").pago


def avisar():
    """One bell; the subjects of what went out."""
    antes = len(mail.outbox)
    correos_internos.preparar()
    correos_internos.enviar_pendientes()
    return [correo.subject for correo in mail.outbox[antes:]]


# --- The day's approvals ------------------------------------------------------------------------------------------
def test_el_resumen_del_dia_va_una_vez_a_la_empresa():
    """Yesterday's approvals with their count and total; at the next bells nothing more."""
    empresa = crear_empresa(correo_avisos="avisos@comercial.example", nombre="Comercial Andina")
    with time_machine.travel(MEDIANOCHE, tick=False) as reloj:
        primero = aprobado(empresa=empresa)
        reloj.shift(timedelta(hours=23, minutes=59))
        aprobado(empresa=empresa, valor="50000.50")
        reloj.shift(timedelta(minutes=1))
        de_hoy = aprobado(empresa=empresa)
    with time_machine.travel(SIETE, tick=False):
        assert avisar() == ["Pagos aprobados de Comercial Andina el 23 nov 2026"]
        assert avisar() == []
    (correo,) = mail.outbox
    assert correo.to == ["avisos@comercial.example"]
    for cuerpo in (correo.body, correo.alternatives[0][0]):
        assert "2 pagos, $\xa0150.000,50" in cuerpo
        assert primero.referencia in cuerpo
        assert de_hoy.referencia not in cuerpo


@pytest.mark.parametrize(
    ("cuando", "campos"),
    [
        ("2026-11-24T10:59:00Z", {"correo_avisos": "a@b.co"}),  # before 6 in Bogotá
        (SIETE, {"correo_avisos": ""}),
        (SIETE, {"correo_avisos": "a@b.co", "activa": False}),
    ],
)
def test_sin_hora_sin_correo_o_inactiva_no_hay_resumen(cuando, campos):
    """Nothing is written and nothing is sent."""
    with time_machine.travel(MEDIANOCHE, tick=False):
        aprobado(empresa=crear_empresa(**campos))
    with time_machine.travel(cuando, tick=False):
        assert avisar() == []
    assert not CorreoInterno.objects.exists()


def test_un_dia_sin_pagos_se_anota_y_no_se_escribe():
    """Looked at once: a day without approvals is no e-mail, and no question at every bell."""
    crear_empresa(correo_avisos="a@b.co")
    with time_machine.travel(SIETE, tick=False):
        assert avisar() == []
        assert CorreoInterno.objects.get().dia == date(2026, 11, 23)
        assert correos_internos.preparar() == 0


@pytest.mark.django_db(transaction=True)
def test_dos_timbres_a_la_vez_escriben_uno(en_paralelo):
    """Two beats, four workers: one row, and one e-mail, for each thing to tell."""
    empresa = crear_empresa(correo_avisos="a@b.co")
    pago = aprobado(empresa=empresa)
    carla()
    novedades.registrar(TipoNovedad.REVERSADA, pago=pago, evidencia={})
    en_paralelo(4, correos_internos.preparar)
    assert CorreoInterno.objects.filter(tipo="NOVEDAD").count() == 1
    en_paralelo(4, correos_internos.enviar_pendientes)
    assert len([correo for correo in mail.outbox if correo.subject.startswith("Novedad")]) == 1


# --- Novedades ----------------------------------------------------------------------------------------------------
def test_cada_novedad_con_dinero_llega_a_cada_persona_de_tesoreria():
    """To everybody of Tesorería who is there, in the language of each; what moves no money waits in the inbox."""
    una, _ida = carla(), carla(email="ida@ejemplo.co", is_active=False)
    carla(email="english@ejemplo.co", idioma="en")
    crear_cliente()
    pago = crear_pago()
    novedades.registrar(TipoNovedad.CODIGO_DESCONOCIDO, pago=pago, evidencia={"codigo": "77"})
    evidencia = {"intento": "7", "valor": "40000"}
    novedad, _nueva = novedades.registrar(TipoNovedad.OTRO_VALOR, pago=pago, evidencia=evidencia)
    assert len(avisar()) == 2
    por_persona = {correo.to[0]: correo for correo in mail.outbox}
    assert set(por_persona) == {una.email, "english@ejemplo.co"}
    correo = por_persona[una.email]
    assert correo.subject == f"Novedad: La pasarela informa otro valor ({pago.empresa.nombre})"
    for cuerpo in (correo.body, correo.alternatives[0][0]):
        assert "$\xa040.000" in cuerpo
        assert f"/pagos/tablero/novedades/{novedad.pk}/" in cuerpo
    assert avisar() == []


def test_la_novedad_de_un_saldo_y_la_que_ya_se_cerro():
    """One of a balance names its document; one closed meanwhile is not told, and told late it says so."""
    carla()
    saldo = crear_saldo(numero="889")
    evidencia = {"saldo_erp": "1.00", "por_acusar": "2.00"}
    del_saldo, _nueva = novedades.registrar(TipoNovedad.ERP_POR_DEBAJO, saldo=saldo, evidencia=evidencia)
    cerrada, _nueva = novedades.registrar(TipoNovedad.DESAPARECIDA, pago=crear_pago(), evidencia={})
    novedades.resolver(cerrada.pk, usuario=carla(email="dos@ejemplo.co"), resolucion="x")
    correos_internos.preparar()
    assert set(CorreoInterno.objects.values_list("novedad", flat=True)) == {del_saldo.pk}
    novedades.resolver(del_saldo.pk, usuario=carla(email="tres@ejemplo.co"), resolucion="x")
    correos_internos.enviar_pendientes()
    assert "FV 889" in mail.outbox[0].body
    assert "ya está cerrada" in mail.outbox[0].body


def test_lo_viejo_no_es_noticia():
    """After a day without anybody to look, what is in the inbox stays there."""
    with time_machine.travel(MEDIANOCHE, tick=False):
        novedades.registrar(TipoNovedad.REVERSADA, pago=crear_pago(), evidencia={})
        carla()
    with time_machine.travel("2026-11-24T06:00:00Z", tick=False):
        assert avisar() == []


# --- Notes of customers -------------------------------------------------------------------------------------------
def test_el_aviso_de_un_cliente_llega_a_la_empresa():
    """Who, which document, when, how much is owed; once, and only where the Empresa gave an address."""
    empresa = crear_empresa(correo_avisos="avisos@comercial.example")
    saldo, otro = crear_saldo(empresa=empresa, numero="991"), crear_saldo()
    for uno in (saldo, otro):
        usuario = crear_cliente(tercero=uno.tercero)
        avisos.dejar(usuario, uno, fecha=date(2026, 11, 20), medio="EFECTIVO", referencia="88", comentario="<b>ya</b>")
    assert avisar() == [f"{saldo.tercero.nombre} dice que ya pagó FV 991"]
    assert avisar() == []
    (correo,) = mail.outbox
    assert correo.to == ["avisos@comercial.example"]
    assert "&lt;b&gt;ya" in correo.alternatives[0][0]
    assert "$\xa0100.000" in correo.body


# --- Without a mail server ----------------------------------------------------------------------------------------
def test_sin_servidor_de_correo_no_se_pierde_nada(settings):
    """It waits, and goes out when the server is back, under the same Message-ID."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    carla()
    novedades.registrar(TipoNovedad.REVERSADA, pago=crear_pago(), evidencia={})
    correos_internos.preparar()
    assert correos_internos.enviar_pendientes() == (0, 1)
    pendiente = CorreoInterno.objects.get()
    assert (pendiente.intentos, pendiente.enviada_en, bool(pendiente.ultimo_error)) == (1, None, True)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    with time_machine.travel(pendiente.enviar_desde + timedelta(seconds=1), tick=False):
        assert correos_internos.enviar_pendientes() == (1, 0)
    assert mail.outbox[0].extra_headers["Message-ID"] == pendiente.message_id


def test_los_totales_son_exactos():
    """Centavos add up."""
    empresa = crear_empresa(correo_avisos="a@b.co")
    with time_machine.travel(MEDIANOCHE, tick=False):
        for _vez in range(3):
            aprobado(empresa=empresa, valor=Decimal("0.10"))
    with time_machine.travel(SIETE, tick=False):
        avisar()
    assert "$\xa00,30" in mail.outbox[0].body
