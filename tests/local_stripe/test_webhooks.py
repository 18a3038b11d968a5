"""Events on their way to a real receiver, signed so that the SDK believes them."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import stripe

from tests.local_stripe.conftest import RETRY_AFTER_S, Shop

LIMIT_S = 30.0


class Receiver(ThreadingHTTPServer):
    """Takes what comes; answers 500 to the first `refusing` requests."""

    def __init__(self, refusing: int = 0) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.refusing = refusing
        self.received: list[tuple[str, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook"

    def believed(self, secret: str) -> list[Any]:
        """The events, each checked by the SDK."""
        return [
            stripe.Webhook.construct_event(body, signature, secret, api_key="sk_test_1")
            for body, signature in self.received
        ]


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        self.server.received.append((body, self.headers["stripe-signature"]))
        self.server.refusing -= 1
        self.send_response(200 if self.server.refusing < 0 else 500)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_arguments: Any) -> None:
        """Nothing: the test looks at what was received."""


@contextmanager
def receiving(refusing: int = 0) -> Iterator[Receiver]:
    server = Receiver(refusing)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _await_quiet(shop: Shop) -> None:
    deadline = time.monotonic() + LIMIT_S
    while shop.local.is_delivering():
        assert time.monotonic() < deadline


async def _listen(shop: Shop, receiver: Receiver, events: list[str]) -> str:
    endpoint = await shop.sdk.webhook_endpoints.create_async(
        {"url": receiver.url, "enabled_events": events}
    )
    return str(endpoint.secret)


async def test_every_event_arrives_signed_and_is_what_the_api_tells(shop: Shop) -> None:
    with receiving() as receiver:
        secret = await _listen(shop, receiver, ["*"])
        subscription = await shop.buy()
        _await_quiet(shop)
        events = receiver.believed(secret)
    kinds = {event.type for event in events}
    assert {
        *("customer.subscription.created", "checkout.session.completed", "invoice.paid"),
        *("invoice.created", "invoice.finalized", "customer.updated"),
    } <= kinds
    for event in events:
        kept = await shop.sdk.events.retrieve_async(event.id)
        assert kept.data.to_dict() == event.data.to_dict()
        assert kept.pending_webhooks == 0
    (created,) = [each for each in events if each.type == "customer.subscription.created"]
    assert created.data.object.id == subscription.id


async def test_an_endpoint_gets_what_it_asked_for_and_no_more(shop: Shop) -> None:
    with receiving() as receiver:
        secret = await _listen(shop, receiver, ["invoice.paid"])
        await shop.buy()
        _await_quiet(shop)
        assert [event.type for event in receiver.believed(secret)] == ["invoice.paid"]


async def test_what_is_not_taken_is_sent_again_and_in_the_end_given_up(shop: Shop) -> None:
    with receiving(refusing=2) as receiver:
        secret = await _listen(shop, receiver, ["product.created"])
        await shop.sdk.products.create_async({"name": "Later"})
        _await_quiet(shop)
        events = receiver.believed(secret)
        assert len(events) == 3
        assert len({event.id for event in events}) == 1
        receiver.refusing = 100
        await shop.sdk.products.create_async({"name": "Never"})
        _await_quiet(shop)
    statuses = [each["statuses"] for each in shop.local.deliveries()]
    assert statuses == [[500, 500, 200], [500] * (len(RETRY_AFTER_S) + 1)]


async def test_what_is_refused_by_the_api_is_told_to_nobody(shop: Shop) -> None:
    with receiving() as receiver:
        await _listen(shop, receiver, ["*"])
        session = await shop.checkout(customer=None, customer_email="new@example.com")
        assert shop.pay(session.url, card="4000000000000002").status_code == 402
        _await_quiet(shop)
        assert receiver.received == []
