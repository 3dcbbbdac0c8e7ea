"""`manage.py llave_erp --empresa NIT`: the keys of an ERP, made, listed and revoked by operators."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _t

from cartera import llaves
from cartera.empresas import empresa_de_nit
from cartera.errores import EmpresaInvalidaError
from cartera.models import LlaveErp
from usuarios.errores import ValorInvalidoError
from usuarios.valores import leer_texto


class Command(BaseCommand):
    """Exit code 1, nothing written, when anything is wrong."""

    help = (
        "Crea una llave para el ERP de una empresa y la muestra una sola vez; con --listar muestra las que hay, con "
        "--revocar PREFIJO deja una sin efecto."
    )

    def add_arguments(self, parser):
        parser.add_argument("--empresa", metavar="NIT", required=True, help="con o sin dígito de verificación")
        parser.add_argument("--nombre", default="ERP", help="para reconocerla: qué programa la usa y dónde")
        parser.add_argument(
            "--permisos",
            nargs="+",
            choices=[permiso.value for permiso in llaves.Permiso],
            default=[llaves.Permiso.LEER.value],
            help="leer: recoger lo que debe contabilizar; escribir: entregar saldos y decir qué contabilizó",
        )
        parser.add_argument("--listar", action="store_true", help="las llaves de la empresa")
        parser.add_argument("--revocar", metavar="PREFIJO", help="la llave que deja de servir")

    def handle(self, *, empresa, nombre, permisos, listar, revocar, **_opciones):
        try:
            empresa = empresa_de_nit(empresa)
            nombre = leer_texto(nombre, maximo=60)
        except (ValorInvalidoError, EmpresaInvalidaError) as error:
            raise CommandError(error) from error
        if listar:
            self._listar(empresa)
        elif revocar:
            self._revocar(empresa, revocar)
        else:
            llave, texto = llaves.crear(empresa, nombre=nombre, permisos=permisos)
            self.stderr.write(_t("Llave %s creada. Guárdela ahora: no se volverá a mostrar.") % llave)
            self.stdout.write(texto)

    def _listar(self, empresa):
        for llave in LlaveErp.objects.filter(empresa=empresa).order_by("pk"):
            permisos = "+".join(uno.value for uno in llaves.Permiso if getattr(llave, uno.value))
            usada = f"{timezone.localtime(llave.usada_en):%Y-%m-%d %H:%M}" if llave.usada_en else _t("sin usar")
            estado = usada if llave.vigente else _t("revocada")
            self.stdout.write(f"{llave.prefijo}  {llave.nombre}  {permisos}  {estado}")

    def _revocar(self, empresa, prefijo):
        llave = LlaveErp.objects.filter(empresa=empresa, prefijo=prefijo).first()
        if llave is None:
            raise CommandError(_t("la empresa no tiene una llave con el prefijo «%s»") % prefijo)
        hecho = _t("Llave %s revocada.") if llaves.revocar(llave) else _t("La llave %s ya estaba revocada.")
        self.stdout.write(hecho % llave)
