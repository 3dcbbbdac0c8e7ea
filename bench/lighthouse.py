"""Lighthouse over the demo's main pages: `python -m bench.lighthouse`. The machine should be doing nothing else."""

import html
import json
import os
import re
import subprocess
import sys
from contextlib import contextmanager
from urllib.parse import urlsplit

import requests

from herramientas.navegador import ruta_chromium
from herramientas.puertos import dos_libres, puerto_libre
from herramientas.variables import RAIZ

VERSION = "12.8.2"  # the newest that node 20 runs
CARPETA = RAIZ / "var" / "lighthouse"
CATEGORIAS = ("performance", "accessibility", "best-practices")
_CHROME = "--headless=new --no-sandbox --disable-gpu --disable-quic --disable-background-networking --disable-sync"
_CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def instalar():
    """Lighthouse in `var/lighthouse`, once. Returns the path of its program."""
    programa = CARPETA / "node_modules" / ".bin" / "lighthouse"
    if not programa.exists():
        CARPETA.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "install", "--silent", "--prefix", CARPETA, f"lighthouse@{VERSION}"], check=True)
    return programa


@contextmanager
def demo():
    """A running demo: yields its address and the password of its people."""
    entorno = os.environ | {"PUERTO": str(puerto_libre()), "PUERTO_SIMULADOR": str(dos_libres())}
    orden = [sys.executable, "-m", "herramientas.demo"]
    proceso = subprocess.Popen(
        orden, cwd=RAIZ, env=entorno, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        clave = ""
        for linea in proceso.stdout:
            clave = clave or (re.search(r"contraseña: (\S+)\)", linea) or ["", ""])[1]
            if linea.strip() == "listo":
                break
        yield f"http://127.0.0.1:{entorno['PUERTO']}", clave
    finally:
        proceso.terminate()
        proceso.wait(30)


def entrar(url, correo, clave):
    """A requests session of that person."""
    sesion = requests.Session()
    pagina = sesion.get(f"{url}/cuenta/entrar/", timeout=30)
    datos = {"username": correo, "password": clave, "csrfmiddlewaretoken": _CSRF.search(pagina.text)[1]}
    sesion.post(f"{url}/cuenta/entrar/", data=datos, timeout=30).raise_for_status()
    return sesion


def vencidos_de(url, sesion):
    """Address of *Forma de pago* with all that a company has overdue chosen."""
    inicio = sesion.get(f"{url}/", timeout=30).text
    direccion = re.search(r'action="(/saldos/pagar-vencidos/[^"]+)"', inicio)[1]
    respuesta = sesion.post(url + direccion, data={"csrfmiddlewaretoken": _CSRF.search(inicio)[1]}, timeout=30)
    respuesta.raise_for_status()
    return respuesta.url


def pago_nuevo(url, sesion):
    """Address of a payment that was just begun."""
    pagina = sesion.get(vencidos_de(url, sesion), timeout=30).text
    datos = {"terminos": "on", "datos": "on", "csrfmiddlewaretoken": _CSRF.search(pagina)[1]}
    for nombre in ("foto", "forma"):
        datos[nombre] = html.unescape(re.search(rf'name="{nombre}" value="([^"]+)"', pagina)[1])
    respuesta = sesion.post(f"{url}/pagos/iniciar/", data=datos, timeout=30)
    return url + re.search(r"/pagos/[A-Z0-9]+/", respuesta.url)[0]


def paginas(url, clave):
    """(name, address, session or None) of each page that is measured."""
    ana = entrar(url, "ana@demo.example", clave)
    contable = entrar(url, "contabilidad@demo.example", clave)
    return [
        ("entrar", f"{url}/cuenta/entrar/", None),
        ("inicio", f"{url}/", contable),
        ("saldos, 50 filas", f"{url}/saldos/", contable),
        ("forma de pago", vencidos_de(url, contable), contable),
        ("detalle de un pago", pago_nuevo(url, ana), ana),
    ]


def medir(programa, nombre, direccion, sesion):
    """Run Lighthouse on one page: dict with a score (0 to 100) for each category, bytes and requests to other hosts."""
    informe = CARPETA / f"{re.sub(r'[^a-z]+', '-', nombre)}.json"
    orden = [programa, direccion, "--quiet", "--output=json", f"--output-path={informe}", f"--chrome-flags={_CHROME}"]
    orden.append(f"--only-categories={','.join(CATEGORIAS)}")
    if sesion:
        galletas = "; ".join(f"{galleta.name}={galleta.value}" for galleta in sesion.cookies)
        orden.append(f"--extra-headers={json.dumps({'Cookie': galletas})}")
    subprocess.run(orden, check=True, env=os.environ | {"CHROME_PATH": ruta_chromium()})
    datos = json.loads(informe.read_text(encoding="utf-8"))
    pedidos = datos["audits"]["network-requests"]["details"]["items"]
    return {
        **{categoria: round(datos["categories"][categoria]["score"] * 100) for categoria in CATEGORIAS},
        "bytes": round(datos["audits"]["total-byte-weight"]["numericValue"]),
        "ajenos": sum(urlsplit(uno["url"]).netloc != urlsplit(direccion).netloc for uno in pedidos),
        "llego": datos["finalDisplayedUrl"],
    }


def main():
    """Measure and print a table."""
    programa = instalar()
    with demo() as (url, clave):
        print(f"{'página':<20} {'rendim.':>8} {'acces.':>7} {'práct.':>7} {'KiB':>7} {'ajenos':>7}")
        for nombre, direccion, sesion in paginas(url, clave):
            medida = medir(programa, nombre, direccion, sesion)
            if medida["llego"] != direccion:
                sys.exit(f"{nombre}: se pidió {direccion} y se midió {medida['llego']}")
            figuras = [medida[categoria] for categoria in CATEGORIAS]
            print(
                f"{nombre:<20} {figuras[0]:>8} {figuras[1]:>7} {figuras[2]:>7} "
                f"{medida['bytes'] / 1024:>7.1f} {medida['ajenos']:>7}",
                flush=True,
            )


if __name__ == "__main__":
    main()
