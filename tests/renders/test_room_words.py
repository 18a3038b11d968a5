"""What is said of the end of a plan: pure words of pure numbers."""

from datetime import UTC, datetime

import pytest

from app.billing.plans import FREE
from app.billing.standing import Period
from app.renders.plan_room import Room
from app.renders.room_words import press_words, used_words, waiting_words

PERIOD = Period(datetime(2026, 11, 3, tzinfo=UTC), datetime(2026, 12, 3, tzinfo=UTC))


def _room(used: int, minutes: float = 0.0, *, videos: int | None = 10, beyond: int = 0) -> Room:
    limit = None if videos is None else videos + beyond
    return Room(FREE, PERIOD, limit, used, (10 + beyond) * 60.0, minutes * 60, 1, beyond)


@pytest.mark.parametrize(
    ("room", "said", "share"),
    [
        (_room(8, 1), "8 of 10 videos", 0.8),
        (_room(3, 8.5), "8 of 10 minutes", 0.85),
        (_room(12, 3, beyond=20), "10 of 10 videos", 1.2),
        (_room(3, 5, videos=None), "5 of 10 minutes", 0.5),
        (_room(1, 0, videos=0), "0 of 0 videos", 1.0),
    ],
)
def test_what_is_nearer_its_end_is_said_of_the_plan_itself(
    room: Room, said: str, share: float
) -> None:
    assert used_words(room) == said
    assert room.share == pytest.approx(share)


@pytest.mark.parametrize(
    ("videos", "fits", "said"),
    [
        (100, 40, "40 begin now, 60 wait for your plan until 3 December, or until you change it."),
        (2, 1, "1 begins now, 1 waits for your plan until 3 December, or until you change it."),
        (60, 0, "All 60 wait for your plan until 3 December, or until you change it."),
        (1, 0, "It waits for your plan until 3 December, or until you change it."),
    ],
)
def test_before_the_click_it_is_said_what_begins_and_what_waits(
    videos: int, fits: int, said: str
) -> None:
    assert press_words(_room(0), videos, fits, may_change=True) == said


def test_what_waits_is_said_with_the_day_on_which_it_goes_on() -> None:
    said = "60 videos wait for your plan. They go on by themselves on 3 December."
    assert waiting_words(60, _room(10)) == said
    said = "1 video waits for your plan. It goes on by itself on 3 December."
    assert waiting_words(1, _room(10)) == said
