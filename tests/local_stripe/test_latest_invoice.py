"""Which invoice a subscription's status goes by: the latest that is finalized, as at Stripe."""

from app.local_stripe.customers import DECLINED_LATER_CARD, GOOD_CARD
from app.local_stripe.invoices import DRAFT_FOR_S
from tests.local_stripe.conftest import Shop, item_of


async def _owing(shop: Shop) -> str:
    """The id of a subscription whose second month is not paid, though the card is good again."""
    subscription = await shop.buy()
    await shop.portal(act="card", card=DECLINED_LATER_CARD)
    shop.local.move(to=item_of(subscription).current_period_end + DRAFT_FOR_S)
    await shop.portal(act="card", card=GOOD_CARD)
    assert (await shop.subscription(subscription.id)).status == "past_due"
    return str(subscription.id)


async def test_a_small_invoice_that_is_paid_hides_a_large_one_that_is_open(shop: Shop) -> None:
    subscription_id = await _owing(shop)
    assert (await shop.portal(act="plan", price=shop.large)).status_code == 200
    assert [each.status for each in await shop.invoices()] == ["paid", "open", "paid"]
    assert (await shop.subscription(subscription_id)).status == "active"
    # The older one fails again, and is paid at last: the status goes by neither.
    await shop.portal(act="card", card=DECLINED_LATER_CARD)
    older = (await shop.invoices())[1]
    assert (await shop.portal(act="pay", invoice=older.id)).status_code == 402
    assert (await shop.subscription(subscription_id)).status == "active"


async def test_an_older_invoice_that_is_paid_leaves_the_latest_due(shop: Shop) -> None:
    subscription_id = await _owing(shop)
    older = (await shop.invoices())[-1]
    await shop.portal(act="card", card=DECLINED_LATER_CARD)
    item = item_of(await shop.subscription(subscription_id))
    change = {
        "items": [{"id": item.id, "price": shop.large}],
        "proration_behavior": "always_invoice",
    }
    await shop.sdk.subscriptions.update_async(subscription_id, change)
    latest = (await shop.invoices())[-1]
    assert latest.status == "open"
    await shop.portal(act="card", card=GOOD_CARD)
    await shop.portal(act="pay", invoice=older.id)
    assert (await shop.subscription(subscription_id)).status == "past_due"
    await shop.portal(act="pay", invoice=latest.id)
    assert (await shop.subscription(subscription_id)).status == "active"
