"""What operators do to renders of any team, each within the workspace that it belongs to.

Its audit log has a line of it: of the person of staff, or of the service where it was said at a
command line.
"""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.acting import act_as_staff
from app.db.session import Database
from app.jobs.operator_renders import FoundRender
from app.phrases import plural
from app.renders.cancelling import Cancelled, cancel_renders, retry_renders
from app.renders.models import Render
from app.workspaces.audit import record

log = structlog.get_logger()


async def cancel_found(
    database: Database, renders: Iterable[FoundRender], *, by: str, staff_id: UUID | None = None
) -> Cancelled:
    """Those that are under way end, those that wait at once; `by` is who said so, for the log."""
    ended = ending = 0
    for workspace_id, ids in _by_workspace(renders).items():
        async with database.session(workspace_id=workspace_id) as session:
            cancelled = await cancel_renders(session, Render.id.in_(ids))
            count = cancelled.ended + cancelled.ending
            await _record(session, staff_id, "staff.videos_cancelled", count)
        ended, ending = ended + cancelled.ended, ending + cancelled.ending
    log.info("renders.cancelled_by_operator", by=by, ended=ended, ending=ending)
    return Cancelled(ended, ending)


async def requeue_found(
    database: Database, renders: Iterable[FoundRender], *, by: str, staff_id: UUID | None = None
) -> int:
    """Those that failed or were cancelled wait again; how many do.

    The others go on as they are, as do those whose lead is gone or that a later one has replaced.
    """
    count = 0
    for workspace_id, ids in _by_workspace(renders).items():
        async with database.session(workspace_id=workspace_id) as session:
            retried = await retry_renders(session, Render.id.in_(ids))
            await _record(session, staff_id, "staff.videos_retried", retried.videos)
        count += retried.videos
    log.info("renders.requeued_by_operator", by=by, count=count)
    return count


async def _record(session: AsyncSession, staff_id: UUID | None, action: str, count: int) -> None:
    if not count:
        return
    if staff_id is not None:
        act_as_staff(session, staff_id)
    await record(session, None, action, thing=plural(count, "video", "videos"))


def _by_workspace(renders: Iterable[FoundRender]) -> dict[UUID, list[UUID]]:
    grouped: dict[UUID, list[UUID]] = defaultdict(list)
    for render in renders:
        grouped[render.workspace_id].append(render.render_id)
    return grouped
