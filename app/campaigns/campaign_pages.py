"""A campaign at a glance: its scenes, its leads with their state, and what can be done with it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Router, get
from litestar.params import FromPath
from litestar.response import Template

from app.accounts.dependencies import Session
from app.campaigns.campaign_leads import STATES, LeadsWanted, list_leads
from app.campaigns.dependencies import Videos
from app.campaigns.models import Campaign
from app.campaigns.scene_facts import scene_facts
from app.campaigns.service import find_creator, get_campaign
from app.campaigns.videos_seen import CampaignVideos
from app.campaigns.wizard_steps import wizard_steps
from app.templating import with_query
from app.web.forms import blank_form
from app.web.pages import AnyRequest, page
from app.web.paging import whole_number
from app.workspaces.dependencies import Member


@get("/campaigns/{campaign_id:uuid}", name="campaigns.campaign")
async def campaign_page(
    request: AnyRequest,
    session: Session,
    member: Member,
    videos: Videos,
    campaign_id: FromPath[UUID],
) -> Template:
    campaign = await get_campaign(session, campaign_id)
    wanted = _read_leads_wanted(request.query_params)
    leads = await list_leads(session, campaign, wanted)
    public_ids = [lead.public_id for lead in leads.leads]
    counted = await videos.of_campaigns(session, [campaign.id])
    made = counted.get(campaign.id, CampaignVideos())
    answer = page(
        "campaigns/campaign_page.html",
        campaign=campaign,
        creator=await find_creator(session, campaign),
        steps=wizard_steps(campaign),
        scenes=scene_facts(campaign.scenes),
        leads=leads,
        made=made,
        prompt=await videos.plan_prompt(session, made.for_plan),
        can_manage=member.can_manage,
        videos=await videos.of_leads(session, campaign.id, public_ids),
        wanted=wanted,
        form=blank_form(q=wanted.words, state=wanted.state),
        tabs=_tabs(request, campaign, wanted),
        previous_url=_url(request, wanted, before=leads.before) if leads.before else None,
        next_url=_url(request, wanted, after=leads.after) if leads.after else None,
    )
    answer.headers["HX-Push-Url"] = _url(request, wanted, after=wanted.after, before=wanted.before)
    return answer


def _read_leads_wanted(query: Mapping[str, str]) -> LeadsWanted:
    # What makes no sense in a URL is left out: a link must not break.
    state = query.get("state", "")
    return LeadsWanted(
        words=query.get("q", "").replace("\0", "").strip()[:200],
        state=state if state in STATES else "",
        after=whole_number(query.get("after"), 0) or None,
        before=whole_number(query.get("before"), 0) or None,
    )


def _url(request: AnyRequest, wanted: LeadsWanted, **changes: Any) -> str:
    parameters = {"q": wanted.words, "state": wanted.state} | changes
    return with_query(request.url.path, **parameters)


def _tabs(
    request: AnyRequest, campaign: Campaign, wanted: LeadsWanted
) -> list[tuple[str, str, str, int]]:
    good, bad, skipped = campaign.good_leads, campaign.bad_leads, campaign.skipped_leads
    counted = [("", "All", good + bad + skipped), ("good", "Good", good)]
    counted += [("bad", "To fix", bad), ("skipped", "Skipped", skipped)]
    return [(key, label, _url(request, wanted, state=key), n) for key, label, n in counted]


campaign_router = Router("/", route_handlers=[campaign_page])
