"""The report: whole in one file, in Spanish, with nothing that opens anything, and honest about what failed."""

import re
from datetime import datetime
from decimal import Decimal
from html.parser import HTMLParser

import pytest

from certificacion.acta import Acta
from certificacion.informe import Portada, construir
from certificacion.tachado import SecretoALaVistaError
from certificacion.testigo import BOGOTA, Intercambio

PNG = b"\x89PNG\r\n\x1a\n de mentira"
SECRETO = "clave-de-verdad"
_CARGAN = {("img", "src"), ("script", "src"), ("link", "href"), ("iframe", "src"), ("source", "src")}


class Pagina(HTMLParser):
    """What a browser would load, the language, and the text that people see."""

    def __init__(self, html):
        super().__init__()
        self.cargas, self.idioma, self.texto = [], "", ""
        self.feed(html)

    def handle_starttag(self, etiqueta, atributos):
        for nombre, valor in atributos:
            if (etiqueta, nombre) in _CARGAN:
                self.cargas.append(valor)
            if (etiqueta, nombre) == ("html", "lang"):
                self.idioma = valor

    def handle_data(self, datos):
        self.texto += datos


def intercambio(llamada="VerificacionPago", **cambios):
    pedido = {"int_id_comercio": 678, "str_usr_comercio": "portal", "str_pwd_Comercio": SECRETO, "str_id_pago": "A1"}
    respuesta = {"int_estado": 1, "int_error": 0, "str_res_pago": "|".join(["1", "2", "0", "1", "999"]) + "|;|"}
    campos = {"pedido": pedido, "respuesta": respuesta} | cambios
    return Intercambio(
        cuando=datetime(2026, 11, 23, 9, 5, 7, tzinfo=BOGOTA),
        metodo="POST",
        camino=f"/api/{llamada}",
        estado=200,
        ms=12,
        **campos,
    )


def informe(*actas, bitacora=(), cierre=None, version="0.1.0 (abc)"):
    portada = Portada(
        producto="Portal de pagos OASIS",
        version=version,
        cuando=datetime(2026, 11, 23, 9, 5, tzinfo=BOGOTA),
        datos=[("Entorno", "Simulador")],
        aclaraciones=["La pasarela de este recorrido es un simulador."],
    )
    return construir(
        portada,
        actas,
        cierre=cierre or buena("En todo el recorrido"),
        bitacora=bitacora,
        secretos=[SECRETO],
    )


def buena(titulo="Aprobada", *intercambios):
    acta = Acta(1, titulo, "Un pago aprobado.")
    acta.hecho("Presionó «Pagar».")
    acta.comprobar("Estado", esperado="APROBADA", visto="APROBADA")
    acta.foto("El pago aprobado", PNG, 1280)
    acta.referencias.append("A1")
    acta.intercambios.extend(intercambios)
    return acta


def test_se_basta_solo_y_esta_en_espanol():
    """Images travel inside, no other file is loaded, no script runs, and the page says its language."""
    html = informe(buena("Aprobada", intercambio()))
    pagina = Pagina(html)
    assert pagina.idioma == "es"
    assert pagina.cargas
    assert all(carga.startswith("data:image/png;base64,") for carga in pagina.cargas)
    assert "<script" not in html
    assert not re.search(r"url\(|@import", html)


def test_dice_que_version_cuando_y_contra_que():
    """The cover has product, version, the time in Bogotá and that the gateway was a simulator."""
    texto = Pagina(informe(buena())).texto
    for parte in ("Portal de pagos OASIS", "0.1.0 (abc)", "23/11/2026 09:05", "es un simulador", "pasaron"):
        assert parte in texto


def test_los_mensajes_van_sin_credenciales_y_con_sus_cifras():
    """Credentials are struck out, amounts keep their digits, and a repeated answer is told once with its count."""
    inicio = intercambio(
        "InicioPago",
        pedido={
            "InformacionPago": {"str_id_pago": "A1", "flt_total_con_iva": Decimal("412000.50")},
            "InformacionSeguridad": {"str_usuario": "portal", "str_clave": SECRETO},
        },
        respuesta={"int_codigo": 1, "str_url": "https://pasarela.example/Pago.aspx?rut=token-del-pago"},
    )
    texto = Pagina(informe(buena("Aprobada", inicio, intercambio(), intercambio(), intercambio()))).texto
    assert SECRETO not in texto
    assert "token-del-pago" not in texto
    assert '"flt_total_con_iva": 412000.50' in texto
    assert '"str_pwd_Comercio": "[oculto]"' in texto
    assert "int_estado_pago 999" in texto
    assert "3 veces seguidas con la misma respuesta" in texto


def test_lo_que_falla_se_dice_en_la_portada_y_en_su_sitio():
    """A difference and a walk that stopped: not fit to be handed over, with what was expected and what was seen."""
    mala, rota = buena("Pendiente"), buena("Abandonada")
    mala.comprobar("Abonos", esperado=1, visto=2)
    rota.error = f"TimeoutError: el botón con {SECRETO} no apareció"
    texto = " ".join(Pagina(informe(mala, rota)).texto.split())
    assert "Hay fallas: no está listo para entregar" in texto
    assert "4 comprobaciones, 1 con falla" in texto
    assert re.search("Abonos ?Esperado: 1 ?Visto: 2", texto)
    assert "El recorrido se detuvo. TimeoutError: el botón con [oculto] no apareció" in texto


def test_un_cierre_con_falla_tampoco_se_entrega():
    """What holds for the whole walk counts as much as the scenarios."""
    cierre = Acta(8, "En todo el recorrido", "Nada se incumplió.")
    cierre.comprobar("Incumplimientos", esperado=[], visto=["falta str_id_pago"])
    assert "Hay fallas" in informe(buena(), cierre=cierre)


def test_los_textos_se_escapan():
    """What the pages or the gateway say is text, never markup of the report."""
    acta = buena("<b>Aprobada</b>")
    acta.comprobar("x", esperado="<img src=//ajeno.example>", visto="<script>1</script>")
    html = informe(acta, bitacora=["<script>2</script>"])
    assert "<script" not in html
    assert "//ajeno.example>" not in html


def test_con_un_secreto_a_la_vista_no_hay_informe():
    """Where nothing is struck out a secret still does not get through: the report is refused rather than written."""
    with pytest.raises(SecretoALaVistaError):
        informe(buena(), version=f"0.1.0 ({SECRETO})")
