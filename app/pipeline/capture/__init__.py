"""Captures one scene: chooses the way, says why, and leaves a finished recording."""

import time
from collections.abc import Callable
from pathlib import Path

from app.hme.plan import MotionPlan
from app.pipeline.browser.navigation import Visit
from app.pipeline.browser.page import Page
from app.pipeline.browser.page_ready import ReadyPage
from app.pipeline.capture.film import Film
from app.pipeline.capture.static_gate import NotStatic
from app.pipeline.capture.stepped import capture_stepped
from app.pipeline.capture.tiles import capture_tiles
from app.pipeline.recording import Facts, FrameStore, Recording

CAPTURE_VERSION = (
    1  # part of a recording's key: raise it when the same page would give other pictures
)


async def capture(
    page: Page,
    visit: Visit,
    ready: ReadyPage,
    plan: MotionPlan,
    folder: Path,
    *,
    width: int,
    height: int,
    on_stepped: Callable[[Recording], None] = lambda recording: None,
    on_frame: Callable[[int], None] = lambda frame: None,
) -> Recording:
    """Records the ready page into `folder`.

    `on_stepped` is told at once when the scene is stepped, so that composing can begin while frames
    come in; `on_frame` counts them. The page's clock is armed here and never runs freely again.
    """
    started = time.monotonic()
    await page.arm()
    film = Film(page, plan.fps)
    wall_s: dict[str, float] = {}

    def facts(way: str, reason: str) -> Facts:
        wall_s["capture"] = time.monotonic() - started
        return Facts(
            way="tiles" if way == "tiles" else "stepped",
            reason=reason,
            asked_url=visit.asked_url,
            final_url=visit.url or visit.asked_url,
            title=ready.title,
            width=width,
            height=height,
            fps=plan.fps,
            plan=plan,
            notices=tuple(visit.notices),
            wall_s=wall_s,
        )

    try:
        tiles, plan = await capture_tiles(film, plan, folder, width=width, height=height)
    except NotStatic as moving:
        reason = str(moving)
    else:
        recording = Recording(
            folder, facts("tiles", "the page stands still while it scrolls"), tiles=tiles
        )
        recording.save()
        return recording
    wall_s["gate"] = time.monotonic() - started
    _remove_plates(folder)
    await page.call("Emulation.setDefaultBackgroundColorOverride", {})
    await page.evaluate("__loomLayers.release()")
    await film.to_top()
    # The store outlives this call: whoever composes closes it with the recording.
    store = FrameStore((folder / "frames.bin").open("w+b"))
    on_stepped(Recording(folder, facts("stepped", reason), frames=store))
    try:
        await capture_stepped(film, plan, store, on_frame)
    except BaseException as error:
        store.fail(error)
        raise
    recording = Recording(folder, facts("stepped", reason), frames=store)
    recording.save()
    return recording


def _remove_plates(folder: Path) -> None:
    for leftover in folder.glob("page-*.png"):
        leftover.unlink()
