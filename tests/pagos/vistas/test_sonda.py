"""Tesorería sees whether the sonda runs, how each gateway is doing, and what every round did."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone, translation

from cartera.formato import NBSP
from pagos.consultas_sonda import RONDAS_POR_PAGINA, estados_por_acuerdo, rondas
from pagos.estados import TipoAlerta
from pagos.models import AcuerdoComercial, Pago
from pagos.presentacion_sonda import error_en_palabras
from tests.fabricas import carla, crear_usuario, superusuario
from tests.fabricas_cartera import crear_empresa
from tests.fabricas_pagos import crear_acuerdo, crear_forma, crear_pago
from tests.fabricas_sonda import crear_alerta, crear_corta, crear_cupo, crear_pulso, crear_ronda, hace
from usuarios import roles

pytestmark = pytest.mark.django_db
SONDA, TABLERO = "/pagos/tablero/sonda/", "/pagos/tablero/"


@pytest.fixture
def tesoreria(client):
    """Carla's browser."""
    client.force_login(carla())
    return client


@pytest.fixture
def acuerdo():
    return crear_acuerdo(crear_empresa(nombre="Ferretería <i>El Tornillo</i>"))


def html_de(cliente, url):
    respuesta = cliente.get(url)
    assert respuesta.status_code == 200, respuesta.status_code
    return respuesta.content.decode()


def vencer(pago, **hace_cuanto):
    """Its next question was due so long ago."""
    Pago.objects.filter(pk=pago.pk).update(proxima_consulta=hace(**hace_cuanto))
    return pago


@pytest.mark.parametrize("rol", [roles.PORTAL_DE_CLIENTES, roles.CARTERA, roles.ADMINISTRACION])
def test_solo_tesoreria(client, rol):
    """Other roles, staff or not, get 403 on both pages; a superuser gets in."""
    ronda = crear_ronda()
    client.force_login(crear_usuario(rol=rol, is_staff=True))
    for url in (SONDA, f"{SONDA}{ronda.pk}/"):
        assert client.get(url).status_code == 403
    client.force_login(superusuario())
    assert client.get(SONDA).status_code == 200


@pytest.mark.parametrize(
    ("minutos", "dicho", "vieja"), [(3, "Hace 3 minutos", False), (14, "Hace 14 minutos", False), (16, "Hace 16", True)]
)
def test_la_edad_de_la_ultima_ronda_se_ve_en_el_tablero_y_en_la_sonda(tesoreria, minutos, dicho, vieja):
    """Both pages say it in words; above 15 minutes with another colour and icon, and what to do."""
    crear_ronda(hace(minutes=60), cuenta={})
    crear_ronda(hace(minutes=minutos, seconds=5), cuenta={})
    for url in (TABLERO, SONDA):
        html = html_de(tesoreria, url)
        assert dicho in html
        assert ("estado--vencido" in html) is vieja
        assert ("#alerta" in html) is vieja
    assert ("no empieza una ronda desde hace 16 minutos" in html) is vieja


def test_sin_ninguna_ronda_se_dice(tesoreria):
    """A sonda that never ran is told in red on both pages, with what to do."""
    assert "Nunca" in html_de(tesoreria, TABLERO)
    html = html_de(tesoreria, SONDA)
    assert "todavía no ha empezado ninguna ronda" in html
    assert "Ningún pago espera respuesta" in html


def test_el_proximo_timbre_es_un_intervalo_despues_del_ultimo(tesoreria):
    """14:00 and seven minutes is 14:07, Bogotá time; once it is past, the page says so."""
    with time_machine.travel("2026-11-23T19:03:00Z", tick=False):
        crear_ronda(hace(minutes=3))
        tesoreria.force_login(carla(email="otra@ejemplo.co"))
        html = html_de(tesoreria, SONDA)
        assert "14:07" in html
        assert "Ya debía haber sonado" not in html
    with time_machine.travel("2026-11-23T19:08:00Z", tick=False):
        assert "Ya debía haber sonado" in html_de(tesoreria, SONDA)


def test_cada_pasarela_dice_como_va(tesoreria, acuerdo):
    """Breaker, limits, questions in flight, due now, oldest lag, and what became of the last ten minutes."""
    AcuerdoComercial.objects.update(limite_en_vuelo=8, limite_por_segundo=10)
    forma = crear_forma(acuerdo)
    vencer(crear_pago(forma=forma), minutes=5, seconds=30)
    vencer(crear_pago(forma=forma), seconds=10)
    crear_pago(forma=forma)
    crear_pulso(acuerdo, preguntas=150, errores_red=3)
    crear_pulso(acuerdo, preguntas=50, minuto=hace(minutes=9))
    crear_pulso(acuerdo, preguntas=999, errores_red=999, minuto=hace(minutes=11))
    crear_cupo(acuerdo, 5)
    crear_cupo(acuerdo, 2)
    crear_cupo(acuerdo, 8, vence=hace(seconds=1))
    estado = estados_por_acuerdo()[0]
    assert (estado.espera.vigilados, estado.espera.vencidos, estado.en_vuelo) == (3, 2, 7)
    html = html_de(tesoreria, SONDA)
    for dicho in (
        *("Ferretería &lt;i&gt;El Tornillo", "Zona Virtual (ZonaPAGOS)", "Cerrado", "8 a la vez, 10 por segundo"),
        *("2 de 3", "5 minutos", "200 preguntas", f"1,5{NBSP}% de errores de red"),
    ):
        assert dicho in html


@pytest.mark.parametrize(
    ("abierto", "esperar", "dicho"),
    [
        (None, None, "Cerrado"),
        (20, None, "Abierto hasta las 14:03:20"),
        (-20, None, "Probando"),
        (20, 90, "Pidió esperar hasta las 14:04:30"),
        (20, -90, "Abierto hasta las 14:03:20"),
    ],
)
def test_el_cortacircuito_se_dice_en_palabras(tesoreria, acuerdo, abierto, esperar, dicho):
    """Closed, open until, asked to wait until, or being tried: as the breaker itself decides."""
    with time_machine.travel("2026-11-23T19:03:00Z", tick=False):
        plazos = [None if segundos is None else hace(seconds=-segundos) for segundos in (abierto, esperar)]
        crear_corta(acuerdo, abierto_hasta=plazos[0], esperar_hasta=plazos[1])
        crear_pulso(acuerdo)
        tesoreria.force_login(carla(email="otra@ejemplo.co"))
        assert dicho in html_de(tesoreria, SONDA)


def test_solo_se_listan_los_acuerdos_con_algo_que_decir(acuerdo):
    """One that nobody asks, asked long ago and whose breaker is closed is left out."""
    crear_acuerdo()
    callado = crear_acuerdo()
    crear_corta(callado, fallos=2)
    crear_pulso(callado, minuto=hace(hours=2))
    assert estados_por_acuerdo() == []
    crear_corta(acuerdo, abierto_hasta=hace(seconds=-20))
    assert [estado.acuerdo for estado in estados_por_acuerdo()] == [acuerdo]


def test_las_alertas_abiertas_se_ven_hasta_que_terminan(tesoreria, acuerdo):
    """The board counts them and leads to the page, which says of what, what and since when; those over are not told."""
    crear_ronda()
    crear_alerta(TipoAlerta.SIN_RONDA, cerrada_en=timezone.now())
    assert "alerta abierta" not in html_de(tesoreria, TABLERO)
    crear_alerta(TipoAlerta.CORTADO, acuerdo=acuerdo, desde=hace(minutes=20))
    assert "1 alerta abierta" in html_de(tesoreria, TABLERO)
    crear_alerta(TipoAlerta.SIN_RONDA)
    html = html_de(tesoreria, TABLERO)
    assert "2 alertas abiertas" in html
    assert f'href="{SONDA}"' in html
    html = html_de(tesoreria, SONDA)
    for dicho in (
        "Una pasarela no responde",
        "Ferretería &lt;i&gt;El Tornillo",
        "6 veces seguidas",
        "La sonda no corre",
    ):
        assert dicho in html


def test_la_lista_de_rondas_se_recorre_hacia_atras(tesoreria):
    """Newest first, a page at a time, each one once, until there are no more; a made-up address shows the newest."""
    creadas = [crear_ronda(hace(minutes=7 * n)) for n in range(RONDAS_POR_PAGINA + 2, 0, -1)]
    primera, hay_mas = rondas()
    segunda, quedan = rondas(antes=primera[-1].pk)
    assert (hay_mas, quedan) == (True, False)
    assert [ronda.pk for ronda in primera + segunda] == [ronda.pk for ronda in reversed(creadas)]
    html = html_de(tesoreria, SONDA)
    assert f"?antes={primera[-1].pk}#rondas" in html
    assert "Las más recientes" not in html
    html = html_de(tesoreria, f"{SONDA}?antes={primera[-1].pk}")
    assert f"{SONDA}{creadas[0].pk}/" in html
    assert "Las más recientes" in html
    for inventado in ("x", "-1", "9" * 40, "٣", ""):
        assert f"{SONDA}{creadas[-1].pk}/" in html_de(tesoreria, f"{SONDA}?antes={inventado}")
    assert "No hay rondas más antiguas" in html_de(tesoreria, f"{SONDA}?antes=0")


def test_una_ronda_dice_lo_que_hizo_y_cada_clase_de_error(tesoreria):
    """Its numbers, its length, its lag, and the errors in words, most frequent first; both open states are pending."""
    cuenta = {"preguntados": 40, "aprobada": 21, "rechazada": 7, "pendiente": 4, "creada": 2}
    errores = {"error_red": 1, "error_http_5xx": 5, "error_nueva": 0}
    ronda = crear_ronda(duracion=timedelta(seconds=95), cuenta={**cuenta, **errores}, atraso_maximo=250)
    html = html_de(tesoreria, f"{SONDA}{ronda.pk}/")
    for dato in ("40", "21", "7", "6", "1 minuto", "4 minutos"):
        assert f"<dd>{dato}</dd>" in html or f"<dd>{dato}, <small>" in html
    assert html.index("La pasarela contestó que ella falló") < html.index("No hubo conexión con la pasarela")
    assert "nueva" not in html
    assert tesoreria.get(f"{SONDA}{ronda.pk + 1}/").status_code == 404
    assert tesoreria.get(f"{SONDA}{'9' * 30}/").status_code == 404


def test_una_ronda_sin_respuestas_no_inventa_su_duracion(tesoreria):
    """Nobody has answered yet: no length, and no list of errors."""
    ronda = crear_ronda(duracion=None, cuenta={})
    html = html_de(tesoreria, f"{SONDA}{ronda.pk}/")
    assert "Nadie ha contestado todavía" in html
    assert "Errores por clase" not in html


def test_cada_clase_de_error_tiene_sus_palabras():
    """Every class that is counted is said in Spanish, one that is not known as it is."""
    clases = (
        "red",
        "tiempo",
        "http_5xx",
        "ilegible",
        "limite",
        "negada",
        "inesperada",
        "acuerdo",
        "interno",
        "tardia",
        "base",
    )
    with translation.override("es-co"):
        dichas = {error_en_palabras(clase) for clase in clases}
        assert len(dichas) == len(clases)
        assert all(" " in dicha for dicha in dichas)
        assert error_en_palabras("nunca_vista") == "nunca_vista"


@pytest.mark.parametrize("filas", [1, 3])
def test_las_paginas_no_crecen_en_consultas(tesoreria, filas, django_assert_num_queries):
    """The same number of questions to the database for 1 and for 3 rounds, agreements and alerts."""
    for _ in range(filas):
        acuerdo = crear_acuerdo()
        crear_pago(forma=crear_forma(acuerdo))
        crear_pulso(acuerdo)
        crear_corta(acuerdo, abierto_hasta=hace(seconds=-20))
        crear_cupo(acuerdo, 1)
        crear_alerta(acuerdo=acuerdo)
        ronda = crear_ronda()
    with django_assert_num_queries(17):
        tesoreria.get(SONDA)
    with django_assert_num_queries(7):
        tesoreria.get(f"{SONDA}{ronda.pk}/")
