"""Parts of the leads step: one row that is mended or skipped, all at once, and their file."""

from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Stream
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.dependencies import Session
from app.campaigns.lead_edit import edit_row, require_settled, skip_bad_rows, skip_row
from app.campaigns.lead_file import bad_row_lines
from app.campaigns.lead_rows import get_row
from app.campaigns.lead_views import row_view
from app.campaigns.leads_step import STEP
from app.campaigns.models import Campaign, Lead
from app.campaigns.service import get_campaign
from app.campaigns.wizard import step_path
from app.campaigns.wizard_steps import wizard_steps
from app.phrases import plural
from app.web.forms import FormModel, read_form
from app.web.pages import Answer, AnyRequest, flash, page, see_other
from app.workspaces.dependencies import Member

ROW = STEP + "/rows/{lead_id:uuid}"


class RowForm(FormModel):
    """The cells of a row, as fields `cell-<position>`; each may be anything."""


@post(ROW, name="wizard.lead_save")
async def lead_save(
    request: AnyRequest,
    session: Session,
    member: Member,
    campaign_id: FromPath[UUID],
    lead_id: FromPath[UUID],
) -> Answer:
    """What was typed is kept, right or wrong; 422 while something is still wrong."""
    campaign, lead = await _row(session, campaign_id, lead_id)
    form = await read_form(request, RowForm)
    await edit_row(session, campaign, lead, _cells(form.values))
    return _row_answer(request, campaign, lead, "fixed" if lead.state == "good" else "wrong")


@post(ROW + "/skip", name="wizard.lead_skip")
async def lead_skip(
    request: AnyRequest,
    session: Session,
    member: Member,
    campaign_id: FromPath[UUID],
    lead_id: FromPath[UUID],
) -> Answer:
    campaign, lead = await _row(session, campaign_id, lead_id)
    await skip_row(session, campaign, lead, skip=True)
    return _row_answer(request, campaign, lead, "skipped")


@post(ROW + "/unskip", name="wizard.lead_unskip")
async def lead_unskip(
    request: AnyRequest,
    session: Session,
    member: Member,
    campaign_id: FromPath[UUID],
    lead_id: FromPath[UUID],
) -> Answer:
    campaign, lead = await _row(session, campaign_id, lead_id)
    await skip_row(session, campaign, lead, skip=False)
    return _row_answer(request, campaign, lead, "open")


@post(STEP + "/skip", name="wizard.leads_skip")
async def leads_skip(
    request: AnyRequest, session: Session, member: Member, campaign_id: FromPath[UUID]
) -> Answer:
    """All bad rows are skipped."""
    campaign = await get_campaign(session, campaign_id, for_update=True)
    require_settled(campaign)
    said = f"{plural(campaign.bad_leads, 'row is', 'rows are')} skipped."
    await skip_bad_rows(session, campaign, skip=True)
    return flash(see_other(step_path(request, campaign.id, "leads")), "good", said)


@post(STEP + "/unskip", name="wizard.leads_unskip")
async def leads_unskip(
    request: AnyRequest, session: Session, member: Member, campaign_id: FromPath[UUID]
) -> Answer:
    """All skipped rows are to be fixed again."""
    campaign = await get_campaign(session, campaign_id, for_update=True)
    require_settled(campaign)
    await skip_bad_rows(session, campaign, skip=False)
    return see_other(step_path(request, campaign.id, "leads"))


@get(STEP + "/rows.csv", name="wizard.leads_file")
async def leads_file(
    request: AnyRequest, session: Session, member: Member, campaign_id: FromPath[UUID]
) -> Stream:
    """The bad and the skipped rows with their reasons, sent while they are read."""
    campaign = await get_campaign(session, campaign_id)
    return Stream(
        bad_row_lines(request.app.state.database, campaign),
        media_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": 'attachment; filename="rows-to-fix.csv"',
            "Cache-Control": "no-store",
        },
    )


async def _row(session: AsyncSession, campaign_id: UUID, lead_id: UUID) -> tuple[Campaign, Lead]:
    campaign = await get_campaign(session, campaign_id, for_update=True)
    require_settled(campaign)
    return campaign, await get_row(session, campaign.id, lead_id)


def _cells(values: dict[str, str]) -> dict[int, str]:
    found = {}
    for name, text in values.items():
        prefix, _, at = name.partition("-")
        if prefix == "cell" and at.isdecimal() and len(at) < 4:
            found[int(at)] = text
    return found


def _row_answer(request: AnyRequest, campaign: Campaign, lead: Lead, outcome: str) -> Answer:
    """The row with the counts beside it; without a script the step's page."""
    if not request.headers.get("hx-request"):
        answer = see_other(f"{step_path(request, campaign.id, 'leads')}#rows")
        if outcome == "wrong":
            flash(
                answer, "warn", f"Row {lead.row} was saved, but something is still wrong with it."
            )
        return answer
    return page(
        "campaigns/wizard/_lead_row_saved.html",
        status=422 if outcome == "wrong" else 200,
        campaign=campaign,
        row=row_view(campaign, lead),
        outcome=outcome,
        steps=wizard_steps(campaign),
        step="leads",
        show="skipped" if outcome == "open" else "bad",
    )


lead_row_router = Router(
    "/",
    route_handlers=[lead_save, lead_skip, lead_unskip, leads_skip, leads_unskip, leads_file],
)
