"""Every address of the portal × every kind of person: who gets in, who is sent to the login, who is told nothing.

An address that is not in the table fails the suite, so a new page cannot be forgotten (diseno.md 4.8).
"""

import re
from dataclasses import dataclass, field

import pytest
from django.urls import URLPattern, get_resolver, reverse

# `limitada` is of Tesorería and may see one Empresa, where nothing of Ana's is; `sin_segundo` has every permission and
# no second factor.
DEL_PERSONAL = ("personal", "carla", "limitada", "cartera", "administracion", "admin")
PERSONAS = ("anonima", "ana", "beto", "sin_asociacion", *DEL_PERSONAL, "sin_segundo")
ENTRAR = "entrar"  # 302 to the login
_FUERA = {"anonima": ENTRAR, "sin_segundo": ENTRAR}


@dataclass(frozen=True)
class Fila:
    """What an address answers: `metodo` it takes, status (or ENTRAR) per person, its arguments and its body."""

    metodo: str
    esperado: dict
    args: object = lambda _mundo: ()
    datos: dict = field(default_factory=dict)


def _fila(metodo, todos, **salvo):
    opciones = {clave: salvo.pop(clave) for clave in ("args", "datos") if clave in salvo}
    return Fila(metodo, {**dict.fromkeys(PERSONAS, todos), **salvo}, **opciones)


def publica(estado=200, metodo="get", **salvo):
    """Anybody."""
    return _fila(metodo, estado, **salvo)


def con_sesion(estado=200, metodo="get", **salvo):
    """Whoever is logged in; it shows what is theirs alone."""
    return _fila(metodo, estado, **{**_FUERA, **salvo})


def propia(estado=200, metodo="get", **salvo):
    """Ana's: 404 for anybody who is not mapped to her tercero, administrators included."""
    return _fila(metodo, 404, **{**_FUERA, "ana": estado, **salvo})


def de_tesoreria(estado=200, metodo="get", **salvo):
    """Tesorería and superusers: 403 for the rest; 404 for what belongs to an Empresa that the person may not see."""
    de_ana = estado if "args" not in salvo or salvo.pop("de_nadie", False) else 404
    quienes = {"carla": estado, "limitada": de_ana, "admin": estado}
    return _fila(metodo, 403, **{**_FUERA, **quienes, **salvo})


def _del_pago(mundo):
    return (mundo.pago.referencia,)


def _de_la_novedad(mundo):
    return (mundo.novedad.pk,)


def _del_favor(mundo):
    return (mundo.favor.pk,)


def _de_la_propuesta(mundo):
    return (mundo.propuesta.pk,)


def _del_aviso(mundo):
    return (mundo.aviso.pk,)


def _del_grupo(mundo):
    return (mundo.saldo.empresa_id, mundo.saldo.tercero_id, mundo.saldo.moneda)


TABLA = {
    "inicio": con_sesion(),
    # For Prometheus, which brings its key; nobody's session opens it.
    "metricas": publica(404),
    "cartera:saldos": con_sesion(),
    "cartera:seleccionar": con_sesion(302, "post"),
    "cartera:quitar": con_sesion(302, "post"),
    "cartera:vaciar": con_sesion(302, "post"),
    "cartera:valor": propia(args=lambda mundo: (mundo.saldo.pk,)),
    "cartera:ya_pague": propia(args=lambda mundo: (mundo.saldo.pk,)),
    # Trims the selection of whoever asks, so a stranger trims nothing.
    "cartera:recortar": con_sesion(302, "post", args=_del_grupo),
    # Chooses what the asker may see: a stranger sees nothing, and comes back to the list.
    "cartera:pagar_vencidos": con_sesion(302, "post", args=_del_grupo),
    "cartera:estado_cuenta": con_sesion(),
    "cartera:estado_cuenta_pdf": propia(),
    "cartera:estado_cuenta_xlsx": propia(),
    # The same for everybody, and no secret: the pages of whoever returns without a session show them too.
    "cartera:logo": publica(args=lambda mundo: (mundo.logo.pk,)),
    "cartera:color": publica(args=lambda _mundo: ("0a4d8c", "00000000")),
    "usuarios:entrar": publica(302, anonima=200),
    # Nobody here stands between the two steps: `tests/usuarios/views/test_doble_factor.py` walks them.
    "usuarios:segundo_paso": publica(302),
    "usuarios:salir": publica(302, "post"),
    "usuarios:clave_olvidada": publica(),
    "usuarios:clave_enviada": publica(),
    "usuarios:clave_nueva": publica(args=lambda _mundo: ("MQ", "inventado-token")),
    "usuarios:clave_hecha": publica(),
    "usuarios:cambiar_clave": con_sesion(),
    "usuarios:perfil": con_sesion(),
    "usuarios:idioma": publica(302, "post", datos={"language": "en"}),
    "usuarios:doble_factor": con_sesion(),
    # Open to whoever is in, and to staff on their way in; each proves it with a password.
    "usuarios:activar_doble_factor": publica(200, anonima=302),
    "usuarios:codigos_de_recuperacion": con_sesion(302, **dict.fromkeys(DEL_PERSONAL, 200)),
    "usuarios:desactivar_doble_factor": con_sesion(302, **dict.fromkeys(DEL_PERSONAL, 403)),
    "usuarios:sesiones": con_sesion(),
    "usuarios:cerrar_sesion": con_sesion(302, "post"),
    "pagos:mis_pagos": con_sesion(),
    "pagos:forma_de_pago": propia(args=_del_grupo),
    "pagos:seguir_sin": propia(303, "post", args=_del_grupo),
    "pagos:iniciar": con_sesion(302, "post"),
    "pagos:retorno_sin_codigo": publica(),
    "pagos:retorno": publica(args=lambda mundo: (mundo.pago.codigo_retorno,), ana=303),
    # Signed by a gateway or refused: a session means nothing here.
    "pagos:confirmacion": publica(403, "post", args=lambda mundo: (mundo.pago.acuerdo_id,)),
    "pagos:autenticidad": publica(args=lambda mundo: (mundo.pago.recibo.codigo_verificacion,)),
    "pagos:detalle": propia(args=_del_pago),
    "pagos:recibo": propia(args=_del_pago),
    "pagos:ir": propia(303, args=_del_pago),
    "pagos:consultar": propia(303, "post", args=_del_pago),
    "pagos:continuar": propia(303, "post", args=_del_pago),
    "pagos:cambiar": propia(303, "post", args=_del_pago),
    "pagos:reintentar": propia(303, "post", args=_del_pago),
    "pagos:tablero": de_tesoreria(),
    "pagos:tablero_detalle": de_tesoreria(args=_del_pago),
    "pagos:tablero_consultar": de_tesoreria(303, "post", args=_del_pago),
    "pagos:novedades": de_tesoreria(),
    "pagos:novedad": de_tesoreria(args=_de_la_novedad),
    "pagos:novedad_proponer": de_tesoreria(400, "post", args=_de_la_novedad),
    "pagos:novedad_confirmar": de_tesoreria(400, "post", args=_de_la_novedad),
    "pagos:novedad_tomar": de_tesoreria(303, "post", args=_de_la_novedad),
    "pagos:novedad_asignar": de_tesoreria(400, "post", args=_de_la_novedad),
    "pagos:novedad_comentar": de_tesoreria(400, "post", args=_de_la_novedad),
    "pagos:favores": de_tesoreria(),
    "pagos:favor": de_tesoreria(args=_del_favor),
    "pagos:favor_aplicar": de_tesoreria(400, "post", args=_del_favor),
    "pagos:favor_devolver": de_tesoreria(400, "post", args=_del_favor),
    "pagos:favor_confirmar": de_tesoreria(303, "post", args=_de_la_propuesta),
    "pagos:favor_retirar": de_tesoreria(303, "post", args=_de_la_propuesta),
    # A key of the ERP or nothing: a session means nothing here.
    "pagos:erp_lineas": publica(401),
    "pagos:erp_acuses": publica(401, "post"),
    "pagos:sonda": de_tesoreria(),
    "pagos:sonda_ronda": de_tesoreria(args=lambda mundo: (mundo.ronda.pk,), de_nadie=True),
    "pagos:avisos": de_tesoreria(),
    "pagos:aviso_visto": de_tesoreria(303, "post", args=_del_aviso),
    "pagos:novedad_resolver": de_tesoreria(400, "post", args=_de_la_novedad),
}

# Pages of the administration that a member of staff without any permission may open: they show no data.
ADMIN_SIN_PERMISO = {"index", "password_change", "password_change_done", "jsi18n"}


def direcciones(resolver=None, *, nombres=(), camino=""):
    """(full name or pattern, address as written in the table) of each URL pattern."""
    for patron in (resolver or get_resolver()).url_patterns:
        suyo = camino + str(patron.pattern)
        if isinstance(patron, URLPattern):
            yield ":".join([*nombres, patron.name or suyo]), suyo
        else:
            espacio = (patron.namespace,) if patron.namespace else ()
            yield from direcciones(patron, nombres=(*nombres, *espacio), camino=suyo)


def pedir(cliente, fila, nombre, mundo, *, metodo=None):
    url = reverse(nombre, args=fila.args(mundo))
    return getattr(cliente, metodo or fila.metodo)(url, fila.datos)


def resultado(respuesta):
    """The status, or ENTRAR for a redirect to the login."""
    al_login = respuesta.status_code == 302 and respuesta.url.startswith(reverse("usuarios:entrar"))
    # Leaving also ends at the login page: only a way back in carries where to go next.
    return ENTRAR if al_login and "next=" in respuesta.url else respuesta.status_code


def test_la_tabla_nombra_cada_direccion():
    """Each address is in the table, and nothing else is: the administration has its own rule below."""
    del_portal = {nombre for nombre, _camino in direcciones() if not nombre.startswith("admin:")}
    assert del_portal == TABLA.keys()


@pytest.mark.parametrize("nombre", TABLA)
def test_cada_quien_recibe_lo_suyo(nombre, navegadores, mundo):
    """Redirect, 404, 403 or the page, as the table says, for each person."""
    fila = TABLA[nombre]
    recibido = {quien: resultado(pedir(navegadores[quien], fila, nombre, mundo)) for quien in PERSONAS}
    assert recibido == fila.esperado


def quien_puede(nombre):
    """Somebody whom this page serves; for a gateway's door, which serves no person, anybody logged in."""
    return next((quien for quien in ("ana", "admin") if TABLA[nombre].esperado[quien] not in (403, 404)), "ana")


@pytest.mark.parametrize("nombre", [nombre for nombre, fila in TABLA.items() if fila.metodo == "post"])
def test_lo_que_cambia_algo_no_se_hace_con_un_enlace(nombre, navegadores, mundo):
    """A GET changes nothing: no link, image or prefetch can act for somebody."""
    quien = quien_puede(nombre)
    assert pedir(navegadores[quien], TABLA[nombre], nombre, mundo, metodo="get").status_code == 405


@pytest.mark.parametrize("nombre", [nombre for nombre, fila in TABLA.items() if fila.metodo == "post"])
def test_sin_el_testigo_del_formulario_no_se_hace_nada(nombre, navegadores, mundo):
    """A form sent from another site, without our token, is refused; where a key is the token, for want of the key."""
    quien = quien_puede(nombre)
    cliente = navegadores[quien]
    cliente.handler.enforce_csrf_checks = True
    assert pedir(cliente, TABLA[nombre], nombre, mundo).status_code in (401, 403)


def _caminos_del_admin(mundo):
    """Address of each page of the administration, with a possible id for every argument."""
    for nombre, camino in direcciones():
        if nombre.startswith("admin:"):
            cual = str(mundo.pago.acuerdo_id) if "/acuerdocomercial/" in camino else "1"
            camino = re.sub(r"<[^>]*>|\(\[\^/\]\+\)|\(\?P<[^>]*>[^)]*\)", cual, camino)
            yield nombre, "/" + re.sub(r"[\^$]|\\Z|\\", "", camino)


def test_la_administracion_es_solo_para_quien_tiene_permiso(navegadores, mundo):
    """No page of the administration answers 200 to anonymous people and customers, nor to staff without permissions
    (but those that show no data); the superuser opens the index and every list."""
    abiertas = []
    for nombre, camino in _caminos_del_admin(mundo):
        corto = nombre.removeprefix("admin:")
        if corto in ("login", "logout"):
            continue
        for quien in ("anonima", "ana", "beto", "sin_asociacion", "personal", "sin_segundo"):
            if quien == "personal" and corto in ADMIN_SIN_PERMISO:
                continue
            estado = navegadores[quien].get(camino).status_code
            if estado not in (302, 301, 403, 404, 405):
                abiertas.append((nombre, quien, estado))
        if corto.endswith("_changelist") or corto == "index":
            assert navegadores["admin"].get(camino).status_code == 200, nombre
    assert abiertas == []
