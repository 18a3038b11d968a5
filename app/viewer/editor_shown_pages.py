"""The editor of landing pages as a page: with what is saved, or with a form as it was sent."""

from typing import Any

from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.plan_fits import Need, offer_for
from app.billing.plans import workspace_plan
from app.campaigns.models import Campaign
from app.viewer.page_editing import columns_of, saved_form
from app.viewer.page_fields import ROWS
from app.viewer.page_previews import SOMEBODY, list_preview_leads
from app.viewer.page_rows import PageRows
from app.viewer.page_variables import ALWAYS, column_variables
from app.viewer.page_words import FONT_NAMES, OPENS, group_words, whose_cards
from app.web.forms import Form, check_form
from app.web.pages import AnyRequest, page, path_for
from app.workspaces.colours import contrast_words
from app.workspaces.models import Membership
from app.workspaces.workspace_forms import ColoursForm

_NO_COLOURS = ("warn", "Choose two colours to see how well they go together.")


async def editor_page(
    request: AnyRequest,
    session: AsyncSession,
    member: Membership,
    rows: PageRows,
    campaign: Campaign | None,
    *,
    form: Form[Any] | None = None,
) -> Template:
    """422 for a form with errors."""
    shown = form or saved_form(rows, campaign)
    leads = await list_preview_leads(session, rows.workspace.id, campaign)
    # A team would rather see one of its own leads; another one is chosen beside the preview.
    first = leads[0].public_id if campaign and leads else ""
    plan, _ = await workspace_plan(session)
    return page(
        f"viewer_editor/{'campaign' if campaign else 'workspace'}_page.html",
        status=422 if shown.errors else 200,
        campaign=campaign,
        form=shown,
        can_change=campaign is not None or member.can_manage,
        may_hide_made_with=not plan.shows_made_with,
        brand_offer=offer_for(plan, Need(own_brand=True)) if plan.shows_made_with else None,
        can_manage=member.can_manage,
        words=group_words(rows.choices),
        whose=whose_cards(
            rows.inherited if campaign else None, inherits_password=rows.has_own_password(None)
        ),
        has_password=rows.has_own_password(campaign.id if campaign else None),
        logo_url=logo_path(request, rows),
        has_own_logo=rows.has_own_logo(campaign.id if campaign else None),
        contrast=contrast_of(shown.values["accent"], shown.values["background"]),
        variables=ALWAYS,
        columns=column_variables(columns_of(campaign) or ()),
        fonts=FONT_NAMES,
        opens=OPENS,
        link_rows=ROWS,
        leads=[(each.public_id, each.name) for each in leads],
        lead_id=shown.values["preview_lead"] or first,
        somebody=SOMEBODY,
        save_url=editor_path(request, campaign, "save"),
        preview_url=editor_path(request, campaign, "preview"),
    )


def editor_path(request: AnyRequest, campaign: Campaign | None, act: str = "") -> str:
    """The editor's address, or that of `save` or `preview`."""
    if campaign is not None:
        name = f"campaigns.landing_page{'_' if act else ''}{act}"
        return path_for(request, name, campaign_id=campaign.id)
    return path_for(request, f"landing_page.{act}" if act else "settings.landing_page")


def logo_path(request: AnyRequest, rows: PageRows) -> str:
    """Where the team's own pages find the logo that is shown; empty for none."""
    if rows.logo_key is None:
        return ""
    own = rows.of_campaign
    if own is not None and own.logo_key:
        path = path_for(request, "campaigns.landing_page_logo", campaign_id=own.campaign_id)
    else:
        path = path_for(request, "workspace.logo")
    return f"{path}?v={rows.logo_key.split('/')[3]}"


def contrast_of(accent: str, background: str) -> tuple[str, str]:
    """The kind of a notice, and what the two colours are like together."""
    form = check_form({"accent": accent, "background": background}, ColoursForm)
    if form.errors:
        return _NO_COLOURS
    return contrast_words(form.data.accent, form.data.background)
