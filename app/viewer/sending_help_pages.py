"""How a team sends its videos with the tools it has; it shows nobody's data."""

from litestar import Router, get
from litestar.response import Template

from app.viewer.email_pieces import email_html
from app.viewer.lead_links import EMAIL, EMBED, LINK, PREVIEW, QR
from app.web.pages import page
from app.workspaces.dependencies import Member

# What a tool's template holds that fills in columns by their names in braces, as most do.
PIECE = email_html(f"{{{{{LINK}}}}}", f"{{{{{LINK}}}}}/{PREVIEW}", "{{Name}}")


@get("/help/sending", name="help.sending")
async def sending_help_page(member: Member) -> Template:
    columns = {"link": LINK, "email": EMAIL, "qr": QR, "embed": EMBED}
    return page("help/sending_help_page.html", piece=PIECE, columns=columns)


sending_help_router = Router("/", route_handlers=[sending_help_page])
