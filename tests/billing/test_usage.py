"""The ledger: what is reserved is settled or given back once, whatever is said twice."""

from uuid import UUID, uuid4

from sqlalchemy import ARRAY, Uuid, func, literal, select, text, type_coerce
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.models import UsageEntry
from app.billing.plans import DEFAULT_LIMITS, Limits, limits_of, set_limits
from app.billing.usage import RenderIds, Usage, release, reserve, settle, used_now
from tests.cast import Cast, in_workspace


def _one(render_id: UUID) -> RenderIds:
    return select(literal(render_id))


async def test_a_reserve_is_settled_once_by_what_the_video_did_cost(cast: Cast) -> None:
    render_id = uuid4()
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        assert await reserve(session, _one(render_id), seconds=30) == 1
        assert await reserve(session, _one(render_id), seconds=30) == 0
        assert await used_now(session) == Usage(1, 30.0)
        for _ in range(2):
            await settle(session, render_id, seconds=29.5)
            assert await used_now(session) == Usage(1, 29.5)
        await release(session, _one(render_id), reason="too late")
        assert await used_now(session) == Usage(1, 29.5)


async def test_what_is_released_was_not_used_and_may_be_reserved_again(cast: Cast) -> None:
    render_id = uuid4()
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        await reserve(session, _one(render_id), seconds=30)
        for _ in range(2):
            await release(session, _one(render_id), reason="failed")
            assert await used_now(session) == Usage(0, 0.0)
        await reserve(session, _one(render_id), seconds=30)
        await settle(session, render_id, seconds=30)
        assert await used_now(session) == Usage(1, 30.0)
        kinds = await session.scalars(select(UsageEntry.kind).order_by(UsageEntry.kind))
        assert list(kinds) == ["release", "reserve", "reserve", "settle"]


async def test_what_is_open_counts_in_the_month_that_is(cast: Cast) -> None:
    """What was asked for on the last of a month and made on the first counts once, then."""
    render_id, earlier = uuid4(), uuid4()
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        await reserve(session, _one(render_id), seconds=30)
        await reserve(session, _one(earlier), seconds=30)
        await settle(session, earlier, seconds=30)
        await session.execute(
            text(
                "update usage_entries set created_at = created_at - interval '32 days',"
                " counted_at = counted_at - interval '32 days'"
            )
        )
        assert await used_now(session) == Usage(1, 30.0)
        await settle(session, render_id, seconds=28)
        assert await used_now(session) == Usage(1, 28.0)


async def test_a_long_list_is_reserved_and_released_in_one_statement_each(cast: Cast) -> None:
    many: RenderIds = select(func.gen_random_uuid()).select_from(func.generate_series(1, 10_000))
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        assert await reserve(session, many, seconds=2) == 10_000
        assert await used_now(session) == Usage(10_000, 20_000.0)
        ids = list(await session.scalars(select(UsageEntry.render_id)))
        # As who cancels them says it: one parameter, however many there are.
        each: RenderIds = select(func.unnest(type_coerce(ids, ARRAY(Uuid))))
        await release(session, each, reason="cancelled")
        assert await used_now(session) == Usage(0, 0.0)


async def test_another_workspace_sees_and_closes_nothing(cast: Cast) -> None:
    render_id = uuid4()
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        await reserve(session, _one(render_id), seconds=30)
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
        assert await _limits(session, cast) == DEFAULT_LIMITS
        await set_limits(session, Limits(2, 100))
        await set_limits(session, Limits(3, 50))
        assert await _limits(session, cast) == Limits(3, 50)
    async with database.session() as session:
        await in_workspace(session, cast.other)
        assert await limits_of(session) == DEFAULT_LIMITS
