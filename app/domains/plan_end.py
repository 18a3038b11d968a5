"""What becomes of a workspace's own domains when its plan has none: those that are served go on for
some days, which is told at once, and are then withdrawn; a plan that has them brings them back."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.models import PlanLimits, ServicePlan
from app.billing.plans import PLANS, UNLIMITED, workspace_plan
from app.db.base import now
from app.db.listen import notify
from app.db.session import defer
from app.domains.models import CustomDomain
from app.domains.states import PLAN_ENDS_AFTER, SERVED
from app.domains.telling import tell_plan_end
from app.jobs.catalogue import CHECK_DOMAIN
from app.settings import Settings

_HAVE_ONE = tuple(plan.key for plan in (UNLIMITED, *PLANS) if plan.custom_domain)
_IS_SERVED = CustomDomain.state.in_(SERVED)


async def list_out_of_step(session: AsyncSession) -> Sequence[UUID]:
    """Workspaces whose domains do not stand as their plan says. The session sees all of them."""
    service = select(ServicePlan.plan_key).scalar_subquery()
    key = func.coalesce(PlanLimits.plan_key, service, literal(UNLIMITED.key))
    over = or_(CustomDomain.plan_ends_at.is_(None), CustomDomain.plan_ends_at <= func.now())
    found = await session.scalars(
        select(CustomDomain.workspace_id)
        .outerjoin(PlanLimits, PlanLimits.workspace_id == CustomDomain.workspace_id)
        .where(
            or_(
                and_(key.in_(_HAVE_ONE), CustomDomain.plan_ends_at.is_not(None)),
                and_(key.not_in(_HAVE_ONE), _IS_SERVED, over),
            )
        )
        .distinct()
    )
    return found.all()


async def follow_plan(session: AsyncSession, settings: Settings) -> None:
    """The domains of the session's workspace stand as its plan says now, and its team is told."""
    plan, _ = await workspace_plan(session)
    if plan.custom_domain:
        await _go_on(session)
        return
    for domain in await _locked(session, _IS_SERVED):
        if domain.plan_ends_at is None:
            domain.plan_ends_at = now() + PLAN_ENDS_AFTER
            await tell_plan_end(session, settings, domain, plan, "ending")
        elif domain.plan_ends_at <= now():
            domain.state, domain.failing_since, domain.told_at = "withdrawn", None, None
            await tell_plan_end(session, settings, domain, plan, "ended")
        else:
            continue
        await session.flush()
        await notify(session, "domain", domain.id)


async def _go_on(session: AsyncSession) -> None:
    """Those that still are served go on; the records of the others are looked at anew."""
    for domain in await _locked(session, CustomDomain.plan_ends_at.is_not(None)):
        domain.plan_ends_at = None
        if domain.state not in SERVED:
            domain.check_due_at = now()
            of_domain = {
                "workspace_id": str(domain.workspace_id),
                "custom_domain_id": str(domain.id),
            }
            defer(session, CHECK_DOMAIN, **of_domain)
        await session.flush()
        await notify(session, "domain", domain.id)


async def _locked(session: AsyncSession, which: ColumnElement[bool]) -> Sequence[CustomDomain]:
    """Whoever looks at their records meanwhile waits."""
    query = select(CustomDomain).where(which).order_by(CustomDomain.id).with_for_update()
    return (await session.scalars(query.execution_options(populate_existing=True))).all()
