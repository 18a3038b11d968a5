"""Lets in what waited for its plan: at once where room came, and by the clock where none is told of
it, as when a new period begins."""

import secrets
from dataclasses import asdict
from uuid import UUID

import structlog
from sqlalchemy import delete, exists, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.mirror import plan_now
from app.billing.models import PlanLimits
from app.billing.plans import UNLIMITED
from app.billing.stripe_models import BillingSubscription
from app.billing.stripe_values import ENTITLED
from app.jobs.services import Services
from app.renders import plan_telling, plan_wait

log = structlog.get_logger()

WAITING_CRON = "* * * * *"
# From one workspace to the next by the index, however many renders of each wait.
_WAITING = text(
    """
    with recursive teams as (
      (select workspace_id from render_jobs where waits_for_plan order by workspace_id limit 1)
      union all
      select (select job.workspace_id from render_jobs job
              where job.waits_for_plan and job.workspace_id > teams.workspace_id
              order by job.workspace_id limit 1)
      from teams where teams.workspace_id is not null
    )
    select workspace_id from teams where workspace_id is not null
    """
)


async def let_in(services: Services, *, workspace_id: str) -> None:
    """What the workspace's plan has room for goes on."""
    async with services.database.session(workspace_id=UUID(workspace_id)) as session:
        count = await plan_wait.let_in(session)
    if count:
        log.info("renders.let_in", workspace_id=workspace_id, count=count)


async def tell_of_plan(services: Services, *, workspace_id: str) -> None:
    """Who manages the workspace knows how much of its plan is used, if it has come to that."""
    async with services.database.session(workspace_id=UUID(workspace_id)) as session:
        await plan_telling.tell_of_plan(session, services.settings)


async def let_in_waiting(services: Services) -> None:
    """The same for all workspaces with renders that wait. Where nothing is sold any more, nobody
    has a plan that was bought, and so nothing waits; where it is again, they have what they paid
    for."""
    if services.settings.sells:
        await _give_back_plans(services)
    async with services.database.session(every_workspace=True) as session:
        if not services.settings.sells:
            await _take_back_plans(session)
        waiting = list(await session.scalars(_WAITING))
    # Where the time is too short for all, it is not the same ones every minute that are too late.
    begins = secrets.randbelow(len(waiting) or 1)
    for workspace_id in waiting[begins:] + waiting[:begins]:
        try:
            await let_in(services, workspace_id=str(workspace_id))
        except Exception:
            # The others go on; this one is tried again in a minute.
            log.exception("renders.not_let_in", workspace_id=str(workspace_id))


async def _give_back_plans(services: Services) -> None:
    """Workspaces with a subscription have its plan: it was taken back while nothing was sold."""
    own_limits = exists().where(PlanLimits.workspace_id == BillingSubscription.workspace_id)
    async with services.database.session(every_workspace=True) as session:
        found = await session.scalars(
            select(BillingSubscription.workspace_id)
            .where(BillingSubscription.status.in_(ENTITLED), ~own_limits)
            .distinct()
        )
        without = list(found)
    for workspace_id in without:
        async with services.database.session(workspace_id=workspace_id) as session:
            plan = await plan_now(session)
            # A word from Stripe that comes meanwhile knows better.
            await session.execute(
                insert(PlanLimits)
                .values(workspace_id=workspace_id, plan_key=plan.key, **asdict(plan.limits))
                .on_conflict_do_nothing()
            )
        log.info("plan.given_back", workspace_id=str(workspace_id), plan=plan.key)


async def _take_back_plans(session: AsyncSession) -> None:
    """Workspaces have the service's plan again, but for limits that an operator set."""
    gone = await session.scalars(
        delete(PlanLimits)
        .where(PlanLimits.plan_key != UNLIMITED.key)
        .returning(PlanLimits.workspace_id)
        .execution_options(synchronize_session=False)
    )
    if count := len(list(gone)):
        log.warning("plans.taken_back", count=count)
