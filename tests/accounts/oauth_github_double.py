"""GitHub as far as a sign-in sees it: site and API in one, its manners kept, its users invented."""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, urlencode

from litestar import Litestar, Request, Response, get, post
from litestar.response import Redirect

from tests.accounts.oauth_oidc_double import CLIENT_ID, CLIENT_SECRET, base64url
from tests.accounts.oauth_serving import base_url, listening, serving


class GithubDouble:
    """One user who says yes to everything. Tests change what the API tells of her."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.user: Any = {
            "id": 583231,
            "login": "ada",
            "name": "Ada Lovelace",
            "email": "shown-in-public@example.com",
            "avatar_url": "https://avatars.githubusercontent.com/u/583231",
        }
        self.emails: Any = [
            {"email": "old@example.com", "primary": False, "verified": True},
            {"email": "ada@example.com", "primary": True, "verified": True},
        ]
        self._attempts: dict[str, dict[str, str]] = {}
        self._tokens: set[str] = set()

    def authorize(self, query: dict[str, str]) -> str:
        assert query["client_id"] == CLIENT_ID
        assert query["code_challenge_method"] == "S256"
        assert query["scope"] == "user:email"
        code = secrets.token_hex(10)
        self._attempts[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def exchange(self, form: dict[str, str]) -> dict[str, str]:
        if (form["client_id"], form["client_secret"]) != (CLIENT_ID, CLIENT_SECRET):
            return {"error": "incorrect_client_credentials"}
        attempt = self._attempts.pop(form["code"], {})
        proof = hashlib.sha256(form["code_verifier"].encode()).digest()
        if attempt.get("code_challenge") != base64url(proof):
            return {"error": "bad_verification_code"}
        token = f"gho_{secrets.token_hex()}"
        self._tokens.add(f"Bearer {token}")
        return {"access_token": token, "scope": "user:email", "token_type": "bearer"}

    def told(self, authorization: str | None, thing: Any) -> Response[Any]:
        if authorization not in self._tokens:
            return Response({"message": "Requires authentication"}, status_code=401)
        return Response(thing)


def _app(double: GithubDouble) -> Litestar:
    @get("/login/oauth/authorize")
    async def authorize(request: Request[Any, Any, Any]) -> Redirect:
        return Redirect(double.authorize(dict(request.query_params)))

    @post("/login/oauth/access_token")
    async def access_token(request: Request[Any, Any, Any]) -> Response[dict[str, str]]:
        # Without this header GitHub answers with a form, and errors come with status 200.
        assert request.headers["Accept"] == "application/json"
        form = dict(parse_qsl((await request.body()).decode()))
        return Response(double.exchange(form), status_code=200)

    @get("/api/user")
    async def user(request: Request[Any, Any, Any]) -> Response[Any]:
        return double.told(request.headers.get("Authorization"), double.user)

    @get("/api/user/emails")
    async def emails(request: Request[Any, Any, Any]) -> Response[Any]:
        return double.told(request.headers.get("Authorization"), double.emails)

    return Litestar([authorize, access_token, user, emails], openapi_config=None)


@contextmanager
def github_double() -> Iterator[GithubDouble]:
    with listening() as server:
        double = GithubDouble(base_url(server))
        with serving(_app(double), server):
            yield double
