"""The wizard's last step: everything at a glance, what would stop it, and what it will cost."""

from typing import Any
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.dependencies import Session
from app.campaign import parse_campaign
from app.campaigns.look_drafts import drawable_look
from app.campaigns.look_step import look_preview, poster_path
from app.campaigns.models import Campaign
from app.campaigns.plan_length import find_too_long
from app.campaigns.render_cost import RenderCost, render_cost
from app.campaigns.scene_cards import campaign_timeline
from app.campaigns.scene_facts import scene_facts
from app.campaigns.service import get_campaign
from app.campaigns.spec import Fault, campaign_faults, campaign_values, settle_state
from app.campaigns.wizard import step_page, step_path
from app.web.pages import Answer, AnyRequest, flash, see_other
from app.workspaces.dependencies import Member
from app.workspaces.models import Membership


def find_cost(campaign: Campaign, faults: list[Fault]) -> RenderCost | None:
    """What the videos take to make; None while something would stop them."""
    facecam_s = campaign.facecam.used_duration_s if campaign.facecam else None
    if faults or facecam_s is None:
        return None
    spec = parse_campaign(campaign_values(campaign))
    return render_cost(spec, leads=campaign.good_leads, facecam_s=facecam_s)


@get("/campaigns/{campaign_id:uuid}/edit/review", name="wizard.review")
async def review_page(
    request: AnyRequest, session: Session, member: Member, campaign_id: FromPath[UUID]
) -> Template:
    return await _review_page(request, session, member, await get_campaign(session, campaign_id))


@post("/campaigns/{campaign_id:uuid}/edit/review", name="wizard.review_ready")
async def campaign_ready(
    request: AnyRequest, session: Session, member: Member, campaign_id: FromPath[UUID]
) -> Answer:
    """The campaign is ready, unless something would stop its videos: then 422 says what."""
    campaign = await get_campaign(session, campaign_id, for_update=True)
    if campaign_faults(campaign) or await find_too_long(session, campaign):
        settle_state(campaign)
        return await _review_page(request, session, member, campaign, status=422)
    campaign.state = "ready"
    said = f"“{campaign.name}” is ready."
    return flash(see_other(step_path(request, campaign.id, "review")), "good", said)


async def _review_page(
    request: AnyRequest,
    session: AsyncSession,
    member: Membership,
    campaign: Campaign,
    *,
    status: int = 200,
) -> Template:
    faults, too_long = campaign_faults(campaign), await find_too_long(session, campaign)
    faults += [too_long.fault] if too_long else []
    context: dict[str, Any] = {
        "faults": faults,
        "offer": too_long.offer if too_long else None,
        "can_manage": member.can_manage,
        "is_ready": campaign.state == "ready" and not faults,
        "scenes": scene_facts(campaign.scenes),
        "timeline": campaign_timeline(campaign),
        "look": drawable_look(campaign.output, campaign.bubble),
        "poster_url": poster_path(request, campaign.facecam),
        "cost": find_cost(campaign, faults),
    }
    return step_page(
        campaign, "review", status=status, **look_preview(request, campaign), **context
    )


review_router = Router("/", route_handlers=[review_page, campaign_ready])
