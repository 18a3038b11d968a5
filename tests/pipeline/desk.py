"""A browser and a guard for tests, and a page opened with them just as a render opens it."""

import os
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.pipeline.browser.address_guard import AddressGuard, resolve_by_system
from app.pipeline.browser.address_rules import parse_allow
from app.pipeline.browser.consent import consent_script
from app.pipeline.browser.launch import Browser
from app.pipeline.browser.navigation import Limits, Visit, check_content, navigate, prepare
from app.pipeline.browser.page import Page
from app.pipeline.browser.page_ready import ReadyPage, make_ready
from app.pipeline.errors import PageError

CHROMIUM = Path(
    os.environ.get("LOOMLITE_CHROMIUM") or shutil.which("chromium-headless-shell") or "chromium"
)
WIDTH_PX, HEIGHT_PX = 800, 600
ZONE = {"inner.test": ["10.20.30.40"], "metadata.test": ["169.254.169.254"]}
SHORT = Limits(answer_s=1, document_s=1, load_s=1, content_s=3, wake_s=3, decode_s=1, hang_s=2)


async def resolve(host: str, port: int) -> Sequence[str]:
    if host.endswith(".test"):
        if host not in ZONE:
            raise OSError(host)
        return ZONE[host]
    return await resolve_by_system(host, port)


@dataclass
class Opened:
    visit: Visit
    ready: ReadyPage
    seen: Any  # what `look` evaluated to on the ready page


@dataclass
class Desk:
    browser: Browser
    guard: AddressGuard

    async def open(
        self,
        url: str,
        *,
        look: str = "0",
        depth: str = "end",
        limits: Limits = SHORT,
        wait_s: float = 1.5,
    ) -> Opened:
        """Makes the page ready; `look` is evaluated at the end. Raises what the page raises."""
        async with Page.open(self.browser, width=WIDTH_PX, height=HEIGHT_PX) as page:
            visit = Visit(url, limits)
            await prepare(page, visit, (consent_script(),))
            async with page.pumping():
                await navigate(page, url, self.guard, visit)
                await check_content(page, visit)
                ready = await make_ready(page, visit, wait_s=wait_s, depth=depth)
                return Opened(visit, ready, await page.evaluate(look))

    async def error(self, url: str, **options: Any) -> PageError | None:
        """The error that the page gets, or None when it becomes ready."""
        try:
            await self.open(url, **options)
        except PageError as error:
            return error
        return None


@asynccontextmanager
async def open_desk(
    allow: Sequence[str], *, frame_control: bool = True, arguments: Sequence[str] = ()
) -> AsyncIterator[Desk]:
    """A desk whose guard lets the addresses in `allow` through, and resolves .test from ZONE."""
    addresses = [parse_allow(text) for text in allow]
    async with AddressGuard(allow=addresses, resolve=resolve) as guard:
        all_arguments = [
            f"--window-size={WIDTH_PX},{HEIGHT_PX}",
            *guard.chromium_arguments(),
            *arguments,
        ]
        async with Browser.launch(
            CHROMIUM, frame_control=frame_control, arguments=all_arguments
        ) as browser:
            yield Desk(browser, guard)
