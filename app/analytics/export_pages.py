"""Downloads of everything that is counted, sent while they are read."""

import re
import unicodedata
from collections.abc import Callable
from uuid import UUID

from litestar import Router, get
from litestar.params import FromPath
from litestar.response import Stream

from app.accounts.dependencies import Session
from app.analytics.export_days import (
    campaigns_export,
    days_export,
    seconds_export,
    video_seconds_export,
)
from app.analytics.export_leads import leads_export
from app.analytics.export_visits import events_export, visits_export
from app.analytics.heats import read_video_heat
from app.analytics.periods import read_period
from app.campaigns.dependencies import Links
from app.campaigns.service import get_campaign
from app.db.base import now
from app.renders.versions import get_render
from app.renders.video_pages import VIDEO
from app.web.exports import Export
from app.web.pages import AnyRequest, csv_file
from app.web.refusals import NotFound
from app.workspaces.dependencies import Member

OF_CAMPAIGN: dict[str, Callable[[UUID], Export]] = {
    "visits.csv": visits_export,
    "events.csv": events_export,
    "days.csv": days_export,
    "seconds.csv": seconds_export,
}
LEADS = "leads.csv"


@get("/campaigns/{campaign_id:uuid}/analytics/{file:str}", name="analytics.file")
async def campaign_analytics_file(
    request: AnyRequest,
    session: Session,
    member: Member,
    links: Links,
    campaign_id: FromPath[UUID],
    file: FromPath[str],
) -> Stream:
    """leads.csv, visits.csv, days.csv, seconds.csv or events.csv of one campaign."""
    campaign = await get_campaign(session, campaign_id)
    if file == LEADS:
        export = leads_export(campaign.id, links.url)
    elif file in OF_CAMPAIGN:
        export = OF_CAMPAIGN[file](campaign.id)
    else:
        raise NotFound
    return csv_file(request, member.workspace_id, export, f"{plain_name(campaign.name)}-{file}")


@get(VIDEO + "/seconds.csv", name="analytics.video_file")
async def video_analytics_file(
    request: AnyRequest,
    session: Session,
    member: Member,
    campaign_id: FromPath[UUID],
    render_id: FromPath[UUID],
) -> Stream:
    """Of this very version of a lead's video."""
    campaign = await get_campaign(session, campaign_id)
    render = await get_render(session, campaign.id, render_id)
    export = video_seconds_export(await read_video_heat(session, render))
    return csv_file(
        request, member.workspace_id, export, f"{plain_name(render.name or 'lead')}-seconds.csv"
    )


@get("/analytics/days.csv", name="analytics.days_file")
async def analytics_days_file(request: AnyRequest, member: Member) -> Stream:
    """Every day of all campaigns together."""
    return csv_file(
        request, member.workspace_id, days_export(), f"{member.workspace.slug}-days.csv"
    )


@get("/analytics/campaigns.csv", name="analytics.campaigns_file")
async def analytics_campaigns_file(request: AnyRequest, member: Member) -> Stream:
    """The campaigns as they are compared, with the visits of `?period=`."""
    period = read_period(request.query_params.get("period"), now().date())
    name = f"{member.workspace.slug}-campaigns.csv"
    return csv_file(request, member.workspace_id, campaigns_export(period), name)


def plain_name(text: str) -> str:
    """A name every system takes: “Büro, März” → buro-marz."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:80] or "campaign"


analytics_export_router = Router(
    "/",
    route_handlers=[
        campaign_analytics_file,
        video_analytics_file,
        analytics_days_file,
        analytics_campaigns_file,
    ],
)
