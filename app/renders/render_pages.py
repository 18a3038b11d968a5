"""Before the click: which leads get a video, what that takes, and the button that asks for them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.dependencies import Person, Session
from app.campaigns.models import Campaign
from app.campaigns.plan_length import find_too_long
from app.campaigns.service import get_campaign
from app.campaigns.spec import campaign_faults
from app.renders.changes import Changes, Which, count_changes, leads_wanted
from app.renders.cost import find_cost
from app.renders.freezing import NotToBeRendered, freeze_campaign
from app.renders.plan_prompt import find_press_prompt
from app.renders.requests import NothingToRender, request_renders
from app.renders.room_words import begun_words
from app.renders.sheet_pages import sheet_context
from app.renders.videos_query import read_ids, written_ids
from app.templating import with_query
from app.web.pages import Answer, AnyRequest, flash, page, path_for, see_other, state_of
from app.web.paging import whole_number
from app.workspaces.dependencies import Member

RENDER = "/campaigns/{campaign_id:uuid}/render"
CHOSEN_AT_MOST = 500


@dataclass(frozen=True)
class Choice:
    """Which leads are meant. `ids`: the ones that were marked, also while others are meant."""

    which: Which
    ids: list[UUID]


@get(RENDER, name="renders.page")
async def render_page(
    request: AnyRequest, session: Session, member: Member, campaign_id: FromPath[UUID]
) -> Template:
    campaign = await get_campaign(session, campaign_id)
    query = request.query_params
    choice = _choice(query.get("which", ""), query.getall("ids", []))
    return await _page(request, session, campaign, choice)


@post(RENDER, name="renders.request")
async def render_request(
    request: AnyRequest,
    session: Session,
    person: Person,
    member: Member,
    campaign_id: FromPath[UUID],
) -> Answer:
    """The videos are asked for; 422 brings the page back with the reason why not."""
    campaign = await get_campaign(session, campaign_id)
    form = await request.form()
    choice = _choice(str(form.get("which", "")), form.getall("ids", [])) or Choice("all", [])
    at_most = whole_number(str(form.get("at_most", "")), 0) or None
    own = path_for(request, "renders.list", campaign_id=campaign.id)
    try:
        asked = await request_renders(
            session,
            member.workspace,
            person,
            campaign,
            choice.ids if choice.which == "chosen" else None,
            which=choice.which,
            at_most=at_most,
        )
    except NothingToRender as nothing:
        return flash(see_other(own), "info", str(nothing))
    except NotToBeRendered as refusal:
        return await _page(request, session, campaign, choice, refusal=str(refusal), status=422)
    undo = path_for(request, "renders.cancel", campaign_id=campaign.id)
    undo = with_query(undo, batch=asked.batch_id.hex, next=own)
    return flash(see_other(own), "good", begun_words(asked.videos, asked.waiting), undo_path=undo)


async def _page(
    request: AnyRequest,
    session: AsyncSession,
    campaign: Campaign,
    choice: Choice | None,
    *,
    refusal: str = "",
    status: int = 200,
) -> Template:
    faults, too_long = campaign_faults(campaign), await find_too_long(session, campaign)
    faults += [too_long.fault] if too_long else []
    context: dict[str, Any] = {"faults": faults, "refusal": refusal, "campaign": campaign}
    context |= {"too_long": too_long, "can_manage": state_of(request)["member"].can_manage}
    if faults:
        return page("renders/render_page.html", status=status, cost=None, **context)
    frozen = freeze_campaign(campaign)
    changes = await count_changes(session, campaign, frozen.digest, frozen.lead_digest)
    choice = choice or _likely(changes)
    wanted = leads_wanted(campaign, choice.which, frozen.digest, frozen.lead_digest, choice.ids)
    cost = await find_cost(session, campaign.id, frozen, wanted)
    sheet = await sheet_context(request, session, campaign)
    return page(
        "renders/render_page.html",
        status=status,
        **sheet | context,
        choice=choice,
        ids=written_ids(choice.ids),
        changes=changes,
        cost=cost,
        prompt=await find_press_prompt(session, cost),
    )


def _choice(which: str, texts: Iterable[Any]) -> Choice | None:
    """None: nothing was chosen."""
    ids = read_ids(list(texts), at_most=CHOSEN_AT_MOST)
    offered: tuple[Which, ...] = ("all", "missing", "changed")
    found = next((Choice(each, ids) for each in offered if each == which), None)
    return found or (Choice("chosen", ids) if ids else None)


def _likely(changes: Changes) -> Choice:
    """What most people mean: what is missing, then what changed."""
    if changes.missing:
        return Choice("missing", [])
    return Choice("changed" if changes.changed else "all", [])


render_router = Router("/", route_handlers=[render_page, render_request])
