"""Who is in the demo: the empresas with their test merchants, the terceros, the people who log in."""

from dataclasses import dataclass

from cartera.parcial import ReglaAbono
from usuarios.identificacion import TipoId, digito_verificacion


@dataclass(frozen=True, kw_only=True)
class EmpresaDemo:
    """An empresa, what it bills and the test merchant that collects for it."""

    nit: str
    nombre: str
    direccion: str
    telefono: str
    dominio: str
    comercio: int
    codigo_servicio: str
    documentos: tuple[str, ...]  # kinds of `pagos.demo.documentos`
    prefijo: str  # of its receipts
    color: str
    monedas: tuple[str, ...] = ("COP",)
    abono: tuple[ReglaAbono, str | None] = (ReglaAbono.NO, None)  # its rule of partial payment and the minimum

    @property
    def credenciales(self):
        """What `configurar_acuerdo --credencial` would be given: the simulator's own, nothing of it is secret."""
        return {
            "comercio": str(self.comercio),
            "usuario": f"demo{self.comercio}",
            "clave": f"clave-demo-{self.comercio}",
            "codigo_servicio": self.codigo_servicio,
        }


EMPRESAS = (
    EmpresaDemo(
        nit="900999101",
        nombre="Distribuidora Andina de Materiales S.A.S.",
        direccion="Carrera 68 # 22-45, Bogotá D.C.",
        telefono="601 555 0101",
        dominio="andina.example",
        comercio=678,
        codigo_servicio="2701",
        documentos=("FV", "FV", "FV", "FV", "ND"),
        prefijo="DA",
        color="#0a4d8c",
        monedas=("COP", "USD"),
        abono=(ReglaAbono.PORCENTAJE, "20"),
    ),
    EmpresaDemo(
        nit="900999102",
        nombre="Conjunto Empresarial Altos del Parque P.H.",
        direccion="Calle 127 # 15-30, Bogotá D.C.",
        telefono="601 555 0102",
        dominio="altosdelparque.example",
        comercio=679,
        codigo_servicio="2702",
        documentos=("CA", "CA", "CA", "CC"),
        prefijo="AP",
        color="#7a2e6b",
    ),
    EmpresaDemo(
        nit="900999103",
        nombre="Servicios Técnicos del Valle S.A.S.",
        direccion="Avenida 6 Norte # 28-10, Cali",
        telefono="602 555 0103",
        dominio="tecnivalle.example",
        comercio=680,
        codigo_servicio="2703",
        documentos=("FV", "CC", "CC", "ND"),
        prefijo="TV",
        color="#f2a900",  # too light to be read on white: there the portal keeps its own
        abono=(ReglaAbono.MONTO, "50000"),
    ),
)


@dataclass(frozen=True, kw_only=True)
class TerceroDemo:
    """A customer of the empresas."""

    tipo_id: str
    numero: str
    nombre: str

    @property
    def dv(self):
        """Check digit, '' without one."""
        return digito_verificacion(self.numero) if self.tipo_id == TipoId.NIT else ""


_GIROS = (
    "Ferretería",
    "Depósito de Materiales",
    "Eléctricos",
    "Constructora",
    "Acabados",
    "Distribuciones",
    "Papelería",
    "Droguería",
    "Panadería",
    "Restaurante",
)
_NOMBRES = (
    "El Tornillo",
    "La Esquina",
    "Los Andes",
    "El Dorado",
    "San Martín",
    "La Sabana",
    "El Roble",
    "Monserrate",
    "La Floresta",
    "El Cóndor",
    "Santa Lucía",
    "Los Cerezos",
    "La Candelaria",
    "El Nogal",
    "Tequendama",
    "Las Palmas",
    "El Refugio",
    "La Macarena",
    "Suba",
    "Chapinero",
)
TITULAR = TerceroDemo(tipo_id=TipoId.NIT, numero="901555001", nombre="Ferretería El Tornillo S.A.S.")
OTRO = TerceroDemo(tipo_id=TipoId.CC, numero="1000555002", nombre="Papelería La Esquina")


def terceros(cuantos):
    """The first `cuantos` customers (at least 2): Ana's, Beto's, then the others; about one in four is a cédula."""
    todos = [TITULAR, OTRO]
    for indice in range(2, cuantos):
        nombre = f"{_GIROS[indice % len(_GIROS)]} {_NOMBRES[indice // len(_GIROS) % len(_NOMBRES)]}"
        if indice % 4 == 3:
            todos.append(TerceroDemo(tipo_id=TipoId.CC, numero=str(1000555000 + indice), nombre=nombre))
        else:
            todos.append(TerceroDemo(tipo_id=TipoId.NIT, numero=str(901555000 + indice), nombre=f"{nombre} S.A.S."))
    return todos
