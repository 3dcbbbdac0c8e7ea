import concurrent.futures
import time

import pytest
import requests

from tests.simulador.apoyo import Pagador, inicio, verificacion


def test_un_intento_cualquiera(simulador):
    """A test crafts an attempt with any state, method, amount, date and flags, and VerificacionPago tells it so."""
    simulador.iniciado("A1")
    simulador.control(
        "pagos/A1/intentos",
        {
            "estado": 1,
            "metodo": 29,
            "valor": "5000.50",
            "fecha": "2026-04-21T12:58:41",
            "parcial": True,
            "datos": {"str_codigo_transaccion": "1468228", "int_codigo_banco": 1022},
            "campos": {"str_campo1": "otro"},
        },
    )
    simulador.control("pagos/A1/intentos", {"estado": "rechazada", "metodo": 32, "valor": 7499.5, "parcial": True})
    uno, dos = simulador.registros("A1")
    assert uno[1:7] == ["1", "1", "2", "1", "5000.50", "12500"]
    assert (uno[14], uno[19], uno[20]) == ("otro", "21/04/2026 12:58:41", "29")
    assert uno[21:] == ["", "", "1022", "", "1468228", ""]
    assert dos[1:6] == ["2", "1", "2", "1000", "7499.50"]
    simulador.control("pagos/A1/intentos", {"valor": 7499.5, "parcial": True, "terminado": 200})
    assert [registro[3] for registro in simulador.registros("A1")] == ["1", "1", "200"]
    assert simulador.control("libro")[0]["aprobado"] == "12500.00"


def test_un_registro_mentiroso(simulador):
    """A test may lie in any field, in the whole str_res_pago and in int_cantidad_pagos, and take the lie back."""
    simulador.iniciado("A1")
    simulador.control("pagos/A1/intentos", {"campos": {"dbl_total_pago": "99", "str_descripcion": "a|b"}})
    registro = simulador.registros("A1")[0]
    assert registro[6] == "99"
    assert len(registro) == 27
    simulador.control("pagos/A1", {"respuesta_cruda": "basura|;|", "cantidad": 7})
    datos = simulador.verificar("A1")
    assert (datos["int_cantidad_pagos"], datos["str_res_pago"]) == (7, "basura|;|")
    simulador.control("pagos/A1", {"respuesta_cruda": None, "cantidad": None})
    assert simulador.verificar("A1")["int_cantidad_pagos"] == 1


def test_un_intento_que_se_resuelve_solo(simulador):
    """An attempt may wait: it changes state when the simulator's clock gets there, and its date is that moment."""
    simulador.control("reloj", {"fijar": "2026-12-31T23:59:50", "detener": True})
    simulador.iniciado("A1")
    simulador.control("pagos/A1/intentos", {"estado": 999, "estado_final": 1, "en_segundos": 5})
    assert simulador.registros("A1")[0][4] == "999"
    simulador.control("reloj", {"adelantar": 4})
    assert simulador.registros("A1")[0][4] == "999"
    simulador.control("reloj", {"adelantar": 1})
    assert simulador.registros("A1")[0][4] == "1"
    simulador.control("reloj", {"adelantar": 3600})
    assert simulador.registros("A1")[0][19] == "31/12/2026 23:59:55"
    assert simulador.control("reloj")["bogota"] == "2027-01-01T00:59:55-05:00"


def test_decidir_el_estado(simulador):
    """The outcome of a payment can be chosen by code or word: of the newest attempt, of another, or without any."""
    url = simulador.iniciado("A1")
    simulador.control("pagos/A1/estado", {"estado": "revision"})
    assert Pagador(url).titulo == "La transacción quedó pendiente"
    simulador.control("pagos/A1/estado", {"estado": 4003})
    simulador.control("pagos/A1/intentos", {"estado": 999})
    simulador.control("pagos/A1/estado", {"estado": 777, "intento": 1})
    assert [registro[4] for registro in simulador.registros("A1")] == ["777", "999"]
    detalle = simulador.control("pagos/A1")
    assert [uno["estado"] for uno in detalle["intentos"]] == [777, 999]
    assert (detalle["valor"], detalle["referencia"], detalle["comercio"]) == ("12500", "A1", 678)


@pytest.mark.parametrize(
    ("camino", "cuerpo", "estado"),
    [
        ("pagos/NADIE", None, 404),
        ("pagos/NADIE/estado", {"estado": 1}, 404),
        ("pagos/A1/estado", {}, 400),
        ("pagos/A1/estado", {"estado": "quizás"}, 400),
        ("pagos/A1/estado", {"estado": 1.5}, 400),
        ("pagos/A1/intentos", {"valor": "mil"}, 400),
        ("pagos/A1/intentos", {"valor": "NaN"}, 400),
        ("pagos/A1/intentos", {"valor": -1}, 400),
        ("pagos/A1/intentos", {"valor": True}, 400),
        ("pagos/A1/intentos", {"fecha": "ayer"}, 400),
        ("pagos/A1/intentos", {"metodo": [29]}, 400),
        ("pagos/A1/intentos", {"color": "verde"}, 400),
        ("pagos/A1", {"valor": 1}, 400),
        ("pagos/A1", {"cantidad": "uno"}, 400),
        ("pagos?desde=x", None, 400),
        ("reloj", {"saltar": 1}, 400),
        ("reloj", {"fijar": "mañana"}, 400),
        ("ajustes", {"vacio": "lleno"}, 400),
        ("ajustes", {"demora": -1}, 400),
        ("ajustes", {"demora": "20"}, 400),
        ("ajustes", {"color": 1}, 400),
        ("comercios", {"id": "7"}, 400),
        ("sembrar", {"comercio": 1, "cantidad": 1}, 400),
        ("sembrar", {"comercio": 678}, 400),
        ("sembrar", {"comercio": 678, "referencias": [1]}, 400),
    ],
)
def test_un_pedido_malo_se_explica(simulador, camino, cuerpo, estado):
    """A control request that cannot be done answers a status and a text, never a crash."""
    simulador.iniciado("A1")
    assert simulador.control(camino, cuerpo, estado=estado)["error"]


def test_el_control_solo_recibe_json(simulador):
    """A form of another page cannot drive the API: only JSON is taken."""
    assert simulador.post("/control/api/reiniciar", data="a=1").status_code == 415
    cabecera = {"Content-Type": "application/json"}
    assert simulador.post("/control/api/reiniciar", data="[]", headers=cabecera).status_code == 400
    assert simulador.post("/control/api/reiniciar", data="{", headers=cabecera).status_code == 400


def test_una_referencia_de_dos_comercios_pide_cual(simulador):
    """When two merchants use one reference the control asks which, and obeys."""
    otro = {"int_id_comercio": 679, "str_usuario": "demo679", "str_clave": "clave-demo-679"}
    simulador.iniciado("A1")
    simulador.iniciado("A1", seguridad=otro, configuracion={50: "2702"})
    simulador.control("pagos/A1", estado=409)
    assert simulador.control("pagos/A1?comercio=679")["comercio"] == 679


def test_la_lista_va_por_paginas_lo_nuevo_primero(simulador):
    """Payments are listed newest first, a page at a time."""
    for numero in range(5):
        simulador.iniciado(f"L{numero}")
    pagina = simulador.control("pagos?desde=1&limite=2")
    assert pagina["total"] == 5
    assert [uno["referencia"] for uno in pagina["pagos"]] == ["L3", "L2"]
    assert simulador.control("pagos?desde=9")["pagos"] == []


def test_el_libro_dice_cuanto_se_aprobo(simulador):
    """The ledger has every reference with what was asked and what was approved by now, and narrows by merchant."""
    for ultimos in ("0001", "0002", "0003"):
        Pagador(simulador.iniciado(f"B{ultimos}")).pagar_con_tarjeta(ultimos)
    libro = {uno["referencia"]: uno for uno in simulador.control("libro")}
    assert {cual: uno["aprobado"] for cual, uno in libro.items()} == {"B0001": "12500", "B0002": "0", "B0003": "0"}
    simulador.control("reloj", {"adelantar": 31})
    libro = {uno["referencia"]: uno for uno in simulador.control("libro?comercio=678&pasarela=zonapagos")}
    assert libro["B0003"]["aprobado"] == libro["B0003"]["valor"] == "12500"
    assert [uno["estado"] for uno in libro["B0003"]["intentos"]] == [1]
    assert simulador.control("libro?comercio=679") == []


def test_las_marcas_dicen_cuando_se_pregunto(simulador):
    """When asked to, it remembers the real and the simulated time of each VerificacionPago of each reference."""
    simulador.verificar("A1")
    simulador.control("estadisticas", {"registrar_marcas": True})
    simulador.verificar("A1")
    simulador.control("reloj", {"adelantar": 420})
    simulador.verificar("A1")
    simulador.verificar("A2")
    marcas = simulador.control("estadisticas?marcas=1")["marcas"]
    assert {referencia: len(veces) for referencia, veces in marcas.items()} == {"A1": 2, "A2": 1}
    (real1, simulado1), (real2, simulado2) = marcas["A1"]
    assert 420 <= simulado2 - simulado1 < 425
    assert 0 <= real2 - real1 < 5
    assert "marcas" not in simulador.control("estadisticas")


def test_cuenta_lo_que_hay_en_vuelo(simulador):
    """It knows the most requests it served at once, over all and per merchant."""
    # Long enough for nine threads to start on a busy machine.
    simulador.control("ajustes", {"latencia_ms": 1500})
    simulador.control("estadisticas", {"reiniciar": True})

    def preguntar(comercio):
        cuerpo = verificacion("X") | {
            "int_id_comercio": comercio,
            "str_usr_comercio": f"demo{comercio}",
            "str_pwd_Comercio": f"clave-demo-{comercio}",
        }
        return requests.post(
            f"{simulador.url}/Apis_CicloPago/api/VerificacionPago", json=cuerpo, timeout=10
        ).status_code

    with concurrent.futures.ThreadPoolExecutor(9) as hilos:
        assert set(hilos.map(preguntar, [678] * 6 + [679] * 3)) == {200}
    datos = simulador.control("estadisticas")
    assert datos["peticiones"] == {"VerificacionPago": 9}
    assert datos["respuestas"] == {"VerificacionPago": {"200": 9}}
    assert datos["max_en_vuelo"] == 9
    assert datos["max_en_vuelo_por_comercio"] == {"zonapagos:678": 6, "zonapagos:679": 3}
    assert datos["en_vuelo"] == 0
    assert datos["en_vuelo_por_comercio"] == {}
    simulador.control("estadisticas", {"reiniciar": True})
    assert simulador.control("estadisticas")["max_en_vuelo"] == 0


def test_cuenta_las_de_un_segundo(simulador):
    """It knows the most requests of each merchant within one second, and forgets them when told to."""
    simulador.verificar("A1")
    time.sleep(1.01)
    simulador.verificar("A1")
    assert simulador.control("estadisticas")["max_por_segundo_por_comercio"] == {"zonapagos:678": 1}
    simulador.control("estadisticas", {"reiniciar": True})
    assert simulador.control("estadisticas")["max_por_segundo_por_comercio"] == {}


def test_sembrar_crea_muchos_y_no_repite(simulador):
    """Many pending payments are made in one request, by count or by references, each answered as any other."""
    assert simulador.control("sembrar", {"comercio": 678, "cantidad": 3, "prefijo": "Z"})["creados"] == 3
    cuerpo = {"comercio": 678, "referencias": ["Z0000001", "W1"], "valor": "77.70", "intento": None}
    assert simulador.control("sembrar", cuerpo)["creados"] == 1
    assert simulador.registros("Z0000002")[0][4] == "999"
    registro = simulador.registros("W1")[0]
    assert (registro[4], registro[6]) == ("888", "77.70")
    intento = {"estado": 999, "estado_final": 1, "en_segundos": 10, "metodo": 29}
    simulador.control("sembrar", {"comercio": 679, "cantidad": 2, "prefijo": "Z", "intento": intento})
    simulador.control("reloj", {"adelantar": 11})
    assert [uno["aprobado"] for uno in simulador.control("libro?comercio=679")] == ["10000", "10000"]


def test_cien_mil_pendientes_no_lo_hacen_mas_lento(simulador):
    """Asking about one payment costs the simulator the same processor time with 100,000 of them as with 100."""

    def costo(referencia, veces=200):
        cuerpo, antes = verificacion(referencia), simulador.control("estadisticas")["cpu_segundos"]
        for _ in range(veces):
            respuesta = simulador.post("/Apis_CicloPago/api/VerificacionPago", json=cuerpo)
            assert respuesta.json()["int_cantidad_pagos"] == 1
        return simulador.control("estadisticas")["cpu_segundos"] - antes

    simulador.control("sembrar", {"comercio": 678, "cantidad": 100, "prefijo": "P"})
    pocos = min(costo("P0000050") for _ in range(2))
    assert simulador.control("sembrar", {"comercio": 678, "cantidad": 100_000, "prefijo": "Q"})["creados"] == 100_000
    assert min(costo("Q0050000") for _ in range(2)) < 2 * pocos


def test_reiniciar_lo_deja_como_nuevo(simulador):
    """Starting over empties the ledger, the clock, the settings and the observations, and keeps the merchants."""
    simulador.control("comercios", {"id": 990, "usuario": "u", "clave": "c", "codigo_servicio": ""})
    simulador.iniciado("A1")
    simulador.iniciar(inicio("A1"))
    simulador.control("reloj", {"adelantar": 99})
    simulador.control("ajustes", {"demora": 1})
    assert simulador.control("reiniciar", {}) == {"pagos": 0}
    assert abs(simulador.control("reloj")["desfase"]) < 1
    assert simulador.control("ajustes")["demora"] == 30
    assert simulador.control("incumplimientos") == {"total": 0, "incumplimientos": []}
    assert simulador.control("estadisticas")["peticiones"] == {}
    assert 990 in [uno["id"] for uno in simulador.control("comercios")["zonapagos"]]
