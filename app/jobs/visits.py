"""What visits of landing pages need done: added up as they come, and forgotten when it is time."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from uuid import UUID

import structlog
from sqlalchemy import select, text
from sqlalchemy.exc import InterfaceError, OperationalError

from app.jobs.parts import Parts
from app.jobs.services import Services
from app.viewer.address_hashes import forget_salts
from app.viewer.news_models import ViewNews
from app.viewer.partitions import drop_months, make_months_ahead
from app.viewer.retention import forget_news, forget_visits, forget_visits_of_deleted
from app.viewer.rollups import AT_ONCE, roll_up
from app.viewer.view_letters import list_due, send_view_letter
from app.viewer.view_news import note_news
from app.viewer.view_notices import tell_noticed
from app.viewer.visit_inbox import put_first_aside
from app.viewer.weekly_summary import (
    list_busy_workspaces,
    monday_of,
    send_weekly_summaries,
)

log = structlog.get_logger()

# A page that shows who watches now is this far behind, with visit_inbox.SETTLED_S.
LOOK_EVERY_S = 1.0
TELL_EVERY_S = 10.0
# When a week's letters are written; UTC.
WEEKLY_CRON = "0 7 * * 1"
# A transaction that deletes more holds up others.
FORGOTTEN_AT_ONCE = 5_000

# From one workspace to the next by the index, however much waits in each.
_WAITING = text(
    """
    with recursive waiting as (
      (select workspace_id from visit_inbox order by workspace_id limit 1)
      union all
      select (
        select i.workspace_id from visit_inbox i
        where i.workspace_id > waiting.workspace_id order by i.workspace_id limit 1
      ) from waiting where waiting.workspace_id is not null
    )
    select workspace_id from waiting where workspace_id is not null
    """
)


async def add_up_visits(services: Services) -> int:
    """Of each workspace the oldest rows of the inbox are added up, in turns until none has as much
    as one turn takes; how many rows it was.

    What fails for one workspace is tried again the next time, and keeps no other one waiting.
    """
    async with services.database.session(every_workspace=True) as session:
        waiting = list(await session.scalars(_WAITING))
    count = 0
    while waiting:
        more = []
        for workspace_id in waiting:
            rows = await _add_up(services, workspace_id)
            count += rows
            if rows == AT_ONCE:
                more.append(workspace_id)
        waiting = more
    return count


async def _add_up(services: Services, workspace_id: UUID) -> int:
    try:
        return await _roll_up(services, workspace_id, AT_ONCE)
    except (OperationalError, InterfaceError) as error:  # a lock, or no database: the next time
        log.warning(
            "visits.not_added_up", workspace_id=str(workspace_id), reason=type(error).__name__
        )
    except Exception:
        log.exception("visits.not_added_up", workspace_id=str(workspace_id))
        await _get_past(services, workspace_id)
    return 0


async def _roll_up(services: Services, workspace_id: UUID, at_most: int) -> int:
    async with services.database.session(workspace_id=workspace_id) as session:
        done = await roll_up(session, at_most=at_most)
        if done is None:
            return 0  # another worker is at it
        await note_news(session, done.leads)
        return done.rows


async def _get_past(services: Services, workspace_id: UUID) -> None:
    """One by one up to the row that cannot be added up; that one is put aside."""
    try:
        for _ in range(AT_ONCE):
            if not await _roll_up(services, workspace_id, 1):
                return
    except (OperationalError, InterfaceError):
        return
    except Exception:
        async with services.database.session(workspace_id=workspace_id) as session:
            await put_first_aside(session)


@asynccontextmanager
async def run_adding_up(services: Services) -> AsyncIterator[None]:
    """Adds up what comes, as long as the block lasts.

    Not a job of the queue: pages show who watches now, and nothing is to be queued for each visit.
    All workers do it; one at a time for each workspace.
    """
    tasks = [
        asyncio.create_task(_again_and_again(services, add_up_visits, LOOK_EVERY_S)),
        asyncio.create_task(_again_and_again(services, tell_views, TELL_EVERY_S)),
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _again_and_again(
    services: Services, work: Callable[[Services], Awaitable[int]], every_s: float
) -> None:
    while True:
        try:
            await work(services)
        except Exception as error:  # the database is away; the next time it may be there
            log.warning("visits.not_looked_at", reason=type(error).__name__)
        await asyncio.sleep(every_s)


async def tell_views(services: Services) -> int:
    """People have their notices about leads, and letters are on their way; how many.

    What fails for one team or person is tried again the next time, and keeps no other one waiting.
    """
    database, count, parts = services.database, 0, Parts("views.not_told")
    async with database.session(every_workspace=True) as session:
        news = select(ViewNews.workspace_id).where(ViewNews.noticed_at.is_(None)).distinct()
        untold = list(await session.scalars(news))
    for workspace_id in untold:
        with parts.part(workspace_id=str(workspace_id)):
            async with database.session(workspace_id=workspace_id) as session:
                told = await tell_noticed(session)
            count += told
    async with database.session(every_workspace=True) as session:
        due = await list_due(session)
    for user_id in due:
        with parts.part(user_id=str(user_id)):
            async with database.session(every_workspace=True) as session:
                is_sent = await send_view_letter(session, services.settings, user_id)
            count += is_sent
    return count


async def write_weekly_summaries(services: Services) -> None:
    """As the worker's cron does it: on Mondays, in one of all workers. Tried again it writes to
    those teams whose letters failed."""
    monday, parts = monday_of(), Parts("weekly_summary.not_sent")
    async with services.database.session(every_workspace=True) as session:
        busy = await list_busy_workspaces(session, monday)
    for workspace_id in busy:
        with parts.part(workspace_id=str(workspace_id)):
            async with services.database.session(workspace_id=workspace_id) as session:
                count = await send_weekly_summaries(session, services.settings, monday)
            log.info("weekly_summary.sent", workspace_id=str(workspace_id), count=count)
    parts.raise_first()


async def sweep_visits(services: Services) -> None:
    """Months are there ahead; what is kept no longer than the settings say is gone.

    Each step by itself, and first what privacy depends on the most: the day's salt.
    """
    parts = Parts("visits.step_failed")
    for step in (
        *(_forget_salts, _make_months, _drop_months),
        *(_forget_old_visits, _forget_visits_of_deleted, _forget_news),
    ):
        with parts.part(step=step.__name__):
            await step(services)
    parts.raise_first()


async def _forget_salts(services: Services) -> None:
    async with services.database.session() as session:
        await forget_salts(session)


async def _make_months(services: Services) -> None:
    async with services.database.session() as session:
        await make_months_ahead(session)


async def _drop_months(services: Services) -> None:
    async with services.database.session() as session:
        if count := await drop_months(session, services.settings.visit_events_days):
            log.info("visit_events.forgotten", months=count)


async def _forget_old_visits(services: Services) -> None:
    kept_for = timedelta(days=services.settings.visits_days)
    await _forget_all(services, partial(forget_visits, kept_for=kept_for))


async def _forget_visits_of_deleted(services: Services) -> None:
    await _forget_all(services, forget_visits_of_deleted)


async def _forget_all(services: Services, forget: Callable[..., Awaitable[int]]) -> None:
    gone, total = FORGOTTEN_AT_ONCE, 0
    while gone == FORGOTTEN_AT_ONCE:
        async with services.database.session(every_workspace=True) as session:
            gone = await forget(session, at_most=FORGOTTEN_AT_ONCE)
        total += gone
    if total:
        log.info("visits.forgotten", count=total)


async def _forget_news(services: Services) -> None:
    async with services.database.session(every_workspace=True) as session:
        await forget_news(session)
