"""At Stripe, after a workspace is deleted: nothing is bought for it any longer, nor goes on."""

import structlog

from app.billing.stripe_api import StripeFailed
from app.billing.stripe_purchases import Purchases
from app.billing.stripe_values import ENTITLED
from app.jobs.services import Services

log = structlog.get_logger()


async def close_customer(services: Services, *, customer_id: str) -> None:
    """The customer's open pages to pay on are closed, and what was paid there a moment ago ends
    with its period. Raises StripeFailed for another try."""
    if services.stripe is None:
        return
    purchases = Purchases(services.stripe)
    if await services.stripe.get_customer(customer_id) is None:
        return
    for checkout in await purchases.list_checkouts(customer_id):
        try:
            await purchases.expire_checkout(checkout.id)
        except StripeFailed as failed:
            # Somebody paid on it meanwhile: what came of that is among the subscriptions.
            if not failed.permanent:
                raise
    state = await services.stripe.get_customer(customer_id)
    for each in state.subscriptions if state else ():
        if each.status in ENTITLED and each.cancel_at is None:
            await purchases.set_ending(each.id, ends=True)
            log.warning("billing.ended_after_workspace", subscription_id=each.id)
