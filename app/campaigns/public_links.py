"""Where leads' landing pages are, and what brings a lead there.

Who knows landing pages stands above and provides it: app/asgi.py. Nothing here knows what is shown
there.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, runtime_checkable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True)
class SharedLead:
    """A lead as its link is handed out. `has_video`: the link shows one."""

    public_id: str
    name: str
    has_video: bool


@dataclass(frozen=True)
class LinkStanding:
    """What whoever has a lead's link gets.

    `state` is open, revoked, expired, removed (the video is no longer kept) or erased. It ends at
    `ends_at`, if ever, for a day of its own or by what its campaign's pages say.
    """

    state: str
    ends_at: datetime | None
    own_day: date | None
    asks_password: bool


class LinkColumns(Protocol):
    """What a file says of each lead's link: a cell for each of the headers."""

    @property
    def headers(self) -> tuple[str, ...]: ...

    def cells(self, lead: SharedLead) -> list[str]: ...


@runtime_checkable  # for Litestar, which looks at what it provides
class LeadLinks(Protocol):
    """The links of one workspace's leads, on its own host where it has one."""

    def url(self, public_id: str) -> str:
        """The address of a lead's landing page, for the lead and nobody else to guess."""

    async def standing(self, session: AsyncSession, public_id: str) -> LinkStanding | None:
        """How a lead's link stands; None where there is none of this id."""

    async def columns(self, session: AsyncSession, campaign_id: UUID) -> LinkColumns:
        """Those of this campaign, by what its landing pages allow."""


def landing_url(workspace_url: str, public_id: str) -> str:
    """A lead's landing page on the workspace's subdomain, where each is at all times."""
    return f"{workspace_url}/v/{public_id}"
