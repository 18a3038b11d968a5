"""What the palette shows for what is typed into it."""

from litestar import Router, get
from litestar.params import FromQuery
from litestar.response import Template

from app.accounts.dependencies import Session
from app.campaigns.search import search_by_name
from app.web.pages import page
from app.workspaces.dependencies import Member


@get("/search", name="search.results")
async def search_results(session: Session, member: Member, q: FromQuery[str] = "") -> Template:
    """Items of the palette's list; none for no words."""
    return page("search/_results.html", found=await search_by_name(session, q))


search_router = Router("/", route_handlers=[search_results])
