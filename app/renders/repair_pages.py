"""Repairs beside the faults of a contact sheet: each changes one card, or says there why not."""

from typing import Any
from uuid import UUID

from litestar import Router, post
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.dependencies import Person, Session
from app.campaigns.lead_rows import get_row
from app.campaigns.models import Campaign
from app.campaigns.service import get_campaign
from app.renders.contact_sheet import SheetWanted, read_cards
from app.renders.lead_pages import ListedPages
from app.renders.preflight_pages import CHECK
from app.renders.repairs import (
    RepairRefused,
    accept_page,
    check_lead,
    edit_address,
    skip_lead,
    take_back,
    use_fallback,
)
from app.renders.sheet_pages import card_context, sheet_page
from app.web.forms import Form, FormModel, read_form
from app.web.pages import Answer, AnyRequest, page, path_for, safe_next_path, see_other
from app.web.refusals import NotFound
from app.workspaces.dependencies import Member

LEAD = CHECK + "/leads/{lead_id:uuid}"
SCENE = LEAD + "/scenes/{scene_id:str}"


class RepairForm(FormModel):
    """`url` is an address as typed, which the service judges; `at` the page to come back to."""

    url: str = ""
    fallback: str = ""
    at: str = ""


@post(SCENE + "/address", name="repairs.address")
async def address_save(
    request: AnyRequest,
    session: Session,
    person: Person,
    member: Member,
    campaign_id: FromPath[UUID],
    lead_id: FromPath[UUID],
    scene_id: FromPath[str],
) -> Answer:
    """The lead's page is another one; 422 with the reason where that is none."""
    campaign = await get_campaign(session, campaign_id, for_update=True)
    form = await read_form(request, RepairForm)
    try:
        await edit_address(session, campaign, lead_id, scene_id, form.values["url"], person)
    except RepairRefused as refusal:
        form.add_error("url", str(refusal))
    return await _answer(request, session, campaign, lead_id, scene_id, form)


@post(SCENE + "/fallback", name="repairs.fallback")
async def fallback_use(
    request: AnyRequest,
    session: Session,
    person: Person,
    member: Member,
    campaign_id: FromPath[UUID],
    lead_id: FromPath[UUID],
    scene_id: FromPath[str],
) -> Answer:
    """The scene's fallback page stands in; 422 where one is needed and what was typed is none."""
    campaign = await get_campaign(session, campaign_id, for_update=True)
    form = await read_form(request, RepairForm)
    try:
        await use_fallback(session, campaign, lead_id, scene_id, form.values["fallback"], person)
    except RepairRefused as refusal:
        form.add_error("fallback", str(refusal))
    return await _answer(request, session, campaign, lead_id, scene_id, form)


@post(SCENE + "/accept", name="repairs.accept")
async def page_accept(
    request: AnyRequest,
    session: Session,
    member: Member,
    campaign_id: FromPath[UUID],
    lead_id: FromPath[UUID],
    scene_id: FromPath[str],
) -> Answer:
    """The page that raised doubts is the right one."""
    campaign = await get_campaign(session, campaign_id)
    form = await read_form(request, RepairForm)
    for card in await read_cards(session, campaign, [lead_id]):
        for scene in card.scenes:
            if scene.id == scene_id and scene.doubtful is not None:
                await accept_page(session, campaign, scene.doubtful)
    return await _answer(request, session, campaign, lead_id, scene_id, form)


@post(LEAD + "/again", name="repairs.again")
async def lead_again(
    request: AnyRequest,
    session: Session,
    person: Person,
    member: Member,
    campaign_id: FromPath[UUID],
    lead_id: FromPath[UUID],
) -> Answer:
    """The lead's own pages are opened once more."""
    campaign = await get_campaign(session, campaign_id)
    form = await read_form(request, RepairForm)
    lead = await get_row(session, campaign.id, lead_id)
    await check_lead(session, campaign, lead, ListedPages(campaign), person, anew=True)
    return await _answer(request, session, campaign, lead_id, "", form)


@post(LEAD + "/skip", name="repairs.skip")
async def lead_skip(
    request: AnyRequest,
    session: Session,
    member: Member,
    campaign_id: FromPath[UUID],
    lead_id: FromPath[UUID],
) -> Answer:
    """No video is made for this lead."""
    campaign = await get_campaign(session, campaign_id, for_update=True)
    form = await read_form(request, RepairForm)
    await skip_lead(session, campaign, lead_id)
    return await _answer(request, session, campaign, lead_id, "", form)


@post(LEAD + "/unskip", name="repairs.unskip")
async def lead_unskip(
    request: AnyRequest,
    session: Session,
    person: Person,
    member: Member,
    campaign_id: FromPath[UUID],
    lead_id: FromPath[UUID],
) -> Answer:
    campaign = await get_campaign(session, campaign_id, for_update=True)
    form = await read_form(request, RepairForm)
    try:
        await take_back(session, campaign, lead_id, person)
    except RepairRefused as refusal:
        form.add_error("", str(refusal))
    return await _answer(request, session, campaign, lead_id, "", form)


async def _answer(
    request: AnyRequest,
    session: AsyncSession,
    campaign: Campaign,
    lead_id: UUID,
    scene_id: str,
    form: Form[Any],
) -> Answer:
    """The card; without a script the page it is on, at the card."""
    at = safe_next_path(form.values["at"])
    if at == "/":
        at = path_for(request, "preflight.sheet", campaign_id=campaign.id)
    forms = {(lead_id, scene_id): form} if form.errors else {}
    status = 422 if form.errors else 200
    cards = await read_cards(session, campaign, [lead_id])
    if not cards:
        raise NotFound
    (card,) = cards
    if request.headers.get("hx-request"):
        context = {"campaign": campaign, "card": card, "at": at, **card_context(forms)}
        return page("renders/_contact_card.html", status=status, **context)
    if form.errors:
        first = SheetWanted(after=card.row - 1)
        return await sheet_page(request, session, campaign, status=422, wanted=first, forms=forms)
    return see_other(f"{at}#check-card-{lead_id}")


repair_router = Router(
    "/",
    route_handlers=[address_save, fallback_use, page_accept, lead_again, lead_skip, lead_unskip],
)
