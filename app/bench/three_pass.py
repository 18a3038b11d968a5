"""The three-pass way, which shares nothing between leads: record, normalise, overlay."""

import asyncio
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from app.bench.screencast import FfmpegFailed, last_line, record_live
from app.bench.three_pass_commands import (
    concat_command,
    normalise_command,
    overlay_command,
    poster_command,
)
from app.pipeline.spec import RenderSpec


@dataclass(frozen=True)
class ThreePass:
    """Wall times of one lead, and how many pictures a second the recording got."""

    recording_s: float
    ffmpeg_s: float
    pictures_per_s: float

    @property
    def total_s(self) -> float:
        return self.recording_s + self.ffmpeg_s


def ffmpeg_is_here() -> bool:
    return shutil.which("ffmpeg") is not None


async def run_three_pass(spec: RenderSpec, executable: Path, scratch: Path) -> ThreePass:
    """Makes the spec's video the other way and throws it away. Raises FfmpegFailed."""
    with tempfile.TemporaryDirectory(prefix="three-pass-", dir=scratch) as name:
        folder = Path(name)
        started = time.monotonic()
        rates = [
            await record_live(
                executable,
                scene.url or "about:blank",
                folder / f"{number}.webm",
                scene_s=scene.frames / spec.output.fps,
                width=spec.output.width,
                height=spec.output.height,
            )
            for number, scene in enumerate(spec.scenes)
        ]
        recorded = time.monotonic()
        await asyncio.to_thread(_edit, spec, folder)
        return ThreePass(recorded - started, time.monotonic() - recorded, mean(rates))


def _edit(spec: RenderSpec, folder: Path) -> None:
    output, numbers = spec.output, range(len(spec.scenes))
    for number in numbers:
        _run(
            normalise_command(
                folder / f"{number}.webm",
                folder / f"{number}.mp4",
                width=output.width,
                height=output.height,
                fps=output.fps,
            )
        )
    listing = folder / "scenes.txt"
    listing.write_text("".join(f"file '{n}.mp4'\n" for n in numbers), encoding="utf-8")
    _run(concat_command(listing, folder / "joined.mp4"))
    video = folder / "video.mp4"
    duration_s = spec.total_frames / output.fps
    _run(overlay_command(folder / "joined.mp4", spec.facecam, video, duration_s=duration_s))
    _run(poster_command(video, folder / "poster.jpg"))


def _run(command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode != 0:
        raise FfmpegFailed(last_line(done.stderr))
