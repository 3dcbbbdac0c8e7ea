"""Who someone is and whose data they may see."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Concat, Length, Lower, Substr
from django.db.models.lookups import Exact, In
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from usuarios.identificacion import TipoId, formatear


class UsuarioQuerySet(models.QuerySet):
    """Lookups of logins."""

    def con_email(self, email):
        """The login with that e-mail, whatever its case."""
        # Lower() on both sides in the database, as the unique index has it: __iexact would not use that index.
        return self.filter(Exact(Lower("email"), Lower(Value(email))))


class UsuarioManager(BaseUserManager.from_queryset(UsuarioQuerySet)):
    """Creates logins; the e-mail is the login name, unique whatever its case."""

    def get_by_natural_key(self, username):
        return self.con_email(username).get()

    def create_user(self, email, password=None, **campos):
        """Create an active user; without a password nobody can log in until one is set by e-mail."""
        usuario = self.model(email=self.normalize_email(email).strip(), **campos)
        usuario.set_password(password)
        usuario.save(using=self._db)
        return usuario

    def create_superuser(self, email, password=None, **campos):
        """Create a user with every permission (the `createsuperuser` command calls this)."""
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **campos})


class Usuario(AbstractBaseUser, PermissionsMixin):
    """A login. What it may see is said by its Asociaciones, what it may do by its groups."""

    email = models.EmailField(_("correo electrónico"), max_length=254)
    nombre = models.CharField(_("nombre"), max_length=100, blank=True)
    apellido = models.CharField(_("apellido"), max_length=100, blank=True)
    idioma = models.CharField(_("idioma"), max_length=10, blank=True)
    is_active = models.BooleanField(_("activo"), default=True)
    is_staff = models.BooleanField(_("puede entrar a la administración"), default=False)
    date_joined = models.DateTimeField(_("creado en"), default=timezone.now, editable=False)
    clave_expira = models.BooleanField(_("la contraseña expira"), default=False)
    clave_dias = models.PositiveSmallIntegerField(
        _("días de vigencia de la contraseña"), default=90, validators=[MinValueValidator(1)]
    )
    clave_cambiada_en = models.DateTimeField(_("contraseña cambiada en"), null=True, blank=True, editable=False)
    invitado_en = models.DateTimeField(_("invitado en"), null=True, blank=True, editable=False)
    history = HistoricalRecords(excluded_fields=["password", "last_login"])

    objects = UsuarioManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        verbose_name = _("usuario")
        verbose_name_plural = _("usuarios")
        ordering = ["email"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="usuario_email_unico",
                violation_error_message=_("Ya existe un usuario con ese correo electrónico."),
            ),
            models.CheckConstraint(
                condition=Q(clave_dias__gte=1),
                name="usuario_clave_dias_positivo",
                violation_error_message=_("La contraseña debe valer al menos un día."),
            ),
        ]

    def __str__(self):
        return self.email

    def set_password(self, raw_password):
        """Every way of setting a password passes here, so its age is right whoever sets it."""
        super().set_password(raw_password)
        self.clave_cambiada_en = timezone.now()

    def get_full_name(self):
        return f"{self.nombre} {self.apellido}".strip() or self.email

    def get_short_name(self):
        return self.nombre or self.email


def _identidad():
    """One value per person: CC and NIT of a natural person share it, all else stands alone (diseno.md 2.1)."""
    de_empresa = Exact(Length("numero"), 9) & In(Substr("numero", 1, 1), ["8", "9"])
    return models.GeneratedField(
        expression=Case(
            When(Q(tipo_id__in=[TipoId.NIT, TipoId.CC]) & ~Q(de_empresa), then=Concat(Value("PN:"), F("numero"))),
            default=Concat(F("tipo_id"), Value(":"), F("numero")),
        ),
        output_field=models.CharField(max_length=40),
        db_persist=True,
        verbose_name=_("identidad"),
    )


class Identificado(models.Model):
    """Someone with an identification. Numbers are stored as `identificacion.leer_identificacion` returns them."""

    tipo_id = models.CharField(_("tipo de identificación"), max_length=4, choices=TipoId)
    numero = models.CharField(_("número"), max_length=20)
    dv = models.CharField(_("dígito de verificación"), max_length=1, blank=True)

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self.nombre_completo} ({self.identificacion})" if self.nombre_completo else self.identificacion

    @property
    def identificacion(self):
        """As people read it: `NIT 900.123.456-8`."""
        return formatear(self.tipo_id, self.numero, self.dv)

    @property
    def nombre_completo(self):
        """Legal name, or names and surnames."""
        return f"{self.nombre} {getattr(self, 'apellido', '')}".strip()


def _restricciones(prefijo):
    return [
        models.UniqueConstraint(
            fields=["tipo_id", "numero"],
            name=f"{prefijo}_identificacion_unica",
            violation_error_message=_("Ya existe alguien con ese tipo y número de identificación."),
        ),
        models.CheckConstraint(
            condition=Q(tipo_id__in=TipoId.values),
            name=f"{prefijo}_tipo_id_conocido",
            violation_error_message=_("Tipo de identificación desconocido."),
        ),
        models.CheckConstraint(
            condition=~Q(numero=""),
            name=f"{prefijo}_numero_presente",
            violation_error_message=_("El número de identificación es obligatorio."),
        ),
        models.CheckConstraint(
            condition=~Q(numero__contains=".") & ~Q(numero__contains="-") & ~Q(numero__contains=" "),
            name=f"{prefijo}_numero_limpio",
            violation_error_message=_("El número se guarda sin puntos, guiones ni espacios."),
        ),
        models.CheckConstraint(
            condition=(Q(tipo_id=TipoId.NIT) & ~Q(dv="")) | (~Q(tipo_id=TipoId.NIT) & Q(dv="")),
            name=f"{prefijo}_dv_solo_en_nit",
            violation_error_message=_("Un NIT lleva dígito de verificación, y solo un NIT."),
        ),
    ]


class Tercero(Identificado):
    """The customer: a company (legal name in `nombre`) or a person (`nombre`, `apellido`)."""

    nombre = models.CharField(_("nombre o razón social"), max_length=200, blank=True)
    apellido = models.CharField(_("apellido"), max_length=100, blank=True)
    correo = models.EmailField(_("correo electrónico"), max_length=254, blank=True)
    telefono = models.CharField(_("teléfono"), max_length=30, blank=True)
    activo = models.BooleanField(_("activo"), default=True)
    identidad = _identidad()
    history = HistoricalRecords(excluded_fields=["identidad"])

    class Meta:
        verbose_name = _("tercero")
        verbose_name_plural = _("terceros")
        ordering = ["nombre", "apellido", "numero"]
        indexes = [models.Index(fields=["identidad"], name="tercero_identidad")]
        constraints = _restricciones("tercero")


class Organizacion(Identificado):
    """The organisation that a user acts for, also known by NIT or cédula."""

    nombre = models.CharField(_("nombre"), max_length=200, blank=True)
    identidad = _identidad()
    history = HistoricalRecords(excluded_fields=["identidad"])

    class Meta:
        verbose_name = _("organización")
        verbose_name_plural = _("organizaciones")
        ordering = ["nombre", "numero"]
        indexes = [models.Index(fields=["identidad"], name="organizacion_identidad")]
        constraints = _restricciones("organizacion")


class Asociacion(models.Model):
    """SUSU's mapping: this login sees the balances of that tercero and that organizacion.

    With one side missing it is *incompleta* and shows nothing.
    """

    usuario = models.ForeignKey(
        Usuario, on_delete=models.PROTECT, related_name="asociaciones", verbose_name=_("usuario")
    )
    tercero = models.ForeignKey(
        Tercero,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="asociaciones",
        verbose_name=_("tercero"),
    )
    organizacion = models.ForeignKey(
        Organizacion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="asociaciones",
        verbose_name=_("organización"),
    )
    activa = models.BooleanField(_("activa"), default=True)
    creada_en = models.DateTimeField(_("creada en"), auto_now_add=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("asociación")
        verbose_name_plural = _("asociaciones")
        ordering = ["usuario", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["usuario", "tercero", "organizacion"],
                name="asociacion_unica",
                violation_error_message=_("Ese usuario ya está asociado a ese tercero y esa organización."),
            ),
            # NULLs are distinct to the constraint above: without these, one incomplete mapping could stand twice.
            models.UniqueConstraint(
                fields=["usuario", "tercero"],
                condition=Q(organizacion__isnull=True),
                name="asociacion_una_sin_organizacion",
                violation_error_message=_("Ese usuario ya tiene una asociación incompleta con ese tercero."),
            ),
            models.UniqueConstraint(
                fields=["usuario", "organizacion"],
                condition=Q(tercero__isnull=True),
                name="asociacion_una_sin_tercero",
                violation_error_message=_("Ese usuario ya tiene una asociación incompleta con esa organización."),
            ),
            models.CheckConstraint(
                condition=Q(tercero__isnull=False) | Q(organizacion__isnull=False),
                name="asociacion_con_algun_lado",
                violation_error_message=_("Indique el NIT o la cédula del cliente."),
            ),
        ]

    def __str__(self):
        return f"{self.usuario} → {self.tercero or '—'} / {self.organizacion or '—'}"

    @property
    def incompleta(self):
        """True while one side is missing: the user sees nothing through it."""
        return self.tercero_id is None or self.organizacion_id is None


class Sesion(AbstractBaseSession):
    """A session with its user in a column, so that sessions can be listed and revoked (diseno.md 4.14)."""

    usuario = models.ForeignKey(
        Usuario, on_delete=models.PROTECT, null=True, related_name="sesiones", verbose_name=_("usuario")
    )

    objects = BaseSessionManager()

    class Meta(AbstractBaseSession.Meta):
        verbose_name = _("sesión")
        verbose_name_plural = _("sesiones")

    @classmethod
    def get_session_store_class(cls):
        from usuarios.sesiones import SessionStore

        return SessionStore
