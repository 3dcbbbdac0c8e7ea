"""What a list of balances was asked for: read from an address without trusting it, written back into links."""

from dataclasses import dataclass, replace

from django.http import QueryDict

from cartera.vencimientos import EDADES, VENCIDOS, grupos_de_vencimiento

# Value of `orden` in the address -> fields; the primary key settles ties.
ORDENES = {
    "vencimiento": ("vencimiento", "pk"),
    "-vencimiento": ("-vencimiento", "-pk"),
    "fecha": ("fecha", "pk"),
    "-fecha": ("-fecha", "-pk"),
    "documento": ("documento", "numero", "cuota", "pk"),
    "-documento": ("-documento", "-numero", "-cuota", "-pk"),
    "saldo": ("saldo", "pk"),
    "-saldo": ("-saldo", "-pk"),
    "empresa": ("empresa__nombre", "empresa_id", "vencimiento", "pk"),
}
_POR_VENCIMIENTO = "vencimiento"
_POR_EMPRESA = "empresa"
_LARGO_BUSQUEDA = 100
_LARGO_DOCUMENTO = 20


@dataclass(frozen=True, kw_only=True)
class Filtro:
    """Search, filters and order of a list. What the address says and does not exist counts as not said."""

    texto: str = ""
    ver: str = ""  # clave of a Tramo, '' for all
    empresa_id: int | None = None
    tercero_id: int | None = None
    documento: str = ""  # type of document, '' for all
    orden: str = _POR_VENCIMIENTO
    pagina: str = ""

    @classmethod
    def leer(cls, datos, *, hoy):
        """From a QueryDict; `hoy` (date) says which stretches of time there are."""
        ver, orden = datos.get("ver", ""), datos.get("orden", "")
        return cls(
            texto=datos.get("q", "").replace("\0", "").strip()[:_LARGO_BUSQUEDA],
            ver=ver if ver in tramos(hoy) else "",
            empresa_id=leer_id(datos.get("empresa")),
            tercero_id=leer_id(datos.get("cliente")),
            documento=datos.get("documento", "").replace("\0", "").strip()[:_LARGO_DOCUMENTO],
            orden=orden if orden in ORDENES else _POR_VENCIMIENTO,
            pagina=datos.get("pagina", "")[:10],
        )

    @property
    def activo(self):
        """True when it leaves something out."""
        return bool(self.texto or self.ver or self.empresa_id or self.tercero_id or self.documento)

    @property
    def por_vencimiento(self):
        """True when the list is in order of due date, and so can be shown in groups."""
        return self.orden.removeprefix("-") == _POR_VENCIMIENTO

    @property
    def por_empresa(self):
        """True when the list is shown in groups of one empresa each."""
        return self.orden == _POR_EMPRESA

    def con(self, **cambios):
        """The same with other values, on its first page."""
        return replace(self, **{"pagina": "", **cambios})

    def consulta(self):
        """The query string that `leer` reads back, '' when everything is as by default."""
        valores = {
            "q": self.texto,
            "ver": self.ver,
            "empresa": self.empresa_id or "",
            "cliente": self.tercero_id or "",
            "documento": self.documento,
            "orden": "" if self.orden == _POR_VENCIMIENTO else self.orden,
            "pagina": self.pagina,
        }
        datos = QueryDict(mutable=True)
        datos.update({nombre: valor for nombre, valor in valores.items() if valor})
        return datos.urlencode()


def tramos(hoy):
    """Every Tramo that a list can be narrowed to, by its clave."""
    return {tramo.clave: tramo for tramo in (VENCIDOS, *grupos_de_vencimiento(hoy), *EDADES)}


def leer_id(texto):
    """A primary key written in an address or a form (int), None for anything else."""
    # More digits than a primary key has would not fit the database's integer.
    return int(texto) if texto and texto.isascii() and texto.isdigit() and len(texto) <= 18 else None
