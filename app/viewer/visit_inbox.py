"""What waits in the inbox, read as visits and events; it adds nothing up.

A row says all that its page's token said, so whichever row of a visit comes first makes the visit.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.tenancy import workspace_of
from app.viewer.visit_rows import VisitRow, as_json
from app.viewer.watching import length_s

# One address's links within BURST_S are told within it: what is added up then has all of them.
SETTLED_S = 1.5
_SIGNS = ("", "prefetch", "data_centre", "agent")  # the later, the surer

_WAITING = text(
    "select id, told from visit_inbox where workspace_id = :own "
    "and received_at <= clock_timestamp() - make_interval(secs => :settled_s) "
    "order by id limit :at_most"
)
_ASIDE = text(
    "update visit_inbox set received_at = clock_timestamp() + interval '1 hour' "
    "where workspace_id = :own and id = (select id from visit_inbox where workspace_id = :own "
    "and received_at <= clock_timestamp() - make_interval(secs => :settled_s) order by id limit 1)"
)
_DONE = text("delete from visit_inbox where workspace_id = :own and id = any(:ids)")
# Visits of campaigns that are gone, and of leads who had their data deleted, are dropped.
_COUNTED = text(
    "select c.id from campaigns c where c.workspace_id = :own and c.id = any(:campaigns)"
)
_ERASED = text(
    "select public_id from link_states where workspace_id = :own "
    "and erased_at is not null and public_id = any(:public_ids)"
)
_ADD_EVENTS = text(
    "insert into visit_events "
    "select * from jsonb_populate_recordset(null::visit_events, cast(:rows as jsonb)) "
    "on conflict do nothing"
)


@dataclass(frozen=True)
class Told:
    """A row of the inbox; app/viewer/intake.py says what is in it."""

    id: int
    told: dict[str, Any]

    @property
    def visit_id(self) -> UUID:
        return UUID(self.told["visit"])

    @property
    def opened_at(self) -> datetime:
        return datetime.fromisoformat(self.told["opened"])


async def read_inbox(
    session: AsyncSession, *, at_most: int, settled_s: float = SETTLED_S
) -> list[Told]:
    """The oldest rows of this workspace that are not quite new."""
    found = await session.execute(
        _WAITING, {"own": workspace_of(session), "settled_s": settled_s, "at_most": at_most}
    )
    return [Told(*row) for row in found]


async def put_first_aside(session: AsyncSession) -> None:
    """The oldest row waits for an hour, so that it does not keep those after it waiting."""
    await session.execute(_ASIDE, {"own": workspace_of(session), "settled_s": SETTLED_S})


async def clear_inbox(session: AsyncSession, rows: Sequence[Told]) -> None:
    own = {"own": workspace_of(session), "ids": [each.id for each in rows]}
    await session.execute(_DONE, own)


async def that_count(session: AsyncSession, rows: Sequence[Told]) -> list[Told]:
    """Those of campaigns that are there and of leads who did not have their data deleted."""
    own = workspace_of(session)
    campaigns = {UUID(each.told["campaign"]) for each in rows}
    public_ids = {each.told["public_id"] for each in rows}
    there = await session.scalars(_COUNTED, {"own": own, "campaigns": list(campaigns)})
    erased = await session.scalars(_ERASED, {"own": own, "public_ids": list(public_ids)})
    known, gone = {each.hex for each in there}, set(erased)
    return [
        each
        for each in rows
        if each.told["campaign"] in known and each.told["public_id"] not in gone
    ]


def visit_with(visit: VisitRow | None, row: Told) -> VisitRow:
    """The visit with what this row says of who asked."""
    told = row.told
    if visit is None:
        return VisitRow(
            id=row.visit_id,
            campaign_id=UUID(told["campaign"]),
            public_id=told["public_id"],
            render_id=UUID(told["render"]),
            kind="team" if told["is_team"] else "unverified",
            reason="",
            sign=told["sign"],
            is_sample=told["is_sample"],
            is_private=told["is_private"],
            opened_at=row.opened_at,
            last_seen_at=row.opened_at,
            address_hash=bytes.fromhex(told["address"]) if told["address"] else None,
            device=told["device"],
            browser=told["browser"],
            referrer_host=told["referrer"] if told["is_open"] else "",
            source=told["source"],
            duration_s=length_s(told["duration_s"]),
        )
    return replace(
        visit,
        sign=max(visit.sign, told["sign"], key=_SIGNS.index),
        # Where the page's own request came after one with events.
        referrer_host=told["referrer"] if told["is_open"] else visit.referrer_host,
    )


async def add_events(session: AsyncSession, rows: Iterable[Told]) -> None:
    """Each event is there once, however often it was told: by its visit and number."""
    events = [
        {
            "workspace_id": workspace_of(session),
            "visit_id": row.visit_id,
            "number": number,
            "opened_at": row.opened_at,
            "kind": kind,
            "at_ms": at_ms,
            "from_s": from_s,
            "to_s": to_s,
            "detail": detail,
        }
        for row in rows
        for number, kind, at_ms, from_s, to_s, detail in row.told["events"]
    ]
    if events:
        await session.execute(_ADD_EVENTS, {"rows": as_json(events)})
