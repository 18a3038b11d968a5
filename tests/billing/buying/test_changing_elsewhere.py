"""A plan that was changed in Stripe's portal while our page showed another one."""

import re

from app.local_stripe.invoices import DRAFT_FOR_S
from tests.billing.buying.conftest import Shopping


async def test_a_switch_whose_word_has_not_come_is_not_undone_by_our_page(
    shopping: Shopping,
) -> None:
    await shopping.buy("starter")
    (bought,) = await shopping.subscriptions()
    shopping.local.move(to=bought.trial_end + DRAFT_FOR_S)
    await shopping.alice.post("/billing/look")
    page = await shopping.alice.get("/billing/change?plan=growth&interval=month")
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    found = await shopping.sdk.prices.list_async({"lookup_keys": ["loomlite_business_monthly"]})
    opened = await shopping.alice.post("/billing/portal")
    switched = shopping.local.http.post(
        opened.headers["location"], data={"act": "plan", "price": found.data[0].id}
    )
    assert switched.status_code == 200
    answer = await shopping.alice.post("/billing/change", data=form)
    assert answer.status_code == 409
    assert "Your plan has changed meanwhile" in answer.text
    # It was looked at again: the page shows what holds now.
    assert "instead of Business" in answer.text
    (now,) = await shopping.subscriptions()
    assert await shopping.price_of(now) == "loomlite_business_monthly"
    assert now.schedule is None
