"""The keys of an ERP: told once, kept as a hash, good for what they were made for and for nobody else."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.http import JsonResponse
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from cartera import llaves
from cartera.llaves import Permiso
from cartera.models import LlaveErp
from cartera.views.llaves import con_llave
from tests.fabricas import administradora, carla
from tests.fabricas_cartera import crear_empresa

pytestmark = pytest.mark.django_db


def _crear(*permisos, empresa=None):
    return llaves.crear(empresa or crear_empresa(), nombre="ERP", permisos=permisos or [Permiso.LEER])


def _con(cabecera):
    return RequestFactory().get("/", headers={"Authorization": cabecera} if cabecera else {})


def test_la_llave_abre_lo_suyo_y_dice_de_que_empresa_es():
    """Its text, brought as bearer token, is the key with its Empresa; when it was used is written down."""
    llave, texto = _crear(Permiso.LEER)
    traida = llaves.empresa_de(_con(f"Bearer {texto}"), Permiso.LEER)
    assert (traida, traida.empresa) == (llave, llave.empresa)
    llave.refresh_from_db()
    assert timezone.now() - llave.usada_en < timedelta(minutes=1)


def test_usarla_no_escribe_cada_vez(django_assert_num_queries):
    """Asked again within the minute, one question and one update that finds nothing: the moment stays."""
    _llave, texto = _crear()
    llaves.empresa_de(_con(f"Bearer {texto}"), Permiso.LEER)
    antes = LlaveErp.objects.get().usada_en
    with django_assert_num_queries(2):
        llaves.empresa_de(_con(f"Bearer {texto}"), Permiso.LEER)
    assert LlaveErp.objects.get().usada_en == antes


@pytest.mark.parametrize(
    "cabecera",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic {texto}",
        "{texto}",
        "Bearer {texto}x",
        "Bearer oasis_{prefijo}_x",
        "Bearer oasis__",
        "Bearer otra_{prefijo}_x",
        "Bearer oasis_\u0661\u0662_x",
        "Bearer \ufffd",
    ],
)
def test_cualquier_otra_cosa_no_abre_nada(cabecera):
    """No key, another scheme, a longer or shorter text, the prefix alone: nobody comes in."""
    llave, texto = _crear()
    traida = cabecera.format(texto=texto, prefijo=llave.prefijo)
    assert llaves.empresa_de(_con(traida), Permiso.LEER) is None


def test_cada_permiso_es_aparte():
    """A key to read does not write, and the other way round; one for both does both."""
    casos = {(Permiso.LEER,): (True, False), (Permiso.ESCRIBIR,): (False, True), tuple(Permiso): (True, True)}
    for permisos, esperado in casos.items():
        _llave, texto = _crear(*permisos)
        abre = tuple(bool(llaves.empresa_de(_con(f"Bearer {texto}"), uno)) for uno in Permiso)
        assert abre == esperado


def test_revocada_o_de_una_empresa_inactiva_no_abre():
    """From the moment on, and once."""
    llave, texto = _crear()
    otra, texto_de_otra = _crear()
    assert llaves.revocar(llave)
    assert not llaves.revocar(llave)
    otra.empresa.activa = False
    otra.empresa.save()
    for uno in (texto, texto_de_otra):
        assert llaves.empresa_de(_con(f"Bearer {uno}"), Permiso.LEER) is None


def test_una_llave_sin_permisos_no_se_crea():
    """It would open nothing, and a word that is no permission is a mistake of whoever wrote it."""
    for permisos, dice in (((), "sirve para algo"), (("borrar",), "borrar")):
        with pytest.raises(ValueError, match=dice):
            llaves.crear(crear_empresa(), nombre="ERP", permisos=permisos)
    assert not LlaveErp.objects.exists()


def test_la_base_no_guarda_lo_que_abre():
    """No column holds the secret part of the text."""
    _llave, texto = _crear()
    secreto = texto.rsplit("_", 1)[-1]
    (fila,) = LlaveErp.objects.values()
    assert secreto not in repr(fila)


def test_el_decorador_entrega_la_llave_o_responde_401():
    """The view runs with `request.llave`; without a key, 401 in JSON, and a session would not help."""
    llave, texto = _crear()
    vista = con_llave(Permiso.LEER)(lambda request: JsonResponse({"empresa": request.llave.empresa.nit}))
    respuesta = vista(_con("Bearer nada"))
    assert (respuesta.status_code, respuesta["WWW-Authenticate"]) == (401, "Bearer")
    assert b"Falta una llave" in respuesta.content or "llave" in respuesta.content.decode("unicode_escape")
    assert llave.empresa.nit in vista(_con(f"Bearer {texto}")).content.decode()
    assert (vista.login_required, vista.csrf_exempt) == (False, True)


# --- The command --------------------------------------------------------------------------------------------------
def test_la_orden_crea_lista_y_revoca(capsys):
    """The text goes to the output alone, so that it can be piped; the list names keys without opening anything."""
    empresa = crear_empresa()
    call_command("llave_erp", empresa=empresa.nit, nombre="OasisCom", permisos=["leer", "escribir"])
    texto = capsys.readouterr().out.strip()
    llave = llaves.empresa_de(_con(f"Bearer {texto}"), Permiso.ESCRIBIR)
    call_command("llave_erp", empresa=empresa.nit, listar=True)
    listado = capsys.readouterr().out
    assert llave.prefijo in listado
    assert texto not in listado
    call_command("llave_erp", empresa=empresa.nit, revocar=llave.prefijo)
    assert llaves.empresa_de(_con(f"Bearer {texto}"), Permiso.LEER) is None
    with pytest.raises(CommandError, match="no tiene una llave"):
        call_command("llave_erp", empresa=crear_empresa().nit, revocar=llave.prefijo)


# --- The administration -------------------------------------------------------------------------------------------
def test_la_administracion_muestra_el_texto_una_sola_vez(client):
    """On the page that answers the form, uncached; neither list nor detail shows it again, nor its hash."""
    client.force_login(administradora())
    empresa = crear_empresa()
    pagina = client.post(
        reverse("admin:cartera_llaveerp_add"), {"empresa": empresa.pk, "nombre": "OasisCom", "leer": "on"}
    )
    texto = pagina.context["texto"]
    assert texto in pagina.content.decode()
    assert "no-store" in pagina["Cache-Control"]
    llave = LlaveErp.objects.get()
    assert llaves.empresa_de(_con(f"Bearer {texto}"), Permiso.LEER) == llave
    for url in (reverse("admin:cartera_llaveerp_changelist"), f"/admin/cartera/llaveerp/{llave.pk}/change/"):
        vista = client.get(url).content.decode()
        assert llave.prefijo in vista
        assert texto not in vista
        assert llave.huella not in vista


def test_la_administracion_pide_algun_permiso_y_revoca(client):
    """Without a permission the form says so; the action revokes, and nobody deletes."""
    client.force_login(administradora())
    empresa = crear_empresa()
    pagina = client.post(reverse("admin:cartera_llaveerp_add"), {"empresa": empresa.pk, "nombre": "OasisCom"})
    assert "Una llave sirve para leer" in pagina.content.decode()
    llave, _texto = _crear(empresa=empresa)
    lista = reverse("admin:cartera_llaveerp_changelist")
    client.post(lista, {"action": "revocar", "_selected_action": [llave.pk]})
    llave.refresh_from_db()
    assert not llave.vigente
    assert client.post(f"/admin/cartera/llaveerp/{llave.pk}/delete/").status_code == 403


def test_tesoreria_no_ve_las_llaves(client):
    """Only the administration makes them."""
    client.force_login(carla())
    assert client.get(reverse("admin:cartera_llaveerp_changelist")).status_code == 403
