"""Acme's plan in tests of what waits for it, and the jobs that let it in."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update

from app.billing.models import UsageEntry
from app.billing.notice_models import PlanNotice
from app.billing.plans import Limits, Plan, set_limits, set_plan, set_service_plan
from app.jobs.catalogue import LET_IN
from app.renders.models import Render, RenderJob
from app.renders.plan_wait import let_in
from tests.cast import Cast
from tests.postgres import SentJobs


async def limit(cast: Cast, videos: int | None, *, minutes: int | None = None) -> None:
    """Acme has the Free plan of a service that sells, with these limits."""
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        await set_service_plan(session, sells=True)
        await set_limits(session, Limits(2, videos, minutes), plan_key="free")


async def give(cast: Cast, plan: Plan) -> int:
    """Acme has this plan, and what it has room for goes on; how many."""
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        await set_plan(session, plan)
        return await let_in(session)


async def rows_waiting(cast: Cast, campaign_id: UUID | None = None) -> list[int]:
    """The rows of the leads whose videos wait for the plan, in the order of the line."""
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        query = select(Render.row).join(RenderJob, RenderJob.render_id == Render.id)
        if campaign_id is not None:
            query = query.where(Render.campaign_id == campaign_id)
        query = query.where(RenderJob.waits_for_plan).order_by(RenderJob.position)
        return list(await session.scalars(query))


async def run_let_in(cast: Cast, sent: SentJobs) -> int:
    """The jobs of this kind that were sent are done; how many videos went on."""
    count = 0
    for job in [each for each in sent if each.name == LET_IN]:
        sent.remove(job)
        async with cast.site.database.session(
            workspace_id=UUID(job.arguments["workspace_id"])
        ) as session:
            count += await let_in(session)
    return count


async def end_period(cast: Cast) -> None:
    """What was counted and told so far was in a period before this one."""
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        for table in (UsageEntry, PlanNotice):
            await session.execute(
                update(table)
                .where(table.period_start.is_not(None))
                .values(period_start=table.period_start - timedelta(days=31))
                .execution_options(synchronize_session=False)
            )
