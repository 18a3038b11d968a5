"""The page with the how-tos; it knows the limits they name and nobody's data."""

from litestar import Router, get
from litestar.response import Template

from app.campaigns.lead_import import LIST_BYTES
from app.facecams.library_pages import UPLOADING
from app.leads.table import MAX_ROWS
from app.phrases import file_size
from app.web.pages import page
from app.workspaces.dependencies import Member


@get("/help", name="help.page")
async def help_page(member: Member) -> Template:
    return page(
        "help/help_page.html",
        uploading=UPLOADING,
        most_leads=MAX_ROWS,
        list_limit=file_size(LIST_BYTES),
    )


help_router = Router("/", route_handlers=[help_page])
