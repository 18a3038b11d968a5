"""Work in a thread, and who asked for it being cancelled."""

import asyncio
import threading

import pytest

from app.pipeline.threads import in_thread


async def test_what_the_work_returns_and_raises_comes_through() -> None:
    assert await in_thread(divmod, 7, 3) == (2, 1)
    with pytest.raises(ZeroDivisionError):
        await in_thread(divmod, 7, 0)


@pytest.mark.parametrize("fails", [False, True])
async def test_being_cancelled_waits_until_the_thread_writes_no_more(fails: bool) -> None:
    started, go_on = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()
    written = []

    def work() -> None:
        loop.call_soon_threadsafe(started.set)
        assert go_on.wait(60)
        written.append("a file")
        if fails:
            raise OSError

    task = asyncio.create_task(in_thread(work))
    await started.wait()
    task.cancel()
    await asyncio.wait([task], timeout=0.05)
    assert not task.done()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert written == ["a file"]
