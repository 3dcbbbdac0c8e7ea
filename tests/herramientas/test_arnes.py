"""The harness itself: it must fail where production would only misbehave."""

import os
import socket
import threading
from pathlib import Path

import pytest
import requests
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection, transaction
from django.template import engines

from tests.arnes.hilos import cada_una_a_la_vez
from tests.arnes.hostil import RedProhibidaError, VariableSinDefinirError


@pytest.mark.parametrize("url", ["http://192.0.2.1/", "https://www.zonapagos.com/"])
def test_una_prueba_no_sale_de_la_maquina(url):
    """A request to anything but loopback fails, and not as a network error that the code under test would handle."""
    with pytest.raises(RedProhibidaError):
        requests.get(url, timeout=1)


def test_la_propia_maquina_si_se_alcanza():
    """Loopback stays reachable: the simulator and the live server are there."""
    with socket.create_server(("127.0.0.1", 0)) as servidor:
        socket.create_connection(servidor.getsockname(), timeout=1).close()


def test_una_variable_sin_definir_en_plantilla_nuestra_falla():
    """A template of ours that prints what nobody gave it fails; `if` and `for` over it do not."""
    plantilla = engines["django"].from_string("{% if nada %}{% endif %}{{ nada|default:'x' }}")
    with pytest.raises(VariableSinDefinirError, match="nada"):
        plantilla.render({})


def test_una_variable_sin_definir_en_plantilla_de_django_pasa():
    """Django's own templates count on undefined variables being empty."""
    plantilla = engines["django"].get_template("registration/password_reset_subject.txt")
    plantilla.render({})


@pytest.mark.django_db
def test_select_for_update_sin_of_falla():
    """Our code must say which table it locks."""
    with pytest.raises(AssertionError, match="of="):
        ContentType.objects.select_for_update()
    with pytest.raises(AssertionError, match="of="):
        ContentType.objects.all().select_for_update(skip_locked=True)
    ContentType.objects.select_for_update(of=("self",))


@pytest.mark.django_db
def test_lo_no_ordenado_llega_al_reves():
    """Nobody can count on the order of an unordered queryset; an explicit order is kept."""
    ordenados = list(ContentType.objects.order_by("pk"))
    assert list(ContentType.objects.order_by()) != ordenados
    assert list(ContentType.objects.order_by("-pk").reverse()) == ordenados


@pytest.mark.django_db
def test_on_commit_corre_al_cerrar_nuestra_transaccion():
    """`on_commit` runs when the outermost block of ours ends, and never for a block that rolled back."""
    corridas = []
    with transaction.atomic():
        with transaction.atomic():
            transaction.on_commit(lambda: corridas.append("dentro"))
        assert corridas == []
    assert corridas == ["dentro"]
    with transaction.atomic():
        transaction.on_commit(lambda: corridas.append("nunca"))
        transaction.set_rollback(True)
    assert corridas == ["dentro"]


@pytest.mark.parametrize("vuelta", [1, 2])
@pytest.mark.django_db(transaction=True)
def test_lo_que_crean_las_migraciones_sobrevive(vuelta):
    """After the flush of a transactional test the rows of the migrations are there again."""
    assert ContentType.objects.exists()
    assert ContentType.objects.count() == ContentType.objects.values("app_label", "model").distinct().count()


def test_en_paralelo_usa_conexiones_distintas(en_paralelo):
    """Each thread has a connection of its own, alive together, and an exception that was not foreseen comes out."""
    juntos = threading.Barrier(4, timeout=10)

    def propia():
        juntos.wait()
        return id(connection.connection)

    assert len(set(en_paralelo(4, propia))) == 4
    with pytest.raises(ZeroDivisionError):
        en_paralelo(2, lambda: 1 / 0)
    assert [type(e) for e in en_paralelo(2, lambda: 1 / 0, tolerar=(ZeroDivisionError,))] == [ZeroDivisionError] * 2


def test_cada_una_a_la_vez_respeta_el_orden(transactional_db):
    """Different functions race and their results come in the order they were given."""
    assert cada_una_a_la_vez([lambda: "a", lambda: "b"]) == ["a", "b"]


@pytest.mark.solo_sqlite("the pragmas are SQLite's own")
@pytest.mark.django_db(transaction=True)
def test_sqlite_es_un_archivo_como_en_produccion():
    """The SQLite of the tests is a file in WAL whose transactions open IMMEDIATE and wait 20 s."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA database_list")
        assert Path(cursor.fetchone()[2]).is_file()
        cursor.execute("PRAGMA journal_mode")
        assert cursor.fetchone()[0] == "wal"
        cursor.execute("PRAGMA busy_timeout")
        assert cursor.fetchone()[0] == 20000
    assert connection.transaction_mode == "IMMEDIATE"


def test_la_cache_llega_limpia():
    """Whatever a test caches is gone for the next one."""
    assert cache.get("arnes") is None
    cache.set("arnes", 1)


def test_la_cache_llega_limpia_otra_vez():
    """The second half of the test above."""
    assert cache.get("arnes") is None
    cache.set("arnes", 1)


def test_el_simulador_es_otro_proceso_y_sus_origenes_son_conocidos(proceso_simulador, settings):
    """The fixture answers over HTTP on two origins, both of which the portal may call."""
    assert len(set(proceso_simulador.urls)) == 2
    assert proceso_simulador.urls == settings.PASARELA_ORIGENES
    assert proceso_simulador.control("pagos") is not None
    assert proceso_simulador.proceso.pid != os.getpid()
