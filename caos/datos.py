"""Who pays and what is owed: two empresas at ZonaPAGOS, one at PayU, one with both; invented customers; many documents.

Needs Django set up on the run's own, migrated database.
"""

import csv
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from cartera.models import Empresa, Saldo
from cartera.servicios import crear_saldos, nuevo_saldo
from pagos import acuerdos
from pagos.models import AcuerdoComercial, FormaPago
from usuarios import roles
from usuarios.identificacion import digito_verificacion
from usuarios.models import Asociacion, Organizacion, Tercero, Usuario

CLAVE = "caos-de-prueba-2026"
TERCEROS = 20
USUARIOS_POR_TERCERO = 2
_HOY = date(2026, 1, 15)
# The simulator's own merchants: public, nothing of them is secret (simulador/README.md).
_ZONAPAGOS = {
    678: {"usuario": "demo678", "clave": "clave-demo-678", "codigo_servicio": "2701"},
    679: {"usuario": "demo679", "clave": "clave-demo-679", "codigo_servicio": "2702"},
}
_PAYU = {"api_key": "4Vj8eK4rloUd272L48hsrarnUA", "api_login": "pRRXKOl8ikMmt9u", "algoritmo": "HMAC-SHA256"}
_COLUMNAS = (
    *("empresa_nit", "tercero_tipo", "tercero_numero", "tercero_nombre", "organizacion_numero", "documento", "numero"),
    *("ubicacion", "cuota", "fecha", "vencimiento", "moneda", "valor", "iva", "saldo"),
)


@dataclass(frozen=True, kw_only=True)
class Cartera:
    """What one login may pay: (empresa, tercero) -> ids of its saldos."""

    correo: str
    documentos: dict[tuple[int, int], list[int]]


def crear(*, simulador, pagos, azar):
    """Fill the database for a run of so many payments; returns a Cartera per login."""
    empresas = [_empresa(n, nombre) for n, nombre in enumerate(("Norte", "Sur", "Oriente", "Occidente"))]
    _acuerdo_zonapagos(empresas[0], simulador, 678)
    _acuerdo_zonapagos(empresas[1], simulador, 679)
    _acuerdo_payu(empresas[2], simulador)
    _acuerdo_zonapagos(empresas[3], simulador, 678)
    _acuerdo_payu(empresas[3], simulador)
    terceros = [_tercero(n) for n in range(TERCEROS)]
    # Two documents for each payment, and a few in each group whatever the run's length.
    _saldos(empresas, terceros, cuantos=pagos * 2 + 10 * TERCEROS * len(empresas), azar=azar)
    return _logins(terceros)


def _empresa(n, nombre):
    nit = str(900700100 + n)
    return Empresa.objects.create(
        nit=nit,
        dv=digito_verificacion(nit),
        nombre=f"Comercial {nombre} S.A.S.",
        direccion="Calle 10 # 20-30, Bogotá",
        telefono="601 555 0100",
        correo="cartera@comercial.example",
        url_terminos="https://comercial.example/terminos",
        url_datos="https://comercial.example/datos",
        url_reembolsos="https://comercial.example/reembolsos",
    )


def _acuerdo_zonapagos(empresa, simulador, comercio):
    urls = {"api": f"{simulador}/Apis_CicloPago/api"}
    _acuerdo(empresa, _ZONAPAGOS[comercio], pasarela="zonapagos", comercio=str(comercio), urls=urls)


def _acuerdo_payu(empresa, simulador):
    urls = {"checkout": f"{simulador}/ppp-web-gateway-payu/", "consultas": f"{simulador}/reports-api/4.0/service.cgi"}
    _acuerdo(empresa, _PAYU, pasarela="payu", comercio="508029", cuenta="512321", urls=urls)


def _acuerdo(empresa, secretos, **campos):
    vigencia = {"desde": _HOY, "hasta": date(2099, 12, 31), "prueba": True}
    # The simulator takes what it gets, and a ring is seconds here: the run is not about good manners.
    campos |= {"limite_en_vuelo": 64, "limite_por_segundo": 1000}
    acuerdo = acuerdos.guardar(AcuerdoComercial(empresa=empresa, **vigencia, **campos), secretos=secretos)
    FormaPago.objects.create(acuerdo=acuerdo, etiqueta=campos["pasarela"])


def _tercero(n):
    numero = str(811700100 + n)
    quien = {"tipo_id": "NIT", "numero": numero, "dv": digito_verificacion(numero), "nombre": f"Cliente {n} S.A.S."}
    Organizacion.objects.create(**quien)
    return Tercero.objects.create(**quien)


def _saldos(empresas, terceros, *, cuantos, azar):
    organizaciones = {o.numero: o for o in Organizacion.objects.all()}
    nuevos = []
    for n in range(cuantos):
        tercero = terceros[n // len(empresas) % len(terceros)]
        valor = Decimal(azar.randrange(1_000_00, 5_000_000_00)) / 100
        nuevos.append(
            nuevo_saldo(
                valor,
                empresa=empresas[n % len(empresas)],
                tercero=tercero,
                organizacion=organizaciones[tercero.numero],
                documento="FV",
                numero=str(10_000 + n),
                fecha=_HOY,
                vencimiento=_HOY + timedelta(days=azar.randrange(90)),
                valor=valor,
                iva=(valor * Decimal("0.15")).quantize(Decimal("0.01")),
            )
        )
    for desde in range(0, len(nuevos), 1000):
        crear_saldos(nuevos[desde : desde + 1000])


def _logins(terceros):
    grupo, clave = Group.objects.get(name=roles.PORTAL_DE_CLIENTES), make_password(CLAVE)
    propios = {tercero.pk: defaultdict(list) for tercero in terceros}
    for pk, empresa_id, tercero_id in Saldo.objects.values_list("pk", "empresa_id", "tercero_id"):
        propios[tercero_id][empresa_id, tercero_id].append(pk)
    carteras = []
    for n, tercero in enumerate(terceros):
        organizacion = Organizacion.objects.get(numero=tercero.numero)
        for cual in range(USUARIOS_POR_TERCERO):
            usuario = Usuario.objects.create(email=f"cliente{n}-{cual}@caos.example", password=clave)
            usuario.groups.add(grupo)
            Asociacion.objects.create(usuario=usuario, tercero=tercero, organizacion=organizacion)
            carteras.append(Cartera(correo=usuario.email, documentos=dict(propios[tercero.pk])))
    return carteras


def escribir_archivo_del_erp(archivo):
    """The balances as the ERP delivered them at first (CSV), to be imported again while they are being paid."""
    with archivo.open("w", encoding="utf-8", newline="") as salida:
        escritor = csv.writer(salida, delimiter=";")
        escritor.writerow(_COLUMNAS)
        for saldo in Saldo.objects.select_related("empresa", "tercero").iterator():
            quien = (saldo.empresa.nit, saldo.tercero.tipo_id, saldo.tercero.numero, saldo.tercero.nombre, "")
            que = (saldo.documento, saldo.numero, saldo.ubicacion, saldo.cuota, saldo.fecha, saldo.vencimiento)
            escritor.writerow([*quien, *que, saldo.moneda, saldo.valor, saldo.iva, saldo.valor])
