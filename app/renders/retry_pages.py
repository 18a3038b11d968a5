"""Retry: before it, how many videos are tried again and what that counts in the plan."""

from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Template

from app.accounts.dependencies import Person, Session
from app.billing.scene_prices import Price
from app.campaigns.service import get_campaign
from app.renders.cancelling import retry_renders
from app.renders.models import Render
from app.renders.plan_room import find_room
from app.renders.plan_waiting import count_waiting
from app.renders.retry_price import RetryPrice, price_retry
from app.renders.room_words import begun_words
from app.renders.video_action_pages import VIDEOS, read_chosen
from app.renders.videos_query import NothingChosen, written_ids
from app.web.pages import Answer, AnyRequest, flash, page, see_other
from app.workspaces.dependencies import Member
from app.workspaces.service import record_activity


@get(VIDEOS + "/retry", name="renders.retry_page")
async def retry_page(
    request: AnyRequest, session: Session, member: Member, campaign_id: FromPath[UUID]
) -> Template:
    """What the button on it will do is told of the same videos as in `renders.retry`."""
    campaign = await get_campaign(session, campaign_id)
    back, ids, which = await read_chosen(request, campaign)
    told, room = RetryPrice(0, Price()), await find_room(session)
    if which is not None:
        told = await price_retry(session, which if ids else which & (Render.state == "failed"))
    full = not told.price.fits(room.left, room.left_s)
    return page(
        "renders/retry_page.html",
        campaign=campaign,
        back=back,
        ids=written_ids(ids),
        told=told,
        room=room,
        waits=full or await count_waiting(session) > 0,
    )


@post(VIDEOS + "/retry", name="renders.retry")
async def videos_retry(
    request: AnyRequest,
    session: Session,
    person: Person,
    member: Member,
    campaign_id: FromPath[UUID],
) -> Answer:
    """Failed and cancelled ones wait again with what is made of them; with `all`, failed ones."""
    campaign = await get_campaign(session, campaign_id)
    back, ids, which = await read_chosen(request, campaign)
    if which is None:
        return flash(see_other(back), "warn", str(NothingChosen()))
    if not ids:
        which &= Render.state == "failed"
    retried = await retry_renders(session, which)
    if not retried.videos:
        said = (
            "Nothing to retry: only failed and cancelled videos of leads in the list are, "
            "and none that is longer than your plan has."
        )
        return flash(see_other(back), "info", said)
    await record_activity(
        session, person, "videos.retried", campaign.id, campaign.name, count=retried.videos
    )
    said = begun_words(retried.videos, retried.waiting, "tried again")
    return flash(see_other(back), "good", said)


retry_router = Router("/", route_handlers=[retry_page, videos_retry])
