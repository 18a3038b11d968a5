"""A plan that is not paid is not changed: first its invoice, and the pages say so before."""

import re
from typing import Any

import pytest

from app.local_stripe.customers import DECLINED_LATER_CARD, GOOD_CARD
from app.local_stripe.invoices import DRAFT_FOR_S
from tests.billing.buying.conftest import Shopping

PAGE = "/billing/change?plan={}&interval=month"
FIRST = "Pay its invoice first"


async def _card(shopping: Shopping, card: str) -> None:
    opened = await shopping.alice.post("/billing/portal")
    shopping.local.http.post(opened.headers["location"], data={"act": "card", "card": card})


async def _form(shopping: Shopping, plan: str) -> dict[str, str]:
    page = await shopping.alice.get(PAGE.format(plan))
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))


async def _end_unpaid(shopping: Shopping) -> None:
    """A period begins that is not paid; the card is good again. Nobody has told us."""
    await _card(shopping, DECLINED_LATER_CARD)
    (now,) = await shopping.subscriptions()
    shopping.local.move(to=now["items"].data[0].current_period_end + DRAFT_FOR_S)
    await _card(shopping, GOOD_CARD)


async def _owing(shopping: Shopping) -> None:
    await shopping.buy("growth")
    await _end_unpaid(shopping)
    await shopping.alice.post("/billing/look")


@pytest.mark.parametrize("plan", ["business", "starter"])
async def test_a_plan_that_is_not_paid_is_changed_neither_up_nor_down(
    shopping: Shopping, plan: str
) -> None:
    await shopping.buy("growth")
    (trial,) = await shopping.subscriptions()
    shopping.local.move(to=trial.trial_end + DRAFT_FOR_S)
    await shopping.alice.post("/billing/look")
    form = await _form(shopping, plan)
    await _end_unpaid(shopping)
    # Our copy still says that all is paid: Stripe is asked.
    answer = await shopping.alice.post("/billing/change", data=form)
    assert answer.headers["location"] == "/billing"
    (now,) = await shopping.subscriptions()
    assert await shopping.price_of(now) == "loomlite_growth_monthly"
    assert (now.status, now.schedule) == ("past_due", None)
    shown = await shopping.page()
    assert FIRST in shown
    assert "Pay the invoice</a>" in shown
    # And by our copy, which knows it since then.
    answer = await shopping.alice.post("/billing/change", data=form)
    assert answer.headers["location"] == "/billing"
    assert FIRST in await shopping.page()
    (now,) = await shopping.subscriptions()
    assert await shopping.price_of(now) == "loomlite_growth_monthly"


async def test_what_a_change_costs_is_not_shown_while_a_payment_is_open(
    shopping: Shopping,
) -> None:
    await shopping.buy("growth")
    await _end_unpaid(shopping)
    assert (await shopping.alice.get(PAGE.format("business"))).headers["location"] == "/billing"
    shown = await shopping.page()
    assert FIRST in shown
    assert "Pay the invoice</a>" in shown


async def test_the_pages_offer_no_change_before_the_payment_and_every_change_after(
    shopping: Shopping,
) -> None:
    await _owing(shopping)
    assert "Change plan</a>" not in await shopping.page()
    plans = (await shopping.alice.get("/billing/plans")).text
    assert "Until then no other plan can be chosen" in plans
    assert "Pay the invoice</a>" in plans
    assert "/billing/change" not in plans
    assert "/billing/checkout" not in plans
    # It can be cancelled all the same.
    assert "Cancel Growth" in plans
    (invoice,) = (await shopping.sdk.invoices.list_async({"status": "open"})).data
    await shopping.sdk.invoices.pay_async(invoice.id)
    await shopping.alice.post("/billing/look")
    assert "Change plan</a>" in await shopping.page()
    plans = (await shopping.alice.get("/billing/plans")).text
    assert "Until then" not in plans
    assert "/billing/change?plan=business" in plans
    assert (await shopping.alice.get(PAGE.format("business"))).status_code == 200


async def test_who_owes_a_payment_buys_no_second_plan_and_is_told_what_to_pay(
    shopping: Shopping,
) -> None:
    await _owing(shopping)
    answer = await shopping.checkout("business")
    assert answer.headers["location"] == "/billing"
    assert FIRST in await shopping.page()


async def test_a_plan_that_is_not_paid_is_cancelled_with_the_invoice_still_due(
    shopping: Shopping,
) -> None:
    await _owing(shopping)
    page = (await shopping.alice.get("/billing/cancel")).text
    assert "which is paid for" not in page
    assert "that invoice stays due" in page
    assert (await shopping.alice.post("/billing/cancel")).status_code == 303
    shown = await shopping.page()
    assert "Growth ends on" in shown
    assert "paid for" not in shown


async def test_a_paused_plan_is_shown_as_that_and_what_to_do_about_it(shopping: Shopping) -> None:
    await shopping.checkout("growth")
    (customer,) = (await shopping.sdk.customers.list_async({})).data
    (price,) = (
        await shopping.sdk.prices.list_async({"lookup_keys": ["loomlite_growth_monthly"]})
    ).data
    made = await shopping.sdk.subscriptions.create_async(
        {
            "customer": customer.id,
            "items": [{"price": price.id}],
            "trial_period_days": 14,
            "trial_settings": {"end_behavior": {"missing_payment_method": "pause"}},
        }
    )
    shopping.local.move(to=made.trial_end)
    assert (await shopping.sdk.subscriptions.retrieve_async(made.id)).status == "paused"
    await shopping.alice.post("/billing/look")
    said = "Growth is paused at Stripe: nothing is charged, and nothing of it works. End it there"
    shown = await shopping.page()
    assert said in shown
    assert "Growth ended" not in shown
    plans = (await shopping.alice.get("/billing/plans")).text
    assert said in plans
    assert "/billing/checkout" not in plans
    assert (await shopping.checkout("growth")).headers["location"] == "/billing"
    shown = await shopping.page()
    # Of the press, and of the page as it always is.
    assert shown.count(said) == 2
    assert "Change its plan" not in shown


async def test_a_subscription_that_gives_no_plan_is_ended_before_one_is_bought(
    shopping: Shopping,
) -> None:
    await shopping.checkout("growth")
    (customer,) = (await shopping.sdk.customers.list_async({})).data
    product = await shopping.sdk.products.create_async({"name": "Something else"})
    await shopping.sdk.subscriptions.create_async(
        {
            "customer": customer.id,
            "items": [{"price": (await _odd_price(shopping, product.id)).id}],
            "trial_period_days": 14,
        }
    )
    assert (await shopping.checkout("growth")).headers["location"] == "/billing"
    shown = await shopping.page()
    assert "A subscription that gives no plan here is open at Stripe" in shown
    assert "Change its plan" not in shown


async def _odd_price(shopping: Shopping, product_id: str) -> Any:
    return await shopping.sdk.prices.create_async(
        {
            "product": product_id,
            "currency": "usd",
            "unit_amount": 500,
            "recurring": {"interval": "month"},
        }
    )
