"""What credits take off, in every order with use and a larger plan: their worth, and that once."""

import pytest
from sqlalchemy import CursorResult, text

from app.billing.overage_shown import overage_shown
from app.billing.plans import get_plan
from app.billing.standing import standing_of
from app.settings import Settings
from tests.billing.conftest import Till
from tests.billing.overage_team import Team
from tests.cast import Cast
from tests.db.scripts import script_of

VIDEOS = get_plan("starter").videos_per_month or 0

# Steps: videos that were finished, less than none for a credit, or a larger plan. Then what is
# charged after each.
CASES: dict[str, tuple[list[int | str], list[int]]] = {
    "credit, use, plan": ([-10, VIDEOS + 30, "plan"], [0, 20, 20]),
    "use, credit, plan": ([VIDEOS + 10, -4, "plan"], [10, 6, 6]),
    "use, plan, credit": ([VIDEOS + 10, "plan", -4], [10, 10, 6]),
    "two credits around it": ([-10, VIDEOS + 30, -5, "plan"], [0, 20, 15, 15]),
    "credit, plan, credit": ([-10, VIDEOS + 30, "plan", -4, -40], [0, 20, 20, 16, 0]),
    "a credit that is used up": ([VIDEOS + 10, -4, 9, "plan", -1], [10, 6, 15, 15, 14]),
    "use within the larger one": ([-10, VIDEOS + 30, "plan", 100], [0, 20, 20, 20]),
}


@pytest.fixture
def settings(selling: Settings) -> Settings:
    return selling


@pytest.fixture
async def team(till: Till, cast: Cast) -> Team:
    team = Team(till, cast)
    await team.buy()
    await team.allow(1_000)
    return team


async def _charged(team: Team) -> int:
    """What was told in all, and is shown."""
    await team.tell()
    async with team.session() as session:
        shown = await overage_shown(session, await standing_of(session))
    told = sum(each.units for each in await team.events())
    assert told == shown.units
    return told


async def _larger_plan(team: Team) -> None:
    await team.till.press(act="plan", price=await team.till.price("loomlite_growth_monthly"))
    await team.look()


@pytest.mark.parametrize("case", CASES)
async def test_a_credit_gives_back_what_it_is_worth_once(team: Team, case: str) -> None:
    steps, charged = CASES[case]
    found = []
    for step in steps:
        await (_larger_plan(team) if isinstance(step, str) else team.use(step, 0))
        found.append(await _charged(team))
    assert found == charged


async def test_a_credit_and_as_much_use_between_two_looks_leave_all_as_it_was(team: Team) -> None:
    await team.use(VIDEOS + 10, 0)
    assert await _charged(team) == 10
    await team.use(-5, 0)
    await team.use(5, 0)
    assert await _charged(team) == 10
    await _larger_plan(team)
    assert await _charged(team) == 10


async def test_a_credit_of_minutes_gives_back_minutes_alone(team: Team) -> None:
    await team.use(VIDEOS + 10, 0)
    assert await _charged(team) == 10
    await team.use(0, -300)
    assert await _charged(team) == 10
    await _larger_plan(team)
    assert await _charged(team) == 10


async def test_what_was_told_before_this_was_kept_stays_due(team: Team) -> None:
    await team.use(-10, 0)
    await team.use(VIDEOS + 30, 0)
    assert await _charged(team) == 20
    await _larger_plan(team)
    assert await _charged(team) == 20
    for beyond, changed in ((20, 1), (0, 0)):
        async with team.services.database.session(every_workspace=True) as session:
            await session.execute(text("update overage_periods set beyond_videos = 0"))
            if not changed:
                await session.execute(text("delete from overage_events"))
            kept = await session.execute(text(script_of("0030").KEEP_TOLD))
            assert isinstance(kept, CursorResult)
            assert kept.rowcount == changed
        assert await _charged(team) == beyond
