"""The letter of Mondays: what came of a team's videos in the week before; none of a quiet week."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import RateCount, User
from app.accounts.notifications import wants
from app.db.base import now
from app.db.session import defer
from app.db.tenancy import workspace_of
from app.jobs.catalogue import SEND_LETTER
from app.mail.letters import MONTHS
from app.phrases import plural
from app.settings import Settings
from app.viewer.visit_models import ViewDay
from app.workspaces.models import Membership, Workspace

LISTED_AT_MOST = 10

# Of samples nobody writes.
_WEEK = text(
    """
    select c.id, c.name, sum(d.opens) as opens, sum(d.plays) as plays, sum(d.ends) as ends,
      sum(d.bookings) as bookings
    from view_days d
    join campaigns c on c.workspace_id = d.workspace_id and c.id = d.campaign_id
    where d.workspace_id = :own and d.day >= :since and d.day < :until and c.deleted_at is null
      and not exists (
        select from lead_views s where s.workspace_id = d.workspace_id
          and s.campaign_id = d.campaign_id and s.is_sample
      )
    group by c.id, c.name having sum(d.opens) > 0
    order by sum(d.bookings) desc, sum(d.opens) desc, c.id
    """
)


async def list_busy_workspaces(session: AsyncSession, monday: date) -> list[UUID]:
    """Those whose pages were opened in the week before; the session sees every workspace."""
    found = await session.scalars(
        select(ViewDay.workspace_id)
        .where(ViewDay.day >= monday - timedelta(days=7), ViewDay.day < monday)
        .group_by(ViewDay.workspace_id)
        .having(func.sum(ViewDay.opens) > 0)
    )
    return list(found)


async def send_weekly_summaries(session: AsyncSession, settings: Settings, monday: date) -> int:
    """Everybody on the session's team who wants it has the letter on its way, once; how many."""
    own = workspace_of(session)
    week = {"own": own, "since": monday - timedelta(days=7), "until": monday}
    rows = (await session.execute(_WEEK, week)).all()
    workspace = await session.scalar(select(Workspace).where(Workspace.id == own))
    if not rows or workspace is None or not await _is_first(session, own, monday):
        return 0
    people = await session.scalars(
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.workspace_id == own)
    )
    context = letter_context(rows, workspace, settings, monday)
    wanting = [each.email for each in people if wants(each, "weekly_summary")]
    for email in wanting:
        defer(session, SEND_LETTER, letter="weekly_summary", to=email, context=context)
    return len(wanting)


def monday_of(moment: datetime | None = None) -> date:
    """The Monday of this week (UTC)."""
    today = (moment or now()).date()
    return today - timedelta(days=today.weekday())


def letter_context(
    rows: Sequence[Row[Any]], workspace: Workspace, settings: Settings, monday: date
) -> dict[str, Any]:
    """What letters/weekly_summary needs."""
    home, first = settings.workspace_url(workspace.slug), monday - timedelta(days=7)
    totals = {
        name: sum(getattr(row, name) for row in rows)
        for name in ("opens", "plays", "ends", "bookings")
    }
    return {
        "week": f"{first.day} {MONTHS[first.month - 1]}",
        "counts": _told(**totals),
        "campaigns": [
            {
                "name": row.name,
                "told": _told(row.opens, row.plays, row.ends, row.bookings),
                "link": f"{home}/campaigns/{row.id}/analytics",
            }
            for row in rows[:LISTED_AT_MOST]
        ],
        "workspace_name": workspace.name,
        "link": home + "/analytics",
        "settings_link": home + "/settings/notifications",
    }


def _told(opens: int, plays: int, ends: int, bookings: int) -> str:
    """`12 visits, 9 played, 4 watched to the end, 1 meeting booked.`"""
    said = [plural(opens, "visit", "visits"), f"{plays:,} played", f"{ends:,} watched to the end"]
    return ", ".join([*said, f"{plural(bookings, 'meeting', 'meetings')} booked."])


async def _is_first(session: AsyncSession, workspace_id: UUID, monday: date) -> bool:
    """Whether nobody has sent this week's letters yet: a job that is tried again sends none."""
    start = datetime.combine(now().date(), datetime.min.time(), now().tzinfo)
    told = await session.scalar(
        insert(RateCount)
        .values(key=f"weekly-summary:{workspace_id}:{monday}", window_start=start, count=1)
        .on_conflict_do_nothing()
        .returning(RateCount.count)
    )
    return told is not None
