"""Chromium shows files that are kept elsewhere, through our addresses and under our policy."""

import io
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from litestar import Litestar, Request, get
from litestar.params import FromPath
from litestar.response import Response as PageResponse
from PIL import Image
from playwright.async_api import Browser, Page, async_playwright
from starlette.responses import Response

from app.pipeline.browser.find import find_chromium
from app.settings import load_settings
from app.storage.interface import Storage
from app.web.media import media_response
from app.web.security import Guard
from tests.storage.places import Remote, bunny
from tests.web.real_server import served

pytestmark = pytest.mark.browser

KEY = "workspaces/w1/poster-0123456789ab.webp"
PAGE = (
    '<!doctype html><title>t</title><img id="kept" src="/files/{key}"><img id="other" src="{url}">'
)


def guarded(storage: Storage, elsewhere: str, html: str) -> Any:
    @get("/", media_type="text/html")
    async def page() -> PageResponse[str]:
        return PageResponse(html)

    @get("/files/{key:path}")
    async def files(request: Request[Any, Any, Any], key: FromPath[str]) -> Response:
        return await media_response(storage, key.removeprefix("/"), request)

    settings = load_settings(
        {
            "STORAGE": "bunny",
            "BUNNY_STORAGE_ZONE": "acme-media",
            "BUNNY_STORAGE_KEY": "x",
            "BUNNY_PULL_ZONE": elsewhere,
        }
    )
    return Guard(Litestar([page, files], openapi_config=None), settings)


@pytest_asyncio.fixture
async def remote(tmp_path: Path) -> AsyncIterator[Remote]:
    async with bunny(tmp_path) as opened:
        yield opened


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[Browser]:
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=find_chromium(os.environ), args=sandbox
        )
        yield chromium
        await chromium.close()


async def width(page: Page, name: str) -> int:
    """Of an image, as soon as it is here or refused; 0 for one that is not shown."""
    await page.wait_for_function(f"document.getElementById('{name}').complete")
    return int(await page.evaluate(f"document.getElementById('{name}').naturalWidth"))


async def test_a_picture_is_shown_from_the_pull_zone_and_from_nowhere_else(
    remote: Remote, browser: Browser, tmp_path: Path
) -> None:
    poster = tmp_path / "poster.webp"
    drawn = io.BytesIO()
    Image.new("RGB", (64, 36), "teal").save(drawn, "WEBP")
    poster.write_bytes(drawn.getvalue())
    await remote.storage.put_file(KEY, poster, "image/webp")
    async with bunny(tmp_path / "other") as other:
        await other.storage.put_file(KEY, poster, "image/webp")
        html = PAGE.format(key=KEY, url=other.storage.url(KEY))
        with served(guarded(remote.storage, remote.server.url, html)) as origin:
            page = await browser.new_page()
            await page.goto(origin)
            assert await width(page, "kept") == 64
            assert await width(page, "other") == 0
        assert other.server.count("GET") == 0
    assert remote.server.count("GET", KEY) == 1
