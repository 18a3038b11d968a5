"""Who of staff may act as whom, and why; the audit log knows it before anybody is anywhere."""

from uuid import UUID

import structlog

from app.accounts.acting import act_as_staff, allow_acting, is_staff
from app.accounts.models import User
from app.db.session import Database
from app.settings import Settings
from app.web.refusals import NotAllowed
from app.workspaces.audit import record
from app.workspaces.members import get_member
from app.workspaces.models import Workspace

log = structlog.get_logger()


async def begin_acting(
    database: Database,
    settings: Settings,
    staff: User,
    device_id: UUID,
    *,
    workspace_id: UUID,
    user_id: UUID,
    reason: str,
) -> tuple[str, str]:
    """The workspace's address and the token with which this device enters there as the member.

    Raises NotFound for who is no member of it, NotAllowed for another one of staff.
    """
    async with database.session(workspace_id=workspace_id) as session:
        member = await get_member(session, user_id)
        if is_staff(settings, member.user):
            raise NotAllowed("Nobody acts as another member of staff.")
        act_as_staff(session, staff.id)
        await record(session, None, "staff.acting_began", about=member.user, reason=reason)
        slug = (await session.get_one(Workspace, workspace_id)).slug
        token = await allow_acting(session, device_id, member.user, slug, next_path="/campaigns")
    log.info("staff.acting_began", by=str(staff.id), workspace_id=str(workspace_id))
    return slug, token
