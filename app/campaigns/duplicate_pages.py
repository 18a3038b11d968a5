"""Asks how a campaign is to be copied, and copies it."""

from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Template
from pydantic import Field

from app.accounts.dependencies import Person, Session
from app.campaigns.duplicate import duplicate_campaign, name_of_copy
from app.campaigns.models import Campaign
from app.campaigns.service import get_campaign
from app.web.forms import Form, FormModel, Line, blank_form, read_form
from app.web.pages import Answer, AnyRequest, flash, page, path_for, see_other
from app.workspaces.dependencies import Member


class DuplicateForm(FormModel):
    name: Line = Field(title="a name for the copy")
    leads: str = ""


@get("/campaigns/{campaign_id:uuid}/duplicate", name="campaigns.duplicate")
async def campaign_duplicate_page(
    session: Session, member: Member, campaign_id: FromPath[UUID]
) -> Template:
    campaign = await get_campaign(session, campaign_id)
    return _duplicate(campaign, blank_form(name=name_of_copy(campaign.name)))


@post("/campaigns/{campaign_id:uuid}/duplicate", name="campaigns.duplicate_make")
async def campaign_duplicate(
    request: AnyRequest,
    session: Session,
    person: Person,
    member: Member,
    campaign_id: FromPath[UUID],
) -> Answer:
    # Locked: a list that is replaced meanwhile must not come over by halves.
    campaign = await get_campaign(session, campaign_id, for_update=True)
    form = await read_form(request, DuplicateForm)
    if form.errors:
        return _duplicate(campaign, form)
    copy = await duplicate_campaign(
        session, person, campaign, form.data.name, with_leads=form.data.leads == "on"
    )
    path = path_for(request, "campaigns.campaign", campaign_id=copy.id)
    said = f"This is the copy of “{campaign.name}”."
    if copy.leads_state == "importing":
        said += " Its leads are being copied."
    return flash(see_other(path), "good", said)


def _duplicate(campaign: Campaign, form: Form[DuplicateForm]) -> Template:
    return page(
        "campaigns/campaign_duplicate_page.html",
        status=422 if form.errors else 200,
        campaign=campaign,
        form=form,
    )


duplicate_router = Router("/", route_handlers=[campaign_duplicate_page, campaign_duplicate])
