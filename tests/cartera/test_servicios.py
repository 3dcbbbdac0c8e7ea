"""What is still owed, whatever the order in which the portal and the ERP speak (diseno.md 4.10, 4.11)."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.db.transaction import TransactionManagementError
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cartera import servicios
from cartera.dinero import CENTAVO, CERO
from cartera.errores import DineroIncoherenteError
from cartera.models import Saldo
from tests.fabricas_cartera import crear_saldo

_EN_LA_MISMA_BASE = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def _con(saldo, accion, *args):
    """`accion(locked saldo, *args)` in a transaction; the saldo as the database then has it."""
    with transaction.atomic():
        (fila,) = servicios.bloquear_saldos([saldo.pk])
        accion(fila, *args)
        if accion is servicios.registrar_saldo_erp:
            servicios.guardar_saldos([fila], campos=())
    return Saldo.objects.get(pk=saldo.pk)


def _pagar(saldo, valor):
    return _con(saldo, servicios.aplicar_dinero, Decimal(valor))


def _acusar(saldo, valor):
    return _con(saldo, servicios.acusar_dinero, Decimal(valor))


def _importar(saldo, cifra):
    return _con(saldo, servicios.registrar_saldo_erp, Decimal(cifra))


@pytest.mark.django_db(transaction=True)
def test_bloquear_saldos_exige_una_transaccion():
    """Locks without a transaction protect nothing, so asking for them is an error on both databases."""
    with pytest.raises(TransactionManagementError):
        servicios.bloquear_saldos([1])


@pytest.mark.django_db
def test_bloquear_saldos_devuelve_en_orden_de_clave_primaria():
    """Whatever the order asked for, rows come (and are locked) by primary key; unknown ids are left out."""
    a, b, c = (crear_saldo() for _ in range(3))
    assert [s.pk for s in servicios.bloquear_saldos([c.pk, 0, a.pk, b.pk])] == [a.pk, b.pk, c.pk]


@pytest.mark.django_db
def test_el_dinero_de_mas_no_se_aplica():
    """A saldo takes at most what is owed and says how much it took, so that the rest becomes credit."""
    saldo = crear_saldo(valor="100.00")
    with transaction.atomic():
        (fila,) = servicios.bloquear_saldos([saldo.pk])
        assert servicios.aplicar_dinero(fila, Decimal("30.00")) == Decimal("30.00")
        assert servicios.aplicar_dinero(fila, Decimal("90.00")) == Decimal("70.00")
        assert servicios.aplicar_dinero(fila, Decimal("1.00")) == CERO
    saldo.refresh_from_db()
    assert (saldo.saldo, saldo.por_acusar, saldo.saldo_erp) == (CERO, Decimal("100.00"), Decimal("100.00"))


@pytest.mark.django_db
@pytest.mark.parametrize("valor", ["0.00", "-1.00"])
def test_aplicar_o_acusar_nada_es_un_defecto_de_quien_llama(valor):
    """Zero or negative money is refused and nothing is written."""
    saldo = crear_saldo(valor="100.00")
    for hacer in (_pagar, _acusar):
        with pytest.raises(DineroIncoherenteError):
            hacer(saldo, valor)
    assert Saldo.objects.get(pk=saldo.pk).saldo == Decimal("100.00")


@pytest.mark.django_db
def test_no_se_acusa_mas_de_lo_que_espera():
    """The ERP cannot acknowledge money that the portal never applied."""
    saldo = crear_saldo(valor="100.00")
    _pagar(saldo, "40.00")
    with pytest.raises(DineroIncoherenteError):
        _acusar(saldo, "40.01")


@pytest.mark.django_db
def test_importar_pagar_e_importar_lo_mismo_deja_el_saldo_en_cero():
    """The ERP is late, the portal is not: the same file again does not bring a paid debt back."""
    saldo = crear_saldo(valor="100.00")
    assert _pagar(saldo, "100.00").saldo == CERO
    assert _importar(saldo, "100.00").saldo == CERO
    assert _importar(saldo, "100.00").saldo == CERO


# What the balance of a document of 100 must be after each step; P pays, A acknowledges, F brings a figure.
_ORDENES = {
    "pago, acuse, archivo nuevo": [("P", 40, 60), ("A", 40, 60), ("F", 60, 60)],
    "pago, acuse, archivo viejo, archivo nuevo": [("P", 40, 60), ("A", 40, 60), ("F", 100, 60), ("F", 60, 60)],
    "pago, viejo, acuse, viejo, nuevo": [("P", 40, 60), ("F", 100, 60), ("A", 40, 60), ("F", 100, 60), ("F", 60, 60)],
    "pago, archivo nuevo, acuse": [("P", 40, 60), ("F", 60, 20), ("A", 40, 60)],
    "pago total, archivo nuevo, acuse": [("P", 100, 0), ("F", 0, 0), ("A", 100, 0), ("F", 0, 0)],
    "pago total, acuse, viejo": [("P", 100, 0), ("A", 100, 0), ("F", 100, 0), ("F", 0, 0)],
    "dos pagos, un acuse": [("P", 30, 70), ("P", 20, 50), ("A", 30, 50), ("F", 70, 50), ("A", 20, 50), ("F", 50, 50)],
    "otro pago entre el archivo y el acuse": [("P", 40, 60), ("F", 60, 20), ("P", 20, 0), ("A", 40, 40), ("A", 20, 40)],
    "la cifra cae por debajo de lo pagado": [("P", 100, 0), ("F", 70, 0), ("A", 100, 0), ("F", 0, 0)],
    "nota débito después del acuse": [("P", 40, 60), ("A", 40, 60), ("F", 60, 60), ("F", 80, 80)],
    "sin pagos el ERP manda": [("F", 40, 40), ("F", 90, 90), ("F", 0, 0)],
}


@pytest.mark.django_db
@pytest.mark.parametrize("pasos", _ORDENES.values(), ids=_ORDENES)
def test_ningun_orden_muestra_lo_pagado_ni_esconde_lo_debido(pasos):
    """In every order of payment, acknowledgement and file, each step leaves the balance that the decision says."""
    saldo = crear_saldo(valor="100.00")
    hacer = {"P": _pagar, "A": _acusar, "F": _importar}
    for paso, importe, esperado in pasos:
        saldo = hacer[paso](saldo, f"{importe}.00")
        assert saldo.saldo == Decimal(esperado), (paso, importe)
        assert saldo.saldo == servicios.recalcular(saldo.saldo_erp, saldo.por_acusar)


@pytest.mark.django_db
def test_si_tres_dias_despues_el_erp_dice_lo_mismo_se_le_cree():
    """An acknowledged booking that was undone comes back as debt once the figure has stood for three days."""
    saldo = crear_saldo(valor="100.00")
    _pagar(saldo, "40.00")
    assert _acusar(saldo, "40.00").saldo == Decimal("60.00")
    Saldo.objects.filter(pk=saldo.pk).update(actualizado_en=timezone.now() - servicios.PLAZO_ERP + timedelta(minutes=1))
    assert _importar(saldo, "100.00").saldo == Decimal("60.00")
    Saldo.objects.filter(pk=saldo.pk).update(actualizado_en=timezone.now() - servicios.PLAZO_ERP)
    assert _importar(saldo, "100.00").saldo == Decimal("100.00")


@pytest.mark.django_db
def test_lo_no_acusado_no_caduca():
    """However long the ERP takes, unacknowledged money keeps being subtracted from its figure."""
    saldo = crear_saldo(valor="100.00")
    _pagar(saldo, "100.00")
    Saldo.objects.filter(pk=saldo.pk).update(actualizado_en=timezone.now() - timedelta(days=400))
    assert _importar(saldo, "100.00").saldo == CERO


@pytest.mark.django_db
def test_por_acusar_lleva_su_fecha_mientras_haya_algo_por_acusar():
    """The clock of unacknowledged money starts with it, starts again at each acknowledgement and stops at zero."""
    saldo = crear_saldo(valor="100.00")
    primera = _pagar(saldo, "40.00").por_acusar_desde
    assert primera is not None
    assert _pagar(saldo, "20.00").por_acusar_desde == primera
    assert _acusar(saldo, "40.00").por_acusar_desde > primera
    assert _acusar(saldo, "20.00").por_acusar_desde is None


@pytest.mark.django_db
@_EN_LA_MISMA_BASE
@given(st.lists(st.integers(1, 5_000_000_00), min_size=1, max_size=25), st.randoms(use_true_random=False))
def test_un_saldo_pagado_en_partes_al_azar_termina_exactamente_en_cero(partes, azar):
    """Random balances paid off in random parts, read back from the database each time, end at exactly 0."""
    centavos = [Decimal(parte) * CENTAVO for parte in partes]
    saldo = crear_saldo(valor=sum(centavos, CERO), iva=CERO)
    azar.shuffle(centavos)
    for pendientes, parte in enumerate(centavos, start=1):
        saldo = _pagar(saldo, parte)
        assert saldo.saldo == sum(centavos[pendientes:], CERO)
    assert saldo.saldo == CERO
    assert Saldo.objects.filter(pk=saldo.pk, saldo=0).exists()


@dataclass
class _Verdad:
    """A document of 1,000 in the ERP's books and in the world: what the portal's balance is judged by."""

    valor: int = 1000
    pagado: int = 0
    por_contabilizar: list = field(default_factory=list)  # paid in the portal, not in the ERP's books
    contabilizado: int = 0
    por_acusar: list = field(default_factory=list)  # booked, the portal not told
    archivo: int = 1000  # the last file exported

    @property
    def debido(self):
        return self.valor - self.pagado

    def pagar(self, importe):
        self.pagado += importe
        self.por_contabilizar.append(importe)

    def contabilizar(self):
        importe = self.por_contabilizar.pop(0)
        self.contabilizado += importe
        self.por_acusar.append(importe)

    def exportar(self):
        self.archivo = self.valor - self.contabilizado


def _paso(verdad, saldo, orden, importe):
    """One thing that may happen, in the ERP, in the portal or between them."""
    if orden == "pagar" and saldo.saldo:
        importe = min(importe, int(saldo.saldo))
        verdad.pagar(importe)
        return _pagar(saldo, importe)
    if orden == "contabilizar" and verdad.por_contabilizar:
        verdad.contabilizar()
    elif orden == "acusar" and verdad.por_acusar:
        return _acusar(saldo, verdad.por_acusar.pop(0))
    elif orden == "exportar":
        verdad.exportar()
    elif orden == "importar":
        return _importar(saldo, verdad.archivo)
    return saldo


_ORDEN = st.sampled_from(["pagar", "contabilizar", "acusar", "exportar", "importar"])


@pytest.mark.django_db
@_EN_LA_MISMA_BASE
@given(st.lists(st.tuples(_ORDEN, st.integers(1, 400)), max_size=40))
def test_en_cualquier_orden_nunca_se_muestra_una_deuda_pagada(pasos):
    """Payments, bookings, acknowledgements and files, stale ones too, in random order: never more than is owed.

    And exactly what is owed as soon as everything booked is acknowledged and the figure of that moment is imported.
    """
    verdad, saldo = _Verdad(), crear_saldo(valor="1000.00")
    for orden, importe in pasos:
        antes = saldo.saldo
        saldo = _paso(verdad, saldo, orden, importe)
        assert saldo.saldo <= verdad.debido, (orden, importe)
        assert saldo.saldo == servicios.recalcular(saldo.saldo_erp, saldo.por_acusar)
        if orden == "acusar":
            assert saldo.saldo >= antes
    while verdad.por_contabilizar:
        verdad.contabilizar()
    while verdad.por_acusar:
        saldo = _acusar(saldo, verdad.por_acusar.pop(0))
    verdad.exportar()
    saldo = _importar(saldo, verdad.archivo)
    assert saldo.saldo == verdad.debido
    assert (saldo.por_acusar, saldo.por_reflejar) == (CERO, CERO)


@pytest.mark.django_db
@_EN_LA_MISMA_BASE
@given(st.lists(st.tuples(_ORDEN, st.integers(1, 400)), max_size=40))
def test_si_se_acusa_lo_contabilizado_antes_de_importar_el_saldo_es_siempre_el_debido(pasos):
    """With bookings acknowledged as they happen, the balance is the truth after every step, whatever file comes."""
    verdad, saldo = _Verdad(), crear_saldo(valor="1000.00")
    for orden, importe in pasos:
        saldo = _paso(verdad, saldo, orden, importe)
        if orden == "contabilizar" and verdad.por_acusar:
            saldo = _acusar(saldo, verdad.por_acusar.pop(0))
        assert saldo.saldo == verdad.debido, (orden, importe)
