"""What comes as a webhook: believed when the SDK's own signer signed it just now, else refused."""

import json
import time
from typing import Any

import pytest
import stripe

from app.billing.stripe_api import EventRefused, StripeEvent, read_event

SECRET = "whsec_of_the_tests"
EVENT: dict[str, Any] = {
    "id": "evt_1",
    "object": "event",
    "type": "customer.subscription.updated",
    "created": 1_790_000_000,
    "data": {"object": {"id": "sub_1", "object": "subscription", "customer": "cus_1"}},
}


def _signed(text: str, secret: str = SECRET, age_s: int = 0) -> str:
    header: str = stripe.WebhookSignature.generate_signature_header(
        text, secret, int(time.time()) - age_s
    )
    return header


def _read(event: Any) -> StripeEvent:
    text = json.dumps(event)
    return read_event(text.encode(), _signed(text), SECRET)


def _reason(body: bytes, signature: str | None) -> str:
    with pytest.raises(EventRefused) as refused:
        read_event(body, signature, SECRET)
    return refused.value.reason


def test_an_event_says_what_happened_to_whom() -> None:
    event = _read(EVENT)
    assert (event.id, event.type, event.customer_id) == ("evt_1", EVENT["type"], "cus_1")
    assert event.created_at.timestamp() == EVENT["created"]
    customer = {"id": "cus_2", "object": "customer"}
    assert _read(EVENT | {"data": {"object": customer}}).customer_id == "cus_2"
    product = {"id": "prod_1", "object": "product"}
    assert _read(EVENT | {"data": {"object": product}}).customer_id is None


@pytest.mark.parametrize("signature", [None, "", "nonsense", "t=1", "t=x,v1=y", "v1=0", "t=1,v1=é"])
def test_what_is_not_signed_is_refused(signature: str | None) -> None:
    assert _reason(json.dumps(EVENT).encode(), signature) == "forged"


def test_what_somebody_else_signed_or_changed_is_refused() -> None:
    text = json.dumps(EVENT)
    assert _reason(text.encode(), _signed(text, "whsec_of_another")) == "forged"
    assert _reason(text.replace("cus_1", "cus_9").encode(), _signed(text)) == "forged"


def test_what_was_signed_long_ago_is_refused() -> None:
    text = json.dumps(EVENT)
    assert _reason(text.encode(), _signed(text, age_s=400)) == "old"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        "null",
        json.dumps(EVENT | {"object": "charge"}),
        json.dumps(EVENT | {"created": "soon"}),
        json.dumps(EVENT | {"data": None}),
        "[" * 100_000,
    ],
)
def test_what_is_signed_but_no_event_is_refused(text: str) -> None:
    assert _reason(text.encode(), _signed(text)) == "garbled"
    assert _reason(b"\xff\xfe", _signed(text)) == "garbled"
