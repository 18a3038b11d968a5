"""The wizard's fifth step: the video's size, and the facecam's bubble over a page."""

from typing import Any
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Template

from app.accounts.dependencies import Session
from app.campaigns.bubble_box import TYPICAL_CLIP, bubble_box, bubble_said
from app.campaigns.look_drafts import SIZES, drawable_look, look_fields, typed_look
from app.campaigns.models import Campaign
from app.campaigns.service import get_campaign
from app.campaigns.spec import campaign_mistakes, settle_state
from app.campaigns.wizard import step_page, step_saved
from app.facecams.models import Facecam
from app.web.forms import Form, FormModel, blank_form, read_form
from app.web.pages import Answer, AnyRequest, path_for
from app.workspaces.dependencies import Member

_FIELDS = {
    "output.width": "canvas_width",
    "output.height": "canvas_height",
    "facecam": "width",  # as a whole it is wrong only by its size
}


class SentLook(FormModel):
    """The fields of the look. What is right in them is said by the campaign's schema."""


def look_form(campaign: Campaign) -> Form[Any]:
    """The fields as the draft has them, with what is wrong in them."""
    form = blank_form(**look_fields(campaign.output, campaign.bubble))
    for mistake in campaign_mistakes(campaign):
        if mistake.field.startswith(("output", "facecam")):
            name = _FIELDS.get(mistake.field, mistake.field.rpartition(".")[2])
            form.add_error(name, mistake.sentence)
    return form


def look_preview(request: AnyRequest, campaign: Campaign) -> dict[str, Any]:
    """What _look_preview.html draws: the bubble as the engine places it. Facecam as loaded."""
    look = drawable_look(campaign.output, campaign.bubble)
    canvas, clip = (look.output.width, look.output.height), _clip_size(campaign.facecam)
    box = bubble_box(look.style, clip=clip, canvas=canvas)
    return {
        "box": box,
        "style": look.style,
        "canvas": canvas,
        "clip": clip,
        "said": bubble_said(box, look.style, canvas=canvas),
        # No page is recorded before the first video: it is drawn.
        "page_image": "",
        "face_image": poster_path(request, campaign.facecam),
    }


def poster_path(request: AnyRequest, facecam: Facecam | None) -> str:
    """Where the clip's still is; empty while there is none."""
    if facecam is None or facecam.state != "ready":
        return ""
    return path_for(request, "facecams.media", facecam_id=facecam.id, file="poster.webp")


@get("/campaigns/{campaign_id:uuid}/edit/look", name="wizard.look")
async def look_page(
    request: AnyRequest, session: Session, member: Member, campaign_id: FromPath[UUID]
) -> Template:
    return _look_step_page(request, await get_campaign(session, campaign_id))


@post("/campaigns/{campaign_id:uuid}/edit/look", name="wizard.look_save")
async def look_save(
    request: AnyRequest, session: Session, member: Member, campaign_id: FromPath[UUID]
) -> Answer:
    """Everything typed is kept; what is wrong brings the page back."""
    campaign = await get_campaign(session, campaign_id, for_update=True)
    sent = (await read_form(request, SentLook)).values
    campaign.output, campaign.bubble = typed_look(campaign.output, campaign.bubble, sent)
    settle_state(campaign)
    if look_form(campaign).errors:
        return _look_step_page(request, campaign)
    return step_saved(request, campaign, "look", sent["then"])


def _look_step_page(request: AnyRequest, campaign: Campaign) -> Template:
    preview = look_preview(request, campaign)
    return step_page(campaign, "look", form=look_form(campaign), sizes=SIZES, **preview)


def _clip_size(facecam: Facecam | None) -> tuple[int, int]:
    if facecam is None or not facecam.width or not facecam.height:
        return TYPICAL_CLIP
    return facecam.width, facecam.height


look_router = Router("/", route_handlers=[look_page, look_save])
