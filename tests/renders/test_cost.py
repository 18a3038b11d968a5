"""When videos are ready: by what was measured, by the slots there are, behind whoever waits."""

from datetime import timedelta

import pytest

from app.campaigns.service import get_campaign
from app.db.base import now
from app.db.session import Database
from app.renders.changes import leads_wanted
from app.renders.cost import Pace, find_cost, read_pace
from app.renders.freezing import freeze_campaign
from app.renders.models import RenderAttempt
from tests.cast import Cast, in_workspace
from tests.renders.films import (
    FACECAM_S,
    make_film,
    press_render,
    renders_of,
    set_campaign,
    set_render,
)
from tests.renders.plans import limit


def test_without_a_measurement_or_a_worker_nobody_knows() -> None:
    assert Pace(None, 2, 4, 9, 1).left_s(20.0) is None
    assert Pace(3.0, 0, 4, 9, 1).left_s(20.0) is None


@pytest.mark.parametrize(
    ("pace", "left_s"),
    [
        (Pace(3.0, 2, 4, waiting=10, running=0), 300.0),  # two at a time, a minute each
        (Pace(3.0, 8, 2, waiting=10, running=0), 300.0),  # the plan allows two
        (Pace(3.0, 8, 8, waiting=1, running=0), 60.0),  # one is not made by eight
        (Pace(3.0, 8, 8, waiting=0, running=1), 30.0),  # half done on average
        (Pace(3.0, 2, 4, 10, 0, other_teams=1, others_renders=1000), 600.0),  # half of the slots
        (Pace(3.0, 2, 4, 10, 0, other_teams=1, others_renders=2), 360.0),  # it has little
        (Pace(3.0, 8, 2, 10, 0, other_teams=3, others_renders=1000), 300.0),  # enough for all
    ],
)
def test_teams_share_the_slots_in_turns(pace: Pace, left_s: float) -> None:
    assert pace.left_s(20.0) == pytest.approx(left_s)


async def test_other_teams_count_but_nothing_of_them_is_seen(cast: Cast) -> None:
    campaign_id = await make_film(cast, 5)
    await press_render(cast, campaign_id)
    own = await _pace(cast.site.database, cast)
    assert (own.waiting, own.other_teams, own.others_renders) == (5, 0, 0)
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.other)
        theirs = await read_pace(session, concurrent=4)
    assert (theirs.waiting, theirs.other_teams, theirs.others_renders) == (0, 1, 5)
    # The function's scope ends with it.
    assert (await _pace(cast.site.database, cast)).waiting == 5


async def test_what_waits_in_a_deleted_campaign_is_not_ahead_of_anybody(cast: Cast) -> None:
    gone, there = await make_film(cast, 3), await make_film(cast, 2)
    await limit(cast, 1)
    assert (await press_render(cast, gone)).waiting == 2
    await set_campaign(cast, gone, deleted_at=now())
    await limit(cast, 5)
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        campaign = await get_campaign(session, there)
        frozen = freeze_campaign(campaign)
        wanted = leads_wanted(campaign, "all", frozen.digest, frozen.lead_digest)
        cost = await find_cost(session, there, frozen, wanted)
    assert (cost.waiting, cost.fits) == (0, 2)


async def test_a_night_between_two_tries_is_no_time_of_work(cast: Cast) -> None:
    campaign_id = await make_film(cast, 1)
    await press_render(cast, campaign_id)
    (render,) = await renders_of(cast, campaign_id)
    ended_at = now()
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        for number, ago_s in ((1, 30_000.0), (2, 60.0)):
            session.add(
                RenderAttempt(
                    workspace_id=cast.acme.id,
                    render_id=render.id,
                    number=number,
                    created_at=ended_at - timedelta(seconds=ago_s),
                )
            )
    began_at = ended_at - timedelta(seconds=30_000)
    await set_render(cast, render.id, "completed", started_at=began_at, ended_at=ended_at)
    pace = await _pace(cast.site.database, cast)
    assert pace.speed == pytest.approx(60.0 / FACECAM_S)


async def _pace(database: Database, cast: Cast) -> Pace:
    async with database.session() as session:
        await in_workspace(session, cast.acme)
        return await read_pace(session, concurrent=4)
