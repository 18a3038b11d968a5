"""What a provider publishes about itself, its endpoints and keys, kept for an hour each."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from app.accounts.oauth_answers import read_object
from app.accounts.oauth_failures import ProtocolBroken
from app.accounts.oauth_providers import Provider, is_protected_address

MAX_AGE_S = 3600.0  # providers announce a new key well over an hour before they sign with it

_T = TypeVar("_T")
_kept: dict[str, tuple[float, Any]] = {}


@dataclass(frozen=True, slots=True)
class Discovered:
    """The part of OpenID Connect Discovery 1.0 §3 that a sign-in needs."""

    issuer: str
    authorization_url: str
    token_url: str
    jwks_url: str
    userinfo_url: str | None
    client_auth: str
    sends_issuer: bool


async def discover(provider: Provider) -> Discovered:
    """The provider's endpoints, at most an hour old. Raises ProtocolBroken and httpx2.HTTPError."""
    url = provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
    return await _recent(url, lambda document: _checked(document, provider))


async def signing_keys(jwks_url: str, *, refetch: bool = False) -> KeySet:
    """The provider's public keys, at most an hour old, or of this moment with `refetch`."""
    return await _recent(jwks_url, _key_set, refetch=refetch)


async def _recent(url: str, parse: Callable[[dict[str, Any]], _T], *, refetch: bool = False) -> _T:
    # Two that find nothing kept both ask; that costs a request and needs no lock.
    found = _kept.get(url)
    if found is None or refetch or time.monotonic() - found[0] > MAX_AGE_S:
        found = (time.monotonic(), parse(await read_object(url)))
        _kept[url] = found
    value: _T = found[1]
    return value


def _checked(document: dict[str, Any], provider: Provider) -> Discovered:
    issuer = _text(document, "issuer")
    # A slash at the end is where a person's setting and the provider's own spelling differ.
    if issuer.rstrip("/") != provider.issuer.rstrip("/"):
        raise ProtocolBroken(f"the discovery document is of another issuer, {issuer!r}")
    userinfo = document.get("userinfo_endpoint")
    return Discovered(
        issuer=issuer,
        authorization_url=_address(document, "authorization_endpoint"),
        token_url=_address(document, "token_endpoint"),
        jwks_url=_address(document, "jwks_uri"),
        userinfo_url=None if userinfo is None else _address(document, "userinfo_endpoint"),
        client_auth=_client_auth(document.get("token_endpoint_auth_methods_supported")),
        sends_issuer=document.get("authorization_response_iss_parameter_supported") is True,
    )


def _client_auth(supported: object) -> str:
    # In the header, secrets would have to be escaped (RFC 6749 §2.3.1), which providers read in
    # different ways; in the body there is only one. The header is what all have to understand.
    if isinstance(supported, list) and "client_secret_post" in supported:
        return "client_secret_post"
    return "client_secret_basic"


def _text(document: dict[str, Any], name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str) or not value:
        raise ProtocolBroken(f"the discovery document has no {name}")
    return value


def _address(document: dict[str, Any], name: str) -> str:
    url = _text(document, name)
    if not is_protected_address(url):
        raise ProtocolBroken(f"the discovery document's {name} is not an https address")
    return url


def _key_set(document: dict[str, Any]) -> KeySet:
    try:
        return KeySet.import_key_set({"keys": document["keys"]})
    except (JoseError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise ProtocolBroken(f"the key set cannot be read ({type(error).__name__})") from None
