"""A local Stripe as the service has it: its settings, its one door, and the SDK for the rest."""

from collections.abc import AsyncIterator, Iterator

import pytest

from app.billing.stripe_api import StripeApi
from app.local_stripe.server import LocalStripe, run_local_stripe

KEY = "sk_test_of_the_tests"


@pytest.fixture
def local_stripe() -> Iterator[LocalStripe]:
    with run_local_stripe(retry_after_s=(0.01, 0.02)) as running:
        yield running


@pytest.fixture
async def stripe_api(local_stripe: LocalStripe) -> AsyncIterator[StripeApi]:
    api = StripeApi(KEY, local_stripe.url)
    yield api
    await api.close()
