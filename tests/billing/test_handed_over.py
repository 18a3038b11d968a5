"""Receipts of a workspace that is handed over go to who owns it then."""

import pytest

from app.accounts.models import User
from app.jobs.catalogue import FOLLOW_OWNER
from app.jobs.customer_owners import follow_address, follow_owner
from app.settings import Settings
from tests.billing.conftest import Till
from tests.cast import Cast


@pytest.fixture
def settings(selling: Settings) -> Settings:
    return selling


async def _hand_over(till: Till, cast: Cast) -> str:
    """To Adam; the address that Stripe has then."""
    form = {"user_id": str(cast.users["adam"].id), "name": cast.acme.name}
    answer = await cast.alice.post("/settings/danger/transfer", data=form)
    assert answer.status_code == 303, answer.text
    (job,) = [each for each in till.sent if each.name == FOLLOW_OWNER]
    # Twice does no harm.
    for _ in range(2):
        await follow_owner(till.services, **job.arguments)
    return str((await till.sdk.customers.retrieve_async(till.customer_id)).email)


async def test_the_customer_has_the_address_of_the_new_owner(till: Till, cast: Cast) -> None:
    alice, adam = cast.users["alice"].email, cast.users["adam"].email
    await till.sdk.customers.update_async(till.customer_id, {"email": alice})
    assert await _hand_over(till, cast) == adam


async def test_an_address_that_was_chosen_at_stripe_stays(till: Till, cast: Cast) -> None:
    await till.sdk.customers.update_async(till.customer_id, {"email": "books@acme.com"})
    assert await _hand_over(till, cast) == "books@acme.com"


async def test_the_customer_follows_its_owner_to_another_address(till: Till, cast: Cast) -> None:
    former = cast.users["alice"].email
    await till.sdk.customers.update_async(till.customer_id, {"email": former})
    async with cast.site.database.session() as session:
        alice = await session.get_one(User, cast.users["alice"].id)
        alice.email = "alice@new.example.com"
    await follow_address(till.services, user_id=str(alice.id), former_email=former)
    customer = await till.sdk.customers.retrieve_async(till.customer_id)
    assert customer.email == "alice@new.example.com"
