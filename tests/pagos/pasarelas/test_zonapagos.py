"""The ZonaPAGOS adapter over real HTTP: what it sends, byte for byte, and what it makes of each answer."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pagos import servicios
from pagos.pasarelas.base import (
    Conexion,
    EstadoIntento,
    InicioRechazadoError,
    Pagador,
    PasarelaNoRespondeError,
    Pedido,
    RespuestaInesperadaError,
    Retorno,
)
from pagos.pasarelas.http import ClienteHttp
from pagos.pasarelas.zonapagos import ZonaPagos, revisar
from tests.arnes import marcas
from tests.fabricas import crear_cliente
from tests.fabricas_cartera import crear_saldo
from tests.fabricas_pagos import aceptacion, crear_acuerdo, crear_forma, foto_de
from tests.pagos.pasarelas.servidor_crudo import ServidorCrudo, cortar, objeto
from tests.pagos.pasarelas.test_zonapagos_registros import REF, registro

CLAVE = marcas.CLAVE_ZONA
PEDIDO = Pedido(
    referencia=REF,
    total=Decimal("119000.00"),
    iva=Decimal("19000.00"),
    base_iva=Decimal("100000.00"),
    moneda="COP",
    descripcion="Pago de FV 10234",
    pagador=Pagador(
        tipo_id="CC",
        numero="52123456",
        nombre="Ana",
        apellido="Titular",
        telefono="3001234567",
        correo="ana@ejemplo.com",
    ),
    url_retorno="https://portal.ejemplo.com/pagos/retorno/abc",
    url_confirmacion="",
)


def conexion_a(origen, **cambios):
    normal = Conexion(
        urls={"api": f"{origen}/Apis_CicloPago/api/"},
        comercio="678",
        secretos={"usuario": "usuario", "clave": CLAVE, "codigo_servicio": "2701"},
    )
    return replace(normal, **cambios)


@pytest.fixture
def hacer_zonapagos(servidor, cliente):
    """`hacer_zonapagos(**cambios)`: an adapter that talks to `servidor`, its Conexion changed as asked."""
    return lambda **cambios: ZonaPagos(conexion_a(servidor.origen, **cambios), cliente)


@pytest.fixture
def zonapagos(hacer_zonapagos):
    return hacer_zonapagos()


def aceptado(servidor, **cambios):
    return objeto(
        {
            "int_codigo": 1,
            "str_cod_error": "",
            "str_descripcion_error": "",
            "str_url": f"{servidor.origen}/Ciclo_Pago/Pago.aspx?rut=1",
        }
        | cambios
    )


def verificado(**cambios):
    normal = {"int_estado": 1, "int_error": 0, "str_detalle": None, "int_cantidad_pagos": 1, "str_res_pago": registro()}
    return objeto(normal | cambios)


def enviado(servidor, zonapagos, pedido=PEDIDO):
    """Start `pedido` and give the body that went out."""
    servidor.responder(aceptado(servidor))
    zonapagos.iniciar(pedido)
    return servidor.peticiones[-1].json


def configuracion(cuerpo):
    return {uno["int_codigo"]: uno["str_valor"] for uno in cuerpo["AdicionalesConfiguracion"]}


def test_inicio_pago_envia_el_contrato_entero(servidor, zonapagos):
    """POST /InicioPago carries exactly the four objects of the contract, each field in its type."""
    servidor.responder(aceptado(servidor))
    orden = zonapagos.iniciar(PEDIDO)
    assert orden.url == f"{servidor.origen}/Ciclo_Pago/Pago.aspx?rut=1"
    (peticion,) = servidor.peticiones
    assert peticion.linea == "POST /Apis_CicloPago/api/InicioPago HTTP/1.1"
    assert b'"flt_total_con_iva": 119000.00, "flt_valor_iva": 19000.00' in peticion.cuerpo
    assert peticion.json == {
        "InformacionPago": {
            "flt_total_con_iva": 119000.0,
            "flt_valor_iva": 19000.0,
            "str_id_pago": REF,
            "str_descripcion_pago": "Pago de FV 10234",
            "str_email": "ana@ejemplo.com",
            "str_id_cliente": "52123456",
            "str_tipo_id": "1",
            "str_nombre_cliente": "Ana",
            "str_apellido_cliente": "Titular",
            "str_telefono_cliente": "3001234567",
            "str_opcional1": REF,
            "str_opcional2": "",
            "str_opcional3": "",
            "str_opcional4": "",
            "str_opcional5": "",
        },
        "InformacionSeguridad": {
            "int_id_comercio": 678,
            "str_usuario": "usuario",
            "str_clave": CLAVE,
            "int_modalidad": -1,
        },
        "AdicionalesPago": [],
        "AdicionalesConfiguracion": [
            {"int_codigo": 50, "str_valor": "2701"},
            {"int_codigo": 100, "str_valor": "0"},
            {"int_codigo": 101, "str_valor": "0"},
            {"int_codigo": 102, "str_valor": "0"},
            {"int_codigo": 104, "str_valor": "https://portal.ejemplo.com/pagos/retorno/abc"},
            {"int_codigo": 109, "str_valor": "0"},
        ],
    }


@pytest.mark.parametrize(
    ("tipo", "codigo"),
    [
        ("CC", "1"),
        ("CE", "2"),
        ("NIT", "3"),
        ("NUIP", "4"),
        ("TI", "5"),
        ("PA", "6"),
        ("RC", "9"),
        ("DE", "10"),
        ("PPT", "11"),
        ("OTRO", "11"),
    ],
)
def test_el_tipo_de_identificacion_va_con_su_codigo(servidor, zonapagos, tipo, codigo):
    """Each type of identification has the code of the contract; one without an equivalent is 'other'."""
    pedido = replace(PEDIDO, pagador=replace(PEDIDO.pagador, tipo_id=tipo))
    assert enviado(servidor, zonapagos, pedido)["InformacionPago"]["str_tipo_id"] == codigo


@pytest.mark.parametrize(("opciones", "enviada"), [({}, "900123456"), ({"nit_con_dv": True}, "9001234568")])
def test_el_nit_va_sin_digito_salvo_que_el_acuerdo_lo_pida(servidor, hacer_zonapagos, opciones, enviada):
    """A NIT goes without its check digit by default; a legal entity goes by its legal name and a hyphen."""
    empresa = Pagador(tipo_id="NIT", numero="900123456", dv="8", nombre="Ferretería El Tornillo S.A.S.")
    informacion = enviado(servidor, hacer_zonapagos(opciones=opciones), replace(PEDIDO, pagador=empresa))[
        "InformacionPago"
    ]
    assert informacion["str_id_cliente"] == enviada
    assert informacion["str_nombre_cliente"] == "Ferretería El Tornillo S.A.S."
    assert informacion["str_apellido_cliente"] == "-"
    assert (informacion["str_email"], informacion["str_telefono_cliente"]) == ("", "")


def test_el_digito_de_verificacion_es_solo_del_nit(servidor, hacer_zonapagos):
    """With the switch on, a cédula still goes as it is."""
    pedido = replace(PEDIDO, pagador=replace(PEDIDO.pagador, dv="7"))
    zonapagos = hacer_zonapagos(opciones={"nit_con_dv": True})
    assert enviado(servidor, zonapagos, pedido)["InformacionPago"]["str_id_cliente"] == "52123456"


def test_los_textos_van_limpios_y_cortados(servidor, zonapagos):
    """Free texts lose pipes, semicolons and control characters and are cut to the contract's lengths."""
    sucio = "X|y;Z\r\n\x00" + "a" * 100
    pagador = replace(PEDIDO.pagador, nombre=sucio, apellido=sucio, telefono=sucio)
    informacion = enviado(servidor, zonapagos, replace(PEDIDO, descripcion=sucio, pagador=pagador))["InformacionPago"]
    assert informacion["str_descripcion_pago"] == "X y Z " + "a" * 64
    for campo in ("str_nombre_cliente", "str_apellido_cliente", "str_telefono_cliente"):
        assert informacion[campo] == "X y Z " + "a" * 44


def test_sin_nombre_va_un_guion(servidor, zonapagos):
    """Names are required: who has none goes with a hyphen in each."""
    anonimo = replace(PEDIDO, pagador=replace(PEDIDO.pagador, nombre="", apellido="|"))
    informacion = enviado(servidor, zonapagos, anonimo)["InformacionPago"]
    assert (informacion["str_nombre_cliente"], informacion["str_apellido_cliente"]) == ("-", "-")


@pytest.mark.parametrize("numero", ["1", "1" * 30])
def test_una_identificacion_que_cabe_va_entera(servidor, zonapagos, numero):
    """From one to thirty characters, the payer's number goes as it is."""
    pedido = replace(PEDIDO, pagador=replace(PEDIDO.pagador, numero=numero))
    assert enviado(servidor, zonapagos, pedido)["InformacionPago"]["str_id_cliente"] == numero


def test_sin_descripcion_va_la_referencia(servidor, zonapagos):
    """The description is required: a text of nothing but separators becomes one that says something."""
    informacion = enviado(servidor, zonapagos, replace(PEDIDO, descripcion="|;|"))["InformacionPago"]
    assert informacion["str_descripcion_pago"] == f"Pago {REF}"


def test_un_correo_que_no_cabe_no_se_corta(servidor, zonapagos):
    """A cut address would be somebody else's: 70 characters go whole, 71 not at all."""
    for largo, enviado_ in ((70, True), (71, False)):
        correo = "a" * (largo - len("@ejemplo.com")) + "@ejemplo.com"
        pedido = replace(PEDIDO, pagador=replace(PEDIDO.pagador, correo=correo))
        assert enviado(servidor, zonapagos, pedido)["InformacionPago"]["str_email"] == (correo if enviado_ else "")


@pytest.mark.parametrize(
    ("opciones", "codigos"),
    [
        ({}, {}),
        ({"sin_pse": True}, {103: "1"}),
        ({"sin_tarjetas": "1"}, {107: "1"}),
        ({"moneda_117": True}, {117: "CO"}),
        ({"sin_pse": False, "sin_tarjetas": "", "moneda_117": "no"}, {}),
        ({"sin_pse": True, "sin_tarjetas": True, "moneda_117": True}, {103: "1", 107: "1", 117: "CO"}),
    ],
)
def test_los_codigos_de_configuracion_salen_del_acuerdo(servidor, hacer_zonapagos, opciones, codigos):
    """103, 107 and 117 only when the agreement says so; mixed and split payments always off; 105, 106, 108 never."""
    fijos = {50: "2701", 100: "0", 101: "0", 102: "0", 104: PEDIDO.url_retorno, 109: "0"}
    assert configuracion(enviado(servidor, hacer_zonapagos(opciones=opciones))) == fijos | codigos


def test_sin_codigo_de_servicio_no_va_el_50(servidor, hacer_zonapagos):
    """A merchant without PSE has no service code to send."""
    secretos = {"usuario": "u", "clave": "k"}
    cuerpo = enviado(servidor, hacer_zonapagos(secretos=secretos, opciones={"sin_pse": True}))
    assert 50 not in configuracion(cuerpo)


def test_dolares_solo_con_el_codigo_117(servidor, hacer_zonapagos):
    """Dollars go with 117 = US; without it the gateway would collect the same figure in pesos, so nothing is sent."""
    dolares = replace(PEDIDO, moneda="USD")
    assert configuracion(enviado(servidor, hacer_zonapagos(opciones={"moneda_117": True}), dolares))[117] == "US"
    enviadas = len(servidor.peticiones)
    for moneda, opciones in (("USD", {}), ("EUR", {"moneda_117": True})):
        with pytest.raises(InicioRechazadoError) as error:
            hacer_zonapagos(opciones=opciones).iniciar(replace(PEDIDO, moneda=moneda))
        assert error.value.codigo == "MONEDA_NO_CONVENIDA"
    assert len(servidor.peticiones) == enviadas


@pytest.mark.parametrize("referencia", ["", "0ABC", "A" * 31, "A-1", "a1", "A|1", "Á1", "A1\n"])
def test_una_referencia_que_la_pasarela_no_admite_no_se_envia(servidor, zonapagos, referencia):
    """An id of more than 30 characters, with a leading zero or with other signs is refused before it is sent."""
    with pytest.raises(InicioRechazadoError) as error:
        zonapagos.iniciar(replace(PEDIDO, referencia=referencia))
    assert (error.value.codigo, error.value.pudo_existir) == ("REFERENCIA_INVALIDA", False)
    assert not servidor.peticiones


@pytest.mark.parametrize("numero", ["", "1" * 31, "|;"])
def test_una_identificacion_que_no_cabe_no_se_envia(servidor, zonapagos, numero):
    """A cut identification would name somebody else."""
    with pytest.raises(InicioRechazadoError) as error:
        zonapagos.iniciar(replace(PEDIDO, pagador=replace(PEDIDO.pagador, numero=numero)))
    assert error.value.codigo == "PAGADOR_INVALIDO"
    assert not servidor.peticiones


@pytest.mark.parametrize(
    ("texto", "codigo", "pudo_existir"),
    [
        ("str_id_pago ya existe", "REFERENCIA_REPETIDA", True),
        ("Credenciales inválidas", "CREDENCIALES", False),
        ("Object reference not set to an instance of an object.", "CREDENCIALES_U_OBJETO", False),
        ("Código 50 requerido", "FALTA_CODIGO_50", False),
        ("Otra cosa", "SIN_CLASIFICAR", False),
        (None, "SIN_CLASIFICAR", False),
        (7, "SIN_CLASIFICAR", False),
    ],
)
def test_int_codigo_2_es_un_rechazo_definitivo(servidor, zonapagos, texto, codigo, pudo_existir):
    """Code 2 is final: one request, our own code for it, the gateway's text nowhere but in the raw answer."""
    servidor.responder(aceptado(servidor, int_codigo=2, str_descripcion_error=texto, str_url=None))
    with pytest.raises(InicioRechazadoError) as error:
        zonapagos.iniciar(PEDIDO)
    assert (error.value.codigo, error.value.pudo_existir) == (codigo, pudo_existir)
    assert len(servidor.peticiones) == 1
    assert json.loads(error.value.cruda)["str_descripcion_error"] == texto
    if texto:
        assert str(texto) not in str(error.value)


@pytest.mark.parametrize(
    "cambios",
    [
        {"int_codigo": 3},
        {"int_codigo": None},
        {"int_codigo": True},
        {"int_codigo": "uno"},
        {"int_codigo": 1.5},
        {"int_codigo": 1.0},
        {"int_codigo": 2.0},
        {"str_url": None},
        {"str_url": ""},
        {"str_url": 7},
        {"str_url": ["http://127.0.0.1"]},
    ],
)
def test_un_inicio_que_no_acepta_ni_rechaza_es_inesperado(servidor, zonapagos, cambios):
    """Another code, or an acceptance without an address, stops the caller: the transaction may exist."""
    servidor.responder(aceptado(servidor, **cambios))
    with pytest.raises(RespuestaInesperadaError) as error:
        zonapagos.iniciar(PEDIDO)
    assert error.value.codigo == "INICIO_ILEGIBLE"
    assert not isinstance(error.value, InicioRechazadoError)


def test_un_codigo_como_texto_vale_lo_mismo(servidor, zonapagos):
    """int_codigo as a string of digits is the same code."""
    servidor.responder(aceptado(servidor, int_codigo="1"))
    assert zonapagos.iniciar(PEDIDO).url


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/Pago",
        "javascript:alert(1)",
        "http://localhost:1/",
        "//evil.example",
        "http://127.0.0.1:1/",
    ],
)
def test_una_direccion_de_otro_origen_no_se_entrega(servidor, zonapagos, url):
    """A str_url at an origin that nobody allowed is a Novedad, never a place to send a payer."""
    servidor.responder(aceptado(servidor, str_url=url))
    with pytest.raises(RespuestaInesperadaError) as error:
        zonapagos.iniciar(PEDIDO)
    assert error.value.codigo == "URL_AJENA"
    assert url not in str(error.value)


def test_una_direccion_que_no_se_puede_guardar_no_se_entrega(servidor, zonapagos):
    """A str_url of 500 characters is kept; a longer one is an answer that cannot be used, never an error of ours."""
    base = f"{servidor.origen}/Ciclo_Pago/Pago.aspx?rut="
    cabe = base.ljust(500, "a")
    servidor.responder(aceptado(servidor, str_url=cabe), aceptado(servidor, str_url=cabe + "a"))
    assert zonapagos.iniciar(PEDIDO).url == cabe
    with pytest.raises(RespuestaInesperadaError) as error:
        zonapagos.iniciar(PEDIDO)
    assert error.value.codigo == "URL_AJENA"


@pytest.mark.django_db
def test_el_portal_no_guarda_una_direccion_que_no_cabe(servidor, settings):
    """A payment whose page has such an address is closed and watched, and a person is told."""
    settings.PASARELA_ORIGENES = [servidor.origen]
    servidor.responder(aceptado(servidor, str_url=f"{servidor.origen}/?rut=".ljust(501, "a")))
    saldo = crear_saldo()
    usuario = crear_cliente(tercero=saldo.tercero)
    pago = servicios.iniciar_pago(
        foto=foto_de(usuario, [saldo]),
        forma=crear_forma(crear_acuerdo(saldo.empresa, prueba=True, urls={"api": f"{servidor.origen}/api"})),
        usuario=usuario,
        aceptacion=aceptacion(),
        idioma="es-co",
    )
    assert (pago.estado, pago.motivo, pago.url_pasarela) == ("RECHAZADA", "ERROR_INICIO", "")
    assert pago.proxima_consulta is not None
    assert [novedad.tipo for novedad in pago.novedades.all()] == ["URL_AJENA"]


def test_un_inicio_cortado_no_se_repite(servidor, zonapagos):
    """A connection that breaks on InicioPago may have created the transaction: it is not sent twice."""
    servidor.responder(cortar)
    with pytest.raises(PasarelaNoRespondeError):
        zonapagos.iniciar(PEDIDO)
    assert len(servidor.peticiones) == 1


def test_verificacion_pago_pregunta_con_los_nombres_del_contrato(servidor, zonapagos):
    """POST /VerificacionPago is flat, with the capital C of str_pwd_Comercio, and asks for all attempts."""
    servidor.responder(verificado())
    zonapagos.consultar(REF)
    (peticion,) = servidor.peticiones
    assert peticion.linea == "POST /Apis_CicloPago/api/VerificacionPago HTTP/1.1"
    assert peticion.json == {
        "int_id_comercio": 678,
        "str_usr_comercio": "usuario",
        "str_pwd_Comercio": CLAVE,
        "str_id_pago": REF,
        "int_no_pago": -1,
    }


def test_la_consulta_lee_los_registros_y_guarda_la_respuesta(servidor, zonapagos):
    """What the gateway says comes back read, with the raw answer beside it."""
    servidor.responder(verificado())
    lectura = zonapagos.consultar(REF)
    assert [intento.estado for intento in lectura.intentos] == [EstadoIntento.APROBADO]
    assert json.loads(lectura.cruda)["str_res_pago"] == registro()
    assert registro() not in repr(lectura)


def test_una_consulta_cortada_se_repite(servidor, zonapagos):
    """A question whose connection broke is asked again."""
    servidor.responder(cortar, verificado())
    assert zonapagos.consultar(REF).intentos


@pytest.mark.parametrize("cantidad", [0, 2, -1, None, "muchos"])
def test_la_cantidad_que_miente_no_cuenta(servidor, zonapagos, cantidad):
    """int_cantidad_pagos is not reliable: the records are counted."""
    servidor.responder(verificado(int_cantidad_pagos=cantidad))
    assert len(zonapagos.consultar(REF).intentos) == 1


@pytest.mark.parametrize("registros", ["", None, "|;|"])
@pytest.mark.parametrize("cantidad", [0, "0", None, "falta"])
def test_nada_encontrado(servidor, zonapagos, registros, cantidad):
    """Count 0, or no count, and no record, in each of its three spellings, is 'nothing found'."""
    datos = {"int_estado": 1, "int_error": 0, "int_cantidad_pagos": cantidad, "str_res_pago": registros}
    if cantidad == "falta":
        del datos["int_cantidad_pagos"]
    servidor.responder(objeto(datos))
    lectura = zonapagos.consultar(REF)
    assert (lectura.intentos, lectura.conocida, lectura.no_confiables) == ((), False, ())


def test_sin_cantidad_ni_registros_no_hay_respuesta(servidor, zonapagos):
    """An answer that lacks both the count and the records says nothing, not even that nothing was found."""
    servidor.responder(objeto({"int_estado": 1, "int_error": 0}))
    with pytest.raises(PasarelaNoRespondeError) as error:
        zonapagos.consultar(REF)
    assert error.value.clase == "ilegible"


@pytest.mark.parametrize("registros", ["", None, "|;|"])
@pytest.mark.parametrize("cantidad", [1, 2, -1, "muchos", "", True, []])
def test_pagos_anunciados_que_no_vienen_son_falta_de_respuesta(servidor, zonapagos, registros, cantidad):
    """A count that is not 0, without records, is no answer: ask again later."""
    servidor.responder(verificado(int_cantidad_pagos=cantidad, str_res_pago=registros))
    with pytest.raises(PasarelaNoRespondeError) as error:
        zonapagos.consultar(REF)
    assert error.value.clase == "ilegible"


@pytest.mark.parametrize(
    "cambios", [{"int_estado": 2, "int_error": -1}, {"int_estado": 2, "int_error": 0}, {"int_error": -1}]
)
def test_una_consulta_negada_no_dice_nada_del_pago(servidor, zonapagos, cambios):
    """int_estado 2 never changes a state and is asked again at the next round; its text goes nowhere."""
    servidor.responder(verificado(str_detalle="Credenciales inválidas", **cambios))
    with pytest.raises(PasarelaNoRespondeError) as error:
        zonapagos.consultar(REF)
    assert error.value.clase == "negada"
    assert "Credenciales" not in str(error.value)


@pytest.mark.parametrize(
    "cambios",
    [
        {"int_estado": None},
        {"int_estado": 3},
        {"int_estado": 3, "int_error": -1},
        {"int_estado": True},
        {"int_error": None},
        {"int_error": 1},
        {"str_res_pago": 7},
        {"str_res_pago": ["x"]},
        {"str_res_pago": {"a": 1}},
    ],
)
def test_una_verificacion_sin_los_campos_del_contrato_es_ilegible(servidor, zonapagos, cambios):
    """Fields missing or of another type leave the state unknown."""
    servidor.responder(verificado(**cambios))
    with pytest.raises(PasarelaNoRespondeError) as error:
        zonapagos.consultar(REF)
    assert error.value.clase == "ilegible"


def test_zonapagos_no_confirma(zonapagos):
    """ZonaPAGOS has no server-to-server report: whatever claims to be one is refused."""
    with pytest.raises(RespuestaInesperadaError) as error:
        zonapagos.leer_confirmacion({"estado": "aprobado"})
    assert error.value.codigo == "SIN_CONFIRMACION"


@pytest.mark.parametrize(
    ("parametros", "comercio", "referencia"),
    [
        ({"id_comercio": "678", "id_pago": REF}, "678", REF),
        ({"id_comercio": "678"}, "678", None),
        ({"id_comercio": "", "id_pago": ""}, None, None),
        ({"id_pago": REF, "estado": "1"}, None, REF),
        ({}, None, None),
    ],
)
def test_el_retorno_dice_a_lo_sumo_de_que_pago_se_trata(zonapagos, parametros, comercio, referencia):
    """The return carries merchant and reference, or lacks them; everything else in it is noise."""
    assert zonapagos.leer_retorno(parametros) == Retorno(comercio=comercio, referencia=referencia)


@pytest.mark.parametrize("nuestro", ["678", "0678", "0000000678"])
@pytest.mark.parametrize("suyo", ["678", "00678"])
def test_los_ceros_a_la_izquierda_no_hacen_otro_comercio(servidor, hacer_zonapagos, nuestro, suyo):
    """The merchant is a number: however many zeros stand before it, here or there, it is the same one."""
    assert revisar(conexion_a("https://x", comercio=nuestro)) == ()
    zonapagos = hacer_zonapagos(comercio=nuestro)
    assert zonapagos.leer_retorno({"id_comercio": suyo}).comercio == nuestro
    assert enviado(servidor, zonapagos)["InformacionSeguridad"]["int_id_comercio"] == 678


@pytest.mark.parametrize("ajeno", ["679", "6780", "x", "６７８", "-678", "9" * 5000])
def test_otro_comercio_llega_tal_como_vino(zonapagos, ajeno):
    """What is not our merchant's number is passed on as it came, to be refused."""
    assert zonapagos.leer_retorno({"id_comercio": ajeno}).comercio == ajeno


@pytest.mark.parametrize(
    ("cambios", "falta"),
    [
        ({"comercio": ""}, "comercio"),
        ({"comercio": "012345678"}, "comercio"),
        ({"comercio": "12345678"}, "comercio"),
        ({"comercio": "abc"}, "comercio"),
        ({"secretos": {"clave": "k", "codigo_servicio": "1"}}, "usuario"),
        ({"secretos": {"usuario": "u" * 41, "clave": "k", "codigo_servicio": "1"}}, "usuario"),
        ({"secretos": {"usuario": "u", "clave": "k" * 51, "codigo_servicio": "1"}}, "clave"),
        ({"secretos": {"usuario": "u", "clave": CLAVE}}, "codigo_servicio"),
    ],
)
def test_a_un_acuerdo_incompleto_se_le_dice_que_le_falta(cambios, falta):
    """Each missing or impossible credential is named in a sentence, and no secret is in it."""
    (problema,) = revisar(conexion_a("https://x", **cambios))
    assert falta in problema
    assert CLAVE not in problema


def test_un_acuerdo_completo_no_tiene_problemas():
    """A complete agreement is fine, at its greatest lengths too, and one without PSE needs no service code."""
    assert revisar(conexion_a("https://x")) == ()
    sin_pse = conexion_a("https://x", secretos={"usuario": "u" * 40, "clave": "k" * 50}, opciones={"sin_pse": True})
    assert revisar(sin_pse) == ()


json_cualquiera = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda hijos: st.lists(hijos, max_size=3) | st.dictionaries(st.text(), hijos, max_size=3),
    max_leaves=5,
)
claves = [
    "int_codigo",
    "str_url",
    "str_descripcion_error",
    "int_estado",
    "int_error",
    "int_cantidad_pagos",
    "str_res_pago",
]


@settings(max_examples=120, deadline=None)
@given(datos=st.dictionaries(st.sampled_from(claves), json_cualquiera | st.sampled_from([0, 1, 2, -1, "1"])))
def test_ninguna_respuesta_da_otra_cosa_que_los_errores_del_dominio(zona_viva, datos):
    """Any JSON object, in answer to either call, is read or raises one of the domain errors; nothing gets approved."""
    servidor, zonapagos = zona_viva
    servidor.responder(objeto(datos))
    try:
        zonapagos.iniciar(PEDIDO)
    except (PasarelaNoRespondeError, RespuestaInesperadaError):
        pass
    else:
        raise AssertionError("ninguna de estas respuestas trae una dirección permitida")
    try:
        lectura = zonapagos.consultar(REF)
    except (PasarelaNoRespondeError, RespuestaInesperadaError):
        return
    assert not lectura.intentos


@pytest.fixture(scope="module")
def zona_viva():
    """A server and an adapter kept for all the examples of a property."""
    with ServidorCrudo(mantener=True) as servidor:
        cliente = ClienteHttp([servidor.origen], permitir_http_local=True)
        yield servidor, ZonaPagos(conexion_a(servidor.origen), cliente)
        cliente.cerrar()
