"""Signing in through somebody else: where to send the person, and who came back.

The only door to authlib. It keeps nothing: the caller stores the Attempt, for ATTEMPT_S and for one
use, and decides what an Identity means here.
"""

import asyncio
import hmac
import re
import secrets
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

import httpx2
import structlog
from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped]
from authlib.integrations.httpx_client import AsyncOAuth2Client  # type: ignore[import-untyped]

from app.accounts.oauth_answers import client_options, read_object
from app.accounts.oauth_discovery import Discovered, discover
from app.accounts.oauth_failures import ProtocolBroken, SignInCancelled, SignInFailed
from app.accounts.oauth_github import github_identity
from app.accounts.oauth_id_token import Expected, check_id_token
from app.accounts.oauth_identity import Identity, cleaned_identity
from app.accounts.oauth_providers import FixedEndpoints, Provider

__all__ = ["ATTEMPT_S", "Attempt", "Identity", "SignInCancelled", "SignInFailed", "begin", "finish"]

ATTEMPT_S = 600  # a code lives at most ten minutes (RFC 6749 §4.1.2), so an attempt needs no more

_T = TypeVar("_T")
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One sign-in under way. All but `url` has to be kept, unseen by others, until the callback."""

    provider_key: str
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    code_verifier: str = field(repr=False)
    url: str = field(default="", repr=False)


async def begin(provider: Provider, redirect_uri: str) -> Attempt:
    """A new attempt; its `url` is where to send the person. Raises SignInFailed."""
    return await _in_words(provider, _begin(provider, redirect_uri))


async def finish(
    provider: Provider, attempt: Attempt, redirect_uri: str, callback_url: str
) -> Identity:
    """Who signed in, proved to us. `callback_url` is the whole address the person came back to.

    Raises SignInCancelled when the person said no, SignInFailed for everything else.
    """
    return await _in_words(provider, _finish(provider, attempt, redirect_uri, callback_url))


async def _begin(provider: Provider, redirect_uri: str) -> Attempt:
    endpoints = provider.endpoints or await discover(provider)
    state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
    options = {} if isinstance(endpoints, FixedEndpoints) else {"nonce": nonce}
    async with _client(provider, redirect_uri, endpoints) as client:
        url, _ = client.create_authorization_url(
            endpoints.authorization_url, state=state, code_verifier=verifier, **options
        )
    return Attempt(
        provider_key=provider.key, state=state, nonce=nonce, code_verifier=verifier, url=url
    )


async def _finish(
    provider: Provider, attempt: Attempt, redirect_uri: str, callback_url: str
) -> Identity:
    endpoints = provider.endpoints or await discover(provider)
    code = _code(provider, attempt, endpoints, callback_url)
    async with _client(provider, redirect_uri, endpoints) as client:
        token = await client.fetch_token(
            endpoints.token_url,
            grant_type="authorization_code",
            code=code,
            code_verifier=attempt.code_verifier,
        )
    access_token = _token_text(token, "access_token")
    if isinstance(endpoints, FixedEndpoints):
        return await github_identity(provider.issuer, endpoints, access_token)
    issuers = {endpoints.issuer, *provider.issuer_aliases}
    expected = Expected(issuers, provider.client_id, attempt.nonce, access_token)
    id_token = _token_text(token, "id_token")
    claims = await check_id_token(id_token, endpoints.jwks_url, expected)
    return await _oidc_identity(endpoints, claims, access_token)


def _code(
    provider: Provider,
    attempt: Attempt,
    endpoints: Discovered | FixedEndpoints,
    callback_url: str,
) -> str:
    """The code of a callback that belongs to this attempt and comes from this provider."""
    answer = _parameters(callback_url)
    if attempt.provider_key != provider.key:
        raise ProtocolBroken("the attempt was begun with another provider")
    state = answer.get("state", "").encode("utf-8", "replace")
    # First of all: without the state, nothing else in the address is the provider's word.
    if not attempt.state or not hmac.compare_digest(state, attempt.state.encode()):
        raise ProtocolBroken("the state is not the attempt's")
    _check_issuer(answer.get("iss"), provider, endpoints)
    if answer.get("error") == "access_denied":
        raise SignInCancelled(provider.label)
    if "error" in answer:
        raise ProtocolBroken(f"the provider answered {_error_name(answer['error'])}")
    if not answer.get("code"):
        raise ProtocolBroken("the callback has no code")
    return answer["code"]


def _check_issuer(
    given: str | None, provider: Provider, endpoints: Discovered | FixedEndpoints
) -> None:
    """RFC 9207: whoever names himself in the callback has to be the one we sent the person to."""
    if isinstance(endpoints, FixedEndpoints):
        known, demanded = {provider.issuer, *provider.issuer_aliases}, False
    else:
        known, demanded = {endpoints.issuer}, endpoints.sends_issuer
    if (given is None and demanded) or (given is not None and given not in known):
        raise ProtocolBroken("the callback comes from another issuer")


def _parameters(callback_url: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(urlsplit(callback_url).query, keep_blank_values=True, max_num_fields=30)
    except ValueError:
        raise ProtocolBroken("the callback address cannot be read") from None
    answer = dict(pairs)
    if len(answer) != len(pairs):  # RFC 6749 §3.1: none may be there twice
        raise ProtocolBroken("the callback has a parameter twice")
    return answer


async def _oidc_identity(
    endpoints: Discovered, claims: dict[str, Any], access_token: str
) -> Identity:
    person = claims
    # Core 1.0 §5.4: with a code, a provider may keep what the scopes give for its userinfo.
    if not claims.get("email") and endpoints.userinfo_url is not None:
        person = await read_object(endpoints.userinfo_url, bearer=access_token)
        if person.get("sub") != claims["sub"]:
            raise ProtocolBroken("the userinfo is of another person than the ID token")
    verified = person.get("email_verified")
    return cleaned_identity(
        issuer=endpoints.issuer,
        subject=claims["sub"],
        email=person.get("email"),
        # Some providers send the word instead of the boolean.
        email_verified=verified is True or verified == "true",
        name=person.get("name") or claims.get("name"),
        picture_url=person.get("picture") or claims.get("picture"),
    )


def _client(provider: Provider, redirect_uri: str, endpoints: Discovered | FixedEndpoints) -> Any:
    return AsyncOAuth2Client(
        provider.client_id,
        provider.client_secret,
        scope=provider.scope,
        redirect_uri=redirect_uri,
        code_challenge_method="S256",
        token_endpoint_auth_method=endpoints.client_auth,
        **client_options(),
    )


def _token_text(token: dict[str, Any], name: str) -> str:
    value = token.get(name)
    if not isinstance(value, str) or not value:
        raise ProtocolBroken(f"the token endpoint gave no {name}")
    return value


def _error_name(error: object) -> str:
    # Only its name: a description could repeat the code.
    return re.sub(r"[^a-z_]", "", str(error))[:60] or "an error without a name"


async def _in_words(provider: Provider, step: Coroutine[Any, Any, _T]) -> _T:
    """What the step gives. Whatever goes wrong becomes a SignInFailed whose cause is in the log."""
    try:
        async with asyncio.timeout(provider.timeout_s):
            return await step
    except ProtocolBroken as error:
        cause = str(error)
    except AuthlibBaseError as error:
        cause = f"the token endpoint answered {_error_name(error.error)}"
    except httpx2.HTTPStatusError as error:
        cause = f"the token endpoint answered with status {error.response.status_code}"
    except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, OSError) as error:
        cause = f"the provider cannot be reached ({type(error).__name__})"
    except (ValueError, TypeError) as error:
        # From authlib, which reads what the token endpoint sends without checking its types.
        cause = f"the token endpoint's answer cannot be read ({type(error).__name__})"
    # Outside of the handlers, so that no exception that may hold a token is chained to this one.
    _log.warning("sign_in.failed", provider=provider.key, cause=cause)
    raise SignInFailed(provider.label, cause)
