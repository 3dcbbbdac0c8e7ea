import json
import re
from decimal import Decimal

import pytest

from tests.simulador.apoyo import CLAVE, COMERCIO, inicio, verificacion

INICIO = "/Apis_CicloPago/api/InicioPago"
VERIFICACION = "/Apis_CicloPago/api/VerificacionPago"


def test_inicio_responde_la_forma_del_contrato(simulador):
    """A good request answers the four keys of the contract and an address of at most 126 characters on this origin."""
    respuesta = simulador.iniciar()
    assert respuesta.headers["Content-Type"].startswith("application/json")
    datos = respuesta.json()
    assert list(datos) == ["int_codigo", "str_cod_error", "str_descripcion_error", "str_url"]
    assert (datos["int_codigo"], datos["str_cod_error"], datos["str_descripcion_error"]) == (1, "", "")
    assert re.fullmatch(re.escape(simulador.url) + r"/Ciclo_Pago/Pago\.aspx\?rut=\w+", datos["str_url"])
    assert len(datos["str_url"]) <= 126
    assert simulador.faltas() == []


def test_id_usado_es_codigo_dos_para_siempre(simulador):
    """An id is unique per merchant for ever; another merchant may use the same."""
    simulador.iniciado("A1")
    datos = simulador.iniciar(inicio("A1")).json()
    assert (datos["int_codigo"], datos["str_descripcion_error"], datos["str_url"]) == (2, "str_id_pago ya existe", None)
    otro = {"int_id_comercio": 679, "str_usuario": "demo679", "str_clave": "clave-demo-679"}
    assert simulador.iniciar(inicio("A1", seguridad=otro, configuracion={50: "2702"})).json()["int_codigo"] == 1


@pytest.mark.parametrize(
    ("cambios", "falta"),
    [
        ({"flt_total_con_iva": None}, "falta InformacionPago.flt_total_con_iva"),
        ({"flt_total_con_iva": "12500"}, "flt_total_con_iva debe ser un número"),
        ({"flt_total_con_iva": True}, "flt_total_con_iva debe ser un número"),
        ({"flt_total_con_iva": 12500.125}, "flt_total_con_iva debe ser un número con dos decimales"),
        ({"flt_total_con_iva": 0, "flt_valor_iva": 0}, "mayor que cero"),
        ({"flt_total_con_iva": -5}, "flt_total_con_iva debe ser un número"),
        ({"flt_total_con_iva": 10**12}, "flt_total_con_iva debe ser un número"),
        ({"flt_valor_iva": 12500.01}, "flt_valor_iva es mayor"),
        ({"flt_valor_iva": None}, "flt_valor_iva es obligatorio para PSE"),
        ({"str_id_pago": "0123"}, "no puede comenzar por 0"),
        ({"str_id_pago": "A" * 31}, "str_id_pago excede 30"),
        ({"str_id_pago": ""}, "str_id_pago está vacío"),
        ({"str_id_pago": 15}, "str_id_pago debe ser un texto"),
        ({"str_descripcion_pago": "x" * 71}, "str_descripcion_pago excede 70"),
        ({"str_descripcion_pago": "a|b"}, "str_descripcion_pago lleva | o ;"),
        ({"str_nombre_cliente": "a;b"}, "str_nombre_cliente lleva | o ;"),
        ({"str_nombre_cliente": "x" * 51}, "str_nombre_cliente excede 50"),
        ({"str_telefono_cliente": "1" * 51}, "str_telefono_cliente excede 50"),
        ({"str_opcional3": "x" * 71}, "str_opcional3 excede 70"),
        ({"str_opcional3": "\ud800"}, "no es texto Unicode"),
        ({"str_email": "a" * 66 + "@b.co"}, "str_email excede 70"),
        ({"str_email": "no es correo"}, "str_email no es"),
        ({"str_id_cliente": None}, "str_id_cliente es obligatorio para PSE"),
        ({"str_id_cliente": "1" * 31}, "str_id_cliente excede 30"),
        ({"str_tipo_id": "12"}, "str_tipo_id no es un tipo"),
        ({"str_tipo_id": 3}, "str_tipo_id debe ser un texto"),
        ({"str_tipo_id": None}, "str_tipo_id es obligatorio para PSE"),
        ({"str_otra": "x"}, "clave desconocida: InformacionPago.str_otra"),
        ({"Str_email": "a@b.co"}, "se escribe str_email"),
        ({"seguridad": {"int_modalidad": "-1"}}, "int_modalidad debe ser un entero"),
        ({"seguridad": {"int_id_comercio": 12345678}}, "de 1 a 7 dígitos"),
        ({"seguridad": {"str_usuario": "u" * 41}}, "str_usuario excede 40"),
        ({"seguridad": {"str_clave": "u" * 51}}, "str_clave excede 50"),
        ({"configuracion": {}}, "Código 50 requerido"),
        ({"configuracion": {50: "9999"}}, "Código 50 no corresponde"),
        ({"configuracion": {50: "2701", 999: "x"}}, "código desconocido: 999"),
        ({"configuracion": {50: "2701", 103: "quizás"}}, "el código 103 debe ser 1 o 0"),
        ({"configuracion": {50: "2701", 104: "/retorno"}}, "el código 104 debe ser una URL"),
        ({"configuracion": {50: "2701", 105: "mil"}}, "el código 105 debe ser un número"),
        ({"configuracion": {50: "2701", 117: "EU"}}, "el código 117 debe ser CO o US"),
    ],
)
def test_lo_que_incumple_se_rechaza_y_queda_anotado(simulador, cambios, falta):
    """Each breach of the contract's fields answers code 2, creates nothing and is written down."""
    cambios = {"referencia": cambios.pop("str_id_pago")} | cambios if "str_id_pago" in cambios else cambios
    datos = simulador.iniciar(inicio(**cambios)).json()
    assert (datos["int_codigo"], datos["str_url"]) == (2, None)
    assert falta in datos["str_descripcion_error"]
    anotado = simulador.control("incumplimientos")["incumplimientos"]
    assert falta in anotado[-1]["que"]
    assert anotado[-1]["ruta"] == INICIO
    assert set(anotado[-1]) == {"cuando", "ruta", "referencia", "que", "clase"}
    assert simulador.control("")["pagos"] == 0


@pytest.mark.parametrize(
    ("cambiar", "falta"),
    [
        (lambda c: c.pop("AdicionalesPago"), "falta AdicionalesPago"),
        (lambda c: c.update(AdicionalesPago={}), "AdicionalesPago debe ser una lista"),
        (lambda c: c.update(AdicionalesPago=[{"int_codigo": 1}]), "AdicionalesPago: cada elemento"),
        (lambda c: c.update(Extra=1), "clave desconocida: Extra"),
        (lambda c: c["AdicionalesConfiguracion"].append({"int_codigo": "50", "str_valor": "1"}), "cada elemento"),
        (
            lambda c: c["AdicionalesConfiguracion"].append({"int_codigo": 50, "str_valor": "2701"}),
            "repite el código 50",
        ),
    ],
)
def test_la_forma_del_cuerpo_se_exige(simulador, cambiar, falta):
    """The body has exactly four keys, each of its own shape."""
    cuerpo = inicio()
    cambiar(cuerpo)
    assert simulador.iniciar(cuerpo).json()["int_codigo"] == 2
    assert any(falta in una for una in simulador.faltas())


@pytest.mark.parametrize("parte", ["InformacionPago", "InformacionSeguridad"])
def test_sin_un_objeto_responde_como_el_proveedor(simulador, parte):
    """A missing object answers the vendor's own text, not a crash."""
    cuerpo = inicio()
    del cuerpo[parte]
    datos = simulador.iniciar(cuerpo).json()
    assert datos["str_descripcion_error"] == "Object reference not set to an instance of an object."


@pytest.mark.parametrize(
    ("seguridad", "texto"),
    [
        ({"str_clave": "otra"}, "Credenciales inválidas"),
        ({"str_usuario": "otro"}, "Credenciales inválidas"),
        ({"int_id_comercio": 999}, "Object reference not set to an instance of an object."),
    ],
)
def test_credenciales_malas_no_inician(simulador, seguridad, texto):
    """Wrong credentials answer code 2 with a known text, and the key is in no breach."""
    assert simulador.iniciar(inicio(seguridad=seguridad)).json()["str_descripcion_error"] == texto
    anotado = simulador.control("incumplimientos")["incumplimientos"][0]
    assert anotado["clase"] == "credenciales"
    assert CLAVE not in str(anotado)
    assert "otra" not in anotado["que"]


@pytest.mark.parametrize("camino", [INICIO, VERIFICACION])
def test_tipo_de_contenido_y_json(simulador, camino):
    """Without the JSON content type the answer is 415; malformed JSON, NaN among it, is 400; another path is 404."""
    assert simulador.post(camino, data="{}").status_code == 415
    for cuerpo in (b"{", b'{"a": NaN}', b"\xff\xfe", b"[" * 100_000):
        respuesta = simulador.post(camino, data=cuerpo, headers={"Content-Type": "application/json"})
        assert respuesta.status_code == 400
    assert simulador.get(camino).status_code == 404
    assert simulador.post(camino + "s", json={}).status_code == 404
    assert len(simulador.faltas()) == 7


@pytest.mark.parametrize("cuerpo", [[], 1, "x", None, {}, {"InformacionPago": 3}])
def test_otro_json_no_rompe_nada(simulador, cuerpo):
    """Any JSON that is not the contract's gets an answer of the contract."""
    assert simulador.post(INICIO, json=cuerpo, headers={"Content-Type": "application/json"}).status_code in (200, 400)
    assert simulador.post(VERIFICACION, json=cuerpo, headers={"Content-Type": "application/json"}).status_code in (
        200,
        400,
    )


@pytest.mark.parametrize(
    ("cambios", "falta"),
    [
        ({"str_pwd_comercio": CLAVE}, "se escribe str_pwd_Comercio"),
        ({"int_id_comercio": str(COMERCIO)}, "int_id_comercio debe ser un entero"),
        ({"str_id_pago": 1}, "str_id_pago debe ser un texto"),
        ({"int_no_pago": "-1"}, "int_no_pago debe ser un entero"),
    ],
)
def test_verificacion_exige_sus_nombres_y_tipos(simulador, cambios, falta):
    """VerificacionPago answers int_estado 2 and writes the breach down; the lower-case key spelling is refused."""
    datos = simulador.verificar(**cambios)
    assert (datos["int_estado"], datos["int_error"], datos["str_res_pago"]) == (2, -1, None)
    assert any(falta in una for una in simulador.faltas())


def test_verificacion_sin_una_clave(simulador):
    """A missing key is a breach even when the misspelt one carries the value."""
    cuerpo = verificacion()
    cuerpo["str_pwd_comercio"] = cuerpo.pop("str_pwd_Comercio")
    datos = simulador.post(VERIFICACION, json=cuerpo).json()
    assert datos["int_estado"] == 2
    assert simulador.faltas() == [
        "clave desconocida: str_pwd_comercio (se escribe str_pwd_Comercio)",
        "falta str_pwd_Comercio",
    ]


def test_verificacion_con_malas_credenciales(simulador):
    """Bad credentials answer the contract's texts and say nothing of the payment."""
    simulador.iniciado()
    datos = simulador.verificar(str_pwd_Comercio="otra")
    assert datos == {
        "int_estado": 2,
        "int_error": -1,
        "str_detalle": "Credenciales inválidas",
        "int_cantidad_pagos": 0,
        "str_res_pago": None,
    }


@pytest.mark.parametrize(("vacio", "texto"), [("cadena", ""), ("nulo", None), ("separador", "|;|")])
def test_lo_desconocido_es_vacio_de_las_tres_maneras(simulador, vacio, texto):
    """Nothing found: ran fine, no payments, and any of the three empties that the contract names."""
    simulador.control("ajustes", {"vacio": vacio})
    datos = simulador.verificar("NADIE")
    assert datos == {
        "int_estado": 1,
        "int_error": 0,
        "str_detalle": None,
        "int_cantidad_pagos": 0,
        "str_res_pago": texto,
    }


def test_un_comercio_no_ve_lo_de_otro(simulador):
    """A payment of one merchant is unknown to another."""
    simulador.iniciado("A1")
    otro = {"int_id_comercio": 679, "str_usr_comercio": "demo679", "str_pwd_Comercio": "clave-demo-679"}
    assert simulador.verificar("A1", **otro)["int_cantidad_pagos"] == 0


def test_sin_abrir_es_888_sin_metodo(simulador):
    """A payment nobody opened has one record: 888, started, no method, its own texts; or nothing, when set so."""
    simulador.iniciado("A1", flt_total_con_iva=12500.5)
    datos = simulador.verificar("A1")
    assert datos["int_cantidad_pagos"] == 1
    assert datos["str_res_pago"].endswith("|;|")
    (registro,) = simulador.registros("A1")
    assert len(registro) == 21
    assert registro[1:8] == ["1", "0", "200", "888", "12500.50", "12500.50", "1995.80"]
    assert registro[8:19] == [
        "Factura FV 10234",
        "900123456",
        "Ferretería El Tornillo",
        "-",
        "3001234567",
        "ana@ejemplo.com",
        "uno",
        "",
        "",
        "",
        "cinco",
    ]
    assert re.fullmatch(r"\d\d/\d\d/\d{4} \d\d:\d\d:\d\d", registro[19])
    assert registro[20] == ""
    simulador.control("ajustes", {"sin_abrir": "vacio"})
    assert simulador.verificar("A1")["int_cantidad_pagos"] == 0


def test_los_montos_no_pasan_por_coma_flotante(simulador):
    """Amounts come back to the cent, and without decimals when they have none."""
    for numero, texto in enumerate(("0.01", "0.1", "999999999999.99", "12500.00", "1e3", "33.30"), 1):
        cuerpo = inicio(f"M{numero}", flt_valor_iva=0)
        crudo = simulador.sesion.post(
            simulador.url + INICIO,
            data=json.dumps(cuerpo).replace("12500,", texto + ",", 1),
            headers={"Content-Type": "application/json"},
            timeout=10,
        )
        assert crudo.json()["int_codigo"] == 1, crudo.text
        total = simulador.registros(f"M{numero}")[0][6]
        assert Decimal(total) == Decimal(texto)
        assert re.fullmatch(r"\d{1,12}(\.\d{1,2})?", total)
