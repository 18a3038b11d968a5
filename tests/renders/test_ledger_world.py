"""Whatever happens to renders, in whatever order: the ledger ends with what was delivered, once."""

import random

import pytest

from tests.cast import Cast
from tests.renders.ledger_world import LedgerWorld

# Each seed takes a second or two.
SEEDS, STEPS = 5, 30


@pytest.mark.parametrize("seed", range(SEEDS))
async def test_any_order_of_what_may_happen_ends_with_what_was_delivered(
    cast: Cast, seed: int
) -> None:
    world = LedgerWorld(cast, random.Random(seed))
    await world.begin()
    for _ in range(STEPS):
        await world.step()
    await world.end()


@pytest.mark.parametrize("seed", range(2))
async def test_many_at_once_leave_what_was_delivered_too(own_cast: Cast, seed: int) -> None:
    world = LedgerWorld(own_cast, random.Random(seed))
    await world.begin()
    await world.at_once(people=4, steps=20)
    await world.end()
