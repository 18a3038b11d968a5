"""The end of a paying workspace, and of its owner's time: nothing is charged that nobody wants."""

from dataclasses import replace

import pytest

from app.billing.end_of_workspace import why_kept
from app.billing.mirror import list_subscriptions
from app.billing.overage import cap_cents, choose_cap
from app.billing.payment_state import date_words
from app.billing.standing import standing_of
from app.billing.stripe_values import SubscriptionState
from app.workspaces.models import Workspace
from tests.billing.buying.conftest import Shopping

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
