"""`configurar_empresa`: idempotent, changes only what is given, says what is wrong."""

from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from cartera.models import Empresa, Logo
from tests.fabricas_cartera import imagen

pytestmark = pytest.mark.django_db

_COMPLETA = {
    "nombre": "Comercial La Sabana S.A.S.",
    "direccion": "Calle 10 # 20-30",
    "telefono": "601 555 0100",
    "correo": "cartera@sabana.example",
    "terminos": "https://sabana.example/terminos",
    "datos": "https://sabana.example/datos",
    "reembolsos": "https://sabana.example/reembolsos",
}


def _configurar(nit="900.123.456-8", **opciones):
    salida = StringIO()
    argumentos = [f"--{opcion.replace('_', '-')}={valor}" for opcion, valor in {"nit": nit, **opciones}.items()]
    call_command("configurar_empresa", *argumentos, stdout=salida)
    return salida.getvalue()


def test_crea_la_empresa_con_su_digito_de_verificacion():
    """The NIT is stored without its check digit, which is kept apart."""
    assert "Empresa creada: Comercial La Sabana S.A.S., NIT 900.123.456-8" in _configurar(**_COMPLETA)
    empresa = Empresa.objects.get()
    assert (empresa.nit, empresa.dv, empresa.url_datos) == ("900123456", "8", "https://sabana.example/datos")
    assert empresa.activa


def test_repetirla_no_cambia_nada_ni_en_la_historia():
    """The same words again, however the NIT is spelt, leave row and history as they were."""
    _configurar(**_COMPLETA)
    assert _configurar("900123456", **_COMPLETA).startswith("Sin cambios: ")
    assert Empresa.objects.get().history.count() == 1


def test_solo_cambia_lo_que_se_menciona():
    """An option not given stays as it was."""
    _configurar(**_COMPLETA)
    salida = _configurar(telefono="310 555 0101", correo_avisos="avisos@sabana.example", prefijo="SAB")
    assert "Cambió: teléfono de atención, correo de avisos, prefijo del comprobante" in salida
    empresa = Empresa.objects.get()
    assert (empresa.telefono, empresa.correo_avisos, empresa.prefijo_comprobante) == (
        "310 555 0101",
        "avisos@sabana.example",
        "SAB",
    )
    assert empresa.nombre == _COMPLETA["nombre"]


@pytest.mark.parametrize(
    ("opciones", "razon"),
    [
        ({"nit": "900123456-1"}, "El dígito de verificación de 900123456 es 8, no 1"),
        ({"correo": "sin arroba"}, "correo de atención: "),
        ({"terminos": "no es una dirección"}, "términos y condiciones: "),
        ({"terminos": "javascript:alert(1)"}, "términos y condiciones: "),
        ({"prefijo": "ab"}, "prefijo del comprobante: Solo letras mayúsculas y números."),
        ({"prefijo": "DEMASIADO"}, "--prefijo: "),
        ({"color": "azul"}, "color: Escriba el color como #0a4d8c"),
        ({"color": "#0a4d8c1"}, "--color: "),
        ({"nombre": ""}, "razón social: "),
        ({"nombre": "x\u202ey"}, "--nombre: contiene caracteres de control o invisibles"),
        ({"abono_parcial": "quizás"}, "--abono-parcial: «quizás» no es una de: no, monto, porcentaje"),
        ({"abono_parcial": "monto"}, "El monto mínimo de un pago parcial debe ser mayor que cero"),
        ({"abono_parcial": "monto", "abono_minimo": "0"}, "El monto mínimo de un pago parcial debe ser mayor que cero"),
        ({"abono_parcial": "porcentaje", "abono_minimo": "101"}, "debe ser mayor que 0 y hasta 100"),
        ({"abono_parcial": "no", "abono_minimo": "5"}, "Sin pagos parciales no hay mínimo"),
        ({"abono_minimo": "5"}, "Sin pagos parciales no hay mínimo"),
        ({"abono_parcial": "monto", "abono_minimo": "50.000"}, "--abono-minimo: «50.000» se puede leer de dos maneras"),
    ],
)
@pytest.mark.parametrize("existe", [True, False])
def test_lo_que_esta_mal_se_dice_y_no_cambia_nada(opciones, razon, existe):
    """A clear sentence that names the field or option; neither created nor changed."""
    if existe:
        _configurar(**_COMPLETA)
    elif opciones == {"nombre": ""}:
        razon = "no existe; para crearla faltan: razón social"
    antes = list(Empresa.objects.values())
    with pytest.raises(CommandError, match=razon):
        _configurar(**{**_COMPLETA, **opciones})
    assert list(Empresa.objects.values()) == antes


def test_para_crearla_se_dice_todo_lo_que_falta():
    """A new company without its data lists every one of them at once."""
    with pytest.raises(CommandError, match="faltan: dirección, teléfono de atención, correo de atención, términos"):
        _configurar(nombre="Nueva")
    assert not Empresa.objects.exists()


@pytest.mark.parametrize(
    ("opciones", "regla"),
    [
        ({"abono_parcial": "monto", "abono_minimo": "50000,50"}, ("MONTO", Decimal("50000.50"))),
        ({"abono_parcial": "Porcentaje", "abono_minimo": "20%"}, ("PORCENTAJE", Decimal("20.00"))),
    ],
)
def test_los_pagos_parciales_se_encienden_y_se_apagan(opciones, regla):
    """An amount or a percentage, as people write it; off takes the minimum away with it."""
    _configurar(**_COMPLETA)
    assert "Cambió: pagos parciales, mínimo de un pago parcial" in _configurar(**opciones)
    empresa = Empresa.objects.get()
    assert (empresa.abono_parcial, empresa.abono_minimo) == regla
    assert _configurar(**opciones).startswith("Sin cambios: ")
    _configurar(abono_parcial="no")
    empresa.refresh_from_db()
    assert (empresa.abono_parcial, empresa.abono_minimo) == ("NO", None)


def test_el_color_y_el_logo_se_ponen_y_se_quitan(tmp_path):
    """From the words and a file; the same again changes nothing; empty takes them away."""
    _configurar(**_COMPLETA)
    archivo = tmp_path / "logo.webp"
    archivo.write_bytes(imagen("WEBP"))
    assert "Cambió: color, logo" in _configurar(color="#0A4D8C", logo=archivo)
    empresa = Empresa.objects.get()
    assert (empresa.color, bytes(empresa.logo.png)[1:4]) == ("#0a4d8c", b"PNG")
    assert _configurar(color="#0a4d8c", logo=archivo).startswith("Sin cambios: ")
    assert "Cambió: color, logo" in _configurar(color="", logo="")
    empresa.refresh_from_db()
    assert (empresa.color, empresa.logo) == ("", None)


@pytest.mark.parametrize(
    ("contenido", "razon"),
    [(None, "--logo: no se pudo leer"), (b"<svg/>", "--logo: No es una imagen PNG, JPEG o WebP")],
)
def test_un_archivo_que_no_es_un_logo_se_dice(tmp_path, contenido, razon):
    """A path that leads nowhere, or a file that is no picture: nothing is created."""
    archivo = tmp_path / "logo.png"
    if contenido is not None:
        archivo.write_bytes(contenido)
    with pytest.raises(CommandError, match=razon):
        _configurar(**_COMPLETA, logo=archivo)
    assert not Empresa.objects.exists()


def test_lo_que_no_se_pudo_crear_no_deja_su_logo(tmp_path):
    """Everything or nothing: a wrong address leaves no picture behind."""
    archivo = tmp_path / "logo.png"
    archivo.write_bytes(imagen())
    with pytest.raises(CommandError, match="correo de atención"):
        _configurar(**_COMPLETA | {"correo": "sin arroba"}, logo=archivo)
    assert not Logo.objects.exists()
