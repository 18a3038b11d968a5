"""Records a page as tools without frame control do: in real time, at 25 fps; plans nothing."""

import asyncio
import base64
import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

from app.bench.three_pass_commands import RECORD_FPS, record_command
from app.errors import LoomliteError
from app.hme.geometry import PageGeometry
from app.hme.plan import plan_motion
from app.pipeline.browser.cdp import Params
from app.pipeline.browser.launch import Browser
from app.pipeline.browser.page import Page

# What a tool sleeps that cannot tell when a page is ready; ours has the same number as a limit.
PAGE_LOAD_WAIT_S = 3.0
SCROLL_FPS = 60
JPEG_QUALITY = 90

_SCROLL = """new Promise(done => {
  const offsets = %s, fps = %d, start = performance.now();
  const step = () => {
    const frame = Math.floor((performance.now() - start) / 1000 * fps);
    scrollTo({top: offsets[Math.min(frame, offsets.length - 1)], behavior: 'instant'});
    if (frame < offsets.length) requestAnimationFrame(step); else done();
  };
  step();
})"""


class FfmpegFailed(LoomliteError):
    """The ffmpeg program ended with an error; `str()` is its last line."""


async def record_live(
    executable: Path, url: str, dst: Path, *, scene_s: float, width: int, height: int
) -> float:
    """Writes the page, scrolled as ours is, to `dst` at RECORD_FPS; returns pictures got a second.

    Raises FfmpegFailed, and what a page's calls raise.
    """
    arguments = [f"--window-size={width},{height}"]
    async with (
        Browser.launch(executable, frame_control=False, arguments=arguments) as browser,
        Page.open(browser, width=width, height=height) as page,
    ):
        await page.call("Page.navigate", {"url": url})
        await page.evaluate("document.readyState == 'complete' || new Promise(r => onload = r)")
        await asyncio.sleep(PAGE_LOAD_WAIT_S)
        offsets = await _offsets(page, round(scene_s * SCROLL_FPS))
        film = _Film(page, await _start_ffmpeg(record_command(dst, width, height)))
        page.on("Page.screencastFrame", film.receive)
        await page.call(
            "Page.startScreencast",
            {"format": "jpeg", "quality": JPEG_QUALITY, "maxWidth": width, "maxHeight": height},
        )
        await page.evaluate(_SCROLL % (json.dumps(offsets), SCROLL_FPS), limit_s=scene_s * 2 + 30)
        await page.call("Page.stopScreencast")
        await film.finish(round(scene_s * RECORD_FPS))
    return film.pictures / scene_s


async def _offsets(page: Page, frames: int) -> Sequence[int]:
    height_px = await page.evaluate("document.documentElement.scrollHeight")
    width_px, viewport_px = await page.evaluate("[innerWidth, innerHeight]")
    geometry = PageGeometry(width_px, viewport_px, height_px)
    depth_px = geometry.max_scroll_px
    plan = plan_motion(geometry, frames=frames, fps=SCROLL_FPS, seed=1, depth_px=depth_px)
    return plan.scroll_px


class _Film:
    """Puts pictures on an even grid of time, as they come: each is shown until the next one."""

    def __init__(self, page: Page, ffmpeg: asyncio.subprocess.Process) -> None:
        self._page, self._ffmpeg = page, ffmpeg
        self._start_s = 0.0
        self._shown = b""
        self._written = 0
        self.pictures = 0

    async def receive(self, params: Params) -> None:
        await self._page.call("Page.screencastFrameAck", {"sessionId": params["sessionId"]})
        time_s = params["metadata"]["timestamp"]
        self._start_s = self._start_s or time_s
        self._fill(round((time_s - self._start_s) * RECORD_FPS))
        self._shown = base64.b64decode(params["data"])
        self.pictures += 1

    async def finish(self, frames: int) -> None:
        """Shows the last picture up to `frames` and waits for the file."""
        self._fill(frames)
        self._shown = b""  # a late picture is no part of the film
        _, said = await self._ffmpeg.communicate(b"")  # with None, Python 3.11 keeps the pipe open
        if self._ffmpeg.returncode != 0:
            raise FfmpegFailed(last_line(said))

    def _fill(self, frames: int) -> None:
        assert self._ffmpeg.stdin is not None  # noqa: S101  (asked for as a pipe)
        while self._written < frames and self._shown:
            self._ffmpeg.stdin.write(self._shown)
            self._written += 1


async def _start_ffmpeg(command: Sequence[str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )


def last_line(said: bytes) -> str:
    lines = said.decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else "ffmpeg failed without a word"
