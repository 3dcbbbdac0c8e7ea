"""The pages about what is owed, as a browser without JavaScript uses them."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cartera import consultas, lista, seleccion
from cartera.formato import NBSP
from cartera.models import Seleccion
from tests.fabricas import ana, asociar, beto, carla, crear_tercero, crear_usuario
from tests.fabricas_cartera import crear_empresa, crear_saldo
from tests.fabricas_pagos import crear_pago, permitir_parcial

pytestmark = pytest.mark.django_db
SALDOS, SELECCIONAR, QUITAR, VACIAR = (
    reverse(f"cartera:{nombre}") for nombre in ("saldos", "seleccionar", "quitar", "vaciar")
)
# A Monday, so that "this week" has days on both sides.
_HOY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def hoy():
    """It is noon of 23 November 2026 in Bogotá."""
    with time_machine.travel("2026-11-23T17:00:00Z", tick=False):
        yield _HOY


@pytest.fixture
def usuaria(client):
    """Ana, logged in."""
    usuaria = ana()
    client.force_login(usuaria)
    return usuaria


@pytest.fixture
def saldo_de_ana(usuaria):
    """`saldo_de_ana(dias=overdue, **fields)`: a saldo of Ana's company."""
    empresa, tercero = crear_empresa(nombre="Distribuidora La Sabana"), usuaria.asociaciones.get().tercero

    def crear(dias=10, **campos):
        vence = _HOY - timedelta(days=dias)
        datos = {"empresa": empresa, "tercero": tercero, "vencimiento": vence, "fecha": vence - timedelta(days=30)}
        return crear_saldo(**{**datos, **campos})

    return crear


def _texto(respuesta):
    """What a reader sees of the page, in one line, with plain spaces."""
    visible = re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", respuesta.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", visible.replace(NBSP, " "))


def _elegidos(usuario):
    return {linea.saldo.pk for linea in seleccion.lineas(usuario)}


# --- The list -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("dias", "marcado"), [(32, True), (0, False), (-5, False)])
def test_lo_vencido_lleva_su_icono_y_sus_dias(client, saldo_de_ana, dias, marcado):
    """Overdue is told by an icon and words, not by red alone; what is not overdue carries neither."""
    saldo_de_ana(dias=dias)
    html = client.get(SALDOS).content.decode()
    fichas = re.findall(r'<b class="estado estado--vencido"><svg.*?#alerta"></use></svg>([^<]+)</b>', html)
    assert fichas == (["32 días de mora"] if marcado else [])


def test_la_lista_muestra_lo_propio_y_solo_lo_propio(client, usuaria, saldo_de_ana):
    """Document, dates, days overdue and balance of one's own; nothing of anybody else's."""
    saldo_de_ana(dias=32, numero="10234", valor="412000.00", corte=date(2026, 11, 22))
    crear_saldo(numero="99999", tercero=beto().asociaciones.get().tercero)
    texto = _texto(client.get(SALDOS))
    for parte in ("FV 10234", "22 sep 2026", "22 oct 2026", "32 días de mora", "$ 412.000", "Saldos al 22 nov 2026"):
        assert parte in texto
    assert "99999" not in texto


@pytest.mark.parametrize(("dias", "plazo"), [(1, "1 día de mora"), (0, "vence hoy"), (-1, "vence mañana")])
def test_lo_que_vence_hoy_no_esta_en_mora(client, saldo_de_ana, dias, plazo):
    """Due today is due this week, not overdue; yesterday's is overdue."""
    saldo_de_ana(dias=dias)
    respuesta = client.get(SALDOS)
    assert plazo in _texto(respuesta)
    assert ("Vencidos · 1 documento" in _texto(respuesta)) == (dias > 0)
    assert ("Vencen esta semana · 1 documento" in _texto(respuesta)) == (dias <= 0)


def test_los_grupos_llevan_su_total_y_otro_orden_los_quita(client, saldo_de_ana):
    """In order of due date the groups show how many and how much, beyond the page; in another order there are none."""
    for n in range(60):
        saldo_de_ana(dias=5 + n, valor="1000.00", iva="0")
    saldo_de_ana(dias=-30, valor="7.00", iva="0")
    texto = _texto(client.get(SALDOS))
    assert "Vencidos · 60 documentos" in texto
    assert "$ 60.000" in texto
    assert "Vencen después" not in texto
    assert "Vencen después · 1 documento" in _texto(client.get(SALDOS + "?pagina=2"))
    assert "Vencidos ·" not in _texto(client.get(SALDOS + "?orden=-saldo"))


def test_se_pagina_de_a_cincuenta_y_se_conserva_lo_buscado(client, saldo_de_ana):
    """Pages of 50 that keep search and order; a page that does not exist is the last one."""
    for n in range(51):
        saldo_de_ana(numero=f"N{n:03}")
    primera = client.get(SALDOS + "?q=N&orden=documento").content.decode()
    assert "N049" in primera
    assert "N050" not in primera
    assert "q=N&amp;orden=documento&amp;pagina=2" in primera
    for pagina in ("2", "99", "x"):
        assert (">FV N050<" in client.get(f"{SALDOS}?q=N&orden=documento&pagina={pagina}").content.decode()) == (
            pagina != "x"
        )


def test_lo_que_esta_en_proceso_se_ve_y_no_se_elige(client, usuaria, saldo_de_ana):
    """A saldo in an open pago links to it and has no box."""
    libre, ocupado = saldo_de_ana(numero="L1"), saldo_de_ana(numero="P1")
    pago = crear_pago(ocupado, usuario=usuaria)
    html = client.get(SALDOS).content.decode()
    assert f'name="saldo" value="{libre.pk}"' in html
    assert f'name="saldo" value="{ocupado.pk}"' not in html
    assert f'<a href="{reverse("pagos:detalle", args=[pago.referencia])}">En proceso de pago' in html


def test_la_factura_se_ve_por_su_enlace_o_por_su_cufe(client, saldo_de_ana):
    """The ERP's link wins, else the DIAN's page of the CUFE, else there is none; they open apart and tell nothing."""
    saldo_de_ana(numero="E1", enlace="https://factura.example/1?a=1&b=2", cufe="ab12")
    saldo_de_ana(numero="C1", cufe="ab12/../x")
    saldo_de_ana(numero="N1")
    html = client.get(SALDOS).content.decode()
    atributos = 'target="_blank" rel="noopener noreferrer">Ver factura'
    assert f'href="https://factura.example/1?a=1&amp;b=2" {atributos}' in html
    assert f'searchqr?documentkey=ab12/../x" {atributos}' in html
    assert html.count("Ver factura") == 2


def test_con_varias_empresas_y_clientes_se_dice_de_quien_es_cada_uno(client):
    """An accountant sees whose each document is and can choose one; with only one, the page does not repeat it."""
    contador = crear_usuario()
    client.force_login(contador)
    for nombre in ("Alfa", "Beta"):
        tercero = asociar(contador, crear_tercero(nombre=nombre)).tercero
        crear_saldo(tercero=tercero, empresa=crear_empresa(nombre=f"Proveedora {nombre}"), numero=nombre)
    html = client.get(SALDOS).content.decode()
    assert "Proveedora Alfa · Alfa" in html
    assert 'name="empresa"' in html
    assert 'name="cliente"' in html
    uno = re.search(r'<option value="(\d+)">Beta</option>', html)[1]
    filtrado = client.get(f"{SALDOS}?cliente={uno}").content.decode()
    assert ">FV Beta<" in filtrado
    assert ">FV Alfa<" not in filtrado


def test_los_nombres_peligrosos_se_escapan(client, usuaria):
    """A name or number that is HTML is shown as text, in the list, in the selection and at home."""
    malo = "<script>alert(1)</script>"
    tercero = usuaria.asociaciones.get().tercero
    tercero.nombre = malo
    tercero.save(update_fields=["nombre"])
    saldo = crear_saldo(tercero=tercero, empresa=crear_empresa(nombre=malo), numero='"><img src=x>', corte=_HOY)
    crear_saldo(tercero=tercero)
    seleccion.agregar(usuaria, [saldo.pk])
    for direccion in (SALDOS, reverse("inicio"), f"{SALDOS}?q=%22%3E%3Cscript%3Ealert(1)"):
        html = client.get(direccion).content.decode()
        assert malo not in html
        assert "<img" not in html
        assert '"><script>' not in html


def test_nada_va_en_linea(client, usuaria, saldo_de_ana):
    """No inline script, style or handler: the Content-Security-Policy would refuse them."""
    saldo = saldo_de_ana()
    seleccion.agregar(usuaria, [saldo.pk])
    for direccion in (SALDOS, reverse("inicio")):
        html = client.get(direccion).content.decode()
        assert not re.search(r"\sstyle=|\son\w+=|<style|javascript:", html)
        assert all("src=" in script for script in re.findall(r"<script[^>]*>", html))


# --- Empty states -------------------------------------------------------------------------------------------------
def test_sin_saldos_se_explica_que_hacer(client, usuaria):
    """Nothing owed: a sentence and what to do, at both pages."""
    for direccion in (SALDOS, reverse("inicio")):
        texto = _texto(client.get(direccion))
        assert "No hay saldos pendientes" in texto
        assert "¿Esperaba ver una factura?" in texto


def test_sin_asociacion_o_con_ella_a_medias_se_explica(client):
    """No mapping and an incomplete one are told apart; neither shows anything."""
    saldo, usuario = crear_saldo(numero="77777"), crear_usuario()
    client.force_login(usuario)
    assert "aún no está asociado a ningún cliente" in _texto(client.get(SALDOS))
    usuario.asociaciones.create(tercero=saldo.tercero)
    for direccion in (SALDOS, reverse("inicio")):
        texto = _texto(client.get(direccion))
        assert "Su usuario está a medio configurar" in texto
        assert "77777" not in texto


def test_una_asociacion_a_medias_junto_a_otra_buena_se_dice(client, usuaria, saldo_de_ana):
    """What the good mapping allows is shown, with a word about the other one."""
    saldo_de_ana(numero="10234")
    usuaria.asociaciones.create(tercero=crear_tercero())
    texto = _texto(client.get(SALDOS))
    assert "Una de sus asociaciones está incompleta" in texto
    assert "FV 10234" in texto


def test_una_busqueda_sin_resultados_ofrece_ver_todo(client, saldo_de_ana):
    """Nothing found is not nothing owed."""
    saldo_de_ana()
    texto = _texto(client.get(SALDOS + "?q=zzz"))
    assert "Ningún documento coincide" in texto
    assert "Ver todos los saldos" in texto


# --- Selecting ----------------------------------------------------------------------------------------------------
def test_se_marcan_y_desmarcan_filas_y_se_vuelve_a_la_misma_lista(client, usuaria, saldo_de_ana):
    """What was ticked is added, what was unticked is dropped, and the list keeps its filters."""
    a, b, c = (saldo_de_ana() for _ in range(3))
    respuesta = client.post(SELECCIONAR, {"saldo": [a.pk, b.pk], "volver": "q=FV&ver=vencidos&pagina=1"})
    assert respuesta.status_code == 302
    assert respuesta.url == f"{SALDOS}?q=FV&ver=vencidos&pagina=1"
    assert _elegidos(usuaria) == {a.pk, b.pk}
    client.post(SELECCIONAR, {"antes": [a.pk, b.pk], "saldo": [b.pk, c.pk]})
    assert _elegidos(usuaria) == {b.pk, c.pk}


def test_otra_pestana_vieja_no_quita_lo_que_no_mostraba_marcado(client, usuaria, saldo_de_ana):
    """A page that never showed a row as ticked does not untick it."""
    a, b = saldo_de_ana(), saldo_de_ana()
    seleccion.agregar(usuaria, [a.pk])
    client.post(SELECCIONAR, {"saldo": [b.pk]})
    assert _elegidos(usuaria) == {a.pk, b.pk}


def test_el_panel_muestra_lo_elegido_con_su_total_y_su_pagar(client, usuaria, saldo_de_ana):
    """Each line with its (−) in *Acciones*; the group's total is on the button, which leads to *Forma de pago*."""
    a, b = saldo_de_ana(valor="1000000.00", numero="1"), saldo_de_ana(valor="254300.50", numero="2")
    client.post(SELECCIONAR, {"saldo": [a.pk, b.pk]})
    respuesta = client.get(SALDOS)
    texto, html = _texto(respuesta), respuesta.content.decode()
    assert "2 documentos · $ 1.254.300,50" in texto
    assert texto.count("Pagar $ 1.254.300,50") == 2
    assert "Acciones" in texto
    assert "Quitar FV 1" in texto
    assert html.count(f'href="{reverse("pagos:forma_de_pago", args=[a.empresa_id, a.tercero_id, "COP"])}"') == 2


def test_quitar_una_linea_y_vaciar(client, usuaria, saldo_de_ana):
    """(−) drops one; *Vaciar* drops the rest; both come back to the list as it was."""
    a, b, c = (saldo_de_ana() for _ in range(3))
    seleccion.agregar(usuaria, [a.pk, b.pk, c.pk])
    respuesta = client.post(QUITAR, {"saldo": a.pk, "volver": "orden=-saldo"})
    assert respuesta.url == f"{SALDOS}?orden=-saldo"
    assert _elegidos(usuaria) == {b.pk, c.pk}
    client.post(VACIAR)
    assert _elegidos(usuaria) == set()


def test_seleccionar_todo_toma_lo_del_filtro_y_no_mas(client, usuaria, saldo_de_ana):
    """*Seleccionar todo* reaches beyond the page but not beyond the filter; *grupo*, not beyond its group."""
    vencidos = {saldo_de_ana(dias=n + 1).pk for n in range(55)}
    futuro = saldo_de_ana(dias=-40)
    client.post(SELECCIONAR, {"todo": "1", "volver": "ver=vencidos"})
    assert _elegidos(usuaria) == vencidos
    client.post(VACIAR)
    client.post(SELECCIONAR, {"grupo": "despues"})
    assert _elegidos(usuaria) == {futuro.pk}


def test_mas_de_cien_documentos_se_explica_y_se_recorta(client, usuaria, saldo_de_ana):
    """A group too large for one payment has no *Pagar* but a way to make it fit."""
    uno = [saldo_de_ana(dias=200 - n) for n in range(101)].pop()
    client.post(SELECCIONAR, {"todo": "1"})
    texto = _texto(client.get(SALDOS))
    assert "Un pago lleva como máximo 100 documentos: quite 1 documento" in texto
    assert "Pagar $" not in texto
    recortar = reverse("cartera:recortar", args=[uno.empresa_id, uno.tercero_id, "COP"])
    assert client.post(recortar, {"volver": "ver=vencidos"}).url == f"{SALDOS}?ver=vencidos"
    assert len(_elegidos(usuaria)) == 100
    assert "Pagar $ 10.000.000" in _texto(client.get(SALDOS))


def test_lo_que_ya_no_se_puede_elegir_se_dice(client, usuaria, saldo_de_ana):
    """A row that entered a payment after the page was shown is named; the others are added."""
    libre, ocupado = saldo_de_ana(), saldo_de_ana(numero="10234")
    crear_pago(ocupado, usuario=usuaria)
    respuesta = client.post(SELECCIONAR, {"saldo": [libre.pk, ocupado.pk]}, follow=True)
    assert "No se agregó FV 10234: ya está pagado o en proceso de pago." in _texto(respuesta)
    assert _elegidos(usuaria) == {libre.pk}


@pytest.mark.parametrize("direccion", [SELECCIONAR, QUITAR])
@pytest.mark.parametrize("de_quien", ["ajeno", "inexistente", "texto", "enorme"])
def test_un_saldo_ajeno_es_404_y_no_cambia_nada(client, usuaria, saldo_de_ana, direccion, de_quien):
    """Anything but one's own ids is 404, in every form of the page, and changes nothing."""
    propio = saldo_de_ana()
    seleccion.agregar(usuaria, [propio.pk])
    ajeno = crear_saldo(tercero=beto().asociaciones.get().tercero)
    pk = {"ajeno": ajeno.pk, "inexistente": ajeno.pk + 99, "texto": "1 OR 1=1", "enorme": "9" * 40}[de_quien]
    for campo in ("saldo", "antes") if direccion == SELECCIONAR else ("saldo",):
        assert client.post(direccion, {campo: pk}).status_code == 404
    assert Seleccion.objects.get().saldo == propio


def test_el_filtro_que_vuelve_no_lleva_a_otro_sitio(client, saldo_de_ana):
    """Whatever a form says, the way back is the list of this site."""
    saldo = saldo_de_ana()
    for volver in ("https://malo.example/", "//malo.example", "q=x#y", "\r\nSet-Cookie: a=b", "next=/admin/"):
        respuesta = client.post(SELECCIONAR, {"saldo": saldo.pk, "volver": volver})
        assert respuesta.url.startswith(SALDOS)
        assert "malo.example" not in respuesta.url


@pytest.mark.parametrize("direccion", [SELECCIONAR, QUITAR, VACIAR, "/saldos/recortar/1/1/COP/"])
def test_lo_que_cambia_algo_solo_admite_post(client, usuaria, direccion):
    """A GET (a prefetch, an image) changes nothing."""
    assert client.get(direccion).status_code == 405


@pytest.mark.parametrize("direccion", ["/", SALDOS])
def test_leer_no_admite_post(client, usuaria, direccion):
    """The pages are read with GET and HEAD alone."""
    assert client.post(direccion).status_code == 405
    assert client.head(direccion).status_code == 200


@pytest.mark.parametrize("direccion", ["/", SALDOS, SELECCIONAR, QUITAR, VACIAR, "/saldos/recortar/1/1/COP/"])
def test_sin_entrar_se_va_al_ingreso(client, db, direccion):
    """Nobody sees or changes anything without logging in."""
    for hacer in (client.get, client.post):
        respuesta = hacer(direccion)
        assert respuesta.status_code == 302
        assert respuesta.url.startswith(reverse("usuarios:entrar"))


# --- Another amount -----------------------------------------------------------------------------------------------
@pytest.fixture
def en_partes(saldo_de_ana):
    """A selected saldo of 800.000 of Ana's, whose empresa takes payments from 100.000 on."""
    saldo = saldo_de_ana(valor="800000.00", numero="10234")
    permitir_parcial(saldo.empresa, minimo="100000")
    return saldo


def _valor(saldo):
    return reverse("cartera:valor", args=[saldo.pk])


def test_solo_donde_la_empresa_lo_admite_hay_otro_valor(client, usuaria, saldo_de_ana, en_partes):
    """The link stands on each line that could be paid in part, keeps the list's filter, and nowhere else."""
    otra = crear_saldo(tercero=en_partes.tercero, numero="2")
    seleccion.agregar(usuaria, [en_partes.pk, otra.pk])
    html = client.get(SALDOS + "?q=FV&ver=vencidos").content.decode()
    assert html.count("Pagar otro valor") == 1
    assert f'href="{_valor(en_partes)}?volver=q%3DFV%26ver%3Dvencidos"' in html
    assert client.get(_valor(otra)).url == SALDOS


def test_la_pagina_dice_documento_deuda_y_minimo(client, en_partes):
    """What is being paid, how much is owed, the least that may be paid; all of it is one button away."""
    texto = _texto(client.get(_valor(en_partes)))
    for parte in ("FV 10234", "Debe $ 800.000", "$ 100.000", "Retención", "Nota crédito", "Otro", "Pagar todo, $ 800"):
        assert parte in texto


def test_elegir_otro_valor_cambia_el_panel_y_el_total(client, usuaria, saldo_de_ana, en_partes):
    """The line shows `$ X de $ Y` with the reason, and panel and bar follow; the list comes back as it was."""
    seleccion.agregar(usuaria, [en_partes.pk, saldo_de_ana(valor="50000.00").pk])
    datos = {"valor": "500.000,50", "razon": "RETENCION", "nota": "Reteica 2025", "volver": "ver=vencidos"}
    respuesta = client.post(_valor(en_partes), datos)
    assert respuesta.url == f"{SALDOS}?ver=vencidos#seleccion"
    texto = _texto(client.get(SALDOS))
    assert re.search(r"\$ 500\.000,50 de \$ 800\.000 · Retención: Reteica 2025", texto)
    assert "2 documentos · $ 550.000,50" in texto
    assert texto.count("Pagar $ 550.000,50") == 2
    html = client.get(_valor(en_partes)).content.decode()
    assert 'value="500.000,50"' in html
    assert 'value="Reteica 2025"' in html


def test_pagar_todo_deja_el_saldo_entero(client, usuaria, en_partes):
    """The button asks for nothing else, whatever the fields say."""
    client.post(_valor(en_partes), {"valor": "500000", "razon": "OTRO"})
    assert client.post(_valor(en_partes), {"valor": "x", "todo": "1"}).url == f"{SALDOS}#seleccion"
    assert "Pagar $ 800.000" in _texto(client.get(SALDOS))


def test_lo_mal_escrito_se_explica_y_no_se_pierde(client, usuaria, en_partes):
    """A summary with links to the fields; what was typed stays; nothing is selected."""
    respuesta = client.post(_valor(en_partes), {"valor": "99.999", "razon": "OTRO", "nota": "abono <b>"})
    html = respuesta.content.decode()
    assert respuesta.status_code == 200
    assert 'href="#id_valor"' in html
    assert "Lo mínimo que puede pagar es $ 100.000." in _texto(respuesta)
    assert 'value="99.999"' in html
    assert "abono &lt;b&gt;" in html
    assert _elegidos(usuaria) == set()


def test_el_comentario_se_muestra_como_texto(client, en_partes):
    """What a payer writes is never markup."""
    client.post(_valor(en_partes), {"valor": "500000", "razon": "OTRO", "nota": "<script>alert(1)</script>"})
    assert "<script>alert(1)" not in client.get(SALDOS).content.decode()


def test_de_lo_ajeno_lo_pagado_y_lo_que_no_existe_no_hay_pagina(client, usuaria, saldo_de_ana):
    """404 for somebody else's saldo and for a paid one, to read and to write."""
    ajeno = crear_saldo(tercero=beto().asociaciones.get().tercero)
    permitir_parcial(ajeno.empresa)
    pagado = saldo_de_ana(saldo="0.00")
    for pk in (ajeno.pk, pagado.pk, ajeno.pk + 999):
        direccion = reverse("cartera:valor", args=[pk])
        assert client.get(direccion).status_code == 404
        assert client.post(direccion, {"valor": "1", "razon": "OTRO"}).status_code == 404
    assert not Seleccion.objects.exists()


def test_en_un_pago_abierto_no_se_elige_otro_valor(client, usuaria, en_partes):
    """While a payment holds the document its line does not change; the list says why."""
    crear_pago(en_partes, usuario=usuaria)
    respuesta = client.post(_valor(en_partes), {"valor": "500000", "razon": "OTRO"}, follow=True)
    assert "FV 10234 se paga completo, o ya está en proceso de pago." in _texto(respuesta)
    assert not Seleccion.objects.exists()


# --- Home ---------------------------------------------------------------------------------------------------------
def test_el_inicio_dice_cuanto_se_debe_y_para_quien(client, usuaria, saldo_de_ana):
    """For whom, and per currency: the total, the overdue part with its count, and the ageing with its links."""
    saldo_de_ana(dias=45, valor="300000.00")
    saldo_de_ana(dias=0, valor="100000.00")
    saldo_de_ana(dias=-5, valor="12.50", moneda="USD", iva="0")
    respuesta = client.get("/")
    texto = _texto(respuesta)
    for parte in ("Hola, Ana", "Está viendo:", "$ 400.000", "Vencido, 1 documento: $ 300.000", "USD 12,50", "31 a 60"):
        assert parte in texto
    assert f'href="{SALDOS}?ver=31-60"' in respuesta.content.decode()
    assert "Nada vencido." in texto


def test_el_inicio_del_personal_no_muestra_datos_de_nadie(client, db):
    """Staff without a mapping see nobody's balance, and the way to their own work."""
    crear_saldo(numero="77777")
    client.force_login(carla())
    respuesta = client.get("/")
    texto = _texto(respuesta)
    assert "no está asociado a ningún cliente" in texto
    assert "77777" not in texto
    assert 'href="/pagos/tablero/"' in respuesta.content.decode()


# --- Queries ------------------------------------------------------------------------------------------------------
def _consultas(client, direccion):
    with CaptureQueriesContext(connection) as hechas:
        assert client.get(direccion).status_code == 200
    return len(hechas)


@pytest.mark.parametrize("consulta", ["", "?q=FV&orden=-saldo"])
@pytest.mark.parametrize("filas", [1, 3, 60])
def test_la_lista_hace_ocho_consultas_con_cualquier_numero_de_filas(client, usuaria, saldo_de_ana, consulta, filas):
    """One row, three or more than a page, all selected in part, one in a payment: the same eight SQL queries."""
    for n in range(filas):
        saldo_de_ana(dias=n)
    crear_pago(saldo_de_ana(), usuario=usuaria)
    seleccion.agregar_todos(usuaria, consultas.saldos_visibles(usuaria))
    permitir_parcial(saldo_de_ana().empresa)
    Seleccion.objects.update(paga="1.00", razon="OTRO")
    assert _consultas(client, SALDOS + consulta) == 8


def test_el_inicio_no_consulta_mas_por_haber_mas_filas(client, usuaria, saldo_de_ana):
    """The home page costs the same with one document as with sixty."""
    saldo_de_ana()
    con_una = _consultas(client, "/")
    for n in range(60):
        saldo_de_ana(dias=n)
    assert _consultas(client, "/") == con_una


def test_pagar_todo_lo_vencido_esta_a_un_paso_de_la_forma_de_pago(client, usuaria, saldo_de_ana):
    """The home page has one button for each group; pressing it leads to Forma de pago with what is overdue chosen."""
    vencido, _por_vencer = saldo_de_ana(dias=5, valor="70000.00"), saldo_de_ana(dias=-5)
    inicio = client.get("/").content.decode()
    direccion = reverse("cartera:pagar_vencidos", args=[vencido.empresa_id, vencido.tercero_id, "COP"])
    assert inicio.count("saldos/pagar-vencidos/") == inicio.count(direccion) == 1
    respuesta = client.post(direccion)
    assert respuesta.url == reverse("pagos:forma_de_pago", args=[vencido.empresa_id, vencido.tercero_id, "COP"])
    assert [linea.saldo for linea in seleccion.lineas(usuaria)] == [vencido]


def test_sin_nada_vencido_no_hay_boton_y_la_direccion_lo_dice(client, usuaria, saldo_de_ana):
    """Nothing overdue, nothing offered; an old page that still has the button is answered in words."""
    saldo = saldo_de_ana(dias=-5)
    assert "pagar-vencidos" not in client.get("/").content.decode()
    direccion = reverse("cartera:pagar_vencidos", args=[saldo.empresa_id, saldo.tercero_id, "COP"])
    respuesta = client.post(direccion, follow=True)
    assert "Ya no hay nada vencido por pagar" in _texto(respuesta)
    assert client.get(direccion).status_code == 405


def test_se_filtra_por_tipo_de_documento_y_se_agrupa_por_empresa(client, usuaria, saldo_de_ana):
    """One type of document alone; and each empresa under its name, with its subtotal and the button that picks it."""
    factura, nota = saldo_de_ana(valor="100000.00"), saldo_de_ana(documento="ND", valor="500.00")
    otra = crear_empresa(nombre="Aceros del Norte")
    de_otra = saldo_de_ana(empresa=otra, valor="70000.00")
    solo_notas = _texto(client.get(SALDOS, {"documento": "ND"}))
    assert nota.etiqueta in solo_notas
    assert factura.etiqueta not in solo_notas
    agrupado = _texto(client.get(SALDOS, {"orden": "empresa"}))
    primero = agrupado.index("Aceros del Norte · 1 documento Seleccionar grupo Aceros del Norte $ 70.000")
    segundo = agrupado.index(
        "Distribuidora La Sabana · 2 documentos Seleccionar grupo Distribuidora La Sabana $ 100.500"
    )
    assert primero < agrupado.index(de_otra.etiqueta) < segundo < agrupado.index(factura.etiqueta)
    client.post(SELECCIONAR, {"grupo": str(otra.pk), "volver": "orden=empresa"})
    assert [linea.saldo for linea in seleccion.lineas(usuaria)] == [de_otra]


def test_agrupar_por_empresa_hace_las_mismas_consultas(client, usuaria, saldo_de_ana):
    """Eight queries, grouped by empresa too, with one empresa and with three."""
    for nombre in ("Uno", "Dos", "Tres"):
        saldo_de_ana(empresa=crear_empresa(nombre=nombre))
        seleccion.agregar_todos(usuaria, consultas.saldos_visibles(usuaria))
        assert _consultas(client, f"{SALDOS}?orden=empresa&documento=FV") == 8


def test_se_selecciona_la_pagina_que_se_ve_y_nada_mas(client, usuaria, saldo_de_ana, monkeypatch):
    """With several pages there is a button for the one that is seen; what an open payment holds stays out."""
    monkeypatch.setattr(lista, "POR_PAGINA", 2)
    a, b, c = (saldo_de_ana(dias=dias) for dias in (30, 20, 10))
    en_proceso = saldo_de_ana(dias=5)
    crear_pago(en_proceso, usuario=usuaria)
    assert "Seleccionar esta página" in _texto(client.get(SALDOS))
    client.post(SELECCIONAR, {"esta_pagina": "1", "volver": "pagina=2"})
    assert [linea.saldo for linea in seleccion.lineas(usuaria)] == [c]
    client.post(SELECCIONAR, {"esta_pagina": "1", "volver": ""})
    assert {linea.saldo.pk for linea in seleccion.lineas(usuaria)} == {a.pk, b.pk, c.pk}
    monkeypatch.setattr(lista, "POR_PAGINA", 50)
    assert "Seleccionar esta página" not in _texto(client.get(SALDOS))
