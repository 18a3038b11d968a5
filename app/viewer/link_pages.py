"""One lead's link in its team's hands: revoked, opened again, ended on a day; its lead erased."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Template
from pydantic import AfterValidator, Field
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.dependencies import Person, Session
from app.accounts.models import User
from app.campaigns.models import Campaign
from app.campaigns.service import get_campaign
from app.db.base import now
from app.viewer.dependencies import forget_after
from app.viewer.erasing import erase_lead
from app.viewer.lead_links import open_place_of, place_of
from app.viewer.link import Link
from app.viewer.link_reads import read_link
from app.viewer.link_standing import standing_of
from app.viewer.link_states import reopen_links, revoke_links, set_expiry
from app.web.forms import Form, FormModel, blank_form, read_form
from app.web.pages import Answer, AnyRequest, flash, page, path_for, safe_next_path, see_other
from app.web.refusals import NotFound
from app.workspaces.audit import record
from app.workspaces.dependencies import Member, require_manager
from app.workspaces.models import Membership

LINK = "/campaigns/{campaign_id:uuid}/links/{public_id:str}"
LATEST = timedelta(days=3650)
_LIKE = "Enter a day such as 2027-01-31."


def _checked_day(text: str) -> date | None:
    """The day, or None for none at all. A link works until the end of it, in UTC."""
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(_LIKE) from None
    today = now().date()
    if day < today:
        raise ValueError("This day is over. To close the link now, revoke it.")
    if day > today + LATEST:
        raise ValueError("Enter a day within the next ten years.")
    return day


class ExpiryForm(FormModel):
    ends_on: Annotated[Any, AfterValidator(_checked_day)] = Field("", title="a day")


@get(LINK, name="links.page")
async def link_page(
    request: AnyRequest,
    session: Session,
    member: Member,
    campaign_id: FromPath[UUID],
    public_id: FromPath[str],
) -> Template:
    campaign, link = await _found(session, member, campaign_id, public_id)
    return _shown(request, member, campaign, link)


@post(LINK + "/revoke", name="links.revoke")
async def link_revoke(
    request: AnyRequest,
    session: Session,
    person: Person,
    member: Member,
    campaign_id: FromPath[UUID],
    public_id: FromPath[str],
) -> Answer:
    """Nobody sees the video by this link; the toast opens it again."""
    campaign, link = await _found(session, member, campaign_id, public_id)
    await revoke_links(session, campaign.id, [public_id])
    await _record(session, person, "link.revoked", campaign, link)
    undo = path_for(request, "links.reopen", campaign_id=campaign.id, public_id=public_id)
    return _done(request, session, campaign, public_id, "The link is revoked.", undo_path=undo)


@post(LINK + "/reopen", name="links.reopen")
async def link_reopen(
    request: AnyRequest,
    session: Session,
    person: Person,
    member: Member,
    campaign_id: FromPath[UUID],
    public_id: FromPath[str],
) -> Answer:
    """Open to whoever has it. A day of its own that is over is taken away: it would stay closed."""
    campaign, link = await _found(session, member, campaign_id, public_id)
    await reopen_links(session, campaign.id, [public_id])
    await _record(session, person, "link.reopened", campaign, link)
    if link.expires_at is not None and link.expires_at <= now():
        await set_expiry(session, campaign.id, [public_id], None)
    return _done(request, session, campaign, public_id, "The link is open again.")


@post(LINK + "/expiry", name="links.expiry")
async def link_expiry(
    request: AnyRequest,
    session: Session,
    person: Person,
    member: Member,
    campaign_id: FromPath[UUID],
    public_id: FromPath[str],
) -> Answer:
    campaign, link = await _found(session, member, campaign_id, public_id)
    form = await read_form(request, ExpiryForm)
    if form.errors:
        return _shown(request, member, campaign, link, form=form)
    day: date | None = form.data.ends_on
    at = datetime.combine(day + timedelta(days=1), datetime.min.time(), UTC) if day else None
    await set_expiry(session, campaign.id, [public_id], at)
    ends_on = day.isoformat() if day else ""
    await _record(session, person, "link.expiry_changed", campaign, link, ends_on=ends_on)
    words = "The link ends after that day." if day else "The link has no day of its own any more."
    return _done(request, session, campaign, public_id, words)


@post(LINK + "/erase", name="links.erase")
async def link_erase(
    request: AnyRequest,
    session: Session,
    person: Person,
    member: Member,
    campaign_id: FromPath[UUID],
    public_id: FromPath[str],
) -> Answer:
    """What is kept of the lead is gone for good, as if the lead had asked for it on its page."""
    require_manager(member)
    campaign, link = await _found(session, member, campaign_id, public_id)
    await erase_lead(session, public_id)
    await _record(session, person, "link.erased", campaign, link)
    forget_after(request, session, member.workspace_id, public_id)
    back = see_other(path_for(request, "campaigns.campaign", campaign_id=campaign.id))
    return flash(back, "good", "The lead’s data is deleted. Its link says so, kindly.")


async def _found(
    session: AsyncSession, member: Membership, campaign_id: UUID, public_id: str
) -> tuple[Campaign, Link]:
    """The campaign and its lead's link. Raises NotFound, also for a lead that was erased."""
    campaign = await get_campaign(session, campaign_id)
    link = await read_link(session, member.workspace_id, public_id)
    if link is None or link.lead is None or link.campaign_id != campaign.id:
        raise NotFound
    return campaign, link


async def _record(
    session: AsyncSession, person: User, action: str, campaign: Campaign, link: Link, **after: str
) -> None:
    """The lead is told by its row: a name would stay in the log when the lead is erased."""
    row = link.lead.row if link.lead else None
    await record(session, person, action, thing=campaign.name, after={"row": row, **after})


def _shown(
    request: AnyRequest,
    member: Membership,
    campaign: Campaign,
    link: Link,
    *,
    form: Form[Any] | None = None,
) -> Template:
    standing = standing_of(link, now())
    assert link.lead is not None  # noqa: S101 - _found
    own = path_for(request, "links.page", campaign_id=campaign.id, public_id=link.public_id)
    return page(
        "viewer_editor/link_page.html",
        status=422 if form else 200,
        campaign=campaign,
        public_id=link.public_id,
        title=link.lead.name or link.lead.email or f"Row {link.lead.row}",
        url=place_of(request.app.state, member.workspace).url(link.public_id),
        open_url=open_place_of(request.app.state, member.workspace).url(link.public_id),
        standing=standing,
        form=form or blank_form(ends_on=standing.own_day),
        back=own,
        may_erase=member.can_manage,
    )


def _done(
    request: AnyRequest,
    session: AsyncSession,
    campaign: Campaign,
    public_id: str,
    words: str,
    *,
    undo_path: str | None = None,
) -> Answer:
    """Back to the page it was pressed on."""
    forget_after(request, session, campaign.workspace_id, public_id)
    back = safe_next_path(request.query_params.get("next"))
    if back == "/":
        back = path_for(request, "links.page", campaign_id=campaign.id, public_id=public_id)
    return flash(see_other(back), "good", words, undo_path=undo_path)


link_router = Router(
    "/", route_handlers=[link_page, link_revoke, link_reopen, link_expiry, link_erase]
)
