"""Each page of the staff × somebody limited to one Empresa: nothing of another one's, in any list, search or file."""

from datetime import date

import pytest
from django.contrib import admin
from django.urls import get_resolver, reverse

from cartera import avisos
from cartera.admin_alcance import DeSusEmpresas
from cartera.models import AlcancePersonal, Empresa, Saldo
from pagos import correos_internos, novedades, transiciones
from pagos.errores import PagoNoPermitidoError
from pagos.estados import TipoNovedad
from pagos.models import CorreoInterno, Novedad, Pago
from pagos.views.acceso import DE_NINGUNA, OBJETOS
from tests.fabricas import administradora, carla, con_rol, crear_usuario
from tests.fabricas_cartera import crear_empresa, crear_movimiento, crear_saldo, limitar_a
from tests.fabricas_pagos import aprobada, crear_acuerdo, crear_forma, crear_pago
from tests.fabricas_sonda import crear_corta, hace
from tests.seguridad.test_matriz import TABLA
from tests.usuarios.apoyo import entrar_verificado
from usuarios import roles
from usuarios.models import RegistroAuditoria

pytestmark = pytest.mark.django_db

AJENA, PROPIA = "Ajena Comercial S.A.S.", "Propia Comercial S.A.S."
# Models of the administration that belong to no Empresa.
DE_NADIE = {"auth.group", "usuarios.usuario", "usuarios.tercero", "usuarios.organizacion", "usuarios.asociacion"}
DE_NADIE |= {"usuarios.registroauditoria"}


def una_de_todo(nombre):
    """An Empresa with a balance, a movement, an agreement with its breaker open, an approved pago and a Novedad."""
    empresa = crear_empresa(nombre=nombre)
    saldo = crear_saldo(empresa=empresa)
    crear_movimiento(empresa=empresa, tercero=saldo.tercero)
    forma = crear_forma(crear_acuerdo(empresa))
    crear_corta(forma.acuerdo, abierto_hasta=hace(seconds=-20))
    pago = crear_pago(saldo, forma=forma)
    pago = transiciones.aplicar(pago.pk, aprobada(pago), origen="sonda").pago
    novedades.registrar(TipoNovedad.REVERSADA, pago=pago, evidencia={})
    avisos.dejar(crear_usuario(), saldo, fecha=date(2026, 11, 20), medio="EFECTIVO")
    return empresa


@pytest.fixture
def empresas(db):
    """(the one that may be seen, the other one)."""
    return una_de_todo(PROPIA), una_de_todo(AJENA)


@pytest.fixture
def limitada(empresas):
    """A browser of somebody with every permission of the three roles, limited to PROPIA."""
    usuario = carla()
    for rol in roles.DEL_PERSONAL:
        con_rol(usuario, rol)
    return entrar_verificado(limitar_a(usuario, empresas[0]))


def listas_del_admin():
    """Address of each list of the administration that belongs to an Empresa."""
    return [
        reverse(f"admin:{modelo._meta.app_label}_{modelo._meta.model_name}_changelist")
        for modelo in admin.site._registry
        if modelo._meta.label_lower not in DE_NADIE
    ]


def test_cada_modelo_de_la_administracion_dice_de_que_empresa_es():
    """A model registered tomorrow is either limited or named here as belonging to none."""
    libres = {
        modelo._meta.label_lower
        for modelo, administrador in admin.site._registry.items()
        if not isinstance(administrador, DeSusEmpresas)
    }
    assert libres == DE_NADIE


def test_cada_direccion_del_personal_dice_de_quien_es_lo_que_nombra():
    """Each argument of a page of Tesorería leads to an Empresa, or to none on purpose."""
    de_tesoreria = {
        nombre.split(":")[1] for nombre, fila in TABLA.items() if fila.esperado["ana"] == 403 != fila.esperado["carla"]
    }
    patrones = get_resolver().namespace_dict["pagos"][1].url_patterns
    argumentos = {arg for patron in patrones if patron.name in de_tesoreria for arg in patron.pattern.converters}
    assert argumentos
    assert argumentos - DE_NINGUNA == set(OBJETOS)


def test_ninguna_lista_de_la_administracion_muestra_lo_ajeno(limitada):
    """Rows and filters alike; what may be seen is there."""
    for ruta in listas_del_admin():
        pagina = limitada.get(ruta)
        assert pagina.status_code == 200, ruta
        assert AJENA not in pagina.content.decode(), ruta
    assert PROPIA in limitada.get(reverse("admin:pagos_pago_changelist")).content.decode()


def test_ninguna_pagina_de_la_administracion_abre_lo_ajeno(limitada, empresas):
    """Page, history and deletion of a row of the other Empresa: as if it did not exist."""
    for modelo, administrador in admin.site._registry.items():
        if modelo._meta.label_lower in DE_NADIE:
            continue
        nombre = f"admin:{modelo._meta.app_label}_{modelo._meta.model_name}"
        campo = administrador.ruta_empresa
        for fila in modelo.objects.filter(**{campo: empresas[1].pk}):
            for cual in ("change", "history"):
                respuesta = limitada.get(reverse(f"{nombre}_{cual}", args=[fila.pk]))
                assert AJENA not in respuesta.content.decode(), (nombre, cual)
                assert respuesta.status_code in (302, 404), (nombre, cual)


@pytest.mark.parametrize("nombre", ["empresa", "acuerdocomercial"])
def test_lo_propio_si_se_abre(limitada, empresas, nombre):
    """The limit takes away nothing else."""
    app, fila = ("cartera", empresas[0]) if nombre == "empresa" else ("pagos", empresas[0].acuerdos.get())
    for cual in ("change", "history"):
        assert limitada.get(reverse(f"admin:{app}_{nombre}_{cual}", args=[fila.pk])).status_code == 200


def test_el_autocompletado_y_los_formularios_no_ofrecen_lo_ajeno(limitada):
    """Choices of a form."""
    pagina = limitada.get(reverse("admin:pagos_acuerdocomercial_add")).content.decode()
    assert PROPIA in pagina
    assert AJENA not in pagina


def test_renovar_un_acuerdo_ajeno_no_existe(limitada, empresas):
    """Pages of our own in the administration obey too."""
    ajeno, propio = empresas[1].acuerdos.get(), empresas[0].acuerdos.get()
    assert limitada.get(reverse("admin:pagos_acuerdocomercial_renovar", args=[ajeno.pk])).status_code == 404
    assert limitada.get(reverse("admin:pagos_acuerdocomercial_renovar", args=[propio.pk])).status_code == 200


def referencias(empresa):
    """What names an Empresa's rows in the pages of Tesorería: its pago, and the document of its note."""
    return {
        empresa.nombre,
        Pago.objects.get(empresa=empresa).referencia,
        f"FV {Saldo.objects.get(empresa=empresa).numero}",
    }


@pytest.mark.parametrize("nombre", ["pagos:tablero", "pagos:novedades", "pagos:avisos", "pagos:sonda"])
def test_las_paginas_de_tesoreria_no_muestran_lo_ajeno(limitada, empresas, nombre):
    """Lists, counts in their tabs, agreements of the sonda: what is one's own is there, and nothing else."""
    pagina = limitada.get(reverse(nombre)).content.decode()
    propia, ajena = ({texto for texto in referencias(empresa) if texto in pagina} for empresa in empresas)
    assert propia
    assert not ajena
    assert "Novedades (1)" in pagina
    assert "Avisos (1)" in pagina


@pytest.mark.parametrize("nombre", ["pagos:tablero", "pagos:novedades", "pagos:avisos", "pagos:sonda"])
def test_sin_limite_se_ve_todo(empresas, nombre):
    """No row, no limit."""
    pagina = entrar_verificado(carla()).get(reverse(nombre)).content.decode()
    assert all({texto for texto in referencias(empresa) if texto in pagina} for empresa in empresas)
    assert "Novedades (2)" in pagina


def test_quien_administra_limita_y_queda_escrito(empresas):
    """Added and lifted in the administration, and both are in the audit."""
    persona, cliente = crear_usuario(is_staff=True), entrar_verificado(administradora())
    ruta = reverse("admin:cartera_alcancepersonal_add")
    assert cliente.post(ruta, {"usuario": persona.pk, "empresa": empresas[0].pk}).status_code == 302
    fila = AlcancePersonal.objects.get()
    borrar = reverse("admin:cartera_alcancepersonal_delete", args=[fila.pk])
    assert cliente.post(borrar, {"post": "yes"}).status_code == 302
    assert not AlcancePersonal.objects.exists()
    escrito = RegistroAuditoria.objects.filter(tipo="cartera.alcancepersonal").order_by("pk")
    assert [uno.clase for uno in escrito] == ["CREACION", "BORRADO"]


def test_quien_tiene_limite_no_lo_levanta_ni_lo_da(limitada, empresas):
    """Neither the own rows nor those of others, nor new ones."""
    otra = AlcancePersonal.objects.create(usuario=crear_usuario(is_staff=True), empresa=empresas[0])
    for fila in AlcancePersonal.objects.all():
        assert (
            limitada.post(reverse("admin:cartera_alcancepersonal_delete", args=[fila.pk]), {"post": "yes"}).status_code
            == 403
        )
    datos = {"usuario": otra.usuario_id, "empresa": empresas[1].pk}
    assert limitada.post(reverse("admin:cartera_alcancepersonal_add"), datos).status_code == 403
    assert AlcancePersonal.objects.count() == 2
    assert Empresa.objects.count() == 2


def test_una_novedad_ajena_no_se_le_escribe_ni_se_le_asigna(empresas):
    """Neither by e-mail nor by a colleague who sees everything does somebody hear of another Empresa's money."""
    limitado, todo = limitar_a(carla(), empresas[0]), con_rol(crear_usuario(email="todo@ejemplo.co"), roles.TESORERIA)
    propia, ajena = (Novedad.objects.get(empresa=empresa) for empresa in empresas)
    correos_internos.preparar()
    escritas = CorreoInterno.objects.filter(tipo="NOVEDAD")
    assert {correo.novedad for correo in escritas.filter(destinatario=limitado.email)} == {propia}
    assert {correo.novedad for correo in escritas.filter(destinatario=todo.email)} == {propia, ajena}
    novedades.asignar(propia.pk, a=limitado, quien=todo)
    with pytest.raises(PagoNoPermitidoError, match="vean esa empresa"):
        novedades.asignar(ajena.pk, a=limitado, quien=todo)
