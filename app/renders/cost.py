"""What videos will take before anybody presses Render: videos, seconds, room, and until when.

The pace is the workspace's own, of what was made last; before there is any, that of the bench.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Float, ScalarSelect, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.scene_prices import Price, first_that_fit
from app.campaigns.models import Campaign
from app.campaigns.render_cost import render_cost
from app.db.base import now
from app.db.tenancy import workspace_of
from app.renders.freezing import Frozen
from app.renders.leases import ALIVE_S, seconds
from app.renders.models import Render, RenderAttempt, RenderJob, RenderWorker
from app.renders.plan_room import Room, find_room
from app.renders.pricing import price_leads

MEASURED_BY = 50  # the last so many videos: what pages and machines are like these days


@dataclass(frozen=True)
class Pace:
    """`speed`: seconds of work for one second of video, None before anything was made here.

    `slots`: of all live workers. `concurrent`: what the plan allows of them at once.
    `for_plan` wait for room in the plan. `other_teams` have `others_renders` waiting or running
    besides.
    """

    speed: float | None
    slots: int
    concurrent: int
    waiting: int
    running: int
    other_teams: int = 0
    others_renders: int = 0
    for_plan: int = 0

    @property
    def ahead(self) -> float:
        """The workspace's own renders that come first; what runs is half done on average."""
        return self.waiting + self.running / 2

    def rounds(self, videos: float) -> float:
        """How many videos one after another so many take as long as, with slots for them.

        Teams take turns, so each has an equal share of the slots as long as all have work; where
        the others have little, they are soon done and leave all of it.
        """
        shared = min(
            videos * (self.other_teams + 1) / self.slots,
            (videos + self.others_renders) / self.slots,
        )
        return max(videos / min(self.slots, self.concurrent), shared, min(1.0, videos))

    def left_s(self, video_s: float) -> float | None:
        """Until all that waits and is being made has ended."""
        if self.speed is None or not self.slots:
            return None
        return self.rounds(self.ahead) * self.speed * video_s


@dataclass(frozen=True)
class Cost:
    """`price`: what is counted of the plan, the sum of the entries that the press makes. `fits`:
    how many of the videos, from the first, the plan has room for, at `fits_price`.

    `takes_s`: until the last of them is ready, behind what waits already; None: nobody can know.
    """

    videos: int
    video_s: float
    price: Price
    fits: int
    fits_price: Price
    room: Room
    waiting: int
    has_workers: bool
    takes_s: float | None

    @property
    def total_s(self) -> float:
        return self.videos * self.video_s

    @property
    def ready_at(self) -> datetime | None:
        return None if self.takes_s is None else now() + timedelta(seconds=self.takes_s)


async def read_pace(session: AsyncSession, *, concurrent: int) -> Pace:
    """The workspace's pace and line; `concurrent` is what its plan allows at once."""
    alive = (RenderWorker.seen_at > func.now() - seconds(ALIVE_S), ~RenderWorker.is_stopping)
    slots = select(func.coalesce(func.sum(RenderWorker.slots), 0)).where(*alive).scalar_subquery()
    of_workspace = RenderJob.workspace_id == workspace_of(session)
    # Nobody makes what waits in a deleted campaign.
    waits = RenderJob.lease_until.is_(None) & Campaign.deleted_at.is_(None)
    runs = RenderJob.lease_until.is_not(None)
    goes_on = waits & ~RenderJob.waits_for_plan
    row = await session.execute(
        select(
            *(func.count().filter(goes_on), func.count().filter(runs), slots, _speed(session)),
            select(func.queue_of_others(workspace_of(session))).scalar_subquery(),
            func.count().filter(waits & RenderJob.waits_for_plan),
        )
        .join(Campaign, Campaign.id == RenderJob.campaign_id)
        .where(of_workspace)
    )
    waiting, running, free, speed, (teams, others), for_plan = row.one()
    return Pace(speed, int(free), concurrent, waiting, running, teams, others, for_plan)


async def find_cost(
    session: AsyncSession, campaign_id: UUID, frozen: Frozen, wanted: Select[Any]
) -> Cost:
    """Of the videos of the leads whose ids `wanted` selects, behind all that the workspace has in
    its line."""
    room = await find_room(session)
    pace = await read_pace(session, concurrent=room.concurrent)
    priced = await price_leads(session, campaign_id, frozen, wanted)
    videos = len(priced)
    # What waits for the plan already comes first, and has no room.
    fitting = [] if pace.for_plan else first_that_fit(priced, videos=room.left, seconds=room.left_s)
    bench = render_cost(frozen.spec, leads=videos, facecam_s=frozen.facecam_s)
    return Cost(
        videos=videos,
        video_s=frozen.video_s,
        price=sum((each.price for each in priced), Price()),
        fits=len(fitting),
        fits_price=sum((each.price for each in fitting), Price()),
        room=room,
        waiting=pace.waiting + pace.running,
        has_workers=pace.slots > 0,
        takes_s=_takes_s(pace, videos, frozen.video_s, bench.wall_s),
    )


def _speed(session: AsyncSession) -> ScalarSelect[float | None]:
    """The median of the videos that the workspace got last; one slow site says nothing."""
    # Of the try that made it: a deployment or a whole night may lie between it and the first.
    last_try = select(func.max(RenderAttempt.created_at)).where(
        RenderAttempt.workspace_id == Render.workspace_id, RenderAttempt.render_id == Render.id
    )
    began_at = func.coalesce(last_try.scalar_subquery(), Render.started_at)
    worked_s = func.extract("epoch", Render.ended_at - began_at).cast(Float)
    recent = (
        select((worked_s / Render.duration_s).label("speed"))
        .where(
            Render.workspace_id == workspace_of(session),
            Render.state == "completed",
            Render.started_at.is_not(None),
            Render.duration_s > 0.0,
        )
        .order_by(Render.ended_at.desc())
        .limit(MEASURED_BY)
        .subquery()
    )
    return select(func.percentile_cont(0.5).within_group(recent.c.speed)).scalar_subquery()


def _takes_s(pace: Pace, videos: int, video_s: float, bench_s: float | None) -> float | None:
    if not pace.slots or not videos:
        return None
    if pace.speed is not None:
        return pace.rounds(pace.ahead + videos) * pace.speed * video_s
    # The bench measures a whole machine: its videos one after another take as long as side by side.
    return None if bench_s is None else bench_s * (pace.ahead + videos) / videos
