"""What a workspace's own pages know of its plan. Who knows plans stands above and provides it:
app/asgi.py."""

from typing import Any, Protocol, runtime_checkable

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import User


class PlanSeen(Protocol):
    """The plan of one workspace."""

    @property
    def name(self) -> str: ...

    @property
    def seats(self) -> int | None:
        """How many people may belong; None: as many as one likes."""

    @property
    def has_api(self) -> bool: ...

    def offer(self, *, seats: int = 0, api: bool = False) -> Any:
        """A larger plan with this, as macros/upgrade.html takes it; None where there is none."""


@runtime_checkable  # for Litestar, which looks at what it provides
class PlansSeen(Protocol):
    async def read(self, session: AsyncSession) -> PlanSeen:
        """The plan of the workspace that the session has entered."""

    async def why_kept(self, session: AsyncSession) -> str:
        """Why that workspace cannot be deleted yet, in words for its owner; "" where it can."""

    async def close(self, session: AsyncSession) -> None:
        """That workspace is being deleted: nothing can be bought for it from then on."""

    async def change_owner(self, session: AsyncSession, person: User) -> None:
        """What the owner alone has allowed ends, for `person` hands that workspace over; receipts
        go to who owns it then."""
