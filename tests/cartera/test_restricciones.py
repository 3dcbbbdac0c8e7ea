"""The database itself refuses what must never be: every constraint of `cartera` broken past the ORM, by raw SQL."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from cartera import llaves
from cartera.models import AlcancePersonal, AvisoDePago, Empresa, Movimiento, Saldo, Seleccion
from tests.fabricas import crear_tercero, crear_usuario
from tests.fabricas_cartera import crear_empresa, crear_logo, crear_movimiento, crear_saldo, limitar_a

pytestmark = pytest.mark.django_db


def _escribir(fila, **columnas):
    """UPDATE of one row by raw SQL, its constraints checked at once."""
    asignaciones = ", ".join(f'"{columna}" = %s' for columna in columnas)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{fila._meta.db_table}" SET {asignaciones} WHERE id = %s',  # noqa: S608  (names of our own)
            [*columnas.values(), fila.pk],
        )
        connection.check_constraints()


def _borrar(fila):
    """DELETE of one row by raw SQL, its constraints checked at once."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f'DELETE FROM "{fila._meta.db_table}" WHERE id = %s', [fila.pk])  # noqa: S608
        connection.check_constraints()


def _exigir(restriccion, fila, **columnas):
    """That `restriccion` is what refuses the change (SQLite names the columns of a unique one, not its name)."""
    with pytest.raises(IntegrityError, match=restriccion):
        _escribir(fila, **columnas)


@pytest.mark.parametrize(
    ("restriccion", "columnas"),
    [
        ("saldo_valor_positivo", {"valor": "0", "iva": "0", "saldo_erp": "0", "saldo": "0"}),
        ("saldo_iva_dentro_del_valor", {"iva": "-0.01"}),
        ("saldo_iva_dentro_del_valor", {"iva": "100000.01"}),
        ("saldo_entre_cero_y_valor", {"saldo": "-0.01"}),
        ("saldo_entre_cero_y_valor", {"saldo": "100000.01"}),
        # A negative figure of the ERP is above any saldo too: either name says it.
        ("saldo_erp_entre_cero_y_valor|saldo_no_supera_erp", {"saldo_erp": "-0.01", "saldo": "0"}),
        ("saldo_erp_entre_cero_y_valor", {"saldo_erp": "100000.01"}),
        ("saldo_no_supera_erp", {"saldo_erp": "99999.99"}),
        ("saldo_por_acusar_no_negativo|saldo_por_acusar_con_fecha", {"por_acusar": "-0.01"}),
        ("saldo_por_acusar_con_fecha", {"por_acusar": "0.01"}),
        ("saldo_por_acusar_con_fecha", {"por_acusar_desde": "2026-01-01 00:00:00+00"}),
        ("saldo_por_reflejar_entre_cero_y_valor", {"por_reflejar": "-0.01"}),
        ("saldo_por_reflejar_entre_cero_y_valor", {"por_reflejar": "100000.01"}),
    ],
)
def test_la_base_de_datos_rechaza_importes_imposibles_de_un_saldo(restriccion, columnas):
    """No writer, not even raw SQL, leaves a saldo with amounts that contradict each other."""
    saldo = crear_saldo(valor="100000.00")
    _exigir(restriccion, saldo, **columnas)
    saldo.refresh_from_db()
    assert str(saldo.saldo) == "100000.00"


def test_la_clave_natural_de_un_saldo_es_unica():
    """Empresa, documento, número, ubicación and cuota name one saldo; an empty ubicación counts, as '' and not NULL."""
    uno = crear_saldo(numero="1")
    otro = crear_saldo(empresa=uno.empresa, numero="2")
    clave = "UNIQUE" if connection.vendor == "sqlite" else "saldo_clave_natural"
    _exigir(clave, otro, numero="1")
    with pytest.raises(IntegrityError):
        _escribir(otro, ubicacion=None)


@pytest.mark.parametrize(
    "columnas",
    [
        {"debito": "-1", "credito": "0"},
        {"debito": "0", "credito": "-1"},
        {"debito": "1", "credito": "1"},
        {"debito": "0", "credito": "0"},
    ],
)
def test_un_movimiento_es_debito_o_credito_y_mayor_que_cero(columnas):
    """A movement that is both, neither or negative cannot be stored."""
    _exigir("movimiento_debito_o_credito", crear_movimiento(), **columnas)


def test_un_saldo_inicial_puede_ser_cero():
    """Only the row that says what was owed before may be zero: that is not the same as not knowing it."""
    inicial = crear_movimiento(tipo="SI")
    _escribir(inicial, debito="0")
    inicial.refresh_from_db()
    assert inicial.debito == 0


def test_el_identificador_del_erp_es_unico_por_empresa():
    """The same id_erp twice in one empresa is the same movement; in another empresa it is another one."""
    uno = crear_movimiento(id_erp="A1")
    otro = crear_movimiento(empresa=uno.empresa, id_erp="A2")
    crear_movimiento(id_erp="A1")
    _exigir("UNIQUE" if connection.vendor == "sqlite" else "movimiento_id_erp_unico", otro, id_erp="A1")


def test_el_nit_de_una_empresa_es_unico():
    """Two companies never share a NIT."""
    uno, otro = crear_empresa(), crear_empresa()
    _exigir("UNIQUE" if connection.vendor == "sqlite" else "empresa_nit_unico", otro, nit=uno.nit)


@pytest.mark.parametrize("color", ["azul", "#0A4D8C", "#0a4d8", "#0a4d8;", "red"])
def test_el_color_de_una_empresa_esta_bien_escrito(color):
    """What the pages put into an address is six figures, whoever wrote it."""
    _exigir("empresa_color_escrito", crear_empresa(), color=color)


def test_el_logo_de_una_empresa_existe():
    """No Empresa names a picture that is not there, and none goes while an Empresa shows it."""
    empresa = crear_empresa(logo=crear_logo())
    with pytest.raises(ProtectedError):
        empresa.logo.delete()


def test_un_saldo_se_selecciona_una_vez_por_usuario():
    """The selection holds a saldo once for each user."""
    usuario, a, b = crear_usuario(), crear_saldo(), crear_saldo()
    Seleccion.objects.create(usuario=usuario, saldo=a)
    otra = Seleccion.objects.create(usuario=usuario, saldo=b)
    _exigir("UNIQUE" if connection.vendor == "sqlite" else "seleccion_unica", otra, saldo_id=a.pk)


def test_una_empresa_se_le_muestra_una_vez_a_cada_persona():
    """The limit of a member of staff names each Empresa once."""
    persona = limitar_a(crear_usuario(), uno := crear_empresa(), crear_empresa())
    otra = persona.empresas_a_la_vista.exclude(empresa=uno).get()
    _exigir("UNIQUE" if connection.vendor == "sqlite" else "alcance_personal_unico", otra, empresa_id=uno.pk)


@pytest.mark.parametrize(
    ("restriccion", "columnas"),
    [
        ("seleccion_paga_positiva", {"paga": "0", "razon": "OTRO"}),
        ("seleccion_parte_con_razon", {"paga": "1"}),
        ("seleccion_parte_con_razon", {"razon": "OTRO"}),
        ("seleccion_parte_con_razon", {"paga": "1", "razon": "PEREZA"}),
        ("seleccion_nota_con_razon", {"nota": "x"}),
    ],
)
def test_lo_que_se_elige_pagar_de_menos_lleva_su_razon(restriccion, columnas):
    """A part has an amount and a known reason, all of it has neither, and a comment goes with a reason."""
    _exigir(restriccion, Seleccion.objects.create(usuario=crear_usuario(), saldo=crear_saldo()), **columnas)


@pytest.mark.parametrize(
    ("restriccion", "columnas"),
    [
        ("empresa_abono_parcial_conocido", {"abono_parcial": "QUIZAS"}),
        ("empresa_sin_abonos_sin_minimo", {"abono_minimo": "1"}),
        ("empresa_abono_monto_positivo", {"abono_parcial": "MONTO"}),
        ("empresa_abono_monto_positivo", {"abono_parcial": "MONTO", "abono_minimo": "0"}),
        ("empresa_abono_porcentaje_posible", {"abono_parcial": "PORCENTAJE"}),
        ("empresa_abono_porcentaje_posible", {"abono_parcial": "PORCENTAJE", "abono_minimo": "0"}),
        ("empresa_abono_porcentaje_posible", {"abono_parcial": "PORCENTAJE", "abono_minimo": "100.01"}),
    ],
)
def test_la_regla_de_pagos_parciales_lleva_el_minimo_que_le_toca(restriccion, columnas):
    """None where there are no partial payments, an amount above zero, or a percentage from above 0 to 100."""
    _exigir(restriccion, crear_empresa(), **columnas)


@pytest.mark.parametrize("de_quien", ["empresa", "tercero", "organizacion"])
def test_nadie_con_saldos_o_movimientos_se_puede_borrar(de_quien):
    """People and companies that balances name stay: the database refuses to lose them."""
    for fila in (crear_saldo(), crear_movimiento()):
        with pytest.raises(IntegrityError):
            _borrar(getattr(fila, de_quien))


def test_cada_restriccion_tiene_nombre_y_una_frase_para_las_personas():
    """A violated constraint is explained in a sentence, never by the database's own text."""
    for modelo in (AlcancePersonal, Empresa, Saldo, Movimiento, Seleccion):
        for restriccion in modelo._meta.constraints:
            assert restriccion.name
            assert str(restriccion.violation_error_message).endswith("."), restriccion.name


def test_una_violacion_se_explica_en_espanol():
    """Full validation turns the broken constraint into its sentence."""
    saldo = crear_saldo(valor="100.00")
    saldo.tercero = crear_tercero()
    saldo.iva = saldo.valor + 1
    with pytest.raises(ValidationError, match="El IVA debe estar entre cero y el valor"):
        saldo.validate_constraints()


@pytest.mark.parametrize(
    ("restriccion", "columnas"),
    [
        ("aviso_medio_conocido", {"medio": "TRUEQUE"}),
        ("aviso_visto_por_alguien", {"visto_en": "2026-01-01 00:00:00+00"}),
    ],
)
def test_la_base_de_datos_rechaza_un_aviso_imposible(restriccion, columnas):
    """A note is of a known way to pay, and seen by somebody at some moment or by nobody at none."""
    _exigir(restriccion, _aviso(crear_saldo(), crear_usuario()), **columnas)


def test_un_usuario_no_tiene_dos_avisos_sin_ver_sobre_un_saldo():
    """Whatever wrote them; once one is seen, another may stand beside it."""
    saldo, usuario = crear_saldo(), crear_usuario()
    uno = _aviso(saldo, usuario)
    with pytest.raises(IntegrityError), transaction.atomic():
        _aviso(saldo, usuario)
    AvisoDePago.objects.filter(pk=uno.pk).update(visto_por=usuario, visto_en="2026-01-02T00:00Z")
    assert _aviso(saldo, usuario).pk != uno.pk


def _aviso(saldo, usuario):
    return AvisoDePago.objects.create(
        saldo=saldo, usuario=usuario, fecha="2026-01-01", medio="OTRO", escrito_en="2026-01-01T12:00Z"
    )


def test_una_llave_del_erp_es_unica_y_sirve_para_algo():
    """Whatever wrote it: no two of one prefix or one hash, and none without a permission."""
    una, otra = (llaves.crear(crear_empresa(), nombre="ERP", permisos=["leer"])[0] for _vez in range(2))
    _exigir("llave_con_algun_permiso", una, leer=False)
    _exigir("UNIQUE" if connection.vendor == "sqlite" else "llave_prefijo_unico", otra, prefijo=una.prefijo)
    _exigir("UNIQUE" if connection.vendor == "sqlite" else "llave_huella_unica", otra, huella=una.huella)
