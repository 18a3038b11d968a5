"""What a contact sheet shows, on a page of its own or on another; it answers no request itself."""

from typing import Any
from uuid import UUID

from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.campaigns.models import Campaign
from app.campaigns.plan_length import find_too_long
from app.renders.contact_sheet import GROUPS, SKIPPED, Sheet, SheetWanted, read_sheet
from app.renders.verdict_words import BADGES, short_url
from app.templating import with_query
from app.web.forms import Form, blank_form
from app.web.pages import AnyRequest, page, path_for
from app.web.paging import whole_number

SHEET_ANCHOR = "#contact-sheet"


async def sheet_page(
    request: AnyRequest,
    session: AsyncSession,
    campaign: Campaign,
    *,
    status: int = 200,
    wanted: SheetWanted | None = None,
    forms: dict[tuple[UUID, str], Form[Any]] | None = None,
) -> Template:
    """The sheet on a page of its own; `forms` as in `sheet_context`."""
    at = path_for(request, "preflight.sheet", campaign_id=campaign.id)
    context = await sheet_context(request, session, campaign, wanted=wanted, forms=forms, at=at)
    return page("renders/contact_sheet_page.html", status=status, **context)


async def sheet_context(
    request: AnyRequest,
    session: AsyncSession,
    campaign: Campaign,
    *,
    wanted: SheetWanted | None = None,
    forms: dict[tuple[UUID, str], Form[Any]] | None = None,
    at: str = "",
) -> dict[str, Any]:
    """What renders/_contact_sheet.html needs, on whichever page: the group, and where it begins,
    stand in the page's URL as `check`, `check_after` and `check_before`.

    forms: by lead and scene, a repair's form with what was typed and is wrong. at: where the sheet
    is shown; else it is here.
    """
    wanted = wanted or _read_wanted(request)
    sheet = await read_sheet(session, campaign, wanted)
    at = at or _here(request)
    return {
        "campaign": campaign,
        "sheet": sheet,
        "too_long": await find_too_long(session, campaign),
        "group": wanted.group,
        "at": at,
        "tabs": _tabs(campaign, sheet, at),
        "previous_url": _url(at, wanted.group, check_before=sheet.before),
        "next_url": _url(at, wanted.group, check_after=sheet.after),
        "known": [],
        **card_context(forms),
    }


def card_context(forms: dict[tuple[UUID, str], Form[Any]] | None = None) -> dict[str, Any]:
    """What a card of the sheet needs beside itself, `campaign` and `at`."""
    return {
        "badges": BADGES,
        "short_url": short_url,
        "forms": forms or {},
        "no_form": blank_form(),
    }


def _here(request: AnyRequest) -> str:
    """This page with what it shows beside the sheet, but not where in the sheet it is."""
    pairs = request.query_params.multi_items()
    kept = [(name, str(value)) for name, value in pairs if not name.startswith("check")]
    return with_query(request.url.path, kept)


def _tabs(campaign: Campaign, sheet: Sheet, at: str) -> list[tuple[str, str, str, int]]:
    words = {"faults": "Faults", "fallback": "Fallback", "ready": "Ready"}
    found = [("", "All", _url(at, "") or at, sheet.leads)]
    found += [(key, words[key], _url(at, key) or at, sheet.count(key)) for key in GROUPS]
    if campaign.skipped_leads:
        found.append((SKIPPED, "Skipped", _url(at, SKIPPED) or at, campaign.skipped_leads))
    return found


def _url(at: str, group: str, **place: int | None) -> str | None:
    """None where there is no such place."""
    if None in place.values():
        return None
    return with_query(at, check=group or None, **place) + SHEET_ANCHOR


def _read_wanted(request: AnyRequest) -> SheetWanted:
    # What makes no sense in a URL is left out: a link must not break.
    query = request.query_params
    group = query.get("check", "")
    return SheetWanted(
        group=group if group in {*GROUPS, SKIPPED} else "",
        after=whole_number(query.get("check_after"), 0) or None,
        before=whole_number(query.get("check_before"), 0) or None,
    )
