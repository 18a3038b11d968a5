"""A local Stripe beside the service: where it keeps its account, and where its events go."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.billing_settings import LOCAL_PORT
from app.local_stripe.server import LocalStripe, run_local_stripe
from app.settings import Settings

# Of a Stripe on this machine alone, which anybody here may ask.
LOCAL_KEY = "sk_test_local"
LOCAL_SECRET = "whsec_of_the_local_stripe"  # noqa: S105


@contextmanager
def run_beside(
    settings: Settings, *, port: int = LOCAL_PORT, file: Path | None = None
) -> Iterator[LocalStripe]:
    """A local Stripe that tells the service of these settings what happens, while the block lasts.

    What is bought there is kept in LOOMLITE_VAR, or in `file`. Raises OSError for a taken port.
    """
    hook = (f"{settings.base_url}/webhooks/stripe", settings.stripe_webhook_secret or LOCAL_SECRET)
    kept = file or settings.var_folder / "stripe.json"
    with run_local_stripe(port=port, file=kept, webhook=hook) as running:
        yield running
