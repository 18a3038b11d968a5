"""The API over HTTP: who asks, whether it was asked before, what is done, and Stripe's answers."""

import asyncio
import hashlib
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.local_stripe import (
    catalogue,
    checkout,
    customers,
    discounts,
    invoices,
    meters,
    payments,
    portal,
    subscription_endpoints,
    webhooks,
)
from app.local_stripe.account import API_VERSION, Account, Thing
from app.local_stripe.clock import do_what_is_due
from app.local_stripe.endpoints import Endpoint, expanded
from app.local_stripe.failures import Refusal
from app.local_stripe.parameters import many, nested, read, text

ENDPOINTS: list[Endpoint] = [
    endpoint
    for module in (
        # Before invoices: `create_preview` is no invoice's id.
        subscription_endpoints, catalogue, checkout, customers, discounts, invoices, meters,
        payments, portal, webhooks,
    )
    for endpoint in module.ENDPOINTS
]  # fmt: skip
REMEMBERED = 1000
_EXPAND = {"expand": many(text())}


@dataclass
class Trouble:
    """How the next answers below a `path` fail or tarry, as Stripe's may."""

    times: int = 0
    path: str = ""
    status: int = 500
    delay_s: float = 0.0


def routes(account: Account, trouble: Trouble) -> list[Route]:
    """Every address below /v1."""
    api = _Api(account, trouble)
    known = [
        Route(f"/v1{each.path}", api.answering(each), methods=[each.method]) for each in ENDPOINTS
    ]
    methods = ["GET", "POST", "DELETE"]
    return [*known, Route("/v1/{path:path}", api.unknown, methods=methods)]


class _Api:
    def __init__(self, account: Account, trouble: Trouble) -> None:
        self._account = account
        self._trouble = trouble

    def answering(self, endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            if (failing := await self._in_trouble(request)) is not None:
                return failing
            try:
                _check_key(request)
                return await self._answer(endpoint, request)
            except Refusal as refusal:
                return _sent(refusal.status, refusal.body)

        return answer

    async def unknown(self, request: Request) -> Response:
        message = f"Unrecognized request URL ({request.method}: {request.url.path})."
        return _sent(404, Refusal(message).body)

    async def _in_trouble(self, request: Request) -> Response | None:
        if self._trouble.times <= 0 or not request.url.path.startswith(self._trouble.path):
            return None
        self._trouble.times -= 1
        await asyncio.sleep(self._trouble.delay_s)
        if self._trouble.status < 400:
            return None
        said = {"type": "api_error", "message": "An unknown error occurred"}
        return _sent(self._trouble.status, {"error": said})

    async def _answer(self, endpoint: Endpoint, request: Request) -> Response:
        sent = await request.body() if request.method == "POST" else request.url.query.encode()
        key = request.headers.get("idempotency-key") if request.method == "POST" else None
        asked = hashlib.sha256(f"{request.url.path}\n".encode() + sent).hexdigest()
        if key and (before := self._account.answered.get(key)):
            if before["asked"] != asked:
                raise Refusal(
                    "Keys for idempotent requests can only be used with the same parameters they "
                    "were first used with.",
                    kind="idempotency_error",
                )
            return _sent(before["status"], before["body"], replayed=True)
        status, body = self._act(endpoint, sent, request.path_params)
        # What failed before anything was tried is not remembered.
        if key and status != 400:
            self._remember(key, {"asked": asked, "status": status, "body": body})
        self._account.save()
        return _sent(status, body)

    def _act(self, endpoint: Endpoint, sent: bytes, ids: dict[str, str]) -> tuple[int, Thing]:
        do_what_is_due(self._account, self._account.now())
        self._account.tell()
        try:
            pairs = parse_qsl(sent.decode(), keep_blank_values=True)
            given = read(nested(pairs), {**endpoint.fields, **_EXPAND}, endpoint.required)
            paths = given.pop("expand", [])
            with self._account.all_or_nothing():
                thing: Any = endpoint.act(self._account, given, **ids)
        except Refusal as refusal:
            return refusal.status, refusal.body
        return 200, expanded(self._account, thing, paths)

    def _remember(self, key: str, answer: Thing) -> None:
        self._account.answered[key] = answer
        while len(self._account.answered) > REMEMBERED:
            del self._account.answered[next(iter(self._account.answered))]


def _check_key(request: Request) -> None:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme != "Bearer" or not key:
        raise Refusal("You did not provide an API key.", status=401)
    if not key.startswith(("sk_test_", "rk_test_")):
        raise Refusal(f"Invalid API Key provided: {key[:7]}…; use a test key here.", status=401)


def _sent(status: int, body: Thing, *, replayed: bool = False) -> Response:
    headers = {"Request-Id": f"req_{secrets.token_hex(7)}", "Stripe-Version": API_VERSION}
    if replayed:
        headers["Idempotent-Replayed"] = "true"
    return JSONResponse(body, status_code=status, headers=headers)
