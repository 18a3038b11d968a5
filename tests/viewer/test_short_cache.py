"""The short memory of pages: fresh, old, slow, failing, full; what is dropped is read anew."""

import asyncio
from collections.abc import Callable

import pytest

from app.viewer.short_cache import KEPT_S, ShortCache


class _Clock:
    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


class _Source:
    """Counts how often it is read; `answer` may be an error or None."""

    def __init__(self) -> None:
        self.reads = 0
        self.answer: object = "one"
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()

    async def __call__(self, _known: object) -> object:
        self.reads += 1
        answer = self.answer
        await self.may_go_on.wait()
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def clock() -> _Clock:
    return _Clock()


@pytest.fixture
def cache(clock: _Clock) -> ShortCache[str, object]:
    return ShortCache(fresh_s=2.0, patience_s=0.01, at_most=3, clock=clock)


@pytest.fixture
async def source() -> _Source:
    return _Source()


async def test_what_is_fresh_is_not_read_again(
    cache: ShortCache[str, object], clock: _Clock, source: _Source
) -> None:
    assert cache.find_fresh("a") is None
    assert await cache.get("a", source) == "one"
    assert cache.find_fresh("a") == "one"
    source.answer = "two"
    assert await cache.get("a", source) == "one"
    clock.at += 3
    assert await cache.get("a", source) == "two"
    assert source.reads == 2


async def test_many_at_once_are_one_reading(
    cache: ShortCache[str, object], source: _Source
) -> None:
    answers = await asyncio.gather(*(cache.get("a", source) for _ in range(50)))
    assert (set(answers), source.reads) == ({"one"}, 1)


async def test_a_failure_shows_what_is_remembered_and_is_let_be(
    cache: ShortCache[str, object], clock: _Clock, source: _Source
) -> None:
    await cache.get("a", source)
    clock.at += 3
    source.answer = OSError("gone")
    assert await cache.get("a", source) == "one"
    assert await cache.get("a", source) == "one"
    assert source.reads == 2, "it was asked again at once"
    clock.at += 2
    assert await cache.get("a", source) == "one"
    assert source.reads == 3
    clock.at += KEPT_S
    with pytest.raises(OSError, match="gone"):
        await cache.get("a", source)


async def test_what_is_slow_is_not_waited_for_and_comes_later(
    cache: ShortCache[str, object], clock: _Clock, source: _Source
) -> None:
    await cache.get("a", source)
    clock.at += 3
    source.may_go_on.clear()
    source.answer = "two"
    assert await cache.get("a", source) == "one"
    source.may_go_on.set()
    await _until(lambda: cache.find_fresh("a") == "two")


async def test_who_gives_up_waiting_does_not_end_the_reading_of_others(
    cache: ShortCache[str, object], source: _Source
) -> None:
    source.may_go_on.clear()
    impatient = asyncio.create_task(cache.get("a", source))
    patient = asyncio.create_task(cache.get("a", source))
    await _until(lambda: source.reads > 0)
    impatient.cancel()
    source.may_go_on.set()
    assert await patient == "one"
    with pytest.raises(asyncio.CancelledError):
        await impatient


async def test_nothing_is_not_remembered_and_the_oldest_is_forgotten(
    cache: ShortCache[str, object], source: _Source
) -> None:
    for key in "abcd":
        await cache.get(key, source)
    source.answer = None
    for guess in range(100):
        assert await cache.get(f"guess {guess}", source) is None
    assert [cache.find_fresh(key) for key in "abcd"] == [None, "one", "one", "one"]


async def test_what_is_dropped_is_read_anew_even_if_it_was_just_being_read(
    cache: ShortCache[str, object], source: _Source
) -> None:
    source.may_go_on.clear()
    earlier = asyncio.create_task(cache.get("a", source))
    await _until(lambda: source.reads > 0)
    cache.drop("a")
    source.answer = "two"
    source.may_go_on.set()
    assert await earlier == "one"
    assert await cache.get("a", source) == "two"


async def test_what_is_being_read_while_its_kind_is_dropped_is_not_remembered(
    cache: ShortCache[str, object], source: _Source
) -> None:
    source.may_go_on.clear()
    earlier = asyncio.create_task(cache.get("a", source))
    await _until(lambda: source.reads > 0)
    cache.drop_where(lambda value: value == "one")
    source.answer = "two"
    source.may_go_on.set()
    assert await earlier == "one"
    assert cache.find_fresh("a") is None
    assert await cache.get("a", source) == "two"


async def _until(is_so: Callable[[], bool]) -> None:
    while not is_so():  # noqa: ASYNC110 - nothing is waited for but other tasks
        await asyncio.sleep(0)
