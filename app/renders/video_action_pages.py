"""Actions on one, several or all videos of a campaign, each told by a toast; it shows no page.

Retry is in retry_pages.py.
"""

from typing import Any
from uuid import UUID

from litestar import Router, post
from litestar.params import FromPath
from sqlalchemy import ColumnElement, select

from app.accounts.dependencies import Person, Session
from app.campaigns.models import Campaign
from app.campaigns.service import get_campaign
from app.db.tenancy import workspace_of
from app.phrases import plural
from app.renders.cancelling import cancel_renders
from app.renders.models import Render
from app.renders.videos_query import NothingChosen, read_ids, written_ids
from app.templating import with_query
from app.web.pages import Answer, AnyRequest, flash, path_for, safe_next_path, see_other
from app.workspaces.dependencies import Member
from app.workspaces.service import record_activity

VIDEOS = "/campaigns/{campaign_id:uuid}/videos"


@post(VIDEOS + "/cancel", name="renders.cancel")
async def videos_cancel(
    request: AnyRequest,
    session: Session,
    person: Person,
    member: Member,
    campaign_id: FromPath[UUID],
) -> Answer:
    """Those named by `ids` or `batch`, or all that are under way with `all`; they can be taken
    up again, so the toast offers that."""
    campaign = await get_campaign(session, campaign_id)
    back, ids, which = await read_chosen(request, campaign)
    if which is None:
        return flash(see_other(back), "warn", str(NothingChosen()))
    found = await cancel_renders(session, which)
    count = found.ended + found.ending
    if not count:
        return flash(see_other(back), "info", "Nothing to cancel: these videos have ended already.")
    await record_activity(
        session, person, "videos.cancelled", campaign.id, campaign.name, count=count
    )
    said = f"Cancelled {plural(count, 'video', 'videos')}."
    if found.ending and not found.ended:
        said = f"Cancelling {plural(count, 'video', 'videos')}: that takes a few seconds."
    undo = None
    if ids and not found.ending:
        retry = path_for(request, "renders.retry", campaign_id=campaign.id)
        undo = with_query(retry, ids=written_ids(ids), next=back)
    return flash(see_other(back), "good", said, undo_path=undo)


@post(VIDEOS + "/again", name="renders.again")
async def videos_again(
    request: AnyRequest, session: Session, member: Member, campaign_id: FromPath[UUID]
) -> Answer:
    """Leads on to the page that says what new videos of these leads take."""
    campaign = await get_campaign(session, campaign_id)
    back, ids, _which = await read_chosen(request, campaign)
    query = select(Render.lead_id).where(
        Render.workspace_id == workspace_of(session), Render.id.in_(ids)
    )
    lead_ids = [each for each in await session.scalars(query) if each is not None]
    if not lead_ids:
        return flash(see_other(back), "warn", str(NothingChosen()))
    page = path_for(request, "renders.page", campaign_id=campaign.id)
    return see_other(with_query(page, ids=written_ids(lead_ids)))


async def read_chosen(
    request: AnyRequest, campaign: Campaign
) -> tuple[str, list[UUID], ColumnElement[bool] | None]:
    """Where to go on, the ids if any are named, and which renders are meant; None for none."""
    form = await request.form()
    query = request.query_params
    asked: Any = form.get("next") or query.get("next")
    own = path_for(request, "renders.list", campaign_id=campaign.id)
    back = safe_next_path(asked) if isinstance(asked, str) and asked else own
    of_campaign = Render.campaign_id == campaign.id
    if query.get("all"):
        return back, [], of_campaign
    if batch := read_ids([query.get("batch", "")]):
        return back, [], of_campaign & (Render.batch_id == batch[0])
    ids = read_ids([*query.getall("ids", []), *form.getall("ids", [])])
    return back, ids, of_campaign & Render.id.in_(ids) if ids else None


actions_router = Router("/", route_handlers=[videos_cancel, videos_again])
