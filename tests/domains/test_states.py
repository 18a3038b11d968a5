"""What looks at records make of a domain, in any order: pure arithmetic, many ways."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domains.states import (
    DOUBTED_EVERY,
    FORGOTTEN_EVERY,
    GIVEN_UP_AFTER,
    PENDING_AT_MOST,
    SERVED,
    SOONEST,
    VERIFIED_EVERY,
    WRONG_FOR,
    Outcome,
    Standing,
    State,
    next_step,
    pending_wait,
)

START = datetime(2026, 11, 28, tzinfo=UTC)
DAYS = 7
OUTCOMES: list[Outcome] = ["right", "wrong", "unanswered"]


def _run(outcomes: list[tuple[Outcome, timedelta]]) -> list[tuple[State, str, datetime]]:
    """State, letter and time of each look, as the service keeps what it needs between them."""
    standing, moment = Standing("pending", START), START
    seen: list[tuple[State, str, datetime]] = []
    for outcome, wait in outcomes:
        moment += wait
        step = next_step(standing, outcome, moment, DAYS)
        told_at = moment if step.tells == "failing" else standing.told_at
        told_at = told_at if step.state == "failing" else None
        wrong_at = moment if outcome == "wrong" else None
        standing = Standing(step.state, START, wrong_at, told_at)
        seen.append((step.state, step.tells, moment))
        assert SOONEST <= step.next_in <= VERIFIED_EVERY
    return seen


looks = st.lists(
    st.tuples(st.sampled_from(OUTCOMES), st.timedeltas(timedelta(seconds=1), timedelta(days=10))),
    max_size=40,
)


@given(looks)
def test_right_records_are_verified_at_once_and_nothing_else_is(
    outcomes: list[tuple[Outcome, timedelta]],
) -> None:
    before: State = "pending"
    for (outcome, _), (state, _, _) in zip(outcomes, _run(outcomes), strict=True):
        if outcome == "right":
            assert state == "verified"
        elif before not in SERVED:
            assert state == before
        before = state


@given(looks)
def test_nothing_is_withdrawn_without_a_letter_that_many_days_before(
    outcomes: list[tuple[Outcome, timedelta]],
) -> None:
    told: datetime | None = None
    for state, letter, moment in _run(outcomes):
        if letter == "failing":
            told = moment
        elif letter == "withdrawn":
            assert told is not None
            assert moment - told >= timedelta(days=DAYS)
            assert state == "withdrawn"
        if state == "verified":
            told = None


@given(looks)
def test_servers_that_do_not_answer_change_nothing(
    outcomes: list[tuple[Outcome, timedelta]],
) -> None:
    before: State = "pending"
    for (outcome, _), (state, letter, _) in zip(outcomes, _run(outcomes), strict=True):
        if outcome == "unanswered":
            assert (state, letter) == (before, "")
        before = state


@given(looks)
def test_each_change_for_the_worse_is_told_once(outcomes: list[tuple[Outcome, timedelta]]) -> None:
    before: State = "pending"
    for state, letter, _ in _run(outcomes):
        assert letter == (state if state != before and state in {"failing", "withdrawn"} else "")
        before = state


def test_one_look_that_finds_nothing_worries_nobody() -> None:
    hour = timedelta(hours=1)
    seen = _run([("right", hour), ("wrong", hour), ("right", hour), ("wrong", hour)])
    assert [state for state, _, _ in seen] == ["verified"] * 4


@given(looks)
def test_two_looks_that_worry_the_team_are_half_an_hour_apart(
    outcomes: list[tuple[Outcome, timedelta]],
) -> None:
    """However often a button is pressed while servers have a passing fault."""
    seen = _run(outcomes)
    for number, (_, letter, moment) in enumerate(seen):
        if letter == "failing":
            assert [outcome for outcome, _ in outcomes[number - 1 : number + 1]] == ["wrong"] * 2
            assert moment - seen[number - 1][2] >= WRONG_FOR


def test_a_fault_that_stays_is_told_at_the_first_look_that_is_due_by_itself() -> None:
    minute = timedelta(minutes=1)
    pressed: list[tuple[Outcome, timedelta]] = [("wrong", minute)] * 40
    seen = _run([("right", minute), *pressed, ("wrong", DOUBTED_EVERY)])
    assert [state for state, _, _ in seen] == ["verified"] * 41 + ["failing"]


@given(st.timedeltas(timedelta(0), timedelta(days=400)), st.timedeltas(timedelta(0)))
def test_waits_grow_with_the_time_that_has_passed(age: timedelta, more: timedelta) -> None:
    wait = pending_wait(age)
    assert SOONEST <= wait <= FORGOTTEN_EVERY
    assert pending_wait(age + min(more, timedelta(days=400))) >= wait
    if age <= GIVEN_UP_AFTER:
        assert wait <= PENDING_AT_MOST
