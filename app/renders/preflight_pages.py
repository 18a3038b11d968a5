"""The check of a campaign's pages: its contact sheet, its progress, and starting or ending it."""

from uuid import UUID

from litestar import Router, get, post, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.accounts.dependencies import Person, Session
from app.campaigns.models import Campaign
from app.campaigns.service import get_campaign
from app.renders.check_models import PageCheck
from app.renders.contact_sheet import (
    SheetWanted,
    read_cards,
    read_sheet,
)
from app.renders.lead_pages import Page
from app.renders.preflights import cancel_preflight, request_preflight
from app.renders.repairs import accept_page, check_page_again
from app.renders.sheet_pages import SHEET_ANCHOR, sheet_context, sheet_page
from app.storage.interface import FileNotStored
from app.web.forms import Form, FormModel, read_form
from app.web.media import media_response
from app.web.pages import Answer, AnyRequest, flash, page, path_for, safe_next_path, see_other
from app.web.refusals import NotFound
from app.workspaces.dependencies import Member

CHECK = "/campaigns/{campaign_id:uuid}/check"
# A picture's key holds what is in it, and its address holds when it was made.
KEPT_FOR_S = 86_400


class CheckForm(FormModel):
    """`anew` is sent where every page is to be opened again; `at` is the page to come back to."""

    anew: str = ""
    at: str = ""


@get(CHECK, name="preflight.sheet")
async def preflight_sheet(
    request: AnyRequest, session: Session, member: Member, campaign_id: FromPath[UUID]
) -> Template:
    campaign = await get_campaign(session, campaign_id)
    return await sheet_page(request, session, campaign)


@post(CHECK, name="preflight.create")
async def preflight_create(
    request: AnyRequest,
    session: Session,
    person: Person,
    member: Member,
    campaign_id: FromPath[UUID],
) -> Answer:
    """Pages that are not known well enough are opened, or with `anew` all of them."""
    campaign = await get_campaign(session, campaign_id, for_update=True)
    form = await read_form(request, CheckForm)
    sheet = await read_sheet(session, campaign, SheetWanted())
    back = _back(request, campaign, form)
    if sheet.problem or not campaign.good_leads:
        said = sheet.problem or "There are no leads whose pages could be checked."
        return flash(see_other(back), "warn", said)
    await request_preflight(session, campaign, person, anew=bool(form.values["anew"]))
    return see_other(back)


@post(CHECK + "/cancel", name="preflight.cancel")
async def preflight_cancel(
    request: AnyRequest, session: Session, member: Member, campaign_id: FromPath[UUID]
) -> Answer:
    campaign = await get_campaign(session, campaign_id)
    form = await read_form(request, CheckForm)
    await cancel_preflight(session, campaign.id)
    said = "No more pages are opened. What was found so far is kept."
    return flash(see_other(_back(request, campaign, form)), "info", said)


@get(CHECK + "/live", name="preflight.live")
async def preflight_live(
    request: AnyRequest, session: Session, member: Member, campaign_id: FromPath[UUID]
) -> Template:
    """Progress, sums and shared pages as they are now, and the cards among `waiting` that are
    known meanwhile."""
    campaign = await get_campaign(session, campaign_id)
    at = safe_next_path(request.query_params.get("at"))
    context = await sheet_context(request, session, campaign, at=at)
    waiting = _ids(request.query_params.getall("waiting", []))
    found = await read_cards(session, campaign, waiting) if waiting else []
    context["known"] = [card for card in found if not card.is_to_come]
    return page("renders/_contact_sheet_live.html", **context)


@post(CHECK + "/pages/{page_check_id:uuid}/again", name="preflight.page_again")
async def page_again(
    request: AnyRequest,
    session: Session,
    person: Person,
    member: Member,
    campaign_id: FromPath[UUID],
    page_check_id: FromPath[UUID],
) -> Answer:
    campaign = await get_campaign(session, campaign_id)
    form = await read_form(request, CheckForm)
    check = await _get_check(session, campaign.id, page_check_id)
    asked = Page(check.url, check.depth, check.width, check.height)
    await check_page_again(session, campaign, asked, person)
    return see_other(_back(request, campaign, form))


@post(CHECK + "/pages/{page_check_id:uuid}/accept", name="preflight.page_accept")
async def page_accept(
    request: AnyRequest,
    session: Session,
    member: Member,
    campaign_id: FromPath[UUID],
    page_check_id: FromPath[UUID],
) -> Answer:
    """A page that raised doubts is the right one, for all leads that show it."""
    campaign = await get_campaign(session, campaign_id)
    form = await read_form(request, CheckForm)
    await accept_page(session, campaign, await _get_check(session, campaign.id, page_check_id))
    return see_other(_back(request, campaign, form))


@route(
    CHECK + "/pages/{page_check_id:uuid}/picture",
    name="preflight.picture",
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
)
async def page_picture(
    request: AnyRequest,
    session: Session,
    member: Member,
    campaign_id: FromPath[UUID],
    page_check_id: FromPath[UUID],
) -> Response:
    """The page's top as it was when it was opened last."""
    check = await _get_check(session, campaign_id, page_check_id)
    if check.picture_key is None:
        raise NotFound
    storage = request.app.state.storage
    try:
        return await media_response(storage, check.picture_key, request, max_age_s=KEPT_FOR_S)
    except FileNotStored as gone:
        raise NotFound(str(gone)) from None


def _back(request: AnyRequest, campaign: Campaign, form: Form[CheckForm]) -> str:
    own = path_for(request, "preflight.sheet", campaign_id=campaign.id)
    at = safe_next_path(form.values["at"])
    return f"{own if at == '/' else at}{SHEET_ANCHOR}"


async def _get_check(session: AsyncSession, campaign_id: UUID, check_id: UUID) -> PageCheck:
    check = await session.get(PageCheck, check_id)
    if check is None or check.campaign_id != campaign_id:
        raise NotFound
    return check


def _ids(texts: list[str]) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


preflight_router = Router(
    "/",
    route_handlers=[
        preflight_sheet,
        preflight_create,
        preflight_cancel,
        preflight_live,
        page_again,
        page_accept,
        page_picture,
    ],
)
