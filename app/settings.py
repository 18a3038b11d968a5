"""Every environment variable of the service: typed, read once; no secret has a default."""

import re
from collections.abc import Mapping
from dataclasses import Field, dataclass, fields
from pathlib import Path
from typing import Any, Literal

from app.billing_settings import BillingSettings, billing_problems
from app.domain_settings import DomainSettings
from app.operating_settings import OperatingSettings
from app.render_settings import RenderSettings
from app.setting_fields import SettingsInvalid, setting, whole_number
from app.storage_settings import StorageSettings, storage_problems
from app.viewer_settings import ViewerSettings

__all__ = ["Environment", "Settings", "SettingsInvalid", "list_settings", "load_settings"]

Environment = Literal["development", "production"]

_HOST = re.compile(
    r"^(?:(https?)://)?([a-z0-9.-]+|\d+(?:\.\d+){3})(?::(\d{1,5}))?/?$", re.IGNORECASE
)


def _environment(name: str, text: str) -> str:
    if text not in {"development", "production"}:
        raise SettingsInvalid(f"{name} must be development or production, not {text}.")
    return text


def _app_host(_name: str, text: str) -> str:
    match = _HOST.match(text)
    if match is None:
        raise SettingsInvalid(f"APP_HOST must be a host such as loomlite.example.com, not {text}.")
    scheme, name, port = match.groups()
    name = name.lower().rstrip(".")
    if scheme is None:
        local = name == "localhost" or name.endswith(".localhost")
        scheme = "http" if local else "https"
    return f"{scheme.lower()}://{name}{f':{port}' if port else ''}"


@dataclass(frozen=True)
class Settings(
    BillingSettings,
    DomainSettings,
    ViewerSettings,
    OperatingSettings,
    StorageSettings,
    RenderSettings,
):
    """What an operator can choose. `secret` values never appear in a repr, a log or a listing."""

    environment: Environment = setting(
        "LOOMLITE_ENV",
        "development shows letters at /dev/outbox, on localhost alone; production never does and "
        "wants real mail",
        "development",
        read=_environment,
    )
    port: int = setting(
        "PORT", "the port the web server listens on", 8000, read=whole_number(1, 65535)
    )
    app_host: str = setting(
        "APP_HOST",
        "the service's own host, with its port if it has one; workspaces are its subdomains; "
        "https:// unless it is localhost or begins with http://",
        "http://localhost:8000",
        shown="localhost:PORT",
        read=_app_host,
    )
    var_folder: Path = setting(
        "LOOMLITE_VAR", "the folder for database, media, artifacts and outbox", Path("var")
    )
    database_url: str | None = setting(
        "DATABASE_URL",
        "PostgreSQL 15 or later, as the application's role; without it one is kept in LOOMLITE_VAR",
        None,
        shown="the embedded PostgreSQL",
        secret=True,
    )
    database_owner_url: str | None = setting(
        "DATABASE_OWNER_URL",
        "the same database as the role that owns it; used by `loomlite release` alone",
        None,
        shown="–",
        secret=True,
    )
    redis_url: str | None = setting(
        "REDIS_URL", "a Redis for the queue; without it PostgreSQL carries it", None,
        shown="the queue is in PostgreSQL", secret=True,
    )  # fmt: skip
    smtp_url: str | None = setting(
        "SMTP_URL",
        "smtp://user:password@host:587 or smtps://host:465; without it letters go to the outbox",
        None,
        shown="letters go to LOOMLITE_VAR/outbox",
        secret=True,
    )
    mail_from: str | None = setting(
        "MAIL_FROM", "the sender of letters, such as Loom-Lite <hello@example.com>", None,
        shown="Loom-Lite <no-reply@APP_HOST>",
    )  # fmt: skip
    google_client_id: str | None = setting(
        "GOOGLE_CLIENT_ID", "sign-in with Google, with GOOGLE_CLIENT_SECRET", None, shown="–"
    )
    google_client_secret: str | None = setting(
        "GOOGLE_CLIENT_SECRET", "the secret of GOOGLE_CLIENT_ID", None, shown="–", secret=True
    )
    github_client_id: str | None = setting(
        "GITHUB_CLIENT_ID", "sign-in with GitHub, with GITHUB_CLIENT_SECRET", None, shown="–"
    )
    github_client_secret: str | None = setting(
        "GITHUB_CLIENT_SECRET", "the secret of GITHUB_CLIENT_ID", None, shown="–", secret=True
    )
    oidc_issuer: str | None = setting(
        "OIDC_ISSUER", "sign-in with any OpenID Connect provider: its issuer's URL", None, shown="–"
    )
    oidc_name: str = setting("OIDC_NAME", "the word on that provider's button", "single sign-on")
    oidc_client_id: str | None = setting(
        "OIDC_CLIENT_ID", "the client id at OIDC_ISSUER", None, shown="–"
    )
    oidc_client_secret: str | None = setting(
        "OIDC_CLIENT_SECRET", "the client secret at OIDC_ISSUER", None, shown="–", secret=True
    )
    trusted_proxies: str = setting(
        "TRUSTED_PROXIES",
        "addresses of proxies whose X-Forwarded-For and -Proto are believed, with commas",
        "127.0.0.1",
    )

    def __repr__(self) -> str:
        return f"Settings({self.environment}, {self.base_url})"

    @property
    def base_url(self) -> str:
        """The service's own address: `http://localhost:8000`, without a slash at its end."""
        return self.app_host

    @property
    def scheme(self) -> str:
        return self.app_host.split("://")[0]

    @property
    def host(self) -> str:
        """Host and port as browsers send them, such as `localhost:8000`."""
        return self.app_host.split("://")[1]

    @property
    def host_name(self) -> str:
        """The host without its port."""
        return self.host.rsplit(":", 1)[0]

    def workspace_url(self, slug: str) -> str:
        """The address of a workspace, such as `http://acme.localhost:8000`."""
        return f"{self.scheme}://{slug}.{self.host}"

    @property
    def media_folder(self) -> Path:
        return self.var_folder / "media"

    @property
    def uploads_folder(self) -> Path:
        return self.var_folder / "uploads"

    @property
    def artifacts_folder(self) -> Path:
        """What the engine made and may use again; a folder for each workspace."""
        return self.var_folder / "artifacts"

    @property
    def work_folder(self) -> Path:
        """Where videos are made; a folder for each render, in `renders`."""
        return self.var_folder / "work"

    @property
    def outbox_folder(self) -> Path:
        return self.var_folder / "outbox"

    @property
    def shows_outbox(self) -> bool:
        """Whether pages show the letters: whoever reads them can sign in as anybody, so never on a
        host that others reach, even if nobody said that this is production."""
        name = self.host_name
        is_local = name in {"localhost", "127.0.0.1"} or name.endswith(".localhost")
        return is_local and not self.is_production

    @property
    def is_production(self) -> bool:
        return self.environment == "production"


def load_settings(environ: Mapping[str, str]) -> Settings:
    """The settings in these variables. Raises SettingsInvalid for the first one that is wrong."""
    values: dict[str, Any] = {}
    for each in _all_fields():
        name = each.metadata["name"]
        if text := environ.get(name, "").strip():
            values[each.name] = each.metadata["read"](name, text)
    values.setdefault("app_host", f"http://localhost:{values.get('port', 8000)}")
    values["var_folder"] = Path(values.get("var_folder", "var")).expanduser().absolute()
    settings = Settings(**values)
    _check_pairs(settings)
    return settings


def list_settings(environ: Mapping[str, str]) -> list[tuple[str, str, str, str]]:
    """Name, default, meaning and where the current value comes from, for each setting."""
    rows = []
    for each in _all_fields():
        name, value = each.metadata["name"], environ.get(each.metadata["name"], "").strip()
        source = "default" if not value else "environment"
        if value and not each.metadata["secret"]:
            source = f"environment: {value}"
        rows.append((name, each.metadata["shown"], each.metadata["meaning"], source))
    return rows


def _all_fields() -> list[Field[Any]]:
    """Those that everybody needs first."""
    own = Settings.__annotations__
    return sorted(fields(Settings), key=lambda each: each.name not in own)


def _check_pairs(settings: Settings) -> None:
    for one, other in (
        ("google_client_id", "google_client_secret"),
        ("github_client_id", "github_client_secret"),
        ("oidc_issuer", "oidc_client_id"),
        ("oidc_issuer", "oidc_client_secret"),
    ):
        if bool(getattr(settings, one)) != bool(getattr(settings, other)):
            raise SettingsInvalid(
                f"{one.upper()} and {other.upper()} belong together; set both or neither."
            )
    for problem in storage_problems(settings):
        raise SettingsInvalid(problem)
    for problem in billing_problems(settings, is_production=settings.is_production):
        raise SettingsInvalid(problem)
    if settings.is_production and settings.allow_addresses:
        raise SettingsInvalid(
            "ALLOW_ADDRESSES must be left out in production: whoever makes a campaign could have "
            "pages of your own network recorded."
        )
    if settings.is_production and settings.smtp_url is None:
        raise SettingsInvalid(
            "SMTP_URL is missing. In production letters must reach people; set it, such as "
            "smtp://user:password@smtp.example.com:587."
        )
