"""The page that says what each number means and what is not counted; it knows nobody's data."""

from litestar import Router, get
from litestar.response import Template

from app.analytics.visit_lists import WATCHING
from app.analytics.words import KINDS
from app.viewer.visit_repeats import MOST_OF_A_DAY
from app.web.pages import AnyRequest, page, settings_of
from app.workspaces.dependencies import Member


@get("/help/analytics", name="help.analytics")
async def analytics_help_page(request: AnyRequest, member: Member) -> Template:
    settings = settings_of(request)
    return page(
        "help/analytics_help_page.html",
        most_of_a_day=MOST_OF_A_DAY,
        watching_s=int(WATCHING.total_seconds()),
        kinds=KINDS,
        visit_events_days=settings.visit_events_days,
        visits_days=settings.visits_days,
    )


analytics_help_router = Router("/", route_handlers=[analytics_help_page])
