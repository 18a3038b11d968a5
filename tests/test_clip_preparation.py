"""The service's side of preparing a clip: a value or a sentence, and nothing left behind."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from app.clip_preparation import ClipRefused, prepare_clip
from app.pipeline.clip_spec import DRAFT_PREFIX, FILES
from tests.pipeline.small_render import engines, left_alive
from tests.pipeline.synthetic import clap, make_clip, patchwork
from tests.pipeline.uploads import stepping


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """As it is stored: under a name that does not say what it is."""
    made = make_clip(tmp_path / "upload.mp4", pictures=stepping(45), sound=clap(1.5, [0.5]))
    return made.rename(tmp_path / "upload")


@pytest.fixture(scope="module")
def long_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some seconds of work."""
    shown = [patchwork(720, 1280, patch=40, seed=second) for second in range(10)]
    pictures = [shown[n // 30] for n in range(300)]
    return make_clip(tmp_path_factory.mktemp("long") / "long.mp4", pictures=pictures)


class AtWork:
    """Does something to the engine's process as soon as it converts."""

    def __init__(self, act: Callable[[psutil.Process], None]) -> None:
        self._act = act
        self.started: list[psutil.Process] = []

    def __call__(self, step: str, share: float) -> None:
        if step == "converting" and not self.started:
            self.started = engines()
            self._act(self.started[0])


def nothing_but(folder: Path, *names: str) -> bool:
    return {path.name for path in folder.iterdir()} == set(names)


async def test_a_clip_becomes_a_value_and_four_files(clip: Path, tmp_path: Path) -> None:
    told: list[float] = []
    prepared = await prepare_clip(
        clip, tmp_path / "ready", log=None, on_progress=lambda step, share: told.append(share)
    )
    assert prepared.duration_s == pytest.approx(1.5, abs=0.05)
    assert prepared.has_sound
    assert nothing_but(tmp_path / "ready", *FILES)
    assert told == sorted(told)
    assert (told[0], told[-1] > 0.9) == (0.0, True)


async def test_what_else_is_in_the_folder_stays(clip: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    await prepare_clip(clip, tmp_path, log=log)
    assert nothing_but(tmp_path, *FILES, "upload", "log")


async def test_a_refusal_is_a_sentence_with_the_users_name_for_the_clip(tmp_path: Path) -> None:
    (tmp_path / "upload").write_text("no video")
    with pytest.raises(ClipRefused, match=r"^Intro take 3 is not a video") as refused:
        await prepare_clip(tmp_path / "upload", tmp_path, log=None, name="Intro take 3")
    assert (refused.value.code, refused.value.permanent) == ("not_a_video", True)
    assert nothing_but(tmp_path, "upload")


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGKILL])
async def test_a_crash_becomes_a_sentence_and_leaves_nothing(
    number: signal.Signals, long_clip: Path, tmp_path: Path
) -> None:
    crash = AtWork(lambda process: process.send_signal(number))
    with pytest.raises(ClipRefused, match=r"^Intro could not be read") as refused:
        await prepare_clip(long_clip, tmp_path, log=None, name="Intro", on_progress=crash)
    assert "SIG" not in str(refused.value)
    assert not refused.value.permanent
    assert nothing_but(tmp_path)


async def test_a_time_out_ends_the_process_and_leaves_nothing(
    long_clip: Path, tmp_path: Path
) -> None:
    held = AtWork(lambda process: process.suspend())
    for wall_s in (2, 10, 60):  # a busy machine may need longer to come as far as converting
        with pytest.raises(ClipRefused, match="took too long to read"):
            await prepare_clip(long_clip, tmp_path, log=None, on_progress=held, wall_s=wall_s)
        if held.started:
            break
    assert held.started
    assert left_alive(held.started) == []
    assert nothing_but(tmp_path)


async def test_cancelling_ends_the_process_and_leaves_nothing(
    long_clip: Path, tmp_path: Path
) -> None:
    working = asyncio.Event()
    watched = AtWork(lambda process: working.set())
    task = asyncio.ensure_future(prepare_clip(long_clip, tmp_path, log=None, on_progress=watched))
    await working.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert left_alive(watched.started) == []
    assert nothing_but(tmp_path)


async def test_what_a_killed_service_left_is_swept(clip: Path, tmp_path: Path) -> None:
    (tmp_path / f"{DRAFT_PREFIX}dead").mkdir()
    await prepare_clip(clip, tmp_path, log=None)
    assert not list(tmp_path.glob(f"{DRAFT_PREFIX}*"))


def test_the_service_loads_neither_codecs_nor_a_browser() -> None:
    asked = (
        "import sys, app.clip_preparation;"
        "print([name for name in ('av', 'playwright', 'numpy') if name in sys.modules])"
    )
    said = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True, env=os.environ
    )
    assert said.stdout.strip() == "[]"
