"""The list of a campaign's videos, live, with its totals and its single rows as parts."""

from typing import Any
from uuid import UUID

from litestar import Router, get
from litestar.params import FromPath
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.dependencies import Session
from app.billing.plans import limits_of
from app.campaigns.dependencies import Links
from app.campaigns.models import Campaign
from app.campaigns.service import get_campaign
from app.renders.cost import read_pace
from app.renders.fault_words import fault_label, find_remedy
from app.renders.listing import (
    Totals,
    count_videos,
    find_video_row,
    list_videos,
)
from app.renders.plan_prompt import find_prompt
from app.renders.room_words import price_words
from app.renders.state_words import GROUPS, place_in_line, step_words, time_left
from app.renders.totals import running_shares
from app.renders.videos_query import (
    filter_chips,
    filter_query,
    read_videos_wanted,
    written_place,
)
from app.templating import with_query
from app.web.forms import blank_form
from app.web.pages import AnyRequest, page, path_for
from app.web.refusals import NotFound
from app.workspaces.dependencies import Member
from app.workspaces.models import Membership

VIDEOS = "/campaigns/{campaign_id:uuid}/videos"
# What every row and the totals say their things with.
WORDS: dict[str, Any] = {
    "groups": GROUPS,
    "fault_label": fault_label,
    "find_remedy": find_remedy,
    "place_in_line": place_in_line,
    "step_words": step_words,
    "time_left": time_left,
    "price_words": price_words,
}


@get(VIDEOS, name="renders.list")
async def videos_page(
    request: AnyRequest,
    session: Session,
    member: Member,
    links: Links,
    campaign_id: FromPath[UUID],
) -> Template:
    campaign = await get_campaign(session, campaign_id)
    wanted = read_videos_wanted(request.query_params)
    videos = await list_videos(session, campaign.id, wanted)
    query = filter_query(wanted)
    own = path_for(request, "renders.list", campaign_id=campaign.id)
    answer = page(
        "renders/videos_page.html",
        campaign=campaign,
        videos=videos,
        wanted=wanted,
        own=own,
        links=links,
        form=blank_form(**query),
        chips=[(text, with_query(own, **query | {key: ""})) for text, key in filter_chips(wanted)],
        previous_url=_lead_on(own, query, before=written_place(videos.before)),
        next_url=_lead_on(own, query, after=written_place(videos.after)),
        **await read_totals(session, member, campaign),
        **WORDS,
    )
    place = {"after": written_place(wanted.after), "before": written_place(wanted.before)}
    answer.headers["HX-Push-Url"] = with_query(own, **query, **place)
    return answer


@get(VIDEOS + "/totals", name="renders.totals")
async def videos_totals(
    request: AnyRequest, session: Session, member: Member, campaign_id: FromPath[UUID]
) -> Template:
    campaign = await get_campaign(session, campaign_id)
    wanted = read_videos_wanted(request.query_params)
    own = path_for(request, "renders.list", campaign_id=campaign.id)
    totals = await read_totals(session, member, campaign)
    return page(
        "renders/_videos_totals.html", campaign=campaign, wanted=wanted, own=own, **totals, **WORDS
    )


@get(VIDEOS + "/{render_id:uuid}/row", name="renders.row")
async def video_row(
    request: AnyRequest,
    session: Session,
    member: Member,
    links: Links,
    campaign_id: FromPath[UUID],
    render_id: FromPath[UUID],
) -> Template:
    """One row as it is now."""
    campaign = await get_campaign(session, campaign_id)
    row = await find_video_row(session, campaign.id, render_id)
    if row is None:
        raise NotFound
    return page(
        "renders/_video_row.html",
        campaign=campaign,
        video=row,
        links=links,
        back=path_for(request, "renders.list", campaign_id=campaign.id),
        **WORDS,
    )


async def read_totals(
    session: AsyncSession, member: Membership, campaign: Campaign
) -> dict[str, Any]:
    """What the totals show: counts, what is being made at this moment, until when, and what waits
    for the plan."""
    totals = await count_videos(session, campaign.id)
    running = await running_shares(session, campaign.id) if totals.under_way else {}
    return {
        "totals": totals,
        "running": running,
        "left_s": await _left_s(session, campaign, totals),
        "prompt": await find_prompt(session, totals.groups["plan"]),
        "can_manage": member.can_manage,
    }


async def _left_s(session: AsyncSession, campaign: Campaign, totals: Totals) -> float | None:
    video_s = campaign.facecam.used_duration_s if campaign.facecam else None
    if not totals.under_way or video_s is None:
        return None
    concurrent = (await limits_of(session)).concurrent_renders
    return (await read_pace(session, concurrent=concurrent)).left_s(video_s)


def _lead_on(own: str, query: dict[str, str], **place: str | None) -> str | None:
    return with_query(own, **query, **place) if any(place.values()) else None


videos_router = Router("/", route_handlers=[videos_page, videos_totals, video_row])
