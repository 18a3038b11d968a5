"""The leads of a campaign with all their figures, as a file; one row for each."""

from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy import and_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.tenancy import workspace_of
from app.renders.models import Render
from app.viewer.visit_models import LeadView
from app.web.exports import ROWS_AT_ONCE, Export, Piece, when, yes

_LEAD = (
    *("row", "name", "e-mail", "company", "landing page", "sent", "visits", "first opened"),
    *("last seen", "first played", "first with sound", "first half", "first end"),
    *("first click", "booked", "watched %", "seconds watched", "seconds played"),
    *("not confirmed", "scanner visits", "team visits", "sample"),
)


def leads_export(campaign_id: UUID, url_of: Callable[[str], str]) -> Export:
    """Every lead of the campaign that has had a video made, by its row."""

    async def read(session: AsyncSession, after: tuple[int, str] | None) -> Piece:
        query = (
            select(Render, LeadView)
            .outerjoin(
                LeadView,
                and_(
                    LeadView.workspace_id == Render.workspace_id,
                    LeadView.public_id == Render.public_id,
                ),
            )
            .where(
                Render.workspace_id == workspace_of(session),
                Render.campaign_id == campaign_id,
                Render.is_latest,
            )
        )
        if after is not None:
            query = query.where(tuple_(Render.row, Render.public_id) > after)
        found = list(
            await session.execute(query.order_by(Render.row, Render.public_id).limit(ROWS_AT_ONCE))
        )
        shown = await _shown(session, [render.public_id for render, _ in found])
        rows = [_lead(render, view, shown, url_of) for render, view in found]
        last = found[-1][0] if len(found) == ROWS_AT_ONCE else None
        return rows, (last.row, last.public_id) if last else None

    return Export(_LEAD, read)


async def _shown(session: AsyncSession, public_ids: Sequence[str]) -> set[str]:
    """Those of them whose link shows a video."""
    return set(
        await session.scalars(
            select(Render.public_id).where(
                Render.workspace_id == workspace_of(session),
                Render.public_id.in_(public_ids),
                Render.is_current,
            )
        )
    )


def _lead(
    render: Render, view: LeadView | None, shown: set[str], url_of: Callable[[str], str]
) -> list[str]:
    seen = view or LeadView(watched_share=0.0, is_sample=False)
    times = ("first_opened_at", "last_seen_at", "played_at", "unmuted_at", "half_at", "ended_at")
    return [
        *(str(render.row), render.name, render.email, render.company),
        url_of(render.public_id),
        yes(render.public_id in shown),
        str(seen.opens or 0),
        *(when(getattr(seen, each)) for each in (*times, "clicked_at", "booked_at")),
        f"{100 * seen.watched_share:.0f}",
        *(str(seen.watched_s or 0), str(seen.played_s or 0)),
        *(str(seen.unverified_opens or 0), str(seen.scanner_opens or 0), str(seen.team_opens or 0)),
        yes(seen.is_sample),
    ]
