"""A subscription's life by the clock: bought, changed to the cent, renewed, dunned, ended."""

from datetime import UTC, datetime
from typing import Any

import pytest
import stripe

from app.local_stripe.customers import DECLINED_CARD, DECLINED_LATER_CARD, GOOD_CARD
from app.local_stripe.invoices import DRAFT_FOR_S, RETRY_AFTER_DAYS
from app.local_stripe.periods import added, period_end
from tests.local_stripe.conftest import Shop, item_of


def _at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def test_months_are_counted_from_the_anchor_s_day() -> None:
    anchor = _at("2027-01-31T10:00:00")
    ends = [added(anchor, "month", number) for number in range(1, 5)]
    assert ends == [_at(f"2027-{day}T10:00:00") for day in ("02-28", "03-31", "04-30", "05-31")]
    assert period_end(anchor, ends[0], "month", 1) == ends[1]
    assert added(_at("2028-02-29T00:00:00"), "year", 1) == _at("2029-02-28T00:00:00")


async def test_who_pays_on_the_page_has_a_subscription(shop: Shop) -> None:
    session = await shop.checkout(
        client_reference_id="workspace-1", subscription_data={"metadata": {"workspace": "1"}}
    )
    assert shop.pay(session.url, card=DECLINED_CARD).status_code == 402
    answer = shop.pay(session.url)
    assert answer.headers["location"] == f"http://shop.localhost/thanks?session={session.id}"
    done = await shop.sdk.checkout.sessions.retrieve_async(session.id)
    assert (done.status, done.payment_status, done.url) == ("complete", "paid", None)
    assert done.client_reference_id == "workspace-1"
    subscription = await shop.subscription(done.subscription)
    assert (subscription.status, subscription.metadata["workspace"]) == ("active", "1")
    assert item_of(subscription).price.lookup_key == "small_monthly"
    (invoice,) = await shop.invoices()
    assert (invoice.status, invoice.total, invoice.amount_paid) == ("paid", 3000, 3000)
    assert invoice.parent.subscription_details.subscription == subscription.id
    assert shop.pay(session.url).status_code == 402, "a page that was paid takes nothing more"
    assert len(await shop.invoices()) == 1


async def test_a_refused_card_leaves_nothing_behind(shop: Shop) -> None:
    session = await shop.checkout()
    before = await shop.events()
    assert shop.pay(session.url, card=DECLINED_LATER_CARD).status_code == 402
    assert await shop.events() == before
    assert await shop.invoices() == []


async def test_the_preview_is_what_the_change_then_costs(shop: Shop) -> None:
    subscription = await shop.buy()
    item = item_of(subscription)
    half = (item.current_period_start + item.current_period_end) // 2
    shop.local.move(to=half)
    change: dict[str, Any] = {
        "items": [{"id": item.id, "price": shop.large}],
        "proration_behavior": "always_invoice",
        "proration_date": half,
    }
    asked = {"subscription": subscription.id, "subscription_details": change}
    preview = await shop.sdk.invoices.create_preview_async(asked)
    assert [line.amount for line in preview.lines.data] == [-1500, 4500]
    assert len(await shop.invoices()) == 1, "a preview changes nothing"
    changed = await shop.sdk.subscriptions.update_async(subscription.id, change)
    invoice = (await shop.invoices())[-1]
    assert changed.latest_invoice == invoice.id
    assert (invoice.status, invoice.total) == ("paid", preview.total) == ("paid", 3000)
    assert item_of(changed).current_period_end == item.current_period_end


async def test_a_change_for_later_is_on_the_next_invoice(shop: Shop) -> None:
    subscription = await shop.buy()
    item = item_of(subscription)
    shop.local.move(to=(item.current_period_start + item.current_period_end) // 2)
    change = {"items": [{"id": item.id, "price": shop.large}]}
    asked = {"subscription": subscription.id, "subscription_details": change}
    preview = await shop.sdk.invoices.create_preview_async(asked)
    await shop.sdk.subscriptions.update_async(subscription.id, change)
    assert len(await shop.invoices()) == 1
    shop.local.move(to=item.current_period_end + DRAFT_FOR_S)
    invoice = (await shop.invoices())[-1]
    assert len(invoice.lines.data) == 3
    # A second may have passed between the two.
    assert invoice.total == pytest.approx(preview.total, abs=1)


async def test_a_downgrade_gives_credit_that_the_next_invoices_use(shop: Shop) -> None:
    subscription = await shop.buy(shop.large)
    item = item_of(subscription)
    shop.local.move(to=(item.current_period_start + item.current_period_end) // 2)
    change = {
        "items": [{"id": item.id, "price": shop.small}],
        "proration_behavior": "always_invoice",
    }
    await shop.sdk.subscriptions.update_async(subscription.id, change)
    customer = await shop.sdk.customers.retrieve_async(shop.customer_id)
    assert customer.balance == pytest.approx(-3000, abs=1)
    shop.local.move(to=item.current_period_end + DRAFT_FOR_S)
    invoice = (await shop.invoices())[-1]
    assert (invoice.total, invoice.amount_due) == (3000, pytest.approx(0, abs=1))


async def test_another_interval_begins_a_period_now(shop: Shop) -> None:
    subscription = await shop.buy(shop.large)
    item = item_of(subscription)
    half = (item.current_period_start + item.current_period_end) // 2
    shop.local.move(to=half)
    change = {"items": [{"id": item.id, "price": shop.yearly}], "proration_date": half}
    changed = await shop.sdk.subscriptions.update_async(subscription.id, change)
    began = item_of(changed).current_period_start
    assert began >= half
    assert item_of(changed).current_period_end == added(began, "year", 1)
    assert (await shop.invoices())[-1].total == 90_000 - 4500


async def test_each_period_is_charged_once_however_far_the_clock_goes(shop: Shop) -> None:
    subscription = await shop.buy()
    start = item_of(subscription).current_period_start
    shop.local.move(to=added(start, "month", 5) + DRAFT_FOR_S)
    invoices = await shop.invoices()
    assert [each.total for each in invoices] == [3000] * 6
    assert {each.status for each in invoices} == {"paid"}
    numbers = [each.number[-4:] for each in invoices]
    assert numbers == [f"{number:04d}" for number in range(1, 7)]
    again = await shop.subscription(subscription.id)
    assert item_of(again).current_period_start == added(start, "month", 5)


async def test_an_end_can_be_asked_for_undone_and_comes_with_the_period(shop: Shop) -> None:
    subscription = await shop.buy()
    end = item_of(subscription).current_period_end
    assert (await shop.portal(act="cancel")).status_code == 200
    asked = await shop.subscription(subscription.id)
    assert (asked.cancel_at_period_end, asked.cancel_at, asked.status) == (True, end, "active")
    await shop.portal(act="keep")
    kept = await shop.subscription(subscription.id)
    assert (kept.cancel_at_period_end, kept.cancel_at) == (False, None)
    await shop.portal(act="cancel")
    shop.local.move(to=end)
    ended = await shop.subscription(subscription.id)
    assert (ended.status, ended.ended_at) == ("canceled", end)
    assert (await shop.events())[-1] == "customer.subscription.deleted"
    assert len(await shop.invoices()) == 1
    with pytest.raises(stripe.InvalidRequestError):
        await shop.sdk.subscriptions.update_async(subscription.id, {"cancel_at_period_end": False})


async def test_a_card_that_fails_is_tried_four_times_and_then_it_ends(shop: Shop) -> None:
    subscription = await shop.buy()
    await shop.portal(act="card", card=DECLINED_LATER_CARD)
    moment = item_of(subscription).current_period_end + DRAFT_FOR_S
    for number, wait_days in enumerate((*RETRY_AFTER_DAYS, None), 1):
        shop.local.move(to=moment)
        invoice = (await shop.invoices())[-1]
        assert (invoice.status, invoice.attempt_count) == ("open", number)
        state = await shop.subscription(subscription.id)
        assert state.status == ("past_due" if wait_days else "canceled")
        if wait_days:
            moment += wait_days * 86_400
            assert invoice.next_payment_attempt == moment
    assert state.cancellation_details.reason == "payment_failed"


async def test_a_good_card_in_time_brings_it_back(shop: Shop) -> None:
    subscription = await shop.buy()
    await shop.portal(act="card", card=DECLINED_LATER_CARD)
    shop.local.move(to=item_of(subscription).current_period_end + DRAFT_FOR_S)
    assert (await shop.subscription(subscription.id)).status == "past_due"
    owed = (await shop.invoices())[-1]
    assert (await shop.portal(act="pay", invoice=owed.id)).status_code == 402
    await shop.portal(act="card", card=GOOD_CARD)
    assert (await shop.portal(act="pay", invoice=owed.id)).status_code == 200
    assert (await shop.subscription(subscription.id)).status == "active"
    events = await shop.events()
    assert events.count("invoice.payment_failed") == 2
    assert events[-3:] == [
        "invoice.paid",
        "invoice.payment_succeeded",
        "customer.subscription.updated",
    ]


async def test_an_upgrade_that_cannot_be_paid_changes_nothing(shop: Shop) -> None:
    subscription = await shop.buy()
    await shop.portal(act="card", card=DECLINED_LATER_CARD)
    before = (await shop.subscription(subscription.id)).to_dict()
    assert (await shop.portal(act="plan", price=shop.large)).status_code == 402
    assert (await shop.subscription(subscription.id)).to_dict() == before
    await shop.portal(act="card", card=GOOD_CARD)
    assert (await shop.portal(act="plan", price=shop.large)).status_code == 200
    assert item_of(await shop.subscription(subscription.id)).price.id == shop.large


async def test_a_deleted_customer_has_no_subscription(shop: Shop) -> None:
    subscription = await shop.buy()
    await shop.sdk.customers.delete_async(shop.customer_id)
    assert (await shop.subscription(subscription.id)).status == "canceled"
    customer = await shop.sdk.customers.retrieve_async(shop.customer_id)
    assert customer.deleted
    assert (await shop.events())[-2:] == ["customer.subscription.deleted", "customer.deleted"]
