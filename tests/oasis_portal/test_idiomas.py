"""Every page, every e-mail and the administration in English: nothing of the source language is left in them."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.core import mail
from django.db.models import CharField
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone, translation

from herramientas import textos
from pagos import correos_internos, notificaciones, novedades, transiciones
from pagos.estados import TipoNovedad
from pagos.models import CorreoInterno, Pago
from pagos.presentacion import texto_obligatorio
from tests.arnes.idiomas import Espia, textos_de
from tests.arnes.mundo import MUDA, crear_mundo, direcciones
from tests.fabricas import CLAVE, ana, asociar, crear_tercero, crear_usuario
from tests.fabricas_pagos import (
    aprobada,
    crear_pago,
)
from usuarios import correos

INGLES = {"accept-language": "en"}
PROPIAS = ("usuarios", "cartera", "pagos")


@pytest.fixture
def mundo(db, settings):
    """One of everything; its gateway does not answer, so that the pages tell that too."""
    settings.PASARELA_ORIGENES = [MUDA]
    return crear_mundo()


@pytest.fixture
def espia(mundo):
    """Knows the catalogue and every word that the database of this test holds."""
    return Espia(textos.leer(), datos=_escrito())


def _escrito():
    """Whatever stands in a text column of our tables, or is said of a row by its own words."""
    for modelo in apps.get_models():
        if modelo._meta.app_label in PROPIAS:
            columnas = [campo.name for campo in modelo._meta.fields if isinstance(campo, CharField)]
            for fila in modelo._base_manager.values_list(*columnas) if columnas else ():
                yield from filter(None, fila)
    # Names, which are not translated: of an identification, and of an address of an agreement.
    yield from ("cédula", "consultas")


def navegador(usuario=None):
    """A browser that asks for English, logged in."""
    cliente = Client(headers=INGLES)
    if usuario:
        cliente.force_login(usuario)
    return cliente


def legible(respuesta):
    """The page, when the answer is one."""
    return respuesta.get("Content-Type", "").startswith("text/html") and not respuesta.streaming and respuesta.content


def test_ninguna_pagina_deja_espanol(mundo, espia):
    """Each address, asked by a visitor, the customer and staff: pages and refusals alike are in English."""
    delatados, leidas = {}, 0
    for usuario in (None, mundo.ana, mundo.carla):
        cliente = navegador(usuario)
        for camino in direcciones(mundo):
            respuesta = cliente.get(camino)
            if legible(respuesta):
                leidas += 1
                if hallado := espia.delata(textos_de(respuesta.content.decode())):
                    delatados[f"{usuario} {camino} {respuesta.status_code}"] = hallado
    assert delatados == {}
    assert leidas > 120


@pytest.mark.parametrize(
    ("camino", "datos"),
    [
        ("/saldos/?q=zzzz", None),
        ("/pagos/?estado=rechazados&mes=2020-01", None),
        ("/pagos/tablero/?q=zzzz", None),
        ("/pagos/tablero/novedades/?cerradas=1", None),
        ("/pagos/tablero/novedades/?ver=tarde&quien=nadie", None),
        ("/pagos/tablero/novedades/?tipo=OTRA_MONEDA", None),
        ("/pagos/tablero/novedades/{novedad}/asignar/", {"a": "0"}),
        ("/pagos/tablero/novedades/{novedad}/comentar/", {"texto": ""}),
        ("/pagos/tablero/novedades/{novedad}/tomar/", {}),
        ("/pagos/tablero/favores/?ver=propuestos", None),
        ("/pagos/tablero/favores/?ver=usados", None),
        ("/pagos/tablero/favores/?q=zzzz&dias=30", None),
        ("/pagos/tablero/favores/{favor}/aplicar/", {"aplicar-saldo": "0"}),
        ("/pagos/tablero/favores/{favor}/devolver/", {"devolver-fecha": "ayer"}),
        ("/pagos/tablero/favores/propuestas/{propuesta}/confirmar/", {}),
        ("/pagos/tablero/favores/propuestas/{propuesta}/retirar/", {}),
        ("/pagos/tablero/avisos/?vistos=1", None),
        ("/pagos/tablero/avisos/{aviso}/visto/", {"escrito_en": "ayer"}),
        ("/saldos/{saldo}/ya-pague/", {"fecha": "2999-01-01", "referencia": "1"}),
        ("/saldos/{saldo}/ya-pague/", {"fecha": "1999-01-01", "medio": "OTRO"}),
        ("/saldos/{saldo}/ya-pague/", {"fecha": "2026-11-01", "medio": "OTRO"}),
        ("/cuenta/entrar/?aviso=envio", None),
        ("/cuenta/entrar/?aviso=pago", None),
        ("/cuenta/entrar/", {"username": "ana@ejemplo.co", "password": "otra"}),
        ("/cuenta/clave/", {"old_password": "otra", "new_password1": "a", "new_password2": "b"}),
        ("/saldos/{saldo}/valor/", {"valor": "mucho", "razon": ""}),
        ("/saldos/{saldo}/valor/", {"valor": "1", "razon": "OTRO"}),
        ("/pagos/iniciar/", {}),
        ("/pagos/tablero/novedades/{novedad}/proponer/", {"hubo": "si", "valor": ""}),
        ("/pagos/tablero/novedades/{novedad}/confirmar/", {"resolucion": ""}),
    ],
)
def test_lo_que_se_hace_mal_se_dice_en_ingles(mundo, espia, camino, datos):
    """Errors of forms and empty lists are translated too."""
    camino = camino.format(
        saldo=mundo.saldos[0].pk,
        novedad=mundo.novedades[0].pk,
        aviso=mundo.avisos[0].pk,
        favor=mundo.favores[2].pk,
        propuesta=mundo.propuestas[0].pk,
    )
    usuario = mundo.carla if "tablero" in camino else None if "entrar" in camino else mundo.ana
    cliente = navegador(usuario)
    respuesta = cliente.get(camino) if datos is None else cliente.post(camino, datos, follow=True)
    assert legible(respuesta)
    assert espia.delata(textos_de(respuesta.content.decode())) == []


def test_sin_asociacion_o_incompleta_tambien(mundo, espia):
    """Who sees no balances reads why, in English."""
    solo, a_medias = crear_usuario(), crear_usuario()
    asociar(a_medias, crear_tercero(nombre="Otra S.A.S."))
    a_medias.asociaciones.update(organizacion=None)
    for usuario in (solo, a_medias):
        for camino in ("/", "/saldos/", "/cuenta/perfil/"):
            assert espia.delata(textos_de(navegador(usuario).get(camino).content.decode())) == [], camino


@pytest.mark.parametrize("nombre", ["400", "403", "403_csrf", "404", "405", "429", "500", "bloqueado"])
def test_las_paginas_de_error_no_dejan_espanol(nombre):
    """They have no request and no database, and still speak the reader's language."""
    with translation.override("en"):
        pagina = render_to_string(f"errores/{nombre}.html", {"cooloff_timedelta": timedelta(minutes=5)})
    assert Espia(textos.leer()).delata(textos_de(pagina)) == []


def test_la_administracion_no_deja_espanol(mundo):
    """Index, lists, forms and histories of everything that is ours; roles are names."""
    espia = Espia(textos.leer(), datos=[*_escrito(), *Group.objects.values_list("name", flat=True)])
    cliente, delatados = navegador(mundo.admin), {}
    caminos = ["/admin/"]
    for modelo in apps.get_models():
        if modelo._meta.app_label in PROPIAS:
            raiz = f"/admin/{modelo._meta.app_label}/{modelo._meta.model_name}/"
            caminos += [raiz, f"{raiz}add/"]
            primera = modelo._base_manager.first()
            caminos += [f"{raiz}{primera.pk}/change/", f"{raiz}{primera.pk}/history/"] if primera else []
    leidas = 0
    for camino in caminos:
        respuesta = cliente.get(camino)
        if respuesta.status_code == 200:
            leidas += 1
            if hallado := espia.delata(textos_de(respuesta.content.decode())):
                delatados[camino] = hallado
    assert delatados == {}
    assert leidas > 40


def test_ningun_correo_deja_espanol(mundo, espia):
    """Subject, text and HTML of the invitation, the forgotten password and each notice of a pago; the mandatory text
    stays in Spanish, with its translation."""
    Pago.objects.update(idioma="en")
    pagos_con_correo = Pago.objects.filter(notificaciones__isnull=False).distinct()
    for pago in pagos_con_correo:
        pago.notificaciones.update(idioma="en", enviada_en=None)
    assert notificaciones.enviar_pendientes()[1] == 0
    mundo.ana.idioma = "en"
    correos.invitar(mundo.ana)
    correos.enviar_clave_olvidada(mundo.ana)
    obligatorios = [texto_obligatorio(pago) for pago in Pago.objects.all()]
    asuntos = set()
    for correo in mail.outbox:
        cuerpo = correo.body
        for obligatorio in obligatorios:
            cuerpo = cuerpo.replace(obligatorio, "")
        html = correo.alternatives[0][0]
        assert espia.delata([correo.subject, *cuerpo.splitlines(), *textos_de(html)]) == []
        asuntos.add(correo.subject.split(":")[0])
    assert asuntos == {
        "Payment approved",
        "Payment rejected",
        "Payment pending",
        "Payment approved afterwards",
        "Your account in the payment portal",
        "Create a new password",
    }
    pendiente = next(correo for correo in mail.outbox if "pending" in correo.subject)
    assert "PENDIENTE de recibir confirmación" in pendiente.body
    assert "PENDING confirmation from your financial institution" in pendiente.body


def test_ningun_correo_interno_deja_espanol(mundo, espia, settings):
    """The day's approvals, a Novedad of a pago and one of a balance, a customer's note."""
    settings.LANGUAGE_CODE = "en"
    empresa = mundo.pagos[0].empresa
    type(empresa).objects.update(correo_avisos="avisos@comercial.example")
    novedades.registrar(
        TipoNovedad.ERP_POR_DEBAJO, saldo=mundo.saldos[0], evidencia={"saldo_erp": "1", "por_acusar": "2"}
    )
    manana = timezone.localtime().replace(hour=12) + timedelta(days=1)
    correos_internos.preparar()
    correos_internos.preparar(ahora=manana)
    CorreoInterno.objects.filter(enviar_desde__isnull=False).update(enviar_desde=timezone.now())
    assert correos_internos.enviar_pendientes()[1] == 0
    assert set(CorreoInterno.objects.filter(enviada_en__isnull=False).values_list("tipo", flat=True)) == {
        "RESUMEN",
        "NOVEDAD",
        "AVISO",
    }
    for correo in mail.outbox:
        html = correo.alternatives[0][0]
        assert espia.delata([correo.subject, *correo.body.splitlines(), *textos_de(html)]) == []


def test_fechas_y_valores_se_leen_sin_duda(mundo):
    """A day has its month's name, which no reader takes for another; an amount has its currency's code, since `$` would
    be taken for dollars, and English separators."""
    pago = mundo.pagos[0]
    html = navegador(mundo.ana).get(f"/pagos/{pago.referencia}/").content.decode()
    hoy = timezone.localtime(pago.creada_en)
    with translation.override("en"):
        assert f"{hoy.day} {hoy:%b} {hoy.year}, {hoy:%H:%M}" in html
    assert "COP\xa05,000" in html
    assert "$" not in "".join(textos_de(html))


def test_el_idioma_elegido_antes_de_entrar_queda_en_el_usuario(client, db):
    """Chosen on the login page by somebody who never chose before: it is kept, also for the next device and e-mails."""
    usuaria = ana()
    client.post("/cuenta/idioma/", {"language": "en", "next": "/cuenta/entrar/"})
    client.post("/cuenta/entrar/", {"username": usuaria.email, "password": CLAVE})
    otro_dispositivo = Client(headers={"accept-language": "es-CO"})
    otro_dispositivo.force_login(usuaria)
    assert otro_dispositivo.get("/").headers["Content-Language"] == "en"
    usuaria.refresh_from_db()
    correos.enviar_clave_olvidada(usuaria)
    assert mail.outbox[-1].subject == "Create a new password"


def test_lo_que_pide_el_navegador_no_es_una_eleccion(db):
    """A browser in English shows English and decides nothing for the user's other devices."""
    usuaria = ana()
    navegador().post("/cuenta/entrar/", {"username": usuaria.email, "password": CLAVE})
    usuaria.refresh_from_db()
    assert usuaria.idioma == ""


def test_entrar_no_cambia_lo_que_ya_se_eligio(client, db):
    """The cookie of a shared computer does not overwrite a user's own choice."""
    usuaria = ana(idioma="es-co")
    client.post("/cuenta/idioma/", {"language": "en", "next": "/"})
    client.post("/cuenta/entrar/", {"username": usuaria.email, "password": CLAVE})
    usuaria.refresh_from_db()
    assert usuaria.idioma == "es-co"


@pytest.mark.parametrize(("elegido", "asunto"), [("en", "Payment approved"), ("", "Pago aprobado")])
def test_el_aviso_va_en_el_idioma_que_la_persona_eligio(db, elegido, asunto):
    """The user's choice of today wins over the language of the page on which the pago was started."""
    pago = crear_pago()
    type(pago.usuario).objects.filter(pk=pago.usuario_id).update(idioma=elegido)
    pago = Pago.objects.get(pk=pago.pk)
    transiciones.aplicar(pago.pk, aprobada(pago), origen="sonda")
    notificaciones.enviar_pendientes()
    assert mail.outbox[-1].subject.startswith(asunto)


def test_el_espia_encuentra_lo_que_falta(db):
    """It sees a text of the source, a sentence that nobody marked and a label read aloud; data, the mandatory text
    and what is nobody's to read pass."""
    espia = Espia(textos.leer(), datos=["Ferretería El Tornillo"])
    assert espia.delata(["Mis pagos", "Vencido, 3 documentos:", "Fue rápido para usted"]) != []
    assert espia.delata(["My payments", "Ferretería El Tornillo", "COP 1,254,300"]) == []
    pagina = '<p lang="es">El pago <b>está</b></p><p aria-label="Quitar">Remove</p><code>el valor</code><p>Total</p>'
    assert textos_de(pagina) == ["Quitar", "Remove", "Total"]
