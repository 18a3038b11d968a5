"""Sums over many visits: of a campaign by day, of a video and of a campaign by second."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.tenancy import workspace_of
from app.viewer.visit_rows import VisitRow, as_json, save
from app.viewer.visit_sums import DAY_COLUMNS, day_counts, difference, heat_of
from app.viewer.watching import added

Changes = Iterable[tuple[VisitRow | None, VisitRow]]

_NAMES = ", ".join(DAY_COLUMNS)
_ADD_DAYS = text(
    f"insert into view_days (workspace_id, campaign_id, day, {_NAMES}) "  # noqa: S608
    f"select workspace_id, campaign_id, day, {_NAMES} "
    "from jsonb_populate_recordset(null::view_days, cast(:rows as jsonb)) "
    "on conflict (workspace_id, campaign_id, day) do update set "
    + ", ".join(f"{name} = view_days.{name} + excluded.{name}" for name in DAY_COLUMNS)
)


async def add_days(session: AsyncSession, changes: Changes) -> None:
    """Each day (UTC) on which one of these visits began has what they add to it."""
    days: dict[tuple[UUID, Any], Counter[str]] = defaultdict(Counter)
    for old, new in changes:
        day = new.campaign_id, new.opened_at.astimezone(UTC).date()
        # Counter's own sums forget what is not above zero.
        for name, count in difference(day_counts(new), day_counts(old)).items():
            days[day][name] += count
    rows = [
        {
            "workspace_id": workspace_of(session),
            "campaign_id": campaign_id,
            "day": day,
            **{name: counts[name] for name in DAY_COLUMNS},
        }
        for (campaign_id, day), counts in days.items()
        if any(counts.values())
    ]
    if rows:
        await session.execute(_ADD_DAYS, {"rows": as_json(rows)})


async def add_heats(session: AsyncSession, changes: Changes) -> None:
    """Each video's seconds have what these visits played of them; a campaign's have how many of
    them saw each."""
    videos: dict[tuple[UUID, str, UUID], list[int]] = defaultdict(list)
    campaigns: dict[UUID, list[int]] = defaultdict(list)
    for old, new in changes:
        before, after = heat_of(old), heat_of(new)
        if before == after:
            continue
        video, campaign = (new.campaign_id, new.public_id, new.render_id), new.campaign_id
        videos[video] = added(added(videos[video], after), before, -1)
        seen = added(campaigns[campaign], [min(1, each) for each in after])
        campaigns[campaign] = added(seen, [min(1, each) for each in before], -1)
    await _add_to_videos(session, videos)
    await _add_to_campaigns(session, campaigns)


async def _add_to_videos(
    session: AsyncSession, videos: dict[tuple[UUID, str, UUID], list[int]]
) -> None:
    if not videos:
        return
    found = await session.execute(
        text(
            "select public_id, render_id, seconds from view_heats "
            "where workspace_id = :own and public_id = any(:them)"
        ),
        {"own": workspace_of(session), "them": [public_id for _, public_id, _ in videos]},
    )
    known = {(public_id, render_id): seconds for public_id, render_id, seconds in found}
    rows = [
        {
            "public_id": public_id,
            "render_id": render_id,
            "campaign_id": campaign_id,
            "seconds": added(known.get((public_id, render_id), []), seconds),
        }
        for (campaign_id, public_id, render_id), seconds in videos.items()
    ]
    await save(session, "view_heats", rows)


async def _add_to_campaigns(session: AsyncSession, campaigns: dict[UUID, list[int]]) -> None:
    if not campaigns:
        return
    found = await session.execute(
        text(
            "select campaign_id, seconds from campaign_heats "
            "where workspace_id = :own and campaign_id = any(:them)"
        ),
        {"own": workspace_of(session), "them": list(campaigns)},
    )
    known: dict[UUID, list[int]] = {row[0]: row[1] for row in found}
    rows = [
        {"campaign_id": campaign_id, "seconds": added(known.get(campaign_id, []), seconds)}
        for campaign_id, seconds in campaigns.items()
    ]
    await save(session, "campaign_heats", rows)
