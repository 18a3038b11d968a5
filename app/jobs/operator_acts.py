"""What operators do to renders of any team, each within the workspace that it belongs to."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

import structlog

from app.db.session import Database
from app.jobs.operator_renders import FoundRender
from app.renders.cancelling import Cancelled, cancel_renders, retry_renders
from app.renders.models import Render

log = structlog.get_logger()


async def cancel_found(database: Database, renders: Iterable[FoundRender], *, by: str) -> Cancelled:
    """Those that are under way end, those that wait at once; `by` is who said so, for the log."""
    ended = ending = 0
    for workspace_id, ids in _by_workspace(renders).items():
        async with database.session(workspace_id=workspace_id) as session:
            cancelled = await cancel_renders(session, Render.id.in_(ids))
        ended, ending = ended + cancelled.ended, ending + cancelled.ending
    log.info("renders.cancelled_by_operator", by=by, ended=ended, ending=ending)
    return Cancelled(ended, ending)


async def requeue_found(database: Database, renders: Iterable[FoundRender], *, by: str) -> int:
    """Those that failed or were cancelled wait again; how many do.

    The others go on as they are, as do those whose lead is gone or that a later one has replaced.
    """
    count = 0
    for workspace_id, ids in _by_workspace(renders).items():
        async with database.session(workspace_id=workspace_id) as session:
            count += (await retry_renders(session, Render.id.in_(ids))).videos
    log.info("renders.requeued_by_operator", by=by, count=count)
    return count


def _by_workspace(renders: Iterable[FoundRender]) -> dict[UUID, list[UUID]]:
    grouped: dict[UUID, list[UUID]] = defaultdict(list)
    for render in renders:
        grouped[render.workspace_id].append(render.render_id)
    return grouped
