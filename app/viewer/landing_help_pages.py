"""The page that tells a team how to make its landing pages its own; it knows nobody's data."""

from litestar import Router, get
from litestar.response import Template

from app.facecams.captions import LANGUAGES_AT_MOST
from app.viewer.page_choices import MOST_LINKS
from app.viewer.page_variables import ALWAYS
from app.web.pages import page
from app.workspaces.dependencies import Member

COLUMN = '{{ lead["City"] | default("your city") }}'


@get("/help/landing-pages", name="help.landing_pages")
async def landing_help_page(member: Member) -> Template:
    return page(
        "help/landing_help_page.html",
        variables=ALWAYS,
        column=COLUMN,
        most_buttons=MOST_LINKS,
        most_languages=LANGUAGES_AT_MOST,
    )


landing_help_router = Router("/", route_handlers=[landing_help_page])
