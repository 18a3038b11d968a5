"""Tells by trying which ways of capture a Chromium can do; knows no page but its own test card."""

import asyncio
import contextlib
import dataclasses
import io
import json
import os
from pathlib import Path
from typing import Literal

from PIL import Image, UnidentifiedImageError

from app.pipeline.artifacts import digest, disk_errors
from app.pipeline.browser.cdp import CallFailed
from app.pipeline.browser.launch import Browser
from app.pipeline.browser.page import Page
from app.pipeline.errors import BrowserDied, BrowserHangs

PROBE_VERSION = 1
PROBE_LIMIT_S = 2.0  # from the open tab to the picture; takes 0.15 s where it works at all
LAUNCH_LIMIT_S = 20.0
FRAME_MS = 1000 / 60
FRAMES = 10  # the first frames of a new tab come without a picture: capture.md §1.b, trap 5
WIDTH_PX, HEIGHT_PX, DOCUMENT_PX = 160, 120, 600

CARD_COLOUR = (0, 170, 119)
CARD_URL = (
    "data:text/html,<!doctype html>"
    f"<body style='margin:0;height:{DOCUMENT_PX}px;background:rgb{CARD_COLOUR}'>"
)

SteppedBy = Literal["beginFrame", "captureScreenshot"]


@dataclasses.dataclass(frozen=True)
class Abilities:
    """What one Chromium can do. `begin_frame` says whether to launch it with frame control."""

    begin_frame: bool
    tiles: bool
    stepped_by: SteppedBy
    product: str
    why: str
    """A sentence for a report: what was tried and how it went."""


async def cached_abilities(executable: Path, folder: Path) -> Abilities:
    """As `abilities`, remembered in `folder` for this very file. Raises BrowserDied, DiskFull."""
    place = folder / f"abilities-{_key(executable)}.json"
    with contextlib.suppress(OSError, ValueError):
        return Abilities(**json.loads(place.read_text(encoding="utf-8")))
    found, certain = await _abilities(executable)
    # A machine under load can be late once; only what the browser itself said is kept.
    if certain:
        _remember(place, found)
    return found


async def abilities(executable: Path) -> Abilities:
    """Launches `executable` and takes real pictures with it, at most twice.

    Raises BrowserDied, or BrowserHangs, when it does not even start or takes no picture at all.
    """
    return (await _abilities(executable))[0]


def _key(executable: Path) -> str:
    path = executable.resolve()
    facts = path.stat()
    return digest(PROBE_VERSION, str(path), facts.st_mtime_ns, facts.st_size, os.geteuid())


async def _abilities(executable: Path) -> tuple[Abilities, bool]:
    """Also whether the answer would be the same on another try."""
    try:
        return await _try(executable, frame_control=True), True
    except (CallFailed, BrowserDied, BrowserHangs, _WrongPictureError) as error:
        # What a browser under frame control has missed, it never gets again: start another.
        plain = await _try_plainly(executable)
        certain = not isinstance(error, BrowserHangs)
        return dataclasses.replace(plain, why=f"beginFrame failed ({error}); {plain.why}"), certain


async def _try_plainly(executable: Path) -> Abilities:
    try:
        return await _try(executable, frame_control=False)
    except (CallFailed, _WrongPictureError) as error:
        raise BrowserDied(f"taking a test picture ({error})") from error


async def _try(executable: Path, *, frame_control: bool) -> Abilities:
    way: SteppedBy = "beginFrame" if frame_control else "captureScreenshot"
    async with contextlib.AsyncExitStack() as stack:
        try:
            async with asyncio.timeout(LAUNCH_LIMIT_S):
                browser = await stack.enter_async_context(
                    Browser.launch(executable, frame_control=frame_control)
                )
                page = await stack.enter_async_context(
                    Page.open(browser, width=WIDTH_PX, height=HEIGHT_PX)
                )
        except TimeoutError:
            raise BrowserHangs("starting", LAUNCH_LIMIT_S) from None
        try:
            async with asyncio.timeout(PROBE_LIMIT_S):
                await _show_card(page)
                _check(await _frame(page), HEIGHT_PX)
        except TimeoutError:
            raise BrowserHangs(way, PROBE_LIMIT_S) from None
        return Abilities(frame_control, True, way, browser.product, f"{way} took a test picture")


async def _show_card(page: Page) -> None:
    async with page.pumping():
        await page.call("Page.navigate", {"url": CARD_URL})
        await page.evaluate("document.readyState == 'complete' || new Promise(r => onload = r)")
    await page.arm()


async def _frame(page: Page) -> bytes:
    for number in range(1, FRAMES + 1):
        _, picture = await page.frame(number * FRAME_MS, "png")
        if picture:
            return picture
    return b""


class _WrongPictureError(Exception):
    pass


def _check(picture: bytes, height_px: int) -> None:
    if not _shows_card(picture, height_px):
        raise _WrongPictureError("the picture is not of the page" if picture else "no picture came")


def _shows_card(picture: bytes, height_px: int) -> bool:
    """Whether it is the card, of the right size and colour from edge to edge."""
    try:
        with Image.open(io.BytesIO(picture)) as image:
            all_of_it = [(WIDTH_PX * height_px, CARD_COLOUR)]
            return image.convert("RGB").getcolors(1) == all_of_it
    except (UnidentifiedImageError, OSError):
        return False


def _remember(place: Path, found: Abilities) -> None:
    with disk_errors(place):
        place.parent.mkdir(parents=True, exist_ok=True)
        # Two renders may write at once; a torn file is no JSON, and the next render tries anew.
        place.write_text(json.dumps(dataclasses.asdict(found)), encoding="utf-8")
