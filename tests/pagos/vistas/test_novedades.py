"""The inbox of Tesorería: what was seen in sentences, what hangs on it, who has it, what was said."""

import pytest

from pagos import novedades, presentacion_novedades, transiciones
from pagos.errores import PagoNoPermitidoError
from pagos.estados import TipoNovedad
from pagos.models import ComentarioNovedad, Novedad
from tests.fabricas import carla, crear_usuario
from tests.fabricas_cartera import crear_saldo
from tests.fabricas_pagos import crear_pago, intento, lectura

pytestmark = pytest.mark.django_db
LISTA = "/pagos/tablero/novedades/"


def novedad(tipo="OTRO_VALOR", pago=None, **evidencia):
    return novedades.registrar(TipoNovedad(tipo), pago=pago or crear_pago(), evidencia=evidencia)[0]


@pytest.fixture
def tesoreria(client):
    client.force_login(carla())
    return client


def html_de(cliente, url):
    respuesta = cliente.get(url)
    assert respuesta.status_code == 200
    return respuesta.content.decode()


@pytest.mark.parametrize(
    ("tipo", "evidencia", "dice", "juego"),
    [
        ("OTRO_VALOR", {"intento": "7", "valor": "40000", "pedido": "1"}, "informa $\xa040.000", "$\xa040.000"),
        ("OTRO_VALOR", {"aprobado": "120000", "pedido": "100000"}, "en partes $\xa0120.000", "$\xa0120.000"),
        ("OTRO_VALOR", {"intento": "7", "valor": "None"}, "un valor que no se entiende", "$\xa0100.000"),
        ("OTRA_MONEDA", {"intento": "7", "moneda": "USD"}, "la moneda USD", "$\xa0100.000"),
        ("OTRO_COMERCIO", {"intento": "7", "informa": "99"}, "informa «99»", "$\xa0100.000"),
        ("MODO_PRUEBA", {"intento": "7", "informa": "True"}, "de otro modo", "$\xa0100.000"),
        ("CODIGO_DESCONOCIDO", {"intento": "7", "codigo": "77"}, "código «77»", "$\xa0100.000"),
        ("NO_CONFIABLE", {"razon": "Registro 1 de 2: sin fecha."}, "Registro 1 de 2: sin fecha.", "$\xa0100.000"),
        ("APROBADA_EN_PARTE", {"aprobado": "30000", "pedido": "100000"}, "aprobó $\xa030.000", "$\xa030.000"),
        ("APROBADA_DOS_VECES", {"intento": "7", "valor": "100000"}, "otra vez $\xa0100.000", "$\xa0100.000"),
        ("APROBADA_TARDE", {"intento": "7", "saldo_a_favor": "5000"}, "a favor del cliente $\xa05.000", "$\xa05.000"),
        ("APROBADA_TARDE", {"intento": "7", "saldo_a_favor": "0"}, "después de rechazada", "$\xa0100.000"),
        ("APROBADA_TARDE", {"intento": "7", "cerrada": "REVISION"}, "cerraran su revisión", "$\xa0100.000"),
        ("REVERSADA", {"intento": "7", "codigo": "x"}, "reverso del intento 7", "$\xa0100.000"),
        ("REVERSADA", {"veredicto": "rechazada"}, "ya no muestra la aprobación", "$\xa0100.000"),
        ("DEMASIADO_PENDIENTE", {"horas": 24}, "más de 24 horas", "$\xa0100.000"),
        ("FECHA_IMPOSIBLE", {"fecha_pago": "2030-01-02T15:00:00+00:00"}, "2 ene 2030, 10:00", "$\xa0100.000"),
        ("ERROR_INTERNO", {"clase": "KeyError"}, "(KeyError)", "$\xa0100.000"),
        ("OTRA_MONEDA", {}, "no dio más detalles", "$\xa0100.000"),
    ],
)
def test_la_evidencia_se_cuenta_en_una_frase(tesoreria, tipo, evidencia, dice, juego):
    """What was seen, and how much hangs on it; never the raw form, in the list or in its own page."""
    una = novedad(tipo, **evidencia)
    for url in (LISTA, f"{LISTA}{una.pk}/"):
        html = html_de(tesoreria, url)
        assert dice in html.replace("&quot;", '"')
        assert juego in html
        assert "veredicto" not in html
        assert "{" not in html


@pytest.mark.parametrize("tipo", TipoNovedad)
def test_cada_clase_tiene_su_frase(tipo):
    """No kind is told by its code, whatever its evidence holds."""
    una = novedad(tipo)
    assert presentacion_novedades.que_se_vio(una).endswith(".")
    assert presentacion_novedades.en_juego(una) == (una.pago.total, "COP")


def test_la_de_un_saldo_dice_cuanto_falta(tesoreria):
    """What the ERP says and what it has not booked: the difference hangs on it."""
    saldo = crear_saldo()
    evidencia = {"saldo_erp": "20000.00", "por_acusar": "50000.00"}
    una = novedades.registrar(TipoNovedad.ERP_POR_DEBAJO, saldo=saldo, evidencia=evidencia)[0]
    html = html_de(tesoreria, f"{LISTA}{una.pk}/")
    assert "se deben $\xa020.000" in html
    assert "$\xa030.000" in html
    assert saldo.tercero.nombre in html


def test_se_toma_se_asigna_y_queda_escrito(tesoreria):
    """Whoever takes it has it; given to another, it is his; the history says who did what."""
    una, otra = novedad(), carla(email="dos@ejemplo.co")
    tesoreria.post(f"{LISTA}{una.pk}/tomar/")
    assert "carla@ejemplo.co la tomó" in html_de(tesoreria, f"{LISTA}{una.pk}/")
    tesoreria.post(f"{LISTA}{una.pk}/asignar/", {"a": otra.pk})
    assert "carla@ejemplo.co la asignó a dos@ejemplo.co" in html_de(tesoreria, f"{LISTA}{una.pk}/")
    una.refresh_from_db()
    assert una.asignada_a == otra
    novedades.asignar(una.pk, a=otra, quien=otra)
    assert ComentarioNovedad.objects.count() == 2


def test_solo_se_asigna_a_quien_puede_atenderla(tesoreria):
    """Neither a customer nor somebody who left; and a closed one to nobody."""
    una, cliente, ida = novedad(), crear_usuario(), carla(email="ida@ejemplo.co", is_active=False)
    for persona in (cliente, ida):
        assert tesoreria.post(f"{LISTA}{una.pk}/asignar/", {"a": persona.pk}).status_code == 400
        with pytest.raises(PagoNoPermitidoError, match="Tesorería"):
            novedades.asignar(una.pk, a=persona, quien=persona)
    cerrada = novedad("CODIGO_DESCONOCIDO")
    novedades.resolver(cerrada.pk, usuario=carla(email="tres@ejemplo.co"), resolucion="x")
    assert "ya está cerrada" in tesoreria.post(f"{LISTA}{cerrada.pk}/tomar/", follow=True).content.decode()


def test_los_comentarios_se_agregan_y_no_se_cambian(tesoreria):
    """In their order, with who and when, escaped; an empty one is told and not kept."""
    una = novedad()
    for texto in ("Llamé al <b>banco</b>", "Responden mañana"):
        tesoreria.post(f"{LISTA}{una.pk}/comentar/", {"texto": texto})
    html = html_de(tesoreria, f"{LISTA}{una.pk}/")
    assert html.index("&lt;b&gt;banco") < html.index("Responden mañana")
    respuesta = tesoreria.post(f"{LISTA}{una.pk}/comentar/", {"texto": "  "})
    assert (respuesta.status_code, "Escriba el comentario" in respuesta.content.decode()) == (400, True)
    with pytest.raises(PagoNoPermitidoError):
        novedades.comentar(una.pk, autor=carla(email="dos@ejemplo.co"), texto=" ")
    assert ComentarioNovedad.objects.count() == 2


def test_los_filtros_dejan_lo_que_se_pide(tesoreria):
    """By money anomaly, kind, empresa and who has it; what the address says wrong is not a filter."""
    de_mas, parte, tarde = novedad("APROBADA_DOS_VECES"), novedad("APROBADA_EN_PARTE"), novedad("APROBADA_TARDE")
    novedades.asignar(parte.pk, a=carla(email="dos@ejemplo.co"), quien=carla(email="tres@ejemplo.co"))
    tesoreria.post(f"{LISTA}{tarde.pk}/tomar/")
    casos = {
        "": {de_mas, parte, tarde},
        "ver=de_mas": {de_mas},
        "ver=en_parte": {parte},
        "ver=tarde": {tarde},
        "ver=credito": set(),
        "tipo=APROBADA_TARDE": {tarde},
        f"empresa={parte.empresa_id}": {parte},
        "quien=mias": {tarde},
        "quien=nadie": {de_mas},
        f"quien={Novedad.objects.get(pk=parte.pk).asignada_a_id}": {parte},
        "cerradas=1": set(),
        "ver=otra&desde=x": {de_mas, parte, tarde},
    }
    for consulta, esperadas in casos.items():
        assert set(tesoreria.get(f"{LISTA}?{consulta}").context["hoja"].filas) == esperadas, consulta


def test_lo_que_dejo_saldo_a_favor_sin_usar_se_encuentra(tesoreria):
    """Whatever its kind, while its payment's credit waits."""
    pago = crear_pago()
    leido = lectura(pago, intento(pago), intento(pago, id=f"{pago.referencia}-2"))
    transiciones.aplicar(pago.pk, leido, origen="sonda")
    otra = novedad()
    respuesta = tesoreria.get(f"{LISTA}?ver=credito")
    assert [una.pago for una in respuesta.context["hoja"].filas] == [pago]
    assert respuesta.context["cuenta"]["credito"] == 1
    assert otra.pago.referencia not in respuesta.content.decode()


def test_una_bandeja_larga_se_lee_por_hojas(tesoreria, monkeypatch):
    """Oldest first by key, without counting what is before."""
    monkeypatch.setattr("pagos.views.novedades.POR_PAGINA", 2)
    todas = [novedad() for _vez in range(3)]
    primera = tesoreria.get(LISTA).context["hoja"]
    segunda = tesoreria.get(f"{LISTA}?desde={primera.siguiente}").context["hoja"]
    assert [*primera.filas, *segunda.filas] == todas
