"""Who is served next, and how many at once: properties under dispatchers that compete."""

import asyncio
import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from app.db.embedded import EmbeddedDatabase
from app.db.session import Database
from tests.renders.queue_world import QueueWorld, some_world

DISPATCHERS = 6
SEEDS = range(6)
BIG = 10_000
CLAIM_WITHIN_S = 1.0  # with 10,000 waiting; 10 ms by itself
ENDS_WITHIN_S = 60.0


@pytest.fixture
def world(own_urls: EmbeddedDatabase, own_database: Database) -> QueueWorld:
    return QueueWorld(own_urls.owner_url, own_database)


async def _work_off(world: QueueWorld, chance: random.Random) -> None:
    """Six dispatchers claim while renders end in any order, until none is left."""

    async def dispatch() -> None:
        while world.running or world.waiting():
            await world.claim()
            for render_id in list(world.running):
                if render_id in world.running and chance.random() < 0.4:
                    if chance.random() < 0.15:
                        world.put_back(render_id, chance.uniform(0.0, 0.05))
                    else:
                        world.end(render_id)
            await asyncio.sleep(0)

    async with asyncio.timeout(ENDS_WITHIN_S), asyncio.TaskGroup() as group:
        for _ in range(DISPATCHERS):
            group.create_task(dispatch())


@pytest.mark.parametrize("seed", SEEDS)
async def test_six_dispatchers_keep_every_limit_and_every_turn(
    own_urls: EmbeddedDatabase, own_database: Database, seed: int
) -> None:
    chance = random.Random(seed)
    world = some_world(own_urls.owner_url, own_database, chance)
    asked = world.waiting()
    await _work_off(world, chance)
    assert len({claim.render_id for claim in world.claims}) == asked
    assert len({(claim.render_id, claim.attempt) for claim in world.claims}) == len(world.claims)
    assert world.turns_checked > 0


@pytest.fixture
def six_processes(own_urls: EmbeddedDatabase) -> Iterator[list["subprocess.Popen[str]"]]:
    """Dispatchers that are ready and wait for a line."""
    with ExitStack() as stack:
        started = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", "tests.renders.claiming_process", own_urls.app_url, n],
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                )
            )
            for n in "123456"
        ]  # fmt: skip
        for process in started:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        yield started


def test_six_processes_claim_each_render_once(
    own_urls: EmbeddedDatabase,
    own_database: Database,
    six_processes: list["subprocess.Popen[str]"],
) -> None:
    world = QueueWorld(own_urls.owner_url, own_database)
    world.add_workers(3, 4)
    asked = sum(len(world.add_renders(world.add_team(9), count)) for count in (120, 40, 1))
    for process in six_processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    told = [json.loads(process.communicate(timeout=ENDS_WITHIN_S)[0]) for process in six_processes]
    claimed = [each for told_by_one in told for each in told_by_one["claimed"]]
    assert len(claimed) == len(set(claimed)) == asked
    assert max(told_by_one["most"] for told_by_one in told) <= 7


async def test_a_single_render_gets_the_next_free_slot_before_a_list_of_ten_thousand(
    world: QueueWorld,
) -> None:
    world.add_workers(4)
    big, small = world.add_team(9), world.add_team()
    world.add_renders(big, BIG)
    assert [claim.workspace_id for claim in await world.claim()] == [big] * 4
    (single,) = world.add_renders(small, 1)
    assert await world.claim() == []
    world.end(next(iter(world.running)))
    began = time.monotonic()
    assert [claim.render_id for claim in await world.claim()] == [single]
    assert time.monotonic() - began < CLAIM_WITHIN_S


async def test_a_team_that_keeps_asking_for_single_renders_shares_with_the_big_list(
    world: QueueWorld,
) -> None:
    world.add_workers(1)
    big, small = world.add_team(), world.add_team()
    world.add_renders(big, 50)
    served = []
    for _ in range(12):
        world.add_renders(small, 1)
        (claim,) = await world.claim()
        served.append(claim.workspace_id)
        world.end(claim.render_id)
    assert served.count(big) == served.count(small) == 6


async def test_every_team_gets_its_turn_when_there_is_but_one_slot(world: QueueWorld) -> None:
    world.add_workers(1)
    teams = [world.add_team() for _ in range(5)]
    for team, count in zip(teams, (40, 1, 7, 3, 2), strict=True):
        world.add_renders(team, count)
    served = []
    while world.waiting():
        (claim,) = await world.claim()
        served.append(claim.workspace_id)
        world.end(claim.render_id)
    assert sorted(served[:5]) == sorted(teams)
    assert len(served) == 53
    for turn in range(1, 8):
        waited = [team for team in teams if served.count(team) > turn]
        firsts = [[n for n, each in enumerate(served) if each == team][turn] for team in waited]
        assert max(firsts, default=0) < 5 * (turn + 1), "a team waited for more than one round"


async def test_within_a_team_the_oldest_goes_first_though_another_try_waits(
    world: QueueWorld,
) -> None:
    world.add_workers(1)
    team = world.add_team()
    asked = world.add_renders(team, 4)
    (first,) = await world.claim()
    assert first.render_id == asked[0]
    world.put_back(first.render_id, 3600)
    (second,) = await world.claim()
    world.end(second.render_id)
    world.running[asked[0]] = first
    world.put_back(asked[0], 0)
    (again,) = await world.claim()
    assert (second.render_id, again.render_id, again.attempt) == (asked[1], asked[0], 2)


async def test_workers_that_end_or_fall_silent_give_no_slots(world: QueueWorld) -> None:
    world.add_workers(2, 3)
    world.add_renders(world.add_team(9), 9)
    world.change_workers("is_stopping = true where slots = 2")
    assert len(await world.claim()) == 3
    world.change_workers("seen_at = now() - interval '1 hour'")
    for render_id in list(world.running):
        world.end(render_id)
    assert await world.claim() == []
