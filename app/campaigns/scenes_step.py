"""The wizard's fourth step: which pages the videos show, for how long, and how they scroll."""

from typing import Any
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Template

from app.accounts.dependencies import Session
from app.campaigns.models import Campaign
from app.campaigns.scene_cards import campaign_timeline, fit_form, output_of, scene_cards
from app.campaigns.scene_changes import keep_typed
from app.campaigns.service import get_campaign
from app.campaigns.wizard import step_page, step_saved
from app.web.forms import FormModel, read_form
from app.web.pages import Answer, AnyRequest
from app.workspaces.dependencies import Member


class SentFields(FormModel):
    """The fields of all scenes. What is right in them is said by the campaign's schema."""


async def read_sent(request: AnyRequest) -> dict[str, str]:
    """The fields as typed."""
    return (await read_form(request, SentFields)).values


def scenes_step_page(
    campaign: Campaign, *, status: int = 200, problem: str = "", empty_is_wrong: bool = False
) -> Template:
    """The step as the campaign is; `problem` stands above it."""
    cards = scene_cards(campaign, empty_is_wrong=empty_is_wrong)
    context: dict[str, Any] = {
        "cards": cards,
        "form": fit_form(campaign, problem),
        "timeline": campaign_timeline(campaign),
        "fps": output_of(campaign).fps,
    }
    return step_page(campaign, "scenes", status=status, **context)


@get("/campaigns/{campaign_id:uuid}/edit/scenes", name="wizard.scenes")
async def scenes_page(session: Session, member: Member, campaign_id: FromPath[UUID]) -> Template:
    return scenes_step_page(await get_campaign(session, campaign_id))


@post("/campaigns/{campaign_id:uuid}/edit/scenes", name="wizard.scenes_save")
async def scenes_save(
    request: AnyRequest, session: Session, member: Member, campaign_id: FromPath[UUID]
) -> Answer:
    """Everything typed is kept; what is wrong with a scene brings the page back."""
    campaign = await get_campaign(session, campaign_id, for_update=True)
    sent = await read_sent(request)
    await keep_typed(session, campaign, sent)
    wrong = [card.id for card in scene_cards(campaign, empty_is_wrong=True) if card.form.errors]
    if wrong:
        problem = f"Correct what is marked in {'these scenes' if wrong[1:] else 'the scene'}: "
        problem += f"{', '.join(wrong)}. What you typed is kept."
        return scenes_step_page(campaign, status=422, problem=problem, empty_is_wrong=True)
    return step_saved(request, campaign, "scenes", sent.get("then", ""))


scenes_router = Router("/", route_handlers=[scenes_page, scenes_save])
