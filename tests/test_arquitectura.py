"""The shape of the code, checked: layers, single writers, no network outside the adapters, short modules."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from cartera.dinero import DineroField
from herramientas.variables import RAIZ
from tests.arnes import plantillas, reglas

PORTAL = ("oasis_portal", "usuarios", "cartera", "pagos")
CODIGO = (*PORTAL, "simulador", "herramientas", "certificacion", "caos", "bench")

# Who may write SQL by hand, and why.
SQL_PERMITIDO = {
    "cartera/sentencias.py": "the few statements whose text is made once, from the models' own columns",
    "pagos/reloj.py": "asks PostgreSQL for its clock: leases are measured by one clock",
    "usuarios/disparadores.py": "triggers have no other language",
    "pagos/disparadores.py": "triggers have no other language",
    "pagos/repeticion.py": "the statement of nearly every answer: the ORM building it was half of a question",
}
ESCRIBEN_SALDO = {"cartera/servicios.py"}
IMPORTES_DEL_SALDO = {"saldo", "saldo_erp", "por_acusar", "por_acusar_desde", "por_reflejar"}


def archivos(*carpetas, extension=".py", migraciones=False):
    """Files of the repository under `carpetas`, as paths relative to its root."""
    for carpeta in carpetas:
        for archivo in sorted((RAIZ / carpeta).rglob(f"*{extension}")):
            if migraciones or "migrations" not in archivo.parts:
                yield archivo.relative_to(RAIZ)


def faltas(revisar, rutas, *, salvo=()):
    """What `revisar(module)` finds in each file, as `path:line: text`."""
    return [
        f"{ruta}:{linea}: {texto}"
        for ruta in rutas
        if str(ruta) not in salvo
        for linea, texto in revisar(ast.parse((RAIZ / ruta).read_text(encoding="utf-8")))
    ]


def columnas_de_dinero():
    """Names of every money column of the portal."""
    return {
        campo.name
        for modelo in apps.get_models()
        for campo in modelo._meta.get_fields()
        if isinstance(campo, DineroField)
    }


# --- Layers ---------------------------------------------------------------------------------------------------------
def test_las_capas_se_respetan():
    """The contracts of pyproject.toml hold: oasis_portal -> pagos -> cartera -> usuarios, never back, and inside."""
    orden = [Path(sys.executable).parent / "lint-imports", "--no-cache"]
    hecho = subprocess.run(orden, cwd=RAIZ, capture_output=True, text=True, timeout=120, check=False)
    assert hecho.returncode == 0, hecho.stdout + hecho.stderr


def test_los_adaptadores_solo_se_importan_entre_si():
    """`pagos.pasarelas` uses nothing else of `pagos`: a gateway can be read and tested without the portal."""
    ajenos = [f"pagos.{modulo}" for modulo in _modulos_de("pagos") if modulo != "pasarelas"]
    assert faltas(lambda arbol: reglas.importa(arbol, ajenos), archivos("pagos/pasarelas")) == []


def _modulos_de(app):
    return {ruta.stem if ruta.is_file() else ruta.name for ruta in (RAIZ / app).iterdir() if ruta.name[0] not in "._"}


def test_la_red_solo_se_toca_en_pasarelas():
    """Every connection leaves through the one HTTP client, with its timeouts and limits."""
    rutas = [ruta for ruta in archivos(*PORTAL) if not ruta.is_relative_to("pagos/pasarelas")]
    assert faltas(reglas.habla_por_la_red, rutas) == []


# --- Single writers -------------------------------------------------------------------------------------------------
def test_solo_transiciones_escribe_el_estado_de_un_pago():
    """`estado` and `abierto` move together, in the one module that knows the table of transitions."""

    def revisar(arbol):
        yield from reglas.asigna(arbol, {"estado", "abierto"})
        yield from reglas.actualiza(arbol, {"estado", "abierto"})

    assert faltas(revisar, archivos(*PORTAL), salvo={"pagos/transiciones.py"}) == []


def test_solo_servicios_de_cartera_escribe_un_saldo():
    """What is owed changes in one function under one lock."""

    def revisar(arbol):
        yield from reglas.asigna(arbol, IMPORTES_DEL_SALDO)
        yield from reglas.actualiza(arbol, IMPORTES_DEL_SALDO - {"saldo"})
        # `saldo` is also the foreign key of a detail, which is created and never updated.
        yield from reglas.actualiza(arbol, {"saldo"}, metodos={"update", "bulk_update", "aupdate", "actualizar"})

    assert faltas(revisar, archivos(*PORTAL), salvo=ESCRIBEN_SALDO) == []


def test_el_dinero_no_se_calcula_en_sql():
    """SQLite computes decimals as floats: sums and arithmetic of money live in `cartera/dinero.py` alone."""
    columnas = columnas_de_dinero()
    assert {"saldo", "valor", "total"} <= columnas
    encontradas = faltas(
        lambda arbol: reglas.calcula_dinero_en_sql(arbol, columnas), archivos(*PORTAL), salvo={"cartera/dinero.py"}
    )
    assert encontradas == []


def test_sql_a_mano_solo_donde_se_explica():
    """No `.raw()`, no cursor, outside the modules named here with their reason."""
    assert faltas(reglas.escribe_sql, archivos(*PORTAL), salvo=SQL_PERMITIDO) == []
    assert [ruta for ruta in SQL_PERMITIDO if not (RAIZ / ruta).is_file()] == []


def test_no_hay_senales():
    """What happens is written where it happens."""
    assert faltas(reglas.usa_senales, archivos(*PORTAL)) == []


def test_ningun_modelo_redefine_save_ni_delete():
    """No rule hides in `save()` or `delete()`."""
    redefinen = [
        f"{clase.__module__}.{clase.__name__}.{metodo}"
        for modelo in apps.get_models()
        for clase in modelo.__mro__
        if clase.__module__.split(".")[0] in PORTAL
        for metodo in ("save", "asave", "delete", "adelete", "save_base")
        if metodo in vars(clase)
    ]
    assert redefinen == []


def test_ninguna_peticion_es_una_transaccion():
    """A view commits before it calls the gateway: no ATOMIC_REQUESTS."""
    assert not settings.DATABASES["default"]["ATOMIC_REQUESTS"]
    assert "ATOMIC_REQUESTS" not in (RAIZ / "oasis_portal/settings.py").read_text(encoding="utf-8")


# --- Size -----------------------------------------------------------------------------------------------------------
def test_los_modulos_son_cortos():
    """At most 300 lines a module, 600 a test module; migrations are generated."""
    maximos = [(300, archivos(*CODIGO)), (600, archivos("tests"))]
    largos = [
        f"{ruta}: {lineas} líneas"
        for maximo, rutas in maximos
        for ruta in rutas
        if (lineas := len((RAIZ / ruta).read_text(encoding="utf-8").splitlines())) > maximo
    ]
    assert largos == []


def test_las_funciones_son_cortas():
    """At most 40 lines a function."""
    assert faltas(lambda arbol: reglas.funciones_largas(arbol, 40), archivos(*CODIGO)) == []


# --- Tests ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("regla", [reglas.se_salta, reglas.cuenta_consultas_sin_with, reglas.pruebas_sin_frase])
def test_las_pruebas_prueban(regla):
    """No test skips itself, expects to fail, counts queries without `with`, or hides what it is about."""
    assert faltas(regla, archivos("tests"), salvo={"tests/arnes/reglas.py"}) == []


# --- Templates and files --------------------------------------------------------------------------------------------
def test_las_plantillas_no_llevan_codigo_ni_estilo_en_linea():
    """The Content-Security-Policy allows no inline script or style, and nothing from another origin."""
    encontradas = [
        f"{ruta}:{linea}: {texto}"
        for ruta in archivos("templates", "simulador/plantillas", *PORTAL, extension=".html")
        for linea, texto in plantillas.faltas((RAIZ / ruta).read_text(encoding="utf-8"))
    ]
    assert encontradas == []


def test_no_hay_archivos_de_terceros():
    """Nothing is copied into the repository: no minified file, no licence banner, no vendor folder."""
    carpetas = ("static", "templates", "simulador", *PORTAL)
    sospechosos = [
        str(archivo.relative_to(RAIZ))
        for carpeta in carpetas
        for archivo in (RAIZ / carpeta).rglob("*.*")
        if archivo.suffix in (".js", ".css", ".html", ".svg", ".py") and _parece_ajeno(archivo)
    ]
    assert sospechosos == []


def _parece_ajeno(archivo):
    banderas = re.search(r"@license|copyright \(c\)|\(c\) 20\d\d|sourceMappingURL", archivo.read_text("utf-8"), re.I)
    return bool(banderas) or ".min." in archivo.name or {"vendor", "node_modules"} & set(archivo.parts)


# --- The rules themselves -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("revisar", "malo", "bueno"),
    [
        (reglas.habla_por_la_red, "from urllib import request", "from urllib.parse import urlsplit"),
        (reglas.habla_por_la_red, "import http.client as h", "from http import HTTPStatus"),
        (reglas.usa_senales, "from django.dispatch import receiver", "from django.db import models"),
        (reglas.usa_senales, "from django.db.models import signals", "from django.db.models import Q"),
        (lambda a: reglas.asigna(a, {"estado"}), "p.estado = X", "estado = X"),
        (lambda a: reglas.asigna(a, {"estado"}), "p.x, p.estado = 1, 2", "p.estado == X"),
        (lambda a: reglas.asigna(a, {"saldo"}), "s.saldo -= 1", "s.saldo_erp -= 1"),
        (lambda a: reglas.asigna(a, {"estado"}), "setattr(p, 'estado', X)", "setattr(p, 'otro', X)"),
        (lambda a: reglas.actualiza(a, {"estado"}), "q.update(estado=X)", "q.filter(estado=X).update(otro=1)"),
        (lambda a: reglas.actualiza(a, {"estado"}), "q.bulk_update(p, ['estado'])", "q.bulk_update(p, ['otro'])"),
        (lambda a: reglas.actualiza(a, {"estado"}), "p.save(update_fields=['estado'])", "p.save(update_fields=['x'])"),
        (lambda a: reglas.actualiza(a, {"estado"}), "q.get_or_create(defaults={'estado': 1})", "q.get_or_create(a=1)"),
        (
            lambda a: reglas.actualiza(a, {"estado"}),
            "s.actualizar(P, donde={}, estado=X)",
            "s.actualizar(P, donde={}, x=1)",
        ),
        (lambda a: reglas.actualiza(a, {"estado"}), "s.guardar(p, ['estado'])", "s.guardar(p, ['otro'])"),
        (lambda a: reglas.calcula_dinero_en_sql(a, {"valor"}), "Sum('cualquiera')", "Count('pk')"),
        (lambda a: reglas.calcula_dinero_en_sql(a, {"valor"}), "F('detalle__valor') - 1", "F('fallos') + 1"),
        (reglas.escribe_sql, "connection.cursor()", "pagina.cursor_paginado()"),
        (reglas.escribe_sql, "Pago.objects.raw('')", "Pago.objects.all()"),
        (lambda a: reglas.funciones_largas(a, 2), "def f():\n  1\n  2", "def f():\n  1"),
        (reglas.se_salta, "@pytest.mark.skipif(x)\ndef f(): 1", "self.skip_button.click()"),
        (reglas.se_salta, "pytest.importorskip('x')", "pytest.raises(ValueError)"),
        (reglas.cuenta_consultas_sin_with, "self.assertNumQueries(1)", "self.assertNumQueries(1, f)"),
        (reglas.cuenta_consultas_sin_with, "django_assert_num_queries(1)", "with django_assert_num_queries(1): f()"),
        (reglas.pruebas_sin_frase, "def test_x(): pass", "def test_x():\n  'holds'"),
    ],
)
def test_cada_regla_distingue_lo_malo_de_lo_bueno(revisar, malo, bueno):
    """A rule that finds nothing anywhere would prove nothing: each one finds its bad example and lets the good pass."""
    assert list(revisar(ast.parse(malo)))
    assert not list(revisar(ast.parse(bueno)))


def test_una_restriccion_puede_comparar_columnas():
    """`F()` of money inside `class Meta` compares two stored columns in a constraint: nothing is computed."""
    codigo = "class M:\n  class Meta:\n    c = Q(iva__lte=F('valor'))\nx = F('valor')"
    assert [linea for linea, _ in reglas.calcula_dinero_en_sql(ast.parse(codigo), {"valor"})] == [4]


@pytest.mark.parametrize(
    ("mala", "buena"),
    [
        ('<p style="color: red">', '<p class="{% if x == "y" %}a{% endif %}">'),
        ('<a onclick="f()">', '<a href="{% url \'x\' on="y" %}">'),
        ("<script src='a.js'></script><script>f()</script>", "<script src='a.js'></script> texto"),
        ("<script src='a.js'>f()</script>", "<script src=\"{% static 'a.js' %}\"></script>"),
        ("<style>a{}</style>", "<p>{% comment %}<style>{% endcomment %}</p>"),
        ('<link rel="stylesheet" href="https://cdn.example/a.css">', '<a href="https://www.example/">x</a>'),
        ('<img src="data:image/png;base64,AA">', '<img src="{% static \'a.png\' %}" alt="">'),
        ('<a href="javascript:f()">', '<a href="#javascript">'),
    ],
)
def test_la_revision_de_plantillas_distingue(mala, buena):
    """The template check finds its bad example and lets the good one pass."""
    assert plantillas.faltas(mala)
    assert not plantillas.faltas(buena)
