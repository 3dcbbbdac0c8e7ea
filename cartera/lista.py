"""The page of balances (ECSSP), read as a whole: five queries besides login and mappings, however many rows it has."""

from urllib.parse import quote

from django.core.paginator import Paginator
from django.utils.functional import cached_property

from cartera import avisos, consultas, presentacion, seleccion
from cartera.dinero import sumar
from cartera.filtros import leer_id, tramos
from cartera.formato import dinero, documentos
from cartera.vencimientos import hoy
from usuarios.consultas import alcance

POR_PAGINA = 50


class _Contado(Paginator):
    """A Paginator that is told its count: the totals of the groups have it already."""

    def __init__(self, *args, cuantos, **kwargs):
        super().__init__(*args, **kwargs)
        self.count = cuantos


class Lista:
    """What the page of `usuario` shows through a Filtro. Reads only what is asked of it."""

    def __init__(self, usuario, filtro):
        self.hoy = hoy()
        self.filtro = filtro
        self.alcance = alcance(usuario)
        self._usuario = usuario
        self._visibles = consultas.saldos_visibles(usuario, dentro_de=self.alcance)

    @property
    def saldos(self):
        """Queryset of what the filter lets through."""
        return consultas.filtrar(self._visibles, self.filtro, hoy=self.hoy)

    def saldos_del_grupo(self, clave):
        """Those of `saldos` in one group: the clave of a Tramo, or the id of an empresa; for any other, all of them."""
        if tramo := tramos(self.hoy).get(clave):
            return self.saldos.filter(tramo.q(self.hoy))
        empresa_id = leer_id(clave)
        return self.saldos.filter(empresa_id=empresa_id) if empresa_id else self.saldos

    @cached_property
    def pares(self):
        """The empresas and terceros there are to choose from, whatever the filter (list of consultas.Par)."""
        return consultas.pares(self._visibles)

    @cached_property
    def empresas(self):
        """Name of each empresa by its id, whatever the filter."""
        return {par.empresa_id: par.empresa for par in self.pares}

    @cached_property
    def terceros(self):
        """Name of each tercero by its id, whatever the filter."""
        return {par.tercero_id: par.tercero for par in self.pares}

    @property
    def cortes(self):
        """(empresa, date of its newest figures) for each empresa that has told one, by name."""
        cortes = {}
        for par in self.pares:
            if par.corte:
                cortes[par.empresa] = max(par.corte, cortes.get(par.empresa, par.corte))
        return list(cortes.items())

    @cached_property
    def documentos(self):
        """The types of document there are, whatever the filter."""
        return sorted({par.documento for par in self.pares})

    @cached_property
    def totales(self):
        """Exact totals of the filtered list by currency and group: by empresa if the list is, else by due date."""
        if self.filtro.por_empresa:
            return consultas.totales_por_empresa(self.saldos)
        return consultas.totales_por_grupo(self.saldos, hoy=self.hoy)

    @cached_property
    def cuantos(self):
        """How many documents the filter lets through."""
        return sum(total["cuantos"] for total in self.totales)

    @cached_property
    def pagina(self):
        """Page of at most POR_PAGINA saldos."""
        saldos = avisos.con_aviso(consultas.con_proceso(self.saldos), self._usuario)
        ordenados = consultas.ordenar(saldos, self.filtro)
        return _Contado(ordenados, POR_PAGINA, cuantos=self.cuantos).get_page(self.filtro.pagina)

    @property
    def libres_de_la_pagina(self):
        """Ids of the saldos of the page that no open pago holds."""
        return [saldo.pk for saldo in self.pagina.object_list if not saldo.en_proceso_referencia]

    @cached_property
    def grupos_de_filas(self):
        """The rows of the page, under the headings of their due groups."""
        if not self.cuantos:
            return []
        return presentacion.agrupar(
            self.pagina.object_list,
            hoy=self.hoy,
            elegidos={linea.saldo.pk for linea in self.lineas},
            nombres={(par.empresa_id, par.tercero_id): self._de_quien(par) for par in self.pares},
            totales=self.totales,
            por=self._grupo_de,
        )

    @property
    def _grupo_de(self):
        """Function that says in which group a saldo stands, (clave, name); None for a list without groups."""
        if self.filtro.por_empresa:
            return lambda saldo: (saldo.empresa_id, self.empresas[saldo.empresa_id])
        if self.filtro.por_vencimiento:
            return presentacion.grupo_de_vencimiento(self.hoy)
        return None

    @property
    def varios(self):
        """True when each row must say whose it is."""
        return len(self.empresas) > 1 or len(self.terceros) > 1

    def _de_quien(self, par):
        """Whose document it is, as far as the page is about several."""
        partes = (par.empresa if len(self.empresas) > 1 else "", par.tercero if len(self.terceros) > 1 else "")
        return " · ".join(filter(None, partes))

    @property
    def vuelta(self):
        """Query string for a link to a page that comes back to this very list, '' when nothing was asked of it."""
        consulta = self.filtro.consulta()
        return f"?volver={quote(consulta, safe='')}" if consulta else ""

    @property
    def consulta_de_todos(self):
        """Query string of the same list without its filter by due date."""
        return self.filtro.con(ver="").consulta()

    @cached_property
    def chips(self):
        """(name, query string, chosen) of the filters by due date; an ageing only while it is chosen."""
        todos, ver = tramos(self.hoy), self.filtro.ver
        claves = dict.fromkeys(("vencidos", "semana", ver)) if ver else ("vencidos", "semana")
        return [(todos[clave].nombre, self.filtro.con(ver=clave).consulta(), clave == ver) for clave in claves]

    @cached_property
    def lineas(self):
        """The user's selection, whatever the filter."""
        return seleccion.lineas(self._usuario, dentro_de=self.alcance)

    @cached_property
    def grupos(self):
        """The selection in groups, each with its own *Pagar*."""
        return seleccion.grupos(self.lineas)

    @property
    def unico_grupo(self):
        """The group of the selection, when it is the only one and can be paid as it is; else None."""
        return self.grupos[0] if len(self.grupos) == 1 and not self.grupos[0].sobran else None

    @cached_property
    def totales_elegidos(self):
        """What the selection comes to, as texts, one for each currency."""
        monedas = sorted({grupo.moneda for grupo in self.grupos})
        return [dinero(sumar(g.total for g in self.grupos if g.moneda == moneda), moneda) for moneda in monedas]

    @property
    def anuncio(self):
        """The running total, for screen readers."""
        return ", ".join([documentos(len(self.lineas)), *self.totales_elegidos])
