"""A visit and a lead's sum as the job that adds up holds them, and what is read and written of
them; all within one workspace, whose session it is given."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.tenancy import workspace_of
from app.viewer.events import Event
from app.viewer.visit_checks import Sign
from app.viewer.watching import runs


@dataclass(frozen=True)
class VisitRow:
    """Columns of `visits` by their names, but for those that follow from others."""

    id: UUID
    campaign_id: UUID
    public_id: str
    render_id: UUID
    kind: str
    reason: str
    sign: Sign
    is_sample: bool
    is_private: bool
    opened_at: datetime
    last_seen_at: datetime
    address_hash: bytes | None
    device: str
    browser: str
    referrer_host: str
    source: str
    duration_s: int
    played_at: datetime | None = None
    unmuted_at: datetime | None = None
    half_at: datetime | None = None
    ended_at: datetime | None = None
    clicked_at: datetime | None = None
    booked_at: datetime | None = None
    watched_s: int = 0
    played_s: int = 0
    position_s: int = 0
    seconds: list[int] = field(default_factory=list)

    def columns(self) -> dict[str, Any]:
        return {**asdict(self), "watched": multirange(self.seconds)}


@dataclass(frozen=True)
class LeadRow:
    """Columns of `lead_views`; `seen` are the seconds that were watched, by their numbers."""

    public_id: str
    campaign_id: UUID
    render_id: UUID
    is_sample: bool = False
    opens: int = 0
    unverified_opens: int = 0
    scanner_opens: int = 0
    team_opens: int = 0
    first_opened_at: datetime | None = None
    last_seen_at: datetime | None = None
    played_at: datetime | None = None
    unmuted_at: datetime | None = None
    half_at: datetime | None = None
    ended_at: datetime | None = None
    clicked_at: datetime | None = None
    booked_at: datetime | None = None
    duration_s: int = 0
    played_s: int = 0
    seen: frozenset[int] = frozenset()

    def columns(self) -> dict[str, Any]:
        told = asdict(self)
        seen = told.pop("seen")
        counts = [int(second in seen) for second in range(max(seen, default=-1) + 1)]
        share = min(1.0, len(seen) / self.duration_s) if self.duration_s else 0.0
        return {
            **told,
            "watched": multirange(counts),
            "watched_s": len(seen),
            "watched_share": share,
        }


_VISIT = ", ".join(each.name for each in fields(VisitRow))
_LEAD = ", ".join(each.name for each in fields(LeadRow) if each.name != "seen")
KEYS = {
    "visits": ("id",),
    "lead_views": ("public_id",),
    "view_heats": ("public_id", "render_id"),
    "campaign_heats": ("campaign_id",),
}


def multirange(counts: Sequence[int]) -> str:
    """As PostgreSQL writes it."""
    return "{" + ",".join(f"[{first},{after})" for first, after in runs(counts)) + "}"


async def read_visits(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, VisitRow]:
    return await _visits(session, "id = any(:them)", list(ids))


async def read_visits_of_leads(
    session: AsyncSession, public_ids: Iterable[str]
) -> dict[UUID, VisitRow]:
    return await _visits(session, "public_id = any(:them)", list(public_ids))


async def _visits(session: AsyncSession, where: str, them: list[Any]) -> dict[UUID, VisitRow]:
    found = await session.execute(
        text(f"select {_VISIT} from visits where workspace_id = :own and {where}"),  # noqa: S608
        {"own": workspace_of(session), "them": them},
    )
    return {row.id: VisitRow(*row) for row in found}


async def read_leads(session: AsyncSession, public_ids: Iterable[str]) -> dict[str, LeadRow]:
    found = await session.execute(
        text(
            f"select {_LEAD}, watched from lead_views"  # noqa: S608
            " where workspace_id = :own and public_id = any(:them)"
        ),
        {"own": workspace_of(session), "them": list(public_ids)},
    )
    leads: dict[str, LeadRow] = {}
    for *columns, watched in found:
        seen = frozenset(n for each in watched for n in range(each.lower, each.upper))
        leads[columns[0]] = replace(LeadRow(*columns), seen=seen)
    return leads


async def read_events(session: AsyncSession, visits: Iterable[VisitRow]) -> dict[UUID, list[Event]]:
    """All events of these visits."""
    known = {each.id: each.opened_at for each in visits}
    events: dict[UUID, list[Event]] = {each: [] for each in known}
    if known:
        found = await session.execute(
            text(
                "select visit_id, at_ms, number, kind, from_s, to_s, detail from visit_events "
                "where workspace_id = :own and visit_id = any(:them) "
                "and opened_at between :since and :until"
            ),
            {
                "own": workspace_of(session),
                "them": list(known),
                "since": min(known.values()),
                "until": max(known.values()),
            },
        )
        for visit_id, *told in found:
            events[visit_id].append(Event(*told))
    return events


async def save(session: AsyncSession, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """The rows of this table are as given, whether or not they were there."""
    listed = [{"workspace_id": workspace_of(session), **row} for row in rows]
    if not listed:
        return
    names, keys = list(listed[0]), ("workspace_id", *KEYS[table])
    changes = ", ".join(f"{name} = excluded.{name}" for name in names if name not in keys)
    await session.execute(
        text(
            f"insert into {table} ({', '.join(names)}) "  # noqa: S608
            f"select {', '.join(names)} "
            f"from jsonb_populate_recordset(null::{table}, cast(:rows as jsonb)) "
            f"on conflict ({', '.join(keys)}) do update set {changes}"
        ),
        {"rows": as_json(listed)},
    )


def as_json(rows: Sequence[Mapping[str, Any]]) -> str:
    """As jsonb_populate_recordset reads rows."""
    return json.dumps(rows, default=_plain, separators=(",", ":"))


def _plain(value: Any) -> str:
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)
