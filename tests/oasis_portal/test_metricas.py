"""The portal's metrics: who may read them, what they say of the database, processes as one, and the worker's."""

import itertools
import os
import re
import signal
import subprocess
import sys

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from herramientas.procesos import Portal, Trabajador, esperar
from herramientas.puertos import esperar_puerto, puerto_libre
from herramientas.variables import RAIZ
from pagos.estados import TipoAlerta, TipoNovedad
from pagos.metricas import preguntada
from pagos.models import Notificacion, Pago
from pagos.notificaciones import encolar
from pagos.novedades import registrar
from tests.arnes import marcas
from tests.fabricas import carla
from tests.fabricas_pagos import acuerdo_payu, crear_acuerdo, crear_forma, crear_pago
from tests.fabricas_sonda import crear_alerta, crear_corta, crear_ronda, hace

CLAVE = marcas.plantar("METRICAS_CLAVE", "metricas-Marca-5Lk-de-prometeo")


@pytest.fixture
def clave(settings):
    """The portal offers its metrics to whoever brings this key."""
    settings.METRICAS_CLAVE = CLAVE
    return CLAVE


def leer(cliente, clave=CLAVE):
    """{(sample, label=value...): value} of what the page says."""
    respuesta = cliente.get("/metrics", headers={"authorization": f"Bearer {clave}"})
    assert respuesta.status_code == 200
    return muestras(respuesta.content.decode())


def muestras(texto):
    return {
        (muestra.name, *(f"{clave}={valor}" for clave, valor in sorted(muestra.labels.items()))): muestra.value
        for familia in text_string_to_metric_families(texto)
        for muestra in familia.samples
    }


# --- Who may read them ----------------------------------------------------------------------------------------------
_CASI = (CLAVE, f"Basic {CLAVE}", f"Bearer {CLAVE}x", f"Bearer {CLAVE[:-1]}", f"bearer  {CLAVE}")


@pytest.mark.django_db
@pytest.mark.parametrize("autorizacion", [None, "", "Bearer ", "Bearer None", "Bearer ñ", *_CASI])
def test_sin_la_clave_no_hay_tal_pagina(client, clave, autorizacion):
    """Anybody else, logged in or not, is told what an address that does not exist is told."""
    headers = {} if autorizacion is None else {"authorization": autorizacion}
    assert client.get("/metrics", headers=headers).status_code == 404
    client.force_login(carla())
    assert client.get("/metrics", headers=headers).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("presentada", ["Bearer ", "Bearer None", f"Bearer {CLAVE}"])
def test_sin_configurar_no_la_abre_ninguna_clave(client, settings, presentada):
    """Without METRICAS_CLAVE nothing is the right key, the empty one neither."""
    settings.METRICAS_CLAVE = ""
    assert client.get("/metrics", headers={"authorization": presentada}).status_code == 404


@pytest.mark.django_db
def test_con_la_clave_se_lee_sin_sesion_y_nadie_lo_guarda(client, clave, django_assert_num_queries):
    """Seven queries, of the figures alone; no cookie, no cache."""
    with django_assert_num_queries(7):
        respuesta = client.get("/metrics", headers={"authorization": f"Bearer {clave}"})
    assert respuesta["Content-Type"].startswith("text/plain")
    assert respuesta["Cache-Control"] == "no-store"
    assert not respuesta.cookies


@pytest.mark.django_db
def test_desde_dentro_se_lee_sin_https(client, clave, settings):
    """Prometheus asks the web process itself, behind the proxy that speaks https; only that address is exempt."""
    settings.SECURE_SSL_REDIRECT = True
    assert leer(client)
    assert client.get("/cuenta/entrar/").status_code == 301


# --- What the database knows ----------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_sin_nada_los_contadores_estan_en_cero(client, clave):
    """What may be missing is 0, so that an alert rule has a series to look at; the age of no round is no series."""
    hallado = leer(client)
    assert ("oasis_sonda_ultima_ronda_segundos",) not in hallado
    for nombre in ("oasis_correos_por_enviar", "oasis_correos_por_enviar_segundos", "oasis_novedades_abiertas"):
        assert hallado[nombre,] == 0
    for tipo in TipoAlerta.values:
        assert hallado["oasis_alertas_abiertas", f"tipo={tipo}"] == 0


@pytest.mark.django_db
def test_dice_como_va_la_sonda(client, clave, settings):
    """Age of the round, pagos due and oldest lag by gateway, breakers by agreement without any name, open alerts."""
    crear_ronda(hace(minutes=3))
    zona = crear_acuerdo()
    settings.PASARELA_ORIGENES = ["http://127.0.0.1:9"]
    payu = acuerdo_payu(zona.empresa, "http://127.0.0.1:9")
    for lapso in (600, 20):
        pago = crear_pago(forma=crear_forma(zona))
        Pago.objects.filter(pk=pago.pk).update(proxima_consulta=hace(seconds=lapso))
    crear_pago(forma=crear_forma(zona))
    crear_corta(zona, abierto_hasta=hace(seconds=-20))
    crear_corta(payu, fallos=1)
    crear_alerta(TipoAlerta.CORTADO, acuerdo=zona)
    crear_alerta(TipoAlerta.SIN_RONDA, cerrada_en=hace(minutes=1))
    hallado = leer(client)
    assert 180 <= hallado["oasis_sonda_ultima_ronda_segundos",] < 240
    assert hallado["oasis_pagos_por_preguntar", "pasarela=zonapagos"] == 2
    assert hallado["oasis_pagos_por_preguntar", "pasarela=payu"] == 0
    assert 600 <= hallado["oasis_sonda_atraso_segundos", "pasarela=zonapagos"] < 660
    assert hallado["oasis_sonda_atraso_segundos", "pasarela=payu"] == 0
    assert hallado["oasis_cortacircuito_abierto", f"acuerdo={zona.pk}", "pasarela=zonapagos"] == 1
    assert hallado["oasis_cortacircuito_abierto", f"acuerdo={payu.pk}", "pasarela=payu"] == 0
    assert hallado["oasis_alertas_abiertas", "tipo=CORTADO"] == 1
    assert hallado["oasis_alertas_abiertas", "tipo=SIN_RONDA"] == 0


@pytest.mark.django_db
def test_dice_lo_que_espera_en_el_buzon_de_salida_y_a_las_personas(client, clave):
    """E-mails not sent yet with the age of the oldest, and the Novedades nobody has closed."""
    enviado, viejo, nuevo = crear_pago(), crear_pago(), crear_pago()
    encolar(enviado, Notificacion.Tipo.PENDIENTE, ahora=hace(hours=5))
    Notificacion.objects.update(enviada_en=hace(hours=4))
    encolar(viejo, Notificacion.Tipo.PENDIENTE, ahora=hace(hours=2))
    encolar(nuevo, Notificacion.Tipo.PENDIENTE, ahora=hace(minutes=1))
    registrar(TipoNovedad.DEMASIADO_PENDIENTE, pago=viejo, evidencia={})
    hallado = leer(client)
    assert hallado["oasis_correos_por_enviar",] == 2
    assert 7200 <= hallado["oasis_correos_por_enviar_segundos",] < 7260
    assert hallado["oasis_novedades_abiertas",] == 1


@pytest.mark.django_db
def test_lo_que_este_proceso_conto_esta_en_la_misma_pagina(client, clave):
    """One process, no shared folder: its own counters."""
    antes = leer(client).get(_PREGUNTAS, 0)
    preguntada("zonapagos", "tiempo", 20)
    assert leer(client)[_PREGUNTAS] == antes + 1


_PREGUNTAS = ("oasis_sonda_preguntas_total", "pasarela=zonapagos", "resultado=tiempo")
_CUENTA = """
from pagos.metricas import EN_VUELO, atraso, preguntada
preguntada("zonapagos", "tiempo", 20)
atraso(3)
EN_VUELO.labels("zonapagos").inc()
"""


@pytest.mark.django_db
def test_varios_procesos_suman(client, clave, tmp_path, monkeypatch):
    """Two processes that share PROMETHEUS_MULTIPROC_DIR are read as one, beside what the database knows."""
    for _proceso in range(2):
        entorno = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
        subprocess.run([sys.executable, "-c", _CUENTA], cwd=RAIZ, env=entorno, check=True, timeout=60)
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    hallado = leer(client)
    assert hallado[_PREGUNTAS] == 2
    assert hallado["oasis_sonda_espera_segundos_sum",] == 6
    assert hallado["oasis_sonda_en_vuelo", "pasarela=zonapagos"] == 2
    assert hallado["oasis_novedades_abiertas",] == 0


# --- The worker and several web processes, for real -------------------------------------------------------------------
def esperar_metricas(puerto, proceso):
    """What is offered on that port of this machine, as soon as it is."""
    esperar_puerto(puerto, proceso=proceso)
    return requests.get(f"http://127.0.0.1:{puerto}/metrics", timeout=30).text


def test_el_trabajador_ofrece_las_suyas_y_sin_puerto_sigue_trabajando():
    """A real worker offers what it counts on METRICAS_PUERTO; a second one says that it is taken, and works all the
    same."""
    puerto = puerto_libre()
    entorno = {**os.environ, "METRICAS_PUERTO": str(puerto)}
    uno = Trabajador("-n", "uno@%h", entorno=entorno)
    try:
        texto = esperar_metricas(puerto, uno.proceso)
        otro = Trabajador("-n", "otro@%h", "-l", "INFO", entorno=entorno)
        dicho = list(
            itertools.takewhile(lambda linea: "otro@" not in linea or "ready." not in linea, otro.proceso.stdout)
        )
        listo = otro.proceso.poll() is None
        otro.parar()
    finally:
        dicho_por_uno = uno.parar()
    assert "# TYPE oasis_sonda_espera_segundos histogram" in texto
    assert "oasis_correos_por_enviar" not in texto
    assert "metricas_ofrecidas" in dicho_por_uno
    assert any("metricas_sin_puerto" in linea and str(puerto) in linea for linea in dicho)
    assert listo


def test_cada_arranque_de_la_web_cuenta_desde_cero_y_olvida_a_los_que_terminan(tmp_path):
    """gunicorn makes the folder or empties it, and what a process had in flight when it ended counts no more."""
    carpeta = tmp_path / "metricas"
    carpeta.mkdir()
    viejo = carpeta / "counter_1.db"
    viejo.touch()
    puerto = puerto_libre()
    variables = {"PROMETHEUS_MULTIPROC_DIR": str(carpeta), "METRICAS_CLAVE": CLAVE}
    portal = Portal(puerto=puerto, entorno={**os.environ, **variables})
    try:
        # Without the key nothing is said, but the process has begun to count.
        assert requests.get(f"{portal.url}/metrics", timeout=30).status_code == 404
        esperar(lambda: list(carpeta.glob("histogram_*.db")), que="un proceso web que cuenta")
        assert not viejo.exists()
        pid = int(re.search(r"\d+", next(carpeta.glob("histogram_*.db")).name)[0])
        en_vuelo = carpeta / f"gauge_livesum_{pid}.db"
        en_vuelo.touch()
        os.kill(pid, signal.SIGKILL)
        esperar(lambda: not en_vuelo.exists(), que="gunicorn olvida lo que tenía en vuelo el proceso que murió")
    finally:
        portal.parar()
