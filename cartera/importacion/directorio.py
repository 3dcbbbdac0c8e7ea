"""Who the rows are about: empresas, terceros and organizaciones by their number, a lot at a time."""

from django.db import IntegrityError, transaction
from simple_history.utils import bulk_create_with_history

from cartera.models import Empresa
from usuarios.models import Organizacion, Tercero
from usuarios.servicios import obtener_organizacion, obtener_tercero


class Directorio:
    """Primary keys by NIT (`empresas`) and by Identificacion (`terceros`, `organizaciones`), remembered for one import.

    `usuario` is who the history says has created the unknown ones (None: the system).
    """

    def __init__(self, *, usuario=None):
        self.empresas = dict(Empresa.objects.order_by().values_list("nit", "pk"))
        self.terceros = _Personas(Tercero, obtener_tercero, usuario)
        self.organizaciones = _Personas(Organizacion, obtener_organizacion, usuario)

    def conocer(self, lote):
        """Look up the people of the records of `lote` (each with `tercero` and `organizacion`). Writes nothing."""
        self.terceros.conocer({registro.tercero for registro in lote})
        self.organizaciones.conocer({registro.organizacion for registro in lote})

    def completar(self, lote):
        """Create the people of `lote` that do not exist yet; fill the names that were empty. `lote` must be known."""
        self.terceros.completar({registro.tercero: registro.nombre for registro in lote})
        self.organizaciones.completar(
            {
                registro.organizacion: registro.nombre if registro.organizacion == registro.tercero else ""
                for registro in lote
            }
        )


class _Personas:
    def __init__(self, modelo, obtener, usuario):
        self._modelo, self._obtener, self._usuario = modelo, obtener, usuario
        self._ids, self._sin_nombre = {}, set()

    def id_de(self, identificacion):
        """Primary key, None while unknown."""
        return self._ids.get((identificacion.tipo_id, identificacion.numero))

    def conocer(self, identificaciones):
        nuevas = [i for i in identificaciones if self.id_de(i) is None]
        filas = self._modelo.objects.filter(
            tipo_id__in={i.tipo_id for i in nuevas}, numero__in={i.numero for i in nuevas}
        )
        for pk, tipo_id, numero, nombre in filas.order_by().values_list("pk", "tipo_id", "numero", "nombre"):
            self._anotar(pk, tipo_id, numero, nombre)

    def completar(self, nombres):
        faltan = {i: nombre for i, nombre in nombres.items() if self.id_de(i) is None}
        if faltan:
            self._crear(faltan)
        for identificacion, nombre in nombres.items():
            if nombre and self.id_de(identificacion) in self._sin_nombre:
                self._anotar_persona(self._obtener(identificacion, nombre=nombre))

    def _crear(self, faltan):
        # By number: two imports that create the same people must not wait for each other.
        orden = sorted(faltan, key=lambda i: (i.tipo_id, i.numero))
        personas = [self._modelo(tipo_id=i.tipo_id, numero=i.numero, dv=i.dv, nombre=faltan[i]) for i in orden]
        try:
            with transaction.atomic():
                personas = bulk_create_with_history(personas, self._modelo, default_user=self._usuario)
        except IntegrityError:
            # Somebody else created one of them meanwhile: one by one, each race is settled by the database.
            personas = [self._obtener(i, nombre=faltan[i]) for i in orden]
        for persona in personas:
            self._anotar_persona(persona)

    def _anotar_persona(self, persona):
        self._anotar(persona.pk, persona.tipo_id, persona.numero, persona.nombre)

    def _anotar(self, pk, tipo_id, numero, nombre):
        self._ids[tipo_id, numero] = pk
        (self._sin_nombre.discard if nombre else self._sin_nombre.add)(pk)
