"""The alerts: each opens once for what it should, closes once when it is over, and says nothing that it must not."""

from datetime import timedelta

import pytest
import structlog
import time_machine
from django.utils import timezone

from herramientas.variables import RAIZ
from pagos import alertas, cortacircuitos, novedades, transiciones
from pagos.alertas.vista import GUIA
from pagos.estados import TipoAlerta, TipoNovedad
from pagos.models import Alerta, Cortacircuito, Novedad, Pago, PulsoPasarela, RondaSonda
from tests.fabricas import carla
from tests.fabricas_cartera import crear_saldo
from tests.fabricas_pagos import SECRETOS, aprobada, crear_acuerdo, crear_forma, crear_pago

pytestmark = pytest.mark.django_db


@pytest.fixture
def reloj():
    """A clock that only the test moves: `reloj.shift(timedelta)`."""
    with time_machine.travel(timezone.now(), tick=False) as viaje:
        yield viaje


def pasar(reloj, minutos, *, sonda=True, mirar=True):
    """These minutes go by, one look in each; `sonda`: with a round in each, too."""
    for _minuto in range(minutos):
        reloj.shift(timedelta(minutes=1))
        if sonda:
            ronda()
        if mirar:
            alertas.vigilar()


def ronda():
    """A round begins now."""
    RondaSonda.objects.create(prevista_en=timezone.now(), inicio=timezone.now())


def al_dia():
    """Everybody has been asked and answered: what is due is due in a minute."""
    ahora = timezone.now()
    Pago.objects.filter(proxima_consulta__isnull=False).update(
        proxima_consulta=ahora + timedelta(minutes=1), ultima_consulta=ahora, error_consulta=""
    )


def pulso(acuerdo, preguntas, errores):
    """What an asker adds to this minute."""
    minuto = timezone.now().replace(second=0, microsecond=0)
    PulsoPasarela.objects.create(acuerdo=acuerdo, minuto=minuto, preguntas=preguntas, errores_red=errores)


def tipos():
    """Kinds open now, by what people are shown."""
    return [vista.tipo for vista in alertas.abiertas()]


# --- No round ---------------------------------------------------------------------------------------------------------
def test_un_portal_nuevo_sin_pagos_no_alarma(reloj):
    """No round ever and nothing to ask about: fine, for as long as it lasts."""
    reloj.shift(timedelta(days=3))
    assert (alertas.vigilar(), alertas.abiertas()) == ((0, 0), [])


def test_sin_ronda_desde_el_primer_pago_abierto(reloj):
    """A portal whose sonda never ran counts from its first open pago: 30 minutes are allowed, more are not."""
    desde = crear_pago().creada_en
    reloj.move_to(desde + timedelta(minutes=30))
    al_dia()
    assert alertas.vigilar() == (0, 0)
    reloj.shift(timedelta(seconds=1))
    assert alertas.vigilar() == (1, 0)
    (vista,) = alertas.abiertas()
    assert (vista.tipo, vista.titulo, vista.acuerdo) == (TipoAlerta.SIN_RONDA, "La sonda no corre", None)
    assert "No ha empezado ninguna ronda" in vista.detalle
    assert vista.desde == timezone.now()


def test_sin_ronda_por_mas_de_media_hora_se_abre_una_vez_y_se_cierra_con_la_siguiente(reloj):
    """One alert however many looks; the first round ends it, and the next silence is another alert."""
    ronda()
    reloj.shift(timedelta(minutes=31))
    assert alertas.vigilar() == (1, 0)
    pasar(reloj, 5, sonda=False)
    (vista,) = alertas.abiertas()
    assert "La última ronda empezó el" in vista.detalle
    ronda()
    assert alertas.vigilar() == (0, 1)
    assert alertas.abiertas() == []
    reloj.shift(timedelta(minutes=31))
    assert alertas.vigilar() == (1, 0)
    assert Alerta.objects.count() == 2
    assert Alerta.objects.get(cerrada_en__isnull=False).abierta_en == vista.desde


# --- Late -------------------------------------------------------------------------------------------------------------
def test_un_pago_que_debia_preguntarse_hace_mas_de_ocho_minutos_es_atraso_de_su_acuerdo(reloj):
    """Eight minutes late is allowed, more is not, and only the agreement that is late is named."""
    tarde, otro = crear_pago(), crear_pago()
    ronda()
    reloj.move_to(tarde.proxima_consulta + timedelta(minutes=8))
    ronda()
    Pago.objects.filter(pk=otro.pk).update(proxima_consulta=timezone.now())
    assert alertas.vigilar() == (0, 0)
    reloj.shift(timedelta(seconds=1))
    assert alertas.vigilar() == (1, 0)
    (vista,) = alertas.abiertas()
    assert (vista.tipo, vista.acuerdo) == (TipoAlerta.ATRASO, tarde.acuerdo)
    assert vista.de_que == f"{tarde.empresa.nombre} · Zona Virtual (ZonaPAGOS)"
    assert "El pago que más espera debía consultarse el" in vista.detalle


def test_lo_que_va_y_viene_es_una_sola_alerta(reloj):
    """It is over after ten minutes without it, not at the first good look; then it ended when it was last over."""
    pago = crear_pago()
    pasar(reloj, 16)
    assert tipos() == [TipoAlerta.ATRASO]
    for _ronda in range(3):
        al_dia()
        pasar(reloj, 1)
        assert "si sigue así se da por terminada" in alertas.abiertas()[0].detalle
        pasar(reloj, 9)
        assert "si sigue así" not in alertas.abiertas()[0].detalle
    al_dia()
    pasar(reloj, 1)
    terminada = timezone.now()
    for _minuto in range(9):
        al_dia()
        pasar(reloj, 1)
    assert tipos() == [TipoAlerta.ATRASO]
    al_dia()
    pasar(reloj, 1)
    assert alertas.abiertas() == []
    assert Alerta.objects.get().cerrada_en == terminada
    assert Alerta.objects.get().acuerdo == pago.acuerdo


def test_mientras_el_circuito_esta_abierto_no_hay_atraso(reloj):
    """Nobody may ask then: that is its own alert, and one that was open before neither ends nor grows."""
    antes = crear_pago()
    pasar(reloj, 16)
    despues = crear_pago()
    cortar(antes.acuerdo)
    cortar(despues.acuerdo)
    al_dia()
    pasar(reloj, 30)
    assert sorted(tipos()) == [TipoAlerta.ATRASO, TipoAlerta.CORTADO, TipoAlerta.CORTADO]
    assert Alerta.objects.get(tipo=TipoAlerta.ATRASO).acuerdo == antes.acuerdo


def test_cuando_la_pasarela_vuelve_lo_que_esperaba_no_es_otra_alerta(reloj):
    """Back after half an hour, all that waited is late and being asked: the alert that told of it is still the one."""
    pago = crear_pago()
    pasar(reloj, 7)
    cortar(pago.acuerdo)
    pasar(reloj, 30)
    cortacircuitos.anotar_exito(pago.acuerdo_id)
    pasar(reloj, 5)
    assert tipos() == [TipoAlerta.CORTADO]
    pasar(reloj, 11)
    assert tipos() == [TipoAlerta.ATRASO]  # nobody asked it all the same: now it is


# --- Network errors ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("preguntas", "errores", "alarma"),
    [(5, 1, False), (2, 2, False), (3, 3, True), (200, 3, True), (300, 3, False), (20000, 201, True), (100, 0, False)],
)
def test_mas_del_uno_por_ciento_de_errores_de_red(reloj, preguntas, errores, alarma):
    """Over 1 %, and three at least: one of the five questions of a night wakes nobody, a dead gateway does."""
    acuerdo = crear_acuerdo()
    ronda()
    pulso(acuerdo, preguntas, errores)
    assert alertas.vigilar() == (int(alarma), 0)
    assert [(vista.tipo, vista.acuerdo) for vista in alertas.abiertas()] == [(TipoAlerta.ERRORES_RED, acuerdo)] * alarma


def test_los_errores_se_suman_en_diez_minutos_y_por_acuerdo(reloj):
    """Minutes are added up, other agreements are not, and what is older than ten minutes counts no more."""
    malo, bueno = crear_acuerdo(), crear_acuerdo()
    for _minuto in range(3):
        pulso(malo, 50, 1)
        pulso(bueno, 500, 1)
        pasar(reloj, 1)
    (vista,) = alertas.abiertas()
    assert vista.acuerdo == malo
    assert vista.detalle == "Fallaron 3 de 150 preguntas a la pasarela en diez minutos."
    pulso(malo, 50, 0)
    pasar(reloj, 11)
    assert alertas.abiertas() == []


def test_el_silencio_no_es_recuperacion(reloj):
    """No question in ten minutes says nothing while there are pagos to ask; good answers, or nothing to ask, end it."""
    pagos = [crear_pago(), crear_pago()]
    for pago in pagos:
        pulso(pago.acuerdo, 3, 3)
    for _minuto in range(20):
        al_dia()
        pasar(reloj, 1)
    assert tipos() == [TipoAlerta.ERRORES_RED] * 2
    pulso(pagos[0].acuerdo, 3, 0)
    transiciones.aplicar(pagos[1].pk, aprobada(pagos[1]), origen="sonda")
    assert alertas.vigilar() == (0, 2)


def test_abierta_no_se_cierra_porque_se_pregunte_poco(reloj):
    """Two errors of two would open nothing; of what is already open they are no end."""
    pago = crear_pago()
    pulso(pago.acuerdo, 3, 3)
    alertas.vigilar()
    reloj.shift(timedelta(minutes=12))
    ronda()
    al_dia()
    pulso(pago.acuerdo, 2, 2)
    assert alertas.vigilar() == (0, 0)
    assert alertas.abiertas()[0].detalle == "Fallaron 2 de 2 preguntas a la pasarela en diez minutos."


# --- Breaker ----------------------------------------------------------------------------------------------------------
def cortar(acuerdo):
    """Its gateway fails until the breaker opens."""
    for _fallo in range(cortacircuitos.FALLOS):
        cortacircuitos.anotar_fallo(acuerdo.pk)


def test_un_circuito_abierto_con_pagos_por_preguntar_es_una_alerta(reloj):
    """One failure less is none; without pagos to ask about nobody is waiting, so neither is that."""
    pago, sin_pagos = crear_pago(), crear_acuerdo()
    cortar(sin_pagos)
    for _fallo in range(cortacircuitos.FALLOS - 1):
        cortacircuitos.anotar_fallo(pago.acuerdo_id)
    ronda()
    assert alertas.vigilar() == (0, 0)
    cortacircuitos.anotar_fallo(pago.acuerdo_id)
    assert alertas.vigilar() == (1, 0)
    (vista,) = alertas.abiertas()
    assert (vista.tipo, vista.acuerdo) == (TipoAlerta.CORTADO, pago.acuerdo)
    assert vista.detalle.startswith("La pasarela no respondió 5 veces seguidas")


def test_medio_abierto_sigue_siendo_la_misma_alerta_hasta_que_responda(reloj):
    """The pause runs out again and again without an answer: still open. It is over when a question was answered."""
    acuerdo = crear_pago().acuerdo
    cortar(acuerdo)
    for _minuto in range(15):
        al_dia()
        pasar(reloj, 1)
        assert cortacircuitos.paso(acuerdo.pk) is cortacircuitos.Paso.UNA
        cortacircuitos.anotar_fallo(acuerdo.pk)
    assert (tipos(), Alerta.objects.count()) == ([TipoAlerta.CORTADO], 1)
    cortacircuitos.anotar_exito(acuerdo.pk)
    for _minuto in range(11):
        al_dia()
        pasar(reloj, 1)
    assert alertas.abiertas() == []


def test_una_pasarela_que_pide_tiempo_se_cuenta_hasta_cuando(reloj):
    """429 with a date: nobody may ask, so it is told, with its hour."""
    acuerdo = crear_pago().acuerdo
    cortacircuitos.anotar_fallo(acuerdo.pk, esperar=3600)
    cortacircuitos.anotar_exito(acuerdo.pk)
    alertas.vigilar()
    assert alertas.abiertas()[0].detalle.startswith("La pasarela pidió que no se le pregunte hasta el ")
    assert Cortacircuito.objects.get().fallos == 0


# --- Pending too long -------------------------------------------------------------------------------------------------
def demorar(pago):
    """A Novedad says that it has been pending for too long."""
    return novedades.registrar(TipoNovedad.DEMASIADO_PENDIENTE, pago=pago, evidencia={"horas": 24}, insistir=True)[0]


def test_los_pendientes_viejos_se_cuentan_y_se_dice_desde_cuando(reloj):
    """How many and since when; the figures follow, and what ended no longer counts though its Novedad is still open."""
    ronda()
    primero = crear_pago()
    Pago.objects.filter(pk=primero.pk).update(creada_en=timezone.now() - timedelta(days=2))
    al_dia()
    demorar(primero)
    alertas.vigilar()
    assert alertas.abiertas()[0].detalle.startswith("1 pago lleva pendiente más de lo que tarda su medio de pago")
    segundo = crear_pago()
    demorar(segundo)
    alertas.vigilar()
    assert alertas.abiertas()[0].detalle.startswith("2 pagos llevan pendientes")
    assert Alerta.objects.get().datos["desde"] == (timezone.now() - timedelta(days=2)).isoformat()
    transiciones.aplicar(primero.pk, aprobada(primero), origen="sonda")
    alertas.vigilar()
    assert alertas.abiertas()[0].detalle.startswith("1 pago lleva pendiente")


def test_una_novedad_que_se_cierra_y_vuelve_es_la_misma_alerta(reloj):
    """Staff close it, the next round raises it again because the pago is still pending: nothing ended."""
    pago = crear_pago()
    for _vez in range(3):
        novedades.resolver(demorar(pago).pk, usuario=carla(email=f"c{_vez}@ejemplo.co"), resolucion="Preguntado")
        demorar(pago)
        al_dia()
        pasar(reloj, 3)
        novedades.resolver(ultima_novedad().pk, usuario=carla(email=f"d{_vez}@ejemplo.co"), resolucion="Otra vez")
        al_dia()
        pasar(reloj, 6)
    assert (tipos(), Alerta.objects.count()) == ([TipoAlerta.PENDIENTES_VIEJOS], 1)
    for _minuto in range(5):
        al_dia()
        pasar(reloj, 1)
    assert alertas.abiertas() == []


def ultima_novedad():
    return Novedad.objects.filter(resuelta_en__isnull=True).latest("pk")


# --- Once, told, and no more than needed ------------------------------------------------------------------------------
def test_quien_abre_y_quien_cierra_lo_deja_en_el_registro(reloj):
    """One error line with what, of whom, since when and where it is explained; one info line when it is over."""
    pago = crear_pago()
    cortar(pago.acuerdo)
    ronda()
    with structlog.testing.capture_logs() as registro:
        alertas.vigilar()
        alertas.vigilar()
    (abierta,) = [linea for linea in registro if linea["event"] == "alerta_abierta"]
    assert (abierta["log_level"], abierta["tipo"], abierta["acuerdo"]) == ("error", "CORTADO", str(pago.acuerdo_id))
    assert abierta["de"] == f"{pago.empresa.nombre} · Zona Virtual (ZonaPAGOS)"
    assert (abierta["desde"], abierta["guia"]) == (timezone.now().isoformat(), "docs/alertas.md#cortado")
    cortacircuitos.anotar_exito(pago.acuerdo_id)
    with structlog.testing.capture_logs() as registro:
        for _minuto in range(15):
            al_dia()
            pasar(reloj, 1)
    (cerrada,) = [linea for linea in registro if linea["event"] == "alerta_cerrada"]
    assert (cerrada["log_level"], cerrada["tipo"]) == ("info", "CORTADO")


@pytest.mark.django_db(transaction=True)
def test_cuatro_miradas_a_la_vez_abren_y_cierran_una_sola_vez(en_paralelo, buzon, settings):
    """Two beats and two workers: one alert of each, one e-mail of each phase."""
    settings.ALERTAS_CORREO = ["operacion@portal.example"]
    pago = crear_pago()
    cortar(pago.acuerdo)
    RondaSonda.objects.create(prevista_en=timezone.now(), inicio=timezone.now() - timedelta(minutes=40))
    hechos = en_paralelo(4, alertas.vigilar)
    assert sum(nuevas for nuevas, _idas in hechos) == 2
    assert sorted(Alerta.objects.values_list("tipo", flat=True)) == ["CORTADO", "SIN_RONDA"]
    assert len(set(buzon.recibidos())) == len(buzon.recibidos()) == 2
    ronda()
    cerradas = en_paralelo(4, alertas.vigilar)
    assert sum(idas for _nuevas, idas in cerradas) == 1
    assert len(set(buzon.recibidos())) == len(buzon.recibidos()) == 3


def test_ninguna_alerta_dice_quien_paga_ni_con_que(reloj, settings, buzon):
    """Rows, log, words and e-mails of every kind hold no name, e-mail, document, reference or credential of anybody."""
    settings.ALERTAS_CORREO = ["operacion@portal.example"]
    saldo = crear_saldo(numero="FACTURA-7Q-9")
    pago = crear_pago(saldo, forma=crear_forma(crear_acuerdo(saldo.empresa)))
    callado = crear_pago()
    en_una_hora = timezone.now() + timedelta(hours=1)
    Pago.objects.filter(pk=callado.pk).update(proxima_consulta=en_una_hora, error_consulta="negada")
    demorar(pago)
    pulso(pago.acuerdo, 3, 3)
    with structlog.testing.capture_logs() as registro:
        pasar(reloj, 31, sonda=False)
        cortar(pago.acuerdo)
        alertas.vigilar()
    assert sorted(tipos()) == sorted(TipoAlerta)
    correos = [
        parte.get_content() for mensaje in buzon.mensajes for parte in mensaje.walk() if not parte.is_multipart()
    ]
    dicho = str(
        [list(Alerta.objects.values()), registro, alertas.abiertas(), [m["Subject"] for m in buzon.mensajes], correos]
    )
    de_alguien = [pago.usuario.email, pago.tercero.nombre, pago.tercero.numero, saldo.numero, callado.usuario.email]
    de_su_pago = [pago.referencia, pago.codigo_retorno, SECRETOS["usuario"], SECRETOS["clave"], callado.referencia]
    assert len(correos) == 2 * len(TipoAlerta)
    assert [dato for dato in (*de_alguien, *de_su_pago) if dato in dicho] == []


def test_abiertas_es_una_sola_consulta(reloj, django_assert_num_queries):
    """The page that shows them asks once, however many there are."""
    for _uno in range(3):
        pulso(crear_acuerdo(), 3, 3)
    alertas.vigilar()
    with django_assert_num_queries(1):
        assert len([vista.de_que for vista in alertas.abiertas()]) == 3


def test_se_borran_las_que_terminaron_hace_mas_de_noventa_dias(reloj):
    """Open ones stay however old; of those that ended, only the old ones go."""
    ahora = timezone.now()
    for dias in (89, 91):
        cerrada = ahora - timedelta(days=dias)
        Alerta.objects.create(tipo=TipoAlerta.SIN_RONDA, abierta_en=cerrada, cerrada_en=cerrada)
    Alerta.objects.create(tipo=TipoAlerta.SIN_RONDA, abierta_en=ahora - timedelta(days=200))
    assert alertas.purgar_alertas() == 1
    assert sorted(Alerta.objects.values_list("abierta_en", flat=True)) == [
        ahora - timedelta(days=200),
        ahora - timedelta(days=89),
    ]


def test_la_guia_explica_cada_alerta():
    """Log and e-mails name a section of a document: it is there, for every kind, with what to look at and to do."""
    secciones = (RAIZ / GUIA).read_text(encoding="utf-8").split("\n## ")[1:]
    guia = dict(seccion.split("\n", 1) for seccion in secciones)
    for tipo in TipoAlerta:
        assert all(f"**{parte}**" in guia[tipo] for parte in ("Means", "Look at", "Do")), tipo
