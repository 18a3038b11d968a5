"""A session by hand, for requests whose body takes long to arrive; it knows no facecam."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import User
from app.db.tenancy import enter_workspace
from app.web.pages import AnyRequest, state_of
from app.web.refusals import NotFound
from app.workspaces.service import find_membership


@asynccontextmanager
async def inside(request: AnyRequest, person: User) -> AsyncIterator[AsyncSession]:
    """A session of the workspace of this host, as `member` gives it. Raises NotFound.

    The injected one would hold its transaction and its connection until the whole body is here.
    """
    slug = state_of(request)["workspace_slug"]
    async with request.app.state.database.session(user_id=person.id) as session:
        member = await find_membership(session, person.id, slug) if slug else None
        if member is None:
            raise NotFound
        state_of(request)["member"] = member
        await enter_workspace(session, member.workspace_id)
        yield session
