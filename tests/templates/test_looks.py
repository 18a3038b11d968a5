"""The frame and its pieces in a real Chromium, under the strict policy on scripts."""

import json
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from app.pipeline.browser.find import find_chromium
from tests.templates.sample_app import make_app
from tests.web.real_server import served

pytestmark = pytest.mark.browser

AXE = Path(__file__).parent.parent / "vendor/axe-core/axe.min.js"
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
FIRST_LOAD_LIMIT_BYTES = 120_000  # the issue's; a page's own pictures come on top of what is here
SHOTS = os.environ.get("LOOMLITE_TEST_SHOTS")  # a folder to keep pictures of the pages in


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(make_app()) as address:
        yield address


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=str(find_chromium(os.environ)), args=["--no-sandbox"]
        )
        yield browser
        await browser.close()


@asynccontextmanager
async def _opened(browser: Browser, url: str, **options: Any) -> AsyncIterator[Page]:
    """A page at that URL; nothing on it may fail or be refused by the policy."""
    context = await browser.new_context(**{"viewport": DESKTOP, **options})
    page = await context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda m: faults.append(m.text) if _is_fault(m.type, m.text) else None)
    await page.goto(url)
    yield page
    await context.close()
    assert not faults


def _is_fault(kind: str, text: str) -> bool:
    # That a request was refused is logged by Chromium itself, and meant by some tests.
    return kind == "error" and "Failed to load resource" not in text


async def _shot(page: Page, name: str) -> None:
    if SHOTS:
        await page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


PAGES = ["/", "/facecams", "/settings", "/sign-in", "/offline"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_every_page_can_be_read_by_everyone(
    browser: Browser, address: str, scheme: str, viewport: dict[str, int]
) -> None:
    for path in PAGES:
        async with _opened(browser, address + path, viewport=viewport, color_scheme=scheme) as page:
            name = f"{path.strip('/') or 'sample'}-{scheme}-{viewport['width']}"
            await _shot(page, name)
            # The policy holds for pages, not for what DevTools runs on them.
            await page.evaluate(AXE.read_text("utf-8"))
            found = await page.evaluate("axe.run()")
            faults = [
                f"{v['id']}: {v['nodes'][0]['html']} {v['nodes'][0]['failureSummary']}"
                for v in found["violations"]
            ]
            assert not faults, "\n".join([name, *faults])
            wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, f"{name} is {wide} px too wide"


async def test_a_first_load_is_small(browser: Browser, address: str) -> None:
    sizes: dict[str, int] = {}
    context = await browser.new_context()
    page = await context.new_page()
    session = await context.new_cdp_session(page)
    await session.send("Network.enable")
    session.on(
        "Network.loadingFinished", lambda e: sizes.update({e["requestId"]: e["encodedDataLength"]})
    )
    await page.goto(address, wait_until="networkidle")
    assert 20_000 < sum(sizes.values()) < FIRST_LOAD_LIMIT_BYTES


async def test_a_menu_opens_by_key_and_closes_by_escape(browser: Browser, address: str) -> None:
    async with _opened(browser, address) as page:
        summary = page.get_by_label("Actions for Autumn outreach")
        await summary.press("Enter")
        await page.keyboard.press("ArrowDown")
        await expect(page.get_by_role("link", name="Edit").first).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(page.locator(".menu[open]")).to_have_count(0)
        await expect(summary).to_be_focused()


async def test_a_dangerous_act_names_the_thing_and_can_be_undone(
    browser: Browser, address: str
) -> None:
    async with _opened(browser, address) as page:
        summary = page.get_by_label("Actions for Q4 / fintech")
        await summary.click()
        await page.locator("#row-2 .menu-item-bad").click()
        await expect(page.get_by_role("dialog")).to_contain_text("Delete “Q4 / fintech”?")
        await expect(page.get_by_role("button", name="Cancel")).to_be_focused()
        await _shot(page, "confirm-light-1280")
        await page.keyboard.press("Escape")
        await expect(page.locator("#row-2 .menu-item-bad")).to_be_focused()
        await page.keyboard.press("Enter")
        await page.get_by_role("button", name="Delete campaign").click()
        await expect(page.locator("#row-2")).to_have_count(0)
        toast = page.locator(".toast", has_text="Gone – really.")
        await expect(toast.get_by_role("button", name="Undo")).to_be_visible()
        await expect(page.locator("#row-3 [type=checkbox]")).to_be_focused()
        await toast.get_by_label("Dismiss").click()
        await expect(toast).to_have_count(0)


async def test_a_refused_form_leads_to_its_first_error(browser: Browser, address: str) -> None:
    async with _opened(browser, address) as page:
        await page.get_by_role("button", name="Save campaign").click()
        await expect(page.locator("#field-email")).to_be_focused()
        await expect(page.locator("#field-email")).to_have_value("ann@")
        described = await page.locator("#field-email").get_attribute("aria-describedby")
        assert described == "field-email-error field-email-hint"


@pytest.mark.parametrize(
    ("button", "sentence"),
    [
        ("Break it", "Wait 2 minutes, then try again."),
        ("Crash it", "Something broke on our side."),
    ],
)
async def test_a_failed_part_leaves_the_page_and_says_why(
    browser: Browser, address: str, button: str, sentence: str
) -> None:
    async with _opened(browser, address) as page:
        await page.get_by_role("button", name=button).click()
        await expect(page.locator(".toast-bad")).to_contain_text(sentence)
        await expect(page.get_by_role("button", name=button)).to_have_text(button)


async def test_the_palette_leads_anywhere_by_name(browser: Browser, address: str) -> None:
    async with _opened(browser, address) as page:
        await page.keyboard.press("Control+k")
        dialog = page.get_by_role("dialog", name="Go to")
        await expect(dialog.get_by_role("searchbox")).to_be_focused()
        await page.keyboard.type("aut")
        await expect(dialog.get_by_role("link", name="aut campaign")).to_be_visible()
        await expect(dialog.get_by_role("link", name="Facecams")).to_be_hidden()
        await expect(dialog.get_by_text("Nothing has that name.")).to_be_hidden()
        await _shot(page, "palette-light-1280")
        await dialog.get_by_role("searchbox").fill("face")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/facecams")


async def test_the_workspaces_load_when_the_switcher_opens(browser: Browser, address: str) -> None:
    async with _opened(browser, address) as page:
        await page.locator(".switcher > summary").first.click()
        await expect(page.locator("#switcher a")).to_have_text("Acme")
        await _shot(page, "switcher-light-1280")


async def test_a_phone_has_the_sidebar_as_a_sheet(browser: Browser, address: str) -> None:
    async with _opened(browser, address, viewport=PHONE) as page:
        sidebar = page.get_by_role("navigation", name="Main")
        await expect(sidebar).to_be_hidden()
        await page.get_by_role("button", name="Menu", exact=True).click()
        await expect(sidebar).to_be_visible()
        await _shot(page, "sheet-light-360")
        await page.keyboard.press("Escape")
        await expect(sidebar).to_be_hidden()


async def test_times_are_shown_in_the_viewers_zone(browser: Browser, address: str) -> None:
    async with _opened(browser, address, timezone_id="Asia/Tokyo") as page:
        shown = page.locator(".facts time")
        moment = await shown.get_attribute("datetime")
        options = {"timeZone": "Asia/Tokyo", "hour": "2-digit", "minute": "2-digit"}
        clock = await page.evaluate(
            f"new Date('{moment}').toLocaleTimeString('en-GB', {json.dumps(options)})"
        )
        await expect(shown).to_contain_text(clock)


async def test_without_script_every_form_and_link_is_still_there(
    browser: Browser, address: str
) -> None:
    async with _opened(browser, address, java_script_enabled=False) as page:
        await expect(page.locator(".sidebar-search")).to_be_hidden()
        await page.locator("#row-1 summary").click()
        await page.locator("#row-1 .menu-item-bad").click()
        await page.wait_for_url(address + "/")


async def test_a_lost_connection_shows_the_offline_page(browser: Browser, address: str) -> None:
    async with _opened(browser, address) as page:
        await page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
        await page.context.set_offline(True)
        await page.goto(address + "/facecams")
        await expect(page.get_by_role("heading", name="You are offline")).to_be_visible()
        drawn = "getComputedStyle(document.querySelector('.btn')).display"
        assert await page.evaluate(drawn) in {"flex", "inline-flex"}
        await page.context.set_offline(False)
        await expect(page.get_by_role("heading", name="Facecams")).to_be_visible()
