"""Who can vouch for a person: Google, GitHub and one OpenID Connect provider; it asks nobody."""

from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

ProviderKey = Literal["google", "github", "oidc"]

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class FixedEndpoints:
    """Addresses of a provider that publishes no OpenID Connect discovery document."""

    authorization_url: str
    token_url: str
    user_url: str
    emails_url: str
    client_auth: str = "client_secret_post"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A configured provider. `endpoints` is None where they are discovered from the issuer.

    `issuer` names the provider in stored identities; `issuer_aliases` are other spellings that it
    may use of itself. `timeout_s` covers all requests of a step; meanwhile the page is blank.
    """

    key: ProviderKey
    label: str
    client_id: str
    client_secret: str = field(repr=False)
    issuer: str
    scope: str = "openid email profile"
    issuer_aliases: tuple[str, ...] = ()
    endpoints: FixedEndpoints | None = None
    timeout_s: float = 20.0

    def __post_init__(self) -> None:
        if not self.client_id or not self.client_secret:
            raise ValueError(f"{self.label} needs both a client id and a client secret.")
        if not is_protected_address(self.issuer):
            raise ValueError(f"The address of {self.label} has to begin with https://.")


def google(client_id: str, secret: str, *, issuer: str = "https://accounts.google.com") -> Provider:
    """Google. Raises ValueError for an empty credential."""
    return Provider(
        key="google",
        label="Google",
        client_id=client_id,
        client_secret=secret,
        issuer=issuer,
        # Both spellings are documented: developers.google.com/identity/openid-connect.
        issuer_aliases=(urlsplit(issuer).netloc,),
    )


def github(
    client_id: str,
    secret: str,
    *,
    site: str = "https://github.com",
    api: str = "https://api.github.com",
) -> Provider:
    """GitHub, or an Enterprise Server at `site` and `api`. Raises ValueError as `google` does."""
    return Provider(
        key="github",
        label="GitHub",
        client_id=client_id,
        client_secret=secret,
        issuer=site,
        issuer_aliases=(f"{site}/login/oauth",),
        # Name and picture are public; reading more would need a scope the person has to grant.
        scope="user:email",
        endpoints=FixedEndpoints(
            authorization_url=f"{site}/login/oauth/authorize",
            token_url=f"{site}/login/oauth/access_token",
            user_url=f"{api}/user",
            emails_url=f"{api}/user/emails?per_page=100",
        ),
    )


def oidc(label: str, issuer: str, client_id: str, secret: str) -> Provider:
    """Any OpenID Connect provider with discovery; `label` is what the button says.

    Raises ValueError for an empty credential and for an issuer that is neither https nor loopback.
    """
    return Provider(
        key="oidc", label=label, client_id=client_id, client_secret=secret, issuer=issuer
    )


def is_protected_address(url: str) -> bool:
    """Whether nobody on the way can read or change what goes there: https, or this machine."""
    parts = urlsplit(url)
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    )
