"""What a change costs now and next, shown to who has a coupon: to the cent what is charged."""

import re

import pytest

from app.local_stripe.invoices import DRAFT_FOR_S
from tests.billing.buying.conftest import Shopping

AMOUNT = r"</dt><dd>(\N{MINUS SIGN}?)\$([\d,]+(?:\.\d\d)?)</dd>"


async def _buy_for_half(shopping: Shopping, plan: str) -> None:
    coupon = await shopping.sdk.coupons.create_async({"percent_off": 50, "duration": "forever"})
    await shopping.sdk.promotion_codes.create_async(
        {"promotion": {"type": "coupon", "coupon": coupon.id}, "code": "HALF"}
    )
    asked = await shopping.checkout(plan)
    await shopping.alice.get(shopping.pay(asked.headers["location"], promotion_code="half"))


async def _end_period(shopping: Shopping) -> None:
    (now,) = await shopping.subscriptions()
    shopping.local.move(to=now["items"].data[0].current_period_end + DRAFT_FOR_S)
    await shopping.alice.post("/billing/look")


async def _page(shopping: Shopping, plan: str, interval: str = "month") -> str:
    page = await shopping.alice.get(f"/billing/change?plan={plan}&interval={interval}")
    assert page.status_code == 200
    return page.text


def _cents(page: str, label: str) -> int:
    found = re.search(f"<dt>{label}.*?{AMOUNT}", page)
    assert found, page
    cents = round(float(found[2].replace(",", "")) * 100)
    return -cents if found[1] else cents


async def _press(shopping: Shopping, page: str) -> None:
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    answer = await shopping.alice.post("/billing/change", data=form)
    assert answer.status_code == 303, answer.text


async def _totals(shopping: Shopping) -> list[int]:
    return [each.total for each in (await shopping.sdk.invoices.list_async({})).data]


async def test_a_larger_plan_costs_with_a_coupon_what_was_shown_now_and_next(
    shopping: Shopping,
) -> None:
    await _buy_for_half(shopping, "starter")
    await _end_period(shopping)
    page = await _page(shopping, "business")
    # Nothing of the period is used: the half of each price.
    assert _cents(page, "Unused time on Starter") == -1_450
    assert _cents(page, "Today") == 14_950 - 1_450
    assert _cents(page, "Next invoice") == 14_950
    await _press(shopping, page)
    assert (await _totals(shopping))[0] == 14_950 - 1_450
    await _end_period(shopping)
    assert (await _totals(shopping))[0] == 14_950


async def test_the_lines_of_a_longer_interval_add_up(shopping: Shopping) -> None:
    await _buy_for_half(shopping, "starter")
    await _end_period(shopping)
    page = await _page(shopping, "growth", "year")
    (sums,) = re.findall(r'<dl class="change-sum".*?</dl>', page, re.S)
    lines = [
        round(float(each.replace(",", "")) * 100) * (-1 if sign else 1)
        for sign, each in re.findall(AMOUNT, sums)
    ]
    assert sum(lines[:2]) == lines[2] == _cents(page, "Today")
    assert _cents(page, "Next invoice") == 49_500
    await _press(shopping, page)
    assert (await _totals(shopping))[0] == lines[2]


@pytest.mark.parametrize("ends_first", [False, True])
async def test_a_smaller_plan_costs_with_a_coupon_what_was_shown(
    shopping: Shopping, ends_first: bool
) -> None:
    await _buy_for_half(shopping, "business")
    await _end_period(shopping)
    if ends_first:
        await shopping.alice.post("/billing/cancel")
    page = await _page(shopping, "starter")
    assert (_cents(page, "Today"), _cents(page, "Next invoice")) == (0, 1_450)
    await _press(shopping, page)
    # While that is planned, another choice is shown as right.
    assert _cents(await _page(shopping, "growth"), "Next invoice") == 4_950
    await _end_period(shopping)
    assert (await _totals(shopping))[0] == 1_450


async def test_a_trial_shows_the_first_invoice_with_its_coupon(shopping: Shopping) -> None:
    await _buy_for_half(shopping, "starter")
    page = await _page(shopping, "growth")
    assert (_cents(page, "Today"), _cents(page, "Next invoice")) == (0, 4_950)
    await _press(shopping, page)
    await _end_period(shopping)
    assert (await _totals(shopping))[0] == 4_950
