"""ECSEC, the statement of account: what an empresa charged a tercero in a period, what was paid, what is left.

The figures of the past come from the ERP's movements and from nothing else; what is still owed comes from the balances,
and what was paid here and the ERP has not booked stands apart (diseno.md 7).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.paginator import Paginator
from django.db.models import Min
from django.utils.functional import cached_property

from cartera import consultas
from cartera.dinero import CERO, neto, netos_por, sumar, total
from cartera.models import SALDO_INICIAL, Movimiento, Saldo, nombre_de_documento
from cartera.vencimientos import hoy
from usuarios.consultas import alcance

POR_PAGINA = 100
# Documents of earlier months that a page lists; the files hold them all.
EN_PAGINA = 50
# A file is drawn while somebody waits: more than this, two seconds of work, asks for a shorter period.
MAXIMO_RENGLONES = 10_000
_DOCUMENTO = ("documento", "numero", "ubicacion", "cuota")
_CLAVES_JUNTAS = 500


@dataclass(frozen=True, order=True)
class Cuenta:
    """One statement: what one tercero owes one empresa in one currency, by id and name."""

    empresa: str
    tercero: str
    moneda: str
    empresa_id: int
    tercero_id: int

    @property
    def clave(self):
        """Its value in an address."""
        return f"{self.empresa_id}-{self.tercero_id}-{self.moneda}"


@dataclass(frozen=True, slots=True)
class Renglon:
    """A movement, and what was owed after it (`acumulado`, None while the opening balance is not known)."""

    movimiento: Movimiento
    acumulado: Decimal | None


@dataclass(frozen=True, slots=True)
class DocumentoAnterior:
    """A document still open when the period began: what it owed then and at its end, and all its movements so far."""

    etiqueta: str
    al_inicio: Decimal
    al_final: Decimal
    movimientos: list


@dataclass(frozen=True, slots=True)
class PorContabilizar:
    """Money paid here that the ERP has not booked: one document of one pago."""

    referencia: str
    fecha_pago: date
    etiqueta: str
    valor: Decimal


def cuentas_de(usuario, *, dentro_de=None):
    """Every Cuenta (list, by name) within the user's reach that has movements or documents, of active empresas."""
    permitido = (dentro_de or alcance(usuario)).filtro()
    cuentas = set()
    for modelo in (Movimiento, Saldo):
        filas = modelo.objects.filter(permitido, empresa__activa=True).order_by()
        campos = ("empresa__nombre", "tercero__nombre", "tercero__apellido", "moneda", "empresa_id", "tercero_id")
        for empresa, nombre, apellido, *resto in filas.values_list(*campos).distinct():
            cuentas.add(Cuenta(empresa, f"{nombre} {apellido}".strip(), *resto))
    return sorted(cuentas)


class EstadoDeCuenta:
    """The statement of a Cuenta in a Periodo, as `usuario` may see it. Reads only what is asked of it."""

    def __init__(self, cuenta, periodo, *, dentro_de):
        self.cuenta = cuenta
        self.periodo = periodo
        self.hoy = hoy()
        suyos = {"empresa_id": cuenta.empresa_id, "tercero_id": cuenta.tercero_id, "moneda": cuenta.moneda}
        permitido = dentro_de.filtro()
        self._todos = Movimiento.objects.filter(permitido, **suyos)
        # An opening balance says what was owed; it is not something that happened.
        self._movimientos = self._todos.exclude(tipo=SALDO_INICIAL)
        dias = (periodo.desde, periodo.hasta)
        self._del_periodo = self._movimientos.filter(fecha__range=dias).order_by("fecha", "pk")
        self._saldos = Saldo.objects.filter(permitido, **suyos)

    @property
    def consulta(self):
        """The query string that leads back here."""
        return f"cuenta={self.cuenta.clave}&ano={self.periodo.ano}&mes={self.periodo.mes or ''}"

    # --- Figures ---
    @cached_property
    def _ancla(self):
        """(date, owed before it): the newest opening balance up to the period's start, else the first inside it."""
        iniciales = self._todos.filter(tipo=SALDO_INICIAL)
        fechas = iniciales.order_by("-fecha").values_list("fecha", flat=True)
        dia = fechas.filter(fecha__lte=self.periodo.desde).first()
        dia = dia or fechas.filter(fecha__lte=self.periodo.hasta).last()
        return (dia, neto(iniciales.filter(fecha=dia))) if dia else None

    @property
    def desde_cuando(self):
        """Date from which what was owed is known: inside the period when nothing is known of its start; else None."""
        return self._ancla[0] if self._ancla and self._ancla[0] > self.periodo.desde else None

    @cached_property
    def inicial(self):
        """What was owed when the period began (Decimal), None when no opening balance says it. Never a guess."""
        if self._ancla is None or self.desde_cuando:
            return None
        dia, valor = self._ancla
        return valor + neto(self._movimientos.filter(fecha__gte=dia, fecha__lt=self.periodo.desde))

    @property
    def inicial_conocido(self):
        """What was owed on `desde_cuando` (Decimal), None when there is no such date."""
        return self._ancla[1] if self.desde_cuando else None

    @cached_property
    def debitos(self):
        """What the period charged (Decimal)."""
        return total(self._del_periodo.order_by(), "debito")

    @cached_property
    def creditos(self):
        """What the period credited (Decimal)."""
        return total(self._del_periodo.order_by(), "credito")

    @cached_property
    def final(self):
        """What was owed when the period ended (Decimal), None when no opening balance says where to count from."""
        if self.inicial is not None:
            return self.inicial + self.debitos - self.creditos
        if not self.desde_cuando:
            return None
        return self._ancla[1] + neto(self._del_periodo.order_by().filter(fecha__gte=self.desde_cuando))

    # --- Movements of the period ---
    @cached_property
    def cuantos(self):
        """How many movements the period has."""
        return self._del_periodo.count()

    @property
    def cabe_en_un_archivo(self):
        """True when a file of it is drawn in the time that somebody waits."""
        return self.cuantos <= MAXIMO_RENGLONES

    def pagina(self, numero):
        """A Page of Renglon; `numero` as it came in the address."""
        pagina = Paginator(self._del_periodo, POR_PAGINA).get_page(numero)
        antes = self._del_periodo[: pagina.start_index() - 1] if pagina.number > 1 else self._del_periodo.none()
        pagina.object_list = list(self._acumular(pagina.object_list, self._al_empezar(antes)))
        return pagina

    def renglones(self):
        """Every Renglon of the period, one by one: memory does not grow with how many there are."""
        return self._acumular(self._del_periodo.iterator(chunk_size=2000), self._al_empezar(self._del_periodo.none()))

    def _al_empezar(self, antes):
        """What was owed after the movements `antes` (queryset), as far as it is known."""
        if self.inicial is not None:
            return self.inicial + neto(antes)
        if not self.desde_cuando:
            return None
        contados = self._movimientos.filter(pk__in=antes.values("pk"), fecha__gte=self.desde_cuando)
        return self._ancla[1] + neto(contados)

    def _acumular(self, movimientos, acumulado):
        for movimiento in movimientos:
            se_sabe = acumulado is not None and not (self.desde_cuando and movimiento.fecha < self.desde_cuando)
            if se_sabe:
                acumulado += movimiento.valor
            yield Renglon(movimiento, acumulado if se_sabe else None)

    # --- Documents of earlier months ---
    @cached_property
    def _abiertos_al_inicio(self):
        antes = self._movimientos.filter(fecha__lt=self.periodo.desde).exclude(documento="")
        return netos_por(antes, _DOCUMENTO)

    @property
    def cuantos_anteriores(self):
        """How many documents of earlier months were open when the period began."""
        return len(self._abiertos_al_inicio)

    def anteriores(self, limite=None):
        """Each DocumentoAnterior, by document and number; at most `limite`."""
        claves = sorted(self._abiertos_al_inicio)[:limite]
        for inicio in range(0, len(claves), _CLAVES_JUNTAS):
            juntas = claves[inicio : inicio + _CLAVES_JUNTAS]
            suyos = {clave: [] for clave in juntas}
            hasta_el_final = self._movimientos.filter(fecha__lte=self.periodo.hasta)
            for movimiento in hasta_el_final.filter(numero__in={clave[1] for clave in juntas}).order_by("fecha", "pk"):
                if movimiento.clave in suyos:
                    suyos[movimiento.clave].append(movimiento)
            for clave, movimientos in suyos.items():
                yield DocumentoAnterior(
                    etiqueta=movimientos[0].etiqueta,
                    al_inicio=self._abiertos_al_inicio[clave],
                    al_final=sumar(movimiento.valor for movimiento in movimientos),
                    movimientos=movimientos,
                )

    # --- What is owed today ---
    @cached_property
    def pendientes(self):
        """Queryset of the unpaid saldos of today, the oldest first."""
        return self._saldos.filter(saldo__gt=0).order_by("vencimiento", "pk")

    @cached_property
    def resumen(self):
        """The consultas.Resumen of what is owed today, with its ageing; None when nothing is."""
        return next(iter(consultas.resumen(self.pendientes, hoy=self.hoy)), None)

    @cached_property
    def por_contabilizar(self):
        """Each PorContabilizar (list), the oldest first: what was paid, and the credit that was applied."""
        # The relations belong to `pagos`, which this app may not import: by name.
        abonos = self._sin_acuse("abonos", fecha="detalle__pago__fecha_pago", pago="detalle__pago__referencia")
        aplicado = self._sin_acuse("aplicaciones", fecha="creado_en", pago="favor__pago__referencia")
        return sorted([*abonos, *aplicado], key=lambda uno: uno.fecha_pago)

    def _sin_acuse(self, dinero, *, fecha, pago):
        """PorContabilizar of each row of the relation `dinero` of a saldo that the ERP has not acknowledged."""
        filas = self._saldos.filter(
            por_acusar__gt=0, **{f"{dinero}__isnull": False, f"{dinero}__aplicado_erp_en__isnull": True}
        )
        campos = (f"{dinero}__{pago}", f"{dinero}__{fecha}", "documento", "numero", "cuota", f"{dinero}__valor")
        return [
            PorContabilizar(referencia, cuando, nombre_de_documento(*documento), valor)
            for referencia, cuando, *documento, valor in filas.order_by(f"{dinero}__pk").values_list(*campos)
        ]

    @property
    def total_por_contabilizar(self):
        """What `por_contabilizar` adds up to (Decimal)."""
        return sumar(pago.valor for pago in self.por_contabilizar) or CERO

    @cached_property
    def primer_ano(self):
        """The year of the first movement or opening balance, this year when there is none."""
        primera = self._todos.aggregate(primera=Min("fecha"))["primera"]
        return min(primera.year, self.hoy.year) if primera else self.hoy.year
