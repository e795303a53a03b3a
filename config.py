"""Settings, read from the environment (``MEDIATION_NAME`` or ``MEDIATION_NAME_FILE``) and from the instance folder.

Imports nothing of the product, so that a deployment can load it before anything else.
"""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

PREFIX = "MEDIATION_"


class SettingError(RuntimeError):
    """A setting is missing or cannot be used; the message says which and what to do."""


def setting(name: str, default: str | None = None) -> str | None:
    """The value of ``MEDIATION_<name>``, or the content of the file named by ``MEDIATION_<name>_FILE``."""
    value = os.environ.get(PREFIX + name)
    if value is not None:
        return value
    path = os.environ.get(f"{PREFIX}{name}_FILE")
    if path is None:
        return default
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingError(f"{PREFIX}{name}_FILE names {path}, which cannot be read: {error}") from error


def instance_folder() -> Path:
    """Where the database, the keys and the stored files live (``MEDIATION_INSTANCE``, default ``./instance``)."""
    return Path(setting("INSTANCE") or Path(__file__).resolve().parent / "instance").resolve()


def database_url(url: str) -> str:
    """The SQLAlchemy address of a database; plain ``postgresql://`` means the psycopg driver we test with."""
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url.removeprefix(short)
    return url


def outgoing_address(name: str, *schemes: str) -> str | None:
    """The address in ``MEDIATION_<name>``, None where there is none. Raises SettingError, never showing the value."""
    value = setting(name)
    if not value:
        return None
    try:
        parts = urlsplit(value)
        usable = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise SettingError(f"{PREFIX}{name} must be an address like {schemes[-1]}://host:port")
    return value.rstrip("/")


def stored_keys(instance: Path) -> dict[str, object]:
    """The generated secrets of ``instance/keys.json`` (written by ``mediation serve``); empty where there is none."""
    path = instance / "keys.json"
    if not path.exists():
        return {}
    return json.loads(path.read_text(encoding="utf-8"))


class Base:
    """What every deployment shares. Subclasses name an environment; ``load`` fills in what it says."""

    SQLALCHEMY_ENGINE_OPTIONS: dict = {}
    SESSION_COOKIE_NAME = "mediation_session"
    SESSION_COOKIE_HTTPONLY = True
    SESSION_COOKIE_SAMESITE = "Lax"
    SESSION_COOKIE_SECURE = False
    PERMANENT_SESSION_LIFETIME = timedelta(hours=12)
    # A working day from log-in. Renewing the cookie with every style sheet would also bring a session back that another
    # answer has just ended.
    SESSION_REFRESH_EACH_REQUEST = False
    # A token outlives the longest session: a form left open over lunch must still be accepted.
    WTF_CSRF_TIME_LIMIT = None
    MAX_CONTENT_LENGTH = 32 * 1024 * 1024
    MAX_FORM_MEMORY_SIZE = 4 * 1024 * 1024
    BOOTSTRAP_SERVE_LOCAL = True
    BABEL_DEFAULT_LOCALE = "zh_Hans_CN"
    BABEL_DEFAULT_TIMEZONE = "Asia/Shanghai"
    LANGUAGES = ("zh", "en")
    TEMPLATES_AUTO_RELOAD = False
    # OWASP's second choice (46 MiB, one pass): a quarter of the CPU of the library's default, no weaker in practice.
    ARGON2 = {"time_cost": 1, "memory_cost": 47104, "parallelism": 1}

    def __init__(self) -> None:
        instance = instance_folder()
        keys = stored_keys(instance)
        self.INSTANCE = str(instance)
        self.SECRET_KEY = setting("SECRET_KEY") or keys.get("secret_key")
        self.DATA_KEYS = json.loads(setting("DATA_KEYS") or "null") or keys.get("data_keys")
        self.INDEX_KEY = setting("INDEX_KEY") or keys.get("index_key")
        self.AUDIT_KEY = setting("AUDIT_KEY") or keys.get("audit_key")
        self.SQLALCHEMY_DATABASE_URI = database_url(
            setting("DATABASE_URL") or f"sqlite:///{instance / 'mediation.sqlite3'}"
        )
        self.SESSION_COOKIE_SECURE = setting("SECURE_COOKIES", "0") == "1"
        self.PROXIES = int(setting("PROXIES", "0") or 0)
        # Papers: keys that sign their codes (JSON, default instance/paper-keys.json), the committee's electronic seal.
        self.PAPER_KEYS = setting("PAPER_KEYS")
        self.SEAL_KEY = setting("SEAL_KEY")
        self.SEAL_PASSPHRASE = setting("SEAL_PASSPHRASE")
        self.HOST = setting("HOST", "127.0.0.1")
        self.PORT = int(setting("PORT", "8000") or 8000)
        self.WORKERS = int(setting("WORKERS", "0") or 0)
        # What goes out of the house: nothing unless the operator says where to.
        self.SMTP_URL = outgoing_address("SMTP_URL", "smtp", "smtps")
        self.MAIL_FROM = setting("MAIL_FROM") or None
        if self.SMTP_URL and not self.MAIL_FROM:
            raise SettingError(f"{PREFIX}SMTP_URL is set, so {PREFIX}MAIL_FROM must name the sender")
        self.BASE_URL = outgoing_address("BASE_URL", "http", "https")
        self.WEBHOOK_BASE = outgoing_address("WEBHOOK_BASE", "http", "https")


class Production(Base):
    """The default."""


class Development(Base):
    """Templates are read again when they change."""

    TEMPLATES_AUTO_RELOAD = True


class Testing(Base):
    """Cheap passwords; everything else as in production."""

    TESTING = True
    ARGON2 = {"time_cost": 1, "memory_cost": 64, "parallelism": 1}


ENVIRONMENTS = {"production": Production, "development": Development, "testing": Testing}


def load() -> Base:
    """The settings of the environment named by ``MEDIATION_ENV`` (default production). Raises SettingError."""
    name = setting("ENV", "production") or "production"
    if name not in ENVIRONMENTS:
        raise SettingError(f"{PREFIX}ENV is {name!r}; it must be one of {', '.join(ENVIRONMENTS)}")
    return ENVIRONMENTS[name]()
