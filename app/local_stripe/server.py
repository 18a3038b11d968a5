"""Runs a local Stripe: as an ASGI application, or on a port in a thread of its own."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.local_stripe.account import Account, Thing
from app.local_stripe.api import Trouble, routes
from app.local_stripe.clock import do_what_is_due, move_to
from app.local_stripe.failures import Refusal
from app.local_stripe.pages import Pages
from app.local_stripe.periods import DAY_S
from app.local_stripe.webhooks import RETRY_AFTER_S, Deliveries, send_events_to

LOOK_EVERY_S = 1.0
STOP_WITHIN_S = 2


def make_app(
    account: Account, base_url: str, *, retry_after_s: tuple[float, ...] = RETRY_AFTER_S
) -> Starlette:
    """The application; `base_url` is where browsers and the SDK reach it."""
    account.base_url = base_url
    trouble = Trouble()
    deliveries = Deliveries(account, retry_after_s)
    account.listeners.append(deliveries.send)
    control = _Control(account, trouble, deliveries)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        looking = asyncio.create_task(_look_at_the_clock(account))
        yield
        looking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await looking
        await deliveries.close()
        account.save()

    return Starlette(
        routes=[
            *routes(account, trouble),
            *control.routes(),
            *Pages(account, deliveries).routes(),
        ],
        lifespan=lifespan,
    )


async def _look_at_the_clock(account: Account) -> None:
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        with account.all_or_nothing():
            do_what_is_due(account, account.now())


class _Control:
    """What a test or a demo does to this Stripe, and no customer of Stripe can."""

    def __init__(self, account: Account, trouble: Trouble, deliveries: Deliveries) -> None:
        self._account = account
        self._trouble = trouble
        self._deliveries = deliveries

    def routes(self) -> list[Route]:
        return [
            Route("/control/clock", self.clock, methods=["GET", "POST"]),
            Route("/control/trouble", self.trouble, methods=["POST"]),
            Route("/control/deliveries", self.deliveries),
        ]

    async def clock(self, request: Request) -> Response:
        if request.method == "POST":
            moment = int((await request.json())["to"])
            try:
                with self._account.all_or_nothing():
                    move_to(self._account, moment)
            except Refusal as refusal:
                return JSONResponse(refusal.body, status_code=refusal.status)
            self._account.save()
        return JSONResponse({"now": self._account.now()})

    async def trouble(self, request: Request) -> Response:
        said = await request.json()
        self._trouble.times = int(said["times"])
        self._trouble.path = str(said.get("path", ""))
        self._trouble.status = int(said.get("status", 500))
        self._trouble.delay_s = float(said.get("delay_s", 0))
        return JSONResponse({})

    async def deliveries(self, _request: Request) -> Response:
        return JSONResponse({"pending": self._deliveries.pending, "log": self._deliveries.log})


@dataclass(frozen=True)
class LocalStripe:
    """A running one, asked over HTTP as by everybody else."""

    url: str
    http: httpx2.Client

    def now(self) -> int:
        return int(self._ask("GET", "clock")["now"])

    def move(self, *, days: float = 0, to: int | None = None) -> int:
        """The clock shows `to`, or is so many days on; gives what it shows."""
        moment = to if to is not None else self.now() + int(days * DAY_S)
        return int(self._ask("POST", "clock", {"to": moment})["now"])

    def fail(self, times: int, *, status: int = 500, delay_s: float = 0, path: str = "") -> None:
        """So many of the next answers below the path fail; a status below 400 only tarries."""
        said = {"times": times, "status": status, "delay_s": delay_s, "path": path}
        self._ask("POST", "trouble", said)

    def deliveries(self) -> list[Thing]:
        """Each with its event's id, its url and the statuses that were answered."""
        log: list[Thing] = self._ask("GET", "deliveries")["log"]
        return log

    def is_delivering(self) -> bool:
        return bool(self._ask("GET", "deliveries")["pending"])

    def _ask(self, method: str, what: str, said: Thing | None = None) -> Thing:
        answer = self.http.request(method, f"{self.url}/control/{what}", json=said)
        answer.raise_for_status()
        told: Thing = answer.json()
        return told


@contextmanager
def run_local_stripe(
    *,
    port: int = 0,
    file: Path | None = None,
    webhook: tuple[str, str] | None = None,
    retry_after_s: tuple[float, ...] = RETRY_AFTER_S,
) -> Iterator[LocalStripe]:
    """Answers on this machine while the block lasts; what was there is read from the file.

    `webhook` is where every event goes, and the secret that signs it.
    """
    listener = socket.create_server(("127.0.0.1", port))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    account = Account(file)
    if webhook is not None:
        send_events_to(account, *webhook)
    app = make_app(account, url, retry_after_s=retry_after_s)
    config = uvicorn.Config(
        app, ws="none", lifespan="on", log_config=None, loop="asyncio",
        timeout_graceful_shutdown=STOP_WITHIN_S,
    )  # fmt: skip
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        with httpx2.Client(timeout=60, headers={"connection": "close"}) as http:
            yield LocalStripe(url, http)
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
