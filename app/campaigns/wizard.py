"""What the steps of making a campaign share: their page, and where saving leads; saves nothing.

A step's template extends campaigns/wizard/frame.html; its form has the id `step-form` and posts to
the step's own address. The frame's buttons send `then`: next, or stay.
"""

from typing import Any
from uuid import UUID

from litestar import Router, get
from litestar.params import FromPath
from litestar.response import Template

from app.accounts.dependencies import Session
from app.campaigns.models import Campaign
from app.campaigns.service import get_campaign
from app.campaigns.wizard_steps import first_open, neighbours, wizard_steps
from app.web.forms import Form
from app.web.pages import Answer, AnyRequest, flash, page, path_for, see_other
from app.workspaces.dependencies import Member


def step_page(campaign: Campaign, key: str, *, status: int = 200, **context: Any) -> Template:
    """The page of a step, campaigns/wizard/<key>.html, with what the frame needs.

    With a `form` in the context that has errors, the status is 422.
    """
    form = context.get("form")
    if isinstance(form, Form) and form.errors:
        status = 422
    steps = wizard_steps(campaign)
    before, after = neighbours(steps, key)
    return page(
        f"campaigns/wizard/{key}.html",
        status=status,
        campaign=campaign,
        steps=steps,
        step=key,
        step_before=before,
        step_after=after,
        **context,
    )


def step_saved(request: AnyRequest, campaign: Campaign, key: str, then: str) -> Answer:
    """After saving: on to the next step; with `then` "stay", this one again with a toast."""
    _, after = neighbours(wizard_steps(campaign), key)
    if then == "stay" or after is None:
        return flash(see_other(step_path(request, campaign.id, key)), "good", "Saved.")
    return see_other(step_path(request, campaign.id, after.key))


def step_path(request: AnyRequest, campaign_id: UUID, key: str) -> str:
    """The address of a step of this campaign."""
    return path_for(request, f"wizard.{key}", campaign_id=campaign_id)


@get("/campaigns/{campaign_id:uuid}/edit", name="wizard.page")
async def wizard_page(
    request: AnyRequest, session: Session, member: Member, campaign_id: FromPath[UUID]
) -> Answer:
    """The way to the first step that is not done."""
    campaign = await get_campaign(session, campaign_id)
    return see_other(step_path(request, campaign.id, first_open(wizard_steps(campaign)).key))


wizard_router = Router("/", route_handlers=[wizard_page])
