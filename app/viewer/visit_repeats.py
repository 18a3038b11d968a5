"""Which visits of one link from one address on one day count as a person's: the first few; it knows
no events.

Each load of a page is a visit, and whoever loads it over and over would be many people. Which of
them count follows from when they began alone, so it is the same in whatever order they are told:
one that turns out to be a person's late may take the place of a later one.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.tenancy import workspace_of
from app.viewer.visit_rows import VisitRow, read_visits

# A lead who comes back, and the colleagues who are shown the page behind the same address, are
# fewer in a day; whoever floods a link changes no figure by more.
MOST_OF_A_DAY = 10

# Link, address (none: of those who asked not to be tracked), when the day began (UTC).
Group = tuple[str, bytes | None, datetime]

# People's come before repeated ones, so the first few hold all that counted so far.
_FIRST = text(
    """
    select found.id
    from unnest(cast(:links as text[]), cast(:addresses as bytea[]), cast(:days as timestamptz[]))
      as g(link, address, day)
    cross join lateral (
      select v.id from visits v
      where v.workspace_id = :own and v.public_id = g.link
        and v.opened_at >= g.day and v.opened_at < g.day + interval '24 hours'
        and v.address_hash is not distinct from g.address
        and (v.address_hash is not null or v.is_private) and not v.is_sample
        and (v.kind = 'person' or v.reason = 'repeated') and v.id <> all(:but)
      order by v.opened_at, v.id limit :most
    ) found
    """
)


async def part_repeats(
    session: AsyncSession, visits: Mapping[UUID, VisitRow], made: Mapping[UUID, VisitRow]
) -> tuple[dict[UUID, VisitRow], dict[UUID, VisitRow]]:
    """`made` with those that are too many kept apart, and the others of which that changed, as they
    were and as they are now. `visits`: the same as `made`, with the kinds that are stored."""
    groups: dict[Group, list[VisitRow]] = defaultdict(list)
    for each in made.values():
        group = _group_of(each)
        if group and (_counts(each) or _counts(visits[each.id])):
            groups[group] += [each] if _counts(each) else []
    others = await _first_of(session, groups, but=made)
    for each in others.values():
        group = _group_of(each)
        if group in groups:
            groups[group].append(each)
    parted = dict(made)
    for of_group in groups.values():
        of_group.sort(key=lambda each: (each.opened_at, each.id))
        for place, each in enumerate(of_group):
            is_person = place < MOST_OF_A_DAY
            kind, reason = ("person", "") if is_person else ("scanner", "repeated")
            parted[each.id] = replace(each, kind=kind, reason=reason)
    return others, parted


def _counts(visit: VisitRow) -> bool:
    """Whether it is a person's, but perhaps for those before it."""
    return visit.kind == "person" or visit.reason == "repeated"


def _group_of(visit: VisitRow) -> Group | None:
    if visit.is_sample or (visit.address_hash is None and not visit.is_private):
        return None
    day = visit.opened_at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return visit.public_id, visit.address_hash, day


async def _first_of(
    session: AsyncSession, groups: Iterable[Group], *, but: Iterable[UUID]
) -> dict[UUID, VisitRow]:
    """The first few of each of these groups as they are stored, without those that are at hand."""
    listed = list(groups)
    if not listed:
        return {}
    found = await session.scalars(
        _FIRST,
        {
            "own": workspace_of(session),
            "links": [link for link, _, _ in listed],
            "addresses": [address for _, address, _ in listed],
            "days": [day for _, _, day in listed],
            "but": list(but),
            "most": MOST_OF_A_DAY,
        },
    )
    return await read_visits(session, found)
