"""Where a team edits its landing pages: all of a workspace, or those of one campaign."""

from typing import Any
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.dependencies import Session
from app.campaigns.models import Campaign
from app.campaigns.service import get_campaign
from app.viewer.dependencies import forget_after
from app.viewer.editor_shown_pages import contrast_of, editor_page, editor_path
from app.viewer.page_audit import read_saved, record_saved
from app.viewer.page_editing import SentPage, save_page, saved_form
from app.viewer.page_rows import read_rows
from app.web.forms import Form, FormModel, blank_form, read_form
from app.web.images import PICTURE_BODY_BYTES, PictureRefused, find_upload, read_picture
from app.web.pages import Answer, AnyRequest, flash, page, see_other, settings_of, state_of
from app.workspaces.branding import LOGO_PX
from app.workspaces.dependencies import Member, require_manager
from app.workspaces.models import Membership, Workspace

OF_CAMPAIGN = "/campaigns/{campaign_id:uuid}/landing-page"
OF_WORKSPACE = "/settings/landing-page"


class SentFields(FormModel):
    """All fields are texts here; app/viewer/page_form.py says what is right in them."""


@get(OF_WORKSPACE, name="settings.landing_page")
async def workspace_page(request: AnyRequest, session: Session, member: Member) -> Template:
    rows = await read_rows(session, member.workspace)
    return await editor_page(request, session, member, rows, None)


@post(OF_WORKSPACE, name="landing_page.save", request_max_body_size=PICTURE_BODY_BYTES)
async def workspace_page_save(request: AnyRequest, session: Session, member: Member) -> Answer:
    require_manager(member)
    sent = await _read_sent(request, session)
    return await _save(request, session, member, None, sent)


@get(OF_CAMPAIGN, name="campaigns.landing_page")
async def campaign_page(
    request: AnyRequest, session: Session, member: Member, campaign_id: FromPath[UUID]
) -> Template:
    campaign = await get_campaign(session, campaign_id)
    rows = await read_rows(session, member.workspace, campaign.id)
    return await editor_page(request, session, member, rows, campaign)


@post(OF_CAMPAIGN, name="campaigns.landing_page_save", request_max_body_size=PICTURE_BODY_BYTES)
async def campaign_page_save(
    request: AnyRequest, session: Session, member: Member, campaign_id: FromPath[UUID]
) -> Answer:
    await get_campaign(session, campaign_id)
    sent = await _read_sent(request, session)
    campaign = await get_campaign(session, campaign_id)
    return await _save(request, session, member, campaign, sent)


@get(OF_WORKSPACE + "/contrast", name="landing_page.contrast")
async def page_contrast(
    request: AnyRequest,
    member: Member,
    accent: FromQuery[str] = "",
    background: FromQuery[str] = "",
) -> Template:
    """The part that says what two colours are like together, while they are chosen."""
    return page("viewer_editor/_contrast.html", contrast=contrast_of(accent, background))


async def _save(
    request: AnyRequest,
    session: AsyncSession,
    member: Membership,
    campaign: Campaign | None,
    sent: SentPage,
) -> Answer:
    workspace = await session.get_one(Workspace, member.workspace_id)
    campaign_id = campaign.id if campaign else None
    rows = await read_rows(session, workspace, campaign_id)
    if not sent.form.values:  # more than could be read: its picture is far too large
        form: Form[Any] = saved_form(rows, campaign)
        form.add_error("logo", sent.form.errors["logo"])
        return await editor_page(request, session, member, rows, campaign, form=form)
    before = await read_saved(session, campaign_id)
    storage, origins = request.app.state.storage, settings_of(request).calendar_origins
    is_saved = await save_page(session, storage, rows, campaign, sent, calendar_origins=origins)
    await record_saved(session, state_of(request)["person"], campaign, before)
    forget_after(request, session, workspace.id)
    if not is_saved:
        rows = await read_rows(session, workspace, campaign_id)
        return await editor_page(request, session, member, rows, campaign, form=sent.form)
    whose = "This campaign’s landing pages" if campaign else "Landing pages"
    back = see_other(editor_path(request, campaign))
    return flash(back, "good", f"Saved. {whose} look like this now.")


async def _read_sent(request: AnyRequest, session: AsyncSession) -> SentPage:
    """The form, and its picture drawn anew. No connection is held while that is done."""
    await session.close()
    form: Form[Any] = blank_form()
    try:
        upload = await find_upload(request, "logo")
        form = await read_form(request, SentFields)
        if upload is not None and form.values["group_logo"] == "own":
            return SentPage(form, await read_picture(upload, size_px=LOGO_PX))
    except PictureRefused as refusal:
        form.add_error("logo", str(refusal))
    return SentPage(form)


editor_router = Router(
    "/",
    route_handlers=[
        workspace_page,
        workspace_page_save,
        campaign_page,
        campaign_page_save,
        page_contrast,
    ],
)
