"""Whose page a team looks at while it edits: a lead, or somebody made up; it draws nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campaigns.models import Campaign, Lead
from app.leads.columns import field_keys
from app.renders.models import Render
from app.viewer.link import Link, LinkLead
from app.viewer.link_reads import read_link
from app.viewer.page_choices import PageChoices
from app.workspaces.models import Workspace

LEADS_AT_MOST = 50
SOMEBODY = "Maria Keller"
_SOMEWHERE = "Example Studio"
# Columns that the words ask for by what they are. Of any other, its name stands for its value.
_KNOWN = dict(zip(("first_name", "last_name"), SOMEBODY.split(), strict=True)) | {"name": SOMEBODY}


@dataclass(frozen=True)
class PreviewLead:
    """A lead to choose from a list."""

    public_id: str
    name: str


async def list_preview_leads(
    session: AsyncSession, workspace_id: UUID, campaign: Campaign | None
) -> list[PreviewLead]:
    """The first good leads of a campaign; for a workspace those who had a video last."""
    if campaign is not None:
        query = (
            select(Lead.public_id, Lead.name, Lead.company, Lead.email, Lead.row)
            .where(Lead.workspace_id == workspace_id, Lead.campaign_id == campaign.id)
            .where(Lead.state == "good")
            .order_by(Lead.row)
        )
    else:
        query = (
            select(Render.public_id, Render.name, Render.company, Render.email, Render.row)
            .join(Campaign, Campaign.id == Render.campaign_id)
            .where(Render.workspace_id == workspace_id, Render.is_current)
            .where(Campaign.deleted_at.is_(None))
            .order_by(Render.created_at.desc())
        )
    rows = await session.execute(query.limit(LEADS_AT_MOST))
    return [
        PreviewLead(row.public_id, _words(row.name or row.email or f"Row {row.row}", row.company))
        for row in rows
    ]


async def find_preview_link(
    session: AsyncSession,
    workspace: Workspace,
    campaign: Campaign | None,
    public_id: str,
    *,
    sender_name: str,
) -> Link:
    """The lead's link, whatever is decided about it; a made-up one for an id that is not of these
    leads."""
    link = await read_link(session, workspace.id, public_id) if public_id else None
    known = link is not None and link.lead is not None
    if link is None or not known or (campaign is not None and link.campaign_id != campaign.id):
        return _made_up(workspace, campaign, sender_name)
    return replace(link, sender_name=link.sender_name or sender_name)


def _made_up(workspace: Workspace, campaign: Campaign | None, sender_name: str) -> Link:
    headers: Sequence[str] = campaign.lead_columns.get("headers", ()) if campaign else ()
    lead = LinkLead(
        row=2,
        name=SOMEBODY,
        email="maria@example.com",
        company=_SOMEWHERE,
        headers=headers,
        cells=[
            _KNOWN.get(key, f"({header})")
            for header, key in zip(headers, field_keys(headers), strict=True)
        ],
        name_columns=(),
    )
    return Link(
        workspace_id=workspace.id,
        slug=workspace.slug,
        workspace_name=workspace.name,
        public_id="preview",
        choices=PageChoices(),
        logo_key=None,
        password_hash=None,
        revoked_at=None,
        expires_at=None,
        erased_at=None,
        campaign_id=campaign.id if campaign else None,
        campaign_name=campaign.name if campaign else "",
        campaign_is_deleted=False,
        sender_name=sender_name,
        lead=lead,
        video=None,
    )


def _words(name: str, company: str) -> str:
    return f"{name}, {company}" if company and company != name else name
