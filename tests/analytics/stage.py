"""Visits whose numbers are known by construction, written as the job adds them up."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import Range

from app.db.base import new_id, now
from app.renders.models import Render
from app.viewer.visit_models import (
    CampaignHeat,
    LeadView,
    ViewDay,
    ViewHeat,
    Visit,
    VisitEvent,
)
from tests.cast import Cast, in_workspace
from tests.renders.films import complete_all, make_film, press_render, renders_of

LENGTH_S = 20


@dataclass(frozen=True)
class Seen:
    """One visit: whose (place in the list of leads), how far, and what came of it."""

    lead: int
    to_s: int = 0  # watched from the beginning to there; 0: not played
    kind: str = "person"
    reason: str = ""
    ago: timedelta = timedelta(hours=1)
    booked: bool = False
    clicked: bool = False
    is_sample: bool = False
    fields: dict[str, Any] = field(default_factory=dict)


async def make_seen_film(
    cast: Cast, leads: int = 4, visits: Sequence[Seen] = (), **campaign: Any
) -> tuple[UUID, list[Render]]:
    """A campaign of Acme's whose videos are all ready, with these visits added up."""
    campaign_id = await make_film(cast, leads, **campaign)
    await press_render(cast, campaign_id)
    await complete_all(cast, campaign_id)
    renders = await renders_of(cast, campaign_id)
    if visits:
        await see(cast, campaign_id, renders, visits)
    return campaign_id, renders


async def see(
    cast: Cast, campaign_id: UUID, renders: Sequence[Render], visits: Sequence[Seen]
) -> None:
    """Once for each campaign: what was added up before is not read."""
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        rows = [(each, _visit(cast, renders[each.lead], each)) for each in visits]
        for _, row in rows:
            day = row.opened_at.date()
            await session.execute(select(func.make_visit_partitions(day, day)))
        for each, row in rows:
            session.add(row)
            await session.flush()
            session.add_all(_events(row, each))
        for lead in {each.lead for each in visits}:
            own = [(each, row) for each, row in rows if each.lead == lead]
            session.add(_lead_view(renders[lead], own))
        people = [(each, row) for each, row in rows if each.kind == "person"]
        for day in {row.opened_at.date() for _, row in rows}:
            session.add(
                _day(cast, campaign_id, day, [v for v in rows if v[1].opened_at.date() == day])
            )
        session.add(
            CampaignHeat(
                workspace_id=cast.acme.id, campaign_id=campaign_id,
                seconds=[sum(1 for e, _ in people if s < e.to_s) for s in range(LENGTH_S)],
            )
        )  # fmt: skip


def _visit(cast: Cast, render: Render, seen: Seen) -> Visit:
    opened_at = now() - seen.ago
    played = opened_at if seen.to_s else None
    values: dict[str, Any] = {
        "workspace_id": cast.acme.id,
        "id": new_id(),
        "campaign_id": render.campaign_id,
        "public_id": render.public_id,
        "render_id": render.id,
        "kind": seen.kind,
        "reason": seen.reason,
        "is_sample": seen.is_sample,
        "opened_at": opened_at,
        "last_seen_at": opened_at + timedelta(seconds=seen.to_s),
        "device": "phone",
        "browser": "Safari",
        "referrer_host": "mail.example.com",
        "source": "page",
        "duration_s": LENGTH_S,
        "played_at": played,
        "half_at": played if seen.to_s >= LENGTH_S / 2 else None,
        "ended_at": played if seen.to_s >= LENGTH_S else None,
        "clicked_at": opened_at if seen.clicked else None,
        "booked_at": opened_at if seen.booked else None,
        "watched": [Range(0, seen.to_s)] if seen.to_s else [],
        "watched_s": seen.to_s,
        "played_s": seen.to_s,
        "position_s": seen.to_s,
    }
    return Visit(**values | seen.fields)


def _events(visit: Visit, seen: Seen) -> list[VisitEvent]:
    told: list[tuple[str, float | None, float | None]] = [("view", None, None)]
    if seen.to_s:
        told += [("play", None, None), ("range", 0.0, float(seen.to_s))]
    return [
        VisitEvent(
            workspace_id=visit.workspace_id, visit_id=visit.id, number=number,
            opened_at=visit.opened_at, kind=kind, at_ms=1000 * number, from_s=from_s, to_s=to_s,
        )
        for number, (kind, from_s, to_s) in enumerate(told)
    ]  # fmt: skip


def _lead_view(render: Render, own: Sequence[tuple[Seen, Visit]]) -> LeadView:
    people = [row for each, row in own if each.kind == "person"]
    kinds = Counter(each.kind for each, _ in own)
    most_s = max((row.watched_s for row in people), default=0)

    def first(name: str) -> datetime | None:
        return min((getattr(row, name) for row in people if getattr(row, name)), default=None)

    return LeadView(
        workspace_id=render.workspace_id,
        public_id=render.public_id,
        campaign_id=render.campaign_id,
        render_id=render.id,
        is_sample=any(each.is_sample for each, _ in own),
        opens=kinds["person"],
        unverified_opens=kinds["unverified"],
        scanner_opens=kinds["scanner"],
        team_opens=kinds["team"],
        first_opened_at=first("opened_at"),
        last_seen_at=max((row.last_seen_at for row in people), default=None),
        **{n: first(n) for n in ("played_at", "half_at", "ended_at", "clicked_at", "booked_at")},
        duration_s=LENGTH_S,
        watched_s=most_s,
        watched_share=most_s / LENGTH_S,
        played_s=sum(row.played_s for row in people),
    )


def _day(cast: Cast, campaign_id: UUID, day: Any, rows: Sequence[tuple[Seen, Visit]]) -> ViewDay:
    people = [row for each, row in rows if each.kind == "person"]
    kinds = Counter(each.kind for each, _ in rows)
    counted = {
        name: sum(1 for row in people if getattr(row, of))
        for name, of in (
            *(("plays", "played_at"), ("halves", "half_at"), ("ends", "ended_at")),
            *(("clicks", "clicked_at"), ("bookings", "booked_at")),
        )
    }
    return ViewDay(
        workspace_id=cast.acme.id, campaign_id=campaign_id, day=day, opens=len(people), **counted,
        unverified_opens=kinds["unverified"], scanner_opens=kinds["scanner"],
        team_opens=kinds["team"], watched_s=sum(row.watched_s for row in people),
    )  # fmt: skip


async def heat_video(cast: Cast, render: Render, seconds: list[int]) -> None:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        session.add(
            ViewHeat(
                workspace_id=cast.acme.id, public_id=render.public_id, render_id=render.id,
                campaign_id=render.campaign_id, seconds=seconds,
            )
        )  # fmt: skip
