"""What stops all videos is told to the team's managers at the first sign of it, and not over and
over."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from app.db.base import now
from app.renders.endings import Trace, fail_attempt
from app.renders.leases import Claim
from app.renders.models import RenderJob
from app.renders.retries import Fault, Kind
from app.renders.standstill import TELL_AGAIN_AFTER
from app.workspaces.notice_models import Notice
from tests.cast import Cast, in_workspace
from tests.renders.films import make_film, press_render, renders_of

REFUSED = Fault("storage_refused", "The place where files are kept does not let this server in.")


async def _fail(cast: Cast, campaign_id: UUID, kind: Kind, fault: Fault) -> None:
    """Every render of the campaign is being made, and meets the fault."""
    for render in await renders_of(cast, campaign_id):
        async with cast.site.database.session() as session:
            await in_workspace(session, cast.acme)
            await session.execute(
                update(RenderJob)
                .where(RenderJob.render_id == render.id)
                .values(lease_until=now() + timedelta(minutes=1), attempts=1)
            )
            claim = Claim(cast.acme.id, campaign_id, render.id, 1)
            assert await fail_attempt(session, claim, kind, fault, Trace())


async def _notices(cast: Cast) -> list[Notice]:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        return list(await session.scalars(select(Notice).order_by(Notice.id)))


@pytest.fixture
async def campaign_id(cast: Cast) -> UUID:
    made = await make_film(cast, 3)
    await press_render(cast, made)
    return made


async def test_managers_hear_of_it_at_once_and_once(cast: Cast, campaign_id: UUID) -> None:
    await _fail(cast, campaign_id, "delayed", REFUSED)
    notices = await _notices(cast)
    assert {each.user_id for each in notices} == {cast.users["alice"].id, cast.users["adam"].id}
    assert len(notices) == 2
    assert notices[0].title == (
        "Videos cannot be made right now: the storage did not let this server in"
    )
    assert notices[0].body == REFUSED.sentence
    assert notices[0].path == f"/campaigns/{campaign_id}/videos"


async def test_the_next_day_they_hear_of_it_again(cast: Cast, campaign_id: UUID) -> None:
    await _fail(cast, campaign_id, "delayed", REFUSED)
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        await session.execute(update(Notice).values(created_at=now() - TELL_AGAIN_AFTER))
    await _fail(cast, campaign_id, "delayed", REFUSED)
    assert len(await _notices(cast)) == 4


async def test_a_fault_of_one_video_is_nobody_else_s_news(cast: Cast, campaign_id: UUID) -> None:
    fault = Fault("login_wall", "linkedin.com asked for a sign-in.", permanent=True)
    await _fail(cast, campaign_id, "failed", fault)
    assert await _notices(cast) == []
