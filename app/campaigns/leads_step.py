"""The wizard's third step: the list of leads as it is, and what each of its columns means."""

from typing import Any
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.dependencies import Session
from app.campaigns.lead_edit import require_settled
from app.campaigns.lead_import import LIST_BYTES, give_up_import, is_list, row_count
from app.campaigns.lead_mapping import ColumnsForm, check_columns, save_columns
from app.campaigns.lead_rows import list_rows
from app.campaigns.lead_views import (
    PREVIEW_ROWS,
    column_values,
    examples,
    roles,
    row_view,
    scenes_with_column,
)
from app.campaigns.models import Campaign
from app.campaigns.service import get_campaign
from app.campaigns.wizard import step_page, step_path, step_saved
from app.phrases import file_size
from app.web.forms import Form, blank_form, read_form
from app.web.pages import Answer, AnyRequest, flash, page, see_other
from app.web.paging import page_window
from app.workspaces.dependencies import Member

STEP = "/campaigns/{campaign_id:uuid}/edit/leads"
ROWS_PER_PAGE = 20


async def leads_step_page(
    session: AsyncSession,
    campaign: Campaign,
    *,
    form: Form[Any] | None = None,
    paste: Form[Any] | None = None,
    show: str = "bad",
    number: int = 1,
) -> Template:
    """The step as the campaign is; `form` is that of the columns, `paste` that of a pasted list."""
    context: dict[str, Any] = {"paste": paste or blank_form(), "max_bytes": LIST_BYTES}
    context["list_limit"] = file_size(LIST_BYTES)
    status = 422 if (paste is not None and paste.errors) else 200
    if row_count(campaign):
        context |= await _list_context(session, campaign, show, number)
    form = form or blank_form(**column_values(campaign))
    return step_page(campaign, "leads", status=status, form=form, show=show, **context)


async def _list_context(
    session: AsyncSession, campaign: Campaign, show: str, number: int
) -> dict[str, Any]:
    total = campaign.skipped_leads if show == "skipped" else campaign.bad_leads
    window = page_window(number, size=ROWS_PER_PAGE, total=total)
    first = await list_rows(session, campaign.id, limit=PREVIEW_ROWS)
    asked = await list_rows(
        session, campaign.id, state=show, offset=window.offset, limit=ROWS_PER_PAGE
    )
    return {
        "first": first,
        "examples": examples(campaign, first),
        "roles": roles(campaign),
        "scenes": scenes_with_column(campaign.scenes),
        "rows": [row_view(campaign, lead) for lead in asked],
        "pager": window.pager(lambda page: f"?show={show}&number={page}#rows"),
    }


@get(STEP, name="wizard.leads")
async def leads_page(
    session: Session,
    member: Member,
    campaign_id: FromPath[UUID],
    show: FromQuery[str] = "bad",
    number: FromQuery[str] = "",
) -> Template:
    """`show` is bad or skipped, `number` the page of those rows."""
    campaign = await get_campaign(session, campaign_id)
    asked = int(number) if number.isdecimal() and len(number) < 7 else 1
    show = "skipped" if show == "skipped" else "bad"
    return await leads_step_page(session, campaign, show=show, number=asked)


@post(STEP, name="wizard.leads_save")
async def leads_save(
    request: AnyRequest, session: Session, member: Member, campaign_id: FromPath[UUID]
) -> Answer:
    """The columns are as chosen."""
    campaign = await get_campaign(session, campaign_id, for_update=True)
    form = await read_form(request, ColumnsForm)
    if row_count(campaign):
        require_settled(campaign)
        check_columns(campaign, form)
        if form.errors:
            return await leads_step_page(session, campaign, form=form)
        await save_columns(session, campaign, form)
    return step_saved(request, campaign, "leads", form.values["then"])


@get(STEP + "/progress", name="wizard.leads_progress")
async def leads_progress(
    session: Session, member: Member, campaign_id: FromPath[UUID]
) -> Response[Any]:
    """The bar; when there is nothing to wait for, the browser loads the whole page anew."""
    campaign = await get_campaign(session, campaign_id)
    if campaign.leads_state != "importing":
        return Response(None, status_code=204, headers={"HX-Refresh": "true"})
    return page("campaigns/wizard/_leads_progress.html", campaign=campaign)


@post(STEP + "/cancel", name="wizard.leads_cancel")
async def leads_cancel(
    request: AnyRequest, session: Session, member: Member, campaign_id: FromPath[UUID]
) -> Answer:
    """The list is not read any further. Checking the rows again cannot be cancelled: half of them
    would be checked by other columns than the rest."""
    campaign = await get_campaign(session, campaign_id, for_update=True)
    said = "The list was not read. Nothing of it is kept."
    if "of" in campaign.leads_import:
        said = "The leads were not copied."
    if is_list(campaign.leads_import):
        await give_up_import(session, campaign)
    return flash(see_other(step_path(request, campaign.id, "leads")), "info", said)


leads_router = Router("/", route_handlers=[leads_page, leads_save, leads_progress, leads_cancel])
