"""Writes the workspace's audit log: who changed what, from what, to what; it shows nothing."""

from collections.abc import Mapping
from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.acting import staff_of
from app.accounts.models import User
from app.db.tenancy import workspace_of
from app.workspaces.audit_actions import ACTIONS
from app.workspaces.audit_models import REASON_LENGTH, THING_LENGTH, AuditEntry

Actor = Literal["person", "staff", "service", "stripe"]
Value = str | int | float | bool | None
VALUE_LENGTH = 200
# A value of such a name would be readable for as long as the workspace is there.
_SECRETS = ("password", "token", "secret", "hash")


async def record(
    session: AsyncSession,
    person: User | None,
    action: str,
    *,
    thing: str = "",
    about: User | None = None,
    before: Mapping[str, Value] | None = None,
    after: Mapping[str, Value] | None = None,
    reason: str = "",
    by: Literal["service", "stripe"] = "service",
) -> None:
    """A line of the session's workspace; it is there when the change is, and not otherwise.

    `person` None: the service itself did it, or Stripe (`by`), or staff when the session says so.
    Of values that are the same before and after nothing is kept.

    `about`: the member it was done to; else `thing` names what. No secrets: of a password it is
    recorded that it was set. Raises LookupError for an act that audit_actions.py does not know,
    ValueError for a value that is called a secret.
    """
    if action not in ACTIONS:
        raise LookupError(f"{action} is not in app/workspaces/audit_actions.py")
    staff = staff_of(session)
    session.add(
        AuditEntry(
            workspace_id=workspace_of(session),
            actor=_actor(person, staff, by),
            person_id=person.id if person else None,
            staff_id=staff[0] if staff else None,
            action=action,
            about_id=about.id if about else None,
            thing=thing[:THING_LENGTH],
            before=_kept(before, after),
            after=_kept(after, before),
            reason=reason[:REASON_LENGTH],
        )
    )
    await session.flush()


def _actor(person: User | None, staff: object, by: Actor) -> Actor:
    if staff:
        return "staff"
    return "person" if person else by


def _kept(values: Mapping[str, Value] | None, others: Mapping[str, Value] | None) -> dict[str, Any]:
    for name in values or {}:
        if any(word in name for word in _SECRETS):
            raise ValueError(f"{name} may hold a secret and is not kept in the audit log")
    return {
        name: value[:VALUE_LENGTH] if isinstance(value, str) else value
        for name, value in (values or {}).items()
        if name not in (others or {}) or (others or {})[name] != value
    }
