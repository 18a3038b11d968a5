"""The end of a paying workspace, and of its owner's time: nothing is charged that nobody wants."""

from dataclasses import replace

import pytest

from app.billing.end_of_workspace import why_kept
from app.billing.mirror import list_subscriptions
from app.billing.overage import cap_cents, choose_cap
from app.billing.standing import standing_of
from app.billing.stripe_api import StripeApi
from app.billing.stripe_values import SubscriptionState
from app.jobs.catalogue import CLOSE_CUSTOMER
from app.jobs.worker import FUNCTIONS
from app.local_stripe.customers import GOOD_CARD
from app.mail.letters import date_words
from app.workspaces.models import Workspace
from tests.billing.buying.conftest import Shopping
from tests.billing.conftest import services_of
from tests.postgres import SentJobs

DANGER = "/settings/danger"
NAMED = {"name": "Acme"}


async def _bought(shopping: Shopping) -> SubscriptionState:
    await shopping.buy("starter")
    acme = shopping.cast.acme.id
    async with shopping.cast.site.database.session(workspace_id=acme) as session:
        (bought,) = await list_subscriptions(session)
    return bought


async def _is_there(shopping: Shopping) -> bool:
    acme = shopping.cast.acme.id
    async with shopping.cast.site.database.session(workspace_id=acme) as session:
        return await session.get(Workspace, acme) is not None


async def _allow_overage(shopping: Shopping) -> None:
    acme = shopping.cast.acme.id
    async with shopping.cast.site.database.session(workspace_id=acme) as session:
        alice = shopping.cast.users["alice"]
        await choose_cap(session, await standing_of(session), alice, cents=1_000)


async def _cap_cents(shopping: Shopping) -> int:
    acme = shopping.cast.acme.id
    async with shopping.cast.site.database.session(workspace_id=acme) as session:
        return await cap_cents(session)


async def test_a_workspace_goes_once_its_plan_is_cancelled(shopping: Shopping) -> None:
    bought = await _bought(shopping)
    page = (await shopping.alice.get(DANGER)).text
    assert f"it then ends on {date_words(bought.period_end)}" in page
    assert 'href="/billing"' in page
    assert f'action="{DANGER}/delete"' not in page
    refused = await shopping.alice.post(f"{DANGER}/delete", data=NAMED)
    assert refused.status_code == 422
    assert "Cancel the plan first" in refused.text
    assert await _is_there(shopping)
    assert (await shopping.alice.post("/billing/cancel")).status_code == 303
    assert "Cancel the plan first" not in (await shopping.alice.get(DANGER)).text
    gone = await shopping.alice.post(f"{DANGER}/delete", data=NAMED)
    assert gone.status_code == 303
    assert not await _is_there(shopping)
    (left,) = await shopping.subscriptions()
    assert left.cancel_at is not None


async def test_nothing_is_paid_on_pages_that_were_open_when_a_workspace_went(
    shopping: Shopping, sent_jobs: SentJobs, stripe_api: StripeApi
) -> None:
    site = shopping.cast.site
    services = services_of(site.settings, site.database, stripe_api)
    url = (await shopping.checkout("starter")).headers["location"]
    (customer,) = (await shopping.sdk.customers.list_async()).data
    assert (await shopping.alice.post(f"{DANGER}/delete", data=NAMED)).status_code == 303
    (job,) = [each for each in sent_jobs if each.name == CLOSE_CUSTOMER]
    assert job.arguments == {"customer_id": customer.id}
    for _ in range(2):
        await FUNCTIONS[job.name](services, **job.arguments)
    listed = await shopping.sdk.checkout.sessions.list_async({"customer": customer.id})
    assert [each.status for each in listed.data] == ["expired"]
    assert shopping.local.http.post(url, data={"card": GOOD_CARD}).status_code != 303
    assert await shopping.subscriptions() == []


async def test_what_was_paid_in_that_very_moment_ends_with_its_period(
    shopping: Shopping, sent_jobs: SentJobs, stripe_api: StripeApi
) -> None:
    site = shopping.cast.site
    services = services_of(site.settings, site.database, stripe_api)
    url = (await shopping.checkout("starter")).headers["location"]
    shopping.pay(url)
    assert (await shopping.alice.post(f"{DANGER}/delete", data=NAMED)).status_code == 303
    (job,) = [each for each in sent_jobs if each.name == CLOSE_CUSTOMER]
    await FUNCTIONS[job.name](services, **job.arguments)
    (left,) = await shopping.subscriptions()
    assert left.cancel_at is not None


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("trialing", "Cancel the plan first"), ("active", "Cancel the plan first"),
        ("past_due", "Cancel the plan first"), ("unpaid", "cancel it at Stripe first"),
        ("paused", "cancel it at Stripe first"), ("incomplete", "Within a day"),
        ("canceled", ""), ("incomplete_expired", ""),
    ],
)  # fmt: skip
async def test_whatever_may_be_charged_later_keeps_a_workspace(
    shopping: Shopping, status: str, said: str
) -> None:
    bought = replace(await _bought(shopping), status=status)
    assert said in why_kept([bought])
    assert bool(why_kept([bought])) == bool(said)
    assert why_kept([replace(bought, cancel_at=bought.period_end)]) == ""
    # What a button of ours cancels is said first.
    assert "Cancel the plan first" in why_kept([bought, replace(bought, status="active")])


async def test_leave_to_use_more_ends_with_the_subscription_it_was_given_for(
    shopping: Shopping,
) -> None:
    bought = await _bought(shopping)
    await _allow_overage(shopping)
    await shopping.alice.post("/billing/look")
    assert await _cap_cents(shopping) == 1_000
    await shopping.sdk.subscriptions.cancel_async(bought.id)
    await shopping.alice.post("/billing/look")
    assert await _cap_cents(shopping) == 0
    log = (await shopping.alice.get("/settings/audit-log.csv")).text
    assert log.count("changed what may be used beyond the plan") == 2
    # A plan that is bought later begins without it.
    await shopping.buy("starter")
    assert await _cap_cents(shopping) == 0


async def test_leave_to_use_more_ends_when_another_owner_answers_for_it(
    shopping: Shopping,
) -> None:
    await _bought(shopping)
    await _allow_overage(shopping)
    bob = shopping.cast.users["bob"]
    refused = {"user_id": str(bob.id), "name": "acme"}
    assert (await shopping.alice.post(f"{DANGER}/transfer", data=refused)).status_code == 422
    assert await _cap_cents(shopping) == 1_000
    handed = {"user_id": str(bob.id), "name": "Acme"}
    assert (await shopping.alice.post(f"{DANGER}/transfer", data=handed)).status_code == 303
    assert await _cap_cents(shopping) == 0
