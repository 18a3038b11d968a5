"""One video: watched, followed while it is made, explained, and replaced by an earlier one."""

from typing import Any, Final
from uuid import UUID

from litestar import Router, get, post, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from litestar.response import Template
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.accounts.dependencies import Session
from app.accounts.models import User
from app.billing.scene_prices import Price
from app.campaigns.dependencies import Links
from app.campaigns.service import get_campaign
from app.renders.dependencies import Views
from app.renders.listing import find_video_row
from app.renders.models import Render, RenderAttempt, RenderBatch
from app.renders.report_words import (
    OUTCOMES,
    report_facts,
    scene_sentences,
    step_label,
    step_notes,
)
from app.renders.retry_price import RETRIED, price_retry
from app.renders.versions import get_render, list_versions, restore_version
from app.renders.videos_pages import VIDEOS, WORDS
from app.storage.interface import FileNotStored
from app.web.media import media_response
from app.web.pages import Answer, AnyRequest, flash, page, path_for, see_other
from app.web.refusals import NotFound
from app.workspaces.dependencies import Member

VIDEO = VIDEOS + "/{render_id:uuid}"
# As app.pipeline.spec has them, which the web does not load.
FILES: Final = (
    "video.mp4", "light.mp4", "poster.jpg", "card.jpg", "preview.gif", "preview.webp",
)  # fmt: skip
# A render's files never change; another video of the lead is another render.
KEPT_FOR_S = 86_400


@get(VIDEO, name="renders.video")
async def video_page(
    request: AnyRequest,
    session: Session,
    member: Member,
    views: Views,
    links: Links,
    campaign_id: FromPath[UUID],
    render_id: FromPath[UUID],
) -> Template:
    campaign = await get_campaign(session, campaign_id)
    render = await get_render(session, campaign.id, render_id)
    row = await find_video_row(session, campaign.id, render.id)
    report = render.report or {}
    return page(
        "renders/video_page.html",
        campaign=campaign,
        render=render,
        video=row,
        versions=await list_versions(session, render),
        views=await views.of_video(session, render),
        attempts=await _attempts(session, render),
        asked_by=await _asked_by(session, render),
        facts=report_facts(report),
        scenes=scene_sentences(report),
        outcomes=OUTCOMES,
        step_label=step_label,
        step_notes=step_notes,
        links=links,
        retry_price=await _retry_price(session, render),
        standing=await links.standing(session, render.public_id),
        back=path_for(request, "renders.video", campaign_id=campaign.id, render_id=render.id),
        **WORDS,
    )


@post(VIDEO + "/restore", name="renders.restore")
async def video_restore(
    request: AnyRequest,
    session: Session,
    member: Member,
    campaign_id: FromPath[UUID],
    render_id: FromPath[UUID],
) -> Answer:
    """The lead's link shows this version; the toast leads back to the one that it showed."""
    campaign = await get_campaign(session, campaign_id)
    render = await get_render(session, campaign.id, render_id)
    shown = next((each for each in await list_versions(session, render) if each.is_current), None)
    await restore_version(session, render)
    undo = None
    if shown is not None and shown.id != render.id:
        undo = path_for(request, "renders.restore", campaign_id=campaign.id, render_id=shown.id)
    own = path_for(request, "renders.video", campaign_id=campaign.id, render_id=render.id)
    return flash(see_other(own), "good", "The lead’s link shows this video now.", undo_path=undo)


@route(
    VIDEO + "/files/{file:str}",
    name="renders.file",
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
)
async def video_file(
    request: AnyRequest,
    session: Session,
    member: Member,
    campaign_id: FromPath[UUID],
    render_id: FromPath[UUID],
    file: FromPath[str],
) -> Response:
    """A file of a finished video, to be shown, or to be saved with `download`."""
    render = await get_render(session, campaign_id, render_id)
    stored = render.files.get(file) if file in FILES else None
    if stored is None:
        raise NotFound
    saved_as = download_name(render, file) if "download" in request.query_params else None
    storage = request.app.state.storage
    try:
        return await media_response(
            storage, stored["key"], request, download_name=saved_as, max_age_s=KEPT_FOR_S
        )
    except FileNotStored as gone:
        raise NotFound(str(gone)) from None


def download_name(render: Render, file: str) -> str:
    """What a file of a lead's is called once it is saved: `ada-lovelace-video.mp4`."""
    who = "".join(c if c.isalnum() else "-" for c in render.name.lower()).strip("-")[:80]
    return f"{who or 'lead'}-{file}"


async def _retry_price(session: AsyncSession, render: Render) -> Price:
    if render.state not in RETRIED:
        return Price()
    return (await price_retry(session, Render.id == render.id)).price


async def _attempts(session: AsyncSession, render: Render) -> list[RenderAttempt]:
    query = (
        select(RenderAttempt)
        .where(
            RenderAttempt.workspace_id == render.workspace_id,
            RenderAttempt.render_id == render.id,
        )
        .order_by(RenderAttempt.number.desc())
    )
    return list(await session.scalars(query))


async def _asked_by(session: AsyncSession, render: Render) -> Any:
    query = (
        select(User)
        .join(RenderBatch, RenderBatch.requested_by_id == User.id)
        .where(RenderBatch.id == render.batch_id)
    )
    return await session.scalar(query)


video_router = Router("/", route_handlers=[video_page, video_restore, video_file])
