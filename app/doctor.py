"""Tries everything this machine must be able to do for a render; knows a cure for each fault.

Nothing is believed that can be tried: pictures are taken, text is drawn, files are written, and the
address guard is asked for an address it must refuse.
"""

import asyncio
import contextlib
import logging
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psutil

from app.pipeline.artifacts import ArtifactStore
from app.pipeline.browser.abilities import Abilities, abilities
from app.pipeline.browser.address_guard import AddressGuard
from app.pipeline.browser.cdp import CallFailed
from app.pipeline.browser.find import FONTS, find_chromium
from app.pipeline.browser.glyphs import SAMPLES, missing_scripts
from app.pipeline.browser.launch import Browser
from app.pipeline.browser.page import Page
from app.pipeline.compose.codecs import missing_codecs
from app.pipeline.errors import DiskFull, NoBrowser, PipelineError

State = Literal["ok", "warn", "fault"]

GIB = 1 << 30
# 15 s of a page in motion are 900 pictures of up to 0.3 MB, and a campaign keeps its recordings.
DISK_NEEDED_BYTES = 1 * GIB
DISK_WANTED_BYTES = 5 * GIB
MEMORY_NEEDED_BYTES = 3 * GIB // 2  # one render, browser included
METADATA_ADDRESS = "169.254.169.254"  # what a page on a cloud machine would ask for first

REINSTALL = (
    "Install it again (`sudo apt-get install --reinstall chromium-headless-shell`) or name another "
    "in LOOMLITE_CHROMIUM. In a container that forbids user namespaces, run as root or allow them."
)
NO_FRAME_CONTROL = (
    "Pages in motion are captured several times slower this way. "
    "Install the headless shell: `sudo apt-get install chromium-headless-shell`."
)


@dataclass(frozen=True)
class Check:
    """One thing that was tried. `cure` says what to do and is empty when nothing is to be done."""

    name: str
    state: State
    found: str
    cure: str = ""


def run_checks(folder: Path = Path("out"), environ: Mapping[str, str] = os.environ) -> list[Check]:
    """Tries everything, in about two seconds; `folder` is where artifacts and videos will go.

    Renders cannot work while a check is a fault; after a warning they are slower or look worse.
    """
    folder = folder.absolute()
    existing = next(place for place in (folder, *folder.parents) if place.exists())
    return [
        *asyncio.run(_browser_checks(environ)),
        _codecs_check(),
        asyncio.run(_guard_check()),
        _disk_check(existing),
        asyncio.run(_write_check(existing)),
        _memory_check(),
    ]


async def _browser_checks(environ: Mapping[str, str]) -> list[Check]:
    try:
        executable = await asyncio.to_thread(find_chromium, environ)
    except NoBrowser as error:
        return [Check("browser", "fault", "none found", str(error))]
    try:
        can = await abilities(executable)
        missing = await _missing_scripts(executable)
    except (PipelineError, CallFailed) as error:
        return [Check("browser", "fault", f"{executable}: {error}", REINSTALL)]
    found = Check("browser", "ok", f"{executable} ({can.product})")
    return [found, _capture_check(can), _fonts_check(missing)]


def _capture_check(can: Abilities) -> Check:
    ways = f"{'tiles, ' if can.tiles else ''}stepped by {can.stepped_by}"
    if not can.begin_frame:
        return Check("capture", "warn", f"{ways}: {can.why}", NO_FRAME_CONTROL)
    if not can.tiles:
        return Check("capture", "warn", f"{ways}: no picture of a whole page", REINSTALL)
    return Check("capture", "ok", ways)


async def _missing_scripts(executable: Path) -> tuple[str, ...]:
    async with (
        Browser.launch(executable, frame_control=False) as browser,
        Page.open(browser, width=640, height=480) as page,
    ):
        return await missing_scripts(page)


def _fonts_check(missing: tuple[str, ...]) -> Check:
    if not missing:
        return Check("fonts", "ok", ", ".join(SAMPLES))
    return Check(
        "fonts",
        "fault" if "Latin" in missing else "warn",
        f"none for {', '.join(missing)}: such text shows as boxes",
        f"Install fonts: `sudo apt-get install {' '.join(FONTS)}`.",
    )


def _codecs_check() -> Check:
    missing = missing_codecs()
    if not missing:
        return Check("codecs", "ok", "H.264, AAC, JPEG, GIF, WebP; every common facecam format")
    cure = "Install PyAV's own wheel again: `rm .venv/installed && make setup`."
    return Check("codecs", "fault", f"missing: {', '.join(missing)}", cure)


async def _guard_check() -> Check:
    """A page must not reach what only this machine can reach."""
    # The refusal that is asked for here is no event for anybody's log.
    log = logging.getLogger(AddressGuard.__module__)
    log.disabled = True
    try:
        refused = await _refuses_metadata()
    finally:
        log.disabled = False
    if refused:
        return Check("address guard", "ok", "refuses addresses that are not public")
    cure = "Do not render pages of others with this version; report this."
    return Check("address guard", "fault", f"let {METADATA_ADDRESS} through", cure)


async def _refuses_metadata() -> bool:
    async with AddressGuard() as guard:
        reader, writer = await asyncio.open_connection("127.0.0.1", guard.port)
        host = f"{METADATA_ADDRESS}:80"
        writer.write(f"CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        answer = await reader.readline()
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
    return bool(guard.blocked) and b" 403 " in answer


def _disk_check(folder: Path) -> Check:
    free_bytes = shutil.disk_usage(folder).free
    found = f"{free_bytes / GIB:.1f} GiB free in {folder}"
    if free_bytes >= DISK_WANTED_BYTES:
        return Check("disk space", "ok", found)
    needed = free_bytes >= DISK_NEEDED_BYTES
    cure = f"Free some space; {DISK_WANTED_BYTES // GIB} GiB are comfortable for a campaign."
    return Check("disk space", "warn" if needed else "fault", found, cure)


async def _write_check(folder: Path) -> Check:
    """Makes an artifact as a render does: with locks and a rename, which not every disk can."""
    try:
        with tempfile.TemporaryDirectory(prefix="doctor-", dir=folder) as inside:
            store = ArtifactStore(Path(inside))
            async with store.lock("checks", "1"):
                with store.draft() as draft:
                    made = draft / "made"
                    made.write_bytes(b"1")
                    store.publish(made, "checks", "1")
    except (OSError, DiskFull) as error:
        cure = f"Let this user write to {folder} (`chown`, `chmod`), or choose another folder."
        return Check("write access", "fault", str(error), cure)
    return Check("write access", "ok", str(folder))


def _memory_check() -> Check:
    free_bytes = psutil.virtual_memory().available
    found = f"{free_bytes / GIB:.1f} GiB available"
    if free_bytes >= MEMORY_NEEDED_BYTES:
        return Check("memory", "ok", found)
    cure = (
        f"A render takes up to {MEMORY_NEEDED_BYTES / GIB:g} GiB: close something, or add memory."
    )
    return Check("memory", "warn", found, cure)
