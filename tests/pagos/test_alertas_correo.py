"""The e-mails of an alert: one of its beginning and one of its end, whatever the mail server does."""

from datetime import timedelta

import pytest
import structlog
import time_machine
from django.urls import reverse
from django.utils import timezone

from pagos import alertas
from pagos.alertas import correo, datos, vista
from pagos.estados import TipoAlerta
from pagos.models import Alerta, RondaSonda
from tests.fabricas_cartera import crear_empresa
from tests.fabricas_pagos import crear_acuerdo

pytestmark = pytest.mark.django_db
OPERACION = ["operacion@portal.example", "guardia@portal.example"]


@pytest.fixture(autouse=True)
def direcciones(settings):
    settings.ALERTAS_CORREO, settings.PORTAL_URL = OPERACION, "https://portal.example"


@pytest.fixture
def reloj():
    """A clock that only the test moves."""
    with time_machine.travel("2026-11-22T14:21:00Z", tick=False) as viaje:
        yield viaje


def ronda():
    RondaSonda.objects.create(prevista_en=timezone.now(), inicio=timezone.now())


@pytest.fixture
def callada(reloj):
    """The sonda ran at 14:21 UTC and has been silent for 31 minutes since."""
    ronda()
    reloj.shift(timedelta(minutes=31))


def partes(mensaje):
    """Its text and its HTML."""
    return [mensaje.get_body([tipo]).get_content() for tipo in ("plain", "html")]


def test_al_empezar_sale_uno_con_texto_y_html(buzon, callada):
    """One e-mail to all addresses: subject with portal and alert; what, since when, what to do, where to look."""
    alertas.vigilar()
    alertas.vigilar()
    (mensaje,) = buzon.mensajes
    assert mensaje["Subject"] == "portal.example · Alerta: La sonda no corre"
    assert mensaje["To"] == ", ".join(OPERACION)
    assert mensaje["Auto-Submitted"] == "auto-generated"
    for parte in partes(mensaje):
        assert "La última ronda empezó el 22 nov 2026, 09:21" in parte
        assert "22 nov 2026, 09:52" in parte
        assert "Revise que el reloj (beat) y los trabajadores (worker) de Celery estén en marcha." in parte
        assert "docs/alertas.md, SIN_RONDA" in parte
        assert f"https://portal.example{reverse('pagos:tablero')}" in parte
    assert Alerta.objects.get().avisada_en == timezone.now()


def test_al_terminar_sale_otro_que_dice_cuanto_duro(buzon, callada, reloj):
    """One more, under the first one's thread."""
    alertas.vigilar()
    reloj.shift(timedelta(hours=1, minutes=5))
    ronda()
    alertas.vigilar()
    alertas.vigilar()
    empezo, termino = buzon.mensajes
    assert termino["Subject"] == "portal.example · Terminó: La sonda no corre"
    assert termino["In-Reply-To"] == empezo["Message-ID"] != termino["Message-ID"]
    for parte in partes(termino):
        assert "Duró 1 h 5 min." in parte
        assert "22 nov 2026, 10:57" in parte
    assert Alerta.objects.get().cierre_avisado_en == timezone.now()


def test_nombra_la_empresa_y_la_pasarela_escapadas(buzon, reloj):
    """Which empresa and gateway, in subject and body; a name with markup is text in the HTML."""
    acuerdo = crear_acuerdo(crear_empresa(nombre="Andina <b> & Cía."))
    cifras = {"preguntas": 3, "errores": 3}
    Alerta.objects.create(tipo=TipoAlerta.ERRORES_RED, acuerdo=acuerdo, datos=cifras, abierta_en=timezone.now())
    assert correo.enviar_pendientes() == 1
    texto, html = partes(buzon.mensajes[0])
    assert buzon.mensajes[0]["Subject"].endswith("(Andina <b> & Cía. · Zona Virtual (ZonaPAGOS))")
    assert "De: Andina <b> & Cía. · Zona Virtual (ZonaPAGOS)" in texto
    assert "Andina &lt;b&gt; &amp; Cía." in html


def test_con_el_servidor_de_correo_caido_espera_y_sale_una_vez(buzon, callada, reloj):
    """Tried at every look, told to the log, never given up: one e-mail when the server is back."""
    buzon.cerrar()
    try:
        with structlog.testing.capture_logs() as registro:
            for _minuto in range(3):
                alertas.vigilar()
                reloj.shift(timedelta(minutes=1))
    finally:
        buzon.abrir()
    fallidos = [linea for linea in registro if linea["event"] == "alerta_no_enviada"]
    assert [(linea["log_level"], linea["error"]) for linea in fallidos] == [("error", "ConnectionRefusedError")] * 3
    assert Alerta.objects.get().avisada_en is None
    alertas.vigilar()
    alertas.vigilar()
    assert len(buzon.mensajes) == 1


def test_lo_que_termino_mientras_no_habia_correo_se_cuenta_despues_en_orden(buzon, callada, reloj):
    """The beginning, saying that it leaves late and when it was over, and then the end."""
    buzon.cerrar()
    try:
        alertas.vigilar()
        reloj.shift(timedelta(minutes=10))
        ronda()
        alertas.vigilar()
    finally:
        buzon.abrir()
    reloj.shift(timedelta(minutes=7))
    ronda()
    alertas.vigilar()
    assert [mensaje["Subject"].split(" · ")[1] for mensaje in buzon.mensajes] == [
        "Alerta: La sonda no corre",
        "Terminó: La sonda no corre",
    ]
    for parte in partes(buzon.mensajes[0]):
        assert "Este aviso salió tarde: terminó el 22 nov 2026, 10:02." in parte


def test_lo_que_termino_hace_mas_de_un_dia_ya_no_es_noticia(buzon, settings, reloj):
    """Addresses written down today do not bring the alerts of last week; the one that is still open they do."""
    semana = timezone.now() - timedelta(days=7)
    Alerta.objects.create(tipo=TipoAlerta.SIN_RONDA, abierta_en=semana, cerrada_en=semana + timedelta(hours=1))
    cifras = {"cuantos": 2, "desde": semana.isoformat()}
    Alerta.objects.create(tipo=TipoAlerta.PENDIENTES_VIEJOS, abierta_en=semana, datos=cifras)
    assert correo.enviar_pendientes() == 1
    assert "Pagos pendientes demasiado tiempo" in buzon.mensajes[0]["Subject"]


def test_sin_direcciones_se_abre_se_muestra_y_no_sale_nada(buzon, settings, callada):
    """Nobody to write to: the alert stands all the same, and is told as soon as there is somebody."""
    settings.ALERTAS_CORREO = []
    assert alertas.vigilar() == (1, 0)
    assert len(alertas.abiertas()) == 1
    assert buzon.mensajes == []
    settings.ALERTAS_CORREO = OPERACION
    alertas.vigilar()
    assert len(buzon.mensajes) == 1


def test_un_trabajador_que_muere_enviando_lo_deja_para_otro_con_el_mismo_message_id(buzon, callada, reloj):
    """Killed after the server took it and before saying so: out of reach for a lease, then sent again, the same one."""
    alertas.vigilar()
    alerta = Alerta.objects.get()
    assert datos.ARRIENDO not in alerta.datos
    Alerta.objects.update(avisada_en=None)
    assert correo._reclamar(alerta.pk, correo._APERTURA)
    alertas.vigilar()
    reloj.shift(timedelta(minutes=4, seconds=59))
    alertas.vigilar()
    assert len(buzon.mensajes) == 1
    reloj.shift(timedelta(seconds=1))
    alertas.vigilar()
    assert len(buzon.mensajes) == 2
    assert len(set(buzon.recibidos())) == 1


def test_un_correo_que_no_pasa_no_detiene_a_los_demas(buzon, reloj, monkeypatch):
    """One that cannot be written waits for the next look; the one behind it goes out."""
    ahora = timezone.now()
    mala = Alerta.objects.create(tipo=TipoAlerta.ATRASO, abierta_en=ahora)  # without the figures of its kind
    Alerta.objects.create(
        tipo=TipoAlerta.PENDIENTES_VIEJOS, abierta_en=ahora, datos={"cuantos": 1, "desde": ahora.isoformat()}
    )
    ver = correo.ver

    def fallar(alerta):
        if alerta.pk == mala.pk:
            raise ValueError
        return ver(alerta)

    monkeypatch.setattr(correo, "ver", fallar)
    assert correo.enviar_pendientes() == 1
    monkeypatch.undo()
    assert correo.enviar_pendientes() == 1
    assert len(buzon.mensajes) == 2


def test_los_destinatarios_que_el_servidor_rechaza_no_callan_a_los_demas(buzon, callada):
    """One address of the two does not exist: the other one hears."""
    buzon.rechazar = "guardia@"
    alertas.vigilar()
    assert len(buzon.mensajes) == 1
    assert Alerta.objects.get().avisada_en is not None


@pytest.mark.parametrize(
    ("minutos", "dicho"),
    [
        (0, "1 min"),
        (59, "59 min"),
        (60, "1 h"),
        (65, "1 h 5 min"),
        (24 * 60, "1 día"),
        (50 * 60 + 3, "2 días 2 h 3 min"),
    ],
)
def test_lo_que_duro_se_dice_en_dias_horas_y_minutos(minutos, dicho):
    """What is zero is left out; less than a minute is one."""
    assert vista.duracion(timedelta(minutes=minutos)) == dicho
