"""The one door to Stripe: asks it, checks what it sends, and gives plain values; it keeps nothing.

Stripe's own classes and errors end here.
"""

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import structlog

from app.billing.invoice_values import InvoiceState, invoice_of, waits_for_confirmation
from app.billing.sold_values import SoldPrice, SoldProduct
from app.billing.stripe_values import (
    CustomerState,
    SubscriptionState,
    customer_of,
    price_of,
    product_of,
    subscription_of,
)
from app.billing_settings import STRIPE_URL, BillingSettings
from app.errors import LoomliteError

log = structlog.get_logger()

# A page may wait for it. Another two tries follow, by the SDK, with the same idempotency key.
TIMEOUT_S = 10
RETRIES = 2
# How old a signature may be: the SDK's own tolerance against replays.
SIGNED_WITHIN_S = 300
# Of an event's id, type and customer together: theirs are a third of it.
ID_LENGTH = 250
_EXPAND = ["data.latest_invoice", "data.default_payment_method", "data.schedule"]
# One page of Stripe's list; older ones we have kept.
INVOICES_ASKED = 100


AWAY = "Stripe, which takes the payments, does not answer. Try again in a few minutes."


@cache
def _sdk() -> Any:
    """Stripe's own library: a tenth of a second and 10 MB that a service which sells nothing
    spends on other things."""
    import stripe

    return stripe


class StripeFailed(LoomliteError):
    """Stripe did not do what was asked. `permanent`: it would not the next time either."""

    def __init__(self, text: str, *, permanent: bool, code: str = "") -> None:
        super().__init__(text)
        self.permanent = permanent
        self.code = code


class EventRefused(LoomliteError):
    """What came as a webhook is not from Stripe, too old, or no event; `reason` is one word."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"This is no event of Stripe's: {reason}.")
        self.reason = reason


@dataclass(frozen=True)
class StripeEvent:
    """What is believed of an event: that it happened, and to which customer, if to any."""

    id: str
    type: str
    created_at: datetime
    customer_id: str | None


def read_event(body: bytes, signature: str | None, secret: str) -> StripeEvent:
    """The event in a webhook's raw body. Raises EventRefused."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise EventRefused("garbled") from None
    stripe = _sdk()
    # The SDK compares it as text, which Python refuses for any other than ASCII.
    if signature is not None and not signature.isascii():
        raise EventRefused("forged")
    try:
        stripe.WebhookSignature.verify_header(text, signature, secret)
    except stripe.SignatureVerificationError:
        raise EventRefused("forged") from None
    _refuse_old(signature or "")
    try:
        return _event_of(json.loads(text))
    except (
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        OverflowError,
        OSError,
        RecursionError,
    ):
        raise EventRefused("garbled") from None


def _refuse_old(signature: str) -> None:
    """The time is a part of what was signed, so it is true once the signature is."""
    signed_at = next(part[2:] for part in signature.split(",") if part.startswith("t="))
    if int(signed_at) < time.time() - SIGNED_WITHIN_S:
        raise EventRefused("old")


def _event_of(said: dict[str, Any]) -> StripeEvent:
    if said["object"] != "event" or not str(said["id"]).startswith("evt_"):
        raise ValueError(said["object"])
    thing = said["data"]["object"]
    customer = thing["id"] if thing["object"] == "customer" else thing.get("customer")
    if not isinstance(customer, str):
        customer = None
    named = f"{said['id']}{said['type']}{customer or ''}"
    if not named.isascii() or "\0" in named or len(named) > ID_LENGTH:
        raise ValueError("names that Stripe does not give")
    created = datetime.fromtimestamp(said["created"], UTC)
    return StripeEvent(str(said["id"]), str(said["type"]), created, customer)


class StripeApi:
    """One account of Stripe, by its secret key; `url` is Stripe's own, or of a local one."""

    def __init__(self, key: str, url: str = STRIPE_URL) -> None:
        stripe = _sdk()
        self._http = stripe.HTTPXClient(timeout=TIMEOUT_S)
        client = stripe.StripeClient(
            key,
            http_client=self._http,
            max_network_retries=RETRIES,
            base_addresses={"api": url},
        )
        # Its types forbid values that are put together, which Stripe checks anyway.
        self.v1: Any = client.v1

    async def close(self) -> None:
        await self._http.close_async()

    async def get_customer(self, customer_id: str) -> CustomerState | None:
        """The customer as it is now, or None where this account has none of this id."""
        method = "invoice_settings.default_payment_method"
        async with asking_stripe():
            try:
                customer = await self.v1.customers.retrieve_async(customer_id, {"expand": [method]})
            except _sdk().InvalidRequestError as error:
                if error.code != "resource_missing":
                    raise
                return None
            listed = await self.v1.subscriptions.list_async(
                {"customer": customer_id, "status": "all", "limit": 100, "expand": _EXPAND}
            )
            found = [each.to_dict() async for each in listed.auto_paging_iter()]
            invoices = await self._list_invoices(customer_id)
        return customer_of(customer.to_dict(), found, invoices)

    async def _list_invoices(self, customer_id: str) -> tuple[InvoiceState, ...]:
        """The newest; of open ones also whether the bank waits for somebody's word."""
        listed = await self.v1.invoices.list_async(
            {"customer": customer_id, "limit": INVOICES_ASKED}
        )
        found = []
        for each in listed.data:
            waits = False
            if each.status == "open" and each.attempted:
                payments = await self.v1.invoice_payments.list_async(
                    {"invoice": each.id, "expand": ["data.payment.payment_intent"]}
                )
                waits = waits_for_confirmation([one.to_dict() for one in payments.data])
            found.append(invoice_of(each.to_dict(), needs_confirmation=waits))
        return tuple(found)

    async def list_subscriptions(self) -> AsyncIterator[tuple[str, SubscriptionState | None]]:
        """Every subscription of the account, ended ones too, with its customer's id; None for one
        that cannot be read."""
        async with asking_stripe():
            listed = await self.v1.subscriptions.list_async(
                {"status": "all", "limit": 100, "expand": _EXPAND}
            )
            async for each in listed.auto_paging_iter():
                yield str(each.customer), _read_subscription(each.to_dict())

    async def list_products(self, ids: list[str]) -> list[SoldProduct]:
        async with asking_stripe():
            listed = await self.v1.products.list_async({"ids": ids, "limit": 100})
        return [product_of(each.to_dict()) for each in listed.data]

    async def list_prices(self, lookup_keys: list[str]) -> list[SoldPrice]:
        async with asking_stripe():
            listed = await self.v1.prices.list_async({"lookup_keys": lookup_keys, "limit": 100})
        return [price_of(each.to_dict()) for each in listed.data]

    async def create_product(self, product_id: str, **values: Any) -> None:
        async with asking_stripe():
            await self.v1.products.create_async({"id": product_id, **values})

    async def update_product(self, product_id: str, **values: Any) -> None:
        async with asking_stripe():
            await self.v1.products.update_async(product_id, values)

    async def create_price(self, **values: Any) -> None:
        async with asking_stripe():
            await self.v1.prices.create_async(values)

    async def find_meter(self, event_name: str) -> str | None:
        """The id of the active meter that counts these events."""
        async with asking_stripe():
            listed = await self.v1.billing.meters.list_async({"status": "active", "limit": 100})
            async for each in listed.auto_paging_iter():
                if each.event_name == event_name:
                    return str(each.id)
        return None

    async def create_meter(self, event_name: str, name: str) -> str:
        said = {
            "display_name": name,
            "event_name": event_name,
            "default_aggregation": {"formula": "sum"},
        }
        async with asking_stripe():
            made = await self.v1.billing.meters.create_async(said)
        return str(made.id)


def _read_subscription(said: dict[str, Any]) -> SubscriptionState | None:
    try:
        return subscription_of(said)
    except Exception:  # whatever it is that Stripe says of this one, the others are read
        log.exception("billing.subscription_unreadable", subscription_id=said.get("id"))
        return None


def open_stripe(settings: BillingSettings) -> StripeApi | None:
    """The account of these settings; None where nothing is sold. The caller closes it."""
    if settings.stripe_secret_key is None:
        return None
    return StripeApi(settings.stripe_secret_key, settings.stripe_api_url)


@asynccontextmanager
async def asking_stripe() -> AsyncIterator[None]:
    """What Stripe's SDK raises in the block becomes StripeFailed, with a sentence for a person."""
    stripe = _sdk()
    try:
        yield
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        raise StripeFailed(AWAY, permanent=False) from error
    except stripe.AuthenticationError as error:
        raise StripeFailed(
            "Stripe does not take this service's key. Whoever runs it has to look at "
            "STRIPE_SECRET_KEY.",
            permanent=False,
        ) from error
    except stripe.StripeError as error:
        if (error.http_status or 500) >= 500:
            raise StripeFailed(AWAY, permanent=False, code=error.code or "") from error
        raise StripeFailed(
            f"Stripe refused: {error.user_message or error}", permanent=True, code=error.code or ""
        ) from error
