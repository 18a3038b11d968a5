"""Adds up what waits in the inbox: visits first, then what follows from them, in one transaction.

Exactly once: a row of the inbox goes in the transaction that adds it up; a visit is what all of its
events come to, and sums change by the difference. One worker at a time does it for a workspace; a
crash leaves everything as it was.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.listen import notify_all
from app.db.tenancy import workspace_of
from app.viewer.events import Event
from app.viewer.partitions import make_months_of
from app.viewer.visit_checks import BURST_LINKS, BURST_S, check_visit
from app.viewer.visit_inbox import (
    SETTLED_S,
    add_events,
    clear_inbox,
    read_inbox,
    that_count,
    visit_with,
)
from app.viewer.visit_repeats import part_repeats
from app.viewer.visit_rows import (
    LeadRow,
    VisitRow,
    read_events,
    read_leads,
    read_visits,
    read_visits_of_leads,
    save,
)
from app.viewer.visit_summary import summarize
from app.viewer.visit_sums import add_visit, make_lead
from app.viewer.visit_totals import add_days, add_heats

# Of the inbox, in one transaction.
AT_ONCE = 500

# Both in a statement of their own: what is read next must have been written before the lock.
_TRY_LOCK = text("select pg_try_advisory_xact_lock(hashtextextended(:own, 0))")
_WAIT_LOCK = text("select pg_advisory_xact_lock(hashtextextended(:own, 0))")
_BURSTS = text(
    """
    select array_agg(distinct near.id), v.id from visits v
    join visits near on near.workspace_id = v.workspace_id
      and near.address_hash = v.address_hash and near.kind <> 'team'
      and near.opened_at between v.opened_at - make_interval(secs => :within_s)
        and v.opened_at + make_interval(secs => :within_s)
    where v.workspace_id = :own and v.id = any(:ids) and v.address_hash is not null
      and v.kind <> 'team'
    group by v.id having count(distinct near.public_id) >= :links
    """
)


@dataclass(frozen=True)
class Change:
    """A visit as it was added up before, if it was, and as it is now."""

    old: VisitRow | None
    new: VisitRow


@dataclass(frozen=True)
class RolledUp:
    """How many rows of the inbox are gone, and the leads' sums before and after."""

    rows: int
    leads: list[tuple[LeadRow | None, LeadRow]]


async def roll_up(
    session: AsyncSession, *, at_most: int = AT_ONCE, settled_s: float = SETTLED_S
) -> RolledUp | None:
    """The oldest rows of the session's workspace are added up; None while another worker does so.

    Less than `at_most` rows: there are no more for now.
    """
    if not await session.scalar(_TRY_LOCK, _lock_of(session)):
        return None
    rows = await read_inbox(session, at_most=at_most, settled_s=settled_s)
    if not rows:
        return RolledUp(0, [])
    counted = await that_count(session, rows)
    before = await read_visits(session, {each.visit_id for each in counted})
    told = dict(before)
    for each in counted:
        told[each.visit_id] = visit_with(told.get(each.visit_id), each)
    await make_months_of(session, (each.opened_at for each in told.values()))
    await save(session, "visits", (each.columns() for each in told.values()))
    await add_events(session, counted)
    changes = await _changes(session, told, before)
    await save(session, "visits", (each.new.columns() for each in changes))
    leads = await _add_to_leads(session, changes)
    await add_days(session, ((each.old, each.new) for each in changes))
    await add_heats(session, ((each.old, each.new) for each in changes))
    await clear_inbox(session, rows)
    await _tell_pages(session, changes)
    return RolledUp(len(rows), leads)


async def wait_for_lock(session: AsyncSession) -> None:
    """Nobody adds up this workspace's visits until the session's transaction ends."""
    await session.execute(_WAIT_LOCK, _lock_of(session))


def _lock_of(session: AsyncSession) -> dict[str, str]:
    return {"own": f"visits {workspace_of(session)}"}


async def _changes(
    session: AsyncSession, told: dict[UUID, VisitRow], before: dict[UUID, VisitRow]
) -> list[Change]:
    """What these visits are now, those that they make a burst with, and those of the same link and
    address that count in their place, or no longer."""
    bursts = await _bursts(session, told)
    others = await read_visits(session, bursts - told.keys())
    visits = {**others, **told}
    events = await read_events(session, visits.values())
    made = {
        each.id: visit_of(each, events[each.id], is_burst=each.id in bursts)
        for each in visits.values()
    }
    repeats, made = await part_repeats(session, visits, made)
    known = {**before, **others, **repeats}
    pairs = [(known.get(each.id), each) for each in made.values()]
    changes = [Change(old, new) for old, new in pairs if new != old]
    # In one order for all, though one worker at a time is enough.
    return sorted(changes, key=lambda each: (each.new.opened_at, each.new.id))


def visit_of(visit: VisitRow, events: Iterable[Event], *, is_burst: bool) -> VisitRow:
    """The visit with what all of its events come to."""
    summary = summarize(events, visit.duration_s, is_private=visit.is_private)
    kind, reason = check_visit(
        summary, is_team=visit.kind == "team", sign=visit.sign, is_burst=is_burst
    )

    def at(ms: int | None) -> Any:
        return None if ms is None else visit.opened_at + timedelta(milliseconds=ms)

    times: dict[str, Any] = {
        "last_seen_at": at(summary.last_ms),
        "played_at": at(summary.played_ms),
        "unmuted_at": at(summary.unmuted_ms),
        "half_at": at(summary.half_ms),
        "ended_at": at(summary.ended_ms),
        "clicked_at": at(summary.clicked_ms),
        "booked_at": at(summary.booked_ms),
    }
    return replace(
        visit,
        kind=kind,
        reason=reason,
        watched_s=summary.watched_s,
        played_s=sum(summary.seconds),
        position_s=summary.position_s,
        seconds=summary.seconds,
        **times,
    )


async def _bursts(session: AsyncSession, told: dict[UUID, VisitRow]) -> set[UUID]:
    found = await session.execute(
        _BURSTS,
        {
            "own": workspace_of(session),
            "ids": list(told),
            "within_s": BURST_S,
            "links": BURST_LINKS,
        },
    )
    return {each for near, own in found for each in (*near, own)}


async def _add_to_leads(
    session: AsyncSession, changes: list[Change]
) -> list[tuple[LeadRow | None, LeadRow]]:
    before = await read_leads(session, {each.new.public_id for each in changes})
    leads, anew = dict(before), set()
    for each in changes:
        public_id = each.new.public_id
        leads[public_id], is_anew = add_visit(leads.get(public_id), each.old, each.new)
        if is_anew:
            anew.add(public_id)
    if anew:
        by_lead = defaultdict(list)
        for visit in (await read_visits_of_leads(session, anew)).values():
            by_lead[visit.public_id].append(visit)
        for public_id in anew:
            leads[public_id] = make_lead(leads[public_id], by_lead[public_id])
    await save(session, "lead_views", (each.columns() for each in leads.values()))
    return [(before.get(public_id), lead) for public_id, lead in leads.items()]


async def _tell_pages(session: AsyncSession, changes: list[Change]) -> None:
    """Pages that show these figures read them again."""
    await notify_all(session, "views", {each.new.campaign_id for each in changes})
    await notify_all(session, "view", {each.new.render_id for each in changes})
