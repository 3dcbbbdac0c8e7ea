"""`manage.py importar_usuarios`: what operators type, see and get back."""

import csv
import re
import stat

import pytest
from django.core import mail
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.arnes import marcas
from tests.fabricas import crear_usuario
from usuarios.models import Usuario

pytestmark = pytest.mark.django_db

CLAVE = marcas.OTRA_CLAVE


@pytest.fixture
def archivo(tmp_path):
    """A file of two users."""
    ruta = tmp_path / "usuarios.csv"
    ruta.write_text(
        "email;nombre;apellido;tercero_tipo;tercero_numero;organizacion_numero\n"
        "ana@ejemplo.co;Ana;Ríos;NIT;900.123.456-8;900123456\n"
        "beto@ejemplo.co;Beto;Gil;CC;52123456;52123456\n",
        encoding="utf-8-sig",
    )
    return ruta


@pytest.fixture
def archivo_malo(archivo):
    """The same file with a third row that cannot be read."""
    with archivo.open("a") as abierto:
        abierto.write("carla@ejemplo.co;Carla;Paz;NIT;900123456-1;\n")
    return archivo


def enlaces(ruta):
    """Rows of a file of links."""
    return list(csv.DictReader(ruta.read_text(encoding="utf-8").splitlines()))


def test_cada_usuario_nuevo_recibe_un_enlace_que_sirve(archivo, client, capsys):
    """One mail each, with a link that leads to the form; the counts are printed."""
    call_command("importar_usuarios", archivo)
    assert [mensaje.to for mensaje in mail.outbox] == [["ana@ejemplo.co"], ["beto@ejemplo.co"]]
    enlace = re.search(r"http://127\.0\.0\.1:8000(/cuenta/clave/nueva/\S+)", mail.outbox[0].body)[1]
    assert "Cree su contraseña" in client.get(enlace, follow=True).content.decode()
    assert "2 filas leídas, 0 rechazadas; 2 usuarios, 2 nuevos." in capsys.readouterr().out


def test_repetirlo_no_vuelve_a_escribirle_a_nadie(archivo):
    """Idempotent for the people too."""
    call_command("importar_usuarios", archivo)
    call_command("importar_usuarios", archivo)
    assert len(mail.outbox) == 2


def test_si_el_correo_falla_termina_en_error_y_repetirlo_lo_envia(archivo, settings, capsys):
    """The users are loaded, the failure is told, and the next run mails those who are still missing."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with pytest.raises(CommandError, match="Algunos correos no salieron") as error:
        call_command("importar_usuarios", archivo)
    assert error.value.returncode == 1
    assert "ana@ejemplo.co: el correo no salió" in capsys.readouterr().err
    assert Usuario.objects.count() == 2
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    call_command("importar_usuarios", archivo)
    assert len(mail.outbox) == 2


def test_los_enlaces_van_a_un_archivo_que_solo_su_dueno_lee(archivo, tmp_path, client):
    """`--enlaces` writes CSV email,enlace with mode 0600, over a file of laxer mode too, and mails nobody."""
    destino = tmp_path / "enlaces.csv"
    destino.write_text("viejo")
    destino.chmod(0o644)
    call_command("importar_usuarios", archivo, enlaces=str(destino))
    assert stat.S_IMODE(destino.stat().st_mode) == 0o600
    filas = enlaces(destino)
    assert [fila["email"] for fila in filas] == ["ana@ejemplo.co", "beto@ejemplo.co"]
    ruta = filas[1]["enlace"].removeprefix("http://127.0.0.1:8000")
    assert "Cree su contraseña" in client.get(ruta, follow=True).content.decode()
    assert mail.outbox == []
    assert sorted(ruta.name for ruta in tmp_path.iterdir()) == ["enlaces.csv", "usuarios.csv"]


def test_los_enlaces_se_pueden_volver_a_pedir(archivo, tmp_path):
    """Asking again writes links for everybody in the file who still has no password, and for nobody else."""
    crear_usuario(email="beto@ejemplo.co")
    destino = tmp_path / "enlaces.csv"
    for _vez in range(2):
        call_command("importar_usuarios", archivo, enlaces=str(destino))
        assert [fila["email"] for fila in enlaces(destino)] == ["ana@ejemplo.co"]


@pytest.mark.parametrize("malo", ["no/existe/enlaces.csv", "."])
def test_un_destino_de_enlaces_imposible_se_dice_antes_de_cargar(archivo, tmp_path, monkeypatch, malo):
    """Nothing is loaded when the links would have nowhere to go."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CommandError, match="--enlaces"):
        call_command("importar_usuarios", archivo, enlaces=malo)
    assert not Usuario.objects.exists()


def test_una_fila_mala_no_deja_nada_ni_archivo_de_enlaces(archivo_malo, tmp_path, capsys):
    """Line and reason on standard error, exit code 1, nothing loaded, nothing written, nobody mailed."""
    destino = tmp_path / "enlaces.csv"
    with pytest.raises(CommandError, match="No se cargó nada: 1 de 3 filas") as error:
        call_command("importar_usuarios", archivo_malo, enlaces=str(destino))
    assert error.value.returncode == 1
    assert "Línea 4: tercero_numero: El dígito de verificación" in capsys.readouterr().err
    assert not Usuario.objects.exists()
    assert not destino.exists()
    assert mail.outbox == []


def test_parcial_carga_lo_bueno_y_aun_asi_termina_en_error(archivo_malo, tmp_path, capsys):
    """`--parcial` keeps the good rows and their links; the exit code still says that something is missing."""
    destino = tmp_path / "enlaces.csv"
    with pytest.raises(CommandError, match="Se cargaron las demás"):
        call_command("importar_usuarios", archivo_malo, parcial=True, enlaces=str(destino))
    assert Usuario.objects.count() == 2
    assert len(destino.read_text().splitlines()) == 3
    assert "3 filas leídas, 1 rechazadas; 2 usuarios, 2 nuevos." in capsys.readouterr().out


@pytest.mark.parametrize("forma", ["archivo", "ambiente"])
def test_la_clave_de_guion_sirve_para_entrar(archivo, tmp_path, monkeypatch, client, forma):
    """`--clave @FILE` or `env:NAME` sets the password, and then nobody is mailed."""
    (tmp_path / "clave").write_text(f"{CLAVE}\n")
    monkeypatch.setenv("CLAVE_INICIAL", CLAVE)
    origen = f"@{tmp_path / 'clave'}" if forma == "archivo" else "env:CLAVE_INICIAL"
    call_command("importar_usuarios", archivo, clave=origen)
    respuesta = client.post("/cuenta/entrar/", {"username": "ana@ejemplo.co", "password": CLAVE})
    assert respuesta.status_code == 302
    assert mail.outbox == []


def test_la_clave_literal_se_rechaza_y_no_se_repite(archivo, capsys):
    """A password typed on the command line is refused with an explanation that does not carry it."""
    with pytest.raises(CommandError, match="@ARCHIVO o env:NOMBRE") as error:
        call_command("importar_usuarios", archivo, clave=CLAVE)
    assert CLAVE not in str(error.value) + capsys.readouterr().err
    assert not Usuario.objects.exists()


@pytest.mark.parametrize(("valor", "razon"), [("corta", "10"), ("1234567890123", "num"), ("", "vacío")])
def test_una_clave_debil_se_rechaza(archivo, monkeypatch, valor, razon):
    """The password for all of them obeys the rules that hold for each."""
    monkeypatch.setenv("CLAVE_INICIAL", valor)
    with pytest.raises(CommandError, match=razon):
        call_command("importar_usuarios", archivo, clave="env:CLAVE_INICIAL")
    assert not Usuario.objects.exists()


def test_clave_y_enlaces_no_van_juntos(archivo):
    """One way to hand over access at a time."""
    with pytest.raises(CommandError, match=r"not allowed with argument|no se permite"):
        call_command("importar_usuarios", str(archivo), "--clave", "env:X", "--enlaces", "e.csv")


def test_un_archivo_ilegible_dice_cual_y_por_que(tmp_path):
    """The name of the file and what to do, not a traceback."""
    with pytest.raises(CommandError, match=r"nada\.csv.*no existe"):
        call_command("importar_usuarios", tmp_path / "nada.csv")
    ruta = tmp_path / "peñas.csv"
    ruta.write_bytes("email\nPeña\n".encode("cp1252"))
    with pytest.raises(CommandError, match="faltan las columnas"):
        call_command("importar_usuarios", ruta)
