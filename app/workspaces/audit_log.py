"""Reads the workspace's audit log for its owner, in words; it writes nothing."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.accounts.models import User
from app.web.exports import ROWS_AT_ONCE, Export, Piece, when
from app.workspaces.audit_actions import (
    ACTIONS,
    GROUPS,
    AuditAction,
    actions_of,
    field_label,
)
from app.workspaces.audit_models import AuditEntry

PEOPLE_AT_MOST = 500
SOMEBODY, STAFF, SERVICE, STRIPE = "A former member", "Loom-Lite staff", "Loom-Lite", "Stripe"
# What is asked for besides a person, by its word in the URL.
ACTORS: Mapping[str, str] = {"staff": STAFF, "service": SERVICE, "stripe": STRIPE}
HEADERS = ("time_utc", "who", "kind", "what", "reason", "before", "after")
_AN_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_OTHERWISE = AuditAction("workspace", "activity", "changed")
_Person, _Staff, _About = aliased(User), aliased(User), aliased(User)


@dataclass(frozen=True)
class WantedEntries:
    """`who`: a person's id or a word of ACTORS; `kind`: a group. Empty is no condition."""

    who: str = ""
    kind: str = ""


@dataclass(frozen=True)
class AuditLine:
    """Reads as `who said thing rest`; `changes` are label, before and after, "" for what was not
    recorded of it."""

    entry_id: UUID
    at: datetime
    who: str
    is_staff: bool
    kind: str
    symbol: str
    said: str
    thing: str
    rest: str
    reason: str
    changes: Sequence[tuple[str, str, str]]

    @property
    def what(self) -> str:
        """All but who it was, as plain text."""
        return " ".join(filter(None, (self.said, self.thing, self.rest)))


def wanted_entries(who: str, kind: str) -> WantedEntries:
    """What a URL asks for; what makes no sense is left out."""
    known = who in ACTORS or _AN_ID.fullmatch(who)
    return WantedEntries(who if known else "", kind if kind in GROUPS else "")


async def list_entries(
    session: AsyncSession, wanted: WantedEntries, *, at_most: int, before: UUID | None = None
) -> list[AuditLine]:
    """The latest first; with `before` what was written before that entry."""
    query = _query(wanted).order_by(AuditEntry.id.desc()).limit(at_most)
    if before is not None:
        query = query.where(AuditEntry.id < before)
    return [_line(row) for row in await session.execute(query)]


async def list_actors(session: AsyncSession) -> list[tuple[str, str]]:
    """Who is in the log, as the filter names them: value and label. Who left is among them."""
    seen = select(AuditEntry.person_id).where(AuditEntry.person_id.is_not(None)).distinct()
    people = await session.scalars(
        select(User).where(User.id.in_(seen)).order_by(User.name, User.email).limit(PEOPLE_AT_MOST)
    )
    return [*((str(each.id), each.shown_name) for each in people), *ACTORS.items()]


def entries_export(wanted: WantedEntries) -> Export:
    """The log as a file."""

    async def read(session: AsyncSession, before: UUID | None) -> Piece:
        found = await list_entries(session, wanted, at_most=ROWS_AT_ONCE, before=before)
        place = found[-1].entry_id if len(found) == ROWS_AT_ONCE else None
        return [_cells(each) for each in found], place

    return Export(HEADERS, read)


def _query(wanted: WantedEntries) -> Select[AuditEntry, User, User, User]:
    return (
        select(AuditEntry, _Person, _Staff, _About)
        .outerjoin(_Person, _Person.id == AuditEntry.person_id)
        .outerjoin(_Staff, _Staff.id == AuditEntry.staff_id)
        .outerjoin(_About, _About.id == AuditEntry.about_id)
        .where(*_conditions(wanted))
    )


def _conditions(wanted: WantedEntries) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.who in ACTORS:
        conditions.append(AuditEntry.actor == wanted.who)
    elif wanted.who:
        conditions.append(AuditEntry.person_id == UUID(wanted.who))
    if wanted.kind:
        conditions.append(AuditEntry.action.in_(actions_of(wanted.kind)))
    return conditions


def _line(row: Row[AuditEntry, User | None, User | None, User | None]) -> AuditLine:
    entry, person, staff, about = row
    action = ACTIONS.get(entry.action, _OTHERWISE)
    return AuditLine(
        entry_id=entry.id,
        at=entry.created_at,
        who=_who(entry, person, staff),
        is_staff=entry.actor == "staff",
        kind=GROUPS[action.group],
        symbol=action.symbol,
        said=action.said,
        # The name is the account's, and goes with it.
        thing=about.shown_name if about else SOMEBODY.lower() if action.of_person else entry.thing,
        rest=action.rest,
        reason=entry.reason,
        changes=_changes(entry.before, entry.after),
    )


def _who(entry: AuditEntry, person: User | None, staff: User | None) -> str:
    if entry.actor in {"service", "stripe"}:
        return ACTORS[entry.actor]
    name = person.shown_name if person else SOMEBODY
    if entry.actor == "person":
        return name
    who = f"{staff.shown_name}, {STAFF}" if staff else STAFF
    return f"{who}, as {name}" if entry.person_id else who


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    names = [*before, *(name for name in after if name not in before)]
    return [(field_label(name), _shown(before, name), _shown(after, name)) for name in names]


def _shown(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    if name not in values:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int | float) else str(value or "none")


def _cells(line: AuditLine) -> list[str]:
    olds = "; ".join(f"{label}: {old}" for label, old, _ in line.changes if old)
    news = "; ".join(f"{label}: {new}" for label, _, new in line.changes if new)
    return [when(line.at), line.who, line.kind, line.what, line.reason, olds, news]
