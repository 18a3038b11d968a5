"""From the choice of a plan to the page that shows it, over our pages and Stripe's."""

import re

from app.billing.plans import TRIAL_DAYS
from app.local_stripe.customers import CONFIRM_CARD, DECLINED_LATER_CARD
from app.local_stripe.invoices import DRAFT_FOR_S
from tests.billing.buying.conftest import Shopping
from tests.billing.conftest import problems
from tests.campaigns.boards import counted_statements
from tests.cast import Cast

STATEMENTS_AT_MOST = 12


async def test_a_plan_is_chosen_paid_and_there_when_one_comes_back(shopping: Shopping) -> None:
    before = await shopping.page()
    assert "Free" in before
    assert "Choose a plan" in before
    choices = await shopping.alice.get("/billing/plans?interval=year")
    assert "$990" in choices.text
    assert f"Try Growth for {TRIAL_DAYS} days" in choices.text
    asked = await shopping.checkout("growth", "year")
    assert asked.status_code == 303
    assert asked.headers["location"].startswith(f"{shopping.local.url}/checkout/cs_test_")
    back = shopping.pay(asked.headers["location"], tax_id="DE123456789")
    assert back == f"{shopping.alice.base_url}/billing/return"
    returned = await shopping.alice.get(back)
    assert (returned.status_code, returned.headers["location"]) == (303, "/billing")
    # No webhook came: Stripe was asked.
    page = await shopping.page()
    assert "$990 a year" in page
    assert "Trial" in page
    assert "Visa ending in 4242" in page
    (subscription,) = await shopping.subscriptions()
    assert await shopping.price_of(subscription) == "loomlite_growth_yearly"
    workspace_id = str(shopping.cast.acme.id)
    assert subscription.metadata["workspace_id"] == workspace_id
    customer = await shopping.sdk.customers.retrieve_async(subscription.customer)
    assert customer.metadata["workspace_id"] == workspace_id
    assert customer.email == "alice@example.com"
    tax_ids = await shopping.sdk.customers.tax_ids.list_async(customer.id)
    assert [each.value for each in tax_ids.data] == ["DE123456789"]


async def test_there_is_one_trial_for_a_workspace(shopping: Shopping) -> None:
    await shopping.buy("starter")
    (first,) = await shopping.subscriptions()
    assert first.status == "trialing"
    await shopping.sdk.subscriptions.cancel_async(first.id)
    await shopping.alice.post("/billing/look")
    assert "Starter ended" in await shopping.page()
    choices = await shopping.alice.get("/billing/plans")
    assert "Buy Growth" in choices.text
    await shopping.buy("growth")
    (second,) = await shopping.subscriptions()
    assert second.status == "active"
    page = await shopping.page()
    assert "Paid" in page
    assert re.search(r"Number.*L\d{6}-0002", page, re.DOTALL)
    assert "$99" in page


async def test_two_tabs_are_given_the_same_page_to_pay_on(shopping: Shopping) -> None:
    first = await shopping.checkout("growth")
    second = await shopping.checkout("growth")
    assert first.headers["location"] == second.headers["location"]
    other = await shopping.checkout("business")
    assert other.headers["location"] != first.headers["location"]
    # Whoever comes back to the first tab cannot pay there any more.
    assert "has expired" in shopping.local.http.get(first.headers["location"]).text
    answer = shopping.local.http.post(first.headers["location"], data={"card": "4242424242424242"})
    assert answer.status_code == 402
    await shopping.alice.get(shopping.pay(other.headers["location"]))
    (subscription,) = await shopping.subscriptions()
    assert await shopping.price_of(subscription) == "loomlite_business_monthly"
    assert len((await shopping.sdk.customers.list_async({})).data) == 1


async def test_who_bought_in_another_tab_buys_no_second_plan(shopping: Shopping) -> None:
    asked = await shopping.checkout("growth")
    shopping.pay(asked.headers["location"])
    # The other tab knows nothing of it yet, and neither do we.
    again = await shopping.checkout("starter")
    assert again.headers["location"] == "/billing"
    assert len(await shopping.subscriptions()) == 1
    assert "has a subscription already" in (await shopping.alice.get("/billing")).text
    assert "Growth" in await shopping.page()


async def test_a_page_to_pay_on_that_ran_out_is_replaced(shopping: Shopping) -> None:
    first = await shopping.checkout("growth")
    shopping.local.move(days=2)
    second = await shopping.checkout("growth")
    assert second.headers["location"] != first.headers["location"]
    assert "has expired" not in shopping.local.http.get(second.headers["location"]).text


async def test_a_coupon_is_taken_at_stripe(shopping: Shopping) -> None:
    coupon = await shopping.sdk.coupons.create_async({"percent_off": 50, "duration": "forever"})
    await shopping.sdk.promotion_codes.create_async(
        {"promotion": {"type": "coupon", "coupon": coupon.id}, "code": "HALF"}
    )
    asked = await shopping.checkout("growth")
    back = shopping.pay(asked.headers["location"], promotion_code="half")
    await shopping.alice.get(back)
    (subscription,) = await shopping.subscriptions()
    shopping.local.move(to=subscription.trial_end + DRAFT_FOR_S)
    await shopping.alice.post("/billing/look")
    page = await shopping.page()
    assert "$49.50" in page
    assert "with your discount taken off" in page


async def test_members_see_the_plan_and_cannot_buy(shopping: Shopping) -> None:
    await shopping.buy("growth")
    page = await shopping.cast.bob.get("/billing")
    assert page.status_code == 200
    assert "Growth" in page.text
    assert "Owners and admins can change the plan" in page.text
    assert "first payment" not in page.text
    await _see_what_is_paid(shopping, "ending in", "Invoices")
    assert "<form" not in page.text.partition('class="billing"')[2].partition("</main>")[0]
    assert "Owners and admins" in (await shopping.cast.bob.get("/billing/plans")).text
    data = {"plan": "growth", "interval": "month"}
    for path in ("checkout", "portal", "look", "change", "cancel", "keep", "planned/drop"):
        assert (await shopping.cast.bob.post(f"/billing/{path}", data=data)).status_code == 403
    for path in ("return", "back", "change?plan=business&interval=month", "cancel"):
        assert (await shopping.cast.bob.get(f"/billing/{path}")).status_code == 403
    assert len(await shopping.subscriptions()) == 1


async def test_members_are_told_nothing_of_a_payment_that_failed(shopping: Shopping) -> None:
    shopping.pay((await shopping.checkout("growth")).headers["location"], DECLINED_LATER_CARD)
    (subscription,) = await shopping.subscriptions()
    shopping.local.move(to=subscription.trial_end + DRAFT_FOR_S)
    await shopping.alice.post("/billing/look")
    await _see_what_is_paid(shopping, "payment failed", "Payment failed", "$99<", ">Pay<")


async def _see_what_is_paid(shopping: Shopping, *words: str) -> None:
    """Owners and admins read these words on the billing page, and members none of them."""
    pages = [(await who.get("/billing")).text for who in (shopping.alice, shopping.cast.adam)]
    of_member = (await shopping.cast.bob.get("/billing")).text
    for each in words:
        assert all(each in page for page in pages), each
        assert each not in of_member, each


async def test_an_admin_buys_as_the_owner_does(shopping: Shopping) -> None:
    asked = await shopping.checkout("starter", by=shopping.cast.adam)
    assert asked.status_code == 303
    entries = await shopping.alice.get("/settings/audit-log")
    assert "began to buy the plan" in entries.text


async def test_a_stranger_finds_nothing_to_buy(shopping: Shopping) -> None:
    cast: Cast = shopping.cast
    data = {"plan": "growth", "interval": "month"}
    for path in ("checkout", "portal", "look", "change", "cancel", "keep", "planned/drop"):
        assert (await cast.charlie.post(f"/billing/{path}", data=data)).status_code == 404
    for path in ("", "/plans", "/return", "/back", "/cancel"):
        assert (await cast.charlie.get(f"/billing{path}")).status_code == 404


async def test_what_is_no_plan_is_not_bought(shopping: Shopping) -> None:
    for data in ({"plan": "free", "interval": "month"}, {"plan": "growth", "interval": "day"}, {}):
        answer = await shopping.alice.post("/billing/checkout", data=data)
        assert answer.status_code == 422
    assert (await shopping.sdk.customers.list_async({})).data == []


async def test_a_price_that_is_not_ours_is_refused_and_reported(shopping: Shopping) -> None:
    prices = await shopping.sdk.prices.list_async({"lookup_keys": ["loomlite_growth_monthly"]})
    await shopping.sdk.prices.create_async(
        {
            "product": prices.data[0].product,
            "currency": "usd",
            "unit_amount": 9_901,
            "recurring": {"interval": "month"},
            "lookup_key": "loomlite_growth_monthly",
            "transfer_lookup_key": True,
        }
    )
    before = problems("foreign_price")
    answer = await shopping.checkout("growth")
    assert answer.status_code == 503
    assert "is not the one shown here" in answer.text
    assert problems("foreign_price") == before + 1


async def test_while_stripe_is_down_pages_work_and_buying_says_try_again(
    shopping: Shopping,
) -> None:
    await shopping.buy("starter")
    shopping.local.fail(1000, status=503)
    page = await shopping.page()
    assert "Starter" in page
    assert "As Stripe said" in page
    looked = await shopping.alice.post("/billing/look")
    assert looked.status_code == 303
    assert "does not answer right now" in (await shopping.alice.get("/billing")).text
    portal = await shopping.alice.post("/billing/portal")
    assert portal.status_code == 503
    assert "Try again" in portal.text
    shopping.local.fail(0)
    assert (await shopping.alice.post("/billing/portal")).status_code == 303


async def test_while_stripe_is_down_nobody_buys_and_the_choice_is_kept(shopping: Shopping) -> None:
    shopping.local.fail(1000, status=503)
    answer = await shopping.checkout("growth", "year")
    assert answer.status_code == 503
    assert "Try again in a few minutes" in answer.text
    assert re.search(r'choice-first" id="plan-growth"', answer.text)
    assert "$990" in answer.text
    shopping.local.fail(0)
    assert (await shopping.checkout("growth", "year")).status_code == 303


async def test_a_customer_of_another_account_is_made_anew(shopping: Shopping) -> None:
    await shopping.checkout("growth")
    (customer,) = (await shopping.sdk.customers.list_async({})).data
    await shopping.sdk.customers.delete_async(customer.id)
    assert (await shopping.checkout("growth")).status_code == 303
    (another,) = (await shopping.sdk.customers.list_async({})).data
    assert another.id != customer.id


async def test_the_portal_opens_for_this_customer_and_what_is_done_there_is_seen(
    shopping: Shopping,
) -> None:
    await shopping.buy("starter")
    opened = await shopping.alice.post("/billing/portal")
    url = opened.headers["location"]
    assert url.startswith(f"{shopping.local.url}/portal/")
    assert shopping.local.http.post(url, data={"act": "cancel"}).status_code == 200
    assert (await shopping.alice.get("/billing/back")).headers["location"] == "/billing"
    assert "Starter ends on" in await shopping.page()


async def test_a_payment_that_failed_says_what_to_do(shopping: Shopping) -> None:
    await shopping.buy("starter")
    (subscription,) = await shopping.subscriptions()
    opened = await shopping.alice.post("/billing/portal")
    shopping.local.http.post(
        opened.headers["location"], data={"act": "card", "card": DECLINED_LATER_CARD}
    )
    shopping.local.move(to=subscription.trial_end + DRAFT_FOR_S)
    await shopping.alice.post("/billing/look")
    page = await shopping.page()
    assert "Payment failed" in page
    assert "It is tried again on" in page
    assert "Pay the invoice" in page


async def test_a_payment_that_waits_for_its_bank_leads_there(shopping: Shopping) -> None:
    asked = await shopping.checkout("starter")
    await shopping.alice.get(shopping.pay(asked.headers["location"], CONFIRM_CARD))
    (subscription,) = await shopping.subscriptions()
    shopping.local.move(to=subscription.trial_end + DRAFT_FOR_S)
    await shopping.alice.post("/billing/look")
    page = await shopping.page()
    found = re.search(r'<a href="([^"]+)">Confirm it at Stripe', page)
    assert found, page
    assert shopping.local.http.post(found[1]).status_code == 200
    await shopping.alice.post("/billing/look")
    assert "Confirm it at Stripe" not in await shopping.page()


async def test_pages_of_billing_take_few_statements(shopping: Shopping) -> None:
    await shopping.buy("growth")
    for path in ("/billing", "/billing/plans", "/billing/cancel"):
        with counted_statements(shopping.cast) as statements:
            assert (await shopping.alice.get(path)).status_code == 200
        assert len(statements) <= STATEMENTS_AT_MOST, statements


async def test_what_is_paid_besides_the_plan_is_said_and_counted(shopping: Shopping) -> None:
    await shopping.buy("growth")
    (first,) = await shopping.subscriptions()
    prices = await shopping.sdk.prices.list_async({"lookup_keys": ["loomlite_starter_monthly"]})
    for quantity in (1, 3):
        await shopping.sdk.subscriptions.create_async(
            {
                "customer": first.customer,
                "items": [{"price": prices.data[0].id, "quantity": quantity}],
            }
        )
    two, foreign = problems("two_subscriptions"), problems("foreign_price")
    await shopping.alice.post("/billing/look")
    page = await shopping.page()
    assert "Growth" in page
    assert "A second subscription is paid, for Starter" in page
    assert "its quantity is 3, where one is sold" in page
    assert problems("two_subscriptions") == two + 1
    assert problems("foreign_price") == foreign + 1
