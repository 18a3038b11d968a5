"""Any life of a subscription adds up: what was charged is what the plans cost for their time."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.local_stripe.account import Account, Thing
from app.local_stripe.catalogue import create_price, create_product
from app.local_stripe.changes import preview_invoice, update_subscription
from app.local_stripe.clock import do_what_is_due
from app.local_stripe.customers import create_customer, update_customer
from app.local_stripe.periods import DAY_S, HOUR_S
from app.local_stripe.subscriptions import create_subscription

START = 1_800_000_000
CENTS = (2900, 9900, 29_900)
STEP = st.tuples(st.integers(1, 40 * 24), st.sampled_from(range(len(CENTS))))


def _account() -> tuple[Account, list[str], str]:
    account = Account()
    with account.held_at(START):
        product = create_product(account, {"name": "Videos"})
        prices = [
            create_price(
                account,
                {
                    "product": product["id"],
                    "currency": "usd",
                    "unit_amount": cents,
                    "recurring": {"interval": "month"},
                },
            )["id"]
            for cents in CENTS
        ]
        customer = create_customer(account, {"payment_method": "pm_card_visa"})
        card = account.all("payment_method")[0]["id"]
        update_customer(
            account, {"invoice_settings": {"default_payment_method": card}}, customer["id"]
        )
    return account, prices, customer["id"]


def _change(subscription: Thing, price: str, behavior: str) -> dict[str, Any]:
    item = subscription["items"]["data"][0]
    return {"items": [{"id": item["id"], "price": price}], "proration_behavior": behavior}


@settings(max_examples=40, deadline=None)
@given(st.lists(STEP, max_size=6), st.sampled_from(("always_invoice", "create_prorations")))
def test_what_was_charged_is_the_plans_price_for_their_time(
    steps: list[tuple[int, int]], behavior: str
) -> None:
    account, prices, customer_id = _account()
    moment, now_at, earned = START, 0, 0.0
    with account.held_at(moment):
        subscription = create_subscription(
            account, {"customer": customer_id, "items": [{"price": prices[0]}]}
        )
    for hours, wanted in steps:
        earned += _cost(account, subscription, CENTS[now_at], moment, moment + hours * HOUR_S)
        moment += hours * HOUR_S
        with account.held_at(moment):
            change = _change(subscription, prices[wanted], behavior)
            asked: dict[str, Any] = {
                "subscription": subscription["id"],
                "subscription_details": dict(change),
            }
            expected = preview_invoice(account, asked)["total"]
            before = len(account.all("invoice"))
            update_subscription(account, change, subscription["id"])
            made = account.all("invoice")[before:]
            assert [each["total"] for each in made] in ([], [expected])
        now_at = wanted
    # To the end of the period, and until its draft is charged.
    end = subscription["items"]["data"][0]["current_period_end"]
    earned += _cost(account, subscription, CENTS[now_at], moment, end)
    do_what_is_due(account, end + HOUR_S)
    paid = sum(each["total"] for each in account.all("invoice"))
    # The next period is paid for already. Each change rounds twice, by half a cent at most.
    assert abs(paid - CENTS[now_at] - earned) <= len(steps) + 1
    for invoice in account.all("invoice"):
        assert invoice["status"] == "paid"
        assert sum(line["amount"] for line in invoice["lines"]["data"]) == invoice["total"]
    charged = sum(each["amount_paid"] for each in account.all("invoice"))
    balance = account.get("customer", customer_id)["balance"]
    assert charged == paid - balance
    assert len({each["number"] for each in account.all("invoice")}) == len(account.all("invoice"))


def _cost(account: Account, subscription: Thing, cents: int, start: int, end: int) -> float:
    """What so long costs at this price; the clock goes along, period by period."""
    cost = 0.0
    while start < end:
        item = subscription["items"]["data"][0]
        length = item["current_period_end"] - item["current_period_start"]
        until = min(end, item["current_period_end"])
        cost += cents * (until - start) / length
        do_what_is_due(account, until)
        start = until
    return cost


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 20 * DAY_S), min_size=1, max_size=6))
def test_the_clock_brings_the_same_in_one_move_as_in_many(moves: list[int]) -> None:
    ends = []
    for steps in (moves, [sum(moves)]):
        account, prices, customer_id = _account()
        with account.held_at(START):
            asked = {"customer": customer_id, "items": [{"price": prices[1]}]}
            subscription = create_subscription(account, asked | {"trial_period_days": 5})
        moment = START
        for step in steps:
            moment += step
            do_what_is_due(account, moment)
        item = subscription["items"]["data"][0]
        ends.append(
            (
                subscription["status"],
                item["current_period_start"],
                item["current_period_end"],
                [(each["total"], each["status"]) for each in account.all("invoice")],
                [each["type"] for each in account.all("event")],
            )
        )
    assert ends[0] == ends[1]
