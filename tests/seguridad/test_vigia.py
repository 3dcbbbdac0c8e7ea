"""The guard of the suite's own output: a secret planted in any exit fails the test in which it came out."""

import io
import re
import subprocess
import sys

import pytest
import structlog
from django.conf import settings as ajustes
from django.contrib.auth.decorators import login_not_required
from django.core import mail
from django.core.management.base import OutputWrapper
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import path
from openpyxl import Workbook
from reportlab.pdfgen.canvas import Canvas

from herramientas.variables import RAIZ
from pagos.models import EventoPago, Pago
from simulador.comercios import POR_OMISION
from tests.arnes import marcas, vigia
from tests.fabricas_pagos import SECRETOS, crear_pago
from tests.herramientas.apoyo import correr

# One leak by each exit; `test_limpia` is the only one that may pass.
_SUITE = """
import logging, subprocess, sys
import pytest, structlog
from django.contrib.auth.decorators import login_not_required
from django.core import mail
from django.http import HttpResponse
from django.urls import path
from tests.arnes import marcas
from tests.fabricas_pagos import crear_pago

def test_limpia():
    print("nada")

def test_bitacora():
    structlog.get_logger("pagos").info("llamada_pasarela", cuerpo={"str_usuario": marcas.USUARIO_ZONA})

def test_traza():
    try:
        raise ValueError(marcas.ERROR_CRUDO)
    except ValueError:
        logging.getLogger("pagos").exception("falló")

@pytest.mark.django_db
def test_pagina(client, settings):
    settings.ROOT_URLCONF = (path("x/", login_not_required(lambda r: HttpResponse(marcas.CLAVE_ZONA))),)
    client.get("/x/")

@pytest.mark.django_db
def test_fila():
    pago = crear_pago()
    pago.eventos.create(a="PENDIENTE", origen="sonda", evidencia={"n": marcas.TARJETA}, cuando=pago.creada_en)

def test_correo():
    mail.send_mail("Su pago", f"Error: {marcas.SIN_OBJETO}", "p@ejemplo.co", ["ana@ejemplo.co"])

def test_excepcion():
    with pytest.raises(RuntimeError):
        try:
            raise ValueError(marcas.API_KEY_PAYU)
        except ValueError as error:
            raise RuntimeError("otra cosa") from error

def test_salida():
    print(marcas.SECRET_KEY)

def test_hijo(tmp_path):
    with (tmp_path / "registro").open("w") as registro:
        subprocess.run([sys.executable, "-c", f"print('{marcas.CLAVE_DE_PERSONA}')"], stdout=registro, check=True)

def test_proceso_del_portal():
    codigo = f"import logging; logging.getLogger('pagos').warning('{marcas.ERROR_CRUDO}')"
    subprocess.run([sys.executable, "manage.py", "shell", "-c", codigo], stderr=subprocess.DEVNULL, check=True)

def test_que_falla_sola():
    assert marcas.API_LOGIN_PAYU == "otro"
"""


@pytest.mark.solo_sqlite("the tools never open the database: once is enough")
def test_cada_fuga_hace_fallar_su_prueba_y_el_informe_no_la_repite(tmp_path):
    """A run whose tests leak by each exit: each fails, the clean one passes, and no marker is in what the run says."""
    archivo = tmp_path / "test_ejemplo.py"
    archivo.write_text(_SUITE, encoding="utf-8")
    orden = ["-m", "pytest", "-c", RAIZ / "pyproject.toml", "--rootdir", RAIZ, "-p", "no:cacheprovider", "--bd=sqlite"]
    codigo, salida = correr(*orden, archivo)
    assert codigo == 1, salida
    fallidas = set(re.findall(r"^FAILED .*?::(test_\w+)", salida, re.MULTILINE))
    assert fallidas == set(re.findall(r"def (test_\w+)", _SUITE)) - {"test_limpia"}, salida
    assert "1 passed" in salida
    for donde in ("usuario de ZonaPAGOS salió en la bitácora, logger pagos", "en un proceso hijo", "test_ejemplo"):
        assert donde in salida
    assert marcas.buscar(salida) == []


def test_lo_que_las_fabricas_y_el_simulador_usan_esta_plantado():
    """No credential of the suite stays out of the list, so that none can leak unseen."""
    secretos = [ajustes.SECRET_KEY, *ajustes.CLAVES_CIFRADO, SECRETOS["usuario"], SECRETOS["clave"]]
    for comercios in POR_OMISION.values():
        secretos += [comercio[n] for comercio in comercios for n in ("clave", "api_key", "api_login") if n in comercio]
    assert [secreto for secreto in secretos if not marcas.buscar(secreto)] == []


@pytest.mark.parametrize(
    "escrito", ["4539578763621486", "4539 5787 6362 1486", "4539-5787-6362-1486", "***78763621486"]
)
def test_una_tarjeta_se_reconoce_como_se_escriba(escrito):
    """Grouped, with hyphens, or masked too little."""
    assert marcas.buscar(f"tarjeta {escrito}.") == ["número de tarjeta"]


def test_una_tarjeta_bien_tapada_no_es_una_fuga():
    """Its last four digits are what people recognise it by."""
    assert marcas.buscar("VISA terminada en 1486, 453957******1486") == []


def test_una_marca_cortada_se_reconoce():
    """A secret that was cut to fit is still a secret."""
    assert marcas.buscar(f"{marcas.CLAVE_ZONA[:18]}…") == ["clave de ZonaPAGOS"]


@pytest.mark.parametrize("sena", ["corta", "no está en el texto", "x" * 30])
def test_una_marca_que_se_confunde_no_se_planta(sena):
    """Too short, too long or not of the text: refused, or it would accuse the innocent or see nothing."""
    with pytest.raises(ValueError, match="seña"):
        marcas.plantar("algo", f"un texto {'x' * 30} corta", sena=sena)


# --- The exits one by one -----------------------------------------------------------------------------------------
def _pdf(texto):
    archivo = io.BytesIO()
    lienzo = Canvas(archivo, pageCompression=1)
    lienzo.drawString(72, 72, texto)
    lienzo.save()
    return HttpResponse(archivo.getvalue(), content_type="application/pdf")


def _xlsx(texto):
    archivo, libro = io.BytesIO(), Workbook()
    libro.active.append([texto])
    libro.save(archivo)
    tipo = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return HttpResponse(archivo.getvalue(), content_type=tipo)


def _en_cabecera(texto):
    return HttpResponse(headers={"X-Error": texto})


def _error(texto):
    return HttpResponse(texto, status=500)


def _a_trozos(texto):
    return StreamingHttpResponse(iter([texto[:8].encode(), texto[8:].encode()]))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "responder",
    [
        _pdf,
        _xlsx,
        _a_trozos,
        lambda texto: HttpResponse(headers={"X-Error": texto}),
        lambda t: HttpResponse(t, status=500),
    ],
)
def test_una_pagina_se_lee_como_la_lee_una_persona(client, settings, responder):
    """A PDF, a workbook, a page in pieces, a header, an error page."""
    vista = login_not_required(lambda _peticion: responder(marcas.CLAVE_ZONA))
    settings.ROOT_URLCONF = (path("x/", vista),)
    with vigia.fugas_a_proposito() as fugas:
        b"".join(client.get("/x/"))
    assert {fuga.split(" salió en ")[0] for fuga in fugas} == {"clave de ZonaPAGOS"}
    assert all("la respuesta a GET /x/" in fuga for fuga in fugas)


def _al_cambiar(pago):
    Pago.objects.filter(pk=pago.pk).update(texto_pasarela=marcas.SIN_OBJETO)


def _en_lote(pago):
    nuevo = EventoPago(pago=pago, a="PENDIENTE", codigo=marcas.SIN_OBJETO, origen="sonda", cuando=pago.creada_en)
    EventoPago.objects.bulk_create([nuevo])


@pytest.mark.django_db
@pytest.mark.parametrize("escribir", [_al_cambiar, _en_lote])
def test_una_fila_se_mira_al_escribirse(escribir):
    """An update and a bulk insert, though the row be gone when the test ends."""
    pago = crear_pago()
    with vigia.fugas_a_proposito() as fugas:
        escribir(pago)
    assert len(fugas) == 1
    assert fugas[0].startswith("error crudo de ZonaPAGOS salió en una fila: ")


def test_una_linea_que_el_portal_tacha_no_es_una_fuga():
    """What is looked at is the line as it leaves: a value struck out by its name did not come out."""
    registro = structlog.get_logger("pagos.prueba")
    with vigia.fugas_a_proposito() as fugas:
        registro.warning("algo", clave=marcas.CLAVE_ZONA)
    assert fugas == []


def test_un_correo_se_lee_entero():
    """Subject, body, the other version, the attachments."""
    for campos in (
        {"subject": marcas.CLAVE_ZONA},
        {"body": marcas.CLAVE_ZONA},
        {"attachments": [("error.txt", marcas.CLAVE_ZONA, "text/plain")]},
    ):
        with vigia.fugas_a_proposito() as fugas:
            mail.EmailMessage(to=["ana@ejemplo.co"], **campos).send()
        assert fugas == ["clave de ZonaPAGOS salió en un correo"]


def test_lo_que_imprime_una_orden_se_lee():
    """To whatever stream it goes."""
    with vigia.fugas_a_proposito() as fugas:
        OutputWrapper(io.StringIO()).write(marcas.CLAVE_ZONA)
    assert fugas == ["clave de ZonaPAGOS salió en lo que imprime una orden de manage.py"]


def test_la_salida_que_una_prueba_lee_tambien_se_mira(capsys):
    """Taken out of the capture, it is not in the report's sections any more."""
    with vigia.fugas_a_proposito() as fugas:
        sys.stdout.write(marcas.CLAVE_ZONA)
        capsys.readouterr()
    assert fugas == ["clave de ZonaPAGOS salió en la salida estándar"]


def test_lo_que_un_proceso_contesta_por_su_tuberia_se_lee():
    """A child whose output its parent reads."""
    with vigia.fugas_a_proposito() as fugas:
        subprocess.run([sys.executable, "-c", f"print('{marcas.CLAVE_ZONA}')"], capture_output=True, check=True)
    assert [fuga[:48] for fuga in fugas] == ["clave de ZonaPAGOS salió en lo que escribió el p"]


def test_el_vigia_no_se_puede_apagar_sin_que_se_note(pytestconfig):
    """It is in every run of this repository, by its configuration."""
    assert pytestconfig.pluginmanager.has_plugin("tests.arnes.vigia")
    assert "tests.arnes.vigia" in pytestconfig.getini("addopts")
