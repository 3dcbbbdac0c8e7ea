"""What every gateway adapter must do, whichever gateway it speaks to: the same cases over real HTTP.

The simulator validates each request to the letter; a breach of the contract fails the test that made it.
"""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from pagos.juicio import Esperado, Veredicto, juzgar
from pagos.pasarelas import registro
from pagos.pasarelas.base import (
    EstadoIntento,
    Formulario,
    InicioRechazadoError,
    Metodo,
    PasarelaNoRespondeError,
    Redireccion,
    RespuestaInesperadaError,
)
from tests.contrato.bancos import BANCOS, llegar

TOTAL = Decimal("119000.00")


def esperado(banco, referencia):
    return Esperado(referencia=referencia, total=TOTAL, moneda="COP", comercio=banco.comercio, prueba=False)


def veredicto(banco, caso):
    """What the portal makes of the gateway's answer."""
    return juzgar(esperado(banco, caso.referencia), caso.consultar()).veredicto


def no_responde(preguntar):
    with pytest.raises(PasarelaNoRespondeError) as error:
        preguntar()
    return error.value


def test_cada_pasarela_inscrita_esta_en_esta_prueba():
    """A gateway that is registered cannot stay out of the contract suite."""
    assert set(BANCOS) == set(registro.PASARELAS)


def test_iniciar_da_una_orden_hacia_la_pasarela(banco, caso, simulador):
    """An order leads to the gateway: a redirect or a form, as its registration says."""
    orden = caso.iniciar()
    assert orden.url.startswith(simulador.url + "/")
    assert isinstance(orden, Formulario if registro.PASARELAS[banco.nombre].publica_formulario else Redireccion)


def test_la_pasarela_cobra_exactamente_lo_pedido(banco, caso, simulador):
    """Amount, IVA and currency reach the gateway to the centavo."""
    caso.iniciar(total="123456789012.37")
    pago = simulador.control(f"pagos/{caso.referencia}?pasarela={banco.nombre}")
    assert Decimal(str(pago["valor"])) == Decimal("123456789012.37")
    assert Decimal(str(pago["iva"])) == Decimal("19000.00")
    assert pago["moneda"] == "COP"


def test_sin_iniciar_no_se_encuentra_nada(banco, caso):
    """An unknown reference is 'nothing found', not an error and not a rejection."""
    lectura = caso.consultar()
    assert (lectura.intentos, lectura.conocida, lectura.no_confiables) == ((), False, ())
    assert veredicto(banco, caso) is Veredicto.NO_ENCONTRADA


def test_iniciado_y_sin_abrir(banco, caso):
    """A transaction that nobody tried to pay is known, and nothing about it is final."""
    caso.iniciar()
    assert caso.consultar().conocida
    assert veredicto(banco, caso) is Veredicto.SIN_ABRIR


def test_aprobado(banco, caso):
    """One approved attempt for the whole amount approves, with everything that the receipt needs."""
    caso.iniciar()
    caso.intento("aprobada", **banco.medio)
    (intento,) = caso.consultar().intentos
    assert intento.estado is EstadoIntento.APROBADO
    assert (intento.valor, intento.total) == (TOTAL, TOTAL)
    assert intento.metodo is Metodo.PSE
    assert (intento.cus, intento.banco) == ("1468228", "Banco Aprueba")
    assert veredicto(banco, caso) is Veredicto.APROBADA


def test_la_misma_pregunta_da_el_mismo_intento(caso):
    """An attempt keeps its id from one question to the next: money is told apart by it."""
    caso.iniciar()
    caso.intento("aprobada")
    assert caso.consultar().intentos == caso.consultar().intentos


def test_rechazado(banco, caso):
    """One rejected attempt and none under way is a rejection."""
    caso.iniciar()
    caso.intento("rechazada")
    (intento,) = caso.consultar().intentos
    assert intento.estado is EstadoIntento.RECHAZADO
    assert veredicto(banco, caso) is Veredicto.RECHAZADA


def test_pendiente_y_luego_aprobado(banco, caso):
    """A pending attempt is pending until the gateway says otherwise, and stays the same attempt."""
    caso.iniciar()
    caso.intento("pendiente")
    (antes,) = caso.consultar().intentos
    assert antes.estado is EstadoIntento.PENDIENTE
    assert veredicto(banco, caso) is Veredicto.PENDIENTE
    caso.estado("aprobada")
    (despues,) = caso.consultar().intentos
    assert (despues.id, despues.estado) == (antes.id, EstadoIntento.APROBADO)


def test_rechazado_y_luego_aprobado(banco, caso):
    """An approval wins over the rejections before it; attempts come oldest first."""
    caso.iniciar()
    caso.intento("rechazada")
    caso.intento("aprobada")
    assert [uno.estado for uno in caso.consultar().intentos] == [EstadoIntento.RECHAZADO, EstadoIntento.APROBADO]
    assert veredicto(banco, caso) is Veredicto.APROBADA


def test_rechazado_y_otro_en_curso(banco, caso):
    """While a later attempt is pending, a rejection decides nothing."""
    caso.iniciar()
    caso.intento("rechazada")
    caso.intento("pendiente")
    assert veredicto(banco, caso) is Veredicto.PENDIENTE


def test_aprobado_dos_veces(banco, caso):
    """Two full approvals approve once, and the second is money to give back, under an id of its own."""
    caso.iniciar()
    caso.intento("aprobada")
    caso.intento("aprobada")
    juicio = juzgar(esperado(banco, caso.referencia), caso.consultar())
    assert juicio.veredicto is Veredicto.APROBADA
    assert [uno.valor for uno in juicio.excedentes] == [TOTAL]
    assert juicio.excedentes[0].id != juicio.principal.id


def test_un_codigo_desconocido_no_decide_nada(banco, caso):
    """A code that the contract does not explain stays pending and is named to a person."""
    caso.iniciar()
    caso.intento(banco.codigo_ajeno)
    juicio = juzgar(esperado(banco, caso.referencia), caso.consultar())
    assert juicio.veredicto is Veredicto.PENDIENTE
    assert [anomalia.tipo.name for anomalia in juicio.anomalias] == ["CODIGO_DESCONOCIDO"]


def test_aprobado_por_otro_monto_no_se_aprueba(banco, caso):
    """Money for another amount than ours is a case for a person, never an approval."""
    caso.iniciar(total="118999.99", iva=Decimal(0), base_iva=Decimal(0))
    caso.intento("aprobada")
    assert caso.consultar().intentos[0].valor == Decimal("118999.99")
    assert veredicto(banco, caso) is Veredicto.POR_REVISAR


def test_lo_que_la_pasarela_cree_que_pedimos_se_compara(banco, caso):
    """A gateway that believes to have been asked for another amount has not collected ours."""
    caso.iniciar()
    caso.intento("aprobada")
    caso.cambiar(pedido="119000.01")
    assert caso.consultar().intentos[0].total == Decimal("119000.01")
    assert veredicto(banco, caso) is Veredicto.POR_REVISAR


def test_aprobado_en_otra_moneda_no_se_aprueba(banco, caso):
    """A gateway that names the currency is compared by it; one that does not is taken at what it was asked."""
    caso.iniciar()
    caso.intento("aprobada")
    caso.cambiar(moneda="USD")
    moneda = caso.consultar().intentos[0].moneda
    assert moneda == ("USD" if banco.dice_moneda else None)
    assert veredicto(banco, caso) is (Veredicto.POR_REVISAR if banco.dice_moneda else Veredicto.APROBADA)


def test_otro_comercio_no_ve_nuestro_pago(banco, caso, simulador, cliente):
    """The same reference at another merchant is another payment."""
    caso.iniciar()
    caso.intento("aprobada")
    ajena = registro.crear(banco.nombre, banco.conexion(simulador.url, **banco.otro), cliente)
    lectura = ajena.consultar(caso.referencia)
    assert (lectura.intentos, lectura.conocida) == ((), False)


@pytest.mark.usefixtures("faltas_a_proposito")
def test_con_malas_credenciales_nada_cambia(banco, caso, simulador, cliente):
    """A wrong key is refused: the question says nothing of the payment, and no text of the gateway leaves."""
    caso.iniciar()
    malas = banco.secretos | {banco.clave: "otra-clave"}
    pasarela = registro.crear(banco.nombre, banco.conexion(simulador.url, secretos=malas), cliente)
    error = no_responde(lambda: pasarela.consultar(caso.referencia))
    assert error.clase == "negada"
    assert "redenciales" not in str(error)
    assert "redentials" not in str(error)
    if banco.inicio:
        with pytest.raises(InicioRechazadoError) as rechazo:
            pasarela.iniciar(banco.pedido(f"{caso.referencia}X"))
        assert rechazo.value.codigo == "CREDENCIALES"
        assert "redenciales" not in str(rechazo.value)


CAIDAS = [
    ("cuelgue", {"segundos": 5}, "tiempo"),
    ("cuelgue", {"segundos": 5, "procesar": True}, "tiempo"),
    ("goteo", {"ms": 50}, "tiempo"),
    ("latencia", {"ms": 1500}, "tiempo"),
    ("error", {"codigo": 500}, "http_5xx"),
    ("error", {"codigo": 503, "procesar": True}, "http_5xx"),
    ("demasiadas", {"segundos": 7}, "limite"),
    ("html", {}, "ilegible"),
    ("medio_cuerpo", {"cerrar": False}, "ilegible"),
    ("tipo_contenido", {}, "ilegible"),
    ("enorme", {"megas": 3}, "ilegible"),
]
CORTES = [("corte_antes", {}), ("corte_despues", {}), ("caida", {}), ("medio_cuerpo", {"cerrar": True})]


# Gateways whose `iniciar` asks them something: the others have no answer to lose.
QUE_LLAMAN = pytest.mark.parametrize("banco", sorted(uno for uno in BANCOS if BANCOS[uno].inicio), indirect=True)


@pytest.mark.parametrize(("tipo", "parametros", "clase"), CAIDAS)
def test_una_consulta_que_falla_no_dice_nada_y_la_siguiente_si(banco, caso, averiar, tipo, parametros, clase):
    """Each way of not answering is told apart, and the next question finds the payment as it was."""
    caso.iniciar()
    caso.intento("aprobada")
    averiar(banco.consulta, tipo, **parametros)
    error = no_responde(caso.consultar)
    assert error.clase == clase
    assert error.reintentar_en == (7 if clase == "limite" else None)
    assert veredicto(banco, caso) is Veredicto.APROBADA


@pytest.mark.parametrize(("tipo", "parametros"), CORTES)
def test_una_consulta_cortada_se_repite_sola_y_no_sin_fin(banco, caso, averiar, tipo, parametros):
    """A broken connection is asked again within the call, at most twice."""
    caso.iniciar()
    caso.intento("aprobada")
    averiar(banco.consulta, tipo, veces=2, **parametros)
    assert veredicto(banco, caso) is Veredicto.APROBADA
    averiar(banco.consulta, tipo, veces=3, **parametros)
    assert no_responde(caso.consultar).clase == "red"


def test_una_redireccion_se_mira_y_no_se_sigue(banco, caso, averiar):
    """A redirect is an answer that nobody foresaw."""
    caso.iniciar()
    averiar(banco.consulta, "redireccion")
    with pytest.raises(RespuestaInesperadaError) as error:
        caso.consultar()
    assert error.value.codigo == "HTTP_302"


@pytest.mark.parametrize(
    ("tipo", "parametros", "clase"), CAIDAS + [(tipo, parametros, "red") for tipo, parametros in CORTES]
)
@QUE_LLAMAN
def test_un_inicio_sin_respuesta_se_averigua_antes_de_repetir(
    banco, caso, pasarela, averiar, simulador, tipo, parametros, clase
):
    """An order whose answer is lost was sent once; asking tells whether it exists, and only if not is it repeated."""
    averiar(banco.inicio, tipo, **parametros)
    antes = simulador.control("estadisticas")["peticiones"].get(banco.inicio, 0)
    assert no_responde(lambda: pasarela.iniciar(banco.pedido(caso.referencia))).clase == clase
    assert simulador.control("estadisticas")["peticiones"][banco.inicio] == antes + 1
    if not caso.consultar().conocida:
        caso.iniciar()
    assert caso.consultar().conocida


@QUE_LLAMAN
@pytest.mark.usefixtures("faltas_a_proposito")
def test_una_referencia_ya_usada_lo_dice(banco, caso, pasarela):
    """Where a reference is unique for ever, its second use is refused and says that the first may exist."""
    caso.iniciar()
    with pytest.raises(InicioRechazadoError) as error:
        pasarela.iniciar(banco.pedido(caso.referencia))
    assert (error.value.codigo, error.value.pudo_existir) == ("REFERENCIA_REPETIDA", True)


def test_la_misma_orden_sirve_dos_veces(banco, caso, pasarela):
    """A payer who leaves and comes back to the stored order finds the gateway's page again."""
    orden = caso.iniciar()
    assert llegar(orden).status_code == 200
    assert veredicto(banco, caso) is Veredicto.SIN_ABRIR


def test_una_direccion_ajena_no_se_entrega(banco, caso, pasarela, averiar, simulador, cliente):
    """No payer is sent to an origin that nobody allowed, whether the gateway names it or the agreement does."""
    if banco.inicio:
        averiar(banco.inicio, "url_ajena")
    else:
        ajenas = dict.fromkeys(banco.rutas, "https://pasarela.ejemplo/")
        pasarela = registro.crear(banco.nombre, banco.conexion(simulador.url, urls=ajenas), cliente)
    with pytest.raises(RespuestaInesperadaError) as error:
        pasarela.iniciar(banco.pedido(caso.referencia))
    assert error.value.codigo in ("URL_AJENA", "ORIGEN_AJENO")


def test_ni_errores_ni_bitacora_llevan_secretos(banco, caso, averiar, lineas):
    """No credential, document, name, e-mail or gateway text is in a log line, an exception or a repr."""
    caso.iniciar()
    caso.intento("aprobada")
    lectura = caso.consultar()
    averiar(banco.consulta, "html")
    error = no_responde(caso.consultar)
    conexion = banco.conexion("https://x")
    visible = f"{lineas} {error!r} {conexion!r} {lectura!r} {banco.pedido('R').referencia}"
    prohibidos = [*banco.secretos.values(), "900123456", "Tornillo", "ana@ejemplo.com", "mantenimiento"]
    assert [texto for texto in prohibidos if texto in visible and len(texto) > 4] == []
    assert all(linea["referencia"] == caso.referencia for linea in lineas)


def test_muchas_preguntas_a_la_vez(banco, caso, pasarela, simulador):
    """One adapter and one client serve many threads, each with its own answer."""
    caso.iniciar()
    caso.intento("aprobada")
    referencias = [caso.referencia, f"{caso.referencia}N"] * 40
    with ThreadPoolExecutor(16) as hilos:
        lecturas = list(hilos.map(pasarela.consultar, referencias))
    assert [lectura.referencia for lectura in lecturas] == referencias
    assert [lectura.conocida for lectura in lecturas] == [True, False] * 40
