"""Opens every page of a list once and gives a verdict on each; renders nothing, knows no lead."""

import asyncio
import contextlib
import dataclasses
import io
import os
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from PIL import Image

from app.pipeline.artifacts import digest, disk_errors
from app.pipeline.browser.find import find_chromium
from app.pipeline.browser.page_doubts import doubt_page, say_doubts
from app.pipeline.browser.studio import BROWSERS, Studio
from app.pipeline.browser.survey import Survey, survey_page
from app.pipeline.errors import BrowserDied, BrowserError, DiskFull, PageError
from app.pipeline.pages_spec import PagesToCheck, PageToCheck
from app.pipeline.process import Event, OnEvent

TRIES = 2  # a render takes three; here a second one is enough to tell a hiccup from a dead site
WAIT_S = 1.0
# Twenty of the sample sites' pages at once, a browser each, take 3.0 GB and a third of the time to
# start the browsers; by fives they take 1.8 GB.
TABS = 5
CRASH_TRIES = 4  # it may have been a neighbour's page, twice
THUMBNAIL_WIDTH_PX = 480
THUMBNAIL_QUALITY = 80


async def check_pages(asked: PagesToCheck, on_event: OnEvent) -> int:
    """Tells a "page" event per page, in the order they finish; returns how many failed.

    The event holds url, depth, ok, wall_s and either error, message and permanent, or final_url,
    title, height_px, notices, thumbnail (a path), and why it may not be the page that was meant:
    final_host_differs, looks_parked, looks_blank, and `doubts` with a sentence for each. Raises
    BrowserError only when no browser can be started at all, and DiskFull.
    """
    with disk_errors(asked.thumbnails):
        asked.thumbnails.mkdir(parents=True, exist_ok=True)
    waiting = iter(asked.pages)
    failed = 0

    async def look(studio: Studio, pages: Iterator[PageToCheck]) -> None:
        nonlocal failed
        for page in pages:  # shared by all lookers: each takes the next page there is
            verdict = await _verdict(studio, page, asked)
            failed += not verdict["ok"]
            on_event(verdict)

    jobs = min(asked.jobs, len(asked.pages))
    async with _studios(asked, -(-jobs // (BROWSERS * TABS))) as studios:
        try:
            async with asyncio.TaskGroup() as group:
                for number in range(jobs):
                    group.create_task(look(studios[number % len(studios)], waiting))
        except BaseExceptionGroup as failed_group:
            # Not `except*`: before Python 3.11.4 what it raises is wrapped in a group again.
            full, other = failed_group.split(DiskFull)
            if full is None or other is not None:
                raise
            raise full.exceptions[0] from None
    return failed


@contextlib.asynccontextmanager
async def _studios(asked: PagesToCheck, count: int) -> AsyncIterator[list[Studio]]:
    """Several browsers, so that a page which brings one down does not hold up all the others."""
    executable = find_chromium(os.environ)
    async with contextlib.AsyncExitStack() as stack:
        profiles = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="preflight-")))
        yield [
            await stack.enter_async_context(
                Studio(
                    executable,
                    frame_control=False,
                    width=asked.width,
                    height=asked.height,
                    allow=asked.allow_addresses,
                    folder=profiles,
                    tabs=TABS,
                )
            )
            for _ in range(count)
        ]


async def _verdict(studio: Studio, page: PageToCheck, asked: PagesToCheck) -> Event:
    started = time.monotonic()
    verdict: Event = {"event": "page", "url": page.url, "depth": page.depth}
    for number in range(CRASH_TRIES):
        if number:
            await asyncio.sleep(WAIT_S)
        try:
            survey = await survey_page(
                studio, page.url, wait_s=asked.page_load_wait_ms / 1000, depth=page.depth
            )
        except (PageError, BrowserError) as error:
            outcome: Event = {"ok": False, **error.to_json()}
            once_more = number + 1 < TRIES or isinstance(error, BrowserDied)
            if error.permanent or not once_more:
                break
        else:
            outcome = {"ok": True, **await asyncio.to_thread(_facts, survey, page, asked)}
            break
    return {**verdict, **outcome, "wall_s": round(time.monotonic() - started, 2)}


def _facts(survey: Survey, page: PageToCheck, asked: PagesToCheck) -> Event:
    doubts = doubt_page(page.url, survey.final_url, survey.content, survey.picture)
    thumbnail = asked.thumbnails / f"{digest(page.url, page.depth)}.jpg"
    with disk_errors(thumbnail), Image.open(io.BytesIO(survey.picture)) as picture:
        picture.thumbnail((THUMBNAIL_WIDTH_PX, picture.height))
        picture.convert("RGB").save(thumbnail, quality=THUMBNAIL_QUALITY)
    return {
        "final_url": survey.final_url,
        "title": survey.title,
        "height_px": survey.geometry.height_px,
        "notices": list(survey.notices),
        "thumbnail": str(thumbnail),
        **dataclasses.asdict(doubts),
        "doubts": say_doubts(doubts, survey.final_url),
    }
