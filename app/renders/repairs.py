"""A fault of the check mended where it shows: another address, the fallback page, or no video."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import User
from app.campaigns.lead_edit import edit_row, require_settled, set_aside
from app.campaigns.lead_rows import get_row
from app.campaigns.models import Campaign, Lead
from app.campaigns.scene_changes import set_fallback
from app.db.listen import notify
from app.errors import LoomliteError
from app.leads.url_cells import read_url
from app.renders.check_models import PageCheck
from app.renders.lead_checks import note_lead
from app.renders.lead_pages import ListedPages, Page, ScenePages
from app.renders.lead_verdicts import settle_leads
from app.renders.page_checks import ask_pages
from app.renders.preflights import find_preflight, request_pages, request_preflight
from app.urls import UrlInvalid, check_url
from app.web.refusals import NotFound

SET_ASIDE = "This lead was skipped when its pages were checked. Save the row to use it again."
WRONG_NOW = "The row was saved, but something is still wrong with it: {sentence}"


class RepairRefused(LoomliteError):
    """What was typed mends nothing; the text says why. Nothing was changed, or it says so."""


async def edit_address(
    session: AsyncSession, campaign: Campaign, lead_id: UUID, scene_id: str, text: str, person: User
) -> None:
    """The lead's cell holds this address, and the page there is checked at once.

    Raises NotFound and RepairRefused.
    """
    require_settled(campaign)
    pages, lead = ListedPages(campaign), await get_row(session, campaign.id, lead_id)
    scene = _personal(pages, scene_id)
    url, remark = read_url(text.strip(), has_fallback=False)
    if url is None:
        raise RepairRefused(remark[1] if remark else "There is no web address here.")
    await _fill_cell(session, campaign, lead, scene, text)
    await check_lead(session, campaign, lead, pages, person)


async def use_fallback(
    session: AsyncSession, campaign: Campaign, lead_id: UUID, scene_id: str, text: str, person: User
) -> None:
    """The scene's fallback page is shown to this lead. A scene without one gets the page in `text`,
    which then stands in for every lead whose own page cannot be shown.

    Raises NotFound and RepairRefused.
    """
    require_settled(campaign)
    pages, lead = ListedPages(campaign), await get_row(session, campaign.id, lead_id)
    scene = _personal(pages, scene_id)
    if scene.fallback is not None:
        await _fill_cell(session, campaign, lead, scene, "")
        await check_lead(session, campaign, lead, pages, person)
        return
    try:
        url = check_url(text)
    except UrlInvalid as error:
        raise RepairRefused(str(error)) from None
    await set_fallback(session, campaign, scene_id, url)
    # The fallback is opened, and every lead is settled by it.
    await request_preflight(session, campaign, person)


async def accept_page(session: AsyncSession, campaign: Campaign, check: PageCheck) -> None:
    """A person has looked: the page is the right one, until it is opened again. One that cannot be
    shown stays so.
    """
    if check.verdict != "doubtful":
        return
    check.verdict = "ready"
    await session.flush()
    await settle_leads(session, campaign.id, ListedPages(campaign), [check.digest])
    await notify(session, "preflight", campaign.id)


async def skip_lead(session: AsyncSession, campaign: Campaign, lead_id: UUID) -> None:
    """No video is made for the lead, also when the list is checked again. Raises NotFound."""
    require_settled(campaign)
    lead = await get_row(session, campaign.id, lead_id)
    await set_aside(session, campaign, lead, SET_ASIDE)
    await notify(session, "preflight", campaign.id)


async def take_back(session: AsyncSession, campaign: Campaign, lead_id: UUID, person: User) -> None:
    """The lead gets a video again, as far as its row is good. Raises NotFound, RepairRefused."""
    require_settled(campaign)
    lead = await get_row(session, campaign.id, lead_id)
    await edit_row(session, campaign, lead, {})
    _require_good(lead)
    await check_lead(session, campaign, lead, ListedPages(campaign), person)


async def check_lead(
    session: AsyncSession,
    campaign: Campaign,
    lead: Lead,
    pages: ListedPages,
    person: User,
    *,
    anew: bool = False,
) -> None:
    """The lead's pages are opened before all others, as far as they are not known; or `anew`."""
    if not await _is_known(session, campaign, pages):
        await request_preflight(session, campaign, person)
    own = await note_lead(session, campaign, lead, pages)
    fallbacks = [scene.fallback for scene in pages.personal if scene.fallback is not None]
    await _ask(session, campaign, [*own, *fallbacks], anew=anew)
    await settle_leads(session, campaign.id, pages, lead_ids=[lead.id])
    await request_pages(session, campaign, person)


async def check_page_again(
    session: AsyncSession, campaign: Campaign, page: Page, person: User
) -> None:
    """The page is opened before all others."""
    await _ask(session, campaign, [page], anew=True)
    await request_pages(session, campaign, person)


async def _ask(
    session: AsyncSession, campaign: Campaign, pages: Iterable[Page], *, anew: bool
) -> None:
    await ask_pages(session, campaign.id, pages, anew=anew, urgent=True)


async def _is_known(session: AsyncSession, campaign: Campaign, pages: ListedPages) -> bool:
    """Whether the list was read for pages, by today's scenes and columns."""
    preflight = await find_preflight(session, campaign.id)
    return preflight is not None and preflight.made_from == pages.made_from


async def _fill_cell(
    session: AsyncSession, campaign: Campaign, lead: Lead, scene: ScenePages, text: str
) -> None:
    """Raises RepairRefused when the row is no good with it; it is kept nevertheless."""
    if scene.at is None:
        raise NotFound
    await edit_row(session, campaign, lead, {scene.at: text})
    _require_good(lead)


def _require_good(lead: Lead) -> None:
    if lead.state != "good":
        fatal = [each["sentence"] for each in lead.problems if each["fatal"]]
        raise RepairRefused(WRONG_NOW.format(sentence=" ".join(fatal)))


def _personal(pages: ListedPages, scene_id: str) -> ScenePages:
    for scene in pages.personal:
        if scene.id == scene_id:
            return scene
    raise NotFound
