"""What a page says in place where videos wait for their plan: how many, until when, what fits."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.plan_fits import Offer
from app.renders.cost import Cost
from app.renders.plan_room import find_room
from app.renders.plan_waiting import count_waiting, offer_for_press, offer_for_waiting
from app.renders.room_words import press_words, waiting_words


@dataclass(frozen=True)
class PlanPrompt:
    """`words` is a sentence; `offer` None where there is no larger plan to buy. Drawn by
    templates/macros/upgrade.html."""

    words: str
    offer: Offer | None


async def find_prompt(session: AsyncSession, waiting: int) -> PlanPrompt | None:
    """For a page with so many videos that wait, of the session's workspace; None for none. The plan
    that is offered has room for all that waits, on other pages too."""
    if not waiting:
        return None
    room = await find_room(session)
    offer = await offer_for_waiting(session, room, await count_waiting(session))
    return PlanPrompt(waiting_words(waiting, room), offer)


async def find_press_prompt(session: AsyncSession, cost: Cost) -> PlanPrompt | None:
    """Before the click, where the plan has no room for all of it: how many begin now, until when
    the others wait, and what has room for them and for what waits already."""
    if cost.fits >= cost.videos:
        return None
    offer = await offer_for_press(session, cost.room, cost.price)
    said = press_words(cost.room, cost.videos, cost.fits, may_change=offer is not None)
    return PlanPrompt(said, offer)
