"""The administration: companies are edited and never deleted, what the ERP says is only read."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cartera import logos
from cartera.models import Empresa, Logo, Saldo
from tests.fabricas import administradora, ana, carla, superusuario
from tests.fabricas_cartera import crear_empresa, crear_logo, crear_movimiento, crear_saldo, imagen

pytestmark = pytest.mark.django_db
_LISTA, _NUEVA = reverse("admin:cartera_empresa_changelist"), reverse("admin:cartera_empresa_add")


def _datos(**cambios):
    datos = {
        "nombre": "Comercial La Sabana S.A.S.",
        "nit": "900.123.456-8",
        "direccion": "Calle 10 # 20-30",
        "activa": "on",
        "telefono": "601 555 0100",
        "correo": "cartera@sabana.example",
        "correo_avisos": "",
        "url_terminos": "sabana.example/terminos",
        "url_datos": "https://sabana.example/datos",
        "url_reembolsos": "https://sabana.example/reembolsos",
        "version_terminos": "1",
        "prefijo_comprobante": "",
        "abono_parcial": "NO",
        "abono_minimo": "",
    }
    return {**datos, **cambios}


def test_quien_administra_crea_una_empresa_con_el_nit_como_lo_escriba(client):
    """Dots, hyphen and check digit are understood; an address without scheme is https; the history names who."""
    admin = administradora()
    client.force_login(admin)
    assert client.post(_NUEVA, _datos()).status_code == 302
    empresa = Empresa.objects.get()
    assert (empresa.nit, empresa.dv, empresa.url_terminos) == ("900123456", "8", "https://sabana.example/terminos")
    assert empresa.history.get().history_user == admin


@pytest.mark.parametrize(
    ("cambio", "razon"),
    [
        ({"nit": "900123456-1"}, "El dígito de verificación de 900123456 es 8, no 1"),
        ({"nit": "abc"}, "no es un número de identificación"),
        ({"prefijo_comprobante": "a-b"}, "Solo letras mayúsculas y números."),
        ({"url_datos": "javascript:alert(1)"}, "url_datos"),
        ({"abono_minimo": "5"}, "Sin pagos parciales no hay mínimo: déjelo vacío."),
        ({"abono_parcial": "MONTO"}, "El monto mínimo de un pago parcial debe ser mayor que cero."),
        ({"abono_parcial": "PORCENTAJE", "abono_minimo": "120"}, "debe ser mayor que 0 y hasta 100."),
    ],
)
def test_lo_mal_escrito_vuelve_con_su_razon(client, cambio, razon):
    """The form comes back, says why, and nothing is created."""
    client.force_login(administradora())
    respuesta = client.post(_NUEVA, _datos(**cambio))
    assert respuesta.status_code == 200
    assert razon in respuesta.content.decode()
    assert not Empresa.objects.exists()


def test_un_nit_repetido_se_explica(client):
    """Two companies never share a NIT, in a sentence."""
    crear_empresa(nit="900123456")
    client.force_login(administradora())
    assert "Ya existe una empresa con ese NIT." in client.post(_NUEVA, _datos()).content.decode()


def test_el_nit_de_una_empresa_en_uso_no_se_toca(client):
    """Once a balance names it, its NIT is no longer a field, whatever the form sends."""
    empresa = crear_saldo(empresa=crear_empresa(nit="900123456")).empresa
    client.force_login(superusuario())
    direccion = reverse("admin:cartera_empresa_change", args=[empresa.pk])
    assert 'name="nit"' not in client.get(direccion).content.decode()
    assert client.post(direccion, _datos(nit="811222333", nombre="Otro nombre")).status_code == 302
    empresa.refresh_from_db()
    assert (empresa.nit, empresa.nombre) == ("900123456", "Otro nombre")


def test_nada_se_borra(client):
    """Not even a superuser deletes a company, a balance or a movement, one by one or in bulk."""
    client.force_login(superusuario())
    filas = [crear_empresa(), crear_saldo(), crear_movimiento()]
    for fila in filas:
        nombre = f"admin:cartera_{fila._meta.model_name}"
        assert client.get(reverse(f"{nombre}_delete", args=[fila.pk])).status_code == 403
        client.post(reverse(f"{nombre}_changelist"), {"action": "delete_selected", "_selected_action": fila.pk})
        assert type(fila).objects.filter(pk=fila.pk).exists()


@pytest.mark.parametrize("crear", [crear_saldo, crear_movimiento])
def test_lo_que_dice_el_erp_solo_se_lee(client, crear):
    """Balances and movements can be opened and not added nor changed, by anybody."""
    fila = crear()
    nombre = f"admin:cartera_{fila._meta.model_name}"
    for usuario in (superusuario(), carla()):
        client.force_login(usuario)
        assert client.get(reverse(f"{nombre}_add")).status_code == 403
        detalle = reverse(f"{nombre}_change", args=[fila.pk])
        assert client.get(detalle).status_code == 200
        assert client.post(detalle, {"numero": "0"}).status_code == 403


def test_se_busca_por_numero_y_por_cliente(client):
    """Staff find a balance by its number or by who owes it."""
    client.force_login(carla())
    saldo = crear_saldo(numero="A10234")
    otro = crear_saldo(numero="B777")
    lista = reverse("admin:cartera_saldo_changelist")
    for buscado in ("A102", saldo.tercero.numero):
        html = client.get(lista, {"q": buscado}).content.decode()
        assert "A10234" in html
        assert "B777" not in html
    assert Saldo.objects.filter(pk=otro.pk).exists()


def test_quien_no_es_del_personal_no_entra(client):
    """A customer is sent to the login of the administration."""
    client.force_login(ana())
    assert client.get(_LISTA).status_code == 302


def _editar(client, empresa, **cambios):
    datos = _datos(nit=empresa.nit, **cambios)
    return client.post(reverse("admin:cartera_empresa_change", args=[empresa.pk]), datos)


def test_el_logo_se_sube_se_ve_y_se_quita(client):
    """A file becomes the logo, a form without one leaves it, the box takes it away; the history keeps each."""
    empresa = crear_empresa()
    client.force_login(administradora())
    assert _editar(client, empresa, archivo_logo=_archivo(imagen("JPEG"))).status_code == 302
    empresa.refresh_from_db()
    puesto = empresa.logo_id
    assert bytes(empresa.logo.png).startswith(b"\x89PNG")
    pagina = client.get(reverse("admin:cartera_empresa_change", args=[empresa.pk])).content.decode()
    assert f'href="/empresas/logo-{puesto}.png"' in pagina
    assert _editar(client, empresa, color="#0A4D8C").status_code == 302
    empresa.refresh_from_db()
    assert (empresa.logo_id, empresa.color) == (puesto, "#0a4d8c")
    assert _editar(client, empresa, **{"archivo_logo-clear": "on"}).status_code == 302
    empresa.refresh_from_db()
    assert (empresa.logo_id, empresa.color) == (None, "")
    assert [version.logo_id for version in empresa.history.order_by("pk")] == [None, puesto, puesto, None]


@pytest.mark.parametrize(
    ("cambio", "razon"),
    [
        ({"archivo_logo": b"<svg/>"}, "No es una imagen PNG, JPEG o WebP"),
        ({"archivo_logo": imagen() + b"\0" * logos.MAXIMO_BYTES}, "pesa más de 2 MB"),
        ({"color": "azul"}, "Escriba el color como #0a4d8c"),
        ({"color": "#0a4d8g"}, "Escriba el color como #0a4d8c"),
    ],
)
def test_un_logo_o_un_color_que_no_sirven_se_dicen(client, cambio, razon):
    """The form comes back with the reason and nothing changes, whatever the name of the file promised."""
    empresa = crear_empresa()
    client.force_login(administradora())
    if "archivo_logo" in cambio:
        cambio = {"archivo_logo": _archivo(cambio["archivo_logo"])}
    respuesta = _editar(client, empresa, **cambio)
    assert respuesta.status_code == 200
    assert razon in respuesta.content.decode()
    empresa.refresh_from_db()
    assert (empresa.logo_id, empresa.color, Logo.objects.count()) == (None, "", 0)


def _archivo(contenido):
    return SimpleUploadedFile("logo.png", contenido, content_type="image/png")


def test_tesoreria_ve_la_empresa_sin_poder_cambiarla(client):
    """The page to read opens with a logo too."""
    empresa = crear_empresa(logo=crear_logo(), color="#0a4d8c")
    client.force_login(carla())
    respuesta = client.get(reverse("admin:cartera_empresa_change", args=[empresa.pk]))
    assert respuesta.status_code == 200
    assert "#0a4d8c" in respuesta.content.decode()
    assert 'type="file"' not in respuesta.content.decode()
