"""The inbox of Stripe's events: each is kept once, and done when its customer was fetched after it.

What an event says is not looked at again: events come late, twice, in any order or not at all, and
only Stripe knows what holds now.
"""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import cast

from sqlalchemy import CursorResult, delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.stripe_api import StripeEvent
from app.billing.stripe_models import ReceivedEvent
from app.db.base import now

# Stripe sends an event for three days; what is older is of use to nobody.
KEPT_FOR = timedelta(days=90)
# Longer than a job waits in its queue usually.
STUCK_AFTER = timedelta(minutes=2)


# Without a word on which constraint: to name one, the web would have to see the rows. What is of no
# customer is done: there is nothing to fetch.
_KEEP = text(
    """
    insert into stripe_events (id, type, customer_id, happened_at, received_at, done_at)
    select e.id, e.type, e.customer_id, e.happened_at, :now,
      case when e.customer_id is null then cast(:now as timestamptz) end
    from jsonb_to_recordset(cast(:told as jsonb))
      as e(id text, type text, customer_id text, happened_at timestamptz)
    on conflict do nothing
    """
)


async def keep_events(session: AsyncSession, events: Sequence[StripeEvent]) -> int:
    """All are in the inbox; how many of them for the first time."""
    told = [
        {
            "id": each.id,
            "type": each.type,
            "customer_id": each.customer_id,
            "happened_at": each.created_at.isoformat(),
        }
        for each in events
    ]
    kept = await session.execute(_KEEP, {"told": json.dumps(told), "now": now()})
    return cast(CursorResult[object], kept).rowcount


async def list_waiting(session: AsyncSession, customer_id: str) -> Sequence[str]:
    """The ids of a customer's events that are not done."""
    found = await session.scalars(
        select(ReceivedEvent.id).where(
            ReceivedEvent.customer_id == customer_id, ReceivedEvent.done_at.is_(None)
        )
    )
    return found.all()


async def kinds_of(session: AsyncSession, event_ids: Sequence[str]) -> set[str]:
    """What kinds of events these are: a reason to look at something, and no more."""
    found = await session.scalars(select(ReceivedEvent.type).where(ReceivedEvent.id.in_(event_ids)))
    return set(found)


async def mark_done(session: AsyncSession, event_ids: Sequence[str]) -> None:
    """What these tell of was fetched after they had come."""
    await session.execute(
        update(ReceivedEvent).where(ReceivedEvent.id.in_(event_ids)).values(done_at=now())
    )


async def list_stuck_customers(session: AsyncSession) -> Sequence[str]:
    """Whose events wait for so long that their job must have been lost."""
    found = await session.scalars(
        select(ReceivedEvent.customer_id)
        .where(
            ReceivedEvent.done_at.is_(None),
            ReceivedEvent.customer_id.is_not(None),
            ReceivedEvent.received_at < now() - STUCK_AFTER,
        )
        .distinct()
    )
    return [each for each in found if each]


async def forget_events(session: AsyncSession) -> int:
    """How many were done, are old and are gone."""
    gone = await session.execute(
        delete(ReceivedEvent).where(
            ReceivedEvent.done_at.is_not(None), ReceivedEvent.received_at < now() - KEPT_FOR
        )
    )
    return cast(CursorResult[object], gone).rowcount
