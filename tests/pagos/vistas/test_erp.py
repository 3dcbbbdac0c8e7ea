"""The ERP's endpoints: a key opens one Empresa, a cursor skips nothing, and delivered is not booked."""

import json
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from cartera import llaves
from pagos import lineas_erp, transiciones
from pagos.models import Abono, LineaErp
from tests.fabricas import superusuario
from tests.fabricas_cartera import crear_empresa, crear_saldo
from tests.fabricas_pagos import aprobada, crear_pago

pytestmark = pytest.mark.django_db
LINEAS, ACUSES = "/pagos/erp/lineas/", "/pagos/erp/acuses/"


class Erp:
    """The program of one Empresa: `pedir` and `acusar` with its key."""

    def __init__(self, pago):
        self.empresa, self.pago = pago.empresa, pago
        _llave, self.texto = llaves.crear(pago.empresa, nombre="ERP", permisos=list(llaves.Permiso))
        self.cliente = Client(headers={"authorization": f"Bearer {self.texto}"})

    def pedir(self, **datos):
        return self.cliente.get(LINEAS, datos)

    def acusar(self, datos, **campos):
        cuerpo = datos if isinstance(datos, str) else json.dumps(datos)
        return self.cliente.post(ACUSES, cuerpo, content_type="application/json", **campos)

    def pagar(self):
        """One more approved pago of the same Empresa."""
        return _aprobado(
            crear_saldo(empresa=self.empresa, tercero=self.pago.tercero),
            usuario=self.pago.usuario,
            forma=self.pago.forma_pago,
        )


def _aprobado(*saldos, **campos):
    pago = crear_pago(*saldos, **campos)
    return transiciones.aplicar(pago.pk, aprobada(pago), origen="sonda").pago


@pytest.fixture
def erp():
    return Erp(_aprobado())


def test_recoge_lo_suyo_con_importes_exactos(erp):
    """Numbers with two places, moments with their offset, one line per amount; nothing of another Empresa."""
    _aprobado()
    respuesta = erp.pedir()
    assert (respuesta.status_code, respuesta["Content-Type"]) == (200, "application/json")
    datos = json.loads(respuesta.content, parse_float=Decimal)
    (linea,) = datos["lineas"]
    assert linea["referencia"] == erp.pago.referencia
    assert (linea["tipo"], linea["valor"], linea["empresa_nit"]) == ("ABONO", Decimal("100000.00"), erp.empresa.nit)
    assert linea["fecha_pago"].endswith("-05:00")
    assert (datos["siguiente"], datos["hay_mas"]) == (linea["linea"], False)


def test_el_cursor_recorre_todo_una_vez(erp):
    """Page by page until nothing is left; the same cursor gives the same again."""
    pagos = [erp.pago, *(erp.pagar() for _vez in range(4))]
    vistas, cursor, hay_mas = [], 0, True
    while hay_mas:
        datos = erp.pedir(despues=cursor, limite=2).json()
        vistas += [linea["referencia"] for linea in datos["lineas"]]
        cursor, hay_mas = datos["siguiente"], datos["hay_mas"]
    assert vistas == [pago.referencia for pago in pagos]
    assert erp.pedir(despues=0, limite=2).json()["lineas"][0]["referencia"] == erp.pago.referencia
    assert erp.pedir(despues=cursor).json() == {"lineas": [], "siguiente": cursor, "hay_mas": False}


def test_lo_que_falta_por_numerar_se_pide_en_la_siguiente(erp, monkeypatch):
    """A company with years of payments does not make its first request wait for all: there is more, and it comes."""
    monkeypatch.setattr("pagos.lineas_erp.LOTE", 1)
    monkeypatch.setattr("pagos.views.erp.LOTES", 1)
    pagos = [erp.pago, erp.pagar(), erp.pagar()]
    vistas, cursor = [], 0
    for hay_mas in (True, True, True, False):
        datos = erp.pedir(despues=cursor).json()
        assert datos["hay_mas"] is hay_mas
        vistas += [linea["referencia"] for linea in datos["lineas"]]
        cursor = datos["siguiente"]
    assert vistas == [pago.referencia for pago in pagos]


def test_pedir_lo_que_sigue_dice_que_lo_anterior_llego(erp):
    """Asked once, a line is not delivered yet: its answer may be lost. Asked for what follows, it is."""
    cursor = erp.pedir().json()["siguiente"]
    assert [uno["linea"] for uno in erp.pedir(solo="sin_entregar").json()["lineas"]] == [cursor]
    erp.pedir(despues=cursor)
    assert erp.pedir(solo="sin_entregar").json()["lineas"] == []
    assert len(erp.pedir(solo="sin_contabilizar").json()["lineas"]) == 1
    assert erp.pedir().json()["lineas"][0]["entregado_en"] is not None


def test_acusa_por_linea_y_por_referencia(erp):
    """Each is booked once; what was known says so; the balance stops waiting for the ERP."""
    otro = erp.pagar()
    (primera, _segunda) = erp.pedir().json()["lineas"]
    cuerpo = {"lineas": [primera["linea"]], "referencias": [otro.referencia.lower()]}
    assert erp.acusar(cuerpo).json() == {"contabilizadas": 2, "sin_cambios": 0, "errores": []}
    assert erp.acusar(cuerpo).json() == {"contabilizadas": 0, "sin_cambios": 2, "errores": []}
    assert not Abono.objects.filter(aplicado_erp_en__isnull=True).exists()
    assert not LineaErp.objects.filter(acusada_en__isnull=True).exists()
    assert erp.pedir(solo="sin_contabilizar").json()["lineas"] == []


def test_acusa_sin_haber_recogido(erp):
    """The ERP may know the payment from a file: its lines are made, and booked."""
    assert erp.acusar({"referencias": [erp.pago.referencia]}).json()["contabilizadas"] == 1
    assert erp.pedir(solo="sin_contabilizar").json()["lineas"] == []


def test_lo_ajeno_y_lo_desconocido_se_rechaza_y_lo_demas_sigue(erp):
    """Another Empresa's line and payment do not exist for this key; the good ones are booked all the same."""
    ajeno = _aprobado()
    lineas_erp.numerar(ajeno.empresa_id)
    linea_ajena = LineaErp.objects.get(pago=ajeno).pk
    pendiente = crear_pago(
        crear_saldo(empresa=erp.empresa, tercero=erp.pago.tercero), usuario=erp.pago.usuario, forma=erp.pago.forma_pago
    )
    respuesta = erp.acusar(
        {"lineas": [linea_ajena], "referencias": [ajeno.referencia, pendiente.referencia, erp.pago.referencia]}
    ).json()
    assert respuesta["contabilizadas"] == 1
    assert [set(uno) for uno in respuesta["errores"]] == [{"linea", "error"}, *[{"referencia", "error"}] * 2]
    assert Abono.objects.get(detalle__pago=ajeno).aplicado_erp_en is None


@pytest.mark.parametrize(
    "consulta",
    [{"despues": "x"}, {"despues": "-1"}, {"limite": "0"}, {"limite": "1001"}, {"limite": "1.5"}, {"solo": "todo"}],
)
def test_lo_mal_pedido_se_explica(erp, consulta):
    """400 with a sentence, and nothing marked."""
    respuesta = erp.pedir(**consulta)
    assert respuesta.status_code == 400
    assert "limite va de 1 a 1000" in respuesta.json()["error"]


@pytest.mark.parametrize(
    "cuerpo",
    [
        "",
        "[]",
        "{}",
        "{",
        '{"lineas": 1}',
        '{"lineas": [1.5]}',
        '{"lineas": [true]}',
        '{"lineas": [NaN]}',
        '{"lineas": [0]}',
        '{"otra": [1]}',
        '{"referencias": [1]}',
        '{"referencias": ["A B"]}',
        json.dumps({"lineas": list(range(1, 1002))}),
        "\ufeff\x00",
    ],
)
def test_un_acuse_mal_escrito_no_cambia_nada(erp, cuerpo):
    """400 with how it should be."""
    respuesta = erp.acusar(cuerpo)
    assert respuesta.status_code == 400
    assert "Envíe" in respuesta.json()["error"]
    assert Abono.objects.get().aplicado_erp_en is None


def test_sin_llave_no_hay_nada(erp):
    """No key, a revoked one, one without the permission, a superuser's session: 401, and nothing happens."""
    solo_lee = llaves.crear(erp.empresa, nombre="lee", permisos=[llaves.Permiso.LEER])[1]
    solo_escribe = llaves.crear(erp.empresa, nombre="escribe", permisos=[llaves.Permiso.ESCRIBIR])[1]
    jefa = Client()
    jefa.force_login(superusuario())
    assert Client().get(LINEAS).status_code == jefa.get(LINEAS).status_code == 401
    assert Client(headers={"authorization": f"Bearer {solo_escribe}"}).get(LINEAS).status_code == 401
    assert Client(headers={"authorization": f"Bearer {solo_lee}"}).post(ACUSES).status_code == 401
    assert Client(headers={"authorization": f"Bearer {erp.texto}"}).post(LINEAS).status_code == 405
    assert reverse("pagos:erp_lineas") == LINEAS


def test_una_pagina_cuesta_lo_mismo_con_una_linea_que_con_tres(erp, django_assert_num_queries):
    """Key, its moment, numbering and one reading: nothing grows with the lines."""
    erp.pedir()
    for _vez in range(3):
        with django_assert_num_queries(13):
            assert erp.pedir().status_code == 200
        erp.pagar()
        erp.pedir()


def test_una_empresa_sin_pagos_recibe_una_lista_vacia():
    """From its first day on."""
    _llave, texto = llaves.crear(crear_empresa(), nombre="ERP", permisos=["leer"])
    respuesta = Client(headers={"authorization": f"Bearer {texto}"}).get(LINEAS)
    assert respuesta.json() == {"lineas": [], "siguiente": 0, "hay_mas": False}
