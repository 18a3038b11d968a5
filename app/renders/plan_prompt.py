"""What a page says in place where videos wait for their plan: how many, until when, what fits."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.plan_fits import Offer
from app.renders.plan_room import Room, find_room
from app.renders.plan_telling import count_waiting
from app.renders.room_words import offer_of, waiting_words


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
    return prompt_of(await find_room(session), waiting, await count_waiting(session))


def prompt_of(room: Room, waiting: int, everywhere: int) -> PlanPrompt:
    """`everywhere`: how many wait in the whole workspace."""
    return PlanPrompt(waiting_words(waiting, room), offer_of(room, videos=everywhere))
