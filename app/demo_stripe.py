"""Where the demo's team buys its plans: at a Stripe of this machine, unless another one is set."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import structlog

from app.billing.price_list import compare_prices
from app.billing_settings import STRIPE_URL
from app.errors import LoomliteError
from app.jobs.billing import reconcile_billing
from app.jobs.services import Services
from app.settings import Settings
from app.stripe_beside import LOCAL_KEY, LOCAL_SECRET, run_beside

log = structlog.get_logger()


@contextmanager
def demo_stripe(settings: Settings) -> Iterator[Settings]:
    """The settings of a service that sells: at the Stripe that is set, else at one that runs here
    while the block lasts."""
    if settings.sells:
        yield settings
        return
    with ExitStack() as stack:
        try:
            running = stack.enter_context(run_beside(settings))
        except OSError:
            # Another program has its port. Links of earlier invoices lead nowhere then.
            running = stack.enter_context(run_beside(settings, port=0))
        yield replace(
            settings,
            stripe_secret_key=LOCAL_KEY,
            stripe_webhook_secret=LOCAL_SECRET,
            stripe_api_url=running.url,
        )


def is_local(settings: Settings) -> bool:
    """Whether plans are sold at a Stripe on this machine, whose clock anybody may move."""
    return settings.sells and settings.stripe_api_url != STRIPE_URL


async def open_shop(services: Services) -> None:
    """The local Stripe has our prices, and we know what happened there while nobody listened.

    One that is not on this machine is left as it is.
    """
    if services.stripe is None or not is_local(services.settings):
        return
    try:
        found = await compare_prices(services.stripe, change=True)
        await reconcile_billing(services)
    except LoomliteError as error:
        log.warning("demo.no_prices", reason=str(error))
        return
    log.info("demo.prices", made=len(found.made), changed=len(found.changed))
