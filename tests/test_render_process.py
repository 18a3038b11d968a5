"""A real render as a child: its browsers step back, stay within its limits and end with it."""

import asyncio
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from app.pipeline_process import CANCEL_WITHIN_S, RENDER_NICENESS, PipelineFailed, run_pipeline
from tests.pipeline.small_render import (
    END_LIMIT_S,
    SmallSite,
    engines,
    left_alive,
    small_clip,
    small_site,
    small_spec,
)

SOON_S = 3.0  # what the service promises of a cancelled render


@pytest.fixture
def site() -> Iterator[SmallSite]:
    with small_site() as serving:
        yield serving


async def held(
    folder: Path, site: SmallSite, **options: float | Path
) -> tuple["asyncio.Task[dict[str, object]]", list[psutil.Process]]:
    """A render whose browser waits for a page, and all its processes."""
    small_clip(folder)
    spec = small_spec(folder, site, "quick", "held/page")
    run = asyncio.create_task(run_pipeline("render", spec, **options))  # type: ignore[arg-type]
    assert await asyncio.to_thread(site.asked.wait, END_LIMIT_S)
    return run, engines()


async def test_a_cancelled_render_is_gone_within_three_seconds_with_its_browsers(
    site: SmallSite, tmp_path: Path
) -> None:
    run, processes = await held(tmp_path, site, end_within_s=CANCEL_WITHIN_S)
    began = time.monotonic()
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert time.monotonic() - began < SOON_S
    assert len(processes) > 2
    assert left_alive(processes) == []


async def test_a_render_that_hangs_is_gone_as_soon_and_its_browsers_with_it(
    site: SmallSite, tmp_path: Path
) -> None:
    run, processes = await held(tmp_path, site, end_within_s=CANCEL_WITHIN_S, tmp=tmp_path / "tmp")
    processes[0].suspend()
    began = time.monotonic()
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert time.monotonic() - began < SOON_S
    assert left_alive(processes) == []
    assert not (tmp_path / "tmp").exists()


async def test_the_browsers_of_an_engine_that_was_killed_end_with_it(
    site: SmallSite, tmp_path: Path
) -> None:
    run, processes = await held(tmp_path, site)
    processes[0].send_signal(signal.SIGKILL)
    with pytest.raises(PipelineFailed, match="SIGKILL"):
        await run
    assert left_alive(processes) == []


async def test_a_render_and_its_browsers_step_back_behind_everything_else(
    site: SmallSite, tmp_path: Path
) -> None:
    run, processes = await held(tmp_path, site, end_within_s=0)
    assert {process.nice() for process in processes} == {psutil.Process().nice() + RENDER_NICENESS}
    run.cancel()
    await asyncio.wait([run])


async def test_a_render_that_takes_too_much_memory_ends_in_words(
    site: SmallSite, tmp_path: Path
) -> None:
    small_clip(tmp_path)
    spec = small_spec(tmp_path, site, "held/page")
    with pytest.raises(PipelineFailed) as failed:
        await run_pipeline("render", spec, memory_limit_mb=60)
    assert (failed.value.code, failed.value.permanent) == ("too_much_memory", False)
    assert "more than 60 MB" in str(failed.value)
    assert list((tmp_path / "artifacts" / "drafts").iterdir()) == []
