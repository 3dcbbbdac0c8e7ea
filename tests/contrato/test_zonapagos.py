"""What only ZonaPAGOS has: records in one line, a count that lies, payments in parts."""

from decimal import Decimal

import pytest

from pagos.juicio import Esperado, Veredicto, juzgar
from pagos.pasarelas.base import EstadoIntento, Metodo, PasarelaNoRespondeError
from pagos.pasarelas.zonapagos_registros import ESTADOS, METODOS

pytestmark = pytest.mark.parametrize("banco", ["zonapagos"], indirect=True)


def juicio(caso):
    esperado = Esperado(
        referencia=caso.referencia, total=Decimal("119000.00"), moneda="COP", comercio="678", prueba=False
    )
    return juzgar(esperado, caso.consultar())


@pytest.mark.parametrize("codigo", sorted(ESTADOS))
def test_cada_codigo_de_estado(caso, codigo):
    """Each code of the contract is read as the contract says."""
    caso.iniciar()
    caso.intento(int(codigo))
    (intento,) = caso.consultar().intentos
    assert (intento.estado, intento.codigo) == (ESTADOS[codigo][0], codigo)


@pytest.mark.parametrize("codigo", sorted(METODOS))
def test_cada_medio_con_sus_campos(caso, codigo):
    """Each method's record has the number of fields that the gateway sends."""
    caso.iniciar()
    caso.intento("aprobada", metodo=int(codigo))
    (intento,) = caso.consultar().intentos
    assert (intento.metodo, intento.codigo_metodo) == (METODOS[codigo][0], codigo)
    assert juicio(caso).veredicto is Veredicto.APROBADA


def test_en_persona_se_distingue(caso):
    """41 and 77 are told apart from the rest: they are asked hourly."""
    caso.iniciar()
    caso.intento("pendiente", metodo=77)
    assert caso.consultar().intentos[0].metodo is Metodo.PRESENCIAL


def test_una_cantidad_que_miente(caso, averiar):
    """int_cantidad_pagos above the records changes nothing."""
    caso.iniciar()
    caso.intento("aprobada")
    averiar("VerificacionPago", "cantidad", de_mas=3)
    assert len(caso.consultar().intentos) == 1


def test_pagos_anunciados_que_no_vienen(caso, averiar):
    """A count above zero with an empty str_res_pago is no answer."""
    caso.iniciar()
    caso.intento("aprobada")
    averiar("VerificacionPago", "vacio")
    with pytest.raises(PasarelaNoRespondeError) as error:
        caso.consultar()
    assert error.value.clase == "ilegible"
    assert juicio(caso).veredicto is Veredicto.APROBADA


@pytest.mark.parametrize("vacio", ["cadena", "nulo", "separador"])
def test_las_tres_formas_de_no_encontrar_nada(caso, simulador, vacio):
    """An empty text, null and a lone separator are all 'nothing found'."""
    simulador.control("ajustes", {"vacio": vacio})
    assert not caso.consultar().conocida


@pytest.mark.parametrize("orden", ["antiguos", "recientes"])
@pytest.mark.parametrize("separador_final", [True, False])
def test_el_orden_y_el_ultimo_separador_no_importan(caso, simulador, orden, separador_final):
    """Attempts come out oldest first however the gateway writes them."""
    simulador.control("ajustes", {"orden": orden, "separador_final": separador_final})
    caso.iniciar()
    caso.intento("rechazada")
    caso.intento("rechazada")
    caso.intento("aprobada")
    assert [uno.codigo for uno in caso.consultar().intentos] == ["1000", "1000", "1"]


def test_las_partes_de_un_pago_mixto_suman_o_esperan(caso):
    """Parts approve only when they add up; while one is pending nothing is decided."""
    caso.iniciar()
    caso.intento("aprobada", valor="100000", parcial=True)
    caso.intento("pendiente", valor="19000", parcial=True)
    assert juicio(caso).veredicto is Veredicto.PENDIENTE
    caso.estado("aprobada")
    assert juicio(caso).veredicto is Veredicto.APROBADA


def test_dos_aprobados_con_un_mismo_numero_son_dos_pagos(caso):
    """Two full approvals under one int_n_pago approve once: what was booked alone is not booked again, the other is."""
    caso.iniciar()
    caso.intento("aprobada", metodo=29, datos={"str_ticketID": 18092100031})
    contabilizado = juicio(caso).principal
    otro = {"metodo": 29, "datos": {"str_ticketID": 18092100032}, "campos": {"int_n_pago": "1"}}
    caso.intento("aprobada", **otro)
    despues = juicio(caso)
    assert (despues.veredicto, despues.anomalias) == (Veredicto.APROBADA, ())
    assert [uno.valor for uno in despues.excedentes_de(contabilizado.id)] == [Decimal("119000.00")]


def test_una_parte_aprobada_y_el_resto_rechazado_es_de_una_persona(caso):
    """Money was taken and the total was not: a person must look."""
    caso.iniciar()
    caso.intento("aprobada", valor="100000", parcial=True, terminado=1)
    caso.intento("rechazada", valor="19000", parcial=True, terminado=1)
    assert juicio(caso).veredicto is Veredicto.POR_REVISAR


def test_rechazado_sin_terminar_sigue_abierto(caso):
    """Rejected with int_pago_terminado 200 may still be retried: it is not a rejection yet."""
    caso.iniciar()
    caso.intento("rechazada", terminado=200)
    assert juicio(caso).veredicto is Veredicto.PENDIENTE


@pytest.mark.parametrize(
    "campos",
    [
        {"str_nombre": "Ana | Titular"},
        {"dbl_valor_pagado": "119.000,00"},
        {"dat_fecha": "2026-11-23"},
        {"str_campo1": "OTRA"},
        {"str_descripcion": "una|;|dos"},
        {"int_n_pago": "uno"},
    ],
)
def test_un_registro_que_no_es_de_fiar_no_aprueba(caso, campos):
    """A record that says 'approved' and cannot be trusted is a person's."""
    caso.iniciar()
    caso.intento("aprobada", campos=campos)
    lectura = caso.consultar()
    assert lectura.no_confiables
    assert not any(uno.estado is EstadoIntento.APROBADO for uno in lectura.intentos)
    assert juicio(caso).veredicto is Veredicto.POR_REVISAR
    assert "Ana" not in " ".join(lectura.no_confiables)


def test_una_respuesta_entera_de_basura(caso):
    """Garbage in str_res_pago is set aside whole."""
    caso.iniciar()
    caso.intento("aprobada", respuesta_cruda="<br>Timeout expired;|;|||;|1|2|3")
    assert juicio(caso).veredicto is Veredicto.POR_REVISAR
