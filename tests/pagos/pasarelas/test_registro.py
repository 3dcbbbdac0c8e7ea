"""Which gateways exist, and what each needs."""

from datetime import timedelta

import pytest

from pagos.pasarelas import registro
from pagos.pasarelas.base import Conexion, ConexionInvalidaError
from pagos.pasarelas.payu import PayU
from pagos.pasarelas.zonapagos import ZonaPagos
from tests.pagos.pasarelas import test_payu, test_zonapagos

COMPLETAS = {
    "zonapagos": test_zonapagos.conexion_a("https://www.zonapagos.com"),
    "payu": test_payu.conexion_a("https://api.payulatam.com"),
}


def test_estan_las_dos_pasarelas_con_sus_nombres():
    """Both gateways are registered under the names of urls and credentials that operators type."""
    assert set(registro.PASARELAS) == {"zonapagos", "payu"} == set(COMPLETAS)
    zonapagos, payu = registro.PASARELAS["zonapagos"], registro.PASARELAS["payu"]
    assert (zonapagos.urls, zonapagos.comercio, zonapagos.cuenta) == (("api",), "comercio", "")
    assert zonapagos.secretos == ("usuario", "clave", "codigo_servicio")
    assert (payu.urls, payu.comercio, payu.cuenta) == (("checkout", "consultas"), "merchant_id", "account_id")
    assert payu.secretos == ("api_key", "api_login", "algoritmo", "secreto")
    assert zonapagos.opciones == ("sin_pse", "sin_tarjetas", "moneda_117", "nit_con_dv")
    assert payu.opciones == ("nit_con_dv",)
    assert (zonapagos.publica_formulario, payu.publica_formulario) == (False, True)


def test_cada_pasarela_dice_cuanto_se_tarda_en_persona():
    """Paying in person takes up to 72 hours at ZonaPAGOS and 8 days in cash at PayU, then a person looks."""
    limites = {nombre: una.limite_presencial for nombre, una in registro.PASARELAS.items()}
    assert limites == {"zonapagos": timedelta(hours=72), "payu": timedelta(days=8)}


@pytest.mark.parametrize(("nombre", "clase"), [("zonapagos", ZonaPagos), ("payu", PayU)])
def test_un_acuerdo_completo_da_su_adaptador(hacer_cliente, nombre, clase):
    """A complete agreement makes the adapter of its gateway."""
    assert registro.revisar(nombre, COMPLETAS[nombre]) == ()
    assert isinstance(registro.crear(nombre, COMPLETAS[nombre], hacer_cliente()), clase)


@pytest.mark.parametrize("nombre", sorted(COMPLETAS))
def test_a_un_acuerdo_vacio_le_falta_cada_cosa(hacer_cliente, nombre):
    """An empty agreement is told every url and credential that it lacks, and makes no adapter."""
    vacia = Conexion(urls={}, comercio="")
    problemas = registro.revisar(nombre, vacia)
    inscripcion = registro.PASARELAS[nombre]
    for url in inscripcion.urls:
        assert any(f"«{url}»" in problema for problema in problemas)
    with pytest.raises(ConexionInvalidaError) as error:
        registro.crear(nombre, vacia, hacer_cliente())
    assert error.value.problemas == problemas


@pytest.mark.parametrize(
    ("nombre", "problemas"),
    [
        (
            "zonapagos",
            (
                "Falta la dirección «api».",
                "El código de comercio debe ser un número de 1 a 7 cifras.",
                "Falta «usuario» o pasa de 40 caracteres.",
                "Falta «clave» o pasa de 50 caracteres.",
                "Falta «codigo_servicio»: PSE lo exige; déjelo vacío solo con la opción «sin_pse».",
            ),
        ),
        (
            "payu",
            (
                "Falta la dirección «checkout».",
                "Falta la dirección «consultas».",
                "Falta «merchant_id» o no es un número de hasta 12 cifras.",
                "Falta «account_id» o no es un número de hasta 12 cifras.",
                "Falta «api_key».",
                "Falta «api_login».",
                "La credencial «algoritmo» debe ser una de: MD5, SHA, SHA256, HMAC-SHA256.",
            ),
        ),
    ],
)
def test_lo_que_falta_se_dice_con_estas_palabras(nombre, problemas):
    """What staff reads: each thing by the name under which it is typed, with its limits."""
    assert registro.revisar(nombre, Conexion(urls={}, comercio="")) == problemas


def test_las_pasarelas_se_llaman_como_las_conoce_la_gente():
    """Their names in lists and forms."""
    assert [una.etiqueta for una in registro.PASARELAS.values()] == ["Zona Virtual (ZonaPAGOS)", "PayU Latam"]


def test_lo_opcional_es_parte_de_lo_que_existe():
    """What may stay empty is among the secrets, and the registry cannot be changed at run time."""
    for inscripcion in registro.PASARELAS.values():
        assert set(inscripcion.secretos_opcionales) <= set(inscripcion.secretos)
        assert inscripcion.etiqueta
    with pytest.raises(TypeError):
        registro.PASARELAS["otra"] = inscripcion


@pytest.mark.parametrize(
    ("parametros", "referencia"),
    [
        ({"id_pago": "A1"}, "A1"),
        ({"referenceCode": "A1", "id_pago": ""}, "A1"),
        ({"id_comercio": "678"}, ""),
        ({}, ""),
    ],
)
def test_la_referencia_de_un_retorno_tiene_el_nombre_de_cada_pasarela(parametros, referencia):
    """The way back names our reference as its gateway calls it, or not at all."""
    assert registro.referencia_de_retorno(parametros) == referencia
