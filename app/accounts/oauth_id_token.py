"""Whether an ID token is genuine, meant for us and for this attempt; it fetches only keys.

The checks are those of OpenID Connect Core 1.0 §3.1.3.7 and §3.1.3.8.
"""

import base64
import hashlib
import hmac
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jws import JWSRegistry
from joserfc.jwt import JWTClaimsRegistry

from app.accounts.oauth_discovery import signing_keys
from app.accounts.oauth_failures import ProtocolBroken

# Pinned here, whatever a discovery document or a token's header says: `none` and the HS family,
# for which a public key would be the secret, are not among them. All three hash with SHA-256.
ALGORITHMS = ("RS256", "PS256", "ES256")
CLOCK_LEEWAY_S = 60


@dataclass(frozen=True, slots=True)
class Expected:
    """What the token of one attempt has to say."""

    issuers: Collection[str]
    client_id: str
    nonce: str = field(repr=False)
    access_token: str = field(repr=False)


async def check_id_token(id_token: str, jwks_url: str, expected: Expected) -> dict[str, Any]:
    """The token's claims, all checked. Raises ProtocolBroken and httpx2.HTTPError."""
    try:
        try:
            token = await _verified(id_token, jwks_url, refetch=False)
        except InvalidKeyIdError:
            # The provider may sign with a key that is younger than our copy of its key set.
            token = await _verified(id_token, jwks_url, refetch=True)
        _registry(expected).validate(token.claims)
    except JoseError as error:
        claim = getattr(error, "claim", "")
        raise ProtocolBroken(f"the ID token is refused: {error.error} {claim}".rstrip()) from None
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ProtocolBroken(f"the ID token cannot be read ({type(error).__name__})") from None
    _check_attempt(token.claims, expected)
    return token.claims


async def _verified(id_token: str, jwks_url: str, *, refetch: bool) -> jwt.Token:
    keys = await signing_keys(jwks_url, refetch=refetch)
    # Providers put header fields of their own into tokens; those that are critical still count.
    registry = JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False)
    return jwt.decode(id_token, keys, registry=registry)


def _registry(expected: Expected) -> JWTClaimsRegistry:
    return JWTClaimsRegistry(
        leeway=CLOCK_LEEWAY_S,
        iss={"essential": True, "values": list(expected.issuers)},
        aud={"essential": True, "value": expected.client_id},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True},
    )


def _check_attempt(claims: dict[str, Any], expected: Expected) -> None:
    if not _same(claims["nonce"], expected.nonce):
        raise ProtocolBroken("the ID token is of another attempt: its nonce differs")
    authorized = claims.get("azp")
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (authorized is not None or several) and authorized != expected.client_id:
        raise ProtocolBroken("the ID token was issued to another client")
    at_hash = claims.get("at_hash")
    if at_hash is not None and not _same(at_hash, _half_hash(expected.access_token)):
        raise ProtocolBroken("the ID token belongs to another access token")


def _half_hash(text: str) -> str:
    half = hashlib.sha256(text.encode()).digest()[:16]
    return base64.urlsafe_b64encode(half).rstrip(b"=").decode("ascii")


def _same(given: object, wanted: str) -> bool:
    return isinstance(given, str) and hmac.compare_digest(
        given.encode("utf-8", "surrogatepass"), wanted.encode()
    )
