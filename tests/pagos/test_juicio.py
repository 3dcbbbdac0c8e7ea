"""What a gateway's answer means for our pago, as a table and as properties."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagos.estados import TipoNovedad
from pagos.juicio import Esperado, Veredicto, juzgar
from pagos.pasarelas.base import EstadoIntento, Intento, Lectura

ESPERADO = Esperado(referencia="REF234", total=Decimal("12500.00"), moneda="COP", comercio="678", prueba=False)


def un_intento(estado=EstadoIntento.APROBADO, *, n=1, **campos):
    datos = {"referencia": "REF234", "valor": ESPERADO.total, "total": ESPERADO.total, "codigo": "x"}
    return Intento(**{"id": f"REF234-{n}", "estado": estado, **datos, **campos})


def una_lectura(*intentos, **campos):
    return Lectura(referencia="REF234", intentos=intentos, **{"conocida": bool(intentos), **campos})


def veredicto(*intentos, **campos):
    return juzgar(ESPERADO, una_lectura(*intentos, **campos)).veredicto


APROBADO, RECHAZADO = EstadoIntento.APROBADO, EstadoIntento.RECHAZADO
PENDIENTE, REVISION = EstadoIntento.PENDIENTE, EstadoIntento.EN_REVISION
SIN_ABRIR, DESCONOCIDO = EstadoIntento.SIN_ABRIR, EstadoIntento.DESCONOCIDO


@pytest.mark.parametrize(
    ("estados", "esperado"),
    [
        ([], Veredicto.NO_ENCONTRADA),
        ([SIN_ABRIR], Veredicto.SIN_ABRIR),
        ([PENDIENTE], Veredicto.PENDIENTE),
        ([REVISION], Veredicto.EN_REVISION),
        ([RECHAZADO], Veredicto.RECHAZADA),
        ([RECHAZADO, RECHAZADO], Veredicto.RECHAZADA),
        ([RECHAZADO, PENDIENTE], Veredicto.PENDIENTE),
        ([RECHAZADO, SIN_ABRIR], Veredicto.PENDIENTE),
        ([RECHAZADO, REVISION], Veredicto.EN_REVISION),
        ([DESCONOCIDO], Veredicto.PENDIENTE),
        ([RECHAZADO, DESCONOCIDO], Veredicto.PENDIENTE),
        ([APROBADO], Veredicto.APROBADA),
        ([RECHAZADO, APROBADO], Veredicto.APROBADA),
        ([APROBADO, RECHAZADO], Veredicto.APROBADA),
        ([APROBADO, PENDIENTE], Veredicto.APROBADA),
        ([EstadoIntento.REVERSADO], Veredicto.PENDIENTE),
    ],
)
def test_cada_combinacion_de_intentos_tiene_un_solo_veredicto(estados, esperado):
    """The attempts of a reference, taken together, mean exactly one thing."""
    intentos = [un_intento(estado, n=i) for i, estado in enumerate(estados)]
    assert veredicto(*intentos) is esperado


def test_todo_rechazado_pero_sin_cerrar_sigue_pendiente():
    """Rejected only when the newest record is closed: until then the payer may be trying again."""
    assert veredicto(un_intento(RECHAZADO), cerrada=False) is Veredicto.PENDIENTE


def test_conocida_sin_intentos_es_sin_abrir():
    """A reference that the gateway holds without any attempt is unopened, not unknown."""
    assert veredicto(conocida=True) is Veredicto.SIN_ABRIR


@pytest.mark.parametrize(
    ("campos", "tipo"),
    [
        ({"valor": Decimal("12499.99")}, TipoNovedad.OTRO_VALOR),
        ({"valor": Decimal("12500.01")}, TipoNovedad.OTRO_VALOR),
        ({"valor": None}, TipoNovedad.OTRO_VALOR),
        ({"total": Decimal("1.00")}, TipoNovedad.OTRO_VALOR),
        ({"moneda": "USD"}, TipoNovedad.OTRA_MONEDA),
        ({"comercio": "999"}, TipoNovedad.OTRO_COMERCIO),
        ({"referencia": "OTRA"}, TipoNovedad.OTRA_REFERENCIA),
        ({"prueba": True}, TipoNovedad.MODO_PRUEBA),
    ],
)
def test_una_aprobacion_solo_cuenta_si_todo_es_lo_nuestro(campos, tipo):
    """Another amount, currency, merchant, reference or test flag is never an approval: a person must look."""
    juicio = juzgar(ESPERADO, una_lectura(un_intento(**campos)))
    assert juicio.veredicto is Veredicto.POR_REVISAR
    assert [anomalia.tipo for anomalia in juicio.anomalias] == [tipo]


def test_el_registro_no_confiable_no_decide_nada():
    """With an untrusted record beside a rejection nothing is rejected; beside an approval the approval stands."""
    solo = juzgar(ESPERADO, una_lectura(un_intento(RECHAZADO), no_confiables=("faltan campos",)))
    assert solo.veredicto is Veredicto.POR_REVISAR
    con_aprobado = juzgar(ESPERADO, una_lectura(un_intento(), no_confiables=("faltan campos",)))
    assert con_aprobado.veredicto is Veredicto.APROBADA
    assert [a.tipo for a in con_aprobado.anomalias] == [TipoNovedad.NO_CONFIABLE]


def test_codigo_desconocido_no_impide_aprobar_y_se_avisa():
    """An unknown code beside an approval is told to a person and changes nothing of the approval."""
    juicio = juzgar(ESPERADO, una_lectura(un_intento(DESCONOCIDO, n=1, codigo="777"), un_intento(n=2)))
    assert juicio.veredicto is Veredicto.APROBADA
    assert juicio.anomalias[0].evidencia == {"intento": "REF234-1", "codigo": "777"}


def test_aprobada_dos_veces_es_una_aprobacion_y_un_excedente():
    """The first full approval pays; each further one is money to be kept as credit."""
    juicio = juzgar(ESPERADO, una_lectura(un_intento(n=1), un_intento(n=2), un_intento(n=3)))
    assert juicio.principal.id == "REF234-1"
    assert [exceso.id for exceso in juicio.excedentes] == ["REF234-2", "REF234-3"]


def parte(valor, estado=APROBADO, n=1):
    return un_intento(estado, n=n, valor=Decimal(valor), parcial=True)


def test_pago_mixto_aprobado_cuando_las_partes_suman_el_total():
    """A mixed payment is approved only when its approved parts add up to the total."""
    assert veredicto(parte("5000.00"), parte("7500.00", n=2)) is Veredicto.APROBADA


def test_pago_mixto_con_una_parte_en_espera_sigue_pendiente():
    """Any part still pending keeps a mixed payment pending."""
    assert veredicto(parte("5000.00"), parte("7500.00", PENDIENTE, n=2), cerrada=False) is Veredicto.PENDIENTE


def test_pago_mixto_aprobado_en_parte_es_para_una_persona():
    """Some parts approved and the rest rejected: money was taken and the total was not."""
    juicio = juzgar(ESPERADO, una_lectura(parte("5000.00"), parte("7500.00", RECHAZADO, n=2)))
    assert juicio.veredicto is Veredicto.POR_REVISAR
    assert juicio.anomalias[0].tipo is TipoNovedad.APROBADA_EN_PARTE
    assert juicio.anomalias[0].evidencia["aprobado"] == "5000.00"


def test_pago_mixto_que_suma_de_mas_es_para_una_persona():
    """Parts that add up to more than what was asked are another amount."""
    assert veredicto(parte("12000.00"), parte("7500.00", n=2)) is Veredicto.POR_REVISAR


intentos_al_azar = st.builds(
    Intento,
    id=st.text("abc", min_size=1, max_size=2),
    estado=st.sampled_from(EstadoIntento),
    codigo=st.sampled_from(["1", "999", "777"]),
    referencia=st.sampled_from([None, "REF234", "OTRA"]),
    comercio=st.sampled_from([None, "678", "1"]),
    valor=st.sampled_from([None, Decimal("0"), Decimal("5000"), Decimal("7500"), ESPERADO.total, Decimal("99999")]),
    total=st.sampled_from([None, ESPERADO.total, Decimal("1")]),
    moneda=st.sampled_from([None, "COP", "USD"]),
    prueba=st.sampled_from([None, False, True]),
    parcial=st.booleans(),
)


@given(st.lists(intentos_al_azar, max_size=5), st.booleans(), st.booleans())
def test_nada_se_aprueba_sin_aprobados_nuestros_por_el_total(intentos, cerrada, dudosa):
    """Whatever the gateway sends, APROBADA needs approved attempts of ours that add up to the amount asked."""
    leido = una_lectura(*intentos, cerrada=cerrada, no_confiables=("x",) if dudosa else ())
    if juzgar(ESPERADO, leido).veredicto is Veredicto.APROBADA:
        nuestros = [i for i in intentos if i.estado is APROBADO and i.referencia != "OTRA" and i.moneda != "USD"]
        sumas = [i.valor for i in nuestros if not i.parcial and i.valor is not None]
        partes = sum((i.valor for i in nuestros if i.parcial and i.valor), Decimal(0))
        assert ESPERADO.total in sumas or partes >= ESPERADO.total


@given(st.lists(intentos_al_azar, max_size=4))
def test_un_intento_ajeno_nunca_acerca_a_la_aprobacion(intentos):
    """Making every attempt somebody else's leaves nothing approved and nothing rejected."""
    ajenos = [replace(i, referencia="OTRA") for i in intentos]
    obtenido = veredicto(*ajenos)
    assert obtenido is (Veredicto.POR_REVISAR if ajenos else Veredicto.NO_ENCONTRADA)
