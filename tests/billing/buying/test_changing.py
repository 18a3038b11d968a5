"""Another plan, its end and what was planned: shown first, done once, and taken back."""

import re
from typing import Any

from app.billing.plans import INTERVALS, overage_lookup_key
from app.local_stripe.customers import DECLINED_LATER_CARD
from app.local_stripe.invoices import DRAFT_FOR_S
from tests.billing.buying.conftest import Shopping

PAGE = "/billing/change?plan={}&interval={}"


async def _paid(shopping: Shopping, plan: str, interval: str = "month") -> Any:
    """A subscription whose trial is over."""
    await shopping.buy(plan, interval)
    (subscription,) = await shopping.subscriptions()
    shopping.local.move(to=subscription.trial_end + DRAFT_FOR_S)
    await shopping.alice.post("/billing/look")
    return subscription


async def _form(shopping: Shopping, plan: str, interval: str = "month") -> dict[str, str]:
    page = await shopping.alice.get(PAGE.format(plan, interval))
    assert page.status_code == 200, page.headers
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))


async def _change(shopping: Shopping, plan: str, interval: str = "month") -> None:
    form = await _form(shopping, plan, interval)
    answer = await shopping.alice.post("/billing/change", data=form)
    assert answer.status_code == 303, answer.text


async def test_a_larger_plan_shows_what_it_costs_and_costs_that(shopping: Shopping) -> None:
    subscription = await _paid(shopping, "starter")
    page = (await shopping.alice.get(PAGE.format("business", "month"))).text
    due = re.search(r"<dt>Today</dt><dd>\$([\d.,]+)</dd>", page)
    assert due, page
    assert "Unused time on Starter" in page
    assert "Next invoice" in page
    assert "It begins at once" in page
    await _change(shopping, "business")
    (now,) = await shopping.subscriptions()
    assert await shopping.price_of(now) == "loomlite_business_monthly"
    assert now.id == subscription.id
    invoices = await shopping.sdk.invoices.list_async({"customer": now.customer})
    assert invoices.data[0].status == "paid"
    assert f"{invoices.data[0].amount_paid / 100:,.2f}" == f"{float(due[1].replace(',', '')):,.2f}"
    shown = await shopping.page()
    assert "Business" in shown
    assert "$299 a month" in shown
    log = (await shopping.alice.get("/settings/audit-log")).text
    assert "changed the plan" in log


async def test_a_smaller_plan_begins_when_the_paid_period_ends(shopping: Shopping) -> None:
    await _paid(shopping, "business")
    page = (await shopping.alice.get(PAGE.format("starter", "month"))).text
    assert "what you paid for stays until then" in page
    assert re.search(r"<dt>Today</dt><dd>\$0</dd>", page)
    assert "150 videos" in page
    await _change(shopping, "starter")
    shown = await shopping.page()
    assert "the plan is Starter, $29 a month" in shown
    assert "$299 a month" in shown
    (now,) = await shopping.subscriptions()
    assert await shopping.price_of(now) == "loomlite_business_monthly"
    shopping.local.move(to=now["items"].data[0].current_period_end + DRAFT_FOR_S)
    await shopping.alice.post("/billing/look")
    (then,) = await shopping.subscriptions()
    assert await shopping.price_of(then) == "loomlite_starter_monthly"
    shown = await shopping.page()
    assert "$29 a month" in shown
    assert "the plan is Starter" not in shown


async def test_a_planned_change_is_taken_back_or_replaced(shopping: Shopping) -> None:
    await _paid(shopping, "business")
    await _change(shopping, "starter")
    assert (await shopping.alice.post("/billing/planned/drop")).status_code == 303
    assert "the plan is Starter" not in await shopping.page()
    (now,) = await shopping.subscriptions()
    assert now.schedule is None
    await _change(shopping, "starter")
    await _change(shopping, "growth")
    assert "the plan is Growth, $99 a month" in await shopping.page()
    await _change(shopping, "business", "year")
    shown = await shopping.page()
    assert "$2,990 a year" in shown
    assert "the plan is Growth" not in shown


async def test_a_year_becomes_months_with_the_next_period(shopping: Shopping) -> None:
    await _paid(shopping, "growth", "year")
    await _change(shopping, "growth", "month")
    assert "the plan is Growth, $99 a month" in await shopping.page()


async def test_a_trial_changes_at_once_and_costs_nothing(shopping: Shopping) -> None:
    await shopping.buy("starter")
    page = (await shopping.alice.get(PAGE.format("business", "year"))).text
    assert re.search(r"<dt>Today</dt><dd>\$0</dd>", page)
    await _change(shopping, "business")
    await _change(shopping, "starter")
    (now,) = await shopping.subscriptions()
    assert now.status == "trialing"
    assert await shopping.price_of(now) == "loomlite_starter_monthly"
    assert len((await shopping.sdk.invoices.list_async({})).data) == 1


async def test_a_cancelled_plan_stays_to_the_end_and_is_taken_back(shopping: Shopping) -> None:
    await _paid(shopping, "growth")
    asked = await shopping.alice.get("/billing/cancel")
    assert "stays until" in asked.text
    assert (await shopping.alice.post("/billing/cancel")).status_code == 303
    assert "Growth ends on" in await shopping.page()
    assert (await shopping.alice.post("/billing/keep")).status_code == 303
    assert "Growth ends on" not in await shopping.page()
    await shopping.alice.post("/billing/cancel")
    (now,) = await shopping.subscriptions()
    shopping.local.move(to=now["items"].data[0].current_period_end + 1)
    await shopping.alice.post("/billing/look")
    assert "Growth ended on" in await shopping.page()
    log = (await shopping.alice.get("/settings/audit-log")).text
    assert "cancelled the plan" in log


async def test_a_change_keeps_a_plan_that_was_to_end(shopping: Shopping) -> None:
    await _paid(shopping, "growth")
    await shopping.alice.post("/billing/cancel")
    assert (
        "With this change it goes on"
        in (await shopping.alice.get(PAGE.format("starter", "month"))).text
    )
    await _change(shopping, "starter")
    shown = await shopping.page()
    assert "Growth ends on" not in shown
    assert "the plan is Starter" in shown
    # And the other way round.
    await shopping.alice.post("/billing/cancel")
    shown = await shopping.page()
    assert "Growth ends on" in shown
    assert "the plan is Starter" not in shown


async def test_a_second_tab_does_not_change_what_it_did_not_see(shopping: Shopping) -> None:
    await _paid(shopping, "starter")
    one, other = await _form(shopping, "growth"), await _form(shopping, "business")
    assert (await shopping.alice.post("/billing/change", data=one)).status_code == 303
    late = await shopping.alice.post("/billing/change", data=other)
    assert late.status_code == 409
    assert "changed meanwhile" in late.text
    again = await shopping.alice.post("/billing/change", data=one)
    assert again.headers["location"] == "/billing"
    (now,) = await shopping.subscriptions()
    assert await shopping.price_of(now) == "loomlite_growth_monthly"
    assert len((await shopping.sdk.invoices.list_async({"customer": now.customer})).data) == 3


async def test_a_change_is_counted_from_nothing_but_what_was_shown(shopping: Shopping) -> None:
    await _paid(shopping, "starter")
    (now,) = await shopping.subscriptions()
    form = await _form(shopping, "business")
    # A minute before the end of a period that has not begun by our clock: next to nothing to pay.
    form["at"] = str(now["items"].data[0].current_period_end - 60)
    answer = await shopping.alice.post("/billing/change", data=form)
    assert answer.status_code == 409
    assert "Look at the figures again" in answer.text
    (now,) = await shopping.subscriptions()
    assert await shopping.price_of(now) == "loomlite_starter_monthly"


async def test_a_card_that_is_declined_changes_nothing(shopping: Shopping) -> None:
    await _paid(shopping, "starter")
    opened = await shopping.alice.post("/billing/portal")
    shopping.local.http.post(
        opened.headers["location"], data={"act": "card", "card": DECLINED_LATER_CARD}
    )
    answer = await shopping.alice.post("/billing/change", data=await _form(shopping, "growth"))
    assert answer.status_code == 503
    assert "Your card was declined" in answer.text
    assert "Look at the card at Stripe" in answer.text
    (now,) = await shopping.subscriptions()
    assert (await shopping.price_of(now), now.status) == ("loomlite_starter_monthly", "active")


async def test_while_stripe_is_down_nothing_changes_and_it_is_said(shopping: Shopping) -> None:
    await _paid(shopping, "starter")
    form = await _form(shopping, "growth")
    shopping.local.fail(1000, status=503)
    for path, data in (("change", form), ("cancel", {}), ("keep", {})):
        answer = await shopping.alice.post(f"/billing/{path}", data=data)
        assert answer.status_code == 303
        assert "Try again" in (await shopping.alice.get("/billing")).text
    shopping.local.fail(0)
    (now,) = await shopping.subscriptions()
    assert await shopping.price_of(now) == "loomlite_starter_monthly"


async def test_without_a_plan_there_is_nothing_to_change(shopping: Shopping) -> None:
    for path in ("change?plan=growth&interval=month", "cancel"):
        assert (await shopping.alice.get(f"/billing/{path}")).headers["location"] == "/billing"
    for path in ("cancel", "keep", "planned/drop"):
        answer = await shopping.alice.post(f"/billing/{path}")
        assert answer.headers["location"] == "/billing"
    wrong = await shopping.alice.get("/billing/change?plan=free&interval=month")
    assert wrong.headers["location"] == "/billing/plans"


async def test_what_is_paid_by_use_is_paid_as_often_as_the_plan(shopping: Shopping) -> None:
    meter = await shopping.sdk.billing.meters.create_async(
        {
            "display_name": "Beyond",
            "event_name": "beyond",
            "default_aggregation": {"formula": "sum"},
        }
    )
    product = await shopping.sdk.products.create_async({"name": "Beyond"})
    prices = {}
    for interval in INTERVALS:
        key = overage_lookup_key(interval)
        found = (await shopping.sdk.prices.list_async({"lookup_keys": [key]})).data
        prices[interval] = (
            found[0].id
            if found
            else (
                await shopping.sdk.prices.create_async(
                    {
                        "product": product.id,
                        "currency": "usd",
                        "unit_amount": 30,
                        "recurring": {
                            "interval": interval,
                            "usage_type": "metered",
                            "meter": meter.id,
                        },
                        "lookup_key": key,
                    }
                )
            ).id
        )
    subscription = await _paid(shopping, "growth")
    await shopping.sdk.subscriptions.update_async(
        subscription.id, {"items": [{"price": prices["month"]}]}
    )
    for interval in INTERVALS[::-1]:
        await _change(shopping, "growth", interval)
        (now,) = await shopping.subscriptions()
        if interval == "month":
            shopping.local.move(to=now["items"].data[0].current_period_end + DRAFT_FOR_S)
            (now,) = await shopping.subscriptions()
        assert {each.price.id for each in now["items"].data} > {prices[interval]}
        assert {each.price.recurring.interval for each in now["items"].data} == {interval}


async def test_a_discount_outlasts_a_planned_change(shopping: Shopping) -> None:
    coupon = await shopping.sdk.coupons.create_async({"percent_off": 50, "duration": "forever"})
    await shopping.sdk.promotion_codes.create_async(
        {"promotion": {"type": "coupon", "coupon": coupon.id}, "code": "HALF"}
    )
    asked = await shopping.checkout("business")
    await shopping.alice.get(shopping.pay(asked.headers["location"], promotion_code="half"))
    (subscription,) = await shopping.subscriptions()
    shopping.local.move(to=subscription.trial_end + DRAFT_FOR_S)
    await shopping.alice.post("/billing/look")
    await _change(shopping, "starter")
    (now,) = await shopping.subscriptions()
    assert len(now.discounts) == 1
    shopping.local.move(to=now["items"].data[0].current_period_end + DRAFT_FOR_S)
    await shopping.alice.post("/billing/look")
    assert "$14.50" in await shopping.page()


async def test_who_changes_to_and_fro_in_a_trial_has_what_was_asked_last(
    shopping: Shopping,
) -> None:
    await shopping.buy("starter")
    for plan in ("growth", "starter", "growth"):
        await _change(shopping, plan)
        (now,) = await shopping.subscriptions()
        assert await shopping.price_of(now) == f"loomlite_{plan}_monthly"
