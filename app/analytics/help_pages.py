"""The page that says what each number means and what is not counted; it knows nobody's data."""

from litestar import Router, get
from litestar.response import Template

from app.analytics.visit_lists import WATCHING
from app.analytics.words import KINDS
from app.web.pages import page
from app.workspaces.dependencies import Member


@get("/help/analytics", name="help.analytics")
async def analytics_help_page(member: Member) -> Template:
    return page(
        "help/analytics_help_page.html",
        watching_s=int(WATCHING.total_seconds()),
        kinds=KINDS,
    )


analytics_help_router = Router("/", route_handlers=[analytics_help_page])
