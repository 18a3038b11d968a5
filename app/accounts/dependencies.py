"""What handlers ask for by name: the database's session and the signed-in person."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import quote

from litestar.di import NamedDependency
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.acting import Acting, act_as_staff
from app.accounts.models import User
from app.db.session import Database
from app.web.pages import AnyRequest, path_for, state_of
from app.web.refusals import SignInNeeded

Session = NamedDependency[AsyncSession]
Person = NamedDependency[User]
# The membership that `app/workspaces` provides as `member`; here it only has to be there, so that
# settings of a person are pages of a workspace they belong to.
Inside = NamedDependency[object]


async def provide_session(request: AnyRequest) -> AsyncGenerator[AsyncSession, None]:
    """One transaction per request: kept when the handler returns, undone when it raises."""
    database: Database = request.app.state.database
    person: User | None = state_of(request)["person"]
    acting: Acting | None = state_of(request)["acting"]
    async with database.session(user_id=person.id if person else None) as session:
        if acting is not None:
            act_as_staff(session, acting.staff_id)
        yield session


@asynccontextmanager
async def ended_on_refusal(session: AsyncSession) -> AsyncIterator[None]:
    """A dependency that uses the session does so in here: its transaction ends when that raises.

    Litestar 2.25 ends what a dependency yields only once all dependencies were there; a stranger's
    404 would keep a connection until the garbage collector came by.
    """
    try:
        yield
    except BaseException:
        await session.close()
        raise


async def provide_person(request: AnyRequest) -> User:
    """The signed-in person. Raises SignInNeeded, which leads to the sign-in and back."""
    person: User | None = state_of(request)["person"]
    if person is None:
        raise SignInNeeded(sign_in_url(request))
    return person


def sign_in_url(request: AnyRequest) -> str:
    """Where to sign in, with the way back. A workspace's host asks the app's host first."""
    path = request.url.path
    if request.method != "GET" or request.headers.get("hx-request"):
        path = "/"
    elif request.url.query:
        path = f"{path}?{request.url.query}"
    route = "sign_in.page" if state_of(request)["workspace_slug"] is None else "hosts.enter"
    return f"{path_for(request, route)}?next={quote(path, safe='/')}"
