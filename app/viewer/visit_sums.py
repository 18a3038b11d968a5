"""What a visit adds to each sum, and how a lead's sum is made of visits: no database in here.

A sum is changed by the difference of what a visit adds now and what it added before, in the same
transaction that changes the visit. So it is exact however often and in whatever pieces a visit is
told, and a crash in between leaves both as they were.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from app.viewer.visit_rows import LeadRow, VisitRow

# The first time each of these happened is a lead's.
TIMES = ("played_at", "unmuted_at", "half_at", "ended_at", "clicked_at", "booked_at")
OPENS = {
    "person": "opens",
    "unverified": "unverified_opens",
    "scanner": "scanner_opens",
    "team": "team_opens",
}
_DAYS = {
    "played_at": "plays",
    "half_at": "halves",
    "ended_at": "ends",
    "clicked_at": "clicks",
    "booked_at": "bookings",
}
DAY_COLUMNS = (*OPENS.values(), *_DAYS.values(), "watched_s")


def day_counts(visit: VisitRow | None) -> Counter[str]:
    """What this visit adds to its day; only people's count as more than opened."""
    counts: Counter[str] = Counter()
    if visit is not None:
        counts[OPENS[visit.kind]] = 1
    if visit is not None and visit.kind == "person":
        counts.update({name: 1 for at, name in _DAYS.items() if getattr(visit, at) is not None})
        counts["watched_s"] = visit.watched_s
    return counts


def heat_of(visit: VisitRow | None) -> list[int]:
    """How often this visit played each second, if it was a person's."""
    return visit.seconds if visit is not None and visit.kind == "person" else []


def difference(new: Counter[str], old: Counter[str]) -> dict[str, int]:
    return {name: new[name] - old[name] for name in DAY_COLUMNS}


def first_of(*times: datetime | None) -> datetime | None:
    return min((each for each in times if each is not None), default=None)


def last_of(*times: datetime | None) -> datetime | None:
    return max((each for each in times if each is not None), default=None)


def add_visit(lead: LeadRow | None, old: VisitRow | None, new: VisitRow) -> tuple[LeadRow, bool]:
    """The lead's sum with this visit as it is now; and whether all but its opens has to be made
    anew, because something that was counted is no longer so, or the link shows another video."""
    if lead is None:
        lead = LeadRow(new.public_id, new.campaign_id, new.render_id, duration_s=new.duration_s)
    opens = Counter({OPENS[new.kind]: 1})
    if old is not None:
        opens.subtract({OPENS[old.kind]: 1})
    lead = replace(
        lead,
        is_sample=lead.is_sample or new.is_sample,
        **_opens(lead, opens),
    )
    was_counted = old is not None and old.kind == "person"
    if new.kind != "person":
        return lead, was_counted
    if lead.render_id != new.render_id or (was_counted and old and not _goes_on(old, new)):
        return lead, True
    played_before = old.played_s if old is not None and was_counted else 0
    return _with_person(lead, new, new.played_s - played_before), False


def make_lead(lead: LeadRow, visits: Iterable[VisitRow]) -> LeadRow:
    """The lead's sum made anew of all its visits, but for how often it was opened: visits whose
    time is over are gone, and stay counted."""
    people = sorted((v for v in visits if v.kind == "person"), key=lambda v: (v.opened_at, v.id))
    made = LeadRow(
        lead.public_id,
        lead.campaign_id,
        people[-1].render_id if people else lead.render_id,
        lead.is_sample,
        duration_s=people[-1].duration_s if people else lead.duration_s,
        **_opens(lead, Counter()),
    )
    for each in people:
        made = _with_person(made, each, each.played_s)
    return made


def _with_person(lead: LeadRow, visit: VisitRow, played_s: int) -> LeadRow:
    is_shown = lead.render_id == visit.render_id
    times: dict[str, Any] = {
        name: first_of(getattr(lead, name), getattr(visit, name)) for name in TIMES
    }
    seen = {n for n, count in enumerate(visit.seconds) if count} if is_shown else set()
    return replace(
        lead,
        first_opened_at=first_of(lead.first_opened_at, visit.opened_at),
        last_seen_at=last_of(lead.last_seen_at, visit.last_seen_at),
        **times,
        duration_s=max(lead.duration_s, visit.duration_s) if is_shown else lead.duration_s,
        played_s=lead.played_s + (played_s if is_shown else 0),
        seen=lead.seen | seen,
    )


def _opens(lead: LeadRow, more: Counter[str]) -> dict[str, Any]:
    return {name: getattr(lead, name) + more[name] for name in OPENS.values()}


def _goes_on(old: VisitRow, new: VisitRow) -> bool:
    """Whether all that was counted of the visit still is."""
    times = ((getattr(old, name), getattr(new, name)) for name in TIMES)
    return (
        all(before is None or (after is not None and after <= before) for before, after in times)
        and old.last_seen_at <= new.last_seen_at
        and all(new.seconds[n] for n, count in enumerate(old.seconds) if count)
    )
