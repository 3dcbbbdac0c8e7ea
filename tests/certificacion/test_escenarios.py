"""One scenario whole, in Chromium and on real processes, so that `make certificacion` does not rot between releases."""

from datetime import datetime

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password
from django.db import connections

from certificacion import escenarios
from certificacion import testigo as modulo
from certificacion.acta import Foto
from certificacion.cierre import cerrar
from certificacion.escena import Escena
from certificacion.informe import Portada, construir
from certificacion.texto import texto_obligatorio
from herramientas.navegador import chromium
from herramientas.procesos import correr
from pagos.presentacion import texto_obligatorio as el_del_portal
from tests.fabricas import CLAVE, ana
from tests.fabricas_cartera import crear_empresa, crear_saldo
from tests.fabricas_pagos import crear_acuerdo, crear_forma, crear_pago
from tests.recorridos.procesos import Portal, Trabajador, entorno
from tests.simulador.apoyo import CLAVE as CLAVE_ZONA
from tests.simulador.apoyo import COMERCIO, SERVICIO, USUARIO

_SOLO_AQUI = "the browser tests run whole on PostgreSQL; `make certificacion` itself runs on SQLite"
PENDIENTE = escenarios.TODOS[2]


@pytest.fixture
def escena(transactional_db, proceso_simulador, settings, tmp_path):
    """`escena(browser)`: Ana with two balances, the portal and its worker, the gateway behind the witness."""
    settings.SONDA_MINUTOS = "0.05"
    testigo = modulo.Testigo(proceso_simulador.url)
    settings.PASARELA_ORIGENES = [testigo.url, *proceso_simulador.urls]
    empresa, cliente = crear_empresa(nombre="Distribuidora Andina de Materiales S.A.S."), ana()
    # The children hash as in production; the tests' own process does not.
    cifrada = make_password(CLAVE, hasher=PBKDF2PasswordHasher())
    type(cliente).objects.filter(pk=cliente.pk).update(password=cifrada)
    for numero in ("FE10234", "FE10235"):
        crear_saldo(empresa=empresa, tercero=cliente.asociaciones.get().tercero, numero=numero)
    acuerdo = crear_acuerdo(
        empresa,
        comercio=str(COMERCIO),
        prueba=True,
        urls={"api": f"{testigo.url}/Apis_CicloPago/api"},
        secretos={"usuario": USUARIO, "clave": CLAVE_ZONA, "codigo_servicio": SERVICIO},
    )
    crear_forma(acuerdo, etiqueta="PSE")
    portal, trabajador = Portal(), Trabajador("-B", "--schedule", str(tmp_path / "beat"))

    def adelantada(minutos, orden):
        return correr("-m", "certificacion.reloj_adelantado", str(minutos), *orden, entorno=entorno())

    yield lambda navegador: Escena(
        navegador=navegador,
        portal=portal.url,
        simulador=proceso_simulador,
        testigo=testigo,
        correo=cliente.email,
        clave=CLAVE,
        adelantada=adelantada,
    )
    trabajador.parar()
    portal.parar()
    testigo.parar()


@pytest.mark.navegador
@pytest.mark.timeout(180)
@pytest.mark.solo_postgresql(_SOLO_AQUI)
def test_el_escenario_pendiente_pasa_y_su_informe_se_puede_entregar(escena):
    """*Pendiente* is walked to its end with nothing amiss, and its report has the text, the pictures, no secret."""
    with chromium() as navegador:
        donde = escena(navegador)
        (acta,) = escenarios.recorrer(donde, [PENDIENTE])
        # Inside the browser's event loop Django has a connection of its own, which nobody else would close.
        connections.close_all()
    assert not acta.error
    assert [una for una in acta.comprobaciones if not una.bien] == []
    fotos = [parte for parte in acta.partes if isinstance(parte, Foto)]
    assert {foto.ancho for foto in fotos} == {1280, 360}
    (referencia,) = acta.referencias
    linea = f'{{"event": "llamada_pasarela", "referencia": "{referencia}"}}'
    cierre = cerrar([acta], simulador=donde.simulador, bitacora=[linea], secretos=[CLAVE_ZONA])
    assert cierre.bien
    portada = Portada(producto="Portal", version="1", cuando=datetime.now(modulo.BOGOTA), datos=[], aclaraciones=[])
    html = construir(portada, [acta], cierre=cierre, bitacora=[linea], secretos=[USUARIO, CLAVE_ZONA, CLAVE])
    assert "presenta un proceso de pago cuya transacción se encuentra PENDIENTE" in html
    assert html.count("data:image/png;base64,") == len(fotos)
    assert "Hay fallas" not in html


@pytest.mark.django_db
def test_el_texto_que_se_exige_es_el_que_el_portal_dice():
    """The two copies of ACH's text, the portal's and the examiner's, are the same letter by letter."""
    pago = crear_pago()
    pago.metodo, pago.cus = "PSE", "1468228"
    esperado = texto_obligatorio(
        referencia=pago.referencia, telefono=pago.empresa.telefono, correo=pago.empresa.correo, cus="1468228"
    )
    assert el_del_portal(pago) == esperado


def test_se_recorren_los_siete_que_pide_el_certificador():
    """Seven scenarios, each with its title and with what the certifier asks to see."""
    assert len(escenarios.TODOS) == 7
    assert len({uno.titulo for uno in escenarios.TODOS}) == 7
    assert all(uno.pide.endswith(".") for uno in escenarios.TODOS)


@pytest.mark.navegador
def test_un_escenario_que_falla_no_detiene_a_los_demas(proceso_simulador):
    """Its acta holds the error and where it stopped; the next one is walked all the same; each is told as it ends."""

    def cae(pagador):
        pagador.pagina.set_content("<h1>Otra página</h1>")
        raise TimeoutError("no apareció")

    def anda(pagador):
        pagador.acta.comprobar("algo", esperado=1, visto=1)

    dichas, testigo = [], modulo.Testigo(proceso_simulador.url)
    lista = [escenarios.Escenario("uno", "Uno.", cae), escenarios.Escenario("dos", "Dos.", anda)]
    with chromium() as navegador:
        donde = Escena(
            navegador=navegador,
            portal=proceso_simulador.url,
            simulador=proceso_simulador,
            testigo=testigo,
            correo="",
            clave="",
            adelantada=correr,
        )
        actas = escenarios.recorrer(donde, lista, avisar=dichas.append)
    testigo.parar()
    assert [(acta.numero, acta.bien) for acta in actas] == [(1, False), (2, True)]
    assert actas[0].error == "TimeoutError: no apareció"
    assert [parte.titulo for parte in actas[0].partes if isinstance(parte, Foto)] == ["Donde se detuvo el recorrido"]
    assert dichas == actas
