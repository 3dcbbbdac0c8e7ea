"""Starting a payment against a gateway that really answers, refuses, hangs or lies."""

from datetime import timedelta
from decimal import Decimal

import pytest
from cryptography.fernet import Fernet
from django.db import connection
from django.utils import timezone

from cartera.parcial import Parte
from cartera.seleccion import Linea
from pagos import consulta, cortacircuitos, propuesta, servicios, sonda, transiciones
from pagos.errores import (
    PagoNoPermitidoError,
    PasarelaLentaError,
    SaldoEnPagoError,
    SeleccionCambioError,
    SinAcuerdoError,
)
from pagos.estados import Estado, Motivo, TipoNovedad
from pagos.models import AcuerdoComercial, Pago
from pagos.pasarelas.http import ClienteHttp
from tests.fabricas import asociar, beto, crear_cliente, crear_tercero
from tests.fabricas_cartera import crear_empresa, crear_saldo
from tests.fabricas_pagos import (
    aceptacion,
    crear_acuerdo,
    crear_forma,
    crear_pago,
    envejecer,
    esperando,
    foto_de,
    permitir_parcial,
    rechazada,
)
from tests.simulador.apoyo import Pagador

pytestmark = pytest.mark.django_db


@pytest.fixture
def caso(forma_del_simulador):
    """A customer with one balance and a button that works."""
    saldo = crear_saldo()
    return saldo, crear_cliente(tercero=saldo.tercero), forma_del_simulador(saldo.empresa)


def iniciar(usuario, forma, saldos, *, foto=None):
    return servicios.iniciar_pago(
        foto=foto or foto_de(usuario, saldos), forma=forma, usuario=usuario, aceptacion=aceptacion(), idioma="es-co"
    )


def test_iniciar_deja_pendiente_con_la_direccion_de_la_pasarela(caso, simulador):
    """The pago is PENDIENTE with the gateway's address, and the simulator saw no breach of its contract."""
    saldo, usuario, forma = caso
    pago = iniciar(usuario, forma, [saldo])
    assert pago.estado == Estado.PENDIENTE
    assert pago.url_pasarela.startswith(f"{simulador.url}/Ciclo_Pago/Pago.aspx?rut=")
    assert simulador.control(f"pagos/{pago.referencia}")
    assert simulador.faltas() == []


def test_la_referencia_se_lee_en_voz_alta_y_no_empieza_por_cero(caso):
    """16 characters without 0 O 1 I L U; the return code is 128 random bits."""
    saldo, usuario, forma = caso
    pago = iniciar(usuario, forma, [saldo])
    assert len(pago.referencia) == 16
    assert set(pago.referencia) <= set("23456789ABCDEFGHJKMNPQRSTVWXYZ")
    assert len(bytes.fromhex(pago.codigo_retorno)) == 16


def test_la_misma_pagina_enviada_dos_veces_es_el_mismo_pago(caso):
    """A double click gives one pago, one transaction at the gateway, the same answer."""
    saldo, usuario, forma = caso
    foto = foto_de(usuario, [saldo])
    assert iniciar(usuario, forma, [saldo], foto=foto) == iniciar(usuario, forma, [saldo], foto=foto)
    assert Pago.objects.count() == 1


def test_un_saldo_en_un_pago_abierto_se_nombra_y_no_crea_nada(caso):
    """From another tab: the open payment is named, and which documents could go on without it."""
    saldo, usuario, forma = caso
    libre = crear_saldo(tercero=saldo.tercero, empresa=saldo.empresa)
    abierto = iniciar(usuario, forma, [saldo])
    with pytest.raises(SaldoEnPagoError) as excepcion:
        iniciar(usuario, forma, [saldo, libre])
    assert excepcion.value.ocupados == [(saldo.pk, saldo.etiqueta, abierto.referencia)]
    assert excepcion.value.libres == [libre.pk]
    assert Pago.objects.count() == 1


def test_un_saldo_que_se_reintenta_en_la_pasarela_no_se_paga_de_nuevo(caso):
    """While a rejected pago of the same balance is being retried at the gateway, new checkouts are refused."""
    saldo, usuario, forma = caso
    pago = crear_pago(saldo, usuario=usuario, forma=forma)
    transiciones.aplicar(pago.pk, rechazada(pago), origen="sonda")
    transiciones.aplicar(pago.pk, esperando(pago), origen="sonda")
    with pytest.raises(SaldoEnPagoError, match="reintentando"):
        iniciar(usuario, forma, [saldo])


def test_lo_que_cambio_desde_que_se_mostro_no_crea_nada(caso):
    """Under the lock the page's amounts are compared with the database: any difference is told, nothing created."""
    saldo, usuario, forma = caso
    foto = foto_de(usuario, [saldo])
    type(saldo).objects.filter(pk=saldo.pk).update(saldo=Decimal("5.00"))
    with pytest.raises(SeleccionCambioError) as excepcion:
        iniciar(usuario, forma, [saldo], foto=foto)
    assert saldo.etiqueta in excepcion.value.cambios[0]
    assert Pago.objects.count() == 0


# --- Part of a balance --------------------------------------------------------------------------------------------
PARTE = {"paga": Decimal("60000.00"), "razon": "RETENCION", "nota": "Reteica"}


def test_un_pago_parcial_guarda_lo_que_se_debia_y_por_que(caso):
    """The detail keeps amount, what was owed, reason and comment; the gateway is asked for that amount alone."""
    saldo, usuario, forma = caso
    permitir_parcial(saldo.empresa, minimo="20000")
    entero = crear_saldo(tercero=saldo.tercero, empresa=saldo.empresa)
    lineas = (Linea(saldo, Parte(**PARTE)), Linea(entero, Parte(paga=entero.saldo)))
    oferta = propuesta.Propuesta(empresa=saldo.empresa, tercero=saldo.tercero, moneda="COP", lineas=lineas)
    foto = propuesta.leer(propuesta.firmar(oferta, usuario), usuario)
    pago = iniciar(usuario, forma, [saldo], foto=foto)
    assert (pago.estado, pago.total) == (Estado.PENDIENTE, Decimal("160000.00"))
    filas = pago.detalles.order_by("pk").values_list("valor", "debia", "iva", "razon", "nota")
    assert list(filas) == [
        (Decimal("60000.00"), Decimal("100000.00"), Decimal("11400.00"), "RETENCION", "Reteica"),
        (Decimal("100000.00"), Decimal("100000.00"), Decimal("19000.00"), "", ""),
    ]


@pytest.mark.parametrize(
    ("regla", "frase"),
    [
        ({"regla": "MONTO", "minimo": "60000.01"}, "Lo mínimo que puede pagar es"),
        ({"regla": "PORCENTAJE", "minimo": "61"}, "Lo mínimo que puede pagar es"),
        ({"regla": "NO", "minimo": None}, "no recibe pagos parciales"),
    ],
)
def test_la_regla_se_comprueba_otra_vez_bajo_el_bloqueo(caso, regla, frase):
    """The empresa raised its minimum after the page was shown: nothing is created, and the document is told."""
    saldo, usuario, forma = caso
    permitir_parcial(saldo.empresa, minimo="20000")
    foto = foto_de(usuario, [saldo], **PARTE)
    type(saldo.empresa).objects.update(abono_parcial=regla["regla"], abono_minimo=regla["minimo"])
    with pytest.raises(SeleccionCambioError) as excepcion:
        iniciar(usuario, forma, [saldo], foto=foto)
    (cambio,) = excepcion.value.cambios
    assert cambio.startswith(f"{saldo.etiqueta}: ")
    assert frase in cambio
    assert Pago.objects.count() == 0


def test_un_saldo_que_bajo_por_debajo_de_lo_elegido_no_crea_nada(caso):
    """An import lowered the balance: what was chosen is more than what is owed, and the change is told."""
    saldo, usuario, forma = caso
    permitir_parcial(saldo.empresa)
    foto = foto_de(usuario, [saldo], **PARTE)
    type(saldo).objects.filter(pk=saldo.pk).update(saldo=Decimal("50000.00"))
    with pytest.raises(SeleccionCambioError) as excepcion:
        iniciar(usuario, forma, [saldo], foto=foto)
    cambio = excepcion.value.cambios[0].replace("\xa0", " ")
    assert cambio == f"{saldo.etiqueta}: el saldo cambió de $ 100.000 a $ 50.000."
    assert Pago.objects.count() == 0


def test_las_consultas_de_un_pago_parcial_no_crecen_con_los_documentos(django_assert_num_queries):
    """Rule and IVA of every partly paid document are asked for together: the same queries for 1 and for 3."""
    empresa, tercero = permitir_parcial(crear_empresa()), crear_tercero()
    usuario, forma = crear_cliente(tercero=tercero), crear_forma(crear_acuerdo(empresa))
    for cuantos in (1, 3):
        saldos = [crear_saldo(empresa=empresa, tercero=tercero) for _ in range(cuantos)]
        foto = foto_de(usuario, saldos, **PARTE)
        with django_assert_num_queries(12):
            servicios._registrar(foto=foto, forma=forma, usuario=usuario, aceptacion=aceptacion(), idioma="es-co")


def test_nadie_paga_lo_que_no_ve(caso):
    """A balance outside the user's mappings cannot be paid, whatever page was signed."""
    saldo, _usuario, forma = caso
    otro = beto()
    with pytest.raises(PagoNoPermitidoError):
        iniciar(otro, forma, [saldo])
    assert Pago.objects.count() == 0


def test_la_foto_firmada_no_se_altera_ni_se_presta(caso):
    """An altered snapshot, or another user's, is refused."""
    saldo, usuario, _forma = caso
    lineas = (Linea(saldo, Parte(paga=saldo.saldo)),)
    oferta = propuesta.Propuesta(empresa=saldo.empresa, tercero=saldo.tercero, moneda="COP", lineas=lineas)
    texto = propuesta.firmar(oferta, usuario)
    with pytest.raises(SeleccionCambioError):
        propuesta.leer(texto[:-3] + "abc", usuario)
    with pytest.raises(SeleccionCambioError):
        propuesta.leer(texto, beto())


@pytest.mark.parametrize(
    "campos",
    [
        {"activo": False},
        {"hasta": timezone.localdate() - timedelta(days=1)},
        {"desde": timezone.localdate() + timedelta(days=1)},
        {"monedas": ["USD"]},
        {"monto_minimo": Decimal("100000.01")},
        {"monto_maximo": Decimal("99999.99")},
    ],
)
def test_sin_acuerdo_vigente_no_se_paga(caso, campos):
    """Not active, not today, not this currency or amount: nothing is created."""
    saldo, usuario, forma = caso
    AcuerdoComercial.objects.update(**campos)
    with pytest.raises(SinAcuerdoError):
        iniciar(usuario, forma, [saldo])
    assert Pago.objects.count() == 0


def test_un_acuerdo_de_prueba_solo_sirve_con_permitir_pruebas(caso, settings):
    """Without PERMITIR_PRUEBAS a test agreement collects nothing."""
    saldo, usuario, forma = caso
    settings.PERMITIR_PRUEBAS = False
    with pytest.raises(SinAcuerdoError):
        iniciar(usuario, forma, [saldo])


def falla(simulador, tipo, **campos):
    """The next InicioPago suffers this fault, once."""
    regla = {"punto": "InicioPago", "tipo": tipo, "veces": 1, **campos}
    simulador.control("fallas", {"reglas": [regla]})


def test_inicio_sin_respuesta_queda_creada_y_se_averigua(caso, simulador):
    """InicioPago unanswered: CREADA; asked again, it is unknown there, and Continuar repeats the same id."""
    saldo, usuario, forma = caso
    falla(simulador, "corte_antes")
    pago = iniciar(usuario, forma, [saldo])
    assert pago.estado == Estado.CREADA
    pago = servicios.continuar(envejecer(pago, seconds=61))
    assert (pago.estado, simulador.control("pagos")["total"]) == ("CREADA", 0)
    assert servicios.continuar(pago).estado == Estado.PENDIENTE
    assert Pago.objects.count() == 1


def test_continuar_no_repite_sin_saber(caso, simulador):
    """An old "nothing found" and a gateway that does not answer now: nothing is asked for again."""
    saldo, usuario, forma = caso
    falla(simulador, "corte_antes")
    pago = consulta.verificar(envejecer(iniciar(usuario, forma, [saldo]), seconds=61), origen="cliente")
    Pago.objects.update(ultima_consulta=timezone.now() - timedelta(minutes=5))
    simulador.control("fallas", {"reglas": [{"punto": "VerificacionPago", "tipo": "error"}]})
    for _vez in range(2):
        pago = servicios.continuar(Pago.objects.get())
    assert (pago.estado, simulador.control("pagos")["total"]) == ("CREADA", 0)


def test_un_acuerdo_que_no_se_puede_usar_no_crea_nada(caso, settings):
    """With the keys lost the payer is told and nothing is created; an existing pago's page does not break."""
    saldo, usuario, forma = caso
    pago = crear_pago(crear_saldo(empresa=saldo.empresa, tercero=saldo.tercero), usuario=usuario, forma=forma)
    settings.CLAVES_CIFRADO = [Fernet.generate_key().decode()]
    with pytest.raises(SinAcuerdoError):
        iniciar(usuario, forma, [saldo])
    assert consulta.verificar(pago, origen="cliente").error_consulta == "acuerdo"
    assert Pago.objects.count() == 1


def test_los_terminos_que_cambiaron_se_vuelven_a_mostrar(caso):
    """The acceptance kept is of the version that the page linked to, or nothing is created."""
    saldo, usuario, forma = caso
    foto = foto_de(usuario, [saldo])
    type(saldo.empresa).objects.update(version_terminos="2")
    forma.refresh_from_db()
    with pytest.raises(SeleccionCambioError, match="términos"):
        iniciar(usuario, forma, [saldo], foto=foto)


def test_inicio_cortado_despues_de_crear_pierde_la_direccion(caso, simulador):
    """The transaction exists and its address was lost: ERROR_INICIO, watched; Continuar never creates a second one."""
    saldo, usuario, forma = caso
    falla(simulador, "corte_despues")
    pago = iniciar(usuario, forma, [saldo])
    assert pago.estado == Estado.CREADA
    pago = servicios.continuar(envejecer(pago, seconds=61))
    assert (pago.estado, pago.motivo) == ("RECHAZADA", Motivo.ERROR_INICIO)
    assert pago.proxima_consulta is not None
    assert simulador.control("pagos")["total"] == 1


@pytest.mark.parametrize("tipo", ["error", "html", "medio_cuerpo", "tipo_contenido"])
def test_una_respuesta_rota_al_iniciar_no_decide_nada(caso, simulador, tipo):
    """5xx, HTML, half a body or another content type: the state is unknown, the pago stays CREADA."""
    saldo, usuario, forma = caso
    falla(simulador, tipo)
    assert iniciar(usuario, forma, [saldo]).estado == Estado.CREADA


def test_una_pasarela_que_pide_espera_al_iniciar_deja_libres_los_documentos(caso, simulador):
    """429: turned away at the door. Nobody waits for it: ERROR_INICIO, watched all the same, nothing for staff."""
    saldo, usuario, forma = caso
    falla(simulador, "demasiadas")
    pago = iniciar(usuario, forma, [saldo])
    assert (pago.estado, pago.motivo) == ("RECHAZADA", Motivo.ERROR_INICIO)
    assert pago.proxima_consulta is not None
    assert not pago.novedades.exists()
    assert simulador.control("pagos")["total"] == 0


def test_una_direccion_de_otro_origen_no_lleva_al_pagador(caso, simulador):
    """A `str_url` of another origin is a Novedad; the payer is led nowhere, and the transaction is watched."""
    saldo, usuario, forma = caso
    falla(simulador, "url_ajena")
    pago = iniciar(usuario, forma, [saldo])
    assert (pago.estado, pago.motivo, pago.url_pasarela) == ("RECHAZADA", Motivo.ERROR_INICIO, "")
    assert pago.novedades.get().tipo == TipoNovedad.URL_AJENA
    assert pago.proxima_consulta is not None


def test_inicio_rechazado_por_la_pasarela(caso):
    """`int_codigo` 2 is final: RECHAZADA `ERROR_INICIO`, the balance is free, staff have a Novedad."""
    saldo, usuario, forma = caso
    forma.acuerdo.guardar_secretos({"usuario": "demo678", "clave": "otra", "codigo_servicio": "2701"})
    forma.acuerdo.save()
    pago = iniciar(usuario, forma, [saldo])
    assert (pago.estado, pago.motivo) == ("RECHAZADA", Motivo.ERROR_INICIO)
    assert pago.novedades.get().tipo == TipoNovedad.INICIO_RECHAZADO
    assert not pago.detalles.filter(abierto=True).exists()


def test_cambiar_de_medio_cierra_lo_que_nadie_abrio(caso):
    """Unopened at the gateway: ABANDONADA at once, and the same balance can be paid again."""
    saldo, usuario, forma = caso
    pago = servicios.cambiar_medio(iniciar(usuario, forma, [saldo]), usuario=usuario)
    assert (pago.estado, pago.motivo) == ("RECHAZADA", Motivo.ABANDONADA)
    assert iniciar(usuario, forma, [saldo]).estado == Estado.PENDIENTE


def test_cambiar_de_medio_pregunta_aunque_se_acabe_de_preguntar(caso):
    """The page that offers the button has just asked: the button asks again, because closing hangs on the answer."""
    saldo, usuario, forma = caso
    pago = consulta.verificar(iniciar(usuario, forma, [saldo]), origen="cliente")
    assert servicios.cambiar_medio(pago, usuario=usuario).motivo == Motivo.ABANDONADA


def test_cambiar_de_medio_no_suelta_lo_que_ya_se_esta_pagando(caso):
    """The payer is at the bank: the pago goes on, with a clear sentence."""
    saldo, usuario, forma = caso
    pago = iniciar(usuario, forma, [saldo])
    Pagador(pago.url_pasarela).pagar_con("pse", "1005")
    with pytest.raises(PagoNoPermitidoError, match="abierto"):
        servicios.cambiar_medio(pago, usuario=usuario)
    pago.refresh_from_db()
    assert pago.estado == Estado.PENDIENTE


@pytest.mark.django_db(transaction=True)
def test_ninguna_llamada_ocurre_dentro_de_una_transaccion(caso, simulador, monkeypatch):
    """When the gateway is called, to start or to ask, our row is committed and no transaction is open."""
    saldo, usuario, forma = caso
    abiertas = []
    original = ClienteHttp.post_json

    def anotar(self, *args, **kwargs):
        abiertas.append((connection.in_atomic_block, Pago.objects.count()))
        return original(self, *args, **kwargs)

    monkeypatch.setattr(ClienteHttp, "post_json", anotar)
    pago = iniciar(usuario, forma, [saldo])
    consulta.verificar(pago, origen="cliente")
    assert abiertas == [(False, 1), (False, 1)]


def test_la_mitad_de_los_hilos_como_mucho_espera_a_la_pasarela(caso, monkeypatch):
    """With the places taken, the next caller is told at once and nothing is created."""
    saldo, usuario, forma = caso
    tomados = 0
    while consulta.CUPO_WEB.acquire(blocking=False):
        tomados += 1
    try:
        assert tomados == 4
        with pytest.raises(PasarelaLentaError):
            iniciar(usuario, forma, [saldo])
    finally:
        for _cupo in range(tomados):
            consulta.CUPO_WEB.release()
    assert Pago.objects.count() == 0


def test_el_checkout_obedece_al_cortacircuitos(caso):
    """With the breaker open nothing is created and the payer is told at once; one success closes it."""
    saldo, usuario, forma = caso
    for _fallo in range(cortacircuitos.FALLOS):
        cortacircuitos.anotar_fallo(forma.acuerdo_id)
    with pytest.raises(PasarelaLentaError):
        iniciar(usuario, forma, [saldo])
    cortacircuitos.anotar_exito(forma.acuerdo_id)
    assert iniciar(usuario, forma, [saldo]).estado == Estado.PENDIENTE


def test_una_recarga_repetida_llega_una_sola_vez_a_la_pasarela(caso, simulador):
    """Ten reloads of a pending page ask the gateway once."""
    saldo, usuario, forma = caso
    pago = iniciar(usuario, forma, [saldo])
    simulador.control("estadisticas", {"reiniciar": True})
    for _recarga in range(10):
        consulta.verificar(pago, origen="cliente")
    assert simulador.control("estadisticas")["peticiones"]["VerificacionPago"] == 1


def test_quien_vuelve_de_pagar_no_ve_lo_que_la_pasarela_dijo_antes(caso):
    """Asked just before by the sonda, or by a page before leaving: the return asks all the same."""
    saldo, usuario, forma = caso
    pago = consulta.verificar(iniciar(usuario, forma, [saldo]), origen="cliente")
    consulta.salio_a_pagar(pago)
    Pago.objects.update(proxima_consulta=timezone.now())
    sonda.ejecutar_ronda()
    Pagador(pago.url_pasarela).pagar_con("pse", "1001")
    assert consulta.verificar(pago, origen="retorno").estado == Estado.APROBADA


def test_un_pago_de_dos_terceros_no_existe(caso):
    """One pago covers one empresa, one tercero and one currency: a page that mixes them is refused."""
    saldo, usuario, forma = caso
    ajeno = crear_saldo(empresa=saldo.empresa)
    asociar(usuario, ajeno.tercero)
    with pytest.raises(SeleccionCambioError):
        iniciar(usuario, forma, [saldo, ajeno])
