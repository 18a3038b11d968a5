"""What other pages say of leads' links: addresses, and the columns of a campaign's file."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campaigns.public_links import LeadLinks, LinkStanding, SharedLead
from app.db.base import now
from app.db.tenancy import workspace_of
from app.settings import Settings
from app.viewer.addresses import LinkPlace, place_on_own_host, place_on_subdomain
from app.viewer.email_pieces import email_html, embed_code
from app.viewer.link_reads import read_link
from app.viewer.link_standing import standing_of
from app.viewer.models import LandingPage
from app.viewer.page_choices import PageChoices, merged
from app.web.pages import AnyRequest
from app.web.served_hosts import ServedHosts
from app.workspaces.dependencies import Member
from app.workspaces.models import Workspace

LINK, EMAIL, QR = "video link", "e-mail HTML", "QR code link"
EMBED, DOWNLOAD = "embed code", "download link"
PREVIEW = "preview.gif"


class LinksOfWorkspace:
    """Provided as `links`; see app/campaigns/public_links.py."""

    def __init__(self, place: LinkPlace) -> None:
        self.place = place

    def url(self, public_id: str) -> str:
        return self.place.url(public_id)

    async def standing(self, session: AsyncSession, public_id: str) -> LinkStanding | None:
        link = await read_link(session, workspace_of(session), public_id)
        return standing_of(link, now()) if link is not None else None

    async def columns(self, session: AsyncSession, campaign_id: UUID) -> "ColumnsOfCampaign":
        choices, has_password = await read_campaign_choices(session, campaign_id)
        return ColumnsOfCampaign(self.place, choices, has_password)


@dataclass(frozen=True)
class ColumnsOfCampaign:
    """What its pages allow decides the columns; a lead's video, whether there is a picture."""

    place: LinkPlace
    choices: PageChoices
    has_password: bool

    @property
    def headers(self) -> tuple[str, ...]:
        return (
            *(LINK, EMAIL, QR),
            *((EMBED,) if self._may_embed else ()),
            *((DOWNLOAD,) if self._may_download else ()),
        )

    def cells(self, lead: SharedLead) -> list[str]:
        at = self.place.url
        url = at(lead.public_id)
        # Mail programs have no password, and before there is a video there is no picture of it.
        pictured = lead.has_video and not self.has_password
        cells = [
            url,
            email_html(url, at(lead.public_id, PREVIEW) if pictured else None, lead.name),
            at(lead.public_id, "qr.png"),
        ]
        if self._may_embed:
            cells.append(embed_code(at(lead.public_id, "embed"), lead.name))
        if self._may_download:
            cells.append(at(lead.public_id, "video") + "?download=1" if lead.has_video else "")
        return cells

    @property
    def _may_embed(self) -> bool:
        return self.choices.allows_embed and not self.has_password

    @property
    def _may_download(self) -> bool:
        return self.choices.allows_download and not self.has_password


async def read_campaign_choices(
    session: AsyncSession, campaign_id: UUID
) -> tuple[PageChoices, bool]:
    """What holds for a campaign's pages, and whether a password is asked for."""
    workspace_id = workspace_of(session)
    rows = await session.scalars(
        select(LandingPage).where(
            LandingPage.workspace_id == workspace_id,
            LandingPage.campaign_id.is_(None) | (LandingPage.campaign_id == campaign_id),
        )
    )
    by_campaign = {row.campaign_id: row for row in rows}
    every, own = by_campaign.get(None), by_campaign.get(campaign_id)
    workspace = await session.get_one(Workspace, workspace_id)
    # An empty one of the campaign's own takes the workspace's away.
    hashes = [row.password_hash for row in (own, every) if row and row.password_hash is not None]
    return merged(every, own, workspace), bool(hashes and hashes[0])


def place_of(state: Any, workspace: Workspace) -> LinkPlace:
    """Where the workspace's links are as they are sent: on its own host where it has one.

    `state`: the application's.
    """
    settings: Settings = state.settings
    served: ServedHosts = state.served_hosts
    host = served.host_of(workspace.id)
    return (
        place_on_own_host(settings, host) if host else place_on_subdomain(settings, workspace.slug)
    )


def open_place_of(state: Any, workspace: Workspace) -> LinkPlace:
    """Where the team itself opens its links: no member can be recognised on an own host, and on the
    subdomain a look of the team's own is not counted as a lead's."""
    settings: Settings = state.settings
    return place_on_subdomain(settings, workspace.slug)


def provide_links(request: AnyRequest, member: Member) -> LeadLinks:
    return LinksOfWorkspace(place_of(request.app.state, member.workspace))
