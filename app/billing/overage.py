"""What a workspace may use beyond its plan: its owner's choice with a cap, and what came of it.

What is charged is derived from the ledger each time, and only what Stripe was not told of yet is
told: so it can neither count twice nor drift from what was used.
"""

from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Table, func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import User
from app.billing.models import UsageEntry
from app.billing.overage_models import OverageChoice, OverageEvent, OveragePeriod
from app.billing.overage_outbox import told_of
from app.billing.plan_notices import forget_used_up
from app.billing.plans import INTERVALS, OVERAGE_CENTS, Limits
from app.billing.standing import Standing
from app.billing.usage import Usage, used_now
from app.db.base import now
from app.db.session import defer
from app.db.tenancy import workspace_of
from app.jobs.catalogue import LET_IN, TELL_OVERAGE
from app.workspaces.audit import record

MINUTE_S = 60
# A render that is under way when a period ends may still be counted in it, by another transaction.
OPEN_FOR = timedelta(days=3)


def may_exceed(standing: Standing) -> bool:
    """Whether the workspace's plan is one beyond which there is anything: bought, paid, no trial,
    and not about to end."""
    bought = standing.subscription
    return (
        bought is not None
        and bought.status == "active"
        and bought.cancel_at is None
        and bought.interval in INTERVALS
        and standing.plan.is_sold
    )


async def overage_units(session: AsyncSession, standing: Standing) -> int:
    """How many videos, and minutes, beyond the plan's own the session's workspace may use in this
    period: what its cap pays for, once Stripe has the price in the subscription."""
    bought = standing.subscription
    if bought is None or bought.overage_item_id is None or not may_exceed(standing):
        return 0
    return await cap_cents(session) // OVERAGE_CENTS


async def cap_cents(session: AsyncSession) -> int:
    """What may be charged at most in a period; nothing where nothing was allowed."""
    cap: int | None = await session.scalar(
        select(OverageChoice.cap_cents).where(OverageChoice.workspace_id == workspace_of(session))
    )
    return cap or 0


async def choose_cap(
    session: AsyncSession, standing: Standing, person: User, *, cents: int
) -> None:
    """So much may be charged in a period from now on; 0: nothing more. What was used stays due.

    What was beyond the plan before anything was allowed, as after a change to a smaller plan, is
    never charged.
    """
    before = await cap_cents(session)
    if before and may_exceed(standing):
        # It held in this period so far, whether any job has noted that or not.
        await note_period(session, standing, before)
    values = {"cap_cents": cents, "chosen_by_id": person.id, "chosen_at": now()}
    await session.execute(
        insert(OverageChoice)
        .values(workspace_id=workspace_of(session), **values)
        .on_conflict_do_update(index_elements=[OverageChoice.workspace_id], set_=values)
    )
    if cents > before:
        await forget_used_up(session)
    if cents:
        used = None if before else await used_now(session, standing.period.start)
        await note_period(session, standing, cents, used=used)
    await record(
        session,
        person,
        "billing.overage_changed",
        before={"cap": _dollars(before)},
        after={"cap": _dollars(cents)},
    )
    # What is charged for at Stripe, and what waits for room that is there now.
    for job in (TELL_OVERAGE, LET_IN):
        defer(session, job, workspace_id=str(workspace_of(session)))


async def note_period(
    session: AsyncSession, standing: Standing, cents: int, *, used: Usage | None = None
) -> None:
    """The period is one in which this may be charged, for what is beyond the limits that hold now
    or held before in it; `used`: nothing of this, when it is the first time."""
    videos, seconds = _included(standing.limits)
    units = cents // OVERAGE_CENTS
    row = cast(Table, OveragePeriod.__table__)
    await session.execute(
        insert(row)
        .values(
            workspace_id=workspace_of(session),
            period_start=standing.period.start,
            period_end=standing.period.end,
            included_videos=max(videos, used.videos if used else 0),
            included_seconds=max(seconds, int(used.seconds) if used else 0),
            cap_units=units,
        )
        .on_conflict_do_update(
            index_elements=[row.c.workspace_id, row.c.period_start],
            set_={
                "period_end": standing.period.end,
                "included_videos": func.greatest(row.c.included_videos, videos),
                "included_seconds": func.greatest(row.c.included_seconds, seconds),
                "cap_units": func.greatest(row.c.cap_units, units),
            },
        )
    )


async def note_before_change(session: AsyncSession, standing: Standing) -> None:
    """A plan may be about to change: what is within the one there is stays so for this period."""
    if may_exceed(standing) and (cents := await cap_cents(session)):
        await note_period(session, standing, cents)


async def add_events(session: AsyncSession, standing: Standing) -> int:
    """What was used beyond the plan and not told yet is in the outbox; how many rows that took.

    One transaction at a time does it for a period, and none while a row of it is not sent: so at
    most one is ever in doubt.
    """
    added, moment = 0, now()
    periods = await session.scalars(
        select(OveragePeriod)
        .where(
            OveragePeriod.workspace_id == workspace_of(session),
            (OveragePeriod.period_end > moment - OPEN_FOR)
            | (OveragePeriod.period_start == standing.period.start),
        )
        .order_by(OveragePeriod.period_start)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    for period in periods.all():
        # In this order: with a credit given between them, less seems beyond the plan, not more.
        told = await told_of(session, period.period_start)
        used = await _used_in(session, period)
        period.beyond_videos, period.beyond_seconds = _beyond(period, used, told.credit)
        units = 0 if told.unsent else units_of(period, used, told.credit) - told.units
        if units:
            session.add(
                OverageEvent(
                    workspace_id=period.workspace_id,
                    period_start=period.period_start,
                    units=units,
                    happened_at=_happened(period, standing, moment),
                )
            )
            added += 1
    await session.flush()
    return added


async def find_allowed(
    session: AsyncSession, standing: Standing
) -> tuple[int, OveragePeriod | None]:
    """The cap of the session's workspace, and this period where it was allowed in it."""
    mine = OverageChoice.workspace_id == workspace_of(session)
    cap = select(OverageChoice.cap_cents).where(mine).scalar_subquery().label("cap")
    rows = await session.execute(
        select(cap, OveragePeriod)
        .select_from(select(literal(1)).subquery())
        .outerjoin(
            OveragePeriod,
            (OveragePeriod.workspace_id == workspace_of(session))
            & (OveragePeriod.period_start == standing.period.start),
        )
    )
    cents, period = rows.one()
    return cents or 0, period


async def _used_in(session: AsyncSession, period: OveragePeriod) -> Usage:
    """What finished videos of the period took, credits taken off."""
    row = await session.execute(
        select(
            func.coalesce(func.sum(UsageEntry.videos), 0),
            func.coalesce(func.sum(UsageEntry.seconds), 0.0),
        ).where(
            UsageEntry.workspace_id == workspace_of(session),
            UsageEntry.period_start == period.period_start,
        )
    )
    videos, seconds = row.one()
    return Usage(int(videos), float(seconds))


def units_of(period: OveragePeriod, used: Usage, credit: Usage) -> int:
    """What is charged for the period in all: videos or begun minutes, whichever are more; never
    above the cap. `used` is of its finished videos, with `credit` taken off already.

    It is the most that was ever beyond the plan, less all credits. So a credit gives back what it
    is worth once, whenever it was given, and a larger plan gives nothing back.
    """
    videos, seconds = _beyond(period, used, credit)
    # Sums of lengths in floating point: whole seconds are charged, and none for a rounding.
    beyond_s = max(0, int(seconds - credit.seconds + 1e-6))
    minutes = -(-beyond_s // MINUTE_S)
    return min(period.cap_units, max(0, videos - credit.videos, minutes))


def _beyond(period: OveragePeriod, used: Usage, credit: Usage) -> tuple[int, float]:
    """The most videos and seconds that were beyond the plan in the period, without credits."""
    return (
        max(period.beyond_videos, used.videos + credit.videos - period.included_videos),
        max(period.beyond_seconds, used.seconds + credit.seconds - period.included_seconds),
    )


def _happened(period: OveragePeriod, standing: Standing, moment: datetime) -> datetime:
    """When Stripe is to believe that it happened: in the period of its own that it belongs to,
    though its clock and ours differ. One that was cut short was invoiced then; what is told later
    is on the next invoice."""
    start, end = period.period_start, period.period_end
    if start < standing.period.start < end:
        start, end = standing.period.start, standing.period.end
    return max(start, min(moment, end - timedelta(seconds=1)))


def _included(limits: Limits) -> tuple[int, int]:
    endless = 10**9
    videos, minutes = limits.videos_per_month, limits.minutes_per_month
    return (
        endless if videos is None else videos,
        endless if minutes is None else minutes * MINUTE_S,
    )


def _dollars(cents: int) -> str:
    return f"${cents // 100:,}" if cents else "nothing"
