"""What follows a workspace's plan once that has changed; it changes none."""

from uuid import UUID

from app.domains.plan_end import follow_plan
from app.jobs.services import Services
from app.renders.storage_days import lengthen_storage


async def follow_plan_change(services: Services, *, workspace_id: str) -> None:
    """Videos are kept as long as the plan says at least, and own domains end or go on with it. May
    run any number of times; what is missed of it, jobs by the clock come to."""
    for_workspace = UUID(workspace_id)
    async with services.database.session(workspace_id=for_workspace) as session:
        await lengthen_storage(session)
    async with services.database.session(workspace_id=for_workspace) as session:
        await follow_plan(session, services.settings)
