"""What a look at its records changes in a domain, and whom that is told; it asks no DNS server."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.plans import workspace_plan
from app.db.base import now
from app.db.listen import notify
from app.domains.models import LOOKING, CustomDomain
from app.domains.names import name_of
from app.domains.records import Findings, Wanted, wanted_for
from app.domains.states import (
    CLAIMED_FOR,
    DOUBTED_EVERY,
    FORGOTTEN_EVERY,
    SERVED,
    Standing,
    Step,
    next_step,
    state_of,
)
from app.domains.telling import tell_of_step, tell_verified
from app.settings import Settings

TAKEN = (
    "The records are right, but another workspace shows its pages at {shown}. It is yours once "
    "that workspace removes it, or once its own TXT record has been gone for {days} days."
)
NOT_IN_PLAN = "The records are right, but your plan has no domain of your own."
AT_ONCE = 50


@dataclass(frozen=True)
class Due:
    """A domain whose records are to be looked at."""

    workspace_id: UUID
    domain_id: UUID


async def claim_due(session: AsyncSession) -> Sequence[Due]:
    """Some domains whose time has come, for whoever looks now; nobody else gets them meanwhile.

    The session sees every workspace.
    """
    due = (
        select(CustomDomain.id)
        .where(CustomDomain.check_due_at <= now())
        .order_by(CustomDomain.check_due_at)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    ids = (await session.scalars(due)).all()
    rows = await session.execute(
        update(CustomDomain)
        .where(CustomDomain.id.in_(ids))
        .values(_claimed())
        .returning(CustomDomain.workspace_id, CustomDomain.id)
        .execution_options(synchronize_session=False)
    )
    return [Due(*row) for row in rows]


async def claim_one(session: AsyncSession, domain_id: UUID) -> bool:
    """Whether this domain is due and nobody looks at it; nobody else gets it meanwhile."""
    claimed = await session.scalar(
        update(CustomDomain)
        .where(CustomDomain.id == domain_id, CustomDomain.check_due_at <= now())
        .values(_claimed())
        .returning(CustomDomain.id)
        .execution_options(synchronize_session=False)
    )
    return claimed is not None


def _claimed() -> dict[Any, Any]:
    """What is set while somebody looks; the findings take its place."""
    return {
        CustomDomain.check_due_at: now() + CLAIMED_FOR,
        CustomDomain.found: CustomDomain.found.concat({LOOKING: True}),
    }


async def find_wanted(session: AsyncSession, settings: Settings, domain_id: UUID) -> Wanted | None:
    """What to look for, or None when the domain was removed meanwhile."""
    domain = await session.get(CustomDomain, domain_id)
    return wanted_for(settings, domain.host, domain.token) if domain else None


async def keep_findings(
    session: AsyncSession, settings: Settings, domain_id: UUID, wanted: Wanted, findings: Findings
) -> None:
    """The domain stands as the findings make it, pages show so, and its team is told.

    Nothing happens to one that was removed, or added anew with another token, meanwhile.
    """
    domain = await session.scalar(
        select(CustomDomain).where(CustomDomain.id == domain_id).with_for_update()
    )
    if domain is None or domain.token != wanted.token:
        return
    before, moment = state_of(domain.state), now()
    was_wrong = domain.found.get("outcome") == "wrong"
    wrong_at = domain.checked_at if was_wrong else None
    standing = Standing(before, domain.created_at, wrong_at, domain.told_at)
    step = next_step(standing, findings.outcome, moment, settings.domain_withdraw_days)
    domain.found, domain.problem = findings.as_json(), findings.problem(wanted)
    domain.checked_at = moment
    if step.state == "verified" and before not in SERVED and not await _may_have(session, domain):
        step = Step(before, FORGOTTEN_EVERY)
    elif step.state == "verified" and not await _take(session, domain, settings):
        step = Step(before, DOUBTED_EVERY)
    domain.state, domain.check_due_at = step.state, moment + step.next_in
    domain.failing_since = (domain.failing_since or moment) if step.state == "failing" else None
    if step.tells == "failing":
        domain.told_at = moment
    elif step.state != "failing":
        domain.told_at = None
    await session.flush()
    await notify(session, "domain", domain.id)
    if step.tells:
        await tell_of_step(session, settings, domain, step.tells)
    elif step.state == "verified" and before not in {"verified", "failing"}:
        await tell_verified(session, domain)


async def _may_have(session: AsyncSession, domain: CustomDomain) -> bool:
    """Whether the workspace's plan has a domain. One that it has not waits for a plan that has;
    see app/domains/plan_end.py."""
    plan, _ = await workspace_plan(session)
    if plan.custom_domain:
        domain.plan_ends_at = None
        return True
    domain.problem = NOT_IN_PLAN
    domain.plan_ends_at = domain.plan_ends_at or now()
    return False


async def _take(session: AsyncSession, domain: CustomDomain, settings: Settings) -> bool:
    """Whether the domain is this workspace's now: one may serve it, whoever proves it besides."""
    if domain.state in {"verified", "failing"}:
        return True
    try:
        async with session.begin_nested():
            await session.execute(
                update(CustomDomain)
                .where(CustomDomain.id == domain.id)
                .values(state="verified", verified_at=now())
                .execution_options(synchronize_session=False)
            )
    except IntegrityError:
        domain.problem = TAKEN.format(
            shown=name_of(domain.host).shown, days=settings.domain_withdraw_days
        )
        return False
    domain.verified_at = now()
    return True
