"""What campaigns show of their videos. Who makes videos stands above and provides it: app/asgi.py.

Videos are named by the ids of their renders; `public_id` is what a lead and its videos share.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True)
class LeadVideo:
    """`kind`, `label` and `symbol` are those of its badge; `picture_id`: whose poster is shown."""

    id: UUID
    kind: str
    label: str
    symbol: str
    picture_id: UUID | None
    is_under_way: bool


@dataclass(frozen=True)
class CampaignVideos:
    """Counts by what became of them; those `for_plan` wait until it has room, and are not under
    way. `picture_id`: the video made last."""

    ready: int = 0
    under_way: int = 0
    failed: int = 0
    picture_id: UUID | None = None
    for_plan: int = 0

    @property
    def any(self) -> bool:
        return bool(self.ready or self.unfinished or self.failed)

    @property
    def unfinished(self) -> int:
        """Those that are to be made yet, now or later."""
        return self.under_way + self.for_plan


@runtime_checkable  # for Litestar, which looks at what it provides
class VideosSeen(Protocol):
    """Each is one statement, however many are asked for; a prompt takes a few more."""

    async def of_leads(
        self, session: AsyncSession, campaign_id: UUID, public_ids: Sequence[str]
    ) -> Mapping[str, LeadVideo]:
        """Each lead's latest video, by public id."""

    async def of_campaigns(
        self, session: AsyncSession, campaign_ids: Sequence[UUID]
    ) -> Mapping[UUID, CampaignVideos]:
        """The videos of each campaign that has any."""

    async def words_of_leads(
        self, session: AsyncSession, campaign_id: UUID, public_ids: Sequence[str]
    ) -> Mapping[str, str]:
        """What became of each lead's video, for a file: “ready”, “failed: no page”."""

    async def plan_prompt(self, session: AsyncSession, waiting: int) -> Any:
        """`words` and `offer` for templates/macros/upgrade.html, where so many videos wait for
        their plan; None where none does."""

    async def made_this_month(self, session: AsyncSession) -> int:
        """Videos that were finished since the month began."""
