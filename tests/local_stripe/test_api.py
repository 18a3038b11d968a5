"""The API as the official SDK sees it: strict about what it is told, and forgetful of nothing."""

import time
from pathlib import Path
from typing import Any

import pytest
import stripe

from app.local_stripe.server import LocalStripe, run_local_stripe
from tests.local_stripe.conftest import Shop


async def _refused(asking: Any) -> tuple[str | None, str | None, int | None]:
    with pytest.raises(stripe.StripeError) as refused:
        await asking
    param = getattr(refused.value, "param", None)
    return refused.value.code, param, refused.value.http_status


async def test_what_is_not_a_parameter_is_refused_as_stripe_does(shop: Shop) -> None:
    sdk = shop.sdk
    assert await _refused(sdk.customers.create_async({"emale": "x"})) == (
        *("parameter_unknown", "emale"),
        400,
    )
    assert await _refused(sdk.products.create_async({})) == ("parameter_missing", "name", 400)
    deep = {"customer": shop.customer_id, "items": [{"price": shop.small, "quantity": "many"}]}
    assert await _refused(sdk.subscriptions.create_async(deep)) == (
        *("parameter_invalid_integer", "items[0][quantity]"),
        400,
    )
    wrong = {"customer": shop.customer_id, "items": [{"price": "price_gone"}]}
    assert await _refused(sdk.subscriptions.create_async(wrong)) == (
        *("resource_missing", "items[price]"),
        400,
    )
    assert await _refused(sdk.subscriptions.retrieve_async("sub_gone")) == (
        *("resource_missing", "id"),
        404,
    )
    assert await _refused(shop.checkout(success_url="nowhere")) == (
        *("url_invalid", "success_url"),
        400,
    )


@pytest.mark.parametrize("key", ["Basic x", "Bearer sk_live_1", "Bearer pk_test_1"])
def test_only_a_secret_test_key_is_let_in(local: LocalStripe, key: str) -> None:
    answer = local.http.get(f"{local.url}/v1/prices", headers={"authorization": key})
    assert answer.status_code == 401
    assert answer.json()["error"]["type"] == "invalid_request_error"


def test_an_unknown_address_is_told_in_stripe_s_words(local: LocalStripe) -> None:
    answer = local.http.get(f"{local.url}/v1/charges")
    assert answer.status_code == 404
    assert answer.json()["error"]["message"] == "Unrecognized request URL (GET: /v1/charges)."


async def test_the_same_key_does_a_thing_once(shop: Shop) -> None:
    asked = {"email": "once@example.com"}
    options = {"idempotency_key": "one-customer"}
    first = await shop.sdk.customers.create_async(asked, options)
    again = await shop.sdk.customers.create_async(asked, options)
    assert first.id == again.id
    with pytest.raises(stripe.IdempotencyError):
        await shop.sdk.customers.create_async({"email": "other@example.com"}, options)


async def test_lists_are_read_page_by_page_and_things_expanded(shop: Shop) -> None:
    for number in range(7):
        await shop.sdk.customers.create_async({"email": f"c{number}@example.com"})
    page = await shop.sdk.customers.list_async({"limit": 3})
    emails = [each.email async for each in page.auto_paging_iter()]
    assert emails == [f"c{number}@example.com" for number in range(6, -1, -1)] + [
        "alice@example.com"
    ]
    prices = await shop.sdk.prices.list_async(
        {"lookup_keys": ["large_yearly"], "expand": ["data.product"]}
    )
    assert [price.product.name for price in prices.data] == ["Videos"]


async def test_a_lookup_key_moves_only_when_it_is_said(shop: Shop) -> None:
    small = await shop.sdk.prices.retrieve_async(shop.small)
    values = {
        "product": small.product,
        "currency": "usd",
        "unit_amount": 3500,
        "recurring": {"interval": "month"},
        "lookup_key": "small_monthly",
    }
    assert (await _refused(shop.sdk.prices.create_async(values)))[1] == "lookup_key"
    dearer = await shop.sdk.prices.create_async(values | {"transfer_lookup_key": True})
    found = await shop.sdk.prices.list_async({"lookup_keys": ["small_monthly"]})
    assert [price.id for price in found.data] == [dearer.id]


async def test_a_stripe_in_trouble_is_asked_again_by_the_sdk(shop: Shop) -> None:
    http = stripe.HTTPXClient()
    client = stripe.StripeClient(
        "sk_test_1",
        http_client=http,
        max_network_retries=2,
        base_addresses={"api": shop.local.url},
    )
    shop.local.fail(2, status=503)
    customer = await client.v1.customers.retrieve_async(shop.customer_id)
    assert customer.email == "alice@example.com"
    shop.local.fail(3, status=500)
    with pytest.raises(stripe.APIError):
        await client.v1.customers.retrieve_async(shop.customer_id)
    await http.close_async()  # type: ignore[no-untyped-call]


async def test_what_was_there_is_there_after_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "stripe.json"
    for attempt in range(2):
        with run_local_stripe(file=file) as local:
            http = stripe.HTTPXClient()
            client = stripe.StripeClient(
                "sk_test_1", http_client=http, base_addresses={"api": local.url}
            )
            if attempt == 0:
                await client.v1.customers.create_async({"email": "kept@example.com"})
                local.move(days=3)
            found = await client.v1.customers.list_async()
            assert [each.email for each in found.data] == ["kept@example.com"]
            assert local.now() > time.time() + 2 * 86_400
            await http.close_async()  # type: ignore[no-untyped-call]


async def test_tax_ids_and_cards_are_checked_and_kept(shop: Shop) -> None:
    sdk, customer_id = shop.sdk, shop.customer_id
    wrong = {"type": "eu_vat", "value": "none"}
    refused = await _refused(sdk.customers.tax_ids.create_async(customer_id, wrong))
    assert refused[0] == "tax_id_invalid"
    right = {"type": "eu_vat", "value": "DE123456789"}
    tax_id = await sdk.customers.tax_ids.create_async(customer_id, right)
    listed = await sdk.customers.tax_ids.list_async(customer_id)
    assert [each.value for each in listed.data] == ["DE123456789"]
    await sdk.customers.tax_ids.delete_async(customer_id, tax_id.id)
    assert (await sdk.customers.tax_ids.list_async(customer_id)).data == []
    card = await sdk.payment_methods.attach_async("pm_card_visa", {"customer": customer_id})
    settings = {"invoice_settings": {"default_payment_method": card.id}}
    customer = await sdk.customers.update_async(customer_id, settings)
    assert customer.invoice_settings.default_payment_method == card.id
    await sdk.payment_methods.detach_async(card.id)
    customer = await sdk.customers.retrieve_async(customer_id)
    assert customer.invoice_settings.default_payment_method is None
