"""Settings of the portal: one file, driven by the environment (see `.env.example`; `entorno` reads and refuses)."""

from datetime import timedelta

from celery.schedules import crontab
from django.utils.translation import gettext_lazy as _

from oasis_portal.csp import CONTENT_SECURITY_POLICY  # noqa: F401  (a setting, read by django-csp)
from oasis_portal.entorno import (
    ORIGENES_CONOCIDOS,
    RAIZ,
    clave_opcional,
    claves_cifrado,
    correos,
    entero,
    env,
    leer_archivo,
    nivel_de_registro,
    origen,
    positivo,
    redes,
    secreto,
    url_publica,
)
from oasis_portal.registro_eventos import configuracion_logging, configurar_structlog

leer_archivo()

BASE_DIR = RAIZ
SECRET_KEY = secreto("SECRET_KEY")
CLAVES_CIFRADO = claves_cifrado()
DEBUG = env.bool("DEBUG", default=False)
PORTAL_URL = url_publica()
_SEGURO = PORTAL_URL.startswith("https://")
ALLOWED_HOSTS = [PORTAL_URL.split("://", 1)[1].rsplit(":", 1)[0], *env.list("ALLOWED_HOSTS", default=[])]
CSRF_TRUSTED_ORIGINS = [PORTAL_URL]
# Where the portal keeps what it writes on disk: the embedded database and broker.
CARPETA_DATOS = RAIZ / env.str("CARPETA_DATOS", default="var")
CARPETA_DATOS.mkdir(parents=True, exist_ok=True)

INSTALLED_APPS = [
    "usuarios.apps.AdministracionConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",  # its widget templates, for FORM_RENDERER
    "csp",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "simple_history",
    "django_structlog",
    "django_prometheus",
    "usuarios",
    "cartera",
    "pagos",
    "oasis_portal",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "usuarios.middleware.SesionDeslizanteMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "usuarios.middleware.EntradaObligatoriaMiddleware",
    "usuarios.middleware.IdiomaMiddleware",
    "usuarios.middleware.PrivacidadMiddleware",
    "usuarios.middleware.ClaveVigenteMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
    "oasis_portal.middleware.DireccionDeFormularioMiddleware",
]

ROOT_URLCONF = "oasis_portal.urls"
WSGI_APPLICATION = "oasis_portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [RAIZ / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ],
        },
    },
]

FORM_RENDERER = "oasis_portal.formularios.Renderizador"

# --- Data ---------------------------------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{CARPETA_DATOS / 'oasis.sqlite3'}")}
_POSTGRESQL = not DATABASES["default"]["ENGINE"].endswith("sqlite3")
if not _POSTGRESQL:
    # IMMEDIATE takes the write lock as the transaction opens: read-then-write is serial, as FOR UPDATE makes it.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = entero("CONEXION_SEGUNDOS", por_defecto=60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # A server that went away in silence is noticed within a minute; what DATABASE_URL says of it (?name=value) wins.
    DATABASES["default"]["OPTIONS"] = {
        "connect_timeout": 10,
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        "tcp_user_timeout": 60_000,
        **DATABASES["default"].get("OPTIONS", {}),
    }

REDIS_URL = env.str("REDIS_URL", default="")
CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    )
}

# --- Who someone is -----------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "usuarios.Usuario"
# The e-mail is unique by Lower(), which is stricter than the unique=True that the check looks for.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "nombre", "apellido"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "usuarios:entrar"
LOGIN_REDIRECT_URL = "inicio"
LOGOUT_REDIRECT_URL = "usuarios:entrar"
PASSWORD_RESET_TIMEOUT = int(timedelta(days=3).total_seconds())

AXES_FAILURE_LIMIT = entero("INTENTOS_LOGIN", por_defecto=5, minimo=1)
AXES_COOLOFF_TIME = timedelta(minutes=entero("BLOQUEO_LOGIN_MINUTOS", por_defecto=15, minimo=1))
# Account and address together: one attacker cannot lock a customer out from everywhere.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "errores/bloqueado.html"
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_FORM_FIELD = "username"
AXES_USERNAME_CALLABLE = "usuarios.acceso.nombre_de_acceso"
AXES_CLIENT_IP_CALLABLE = "usuarios.acceso.direccion_de"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# Staff need a second factor besides the password; off, whoever has one is still asked for it.
DOBLE_FACTOR = env.bool("DOBLE_FACTOR", default=True)
OTP_TOTP_ISSUER = "Portal de pagos OASIS"

# The database holds sessions, with their user, so that they can be revoked (diseno.md 4.14).
SESSION_ENGINE = "usuarios.sesiones"
SESSION_COOKIE_AGE = 60 * entero("SESION_MINUTOS", por_defecto=30, minimo=1)
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _SEGURO
SESSION_COOKIE_NAME = "__Host-sesion" if _SEGURO else "sesion"
CSRF_COOKIE_NAME = "__Host-csrf" if _SEGURO else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "oasis_portal.errores_http.formulario_caducado"
LANGUAGE_COOKIE_NAME = "idioma"
LANGUAGE_COOKIE_SAMESITE = "Lax"

# --- Browser ------------------------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = _SEGURO and env.bool("REDIRIGIR_A_HTTPS", default=True)
# What asks from inside, without the proxy that speaks https.
SECURE_REDIRECT_EXEMPT = [r"^salud/", r"^metrics$"]
SECURE_HSTS_SECONDS = entero("HSTS_SEGUNDOS", por_defecto=31536000 if _SEGURO else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _SEGURO
# The proxy must strip the header from clients; without a proxy it must not be believed.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("DETRAS_DE_PROXY", default=False) else None
PROXIES_CONFIABLES = entero("PROXIES_CONFIABLES", por_defecto=0)
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
PERMISSIONS_POLICY = {
    rasgo: [] for rasgo in ("accelerometer", "camera", "geolocation", "gyroscope", "microphone", "payment", "usb")
}

# --- Language and time --------------------------------------------------------------------------------------------
LANGUAGE_CODE = "es-co"
LANGUAGES = [("es-co", _("Español")), ("en", _("Inglés"))]
LOCALE_PATHS = [RAIZ / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "America/Bogota"

# --- Static files -------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = RAIZ / env.str("CARPETA_ESTATICOS", default="staticfiles")
STATICFILES_DIRS = [RAIZ / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": env.str("ALMACEN_ESTATICOS", default="whitenoise.storage.CompressedManifestStaticFilesStorage")
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# --- E-mail -------------------------------------------------------------------------------------------------------
vars().update(env.email("EMAIL_URL", default="consolemail://"))
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("CORREO_REMITENTE", default="portal@localhost")

# --- Celery: the bell ---------------------------------------------------------------------------------------------
SONDA_MINUTOS = positivo("SONDA_MINUTOS", por_defecto="7")
# Questions that one worker may have in flight, and threads that write down the answers: each owns a connection.
SONDA_EN_VUELO = entero("SONDA_EN_VUELO", por_defecto=64, minimo=1)
SONDA_ESCRITORES = entero("SONDA_ESCRITORES", por_defecto=4 if _POSTGRESQL else 1, minimo=1)
# Who hears that the sonda does not run, lags, or that a gateway does not answer.
ALERTAS_CORREO = correos("ALERTAS_CORREO")
# Where the worker offers its own metrics to Prometheus; 0 = nowhere.
METRICAS_PUERTO = entero("METRICAS_PUERTO", por_defecto=0)
METRICAS_DIRECCION = env.str("METRICAS_DIRECCION", default="127.0.0.1")
# What Prometheus brings to read the web's metrics; without it there is no such page.
METRICAS_CLAVE = clave_opcional("METRICAS_CLAVE", minimo=20)
_BUZON = CARPETA_DATOS / "broker"
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
else:
    # memory:// does not cross processes; the folder does, and keeps its messages over a restart.
    _BUZON.mkdir(exist_ok=True)
    CELERY_BROKER_URL = "filesystem://localhost"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_BUZON),
        "data_folder_out": str(_BUZON),
        "control_folder": str(_BUZON / "control"),
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = {
    "sonda": {"task": "pagos.tasks.sondear", "schedule": float(SONDA_MINUTOS * 60)},
    "rezagados": {"task": "pagos.tasks.sondear_rezagados", "schedule": min(60.0, float(SONDA_MINUTOS * 60))},
    "notificaciones": {"task": "pagos.tasks.enviar_notificaciones", "schedule": 60.0},
    "correos_internos": {"task": "pagos.tasks.avisar_al_personal", "schedule": 60.0},
    "vigilancia": {"task": "pagos.tasks.vigilar", "schedule": 60.0},
    "atraso_erp": {"task": "pagos.tasks.revisar_atraso_del_erp", "schedule": 900.0},
    "repaso": {"task": "pagos.tasks.repasar", "schedule": crontab(hour=2, minute=30)},
    "respuestas": {"task": "pagos.tasks.purgar_respuestas", "schedule": 86400.0},
    "rondas": {"task": "pagos.tasks.purgar_rondas", "schedule": 86400.0},
    "sesiones": {"task": "usuarios.tasks.limpiar_sesiones", "schedule": 86400.0},
}

# --- Gateways -----------------------------------------------------------------------------------------------------
PERMITIR_PRUEBAS = env.bool("PERMITIR_PRUEBAS", default=False)
PASARELA_ORIGENES = [
    origen(url, nombre="PASARELA_ORIGENES") for url in env.list("PASARELA_ORIGENES", default=ORIGENES_CONOCIDOS)
]
# Networks whose servers may confirm payments; empty = any, the signature decides.
CONFIRMACION_REMITENTES = redes("CONFIRMACION_REMITENTES")
RETENCION_DIAS = entero("RETENCION_DIAS", por_defecto=90, minimo=1)
# Threads of one web process: half of them, at most, may wait for a gateway at the same time (diseno.md 4.5).
HILOS_WEB = entero("HILOS_WEB", por_defecto=8, minimo=2)

# --- Logs and error reports: no secret in either ------------------------------------------------------------------
DEFAULT_EXCEPTION_REPORTER_FILTER = "oasis_portal.informes_de_error.FiltroDeInformes"
_LOG_NIVEL = nivel_de_registro("LOG_NIVEL", por_defecto="INFO")
LOGGING = configuracion_logging(_LOG_NIVEL)
configurar_structlog(_LOG_NIVEL)
