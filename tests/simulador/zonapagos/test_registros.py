import re
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from simulador.libro import Intento, Pago
from simulador.mundo import Ajustes
from simulador.zonapagos import codigos, registros
from tests.simulador.apoyo import inicio, partir

MONTO = re.compile(r"\d{1,12}(\.\d{1,2})?")
FECHA = re.compile(r"\d\d/\d\d/\d{4} \d\d:\d\d:\d\d")
LARGOS = {29: 6, 32: 5, 41: 0, 47: 2, 48: 1, 51: 5, 77: 0, None: 0}  # extra fields of each method (contract 1.2)

montos = st.decimals(min_value=0, max_value=Decimal("999999999999.99"), places=2)
textos = st.text(st.characters(exclude_characters="|;", exclude_categories=("Cs",)), max_size=70)
intentos = st.builds(
    Intento,
    numero=st.integers(1, 9999),
    metodo=st.sampled_from(list(LARGOS)),
    valor=montos,
    creado=st.floats(0, 4e9),
    estado=st.integers(0, 9999),
    estado_final=st.none() | st.integers(0, 9999),
    resuelve=st.none() | st.floats(0, 4e9),
    parcial=st.booleans(),
    datos=st.dictionaries(st.sampled_from(sorted({uno for extra in codigos.EXTRAS.values() for uno in extra})), textos),
)
pagos = st.builds(
    Pago,
    numero=st.integers(1, 10**9),
    pasarela=st.just("zonapagos"),
    comercio=st.just(678),
    referencia=st.just("A1"),
    token=st.just("0" * 32),
    valor=montos,
    iva=montos,
    moneda=st.just("COP"),
    creado=st.floats(0, 4e9),
    url_retorno=st.just("http://127.0.0.1/"),
    datos=st.dictionaries(st.sampled_from(sorted(inicio()["InformacionPago"])), textos),
    intentos=st.lists(intentos, max_size=4),
)
ajustes = st.builds(
    Ajustes,
    vacio=st.sampled_from(Ajustes.OPCIONES["vacio"]),
    sin_abrir=st.sampled_from(Ajustes.OPCIONES["sin_abrir"]),
    orden=st.sampled_from(Ajustes.OPCIONES["orden"]),
    separador_final=st.booleans(),
)


@given(pagos, ajustes, st.floats(0, 4e9))
@settings(max_examples=300)
def test_todo_lo_que_contesta_se_lee_con_las_reglas_del_formato(pago, ajuste, ahora):
    """Whatever was asked and happened, each record has 21 fields and its method's, all well formed."""
    cantidad, texto = registros.respuesta(pago, numero=-1, ahora=ahora, ajustes=ajuste)
    leidos = partir(texto)
    esperados = pago.intentos or ([None] if ajuste.sin_abrir == "888" else [])
    assert cantidad == len(leidos) == len(esperados)
    if not leidos:
        assert texto == {"cadena": "", "nulo": None, "separador": "|;|"}[ajuste.vacio]
        return
    assert texto.endswith("|;|") == ajuste.separador_final
    for registro in leidos:
        metodo = int(registro[20]) if registro[20] else None
        assert len(registro) == 21 + LARGOS[metodo]
        assert all(MONTO.fullmatch(monto) for monto in registro[5:8])
        assert FECHA.fullmatch(registro[19])
        assert all(numero.isdigit() for numero in registro[:5])
        assert registro[2] in "01"
        assert registro[3] in ("200", "1", "2")


@given(pagos, st.floats(0, 4e9))
def test_lo_que_dice_un_registro_es_lo_que_paso(pago, ahora):
    """The records tell the attempts in order: number, state at that moment, amount, and the texts of InicioPago."""
    _, texto = registros.respuesta(pago, numero=-1, ahora=ahora, ajustes=Ajustes())
    for intento, registro in zip(pago.intentos, partir(texto), strict=False):
        assert registro[1] == str(intento.numero)
        assert registro[4] == str(intento.estado_en(ahora))
        assert Decimal(registro[5]) == intento.valor
        assert Decimal(registro[6]) == pago.valor
        assert registro[8] == pago.datos.get("str_descripcion_pago", "")
        assert registro[14] == pago.datos.get("str_opcional1", "")


@given(pagos)
def test_incompleto_solo_si_es_mixto(pago):
    """int_pago_terminado is 200 while under way, 2 for an ended part while the whole lacks money, else 1."""
    for intento in pago.intentos:
        terminado = registros.terminado(pago, intento, ahora=0)
        if intento.estado_en(0) in (888, 999, 4001):
            assert terminado == 200
        else:
            falta = pago.aprobado_en(0) < pago.valor
            assert terminado == (2 if intento.parcial and falta else 1)
