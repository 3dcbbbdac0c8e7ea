"""Rows of `cartera` for tests: every field has a sensible value, each test names only what it is about."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from itertools import count

from PIL import Image

from cartera import logos
from cartera.models import AlcancePersonal, Empresa, Movimiento
from cartera.servicios import nuevo_saldo
from tests.fabricas import crear_tercero, organizacion_de
from usuarios.identificacion import digito_verificacion

_siguiente = count(1)


def crear_empresa(**campos):
    """An Empresa with a NIT of its own."""
    n = next(_siguiente)
    nit = campos.pop("nit", f"{900100000 + n}")
    datos = {
        "nombre": f"Comercial {n} S.A.S.",
        "direccion": "Calle 10 # 20-30, Bogotá",
        "telefono": "601 555 0100",
        "correo": "cartera@comercial.example",
        "url_terminos": "https://comercial.example/terminos",
        "url_datos": "https://comercial.example/datos",
        "url_reembolsos": "https://comercial.example/reembolsos",
    }
    return Empresa.objects.create(nit=nit, dv=digito_verificacion(nit), **{**datos, **campos})


def imagen(formato="PNG", *, tamano=(96, 48), color="#0a4d8c", **opciones):
    """The bytes of a picture file of one colour, `tamano` pixels (width, height)."""
    salida = BytesIO()
    Image.new("RGB", tamano, color).save(salida, formato, **opciones)
    return salida.getvalue()


def crear_logo(**de_la_imagen):
    """A Logo in the database."""
    return logos.guardar(logos.leer(imagen(**de_la_imagen)))


def crear_saldo(*, tercero=None, organizacion=None, empresa=None, saldo=None, **campos):
    """A Saldo of 100.000 COP with 19.000 inside it for IVA, all of it owed unless `saldo` (Decimal) says otherwise."""
    tercero = tercero or crear_tercero()
    valor = Decimal(campos.pop("valor", "100000.00"))
    datos = {
        "documento": "FV",
        "numero": str(10000 + next(_siguiente)),
        "fecha": date(2026, 1, 15),
        "vencimiento": date(2026, 2, 15),
        "iva": min(valor, Decimal("19000.00")),
    }
    nuevo = nuevo_saldo(
        valor if saldo is None else Decimal(saldo),
        empresa=empresa or crear_empresa(),
        tercero=tercero,
        organizacion=organizacion or organizacion_de(tercero),
        valor=valor,
        **{**datos, **campos},
    )
    nuevo.save(force_insert=True)
    return nuevo


def crear_movimiento(*, tercero=None, empresa=None, **campos):
    """A Movimiento: the invoice of 100.000 COP itself unless told otherwise."""
    tercero = tercero or crear_tercero()
    datos = {
        "documento": "FV",
        "numero": "10234",
        "fecha": date(2026, 1, 15),
        "tipo": "FV",
        "debito": Decimal("100000.00"),
        "credito": Decimal("0.00"),
        "id_erp": f"M{next(_siguiente)}",
    }
    return Movimiento.objects.create(
        empresa=empresa or crear_empresa(),
        tercero=tercero,
        organizacion=campos.pop("organizacion", None) or organizacion_de(tercero),
        **{**datos, **campos},
    )


_COLUMNAS = (
    "empresa_nit;tercero_tipo;tercero_numero;organizacion_numero;tercero_nombre;documento;numero;ubicacion;cuota;"
    "fecha;vencimiento;moneda;valor;iva;saldo"
)


def archivo_de_saldos(filas):
    """The ERP's file (bytes) that says of each saldo what is owed: `filas` are (Saldo, Decimal), in that order."""
    return "\n".join([_COLUMNAS, *(_fila(saldo, cifra) for saldo, cifra in filas)]).encode()


def _fila(saldo, cifra):
    tercero, empresa = saldo.tercero, saldo.empresa
    celdas = [
        *(f"{empresa.nit}-{empresa.dv}", tercero.tipo_id, f"{tercero.numero}-{tercero.dv}", "", tercero.nombre),
        *(saldo.documento, saldo.numero, "", "1", saldo.fecha.isoformat(), saldo.vencimiento.isoformat(), "COP"),
        *(str(importe).replace(".", ",") for importe in (saldo.valor, saldo.iva, cifra)),
    ]
    return ";".join(celdas)


# --- Staff --------------------------------------------------------------------------------------------------------
def limitar_a(usuario, *empresas):
    """Let this member of staff see these Empresas alone; returns the user."""
    for empresa in empresas:
        AlcancePersonal.objects.create(usuario=usuario, empresa=empresa)
    return usuario
