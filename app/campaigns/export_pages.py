"""The download of a campaign's leads with their links."""

import re
import unicodedata
from uuid import UUID

from litestar import Router, get
from litestar.params import FromPath
from litestar.response import Stream

from app.accounts.dependencies import Session
from app.campaigns.dependencies import Links, Videos
from app.campaigns.export import export_lines
from app.campaigns.service import get_campaign
from app.web.pages import AnyRequest
from app.workspaces.dependencies import Member


@get("/campaigns/{campaign_id:uuid}/leads.csv", name="campaigns.export")
async def campaign_export(
    request: AnyRequest,
    session: Session,
    member: Member,
    videos: Videos,
    links: Links,
    campaign_id: FromPath[UUID],
) -> Stream:
    """The good leads as a CSV, sent while it is read."""
    campaign = await get_campaign(session, campaign_id)
    return Stream(
        export_lines(request.app.state.database, campaign, links, videos),
        media_type="text/csv",
        headers={
            "Content-Disposition": f'attachment; filename="{file_name(campaign.name)}"',
            "Cache-Control": "no-store",
        },
    )


def file_name(campaign_name: str) -> str:
    """A name every system takes: “Büro, März” → buro-marz-leads.csv."""
    plain = unicodedata.normalize("NFKD", campaign_name).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:80]
    return f"{words}-leads.csv" if words else "leads.csv"


export_router = Router("/", route_handlers=[campaign_export])
