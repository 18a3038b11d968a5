"""How long Stripe waits for the answer to an event, while a thousand come at once; it judges
nothing and asks no Stripe.

The web server is a process of its own, as in production; the client shares the machine with it.
Connections are opened before: Stripe keeps its own open, too. A time is from a request's sending to
its whole answer, so it holds the waiting in the server's own queue.
"""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles

import psycopg

from app.bench.figures import Figure, Goal
from app.bench.service_cpu import cpu_s
from app.bench.web_bed import WebBed, open_web_bed
from app.bench.web_client import Ask, open_all
from app.bench.web_rounds import Say
from app.local_stripe.webhooks import signature

AT_ONCE, QUICK_AT_ONCE = 1_000, 50
ROUNDS = 5
# Paced, as a long burst is: so many a second, for so long.
PACED_FOR_S = 5.0
PACE_CONNECTIONS = 100
SECRET = "whsec_of_the_bench"  # noqa: S105 - of a service that ends with the bench
GOAL_MS = 50.0


@dataclass(frozen=True)
class WebhookMeasured:
    """Times in seconds, one of each request; `empty_s` are those of a server that does nothing with
    what it gets; `cpu_s` of the web process for all but those."""

    at_once: int
    burst_s: Sequence[float]
    empty_s: Sequence[float]
    paced_s: Sequence[float]
    cpu_s: float
    lost: int

    @property
    def burst_p99_ms(self) -> float:
        return quantiles(self.burst_s, n=100)[-1] * 1000

    @property
    def empty_p99_ms(self) -> float:
        return quantiles(self.empty_s, n=100)[-1] * 1000

    @property
    def paced_p99_ms(self) -> float:
        return quantiles(self.paced_s, n=100)[-1] * 1000

    @property
    def cpu_ms(self) -> float:
        return self.cpu_s / (len(self.burst_s) + len(self.paced_s)) * 1000


def bench_webhook(say: Say, *, quick: bool = False) -> WebhookMeasured:
    """On a service of its own. Raises LoomliteError where something could not be run."""
    at_once = QUICK_AT_ONCE if quick else AT_ONCE
    keys = {"STRIPE_SECRET_KEY": "sk_live_of_the_bench", "STRIPE_WEBHOOK_SECRET": SECRET}
    with open_web_bed(1, **keys) as bed:
        say(f"{at_once:,} events of Stripe at once")
        return measure_webhook(bed, at_once, PACED_FOR_S / 5 if quick else PACED_FOR_S)


def webhook_figures(measured: WebhookMeasured) -> list[Figure]:
    how = (
        f"{measured.at_once:,} a second over {PACE_CONNECTIONS} connections; each from being sent "
        f"to its answer, which follows the commit; {measured.cpu_ms:.2f} ms of the web process's "
        "own work each"
    )
    burst = (
        f"all sent in the same moment over as many connections, so the last one waits for all "
        f"others; half within {median(measured.burst_s) * 1000:.0f} ms. A server that does nothing "
        f"with them: {measured.empty_p99_ms:.0f} ms"
    )
    return [
        Figure("webhook, p99", [measured.paced_p99_ms], "ms", Goal(GOAL_MS), how, 1),
        Figure("webhook, 1,000 in one moment, p99", [measured.burst_p99_ms], "ms", Goal(GOAL_MS),
               burst, 0),
        Figure("of them lost", [measured.lost], "events", Goal(0), "counted in the inbox", 0),
    ]  # fmt: skip


def measure_webhook(bed: WebBed, at_once: int, paced_for_s: float) -> WebhookMeasured:
    """Raises DidNotStart, Unexpected."""
    with bed.running("empty", bed.port):
        asyncio.run(_burst(bed, 0, at_once))  # warm
        empty_s = asyncio.run(_burst(bed, 0, at_once))
    with bed.running("web", bed.port) as web:
        asyncio.run(_burst(bed, 0, at_once))  # warm
        before, sent = cpu_s(web), at_once
        burst_s: list[float] = []
        for _ in range(ROUNDS):
            burst_s += asyncio.run(_burst(bed, sent, at_once))
            sent += at_once
        paced_s = asyncio.run(_paced(bed, sent, at_once, paced_for_s))
        sent += len(paced_s)
        used_s = cpu_s(web) - before
    with psycopg.connect(bed.urls.owner_url) as connection:
        connection.execute("alter table stripe_events no force row level security")
        (kept,) = connection.execute("select count(*) from stripe_events").fetchone() or (0,)
        connection.rollback()
    return WebhookMeasured(at_once, burst_s, empty_s, paced_s, used_s, sent - int(kept))


async def _burst(bed: WebBed, first: int, count: int) -> list[float]:
    asks = [_ask(bed, number) for number in range(first, first + count)]
    async with open_all(bed.port, count) as connections:
        answers = await asyncio.gather(
            *(each.ask(ask) for each, ask in zip(connections, asks, strict=True))
        )
    return [answer.took_s for answer in answers]


async def _paced(bed: WebBed, first: int, a_second: int, for_s: float) -> list[float]:
    count = int(a_second * for_s)
    asks = [_ask(bed, number) for number in range(first, first + count)]
    async with open_all(bed.port, PACE_CONNECTIONS) as connections:
        began = time.perf_counter()

        async def send(which: int) -> list[float]:
            took = []
            for number in range(which, count, PACE_CONNECTIONS):
                due = began + number / a_second
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                await connections[which].ask(asks[number])
                # What was due while the one before was waited for has waited since then.
                took.append(time.perf_counter() - max(due, began))
            return took

        found = await asyncio.gather(*(send(which) for which in range(PACE_CONNECTIONS)))
    return [each for share in found for each in share]


def _ask(bed: WebBed, number: int) -> Ask:
    """Of a customer of its own, as large as a subscription's event is."""
    thing = {
        "id": f"sub_{number:08}",
        "object": "subscription",
        "customer": f"cus_{number:08}",
        "items": {"data": [{"price": {"id": "price_1", "lookup_key": "x" * 40}}] * 10},
    }
    event = {
        "id": f"evt_{number:08}",
        "object": "event",
        "type": "customer.subscription.updated",
        "created": int(time.time()),
        "data": {"object": thing},
    }
    body = json.dumps(event)
    return Ask(
        bed.settings.host,
        "/webhooks/stripe",
        method="POST",
        body=body.encode(),
        content_type="application/json; charset=utf-8",
        headers=(f"stripe-signature: {signature(body, SECRET, int(time.time()))}",),
    )
