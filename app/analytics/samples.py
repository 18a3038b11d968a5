"""Sample visits: made up for who looks around, added up like real ones, and taken out again."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.listen import notify
from app.db.tenancy import workspace_of
from app.viewer.events import Event
from app.viewer.intake import told_of
from app.viewer.page_tokens import PageToken
from app.viewer.rollups import AT_ONCE, roll_up, wait_for_lock
from app.viewer.visit_models import (
    CampaignHeat,
    LeadView,
    ViewDay,
    ViewHeat,
    Visit,
    VisitInbox,
)
from app.viewer.visit_rows import VisitRow, read_leads, read_visits, read_visits_of_leads, save
from app.viewer.visit_signs import Seen
from app.viewer.visit_sums import DAY_COLUMNS, day_counts, heat_of, make_lead
from app.viewer.watching import added

# What a visit of each kind is counted as in a lead's sum.
OPENS = {
    "person": "opens",
    "unverified": "unverified_opens",
    "scanner": "scanner_opens",
    "team": "team_opens",
}


@dataclass(frozen=True)
class SampleVisit:
    """One load of a landing page that never was."""

    page: PageToken
    seen: Seen
    events: Sequence[Event]
    address_hash: bytes | None = None


async def has_samples(session: AsyncSession, campaign_id: UUID | None = None) -> bool:
    """Whether figures of this campaign, or of any, hold visits that were made up."""
    found = select(LeadView.public_id).where(
        LeadView.workspace_id == workspace_of(session), LeadView.is_sample
    )
    if campaign_id is not None:
        found = found.where(LeadView.campaign_id == campaign_id)
    return bool(await session.scalar(select(exists(found))))


async def put_samples(session: AsyncSession, visits: Iterable[SampleVisit]) -> None:
    """They are in the inbox, marked, and added up unless a job does so at this moment."""
    session.add_all(
        VisitInbox(
            workspace_id=workspace_of(session),
            told=told_of(
                each.page, each.seen, each.address_hash, each.events, is_open=True, is_sample=True
            ),
        )
        for each in visits
    )
    await session.flush()
    while (done := await roll_up(session, settled_s=0)) and done.rows == AT_ONCE:
        pass


async def remove_samples(session: AsyncSession) -> int:
    """What was made up is gone, and every figure is as if it had never been; how many there were.

    Visits whose time is over are gone already and stay in the sums; samples are removed before.
    """
    await wait_for_lock(session)
    own = workspace_of(session)
    await session.execute(
        delete(VisitInbox).where(
            VisitInbox.workspace_id == own, VisitInbox.told["is_sample"].as_boolean()
        )
    )
    ids = list(
        await session.scalars(select(Visit.id).where(Visit.workspace_id == own, Visit.is_sample))
    )
    visits = list((await read_visits(session, ids)).values())
    await session.execute(delete(Visit).where(Visit.workspace_id == own, Visit.is_sample))
    await _take_from_days(session, visits)
    await _take_from_heats(session, visits)
    await _take_from_leads(session, visits)
    for campaign_id in {each.campaign_id for each in visits}:
        await notify(session, "views", campaign_id)
    return len(visits)


async def _take_from_days(session: AsyncSession, visits: Sequence[VisitRow]) -> None:
    days: dict[tuple[UUID, Any], Counter[str]] = defaultdict(Counter)
    for each in visits:
        days[each.campaign_id, each.opened_at.astimezone(UTC).date()].update(day_counts(each))
    own = ViewDay.workspace_id == workspace_of(session)
    for (campaign_id, day), counts in days.items():
        await session.execute(
            update(ViewDay)
            .where(own, ViewDay.campaign_id == campaign_id, ViewDay.day == day)
            .values({name: getattr(ViewDay, name) - counts[name] for name in DAY_COLUMNS})
            .execution_options(synchronize_session=False)
        )
    empty = [getattr(ViewDay, name) == 0 for name in DAY_COLUMNS]
    await session.execute(
        delete(ViewDay).where(own, *empty).execution_options(synchronize_session=False)
    )


async def _take_from_heats(session: AsyncSession, visits: Sequence[VisitRow]) -> None:
    videos: dict[tuple[str, UUID], list[int]] = defaultdict(list)
    campaigns: dict[UUID, list[int]] = defaultdict(list)
    for each in visits:
        played, video = heat_of(each), (each.public_id, each.render_id)
        videos[video] = added(videos[video], played)
        seen = [min(1, count) for count in played]
        campaigns[each.campaign_id] = added(campaigns[each.campaign_id], seen)
    for (public_id, render_id), seconds in videos.items():
        heat = await session.get(ViewHeat, (workspace_of(session), public_id, render_id))
        if heat is not None:
            heat.seconds = added(heat.seconds, seconds, -1)
    for campaign_id, seconds in campaigns.items():
        total = await session.get(CampaignHeat, (workspace_of(session), campaign_id))
        if total is not None:
            total.seconds = added(total.seconds, seconds, -1)
    await session.flush()


async def _take_from_leads(session: AsyncSession, visits: Sequence[VisitRow]) -> None:
    opens: dict[str, Counter[str]] = defaultdict(Counter)
    for each in visits:
        opens[each.public_id][OPENS[each.kind]] += 1
    left = defaultdict(list)
    for each in (await read_visits_of_leads(session, opens)).values():
        left[each.public_id].append(each)
    kept = []
    for public_id, lead in (await read_leads(session, opens)).items():
        counts = {n: getattr(lead, n) - opens[public_id][n] for n in OPENS.values()}
        if any(counts.values()):
            kept.append(make_lead(replace(lead, is_sample=False, **counts), left[public_id]))
    gone = opens.keys() - {lead.public_id for lead in kept}
    await save(session, "lead_views", (lead.columns() for lead in kept))
    for table in (LeadView, ViewHeat):
        await session.execute(
            delete(table)
            .where(table.workspace_id == workspace_of(session), table.public_id.in_(gone))
            .execution_options(synchronize_session=False)
        )
