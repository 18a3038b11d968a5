"""The wizard's first step: what the campaign is called."""

from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Template
from pydantic import Field

from app.accounts.dependencies import Session
from app.campaigns.service import get_campaign
from app.campaigns.wizard import step_page, step_saved
from app.web.forms import FormModel, Line, blank_form, read_form
from app.web.pages import Answer, AnyRequest
from app.workspaces.dependencies import Member


class NameForm(FormModel):
    name: Line = Field(title="a name for the campaign")


@get("/campaigns/{campaign_id:uuid}/edit/name", name="wizard.name")
async def name_page(session: Session, member: Member, campaign_id: FromPath[UUID]) -> Template:
    campaign = await get_campaign(session, campaign_id)
    return step_page(campaign, "name", form=blank_form(name=campaign.name))


@post("/campaigns/{campaign_id:uuid}/edit/name", name="wizard.name_save")
async def name_save(
    request: AnyRequest, session: Session, member: Member, campaign_id: FromPath[UUID]
) -> Answer:
    campaign = await get_campaign(session, campaign_id, for_update=True)
    form = await read_form(request, NameForm)
    if form.errors:
        return step_page(campaign, "name", form=form)
    campaign.name = form.data.name
    return step_saved(request, campaign, "name", form.values["then"])


name_router = Router("/", route_handlers=[name_page, name_save])
