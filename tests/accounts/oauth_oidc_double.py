"""An OpenID Connect provider that checks what it is sent and can be told to lie in one respect."""

import base64
import hashlib
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, urlencode

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey
from litestar import Litestar, Request, Response, get, post
from litestar.response import Redirect

from app.accounts import oauth_discovery
from tests.accounts.oauth_serving import base_url, listening, serving

CLIENT_ID = "loomlite"
CLIENT_SECRET = "s3cret/+ %:"  # with everything that escapes differently
Claims = dict[str, Any]
_KEY = RSAKey.generate_key(2048, auto_kid=True)  # once: it takes a third of a second


class OidcDouble:
    """What the provider believes, and what it answers. Tests change both between requests."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.key: RSAKey | ECKey = _KEY
        self.algorithm = "RS256"
        self.user: Claims = {"sub": "u-1", "email": "ada@example.com", "email_verified": True}
        self.userinfo: Claims = {}
        self.discovery: Claims = {}
        self.callback: dict[str, str] = {}
        self.token: Claims = {}
        self.token_status = 200
        self.headers: dict[str, str] = {}
        self.claims: Claims = {}
        self.signed: Callable[[Claims], str] = self.sign
        self.asked: list[str] = []
        self._attempts: dict[str, dict[str, str]] = {}

    def sign(self, claims: Claims) -> str:
        header = {"alg": self.algorithm, "kid": self.key.kid}
        return jwt.encode(header, claims, self.key, algorithms=[self.algorithm])

    def document(self) -> Claims:
        own = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            # A provider that calls everything sound; ours pins the algorithms itself.
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
        }
        return {**own, **self.discovery}

    def authorize(self, query: dict[str, str]) -> str:
        assert query["code_challenge_method"] == "S256"
        assert query["response_type"] == "code"
        assert query["client_id"] == CLIENT_ID
        assert set(query["scope"].split()) == {"openid", "email", "profile"}
        code = secrets.token_urlsafe()
        self._attempts[code] = query
        answer = {"code": code, "state": query["state"], **self.callback}
        return f"{query['redirect_uri']}?{urlencode(answer)}"

    def exchange(self, form: dict[str, str]) -> Claims:
        attempt = self._attempts.pop(form["code"], None)
        proof = hashlib.sha256(form["code_verifier"].encode()).digest()
        if (
            attempt is None
            or attempt["code_challenge"] != base64url(proof)
            or attempt["redirect_uri"] != form["redirect_uri"]
            or (form["client_id"], form["client_secret"]) != (CLIENT_ID, CLIENT_SECRET)
        ):
            return {"error": "invalid_grant", "error_description": f"not {form['code']}"}
        access_token = secrets.token_urlsafe()
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": attempt["nonce"],
            "at_hash": base64url(hashlib.sha256(access_token.encode()).digest()[:16]),
            **self.user,
            **self.claims,
        }
        given = {"access_token": access_token, "token_type": "Bearer", "expires_in": 300}
        return {**given, "id_token": self.signed(claims), **self.token}


def base64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def _app(double: OidcDouble) -> Litestar:
    @get("/.well-known/openid-configuration")
    async def discovery() -> Claims:
        double.asked.append("discovery")
        return double.document()

    @get("/keys")
    async def keys() -> Response[Any]:
        double.asked.append("keys")
        return Response(KeySet([double.key]).as_dict(), headers=double.headers)

    @get("/authorize")
    async def authorize(request: Request[Any, Any, Any]) -> Redirect:
        return Redirect(double.authorize(dict(request.query_params)))

    @post("/token")
    async def token(request: Request[Any, Any, Any]) -> Response[Claims]:
        answer = double.exchange(dict(parse_qsl((await request.body()).decode())))
        return Response(answer, status_code=400 if "error" in answer else double.token_status)

    @get("/userinfo")
    async def userinfo() -> Claims:
        double.asked.append("userinfo")
        return double.userinfo

    return Litestar([discovery, keys, authorize, token, userinfo], openapi_config=None)


@contextmanager
def oidc_double() -> Iterator[OidcDouble]:
    with listening() as server:
        # A port comes round again within the hour that a document is kept.
        oauth_discovery._kept.clear()
        double = OidcDouble(base_url(server))
        with serving(_app(double), server):
            yield double
