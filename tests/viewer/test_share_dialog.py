"""Sharing in a real Chromium: the dialog, the real clipboard, every way out of it, every screen."""

import io
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar, get
from PIL import Image
from playwright.async_api import Page, expect

from app.db.embedded import EmbeddedDatabase
from app.db.session import Database
from app.viewer.email_pieces import embed_code
from tests.journeys.browsing import DESKTOP, PHONE, TOO_WIDE, browsing, holds
from tests.journeys.first_load import grave_faults
from tests.viewer import links
from tests.viewer.links import Shown, show_video
from tests.viewer.team_browser import TeamBrowser, team_browser
from tests.web.real_server import served

pytestmark = pytest.mark.browser

WAIT_MS = 30_000
SHOTS = os.environ.get("LOOMLITE_TEST_SHOTS")  # a folder to keep pictures of the pages in
LONG = "Maximiliane-Theodora Freifrau von Hohenstein-Wackerbarth zu Oberstdorf"
# What a program gets that takes formatted text, and one that takes plain text alone.
CLIPBOARD = """async () => {
  const [item] = await navigator.clipboard.read();
  const found = {};
  for (const type of item.types) found[type] = await (await item.getType(type)).text();
  return found;
}"""
PASTED = """new Promise((resolve) => {
  addEventListener("paste", (event) => resolve(Object.fromEntries(
    ["text/plain", "text/html"].map((type) => [type, event.clipboardData.getData(type)]))));
})"""


def picture(kind: str, size: tuple[int, int]) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, (90, 60, 200)).save(file, kind)
    return file.getvalue()


PICTURES = {
    "poster.jpg": picture("JPEG", (1280, 720)),
    "card.jpg": picture("JPEG", (1200, 630)),
    "preview.gif": picture("GIF", (480, 270)),
}


@pytest.fixture
async def team(
    own_urls: EmbeddedDatabase,
    own_database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[TeamBrowser]:
    for name, content in PICTURES.items():
        monkeypatch.setitem(links.FILES, name, content)
    async with team_browser(own_urls, own_database, tmp_path) as opened:
        expect.set_options(timeout=WAIT_MS)
        yield opened


async def open_dialog(page: Page, team: TeamBrowser, shown: Shown) -> Any:
    await page.goto(f"{team.url}/campaigns/{shown.campaign_id}/videos/{shown.render_id}")
    await page.get_by_role("link", name="Share", exact=True).click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_label("Link", exact=True)).to_be_visible()
    return dialog


async def test_each_way_is_one_click_to_the_clipboard(team: TeamBrowser, tmp_path: Path) -> None:
    shown = await show_video(team.cast, tmp_path, name="Ada <Lovelace>")
    url = team.url + shown.path
    async with browsing(
        team.chromium, cookies=team.cookies, permissions=["clipboard-read", "clipboard-write"]
    ) as page:
        dialog = await open_dialog(page, team, shown)
        said = dialog.locator(".copied")
        await dialog.get_by_role("button", name="Copy link").click()
        await expect(said).to_have_text("Copied.")
        assert (await page.evaluate(CLIPBOARD))["text/plain"] == url
        await dialog.get_by_role("button", name="Copy for e-mail").first.click()
        await expect(said).to_have_text("Copied. Paste it into your e-mail.")
        found = await page.evaluate(CLIPBOARD)
        assert found["text/plain"] == f"A video for Ada <Lovelace>: {url}"
        assert f'<a href="{url}"><img src="{url}/preview.gif?v=' in found["text/html"]
        assert 'width="480"' in found["text/html"]
        await dialog.get_by_role("button", name="HTML").last.click()
        await expect(said).to_have_text("Copied.")
        assert "/card.jpg?v=" in (await page.evaluate(CLIPBOARD))["text/plain"]
        await dialog.get_by_role("button", name="Copy embed code").click()
        await expect(said).to_have_text("Copied.")
        assert (await page.evaluate(CLIPBOARD))["text/plain"].startswith("<iframe ")
        async with page.expect_download() as waiting:
            await dialog.get_by_role("link", name="PNG").click()
        assert (await waiting.value).suggested_filename == "ada--lovelace-qr-code.png"
        await page.keyboard.press("Escape")
        await expect(dialog).to_be_hidden()
        await expect(page.get_by_role("link", name="Share", exact=True)).to_be_focused()


async def test_a_browser_without_the_command_is_asked(team: TeamBrowser, tmp_path: Path) -> None:
    shown = await show_video(team.cast, tmp_path, name="Ada Lovelace")
    asking = ["clipboard-read", "clipboard-write"]
    async with browsing(team.chromium, cookies=team.cookies, permissions=asking) as page:
        await page.add_init_script("Document.prototype.execCommand = () => false")
        dialog = await open_dialog(page, team, shown)
        await page.evaluate(
            "each => each.dataset.copyHtml = '<a href=\"https://example.com/\">formatted</a>'",
            await dialog.get_by_role("button", name="Copy for e-mail").first.element_handle(),
        )
        await dialog.get_by_role("button", name="Copy for e-mail").first.click()
        await expect(dialog.locator(".copied")).to_have_text("Copied. Paste it into your e-mail.")
        assert ">formatted</a>" in (await page.evaluate(CLIPBOARD))["text/html"]


async def test_a_row_s_menu_opens_it_and_an_old_browser_copies_too(
    team: TeamBrowser, tmp_path: Path
) -> None:
    shown = await show_video(team.cast, tmp_path, name="Ada Lovelace")
    async with browsing(team.chromium, cookies=team.cookies) as page:
        # As on a page of plain http, and in browsers from before 2024.
        await page.add_init_script("delete Navigator.prototype.clipboard")
        await page.goto(f"{team.url}/campaigns/{shown.campaign_id}/videos")
        await page.get_by_label("Actions for Ada Lovelace").click()
        await page.get_by_role("link", name="Share").click()
        dialog = page.get_by_role("dialog", name="Share the video for Ada Lovelace")
        await dialog.get_by_role("button", name="Copy for e-mail").first.click()
        await expect(dialog.locator(".copied")).to_have_text("Copied. Paste it into your e-mail.")
        await page.keyboard.press("Escape")
        await page.evaluate(f"window.pasted = {PASTED}; 0")
        await page.keyboard.press("Control+V")
        pasted = await page.evaluate("window.pasted")
        assert pasted["text/plain"].startswith("A video for Ada Lovelace: http")
        assert "/preview.gif?v=" in pasted["text/html"]


async def test_it_is_readable_for_everyone_on_every_screen(
    team: TeamBrowser, tmp_path: Path
) -> None:
    shown = await show_video(team.cast, tmp_path, name=LONG, company="شركة المثال 🚀")
    screens: dict[str, dict[str, Any]] = {
        "light": {"viewport": DESKTOP},
        "dark": {"viewport": DESKTOP, "color_scheme": "dark"},
        "phone": {"viewport": PHONE},
        "phone-dark": {"viewport": PHONE, "color_scheme": "dark"},
    }
    for name, options in screens.items():
        async with browsing(team.chromium, cookies=team.cookies, **options) as page:
            dialog = await open_dialog(page, team, shown)
            await holds(page, "[...document.images].every((image) => image.complete)")
            if SHOTS:
                await page.screenshot(path=Path(SHOTS) / f"share-{name}.png")
                await dialog.evaluate("each => each.scrollTo(0, each.scrollHeight)")
                await page.screenshot(path=Path(SHOTS) / f"share-{name}-end.png")
            assert await dialog.evaluate("each => each.scrollWidth - each.clientWidth") <= 0
            assert await page.evaluate(TOO_WIDE) <= 0
            assert await grave_faults(page) == []


async def test_without_script_it_is_a_page_of_its_own(team: TeamBrowser, tmp_path: Path) -> None:
    shown = await show_video(team.cast, tmp_path, name="Ada Lovelace")
    async with browsing(
        team.chromium, cookies=team.cookies, java_script_enabled=False, viewport=PHONE
    ) as page:
        await page.goto(f"{team.url}/campaigns/{shown.campaign_id}/videos/{shown.render_id}")
        await page.get_by_role("link", name="Share", exact=True).click()
        await expect(page.get_by_role("heading", level=1)).to_have_text(
            "Share the video for Ada Lovelace"
        )
        await expect(page.get_by_label("Link", exact=True)).to_have_value(team.url + shown.path)
        assert "preview.gif" in await page.get_by_label("HTML, moving picture").input_value()
        if SHOTS:
            await page.screenshot(path=Path(SHOTS) / "share-page.png", full_page=True)


async def test_the_player_stands_on_another_site_and_the_page_does_not(
    team: TeamBrowser, tmp_path: Path
) -> None:
    shown = await show_video(team.cast, tmp_path, name="Ada Lovelace")
    url = team.url + shown.path
    frames = embed_code(f"{url}/embed", "Ada") + embed_code(url, "the page")

    @get("/", media_type="text/html", sync_to_thread=False)
    def elsewhere() -> str:
        return f"<h1>Ours</h1>{frames}"

    page = await (await team.chromium.new_context()).new_page()
    with served(Litestar([elsewhere], openapi_config=None)) as origin:
        async with page.expect_console_message(lambda said: "frame-ancestors" in said.text) as told:
            await page.goto(origin)
        assert team.url in (await told.value).text
        player = page.frame_locator('[title="A video for Ada"]')
        await expect(player.get_by_role("button", name="Hi Ada, play the video")).to_be_visible()
