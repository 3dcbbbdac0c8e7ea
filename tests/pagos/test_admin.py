"""`pagos.admin`: agreements whose secrets go in and never come out, and payments that nobody writes by hand."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from pagos import acuerdos, favores, lineas_erp, transiciones
from pagos.estados import Origen
from pagos.models import (
    Abono,
    AcuerdoComercial,
    AplicacionSaldoAFavor,
    CorreoInterno,
    FormaPago,
    Novedad,
    Pago,
    SaldoAFavor,
)
from tests.arnes import marcas
from tests.fabricas import administradora, carla, crear_usuario, superusuario
from tests.fabricas_cartera import crear_empresa, crear_saldo, crear_tercero
from tests.fabricas_pagos import crear_acuerdo, crear_forma, crear_pago, intento, lectura

pytestmark = pytest.mark.django_db

CODIGO_EN_LINEA = re.compile(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")")
MARCA = marcas.SECRETO_TECLEADO
DE_LECTURA = (
    "pago",
    "detallepago",
    "eventopago",
    "abono",
    "saldoafavor",
    "aplicacionsaldoafavor",
    "novedad",
    "recibo",
    "notificacion",
    "propuestasaldoafavor",
    "lineaerp",
    "correointerno",
)
AGREGAR = "admin:pagos_acuerdocomercial_add"


@pytest.fixture
def navegador():
    """A browser of the administrator (not a superuser)."""
    return de(administradora())


def de(usuario):
    cliente = Client()
    cliente.force_login(usuario)
    return cliente


def cambiar(acuerdo):
    return reverse("admin:pagos_acuerdocomercial_change", args=[acuerdo.pk])


def datos_de(pagina, **cambios):
    """What a browser would post back of the page's form, with some fields changed (None: without it)."""
    formulario = pagina.context["adminform"].form
    datos = {"formas-TOTAL_FORMS": "0", "formas-INITIAL_FORMS": "0"}
    for nombre in formulario.fields:
        valor = formulario[nombre].value()
        if valor not in (None, False, ""):
            datos[nombre] = valor
    return {nombre: valor for nombre, valor in (datos | cambios).items() if valor is not None}


def zonapagos(empresa, **cambios):
    """A good new agreement, as the form posts it."""
    hoy = timezone.localdate()
    return {
        "empresa": empresa.pk,
        "pasarela": "zonapagos",
        "comercio": "678",
        "desde": hoy.isoformat(),
        "hasta": (hoy + timedelta(days=365)).isoformat(),
        "activo": "on",
        "monedas": ["COP"],
        "limite_en_vuelo": "8",
        "limite_por_segundo": "10",
        "zonapagos_url_api": "https://www.zonapagos.com/Apis_CicloPago/api",
        "zonapagos_secreto_usuario": f"usuario-{MARCA}",
        "zonapagos_secreto_clave": f"clave-{MARCA}",
        "zonapagos_secreto_codigo_servicio": "2701",
        "formas-TOTAL_FORMS": "1",
        "formas-INITIAL_FORMS": "0",
        "formas-0-etiqueta": "PSE",
        "formas-0-icono": "banco",
        "formas-0-orden": "1",
        "formas-0-activa": "on",
        **cambios,
    }


# --- Agreements: what goes in -------------------------------------------------------------------------------------
def test_se_crea_un_acuerdo_con_sus_credenciales_cifradas_y_su_boton(navegador):
    """One page makes the agreement, its encrypted secrets and its first button."""
    empresa = crear_empresa()
    respuesta = navegador.post(reverse(AGREGAR), zonapagos(empresa))
    assert respuesta.status_code == 302, respuesta.context["adminform"].form.errors
    acuerdo = AcuerdoComercial.objects.get()
    assert acuerdo.secretos() == {
        "usuario": f"usuario-{MARCA}",
        "clave": f"clave-{MARCA}",
        "codigo_servicio": "2701",
    }
    assert MARCA not in acuerdo.credenciales
    assert acuerdo.urls == {"api": "https://www.zonapagos.com/Apis_CicloPago/api"}
    assert FormaPago.objects.get().acuerdo == acuerdo


def test_se_crea_un_acuerdo_de_payu_con_su_cuenta(navegador):
    """The other gateway has its own names, and its switches."""
    datos = zonapagos(crear_empresa(), pasarela="payu", comercio="508029", cuenta="512321")
    datos |= {
        "payu_url_checkout": "https://checkout.payulatam.com/ppp-web-gateway-payu/",
        "payu_url_consultas": "https://api.payulatam.com/reports-api/4.0/service.cgi",
        "payu_secreto_api_key": "llave",
        "payu_secreto_api_login": "login",
        "payu_secreto_algoritmo": "SHA256",
        "payu_opciones": ["nit_con_dv"],
    }
    assert navegador.post(reverse(AGREGAR), datos).status_code == 302
    acuerdo = AcuerdoComercial.objects.get()
    assert (acuerdo.comercio, acuerdo.cuenta, acuerdo.opciones) == ("508029", "512321", {"nit_con_dv": "1"})
    assert set(acuerdo.secretos()) == {"api_key", "api_login", "algoritmo"}


@pytest.mark.parametrize(
    ("cambios", "dice"),
    [
        ({"zonapagos_secreto_codigo_servicio": ""}, "PSE lo exige"),
        ({"comercio": "abc"}, "código de comercio"),
        ({"zonapagos_url_api": "https://otra.example/api"}, "PASARELA_ORIGENES"),
        ({"zonapagos_url_api": "http://www.zonapagos.com/api"}, "solo se admite https"),
        ({"hasta": "2020-01-01"}, "termina antes de empezar"),
        ({"monto_minimo": "10", "monto_maximo": "5"}, "no puede superar"),
        ({"monedas": []}, "obligatorio"),
        ({"limite_en_vuelo": "0"}, "al menos una pregunta"),
    ],
)
def test_un_acuerdo_que_no_sirve_vuelve_con_la_razon_y_sin_los_secretos(navegador, cambios, dice):
    """The page says what is wrong; what was typed as a secret is neither kept nor shown again."""
    respuesta = navegador.post(reverse(AGREGAR), zonapagos(crear_empresa(), **cambios))
    pagina = respuesta.content.decode()
    assert respuesta.status_code == 200
    assert dice in pagina
    assert MARCA not in pagina
    assert not AcuerdoComercial.objects.exists()


def test_un_secreto_se_rota_y_lo_demas_queda(navegador):
    """A key may change while pagos use the agreement; fields left empty keep what they had."""
    acuerdo = crear_forma().acuerdo
    crear_pago(crear_saldo(empresa=acuerdo.empresa), forma=acuerdo.formas.get())
    pagina = navegador.get(cambiar(acuerdo))
    datos = datos_de(pagina, zonapagos_secreto_clave=f"nueva-{MARCA}")
    assert navegador.post(cambiar(acuerdo), datos).status_code == 302
    acuerdo.refresh_from_db()
    assert acuerdo.secretos() == {"usuario": marcas.USUARIO_ZONA, "clave": f"nueva-{MARCA}", "codigo_servicio": "2701"}


def test_una_credencial_opcional_se_puede_vaciar(navegador):
    """An empty field keeps what was there, so emptying it has a box of its own."""
    acuerdo = crear_acuerdo()
    datos = datos_de(navegador.get(cambiar(acuerdo)), vaciar=["codigo_servicio"], zonapagos_opciones=["sin_pse"])
    assert navegador.post(cambiar(acuerdo), datos).status_code == 302
    acuerdo.refresh_from_db()
    assert set(acuerdo.secretos()) == {"usuario", "clave"}
    assert acuerdo.opciones == {"sin_pse": "1"}


# --- Agreements: what never comes out -----------------------------------------------------------------------------
def test_los_secretos_no_salen_en_ninguna_pagina_ni_en_la_historia(navegador):
    """Not in the form, the list, the history, the log of the administration, nor in the columns that a query shows."""
    navegador.post(reverse(AGREGAR), zonapagos(crear_empresa()))
    acuerdo = AcuerdoComercial.objects.get()
    navegador.post(cambiar(acuerdo), datos_de(navegador.get(cambiar(acuerdo)), zonapagos_secreto_clave=f"otra-{MARCA}"))
    historia = reverse("admin:pagos_acuerdocomercial_history", args=[acuerdo.pk])
    for ruta in (cambiar(acuerdo), reverse("admin:pagos_acuerdocomercial_changelist"), historia):
        texto = navegador.get(ruta).content.decode()
        assert MARCA not in texto
        assert acuerdo.credenciales not in texto
    assert LogEntry.objects.count() == 2
    assert not [uno for uno in LogEntry.objects.all() if MARCA in uno.change_message + uno.object_repr]
    for version in acuerdo.history.all():
        assert not hasattr(version, "credenciales")
    assert MARCA not in repr(acuerdo.conexion())


def test_cada_credencial_dice_si_esta_configurada_o_vacia(navegador):
    """The inputs are passwords without a value, and say whether something is stored."""
    acuerdo = crear_acuerdo(secretos={"usuario": "portal", "clave": f"clave-{MARCA}"}, opciones={"sin_pse": "1"})
    pagina = navegador.get(cambiar(acuerdo)).content.decode()
    entradas = re.findall(r'<input type="password"[^>]*>', pagina)
    assert len(entradas) == 3
    assert not [entrada for entrada in entradas if "value=" in entrada]
    assert pagina.count("Configurada.") == 2
    assert pagina.count("Vacía.") == 1


def test_credenciales_que_ninguna_clave_abre_se_dicen_y_se_pueden_reescribir(navegador):
    """A lost key is told on the page, not as an error page; the secrets typed again make the agreement usable."""
    acuerdo = crear_acuerdo()
    AcuerdoComercial.objects.filter(pk=acuerdo.pk).update(credenciales="ilegible")
    pagina = navegador.get(cambiar(acuerdo))
    assert "CLAVES_CIFRADO" in pagina.content.decode()
    datos = datos_de(
        pagina,
        zonapagos_secreto_usuario="portal",
        zonapagos_secreto_clave="clave",
        zonapagos_secreto_codigo_servicio="2701",
    )
    assert navegador.post(cambiar(acuerdo), datos).status_code == 302
    acuerdo.refresh_from_db()
    assert acuerdo.secretos()["clave"] == "clave"


# --- Agreements in use --------------------------------------------------------------------------------------------
def test_lo_inmutable_de_un_acuerdo_con_pagos_ni_se_ofrece_ni_se_recibe(navegador):
    """Once a pago names it, merchant, addresses and test flag are read-only, even to a forged post."""
    forma = crear_forma()
    acuerdo = forma.acuerdo
    crear_pago(crear_saldo(empresa=acuerdo.empresa), forma=forma)
    pagina = navegador.get(cambiar(acuerdo))
    campos = pagina.context["adminform"].form.fields
    assert not {"empresa", "pasarela", "comercio", "cuenta", "prueba", "zonapagos_url_api"} & campos.keys()
    datos = datos_de(pagina, comercio="999", prueba="on", zonapagos_url_api="https://www.zonapagos.com/otra")
    assert navegador.post(cambiar(acuerdo), datos).status_code == 302
    despues = AcuerdoComercial.objects.get(pk=acuerdo.pk)
    for campo in acuerdos.INMUTABLES:
        assert getattr(despues, campo) == getattr(acuerdo, campo)


def test_renovar_crea_el_siguiente_y_pasa_los_botones(navegador):
    """The page makes a new agreement with the same secrets; the old one ends the eve, and stays for its pagos."""
    hoy = timezone.localdate()
    forma = crear_forma()
    viejo = forma.acuerdo
    crear_pago(crear_saldo(empresa=viejo.empresa), forma=forma)
    ruta = reverse("admin:pagos_acuerdocomercial_renovar", args=[viejo.pk])
    assert f'value="{hoy.isoformat()}"' in navegador.get(ruta).content.decode()
    respuesta = navegador.post(ruta, {"desde": hoy.isoformat(), "hasta": (hoy + timedelta(days=30)).isoformat()})
    nuevo = AcuerdoComercial.objects.exclude(pk=viejo.pk).get()
    assert respuesta.url == cambiar(nuevo)
    viejo.refresh_from_db()
    forma.refresh_from_db()
    assert (forma.acuerdo, nuevo.secretos(), viejo.hasta) == (nuevo, viejo.secretos(), hoy - timedelta(days=1))
    assert Pago.objects.get().acuerdo == viejo


def test_una_renovacion_mal_pedida_no_cambia_nada(navegador):
    """Dates the wrong way round come back with the reason."""
    viejo = crear_acuerdo()
    ruta = reverse("admin:pagos_acuerdocomercial_renovar", args=[viejo.pk])
    respuesta = navegador.post(ruta, {"desde": "2026-05-01", "hasta": "2026-04-01"})
    assert "termina antes de empezar" in respuesta.content.decode()
    assert AcuerdoComercial.objects.count() == 1


@pytest.mark.parametrize("persona", [carla, crear_usuario])
def test_sin_el_permiso_no_se_renueva(persona):
    """Tesorería reads agreements and a customer does not even that: neither renews."""
    viejo = crear_acuerdo()
    ruta = reverse("admin:pagos_acuerdocomercial_renovar", args=[viejo.pk])
    datos = {"desde": "2026-05-01", "hasta": "2027-05-01"}
    assert de(persona()).post(ruta, datos).status_code in (302, 403)
    assert AcuerdoComercial.objects.count() == 1


def test_la_historia_de_lo_que_no_es_un_acuerdo_es_404(navegador):
    """An address whose id has not even the shape of one is a 404, not an error."""
    assert navegador.get("/admin/pagos/acuerdocomercial/x/history/").status_code == 404


def test_renovar_un_acuerdo_que_no_existe_es_404(navegador):
    """An unknown id is not found."""
    ruta = reverse("admin:pagos_acuerdocomercial_renovar", args=["00000000-0000-0000-0000-000000000000"])
    assert navegador.get(ruta).status_code == 404


# --- Read-only ----------------------------------------------------------------------------------------------------
def historias():
    """One row of every read-only model, by name."""
    pago = crear_pago()
    otro = lectura(pago, intento(pago), intento(pago, id=f"{pago.referencia}-2"))
    transiciones.aplicar(pago.pk, otro, origen=Origen.SONDA)
    pago.refresh_from_db()
    aplicacion = AplicacionSaldoAFavor.objects.create(
        favor=SaldoAFavor.objects.get(),
        valor=Decimal("10.00"),
        fecha_devolucion=timezone.localdate(),
        prueba="transferencia",
        por_que="Devolución",
        quien=crear_usuario(),
        confirmo=crear_usuario(),
        creado_en=timezone.now(),
    )
    return {
        "pago": pago,
        "detallepago": pago.detalles.get(),
        "eventopago": pago.eventos.first(),
        "abono": Abono.objects.get(),
        "saldoafavor": aplicacion.favor,
        "aplicacionsaldoafavor": aplicacion,
        "novedad": Novedad.objects.get(),
        "recibo": pago.recibo,
        "notificacion": pago.notificaciones.first(),
        **_alrededor(pago),
    }


def _alrededor(pago):
    """What people and the ERP make of a pago approved twice: a proposal, a line, an e-mail."""
    favor = pago.saldos_a_favor.get()
    comun = {
        "fecha": timezone.localdate(),
        "prueba": "transferencia",
        "por_que": "Devolución",
        "quien": crear_usuario(),
    }
    propuesta = favores.proponer_devolucion(favor.pk, valor=Decimal("1.00"), **comun)
    lineas_erp.numerar(pago.empresa_id)
    correo = CorreoInterno.objects.create(
        tipo="RESUMEN", empresa=pago.empresa, dia=timezone.localdate(), destinatario="a@b.co", creada_en=timezone.now()
    )
    return {"propuestasaldoafavor": propuesta, "lineaerp": pago.lineas_erp.first(), "correointerno": correo}


def test_lo_que_deja_un_pago_se_lee_y_nadie_lo_escribe():
    """Not even a superuser adds, changes or deletes a payment, its money or its history."""
    navegador = de(superusuario())
    filas = historias()
    assert tuple(filas) == DE_LECTURA
    for modelo, fila in filas.items():
        pagina = navegador.get(reverse(f"admin:pagos_{modelo}_change", args=[fila.pk]))
        assert pagina.status_code == 200, modelo
        assert not re.search(r'name="_save"|class="deletelink"', pagina.content.decode()), modelo
        assert navegador.get(reverse(f"admin:pagos_{modelo}_changelist")).status_code == 200
        assert navegador.get(reverse(f"admin:pagos_{modelo}_add")).status_code == 403
        for accion in ("change", "delete"):
            assert navegador.post(reverse(f"admin:pagos_{modelo}_{accion}", args=[fila.pk])).status_code == 403
        assert type(fila).objects.filter(pk=fila.pk).exists()


def test_ningun_modelo_de_pagos_se_borra_en_la_administracion():
    """Agreements and buttons neither: they are switched off."""
    navegador = de(superusuario())
    forma = crear_forma()
    for fila in (forma, forma.acuerdo):
        ruta = reverse(f"admin:pagos_{fila._meta.model_name}_delete", args=[fila.pk])
        assert navegador.post(ruta, {"post": "yes"}).status_code == 403
    registrados = {m._meta.model_name for m in admin.site._registry if m._meta.app_label == "pagos"}
    assert registrados == {*DE_LECTURA, "acuerdocomercial", "formapago"}


def test_el_codigo_de_retorno_y_el_de_verificacion_no_se_muestran():
    """Whoever holds them sees a payment without logging in."""
    navegador = de(superusuario())
    filas = historias()
    pago, recibo = filas["pago"], filas["recibo"]
    for fila in (pago, recibo):
        texto = navegador.get(reverse(f"admin:pagos_{fila._meta.model_name}_change", args=[fila.pk])).content.decode()
        assert pago.codigo_retorno not in texto
        assert recibo.codigo_verificacion not in texto


@pytest.mark.parametrize("busqueda", ["referencia", "numero", "nombre"])
def test_un_pago_se_busca_por_su_referencia_y_por_su_cliente(busqueda):
    """By referencia, NIT or cédula, and name; what does not match is not listed."""
    navegador = de(carla())
    pago = crear_pago(crear_saldo(tercero=crear_tercero(nombre="Panadería Las Palmas")))
    crear_pago()
    texto = {"referencia": pago.referencia, "numero": pago.tercero.numero, "nombre": pago.tercero.nombre}[busqueda]
    pagina = navegador.get(reverse("admin:pagos_pago_changelist"), {"q": texto})
    assert [fila.pk for fila in pagina.context["cl"].result_list] == [pago.pk]


@pytest.mark.parametrize("modelo", [*DE_LECTURA, "acuerdocomercial", "formapago"])
def test_las_listas_no_crecen_en_consultas(modelo):
    """A list costs the same queries with one row as with three."""
    navegador, ruta = de(superusuario()), reverse(f"admin:pagos_{modelo}_changelist")

    def medir():
        with CaptureQueriesContext(connection) as hechas:
            assert navegador.get(ruta).status_code == 200
        return len(hechas)

    def otra():
        pago = crear_pago()
        dos = lectura(pago, intento(pago), intento(pago, id=f"{pago.referencia}-2"))
        _alrededor(transiciones.aplicar(pago.pk, dos, origen=Origen.SONDA).pago)

    otra()
    medir()  # what is read once per process
    antes = medir()
    otra()
    otra()
    assert medir() == antes


def test_las_paginas_no_llevan_codigo_ni_estilo_en_linea():
    """Clean under the Content-Security-Policy, which they carry."""
    navegador = de(superusuario())
    filas = historias()
    acuerdo = filas["pago"].acuerdo
    rutas = [reverse(f"admin:pagos_{modelo}_change", args=[fila.pk]) for modelo, fila in filas.items()]
    rutas += [reverse(f"admin:pagos_{modelo}_changelist") for modelo in DE_LECTURA]
    rutas += [cambiar(acuerdo), reverse(AGREGAR), reverse("admin:pagos_acuerdocomercial_changelist")]
    rutas += [reverse(f"admin:pagos_acuerdocomercial_{cual}", args=[acuerdo.pk]) for cual in ("history", "renovar")]
    rutas += [reverse("admin:pagos_formapago_add"), reverse("admin:pagos_formapago_changelist")]
    for ruta in rutas:
        pagina = navegador.get(ruta)
        assert pagina.status_code == 200
        assert "default-src 'none'" in pagina["Content-Security-Policy"]
        assert not CODIGO_EN_LINEA.search(pagina.content.decode()), ruta


# --- Roles --------------------------------------------------------------------------------------------------------
def test_tesoreria_lee_los_acuerdos_y_no_los_cambia():
    """Carla sees which agreement collects, not its form."""
    acuerdo = crear_acuerdo()
    navegador = de(carla())
    pagina = navegador.get(cambiar(acuerdo))
    assert pagina.status_code == 200
    assert 'type="password"' not in pagina.content.decode()
    assert navegador.post(cambiar(acuerdo), {"activo": ""}).status_code == 403
    assert navegador.get(reverse(AGREGAR)).status_code == 403


def test_una_aprobacion_no_se_hace_a_mano():
    """No role may change a Pago."""
    pago = crear_pago()
    for persona in (carla(), administradora(), superusuario()):
        ruta = reverse("admin:pagos_pago_change", args=[pago.pk])
        assert de(persona).post(ruta, {"estado": "APROBADA"}).status_code == 403
    assert Pago.objects.get().estado == "PENDIENTE"
