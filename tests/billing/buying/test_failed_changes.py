"""A change that Stripe does not make: a cancelled plan still ends, and what is lost is said."""

import re
from dataclasses import replace

import pytest

from app.billing.plan_changes import make_change
from app.billing.plans import STARTER
from app.billing.shop import Shop
from app.billing.stripe_api import StripeApi, StripeFailed
from app.local_stripe.customers import DECLINED_LATER_CARD
from app.local_stripe.invoices import DRAFT_FOR_S
from tests.billing.buying.conftest import Shopping
from tests.cast import litestar_in

SCHEDULES = "/v1/subscription_schedules"
GONE = "The change that was planned is no longer planned."


async def _paid(shopping: Shopping, plan: str) -> None:
    await shopping.buy(plan)
    (subscription,) = await shopping.subscriptions()
    shopping.local.move(to=subscription.trial_end + DRAFT_FOR_S)
    await shopping.alice.post("/billing/look")


async def _form(shopping: Shopping, plan: str) -> dict[str, str]:
    page = await shopping.alice.get(f"/billing/change?plan={plan}&interval=month")
    assert page.status_code == 200, page.headers
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))


async def _plan_starter(shopping: Shopping) -> None:
    form = await _form(shopping, "starter")
    assert (await shopping.alice.post("/billing/change", data=form)).status_code == 303


# Making the schedule fails, or telling it what follows.
@pytest.mark.parametrize("path", [SCHEDULES, f"{SCHEDULES}/"])
async def test_a_cancelled_plan_still_ends_after_a_change_that_failed(
    shopping: Shopping, path: str
) -> None:
    await _paid(shopping, "growth")
    await shopping.alice.post("/billing/cancel")
    form = await _form(shopping, "starter")
    shopping.local.fail(1, status=400, path=path)
    answer = await shopping.alice.post("/billing/change", data=form)
    assert answer.status_code == 503
    (now,) = await shopping.subscriptions()
    assert (now.cancel_at_period_end, now.schedule) == (True, None)
    shopping.local.move(to=now["items"].data[0].current_period_end + DRAFT_FOR_S)
    assert await shopping.subscriptions() == []


async def test_a_cancelled_plan_still_ends_after_a_change_that_took_too_long(
    shopping: Shopping, stripe_api: StripeApi
) -> None:
    await _paid(shopping, "growth")
    await shopping.alice.post("/billing/cancel")
    form, cast = await _form(shopping, "starter"), shopping.cast
    shop = Shop(stripe_api, litestar_in(cast.site.app).state.fetch_customer)
    shopping.local.fail(1, status=200, delay_s=60, path=SCHEDULES)
    with pytest.raises(StripeFailed, match="does not answer"):
        async with (
            cast.site.database.session(workspace_id=cast.acme.id) as session,
            replace(shop, within_s=3).in_time(),
        ):
            await make_change(
                *(session, shop, cast.users["alice"], STARTER, "month"),
                seen_price_id=form["price"],
                at=None,
            )
    (now,) = await shopping.subscriptions()
    assert (now.cancel_at_period_end, now.schedule) == (True, None)


async def test_a_day_that_was_set_at_stripe_for_the_end_is_set_again(shopping: Shopping) -> None:
    await _paid(shopping, "growth")
    (now,) = await shopping.subscriptions()
    day = now["items"].data[0].current_period_end + 5 * 86_400
    await shopping.sdk.subscriptions.update_async(now.id, {"cancel_at": day})
    await shopping.alice.post("/billing/look")
    form = await _form(shopping, "starter")
    shopping.local.fail(1, status=400, path=SCHEDULES)
    assert (await shopping.alice.post("/billing/change", data=form)).status_code == 503
    (now,) = await shopping.subscriptions()
    assert (now.cancel_at, now.cancel_at_period_end) == (day, False)


async def test_an_end_that_cannot_be_set_again_is_said(shopping: Shopping) -> None:
    await _paid(shopping, "growth")
    await shopping.alice.post("/billing/cancel")
    form = await _form(shopping, "starter")
    # The schedule is made, and then can be neither changed nor let go.
    shopping.local.fail(1000, status=400, path=f"{SCHEDULES}/")
    answer = await shopping.alice.post("/billing/change", data=form)
    assert answer.status_code == 503
    assert "it may be that it does not end any more" in answer.text


async def test_a_planned_change_that_went_for_a_refused_one_is_said(shopping: Shopping) -> None:
    await _paid(shopping, "growth")
    await _plan_starter(shopping)
    opened = await shopping.alice.post("/billing/portal")
    shopping.local.http.post(
        opened.headers["location"], data={"act": "card", "card": DECLINED_LATER_CARD}
    )
    answer = await shopping.alice.post("/billing/change", data=await _form(shopping, "business"))
    assert answer.status_code == 503
    assert f"Your card was declined. {GONE}" in re.sub(r"\s+", " ", answer.text)
    assert "the plan is Starter" not in await shopping.page()


@pytest.mark.parametrize("path", [SCHEDULES, "/v1/subscriptions/"])
async def test_a_planned_change_that_went_for_an_end_is_said_only_where_it_went(
    shopping: Shopping, path: str
) -> None:
    await _paid(shopping, "growth")
    await _plan_starter(shopping)
    shopping.local.fail(1, status=400, path=path)
    assert (await shopping.alice.post("/billing/cancel")).status_code == 303
    shown = await shopping.page()
    assert (GONE in shown) == (path != SCHEDULES)
    assert ("the plan is Starter" in shown) == (path == SCHEDULES)
    (now,) = await shopping.subscriptions()
    assert now.cancel_at is None
