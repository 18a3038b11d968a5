"""The workspace's facecams: listed, found, renamed, trimmed; it opens no file."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import User
from app.db.base import now
from app.db.listen import notify
from app.errors import LoomliteError
from app.facecams.models import Facecam
from app.facecams.preparation import GIVEN_UP_AFTER
from app.facecams.uploads import ask_for_preparation
from app.web.paging import PageWindow, page_window
from app.web.refusals import NotFound

SHOWN_AT_ONCE = 24
LEAST_S = 1.0  # what the engine takes at least
# Fields of a form have a tenth of a second: an end this near is the clip's own.
NEAR_S = 0.05
_LISTED = Facecam.state != "uploading"


class TrimInvalid(LoomliteError):
    """The chosen part cannot be used; `field` is start_s or end_s."""

    def __init__(self, field: str, sentence: str) -> None:
        self.field = field
        super().__init__(sentence)


async def list_facecams(session: AsyncSession, page: int) -> tuple[list[Facecam], PageWindow]:
    """A page of all that have arrived, the latest first, with where it stands."""
    total = await session.scalar(select(func.count()).select_from(Facecam).where(_LISTED))
    window = page_window(page, size=SHOWN_AT_ONCE, total=total or 0)
    rows = await session.scalars(
        select(Facecam)
        .where(_LISTED)
        .order_by(Facecam.created_at.desc(), Facecam.id.desc())
        .offset(window.offset)
        .limit(window.size)
    )
    return list(rows), window


async def list_usable(session: AsyncSession) -> list[Facecam]:
    """Those that a campaign may take, ready or still being prepared, the latest first."""
    rows = await session.scalars(
        select(Facecam)
        .where(Facecam.state.in_(("ready", "preparing")))
        .order_by(Facecam.created_at.desc(), Facecam.id.desc())
        .limit(200)
    )
    return list(rows)


async def get_facecam(
    session: AsyncSession, facecam_id: UUID, *, for_update: bool = False
) -> Facecam:
    """One that has arrived. Raises NotFound."""
    query = select(Facecam).where(Facecam.id == facecam_id, _LISTED)
    facecam = await session.scalar(query.with_for_update() if for_update else query)
    if facecam is None:
        raise NotFound
    return facecam


async def find_latest_ready(session: AsyncSession) -> Facecam | None:
    """The latest that can be played; None where there is none."""
    facecam: Facecam | None = await session.scalar(
        select(Facecam)
        .where(Facecam.state == "ready")
        .order_by(Facecam.created_at.desc(), Facecam.id.desc())
        .limit(1)
    )
    return facecam


async def find_uploader(session: AsyncSession, facecam: Facecam) -> User | None:
    """Who uploaded it; None when that person is gone."""
    if facecam.created_by_id is None:
        return None
    return await session.get(User, facecam.created_by_id)


async def rename_facecam(session: AsyncSession, facecam: Facecam, name: str) -> None:
    """It is called that, and open pages show it."""
    facecam.name = name
    await session.flush()
    await notify(session, "facecam", facecam.id)


async def trim_facecam(
    session: AsyncSession, facecam: Facecam, start_s: float, end_s: float
) -> None:
    """Videos use this part of it, in seconds of the clip. Raises TrimInvalid."""
    if facecam.state != "ready" or facecam.duration_s is None:
        raise TrimInvalid("", "This facecam is not ready, so it cannot be trimmed yet.")
    length_s = facecam.duration_s
    start_s = 0.0 if start_s < NEAR_S else start_s
    end_s = length_s if length_s - NEAR_S < end_s < length_s + NEAR_S else end_s
    if end_s > length_s:
        raise TrimInvalid("end_s", f"The clip ends at {length_s:.1f} seconds.")
    if end_s - start_s < LEAST_S:
        raise TrimInvalid("end_s", "Keep at least one second: set the end later.")
    facecam.trim_start_s = start_s
    facecam.trim_end_s = None if end_s == length_s else end_s
    await session.flush()
    await notify(session, "facecam", facecam.id)


async def retry_facecam(session: AsyncSession, facecam: Facecam) -> None:
    """It is prepared once more, if it was given up by no fault of the clip; else nothing."""
    if not can_retry(facecam):
        return
    facecam.state, facecam.problem = "preparing", ""
    facecam.attempts, facecam.share, facecam.work_due_at = 0, 0.0, now()
    await session.flush()
    ask_for_preparation(session, facecam.id)
    await notify(session, "facecam", facecam.id)


def can_retry(facecam: Facecam) -> bool:
    """Whether another try may help a refused clip."""
    return facecam.state == "refused" and facecam.attempts >= GIVEN_UP_AFTER
