"""Renders of all teams, for those who run the service: found, read, tried again, cancelled.

Reading sees every workspace; whatever changes a render enters that render's workspace first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, false, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app.campaigns.models import Campaign
from app.campaigns.public_links import landing_url
from app.db.session import Database
from app.errors import LoomliteError
from app.renders.models import Render, RenderAttempt, RenderJob
from app.renders.states import STATES, UNDER_WAY, WORKING
from app.settings import Settings
from app.workspaces.models import Workspace


class RenderUnknown(LoomliteError):
    """An operator named a video that is not there; the text says which."""


# What may be asked for besides a single state. A render that waits for its plan is queued, too.
FOR_PLAN = "for-plan"
GROUPS: dict[str, tuple[str, ...]] = {
    "running": WORKING,
    "under-way": UNDER_WAY,
    FOR_PLAN: ("queued",),
}
DAYS = 30
LINK_FOR_S = 3600


@dataclass(frozen=True)
class Wanted:
    """Which renders; an empty text is no condition. `days`: asked for so long ago at most."""

    state: str = ""
    workspace: str = ""
    campaign_id: UUID | None = None
    error_code: str = ""
    days: int = DAYS

    @property
    def states(self) -> tuple[str, ...]:
        """Raises ValueError for a word that is neither a state nor a group of them."""
        if self.state and self.state not in GROUPS and self.state not in STATES:
            raise ValueError(f"{self.state} is not a state of a video")
        return GROUPS.get(self.state, (self.state,)) if self.state else STATES


@dataclass(frozen=True)
class FoundRender:
    """A render as operators see it. Times are UTC, `None` where it has not come to that."""

    render_id: UUID
    workspace_id: UUID
    workspace: str
    campaign_id: UUID
    campaign: str
    lead: str
    email: str
    row: int
    state: str
    attempts: int
    worker_id: UUID | None
    cancel_requested: bool
    waits_for_plan: bool
    error_code: str
    error: str
    asked_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    public_id: str
    video_key: str | None

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def took_s(self) -> float | None:
        """From its first start to its end, with all tries and what was waited between them."""
        if self.started_at is None or self.ended_at is None:
            return None
        return (self.ended_at - self.started_at).total_seconds()

    def viewer_url(self, settings: Settings) -> str:
        """Where the lead watches it."""
        return landing_url(settings.workspace_url(self.workspace), self.public_id)


async def list_renders(
    database: Database, wanted: Wanted, *, at_most: int, before: UUID | None = None
) -> list[FoundRender]:
    """Those that were asked for last come first, those of one press of Render by their rows.

    `before`: only what comes after that one in this order, which is nothing when it is gone.
    """
    async with database.session(every_workspace=True) as session:
        conditions = _conditions(wanted)
        if before is not None:
            conditions.append(await _is_after(session, before))
        order = (Render.created_at.desc(), Render.row, Render.id)
        # Chosen first: of all that meet the conditions nothing else need be read.
        chosen = (
            select(Render.id)
            .join(Workspace, Workspace.id == Render.workspace_id)
            .where(*conditions)
            .order_by(*order)
            .limit(at_most)
        )
        query = _query([Render.id.in_(chosen)]).order_by(*order)
        return [_found(row) for row in await session.execute(query)]


async def get_renders(database: Database, render_ids: Sequence[UUID]) -> list[FoundRender]:
    """All of them. Raises RenderUnknown for the first that is not there."""
    async with database.session(every_workspace=True) as session:
        rows = await session.execute(_query([Render.id.in_(render_ids)]).order_by(Render.id))
        found = [_found(row) for row in rows]
    missing = set(render_ids) - {each.render_id for each in found}
    if missing:
        raise RenderUnknown(f"There is no video {min(missing)}. `loomlite jobs list` names them.")
    return found


async def list_attempts(database: Database, render: FoundRender) -> list[RenderAttempt]:
    """Its tries in their order."""
    async with database.session(workspace_id=render.workspace_id) as session:
        query = select(RenderAttempt).where(RenderAttempt.render_id == render.render_id)
        return list(await session.scalars(query.order_by(RenderAttempt.number)))


async def _is_after(session: AsyncSession, render_id: UUID) -> ColumnElement[bool]:
    found = await session.execute(
        select(Render.created_at, Render.row).where(Render.id == render_id)
    )
    place = found.one_or_none()
    if place is None:
        return false()
    asked_at, row = place
    return (Render.created_at < asked_at) | (
        (Render.created_at == asked_at) & (tuple_(Render.row, Render.id) > tuple_(row, render_id))
    )


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions = [Render.created_at >= func.now() - timedelta(days=wanted.days)]
    if wanted.state:
        conditions.append(Render.state.in_(wanted.states))
    if wanted.state == FOR_PLAN:
        conditions.append(
            exists().where(RenderJob.render_id == Render.id, RenderJob.waits_for_plan)
        )
    if wanted.workspace:
        conditions.append(Workspace.slug == wanted.workspace)
    if wanted.campaign_id is not None:
        conditions.append(Render.campaign_id == wanted.campaign_id)
    if wanted.error_code:
        conditions.append(Render.error_code == wanted.error_code)
    return conditions


def _query(conditions: list[ColumnElement[bool]]) -> Select[Any]:
    tries = (
        select(func.count())
        .where(
            RenderAttempt.workspace_id == Render.workspace_id, RenderAttempt.render_id == Render.id
        )
        .scalar_subquery()
    )
    return (
        select(Render, Workspace.slug, Campaign.name, RenderJob, tries)
        .join(Workspace, Workspace.id == Render.workspace_id)
        .join(Campaign, Campaign.id == Render.campaign_id)
        .outerjoin(
            RenderJob,
            (RenderJob.workspace_id == Render.workspace_id) & (RenderJob.render_id == Render.id),
        )
        .where(*conditions)
    )


def _found(row: Any) -> FoundRender:
    render: Render
    job: RenderJob | None
    render, slug, campaign, job, attempts = row
    return FoundRender(
        render_id=render.id,
        workspace_id=render.workspace_id,
        workspace=slug,
        campaign_id=render.campaign_id,
        campaign=campaign,
        lead=render.name,
        email=render.email,
        row=render.row,
        state=render.state,
        attempts=attempts,
        worker_id=job.worker_id if job else None,
        cancel_requested=job.cancel_requested if job else False,
        waits_for_plan=job.waits_for_plan if job else False,
        error_code=render.error_code,
        error=render.error,
        asked_at=render.created_at,
        started_at=render.started_at,
        ended_at=render.ended_at,
        public_id=render.public_id,
        video_key=render.files.get("video.mp4", {}).get("key"),
    )
