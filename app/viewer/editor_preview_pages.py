"""A landing page as it would be with what is typed, inside of the editor; nothing is saved."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from litestar import Response, Router, get, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response as FileAnswer

from app.accounts.dependencies import Person, Session
from app.accounts.models import User
from app.billing.plans import workspace_plan
from app.campaigns.models import Campaign
from app.campaigns.service import get_campaign
from app.facecams.captions import list_captions
from app.facecams.languages import language_label
from app.facecams.library import find_latest_ready
from app.storage.interface import FileNotStored
from app.viewer.editor_pages import OF_CAMPAIGN, OF_WORKSPACE, SentFields
from app.viewer.editor_shown_pages import logo_path
from app.viewer.landing import CaptionTrack, Landing, LandingVideo
from app.viewer.landings import sample_landing
from app.viewer.lead_links import place_of
from app.viewer.link import Link
from app.viewer.page_answers import answer, draw_page
from app.viewer.page_choices import PageChoices, shown_by_plan
from app.viewer.page_editing import check_typed, own_groups
from app.viewer.page_fields import GROUPS
from app.viewer.page_previews import find_preview_link
from app.viewer.page_rows import PageRows, read_rows
from app.web.forms import Form, read_form
from app.web.images import PICTURE_BODY_BYTES
from app.web.media import media_response
from app.web.pages import AnyRequest, path_for, settings_of
from app.web.refusals import NotFound
from app.web.template_engine import TemplateEngine
from app.workspaces.dependencies import Member
from app.workspaces.models import Membership

_BOTH: Final = [HttpMethod.GET, HttpMethod.POST]


@route(
    OF_WORKSPACE + "/preview",
    name="landing_page.preview",
    http_method=_BOTH,
    status_code=200,
    request_max_body_size=PICTURE_BODY_BYTES,
)
async def workspace_preview(
    request: AnyRequest, session: Session, person: Person, member: Member
) -> Response[Any]:
    return await _preview(request, session, person, member, None)


@route(
    OF_CAMPAIGN + "/preview",
    name="campaigns.landing_page_preview",
    http_method=_BOTH,
    status_code=200,
    request_max_body_size=PICTURE_BODY_BYTES,
)
async def campaign_preview(
    request: AnyRequest,
    session: Session,
    person: Person,
    member: Member,
    campaign_id: FromPath[UUID],
) -> Response[Any]:
    campaign = await get_campaign(session, campaign_id)
    return await _preview(request, session, person, member, campaign)


@get(OF_CAMPAIGN + "/logo", name="campaigns.landing_page_logo")
async def campaign_logo(
    request: AnyRequest, session: Session, member: Member, campaign_id: FromPath[UUID]
) -> FileAnswer:
    """The campaign's own logo, for its team."""
    campaign = await get_campaign(session, campaign_id)
    rows = await read_rows(session, member.workspace, campaign.id)
    own = rows.of_campaign
    if own is None or not own.logo_key:
        raise NotFound
    try:
        return await media_response(request.app.state.storage, own.logo_key, request)
    except FileNotStored as gone:
        raise NotFound(str(gone)) from None


async def _preview(
    request: AnyRequest,
    session: AsyncSession,
    person: User,
    member: Membership,
    campaign: Campaign | None,
) -> Response[Any]:
    rows = await read_rows(session, member.workspace, campaign.id if campaign else None)
    choices, logo_url = rows.choices, logo_path(request, rows)
    lead_id = request.query_params.get("lead", "")
    if request.method == "POST":
        form = await read_form(request, SentFields)
        origins = settings_of(request).calendar_origins
        choices = await _typed_choices(session, rows, campaign, form, origins)
        lead_id = form.values["preview_lead"]
        logo_url = "" if form.values["group_logo"] == "none" else logo_url
    link = await find_preview_link(
        session, member.workspace, campaign, lead_id, sender_name=person.shown_name
    )
    plan, _ = await workspace_plan(session)
    choices = shown_by_plan(choices, plan.key)
    video = await _video(request, session, campaign, link)
    place = place_of(request.app.state, member.workspace)
    landing = sample_landing(replace(link, choices=choices, logo_key=None), place, video)
    brand = replace(landing.brand, logo_url=logo_url or None)
    # A team's browser must not remember that it has watched the lead's page.
    return _framed(request, replace(landing, brand=brand, public_id="preview"))


def _framed(request: AnyRequest, landing: Landing) -> Response[Any]:
    """Shown inside of the editor alone."""
    drawn = draw_page(request, "viewer/landing_page.html", landing)
    policy = drawn.headers["Content-Security-Policy"]
    headers = {
        "Content-Security-Policy": policy.replace(
            "frame-ancestors 'none'", "frame-ancestors 'self'"
        ),
        "X-Frame-Options": "SAMEORIGIN",
    }
    return answer(replace(drawn, headers=drawn.headers | headers))


async def _typed_choices(
    session: AsyncSession,
    rows: PageRows,
    campaign: Campaign | None,
    form: Form[Any],
    origins: Collection[str],
) -> PageChoices:
    """Of what is typed all that is right; for the rest what is saved."""
    own_keys = {key for group in own_groups(form, campaign) for key in GROUPS[group]}
    saved, inherited = (each.model_dump(mode="json") for each in (rows.choices, rows.inherited))
    values = {key: (saved if key in own_keys else inherited)[key] for key in saved}
    checked = await check_typed(session, form, campaign, calendar_origins=origins)
    return PageChoices.model_validate(values | checked.values)


async def _video(
    request: AnyRequest, session: AsyncSession, campaign: Campaign | None, link: Link
) -> LandingVideo:
    """The lead's own, else a facecam alone, else a drawing of one."""
    made = link.video
    if made is not None and link.campaign_id is not None:
        own = {"campaign_id": link.campaign_id, "render_id": made.render_id}
        files = ("video.mp4", "poster.jpg", "light.mp4")
        urls = {file: path_for(request, "renders.file", file=file, **own) for file in files}
        return LandingVideo(
            urls["video.mp4"],
            urls["poster.jpg"],
            "video/mp4",
            made.duration_s,
            made.width,
            made.height,
            light_url=urls["light.mp4"] if "light.mp4" in made.files else None,
        )
    facecam = campaign.facecam if campaign else await find_latest_ready(session)
    if facecam is None or facecam.state != "ready":
        drawn = _static(request, "drawn_poster.svg")
        return LandingVideo(drawn, drawn, "video/mp4", 45.0, 1920, 1080)
    video_url, poster_url = (
        path_for(request, "facecams.media", facecam_id=facecam.id, file=file)
        for file in ("proxy.mp4", "poster.webp")
    )
    tracks = [
        CaptionTrack(
            each.language,
            language_label(each.language),
            path_for(request, "captions.file", facecam_id=facecam.id, file=f"{each.language}.vtt"),
        )
        for each in await list_captions(session, facecam.id)
    ]
    return LandingVideo(
        video_url,
        poster_url,
        "video/mp4",
        facecam.duration_s or 0.0,
        facecam.width or 1280,
        facecam.height or 720,
        tuple(tracks),
    )


def _static(request: AnyRequest, path: str) -> str:
    engine = request.app.template_engine
    assert isinstance(engine, TemplateEngine)  # noqa: S101 - app/asgi.py
    static: Any = engine.engine.globals["static"]
    return str(static(path))


preview_router = Router("/", route_handlers=[workspace_preview, campaign_preview, campaign_logo])
