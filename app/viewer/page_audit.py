"""What the audit log is told when landing pages are saved: which choices differ from before."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import User
from app.campaigns.models import Campaign
from app.db.tenancy import workspace_of
from app.viewer.models import LandingPage
from app.workspaces.audit import record
from app.workspaces.models import Workspace

EXPIRY = "expires_after_days"
_WORDS = {
    "legal_links": "links of the foot",
    "shows_made_with": "made-with line",
    "allows_download": "download",
    "allows_embed": "embedding",
    "actions": "buttons",
}


@dataclass(frozen=True)
class Saved:
    """As it is in the rows, of the workspace or of one campaign."""

    choices: Mapping[str, Any]
    password_hash: str | None = None


async def read_saved(session: AsyncSession, campaign_id: UUID | None) -> Saved:
    """What is saved now; columns alone, for rows at hand change with what is saved next."""
    workspace_id, of = workspace_of(session), LandingPage.campaign_id
    rows = await session.execute(
        select(LandingPage.choices, LandingPage.logo_key, LandingPage.password_hash).where(
            LandingPage.workspace_id == workspace_id,
            of.is_(None) if campaign_id is None else of == campaign_id,
        )
    )
    choices, logo_key, password_hash = rows.one_or_none() or ({}, None, None)
    choices = dict(choices) | {"logo": logo_key}
    if campaign_id is None:
        looks = await session.execute(
            select(Workspace.logo_key, Workspace.accent, Workspace.background).where(
                Workspace.id == workspace_id
            )
        )
        choices |= dict(zip(("logo", "accent", "background"), looks.one(), strict=True))
    return Saved(choices, password_hash)


async def record_saved(
    session: AsyncSession, person: User, campaign: Campaign | None, before: Saved
) -> None:
    """A line for each kind of change; of a password that it was set, or set anew."""
    after = await read_saved(session, campaign.id if campaign else None)
    thing = campaign.name if campaign else "all campaigns"
    if after.password_hash != before.password_hash:
        act = "links.password_set" if after.password_hash else "links.password_removed"
        await record(session, person, act, thing=thing)
    days = [each.choices.get(EXPIRY) for each in (before, after)]
    if days[0] != days[1]:
        was, will = ({"days": each} for each in days)
        await record(session, person, "links.expiry_changed", thing=thing, before=was, after=will)
    if names := _changed(before.choices, after.choices):
        values = {"changed": ", ".join(names)}
        await record(session, person, "landing_page.changed", thing=thing, after=values)


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    names = sorted((before.keys() | after.keys()) - {EXPIRY})
    return [_WORDS.get(each, each) for each in names if before.get(each) != after.get(each)]
