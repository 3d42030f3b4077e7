"""Settings, read once from the environment; what is missing or unsafe stops the start, by name."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from click import ClickException

from app.core.keys import read_keys

ROOT = Path(__file__).resolve().parent.parent
DEMO_SECRET = "not-a-secret-for-the-demo-only"  # noqa: S105 - production refuses it by name


class SettingsError(ClickException):
    """The environment does not describe an installation that may start; a command prints it and exits with 1."""


class Environment(StrEnum):
    """DEMO shows sign-ins and the mailbox and talks to the sandbox; PRODUCTION refuses all of that."""

    DEMO = "demo"
    TEST = "test"
    PRODUCTION = "production"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs between installations. Durations and limits carry their unit."""

    environment: Environment
    secret_key: str = field(repr=False)
    base_url: str
    database_url: str = field(repr=False)
    var_folder: Path
    reference_folder: Path
    redis_url: str | None = field(default=None, repr=False)
    jobs_url: str | None = field(default=None, repr=False)
    mail_transport: str = "mailbox"
    smtp_url: str | None = field(default=None, repr=False)
    mail_from: str = "Rendezvous <rendezvous@example.org>"
    contact_email: str = "help@example.org"
    security_contact: str = "mailto:security@example.org"
    stripe_api_key: str = field(default="sk_test_sandbox", repr=False)
    stripe_api_base: str | None = None
    stripe_webhook_secrets: tuple[str, ...] = field(default=(), repr=False)
    payment_page_origin: str = "https://checkout.stripe.com"
    site_profile: str = "neutral"
    screening_list_max_age_days: int = 1
    release_limits: tuple[tuple[str, int], ...] = (("USD", 50_000),)
    trusted_proxies: int = 0
    debug: bool = False
    durable: bool = True
    log_level: str = "INFO"
    field_keys: tuple[tuple[str, bytes], ...] = field(default=(), repr=False)
    files_url: str | None = None
    scanner_url: str | None = None

    @property
    def is_production(self) -> bool:
        return self.environment is Environment.PRODUCTION

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def cookie_name(self) -> str:
        """The `__Host-` prefix needs https, which the demo on loopback does not have."""
        return "__Host-rendezvous" if self.is_https else "rendezvous"


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings the environment describes. Raises SettingsError naming every fault at once."""
    env = os.environ if environ is None else environ
    faults: list[str] = []
    settings = _read(env, faults)
    if settings.is_production:
        faults += _unsafe(settings, env)
    if faults:
        raise SettingsError("Cannot start: " + " ".join(faults))
    return settings


def _read(env: Mapping[str, str], faults: list[str]) -> Settings:
    def whole(name: str, default: int) -> int:
        text = env.get(name, str(default))
        if not text.isdecimal():
            faults.append(f"{name} must be a whole number, not {text!r}.")
            return default
        return int(text)

    kind = env.get("RENDEZVOUS_ENV", "demo")
    if kind not in list(Environment):
        faults.append(f"RENDEZVOUS_ENV must be one of {', '.join(Environment)}, not {kind!r}.")
        kind = "demo"
    environment = Environment(kind)
    var = Path(env.get("VAR_FOLDER", ROOT / "var")).resolve()
    secrets_listed = env.get("STRIPE_WEBHOOK_SECRETS", "whsec_sandbox")
    return Settings(
        environment=environment,
        secret_key=env.get("SECRET_KEY") or _kept_secret(var),
        base_url=env.get("BASE_URL", "http://127.0.0.1:8000").rstrip("/"),
        database_url=_with_driver(env.get("DATABASE_URL", f"sqlite:///{var / 'rendezvous.sqlite'}")),
        var_folder=var,
        reference_folder=Path(env.get("REFERENCE_FOLDER", ROOT / "app" / "reference")),
        redis_url=env.get("REDIS_URL"),
        jobs_url=env.get("JOBS_URL"),
        mail_transport=env.get("MAIL_TRANSPORT", "mailbox"),
        smtp_url=env.get("SMTP_URL"),
        mail_from=env.get("MAIL_FROM", "Rendezvous <rendezvous@example.org>"),
        contact_email=env.get("CONTACT_EMAIL", "help@example.org"),
        security_contact=env.get("SECURITY_CONTACT", "mailto:security@example.org"),
        stripe_api_key=env.get("STRIPE_API_KEY", "sk_test_sandbox"),
        stripe_api_base=env.get("STRIPE_API_BASE"),
        stripe_webhook_secrets=tuple(filter(None, secrets_listed.split(","))),
        payment_page_origin=env.get("PAYMENT_PAGE_ORIGIN", "https://checkout.stripe.com"),
        site_profile=env.get("SITE_PROFILE", "neutral"),
        screening_list_max_age_days=whole("SCREENING_LIST_MAX_AGE_DAYS", 1),
        release_limits=_limits(env.get("RELEASE_LIMITS", "USD:50000"), faults),
        trusted_proxies=whole("TRUSTED_PROXIES", 0),
        debug=env.get("FLASK_DEBUG", "0") not in ("", "0", "false"),
        log_level=env.get("LOG_LEVEL", "INFO").upper(),
        field_keys=_field_keys(env, faults),
        files_url=env.get("FILES_URL") or None,
        scanner_url=env.get("SCANNER_URL") or None,
    )


def _field_keys(env: Mapping[str, str], faults: list[str]) -> tuple[tuple[str, bytes], ...]:
    try:
        return read_keys(env.get("FIELD_KEYS", ""))
    except ValueError as error:
        faults.append(f"FIELD_KEYS must list id:base64 of 32 bytes, separated by commas: {error}.")
        return ()


def _limits(text: str, faults: list[str]) -> tuple[tuple[str, int], ...]:
    """Read `USD:50000,EUR:45000`: above how many cents, by currency, money needs a second person to go."""
    pairs = [part.strip().partition(":") for part in text.split(",") if part.strip()]
    if any(len(code) != 3 or not code.isupper() or not cents.isdecimal() for code, _, cents in pairs):
        faults.append(f"RELEASE_LIMITS must look like USD:50000,EUR:45000 (cents), not {text!r}.")
        return ()
    return tuple((code, int(cents)) for code, _, cents in pairs)


def _kept_secret(var: Path) -> str:
    """Return the secret that `flask serve` made for this demo installation, so that every command has the same."""
    kept = var / "secret-key"
    return kept.read_text() if kept.is_file() else DEMO_SECRET


def _with_driver(url: str) -> str:
    """Accept the address as PostgreSQL users write it and name the driver that is installed."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _unsafe(settings: Settings, env: Mapping[str, str]) -> list[str]:
    """Name everything that must not be so in production."""
    checks = {
        "SECRET_KEY must be set to 32 or more random characters.": not env.get("SECRET_KEY")
        or settings.secret_key == DEMO_SECRET
        or len(settings.secret_key) < 32,
        "FLASK_DEBUG must be off.": settings.debug,
        "BASE_URL must begin with https://.": not settings.is_https or not urlsplit(settings.base_url).hostname,
        "FIELD_KEYS must hold a key for sealed values, made by: flask --app app keys make ID": not settings.field_keys,
        "MAIL_TRANSPORT must be smtp, with SMTP_URL set.": settings.mail_transport != "smtp" or not settings.smtp_url,
        "STRIPE_API_KEY must be a key of yours.": "sandbox" in settings.stripe_api_key,
        "STRIPE_API_BASE must not be set: it points at the payment sandbox.": settings.stripe_api_base is not None,
        "STRIPE_WEBHOOK_SECRETS must hold the signing secret of your endpoint.": not settings.stripe_webhook_secrets
        or any("sandbox" in secret for secret in settings.stripe_webhook_secrets),
    }
    return [fault for fault, present in checks.items() if present]
