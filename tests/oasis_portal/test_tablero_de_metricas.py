"""docs/metricas.md against the code: each metric is explained, and no panel or rule asks for one that is not there."""

import re

import pytest
from prometheus_client import REGISTRY

from herramientas.variables import RAIZ
from oasis_portal.metricas import ColectorDeLaBase
from pagos.estados import TipoAlerta

DOCUMENTO = (RAIZ / "docs/metricas.md").read_text(encoding="utf-8")
_SUFIJOS = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}
_DE_PROMETHEUS = {"le", "job", "up"}
_FUNCIONES = {"max", "sum", "rate", "increase", "histogram_quantile", "absent", "vector", "by", "or", "and"}


def _familias():
    """(type, labels) by documented name of each metric that is ours."""
    contadas = [(fam.name, fam.type, metrica._labelnames) for metrica in _contadas() for fam in metrica.collect()]
    leidas = [(fam.name, fam.type, fam._labelnames) for fam in ColectorDeLaBase().collect()]
    return {
        nombre + ("_total" if tipo == "counter" else ""): (tipo, set(etiquetas))
        for nombre, tipo, etiquetas in contadas + leidas
    }


def _contadas():
    return {uno for nombre, uno in REGISTRY._names_to_collectors.items() if nombre.startswith("oasis_")}


def _filas():
    """Cells of each row of the table of metrics."""
    seccion = DOCUMENTO.split("## The metrics")[1].split("## The dashboard")[0]
    return [[celda.strip() for celda in linea.split("|")[1:-1]] for linea in seccion.splitlines() if "| `" in linea]


def _expresiones():
    """Every PromQL expression of the document."""
    de_tableros = [
        expresion.replace("\\|", "|")
        for linea in DOCUMENTO.split("## The dashboard")[1].split("## Alert rules")[0].splitlines()
        if linea.startswith("| ") and (expresion := "".join(re.findall(r"`([^`]+)`", linea)))
    ]
    return de_tableros + re.findall(r"^ +expr: (.+)$", DOCUMENTO, flags=re.MULTILINE)


@pytest.mark.django_db
def test_cada_metrica_esta_explicada_con_su_clase_y_sus_etiquetas():
    """The table names exactly the metrics that exist, once, with their type and labels."""
    dichas = {fila[0].strip("`"): (fila[1], set(re.findall(r"`(\w+)`", fila[2]))) for fila in _filas()}
    assert len(dichas) == len(_filas())
    assert dichas == _familias()


@pytest.mark.django_db
def test_ningun_tablero_ni_regla_pide_lo_que_no_existe():
    """Each expression is balanced and made of samples, labels and functions that exist."""
    familias = _familias()
    muestras = {
        nombre.removesuffix("_total") + sufijo for nombre, (tipo, _e) in familias.items() for sufijo in _SUFIJOS[tipo]
    }
    etiquetas = set().union(*(suyas for _tipo, suyas in familias.values()))
    expresiones = _expresiones()
    assert len(expresiones) > 20
    for expresion in expresiones:
        sin_textos = re.sub(r'"[^"]*"', "", expresion)
        palabras = set(re.findall(r"(?<![\w.])[a-zA-Z_]\w*", re.sub(r"\[\w+\]", "", sin_textos)))
        assert palabras <= muestras | etiquetas | _DE_PROMETHEUS | _FUNCIONES, expresion
        assert palabras & (muestras | {"up"}), expresion
        for abre, cierra in ("()", "[]", "{}"):
            assert sin_textos.count(abre) == sin_textos.count(cierra), expresion


def test_cada_alerta_del_portal_tiene_su_regla():
    """Whoever hears Prometheus alone hears everything that the e-mails tell."""
    reglas = set(re.findall(r"- alert: (\w+)", DOCUMENTO))
    assert set(TipoAlerta.values) <= reglas
