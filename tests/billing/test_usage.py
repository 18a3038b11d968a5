"""The ledger: what is reserved is settled or given back once, whatever is said twice."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.models import UsageEntry
from app.billing.plans import UNLIMITED, Limits, limits_of, set_limits
from app.billing.reserves import Reserve, add_reserves, change_reserves, list_reserved
from app.billing.scene_prices import Price
from app.billing.usage import Usage, credit, release, settle
from tests.cast import Cast, in_workspace
from tests.used import used_now

CAMPAIGN_ID = uuid4()


async def _reserve(session: AsyncSession, *render_ids: UUID, seconds: float = 30.0) -> None:
    price = Price(1, seconds)
    await add_reserves(session, [Reserve(each, CAMPAIGN_ID, price) for each in render_ids])


async def _entries(session: AsyncSession) -> Sequence[UsageEntry]:
    query = select(UsageEntry).order_by(UsageEntry.kind, UsageEntry.seconds)
    return (await session.scalars(query)).all()


async def test_a_reserve_is_settled_once_by_what_the_video_did_cost(cast: Cast) -> None:
    render_id = uuid4()
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        await _reserve(session, render_id)
        assert await list_reserved(session, [render_id, uuid4()]) == {render_id}
        assert await used_now(session) == Usage(1, 30.0)
        for _ in range(2):
            await settle(session, render_id, seconds=29.5)
            assert await used_now(session) == Usage(1, 29.5)
        await release(session, [render_id], reason="too late")
        assert await used_now(session) == Usage(1, 29.5)
        entries = await _entries(session)
        assert {entry.campaign_id for entry in entries} == {CAMPAIGN_ID}
        assert len({entry.period_start for entry in entries}) == 1


async def test_what_is_released_was_not_used_and_may_be_reserved_again(cast: Cast) -> None:
    render_id = uuid4()
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        await _reserve(session, render_id)
        for _ in range(2):
            await release(session, [render_id], reason="failed")
            assert await used_now(session) == Usage(0, 0.0)
        await _reserve(session, render_id)
        await settle(session, render_id, seconds=30)
        assert await used_now(session) == Usage(1, 30.0)
        kinds = [entry.kind for entry in await _entries(session)]
        assert kinds == ["release", "reserve", "reserve", "settle"]


async def test_a_video_made_anew_for_nothing_is_no_further_one(cast: Cast) -> None:
    render_id = uuid4()
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        await _reserve(session, render_id)
        await settle(session, render_id, seconds=0, is_video=False)
        assert await used_now(session) == Usage(0, 0.0)


async def test_what_is_open_counts_in_the_period_that_is(cast: Cast) -> None:
    """What was asked for on the last of a month and made on the first counts once, then."""
    render_id, earlier = uuid4(), uuid4()
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        await _reserve(session, render_id, earlier)
        await settle(session, earlier, seconds=30)
        await session.execute(
            text(
                "update usage_entries set created_at = created_at - interval '32 days',"
                " counted_at = counted_at - interval '32 days',"
                " period_start = period_start - interval '1 month'"
            )
        )
        assert await used_now(session) == Usage(1, 30.0)
        await settle(session, render_id, seconds=28)
        assert await used_now(session) == Usage(1, 28.0)


async def test_a_reserve_that_changes_leaves_its_lines_as_they_are(cast: Cast) -> None:
    render_id, other = uuid4(), uuid4()
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        await _reserve(session, render_id, other)
        await change_reserves(session, {render_id: -10.0, uuid4(): 5.0}, reason="paid elsewhere")
        assert await used_now(session) == Usage(2, 50.0)
        told = [(each.kind, each.videos, each.seconds) for each in await _entries(session)]
        assert told == [
            ("release", -1, -30.0),
            *[("reserve", 1, 20.0), ("reserve", 1, 30.0), ("reserve", 1, 30.0)],
        ]
        await settle(session, render_id, seconds=20)
        await release(session, [other], reason="failed")
        assert await used_now(session) == Usage(1, 20.0)


async def test_a_credit_gives_more_of_the_plan_in_this_period(cast: Cast) -> None:
    owner = cast.users["alice"].id
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        await credit(session, videos=5, seconds=60, reason=" a bad night ", actor_id=owner)
        assert await used_now(session) == Usage(-5, -60.0)
        (entry,) = await _entries(session)
        assert (entry.kind, entry.reason) == ("adjust", "a bad night")
        assert (entry.actor_id, entry.render_id) == (owner, None)


@pytest.mark.parametrize(
    ("videos", "seconds", "reason"),
    [(0, 0.0, "why"), (-1, 0.0, "why"), (1, -1.0, "why"), (1, 0, " ")],
)
async def test_a_credit_gives_something_and_says_why(
    cast: Cast, videos: int, seconds: float, reason: str
) -> None:
    owner = cast.users["alice"].id
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        with pytest.raises(ValueError, match="reason"):
            await credit(session, videos=videos, seconds=seconds, reason=reason, actor_id=owner)


async def test_a_long_list_is_reserved_and_released_in_one_statement_each(cast: Cast) -> None:
    many = [uuid4() for _ in range(10_000)]
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        await _reserve(session, *many, seconds=2.0)
        assert await used_now(session) == Usage(10_000, 20_000.0)
        await release(session, many, reason="cancelled")
        assert await used_now(session) == Usage(0, 0.0)


async def test_another_workspace_sees_and_closes_nothing(cast: Cast) -> None:
    render_id = uuid4()
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        await _reserve(session, render_id)
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.other)
        assert await used_now(session) == Usage(0, 0.0)
        await settle(session, render_id, seconds=1)
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        assert await used_now(session) == Usage(1, 30.0)


async def _limits(session: AsyncSession, cast: Cast) -> Limits:
    await in_workspace(session, cast.acme)
    return await limits_of(session)


async def test_limits_are_everybodys_until_a_workspace_has_its_own(cast: Cast) -> None:
    database = cast.site.database
    async with database.session() as session:
        assert await _limits(session, cast) == UNLIMITED.limits
        await set_limits(session, Limits(2, 100))
        await set_limits(session, Limits(3, 50))
        assert await _limits(session, cast) == Limits(3, 50)
    async with database.session() as session:
        await in_workspace(session, cast.other)
        assert await limits_of(session) == UNLIMITED.limits
