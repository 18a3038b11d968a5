"""A workspace's own domains: listed, added, looked at when somebody asks, and given up."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import Integer, case, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import User
from app.accounts.tokens import new_token
from app.billing.plans import workspace_plan
from app.db.base import now
from app.db.listen import notify
from app.db.session import defer
from app.db.tenancy import workspace_of
from app.domains.models import CustomDomain
from app.domains.names import DomainName, DomainRefused, name_of, read_name
from app.domains.records import TOKEN_PREFIX, own_hosts
from app.jobs.catalogue import CHECK_DOMAIN
from app.settings import Settings
from app.web.refusals import NotFound
from app.workspaces.audit import record
from app.workspaces.service import record_activity

DOMAINS_AT_MOST = 20
# A button that is pressed again and again asks somebody else's servers.
ASKED_AGAIN_AFTER = timedelta(seconds=5)
Asked = Literal["asked", "under_way", "just_done"]
# The first one is the one that links name: migrations/versions/*_serve_custom_domains.py.
_ORDER = (
    case({"verified": 0, "failing": 1, "pending": 2}, value=CustomDomain.state, else_=3),
    CustomDomain.verified_at,
    CustomDomain.created_at,
)


async def list_domains(session: AsyncSession) -> Sequence[CustomDomain]:
    """The workspace's domains; first the one that its links name."""
    return (await session.scalars(select(CustomDomain).order_by(*_ORDER))).all()


async def get_domain(session: AsyncSession, domain_id: UUID) -> CustomDomain:
    """The workspace's domain. Raises NotFound."""
    domain = await session.scalar(select(CustomDomain).where(CustomDomain.id == domain_id))
    if domain is None:
        raise NotFound
    return domain


async def add_domain(
    session: AsyncSession, settings: Settings, person: User, typed: str
) -> CustomDomain:
    """The domain waits for its records, which are looked at from now on. Raises DomainRefused.

    Another workspace may have asked for it, too; it is whose records are there.
    """
    name = _usable(settings, typed)
    plan, _ = await workspace_plan(session)
    if not plan.custom_domain:
        raise DomainRefused(f"The {plan.name} plan has no domain of your own.")
    count = await session.scalar(select(func.count(CustomDomain.id, type_=Integer)))
    if (count or 0) >= DOMAINS_AT_MOST:
        raise DomainRefused(
            f"A workspace has at most {DOMAINS_AT_MOST} domains. Remove one that you do not use."
        )
    domain = CustomDomain(
        workspace_id=workspace_of(session),
        host=name.host,
        token=f"{TOKEN_PREFIX}{new_token()}",
        added_by_id=person.id,
    )
    try:
        async with session.begin_nested():
            session.add(domain)
    except IntegrityError:
        raise DomainRefused(f"{name.shown} is in your list already.") from None
    await record_activity(session, person, "domain.added", domain.id, name.shown)
    await record(session, person, "domain.added", thing=name.shown)
    await ask_for_check(session, domain)
    return domain


async def ask_for_check(session: AsyncSession, domain: CustomDomain) -> Asked:
    """Its records are looked at now, unless that is under way or was only just done.

    Raises NotFound when it was removed meanwhile.
    """
    # Locked: who claims it meanwhile is seen, and its claim is not taken away.
    found = await session.scalar(
        select(CustomDomain)
        .where(CustomDomain.id == domain.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    if domain.is_looked_at(now()):
        return "under_way"
    if domain.checked_at is not None and domain.checked_at > now() - ASKED_AGAIN_AFTER:
        return "just_done"
    domain.check_due_at = now()
    await session.flush()
    await notify(session, "domain", domain.id)
    defer(
        session,
        CHECK_DOMAIN,
        workspace_id=str(domain.workspace_id),
        custom_domain_id=str(domain.id),
    )
    return "asked"


async def remove_domain(session: AsyncSession, person: User, domain: CustomDomain) -> None:
    """Nothing is shown at the domain any more, at once; another workspace may have it."""
    await session.delete(domain)
    shown = name_of(domain.host).shown
    await record_activity(session, person, "domain.removed", domain.id, shown)
    await record(session, person, "domain.removed", thing=shown)
    await notify(session, "domain", domain.id)


def _usable(settings: Settings, typed: str) -> DomainName:
    return read_name(
        typed, own_hosts=own_hosts(settings), takes_apex=bool(settings.domain_addresses)
    )
