"""`usuarios.consultas`: whose data a user may see (diseno.md 2, 2.1 and 4.8)."""

import pytest
from django.contrib.auth.models import AnonymousUser

from tests.fabricas import ana, asociar, beto, crear_cliente, crear_organizacion, crear_tercero, crear_usuario
from usuarios import consultas
from usuarios.consultas import Alcance, alcance
from usuarios.models import Asociacion

pytestmark = pytest.mark.django_db


def visibles(usuario, prefijo=""):
    """Rows that `filtro` lets through, on the one model of this app with both foreign keys."""
    return set(Asociacion.objects.filter(alcance(usuario).filtro(prefijo)))


def fila(tercero, organizacion=None):
    """A row that names a tercero and an organizacion, as a balance does; it belongs to nobody of the test."""
    return asociar(crear_usuario(), tercero, organizacion)


def test_ana_ve_lo_suyo_y_nada_de_beto():
    """Each customer sees the rows of the own mapping alone."""
    de_ana, de_beto = ana().asociaciones.get(), beto().asociaciones.get()
    assert visibles(de_ana.usuario) == {de_ana}
    assert visibles(de_beto.usuario) == {de_beto}


def test_una_fila_necesita_el_tercero_y_la_organizacion_de_la_misma_asociacion():
    """Never the tercero of one mapping with the organizacion of another."""
    usuario = crear_usuario()
    t1, t2, o1, o2 = crear_tercero(), crear_tercero(), crear_organizacion(), crear_organizacion()
    propias = {asociar(usuario, t1, o1), asociar(usuario, t2, o2)}
    for tercero, organizacion in ((t1, o2), (t2, o1), (t1, crear_organizacion()), (crear_tercero(), o1)):
        fila(tercero, organizacion)
    assert visibles(usuario) == propias
    assert alcance(usuario).permite(tercero_id=t1.pk, organizacion_id=o1.pk)
    assert not alcance(usuario).permite(tercero_id=t1.pk, organizacion_id=o2.pk)


def test_un_contador_ve_a_todos_sus_clientes():
    """Several mappings add up."""
    contador = crear_usuario()
    propias = {asociar(contador) for _ in range(12)}
    fila(crear_tercero())
    assert visibles(contador) == propias
    assert alcance(contador).terceros == {asociacion.tercero_id for asociacion in propias}


@pytest.mark.parametrize(("tipo", "otro"), [("CC", "NIT"), ("NIT", "CC")])
def test_la_cedula_y_el_nit_de_una_persona_son_la_misma(tipo, otro):
    """Mapped by cédula, the balances that came with the NIT are visible, and the other way round."""
    persona, con_otro_tipo = (crear_tercero(tipo_id=t, numero="52123456") for t in (tipo, otro))
    usuario = crear_cliente(tercero=persona)
    suya = fila(con_otro_tipo)
    cruzada = fila(persona, suya.organizacion)
    assert visibles(usuario) == {usuario.asociaciones.get(), suya, cruzada}
    assert alcance(usuario).terceros == {persona.pk, con_otro_tipo.pk}


@pytest.mark.parametrize(
    ("uno", "otro"),
    [
        (("NIT", "900123456"), ("CC", "900123456")),
        (("CC", "800123456"), ("NIT", "800123456")),
        (("CC", "52123456"), ("CE", "52123456")),
        (("PA", "52123456"), ("NIT", "52123456")),
    ],
)
def test_los_numeros_de_empresa_y_los_demas_tipos_no_se_juntan(uno, otro):
    """A company's NIT is not the cédula of the same number, and no other types ever match."""
    usuario = crear_cliente(tercero=crear_tercero(tipo_id=uno[0], numero=uno[1]))
    fila(crear_tercero(tipo_id=otro[0], numero=otro[1]))
    assert visibles(usuario) == {usuario.asociaciones.get()}


def test_una_asociacion_incompleta_no_muestra_nada_y_se_dice():
    """With one side missing nothing is shown through it, and `incompletas` lets the page explain."""
    sin_organizacion, sin_tercero = crear_usuario(), crear_usuario()
    tercero = crear_tercero()
    Asociacion.objects.create(usuario=sin_organizacion, tercero=tercero)
    Asociacion.objects.create(usuario=sin_tercero, organizacion=fila(tercero).organizacion)
    for usuario in (sin_organizacion, sin_tercero):
        assert alcance(usuario) == Alcance(pares=(), incompletas=True)
        assert alcance(usuario).vacio
        assert visibles(usuario) == set()


def test_una_incompleta_no_apaga_a_las_completas():
    """What is complete shows, and what is not is still said."""
    usuario = ana()
    Asociacion.objects.create(usuario=usuario, tercero=crear_tercero())
    assert alcance(usuario).incompletas
    assert visibles(usuario) == {usuario.asociaciones.get(organizacion__isnull=False)}


def test_lo_desactivado_no_muestra_nada():
    """A mapping, a tercero or a user taken out of service shows nothing, even to an old user object."""
    asociacion_inactiva, tercero_inactivo, usuario_inactivo = (crear_cliente() for _ in range(3))
    asociacion_inactiva.asociaciones.update(activa=False)
    tercero = tercero_inactivo.asociaciones.get().tercero
    tercero.activo = False
    tercero.save(update_fields=["activo"])
    type(usuario_inactivo).objects.filter(pk=usuario_inactivo.pk).update(is_active=False)
    for usuario in (asociacion_inactiva, tercero_inactivo, usuario_inactivo):
        assert alcance(usuario) == Alcance()
    usuario_inactivo.refresh_from_db()
    assert alcance(usuario_inactivo) == Alcance()


def test_un_tercero_equivalente_inactivo_tampoco_se_ve():
    """The NIT of a person whose NIT row is out of service is not reached through the cédula."""
    persona = crear_tercero(tipo_id="CC", numero="52123456")
    apagado = crear_tercero(tipo_id="NIT", numero="52123456", activo=False)
    usuario = crear_cliente(tercero=persona)
    fila(apagado)
    assert alcance(usuario).terceros == {persona.pk}


def test_por_un_tercero_inactivo_no_se_llega_a_su_equivalente():
    """Mapped by a cédula taken out of service, the person's NIT is out of reach too: the mapping allows nothing."""
    apagado = crear_tercero(tipo_id="CC", numero="52123456", activo=False)
    usuario = crear_cliente(tercero=apagado)
    fila(crear_tercero(tipo_id="NIT", numero="52123456"))
    assert alcance(usuario) == Alcance()


def test_quien_no_ha_entrado_o_no_tiene_asociacion_no_ve_nada():
    """No login or no mapping: nothing, on any model."""
    ana()
    for usuario in (AnonymousUser(), crear_usuario()):
        assert alcance(usuario) == Alcance()
        assert visibles(usuario) == set()


def test_el_filtro_llega_a_traves_de_una_relacion():
    """With a prefix the same rule holds for models that reach the pair through another one."""
    usuario, otro = ana(), beto()
    alcanzados = type(usuario).objects.filter(alcance(usuario).filtro("asociaciones__"))
    assert set(alcanzados) == {usuario}
    assert otro not in alcanzados


@pytest.mark.parametrize("cuantas", [1, 3, 40])
def test_el_alcance_cuesta_dos_consultas_sin_importar_cuantas_asociaciones(cuantas, django_assert_num_queries):
    """Two SQL queries, and none for the filter itself."""
    contador = crear_usuario()
    for _ in range(cuantas):
        asociar(contador)
    with django_assert_num_queries(2):
        calculado = alcance(contador)
        calculado.filtro()
        assert len(calculado.terceros) == cuantas


def test_muchas_asociaciones_no_rompen_el_limite_de_la_base(monkeypatch):
    """Terms are grouped so that no database sees them nested a thousand deep; the answer is the same."""
    contador = crear_usuario()
    propias = {asociar(contador) for _ in range(25)}
    fila(crear_tercero())
    monkeypatch.setattr(consultas, "_TERMINOS_JUNTOS", 4)
    assert visibles(contador) == propias


def test_mil_quinientas_asociaciones_caben_en_una_consulta():
    """More pairs than SQLite may nest (1,000) are one valid query."""
    pares = tuple((frozenset({n}), frozenset({n})) for n in range(1, 1501))
    usuario = ana()
    asociacion = usuario.asociaciones.get()
    pares += ((frozenset({asociacion.tercero_id}), frozenset({asociacion.organizacion_id})),)
    assert asociacion in Asociacion.objects.filter(Alcance(pares=pares).filtro())
