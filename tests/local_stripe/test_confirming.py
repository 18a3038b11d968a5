"""A card whose bank wants to hear from whoever pays: with nobody there the payment waits."""

from app.local_stripe.customers import CONFIRM_CARD
from app.local_stripe.invoices import DRAFT_FOR_S
from tests.local_stripe.conftest import Shop


async def _intent(shop: Shop, invoice_id: str) -> str:
    payments = await shop.sdk.invoice_payments.list_async(
        {"invoice": invoice_id, "expand": ["data.payment.payment_intent"]}
    )
    return str(payments.data[0].payment.payment_intent.status)


async def test_a_renewal_waits_until_its_bank_has_heard_from_a_person(shop: Shop) -> None:
    session = await shop.checkout(shop.small)
    assert shop.pay(session.url, card=CONFIRM_CARD).status_code == 303
    bought = await shop.sdk.checkout.sessions.retrieve_async(session.id)
    subscription = await shop.subscription(bought.subscription)
    shop.local.move(to=subscription["items"].data[0].current_period_end + DRAFT_FOR_S)
    assert (await shop.subscription(subscription.id)).status == "past_due"
    first, second = await shop.invoices()
    assert (await _intent(shop, first.id), first.status) == ("succeeded", "paid")
    assert (await _intent(shop, second.id), second.status) == ("requires_action", "open")
    events = await shop.sdk.events.list_async({"type": "invoice.payment_action_required"})
    assert [each.data.object.id for each in events.data] == [second.id]
    assert shop.pay(second.hosted_invoice_url).status_code == 200
    assert await _intent(shop, second.id) == "succeeded"
    assert (await shop.subscription(subscription.id)).status == "active"
