"""What a render leaves behind when the browser dies, the disk fills up or somebody stops it."""

import asyncio
import contextlib
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from app.pipeline import recordings as recorder
from app.pipeline.errors import DiskFull
from app.pipeline.render import Event, render
from app.pipeline.spec import RenderSpec
from tests.pipeline.capture_pages import CaptureSite, capture_site
from tests.pipeline.lead_spec import artifacts, drafts, lead_spec
from tests.pipeline.small_render import END_LIMIT_S, engine, events, left_alive
from tests.small_disk import mounted_disk

pytestmark = pytest.mark.browser

STEPPED = "canvas"
DISK_BYTES = 48 << 20


@pytest.fixture(scope="module")
def site() -> Iterator[CaptureSite]:
    with capture_site() as site:
        yield site


def browsers(spec: RenderSpec) -> list[psutil.Process]:
    """The Chromium processes of this render, by their profile."""
    found = []
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if str(spec.artifacts) in " ".join(process.cmdline()):
                found.append(process)
    return found


def composing() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "compose"]


def once(step: str, done: int, act: Callable[[], None]) -> Callable[[Event], None]:
    """Acts at the first event that says `step` has come as far as `done`."""
    acted = False

    def on_event(event: Event) -> None:
        nonlocal acted
        if not acted and event["step"] == step and int(str(event["done"])) >= done:
            acted = True
            act()

    return on_event


async def test_a_browser_killed_mid_scene_is_replaced_and_the_render_completes(
    site: CaptureSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "WAITS_S", (0.0, 0.0))
    spec = lead_spec(tmp_path, site, STEPPED)
    killed: list[psutil.Process] = []

    def kill() -> None:
        killed.extend(browsers(spec))
        for process in killed:  # the first one may be but a script that started the browser
            process.kill()

    report = await render(spec, once("recording", 12, kill))
    (scene,) = report.scenes
    assert [attempt.error for attempt in scene.attempts] == ["browser_died"]
    assert report.measurements is not None
    assert report.measurements.frames == spec.total_frames
    assert left_alive(killed) == []
    assert drafts(tmp_path) == []


@pytest.mark.parametrize(("step", "done"), [("opening", 0), ("recording", 9), ("composing", 15)])
async def test_a_cancelled_render_leaves_no_browser_no_draft_and_no_thread(
    site: CaptureSite, tmp_path: Path, step: str, done: int
) -> None:
    spec = lead_spec(tmp_path, site, STEPPED, "rows-0")
    seen: list[psutil.Process] = []

    def cancel() -> None:
        seen.extend(browsers(spec))
        task.cancel()

    task = asyncio.create_task(render(spec, once(step, done, cancel)))
    with pytest.raises(asyncio.CancelledError):
        await task
    assert seen or step == "opening"
    assert left_alive(seen) == []
    assert browsers(spec) == []
    assert drafts(tmp_path) == []
    assert composing() == []
    assert not (spec.out / "video.mp4").exists()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of DISK_BYTES, where the process may mount one."""
    with mounted_disk(tmp_path / "disk", DISK_BYTES) as place:
        yield place


async def test_a_full_disk_ends_the_render_and_leaves_nothing_half_done(
    site: CaptureSite, tmp_path: Path, small_disk: Path
) -> None:
    spec = lead_spec(tmp_path, site, STEPPED)
    spec = spec.model_copy(update={"artifacts": small_disk / "artifacts"})
    ballast = small_disk / "ballast"

    def fill() -> None:
        with ballast.open("wb") as file:
            file.write(b"\0" * (shutil.disk_usage(small_disk).free - (64 << 10)))

    with pytest.raises(DiskFull) as failure:
        await render(spec, once("recording", 5, fill))
    assert not failure.value.permanent
    assert artifacts(small_disk, "recordings") == []
    assert artifacts(small_disk, "segments") == []
    assert drafts(small_disk) == []
    assert composing() == []

    ballast.unlink()
    # The lead's own folder is on another disk than the store here.
    assert (await render(spec)).state == "completed"
    assert sorted(path.name for path in spec.out.iterdir()) == [
        "card.jpg",
        "light.mp4",
        "poster.jpg",
        "preview.gif",
        "preview.webp",
        "report.json",
        "video.mp4",
    ]


def test_two_engines_that_want_the_same_page_record_it_once(
    site: CaptureSite, tmp_path: Path
) -> None:
    hits = site.hits["rows-2"]
    processes = []
    for lead in ("ada", "bob"):
        spec = lead_spec(tmp_path, site, "rows-2", lead=lead)
        file = tmp_path / f"{lead}.json"
        file.write_text(spec.model_dump_json())
        processes.append(engine("render", file))
    with processes[0] as one, processes[1] as other:
        told = [list(events(process)) for process in (one, other)]
        assert [process.wait(END_LIMIT_S) for process in (one, other)] == [0, 0]
    assert site.hits["rows-2"] - hits == 1
    assert len(artifacts(tmp_path, "segments")) == 1
    assert all(any(event["event"] == "scene" for event in lines) for lines in told)
    videos = [(tmp_path / lead / "video.mp4").read_bytes() for lead in ("ada", "bob")]
    assert videos[0] == videos[1]
    assert drafts(tmp_path) == []
