"""Saving what was typed for landing pages, of a workspace or of one campaign; it draws no page."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.plans import workspace_plan
from app.campaigns.models import Campaign
from app.storage.interface import Storage
from app.viewer.link_states import LinkPasswordRefused, set_password
from app.viewer.page_fields import GROUPS, fields_of
from app.viewer.page_form import CheckedPage, check_page
from app.viewer.page_rows import (
    PageRows,
    ask_no_password,
    keep_no_logo,
    read_rows,
    save_campaign_choices,
    save_workspace_choices,
    set_campaign_logo,
)
from app.web.forms import Form, blank_form
from app.workspaces.branding import set_logo

NO_LOGO = "Choose a picture: PNG, JPEG or WebP, up to 5 MB."
NO_PASSWORD = "Enter the password that people are asked for."  # noqa: S105


@dataclass(frozen=True)
class SentPage:
    """A form as it came; `webp` is its logo, drawn anew."""

    form: Form[Any]
    webp: bytes | None = None


def saved_form(rows: PageRows, campaign: Campaign | None) -> Form[Any]:
    """The fields with what is saved. Those of a group that is the workspace's show its values."""
    modes: dict[str, str] = dict(rows.modes)
    if campaign is None:
        modes |= {"logo": "own" if rows.logo_key else "none"}
        modes |= {"password": "own" if rows.has_password else "none"}
    chosen = {f"group_{name}": mode for name, mode in modes.items()}
    return blank_form(**fields_of(rows.choices), **chosen)


def columns_of(campaign: Campaign | None) -> Collection[str] | None:
    """The headers of the campaign's list; None for all campaigns at once."""
    return campaign.lead_columns.get("headers", []) if campaign else None


def own_groups(form: Form[Any], campaign: Campaign | None) -> list[str]:
    """Which groups the form's fields count of."""
    return [name for name in GROUPS if campaign is None or form.values[f"group_{name}"] == "own"]


async def check_typed(
    session: AsyncSession,
    form: Form[Any],
    campaign: Campaign | None,
    *,
    calendar_origins: Collection[str],
) -> CheckedPage:
    """What of the form can be saved, and what is wrong with the rest."""
    return check_page(
        form.values,
        groups=own_groups(form, campaign),
        columns=columns_of(campaign),
        may_hide_made_with=not (await workspace_plan(session))[0].shows_made_with,
        calendar_origins=calendar_origins,
    )


async def save_page(
    session: AsyncSession,
    storage: Storage,
    rows: PageRows,
    campaign: Campaign | None,
    sent: SentPage,
    *,
    calendar_origins: Collection[str],
) -> bool:
    """All of it is saved; or False: the form says what is wrong, and only a new logo is kept,
    for a file cannot be typed again."""
    form, campaign_id = sent.form, campaign.id if campaign else None
    checked = await check_typed(session, form, campaign, calendar_origins=calendar_origins)
    for field, sentence in checked.errors.items():
        form.add_error(field, sentence)
    if sent.webp is not None:
        await _set_logo(session, storage, rows, campaign, sent.webp)
        rows = await read_rows(session, rows.workspace, campaign_id)
    elif form.values["group_logo"] == "own" and not rows.has_own_logo(campaign_id):
        form.add_error("logo", NO_LOGO)
    if not form.errors:
        await _set_password(session, rows, campaign, form)
    if form.errors:
        return False
    if form.values["group_logo"] != "own":
        inherits = form.values["group_logo"] == "workspace"
        await keep_no_logo(session, rows, campaign_id, inherits=inherits)
    values = _kept_made_with(rows, campaign, form) | checked.values
    if campaign is None:
        await save_workspace_choices(session, rows, values)
    else:
        await save_campaign_choices(session, campaign.id, rows, values)
    return True


def _kept_made_with(rows: PageRows, campaign: Campaign | None, form: Form[Any]) -> dict[str, Any]:
    """What was chosen of it before, for whom the plan gives no choice now."""
    row, name = (rows.of_campaign if campaign else rows.of_workspace), "shows_made_with"
    if row is None or "foot" not in own_groups(form, campaign) or name not in row.choices:
        return {}
    return {name: row.choices[name]}


async def _set_logo(
    session: AsyncSession,
    storage: Storage,
    rows: PageRows,
    campaign: Campaign | None,
    webp: bytes,
) -> None:
    if campaign is None:
        await set_logo(session, storage, rows.workspace, webp)
    else:
        await set_campaign_logo(session, storage, campaign.id, rows, webp)


async def _set_password(
    session: AsyncSession, rows: PageRows, campaign: Campaign | None, form: Form[Any]
) -> None:
    """As the form says, which has an error when it cannot be."""
    mode, text = form.values["group_password"], form.values["password"].strip()
    campaign_id = campaign.id if campaign else None
    if mode != "own":
        await ask_no_password(session, rows, campaign_id, inherits=mode == "workspace")
    elif text:
        try:
            await set_password(session, campaign_id, text)
        except LinkPasswordRefused as refusal:
            form.add_error("password", str(refusal))
    elif not rows.has_own_password(campaign_id):
        form.add_error("password", NO_PASSWORD)
