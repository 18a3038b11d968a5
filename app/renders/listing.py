"""A campaign's videos as its page lists them: fifty by row, filtered, counted; it changes none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.db.like import like_pattern
from app.db.tenancy import workspace_of
from app.renders.models import Render, RenderJob
from app.renders.state_words import GROUP_OF, GROUPS, group_of
from app.renders.storage_days import goes_soon

VIDEOS_PER_PAGE = 50

_current = aliased(Render, name="current")
_POSTER = func.coalesce(Render.files["poster.jpg"], _current.files["poster.jpg"])
_COLUMNS = (
    *(Render.id, Render.campaign_id, Render.lead_id, Render.public_id, Render.row, Render.name),
    *(Render.email, Render.company, Render.state, Render.error, Render.error_code),
    *(Render.duration_s, Render.started_at, Render.ended_at, Render.removed_at),
    _current.id.label("current_id"),
    (_POSTER.is_not(None)).label("has_poster"),
    *(RenderJob.progress, RenderJob.lease_until, RenderJob.cancel_requested, RenderJob.failures),
    RenderJob.waits_for_plan,
)


@dataclass(frozen=True)
class VideosWanted:
    """Words in name, e-mail or company; a group of states; an error's code; a place in the list.

    `after` and `before` are (row, public_id) of the last or first lead of the page before.
    """

    words: str = ""
    state: str = ""
    fault: str = ""
    after: tuple[int, str] | None = None
    before: tuple[int, str] | None = None

    @property
    def narrows(self) -> bool:
        return bool(self.words or self.state or self.fault)


@dataclass(frozen=True)
class VideoRow:
    """One lead's latest render. `current_id`: the one whose video the lead's link shows.

    `progress` as render_jobs has it; `place` in the workspace's line from 1, None unless waiting,
    as for one that waits for its plan.
    """

    id: UUID
    campaign_id: UUID
    lead_id: UUID | None
    public_id: str
    row: int
    name: str
    email: str
    company: str
    state: str
    error: str
    error_code: str
    duration_s: float | None
    started_at: datetime | None
    ended_at: datetime | None
    removed_at: datetime | None
    current_id: UUID | None
    has_poster: bool
    progress: Mapping[str, Any]
    is_claimed: bool
    is_ending: bool
    failures: int
    waits_for_plan: bool
    place: int | None

    @property
    def title(self) -> str:
        return self.name or self.email or "Without a name"

    @property
    def group(self) -> str:
        return group_of(self.state, waits_for_plan=self.waits_for_plan)

    @property
    def picture_id(self) -> UUID:
        """The render whose poster stands for the lead: this one's, or the one that is shown."""
        if self.state == "completed" or self.current_id is None:
            return self.id
        return self.current_id


@dataclass(frozen=True)
class VideosPage:
    """Rows in the list's order; `after` and `before` lead on, None at the ends."""

    rows: list[VideoRow]
    after: tuple[int, str] | None
    before: tuple[int, str] | None


@dataclass(frozen=True)
class Totals:
    """Of a campaign: renders by group of states, and failed ones by their error's code."""

    groups: Mapping[str, int]
    faults: Mapping[str, int]
    # Of the finished ones, those that the plan keeps no longer.
    removed: int = 0
    # So many go within the next days, from this moment on.
    going: int = 0
    going_at: datetime | None = None

    @property
    def all(self) -> int:
        return sum(self.groups.values())

    @property
    def under_way(self) -> int:
        """Without those that wait for their plan: they are in nobody's line."""
        return self.groups["running"] + self.groups["waiting"]

    @property
    def unfinished(self) -> int:
        """All that are to be made yet, now or later."""
        return self.under_way + self.groups["plan"]


async def count_videos(session: AsyncSession, campaign_id: UUID) -> Totals:
    """All of the campaign's latest renders, by one grouped query."""
    for_plan = select(func.count()).where(
        RenderJob.workspace_id == workspace_of(session),
        RenderJob.campaign_id == campaign_id,
        RenderJob.waits_for_plan,
    )
    found = await session.execute(
        select(
            *(Render.state, Render.error_code, func.count(), func.count(Render.removed_at)),
            func.count().filter(goes_soon()),
            func.min(Render.keep_until).filter(goes_soon()),
            for_plan.scalar_subquery(),
        )
        .where(*_of_campaign(session, campaign_id))
        .group_by(Render.state, Render.error_code)
    )
    groups, faults = dict.fromkeys(GROUPS, 0), dict[str, int]()
    removed, going, going_at = 0, 0, None
    for state, code, count, gone, go_soon, first_at, waiting_for_plan in found:
        if state == "completed":
            removed, going, going_at = removed + gone, going + go_soon, first_at or going_at
        groups[GROUP_OF[state]] += count
        if state == "queued":
            groups["plan"] = waiting_for_plan
            groups["waiting"] -= waiting_for_plan
        if state == "failed":
            faults[code] = faults.get(code, 0) + count
    return Totals(groups, faults, removed, going, going_at)


async def list_videos(session: AsyncSession, campaign_id: UUID, wanted: VideosWanted) -> VideosPage:
    """A page by the keys of its ends, not by counting: the last one costs what the first does."""
    key = tuple_(Render.row, Render.public_id)
    query = _query().where(*_of_campaign(session, campaign_id), *_conditions(wanted))
    backwards = wanted.before is not None
    if wanted.before is not None:
        query = query.where(key < tuple_(*wanted.before))
        query = query.order_by(Render.row.desc(), Render.public_id.desc())
    else:
        if wanted.after:
            query = query.where(key > tuple_(*wanted.after))
        query = query.order_by(Render.row, Render.public_id)
    found = (await session.execute(query.limit(VIDEOS_PER_PAGE + 1))).all()
    more, shown = len(found) > VIDEOS_PER_PAGE, list(found[:VIDEOS_PER_PAGE])
    if backwards:
        shown.reverse()
    rows = await _rows(session, shown)
    if not rows:
        return VideosPage([], None, None)
    there_is_later = backwards or more
    there_is_earlier = more if backwards else wanted.after is not None
    return VideosPage(
        rows,
        after=(rows[-1].row, rows[-1].public_id) if there_is_later else None,
        before=(rows[0].row, rows[0].public_id) if there_is_earlier else None,
    )


async def find_video_row(
    session: AsyncSession, campaign_id: UUID, render_id: UUID
) -> VideoRow | None:
    """The row of one render, also of one that is no longer the lead's latest."""
    query = _query().where(Render.campaign_id == campaign_id, Render.id == render_id)
    rows = await _rows(session, (await session.execute(query)).all())
    return rows[0] if rows else None


def _query() -> Any:
    return (
        select(*_COLUMNS)
        .outerjoin(RenderJob, RenderJob.render_id == Render.id)
        .outerjoin(
            _current,
            and_(
                _current.workspace_id == Render.workspace_id,
                _current.public_id == Render.public_id,
                _current.is_current,
                _current.removed_at.is_(None),
            ),
        )
    )


def _of_campaign(session: AsyncSession, campaign_id: UUID) -> list[ColumnElement[bool]]:
    return [
        Render.workspace_id == workspace_of(session),
        Render.campaign_id == campaign_id,
        Render.is_latest.is_(True),
    ]


def _conditions(wanted: VideosWanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.state == "plan":
        found.append(RenderJob.waits_for_plan.is_(True))
    elif wanted.state:
        found.append(Render.state.in_(GROUPS[wanted.state][0]))
        if wanted.state == "waiting":
            found.append(RenderJob.waits_for_plan.is_not(True))
    if wanted.fault:
        found += [Render.state == "failed", Render.error_code == wanted.fault]
    if wanted.words:
        pattern = like_pattern(wanted.words)
        fields = (Render.name, Render.company, Render.email)
        found.append(or_(*(field.ilike(pattern, escape="\\") for field in fields)))
    return found


async def _rows(session: AsyncSession, found: Sequence[Any]) -> list[VideoRow]:
    places = await _places(session, [each.id for each in found if each.state == "queued"])
    return [_row(each, places.get(each.id)) for each in found]


async def _places(session: AsyncSession, render_ids: list[UUID]) -> dict[UUID, int]:
    """How many of the workspace's renders are made before each of these, counting itself."""
    if not render_ids:
        return {}
    line = (
        select(
            RenderJob.render_id,
            func.row_number().over(order_by=RenderJob.position).label("place"),
        )
        .where(
            RenderJob.workspace_id == workspace_of(session),
            RenderJob.lease_until.is_(None),
            ~RenderJob.waits_for_plan,
        )
        .subquery()
    )
    rows = await session.execute(
        select(line.c.render_id, line.c.place).where(line.c.render_id.in_(render_ids))
    )
    return {row.render_id: row.place for row in rows}


def _row(found: Any, place: int | None) -> VideoRow:
    values = found._asdict()
    claimed, ending = values.pop("lease_until") is not None, values.pop("cancel_requested")
    values |= {"progress": values["progress"] or {}, "failures": values["failures"] or 0}
    values["waits_for_plan"] = bool(values["waits_for_plan"])
    return VideoRow(**values, is_claimed=claimed, is_ending=bool(ending), place=place)
