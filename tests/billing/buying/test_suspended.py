"""A suspended workspace that pays: its owner sees what, and can end it; nothing can be bought."""

import pytest

from app.accounts.acting import act_as_staff
from app.workspaces.suspension import suspend_workspace
from tests.billing.buying.conftest import Shopping

REASON = "Its letters were reported as spam."


@pytest.fixture
async def paying(shopping: Shopping) -> Shopping:
    await shopping.buy("starter")
    acme = shopping.cast.acme.id
    async with shopping.cast.site.database.session(workspace_id=acme) as session:
        act_as_staff(session, None)
        await suspend_workspace(session, REASON)
    return shopping


async def test_the_owner_finds_the_way_and_ends_the_plan(paying: Shopping) -> None:
    closed = await paying.alice.get("/campaigns")
    assert closed.status_code == 403
    assert 'href="/billing"' in closed.text
    page = await paying.page()
    assert REASON in page
    assert "Acme is suspended" in page
    assert (await paying.alice.get("/billing/cancel")).status_code == 200
    assert (await paying.alice.post("/billing/cancel")).status_code == 303
    (bought,) = await paying.subscriptions()
    assert bought.cancel_at is not None
    assert "ends on" in await paying.page()
    for path in ("/billing/keep", "/billing/look", "/billing/portal"):
        assert (await paying.alice.post(path)).status_code == 303
    assert (await paying.alice.get("/billing/back")).headers["location"] == "/billing"


async def test_nothing_is_bought_or_made_dearer_meanwhile(paying: Shopping) -> None:
    for path in ("/billing/plans", "/billing/change?plan=growth&interval=month",
                 "/billing/overage", "/billing/usage", "/settings/danger"):  # fmt: skip
        assert (await paying.alice.get(path)).status_code == 403, path
    for path in ("/billing/checkout", "/billing/change", "/billing/overage",
                 "/billing/planned/drop", "/settings/danger/transfer"):  # fmt: skip
        refused = await paying.alice.post(path, data={"plan": "growth", "interval": "month"})
        assert refused.status_code == 403, path
        assert "Acme is suspended" in refused.text


async def test_all_others_of_it_see_why_alone_and_a_stranger_nothing(paying: Shopping) -> None:
    cast = paying.cast
    for person, status in ((cast.adam, 403), (cast.bob, 403), (cast.charlie, 404)):
        answer = await person.get("/billing")
        assert answer.status_code == status
        assert 'href="/billing"' not in answer.text
        assert (await person.post("/billing/cancel")).status_code == status
