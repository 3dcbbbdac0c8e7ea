import re
import signal
import socket
import subprocess
import sys
import time

import pytest

from tests.simulador.apoyo import ESPERA, RAIZ, Pagador


def ejecutar(*argumentos):
    return subprocess.run(
        [sys.executable, "-m", "simulador", *argumentos],
        cwd=RAIZ,
        capture_output=True,
        text=True,
        timeout=ESPERA,
        check=False,
    )


def test_anuncia_en_una_linea_donde_escucha(arrancar):
    """Once it listens it prints exactly one line with its address, and it answers there."""
    simulador = arrancar()
    assert re.fullmatch(r"Simulador listo: http://127\.0\.0\.1:\d+\n", simulador.anuncio)
    assert simulador.control("")["origen"] == simulador.url


@pytest.mark.parametrize("senal", [signal.SIGTERM, signal.SIGINT])
def test_una_senal_lo_detiene_en_seguida_y_en_silencio(arrancar, senal):
    """SIGTERM and SIGINT end it at once with code 0 and no traceback, even while a slow answer is under way."""
    simulador = arrancar("--latencia-ms", "30000")
    conexion = socket.create_connection(simulador.url.removeprefix("http://").split(":"), timeout=ESPERA)
    cuerpo = b"{}"
    conexion.sendall(
        b"POST /Apis_CicloPago/api/VerificacionPago HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n%s" % (len(cuerpo), cuerpo)
    )
    while not simulador.control("estadisticas")["en_vuelo"]:
        time.sleep(0.01)
    antes = time.monotonic()
    codigo, errores = simulador.parar(senal)
    conexion.close()
    assert (codigo, errores) == (0, "")
    assert time.monotonic() - antes < 2


@pytest.mark.parametrize("opcion", ["--puerto", "--puerto-desvio"])
def test_un_puerto_ocupado_se_dice_en_una_linea(opcion):
    """A taken port ends it with code 2 and one line that names the port and the way out."""
    with socket.create_server(("127.0.0.1", 0)) as ocupado:
        puerto = str(ocupado.getsockname()[1])
        otros = () if opcion == "--puerto" else ("--puerto", "0")
        resultado = ejecutar(opcion, puerto, *otros)
    assert resultado.returncode == 2
    assert resultado.stdout == ""
    assert re.fullmatch(rf"simulador: .*el puerto {puerto} está ocupado.*--puerto.*\n", resultado.stderr)


@pytest.mark.parametrize(
    "texto",
    [
        "{",
        "[]",
        '{"zonapagos": [1]}',
        '{"otra": [{"id": 1}]}',
        '{"zonapagos": [{"id": "678", "usuario": "a", "clave": "b"}]}',
        '{"zonapagos": [{"id": 678}]}',
        '{"zonapagos": [{"id": 678, "usuario": "a", "clave": "b", "color": "c"}]}',
        '{"payu": [{"id": 1, "account_id": "1", "api_key": "k", "api_login": "l", "algoritmo": "ROT13"}]}',
    ],
)
def test_un_archivo_de_comercios_malo_se_dice_en_una_linea(tmp_path, texto):
    """A merchants' file that cannot be used ends it with code 2 and one line."""
    archivo = tmp_path / "comercios.json"
    archivo.write_text(texto)
    resultado = ejecutar("--puerto", "0", "--comercios", str(archivo))
    assert resultado.returncode == 2
    assert re.fullmatch(r"simulador: .+\n", resultado.stderr)


def test_lo_que_no_existe_o_no_es_suyo_se_dice_en_una_linea(tmp_path):
    """A missing merchants' file and a data file of something else end it with code 2 and one line."""
    ajeno = tmp_path / "datos"
    ajeno.write_text("esto no es una base de datos, solo un texto cualquiera " * 20)
    for argumentos in (("--comercios", str(tmp_path / "no")), ("--datos", str(ajeno)), ("--datos", str(tmp_path))):
        resultado = ejecutar("--puerto", "0", *argumentos)
        assert resultado.returncode == 2
        assert re.fullmatch(r"simulador: .+\n", resultado.stderr)


def test_los_comercios_del_archivo_sustituyen_a_los_de_siempre(arrancar, tmp_path):
    """With a merchants' file only those merchants exist."""
    archivo = tmp_path / "comercios.json"
    archivo.write_text('{"zonapagos": [{"id": 7, "usuario": "u", "clave": "c"}]}')
    simulador = arrancar("--comercios", str(archivo))
    assert simulador.verificar(int_id_comercio=7, str_usr_comercio="u", str_pwd_Comercio="c")["int_estado"] == 1
    assert simulador.verificar()["int_estado"] == 2


def test_el_libro_sobrevive_a_un_corte_brutal(arrancar, tmp_path):
    """With --datos, what was answered and what a payer finished is there after kill -9, clock and merchants too."""
    datos = str(tmp_path / "libro.sqlite3")
    simulador = arrancar("--datos", datos)
    simulador.control("comercios", {"id": 7, "usuario": "u", "clave": "c"})
    url = simulador.iniciado("A1", flt_total_con_iva=100.1, flt_valor_iva=0)
    simulador.iniciado("A2")
    Pagador(url).pagar_con_tarjeta("0004")
    simulador.control("reloj", {"adelantar": 3600})
    antes = simulador.registros("A1")
    simulador.parar(signal.SIGKILL)
    otro = arrancar("--datos", datos)
    assert otro.registros("A1") == antes
    assert otro.registros("A1")[0][4] == "1000"
    assert otro.registros("A2")[0][4] == "888"
    assert 3590 < otro.control("reloj")["desfase"] < 3610
    assert otro.verificar(int_id_comercio=7, str_usr_comercio="u", str_pwd_Comercio="c")["int_estado"] == 1
    assert otro.iniciar().json()["str_descripcion_error"] == "str_id_pago ya existe"
    assert (
        Pagador(url.replace(simulador.url, otro.url)).pagar_con_tarjeta("0001").titulo == "La transacción fue aprobada"
    )
    otro.control("reiniciar", {})
    otro.parar()
    assert arrancar("--datos", datos).control("")["pagos"] == 0


def test_no_importa_nada_del_portal(arrancar):
    """The simulator loads neither Django nor any package of the portal."""
    programa = (
        "import sys, pkgutil, importlib, simulador\n"
        "for m in pkgutil.walk_packages(simulador.__path__, 'simulador.'): importlib.import_module(m.name)\n"
        "print(*sorted({n.split('.')[0] for n in sys.modules}))"
    )
    cargados = subprocess.run(
        [sys.executable, "-c", programa], cwd=RAIZ, capture_output=True, text=True, timeout=ESPERA, check=True
    ).stdout.split()
    assert "aiohttp" in cargados
    assert not {"django", "oasis_portal", "usuarios", "cartera", "pagos"} & set(cargados)
