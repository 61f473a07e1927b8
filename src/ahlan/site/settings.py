"""Settings, read once from the environment. Everything kept lives under AHLAN_DATA."""

import secrets
import sys
import tempfile
from pathlib import Path
from urllib.parse import unquote

import environ
import structlog
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from ahlan.core.discretion import hide_keys

env = environ.Env()

PACKAGE = Path(__file__).resolve().parents[1]
TESTING = "pytest" in sys.modules
DATA = Path(
    env("AHLAN_DATA", default=tempfile.mkdtemp(prefix="ahlan-test-") if TESTING else "data")
).resolve()
DEBUG = env.bool("AHLAN_DEBUG", default=False)


def _secret_key() -> str:
    """The key kept beside the data, made on first use; AHLAN_SECRET_KEY overrides it."""
    given = env("AHLAN_SECRET_KEY", default="")
    if given:
        return str(given)
    path = DATA / "secret_key"
    if not path.exists():
        DATA.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_suffix(f".{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48))
        try:
            path.hardlink_to(fresh)  # two starts at once agree on whichever was first
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().strip()


SECRET_KEY = "only for tests" if TESTING else _secret_key()
SITE_URL = env("AHLAN_URL", default="").rstrip("/")  # as customers and agents reach it; "" on a laptop
PORT = env.int("PORT", default=8000)
MAIL_PORT = env.int("MAIL_PORT", default=2525)
SECURE = SITE_URL.startswith("https://")
SILENCED_SYSTEM_CHECKS = ["templates.W003"]  # `{% load i18n %}` is ours on purpose
ALLOWED_HOSTS = env.list("AHLAN_HOSTS", default=["*"] if not SITE_URL else [])
if SITE_URL and not ALLOWED_HOSTS:
    ALLOWED_HOSTS = [SITE_URL.split("//", 1)[1].split(":")[0].split("/")[0], "localhost", "127.0.0.1"]
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL else []

INSTALLED_APPS = [  # ours first: our templates stand before those of the packages
    "ahlan.core",
    "ahlan.events",
    "ahlan.search",
    "ahlan.channels",
    "ahlan.channels.email",
    "ahlan.channels.webform",
    "ahlan.channels.chat",
    "ahlan.channels.messaging",
    "ahlan.calendars",
    "ahlan.customers",
    "ahlan.staff",
    "ahlan.tickets",
    "ahlan.knowledge",
    "ahlan.service_levels",
    "ahlan.rules",
    "ahlan.routing",
    "ahlan.notifications",
    "ahlan.courtesy",
    "ahlan.assistant",
    "ahlan.feedback",
    "ahlan.dialer",
    "ahlan.kpis",
    "ahlan.importers",
    "ahlan.site",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "lucide",
    "django_tasks",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
]
# 13 MB in each process (it brings a library of its own to ask with): only where a company has a sign-in of its own.
SINGLE_SIGN_ON = TESTING or bool(env("AHLAN_OIDC_CLIENT", default=""))
INSTALLED_APPS += ["allauth.socialaccount.providers.openid_connect"] if SINGLE_SIGN_ON else []

MIDDLEWARE = [
    "ahlan.core.api.net.Net",
    "ahlan.knowledge.shelf.Shelf",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "ahlan.core.sizes.Scales",
    "ahlan.events.definitions.one_look_a_request",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "ahlan.staff.middleware.speak",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
]

ROOT_URLCONF = "ahlan.site.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ],
            "libraries": {"i18n": "ahlan.core.templatetags.kept_i18n"},
            "builtins": ["ahlan.core.templatetags.kept_urls"],
        },
    },
]

SQLITE_PRAGMAS = [
    "PRAGMA journal_mode=WAL",
    # FULL: a mail we have said 250 to survives a power cut. Tests do not cut the power.
    f"PRAGMA synchronous={'OFF' if TESTING else 'FULL'}",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-4000",  # KiB for each connection; a thread has one,
]


AWAY = 5  # seconds after which a database that does not answer is away


def _database() -> dict[str, object]:
    url = env("DATABASE_URL", default="")
    if url:
        found = env.db_url_config(url)
        if "postgres" in found["ENGINE"]:
            found["HOST"] = unquote(str(found["HOST"]))  # a socket's folder comes quoted
            # A pool that gives up soon and begins anew heals as soon as the database is back; psycopg's own
            # pauses between tries grow to minutes.
            pool = {"min_size": 0, "max_size": 16, "timeout": AWAY, "reconnect_timeout": AWAY}
            found["OPTIONS"] = {"connect_timeout": AWAY, **found.get("OPTIONS", {}), "pool": pool}
            found["CONN_HEALTH_CHECKS"] = True
            if TESTING:  # a pool would keep connections open when the test database is dropped
                found["OPTIONS"].pop("pool")
        found["CONN_MAX_AGE"] = 0
        return dict(found)
    return {
        "ENGINE": "ahlan.core.sqlite",
        "NAME": DATA / "ahlan.sqlite3",
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": ";".join(SQLITE_PRAGMAS),
        },
        "TEST": {"NAME": DATA / f"test-{env('PYTEST_XDIST_WORKER', default='one')}.sqlite3"},
    }


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": env("REDIS_URL")}
    if env("REDIS_URL", default="")
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

TASKS = {"default": {"BACKEND": "ahlan.events.backend.LeaseBackend", "QUEUES": []}}

LEASE = env.int("AHLAN_LEASE", default=60)  # seconds after which a silent worker's jobs are given to another

AUTH_USER_MODEL = "staff.Agent"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if TESTING
    else ["django.contrib.auth.hashers.Argon2PasswordHasher"]
)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("MinimumLengthValidator", "CommonPasswordValidator", "UserAttributeSimilarityValidator")
]

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "ahlan.staff.signing_in.Door"
SOCIALACCOUNT_ADAPTER = "ahlan.staff.signing_in.SingleSignOn"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # who is let in is decided by the invitation
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}
ACCOUNT_SESSION_REMEMBER = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody signs up: an address is known from the invitation
MFA_TOTP_ISSUER = "Ahlan"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE  # localhost
USERSESSIONS_TRACK_ACTIVITY = False  # a write a request is too dear; the sign-in itself is recorded
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False  # ours joins them; allauth's would also wipe the password
OIDC = {
    "provider_id": "oidc",
    "name": env("AHLAN_OIDC_NAME", default="Single sign-on"),
    "client_id": env("AHLAN_OIDC_CLIENT", default=""),
    "secret": env("AHLAN_OIDC_SECRET", default=""),
    "settings": {"server_url": env("AHLAN_OIDC_SERVER", default="").rstrip("/"), "oauth_pkce_enabled": True},
}
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"APPS": [OIDC] if OIDC["client_id"] else [], "EMAIL_AUTHENTICATION": False}
}

LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", "English"),
    ("he", "עברית"),
    ("ar", "العربية"),
    ("fi", "Suomi"),
    ("fa", "فارسی"),
    ("ru", "Русский"),
]
LANGUAGES_BIDI = ["he", "ar", "fa"]
LOCALE_PATHS = sorted(PACKAGE.rglob("locale"))  # our words before those of the packages we stand on
COMPANY = env("AHLAN_COMPANY", default="") or _("Customer service")
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA / "files"},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "ahlan.core.static.HashedFiles"
    },
}

SESSION_ENGINE = "ahlan.staff.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
LARGEST_BODY = DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024  # bytes; a view may ask for more
API_PER_MINUTE = env.int("AHLAN_API_PER_MINUTE", default=600)  # requests of one token
SHOWN_RECIPIENTS = 100  # of each header; the original keeps all

# Mail: the door in, and the server that takes what inboxes without one of their own send.
MAIL_HOST = env("AHLAN_MAIL_HOST", default="127.0.0.1")  # the address the door listens on
MAIL_HOSTNAME = env("AHLAN_MAIL_HOSTNAME", default="localhost")
MAIL_SIZE = env.int("AHLAN_MAIL_SIZE", default=50 * 1024 * 1024)  # bytes
MAIL_PER_MINUTE = env.int("AHLAN_MAIL_PER_MINUTE", default=600)  # from one address; own networks need more
MAIL_CONNECTIONS = env.int("AHLAN_MAIL_CONNECTIONS", default=100)  # at once
MAIL_CONNECTIONS_EACH = env.int("AHLAN_MAIL_CONNECTIONS_EACH", default=20)  # of them from one address
MAIL_CERT = env("AHLAN_MAIL_CERT", default="")
MAIL_KEY = env("AHLAN_MAIL_KEY", default="")
MAIL_AUTHSERV_IDS = env.list("AHLAN_MAIL_AUTHSERV_IDS", default=[])  # whose Authentication-Results we believe
CHECK_ORIGIN = env.bool(
    "AHLAN_CHECK_ORIGIN", default=bool(SITE_URL)
)  # SPF, DKIM, DMARC of what the door takes
CLAMD = env("AHLAN_CLAMD", default="")  # "host:port" or a socket's path: looks at what strangers send
MAIL_OAUTH = {  # where mailboxes that want a sign-in by consent are opened
    "google": {
        "authorize": "https://accounts.google.com/o/oauth2/v2/auth",
        "token": env("AHLAN_GOOGLE_TOKEN_URL", default="https://oauth2.googleapis.com/token"),
        "scope": "https://mail.google.com/",
    },
    "microsoft": {
        "authorize": "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
        "token": env(
            "AHLAN_MICROSOFT_TOKEN_URL", default="https://login.microsoftonline.com/common/oauth2/v2.0/token"
        ),
        "scope": "https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access",
    },
}
SMTP_HOST = env("AHLAN_SMTP_HOST", default="")
SMTP_PORT = env.int("AHLAN_SMTP_PORT", default=587)
SMTP_SECURITY = env("AHLAN_SMTP_SECURITY", default="starttls")  # tls, starttls, none
SMTP_USER = env("AHLAN_SMTP_USER", default="")
SMTP_PASSWORD = env("AHLAN_SMTP_PASSWORD", default="")

# Finding by meaning: an address that answers as the OpenAI API does, as in http://127.0.0.1:11434/v1; off without
EMBEDDINGS_URL = env("AHLAN_EMBEDDINGS_URL", default="").rstrip("/")
EMBEDDINGS_MODEL = env("AHLAN_EMBEDDINGS_MODEL", default="")
EMBEDDINGS_KEY = env("AHLAN_EMBEDDINGS_KEY", default="")

# A language model for the assistant, at such an address too; off without. It may be on this very machine.
MODEL_URL = env("AHLAN_MODEL_URL", default="").rstrip("/")
MODEL = env("AHLAN_MODEL", default="")
MODEL_KEY = env("AHLAN_MODEL_KEY", default="")
MODEL_PATIENCE = env.float("AHLAN_MODEL_PATIENCE", default=10.0)  # seconds of silence
MODEL_SECONDS = env.float("AHLAN_MODEL_SECONDS", default=40.0)  # for the whole answer

LOG_LEVEL = env("AHLAN_LOG", default="INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "structlog.stdlib.ProcessorFormatter",
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.LogfmtRenderer(sort_keys=False, bool_as_flag=False),
            ],
            "foreign_pre_chain": [
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.processors.TimeStamper(fmt="iso"),
                structlog.processors.format_exc_info,
                hide_keys,
            ],
        }
    },
    "handlers": {"line": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["line"], "level": "WARNING"},
    "loggers": {
        "ahlan": {"level": LOG_LEVEL},
        # aiosmtpd logs addresses and whole commands at INFO and below; uvicorn logs tokens in addresses
        "mail.log": {"level": "ERROR"},
        "uvicorn.access": {"level": "ERROR"},
        "django.server": {"level": "ERROR"},
    },
}
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=not TESTING,
)

EMAIL_HOST = SMTP_HOST or "localhost"
EMAIL_PORT = SMTP_PORT
EMAIL_USE_TLS = SMTP_SECURITY == "starttls"
EMAIL_USE_SSL = SMTP_SECURITY == "tls"
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = SMTP_USER, SMTP_PASSWORD
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env("AHLAN_MAIL_FROM", default=f"ahlan@{MAIL_HOSTNAME}")
EMAIL_BACKEND = (
    "ahlan.staff.mailing.LaterBackend" if not TESTING else "django.core.mail.backends.locmem.EmailBackend"
)
