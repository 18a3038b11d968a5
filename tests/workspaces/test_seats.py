"""A plan's seats: members and open invitations never exceed them, whoever comes at once; and after
a downgrade nobody loses a place."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from app.accounts.models import User
from app.accounts.sign_in import get_or_create_user
from app.billing.plans import FREE, GROWTH, STARTER, Plan, set_plan, set_service_plan
from app.billing.seen_by_workspaces import PlanOfWorkspace, SeenByWorkspaces
from app.db.base import now
from app.db.session import Database
from app.workspaces.invitations import accept_invitation, invite
from app.workspaces.models import Invitation
from app.workspaces.seats import NoSeatForYou, NoSeatLeft, count_seats
from tests.cast import Cast, assemble, in_workspace
from tests.workspaces.stage import Worker, site_on

MEMBERS, INVITE = "/settings/members", "/settings/members/invitations"
PLANS = SeenByWorkspaces()


async def _has(cast: Cast, plan: Plan) -> None:
    async with cast.site.database.session() as session:
        await set_service_plan(session, sells=True)
        await in_workspace(session, cast.acme)
        await set_plan(session, plan)


async def _used(cast: Cast) -> tuple[int, int]:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        seats = await count_seats(session, None)
        return seats.members, seats.invited


async def test_an_unsold_service_counts_no_seats(cast: Cast) -> None:
    for name in ("ann", "ben", "cleo"):
        sent = {"email": f"{name}@example.com", "role": "member"}
        assert (await cast.alice.post(INVITE, data=sent)).status_code == 303
    assert "seat" not in (await cast.alice.get(MEMBERS)).text


async def test_the_last_seat_is_kept_by_an_invitation(cast: Cast) -> None:
    await _has(cast, GROWTH)
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        # Alice, Adam and Bob belong.
        for at in range(7):
            await invite(session, PLANS, cast.users["alice"], f"p{at}@example.com", "member")
    refused = await cast.alice.post(INVITE, data={"email": "q@example.com", "role": "member"})
    assert refused.status_code == 422
    assert "All 10 seats of your plan are taken." in refused.text
    assert "Business has room for 50 people" in refused.text
    page = (await cast.alice.get(MEMBERS)).text
    assert "All 10 seats are taken." in page
    assert "Send invitation" not in page
    assert await _used(cast) == (3, 7)


async def test_a_withdrawn_or_outdated_invitation_keeps_no_seat(cast: Cast) -> None:
    await _has(cast, replace(GROWTH, seats=10))
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        for at in range(7):
            await invite(session, PLANS, cast.users["alice"], f"p{at}@example.com", "member")
        await session.execute(
            update(Invitation)
            .where(Invitation.email == "p0@example.com")
            .values(expires_at=now() - timedelta(minutes=1))
        )
    sent = {"email": "q@example.com", "role": "member"}
    assert (await cast.alice.post(INVITE, data=sent)).status_code == 303
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        with pytest.raises(NoSeatLeft):  # renewing the old one would be an eleventh
            await invite(session, PLANS, cast.users["alice"], "p0@example.com", "member")
        # Renewing one that still works is none.
        await invite(session, PLANS, cast.users["alice"], "p1@example.com", "member")


async def test_after_a_downgrade_everybody_stays_and_nobody_comes(
    cast: Cast, worker: Worker
) -> None:
    await _has(cast, GROWTH)
    await cast.alice.post(INVITE, data={"email": "charlie@example.com", "role": "member"})
    await _has(cast, FREE)
    page = (await cast.alice.get(MEMBERS)).text
    assert "3 members and 1 open invitation for 2 seats." in page
    assert "Everybody stays. Nobody can be invited or join until there are fewer." in page
    assert "Starter" not in page.split("upgrade-words")[1].split("</div>")[0]
    assert "Growth has room for 10 people" in page
    assert (await cast.bob.get("/campaigns")).status_code == 200
    # Handing over takes no seat.
    to = {"user_id": str(cast.users["adam"].id), "name": "Acme"}
    assert (await cast.alice.post("/settings/danger/transfer", data=to)).status_code == 303
    refused = await cast.charlie_at_door.post(f"/join/{cast.acme.id}")
    assert refused.status_code == 409
    assert "Your invitation works again once a seat is free" in refused.text
    assert await _used(cast) == (3, 1)
    await _has(cast, GROWTH)
    assert (await cast.charlie_at_door.post(f"/join/{cast.acme.id}")).status_code == 303
    assert await _used(cast) == (4, 0)
    # Once more does no harm, also where there is no seat any longer.
    await _has(cast, FREE)
    assert (await cast.charlie_at_door.post(f"/join/{cast.acme.id}")).status_code == 303


async def test_a_member_is_told_whom_to_ask(cast: Cast) -> None:
    await _has(cast, STARTER)
    page = (await cast.bob.get(MEMBERS)).text
    assert "All 3 seats are taken." in page
    assert "Ask an owner or admin" in page


async def test_the_place_of_keys_says_that_they_come_later_and_which_plans_will_have_them(
    cast: Cast,
) -> None:
    await _has(cast, STARTER)
    page = (await cast.alice.get("/settings/api-keys")).text
    assert "There is no API yet." in page
    assert "The Growth plan and larger ones will have them; Starter will not." in page
    assert "Upgrade to" not in page
    await _has(cast, GROWTH)
    assert "will have them" not in (await cast.alice.get("/settings/api-keys")).text


class _Seats(SeenByWorkspaces):
    """A plan with so many seats."""

    def __init__(self, seats: int) -> None:
        self.seats = seats

    async def read(self, session: Any) -> PlanOfWorkspace:
        return PlanOfWorkspace(replace(GROWTH, seats=self.seats))


@pytest.fixture
async def crowd(settings: Any, own_database: Database) -> Cast:
    return await assemble(site_on(settings, own_database))


async def test_of_many_invited_at_once_as_many_are_as_there_are_seats(crowd: Cast) -> None:
    async def one(at: int) -> None:
        async with crowd.site.database.session() as session:
            await in_workspace(session, crowd.acme)
            await invite(session, _Seats(5), crowd.users["alice"], f"p{at}@example.com", "member")

    answers = await asyncio.gather(*map(one, range(6)), return_exceptions=True)
    assert sum(each is None for each in answers) == 2
    assert sum(isinstance(each, NoSeatLeft) for each in answers) == 4
    assert await _used(crowd) == (3, 2)


async def test_two_who_accept_the_last_seat_at_once_get_it_once(crowd: Cast) -> None:
    async with crowd.site.database.session() as session:
        people = [
            await get_or_create_user(session, f"p{at}@example.com", name="P") for at in range(4)
        ]
    async with crowd.site.database.session() as session:
        await in_workspace(session, crowd.acme)
        for person in people:
            await invite(session, _Seats(9), crowd.users["alice"], person.email, "member")

    async def one(person: User) -> None:
        async with crowd.site.database.session(user_id=person.id) as session:
            await accept_invitation(session, _Seats(4), crowd.acme.id, person)

    answers = await asyncio.gather(*map(one, people), return_exceptions=True)
    assert sum(each is None for each in answers) == 1
    assert sum(isinstance(each, NoSeatForYou) for each in answers) == 3
    # The others' invitations are still there.
    assert await _used(crowd) == (4, 3)
