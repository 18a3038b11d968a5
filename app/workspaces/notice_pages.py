"""The page of a person's notices, and the bell that says how many are unread."""

from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from app.accounts.dependencies import Person, Session
from app.templating import with_query
from app.web.pages import AnyRequest, page, path_for, safe_next_path, see_other
from app.web.paging import whole_number
from app.workspaces.dependencies import Member
from app.workspaces.notices import KEPT_FOR, list_notices, read_all, read_notice


@get("/notices", name="notices.list")
async def notices_page(
    request: AnyRequest, session: Session, person: Person, member: Member
) -> Template:
    number = whole_number(request.query_params.get("page"), 1)
    notices, window = await list_notices(session, person.id, number)
    path = path_for(request, "notices.list")
    return page(
        "workspaces/notices_page.html",
        notices=notices,
        pager=window.pager(lambda n: with_query(path, page=n if n > 1 else None)),
        kept_days=KEPT_FOR.days,
    )


@get("/notices/bell", name="notices.bell")
async def notices_bell(member: Member) -> Template:
    """The part that a page asks for when there is something new, or when something was read."""
    return page("workspaces/_bell_renewed.html")


@post("/notices/read", name="notices.read")
async def notices_read(
    request: AnyRequest, session: Session, person: Person, member: Member
) -> Redirect:
    await read_all(session, person.id)
    return see_other(path_for(request, "notices.list"))


@post("/notices/{notice_id:uuid}/open", name="notices.open")
async def notice_open(
    request: AnyRequest,
    session: Session,
    person: Person,
    member: Member,
    notice_id: FromPath[UUID],
) -> Redirect:
    """The notice is read; on to what it is about."""
    notice = await read_notice(session, person.id, notice_id)
    return see_other(safe_next_path(notice.path or path_for(request, "notices.list")))


notice_router = Router("/", route_handlers=[notices_page, notices_bell, notices_read, notice_open])
