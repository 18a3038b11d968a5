"""The wizard's second step: which clip speaks to the leads."""

from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Template
from pydantic import Field
from sqlalchemy import select

from app.accounts.dependencies import Person, Session
from app.accounts.models import User
from app.campaigns.models import Campaign
from app.campaigns.service import get_campaign
from app.campaigns.spec import settle_state
from app.campaigns.wizard import step_page, step_path, step_saved
from app.facecams.library import list_usable
from app.facecams.library_pages import UPLOADING
from app.facecams.models import Facecam
from app.facecams.uploads import list_under_way
from app.web.forms import Form, FormModel, blank_form, read_form
from app.web.pages import Answer, AnyRequest, page, settings_of
from app.web.refusals import NotFound
from app.workspaces.dependencies import Member

GONE = "This facecam was deleted or cannot be used. Choose another one."


class FacecamForm(FormModel):
    facecam_id: UUID = Field(title="a facecam")


@get("/campaigns/{campaign_id:uuid}/edit/facecam", name="wizard.facecam")
async def facecam_step_page(
    request: AnyRequest,
    session: Session,
    person: Person,
    member: Member,
    campaign_id: FromPath[UUID],
) -> Template:
    """With `facecam=<id>` in the address, that one is chosen and not yet saved."""
    campaign = await get_campaign(session, campaign_id)
    chosen = request.query_params.get("facecam") or campaign.facecam_id
    return await _step(request, session, person, campaign, blank_form(facecam_id=chosen))


@post("/campaigns/{campaign_id:uuid}/edit/facecam", name="wizard.facecam_save")
async def facecam_step_save(
    request: AnyRequest,
    session: Session,
    person: Person,
    member: Member,
    campaign_id: FromPath[UUID],
) -> Answer:
    campaign = await get_campaign(session, campaign_id, for_update=True)
    form = await read_form(request, FacecamForm)
    if not form.values["facecam_id"]:
        form.errors["facecam_id"] = "Choose a facecam, or add one below."
    elif form.errors or not await _is_usable(session, form.data.facecam_id):
        form.errors["facecam_id"] = GONE
    if form.errors:
        return await _step(request, session, person, campaign, form)
    campaign.facecam_id = form.data.facecam_id
    await session.flush()
    await session.refresh(campaign, ["facecam"])
    settle_state(campaign)  # another clip may be too long, or still in preparation
    return step_saved(request, campaign, "facecam", form.values["then"])


@get("/facecams/{facecam_id:uuid}/choice", name="wizard.facecam_choice")
async def facecam_choice(
    request: AnyRequest, session: Session, member: Member, facecam_id: FromPath[UUID]
) -> Template:
    """The part that the step asks for when a facecam has changed; `chosen=1` keeps it chosen."""
    facecam = await session.scalar(
        select(Facecam).where(Facecam.id == facecam_id, Facecam.state != "uploading")
    )
    if facecam is None:
        raise NotFound
    chosen_id = str(facecam.id) if request.query_params.get("facecam_id") == str(facecam.id) else ""
    return page("campaigns/wizard/_facecam_choice.html", facecam=facecam, chosen_id=chosen_id)


async def _step(
    request: AnyRequest,
    session: Session,
    person: User,
    campaign: Campaign,
    form: Form[FacecamForm],
) -> Template:
    return step_page(
        campaign,
        "facecam",
        form=form,
        facecams=await list_usable(session),
        under_way=await list_under_way(session, person, settings_of(request).uploads_folder),
        here_path=step_path(request, campaign.id, "facecam"),
        uploading=UPLOADING,
        upload_error="",
    )


async def _is_usable(session: Session, facecam_id: UUID) -> bool:
    # Locked as a foreign key locks it: it cannot be deleted before this is committed.
    found = await session.scalar(
        select(Facecam.id)
        .where(Facecam.id == facecam_id, Facecam.state.in_(("ready", "preparing")))
        .with_for_update(read=True, key_share=True)
    )
    return found is not None


facecam_step_router = Router(
    "/", route_handlers=[facecam_step_page, facecam_step_save, facecam_choice]
)
