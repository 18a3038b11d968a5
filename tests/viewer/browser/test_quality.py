"""Which of a video's two copies plays: by the connection, and by what one chooses."""

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import CDPSession, Page, expect

from tests.journeys.first_load import AXE
from tests.viewer.browser.conftest import DESKTOP, PHONE, Open, comes_true, holds
from tests.viewer.browser.copies import CALM, IS_FULL, IS_LIGHT, TO_FULL, TO_LIGHT, listen
from tests.viewer.browser.landings import BRANDS, TWO_COPIES, landing
from tests.viewer.browser.prospect_app import Prospect
from tests.viewer.browser.test_embed import SMALL
from tests.viewer.browser.test_player import BUILT, PLAYS, V

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

INSIDE = """[...document.querySelector("media-control-bar").children].every((each) => {
  const { left, right, width } = each.getBoundingClientRect();
  return width === 0 || (left >= 0 && right <= innerWidth);
})"""
SHOTS = os.environ.get("LOOMLITE_TEST_SHOTS")  # a folder to keep pictures of the pages in
SIGNAL = "Object.defineProperty(navigator, 'globalPrivacyControl', { value: true });"


@pytest.fixture(autouse=True)
def two_copies(prospect: Prospect) -> None:
    prospect.landing = landing(video=TWO_COPIES)


async def slow(page: Page, *, mbit_s: float) -> CDPSession:
    wire = await page.context.new_cdp_session(page)
    await wire.send("Network.enable")
    bytes_s = mbit_s * 1024 * 1024 / 8
    network: dict[str, Any] = {"offline": False, "latency": 20}
    network |= {"downloadThroughput": bytes_s, "uploadThroughput": bytes_s}
    await wire.send("Network.emulateNetworkConditions", network)
    return wire


async def test_a_quick_connection_gets_the_full_copy_alone(
    open_page: Open, prospect: Prospect
) -> None:
    page = await open_page()
    await holds(page, f"{PLAYS} && {IS_FULL} && {V}.currentTime > 1")
    assert set(prospect.asked) == {"video"}


async def test_a_slow_connection_gets_the_light_copy_alone(
    open_page: Open, prospect: Prospect
) -> None:
    page = await open_page()
    await slow(page, mbit_s=0.8)
    prospect.asked.clear()
    await page.reload()
    await holds(page, f"{PLAYS} && {IS_LIGHT}")
    await page.get_by_role("button", name="Hi Maria, tap for sound").click()
    await holds(page, f"{PLAYS} && {IS_LIGHT} && !{V}.muted && {V}.currentTime > 1")
    assert set(prospect.asked) == {"light"}


async def test_who_saves_data_gets_the_light_copy_when_it_is_asked_for(
    open_page: Open, prospect: Prospect
) -> None:
    page = await open_page()
    wire = await page.context.new_cdp_session(page)
    await wire.send("Emulation.setDataSaverOverride", {"dataSaverEnabled": True})
    prospect.asked.clear()
    await page.reload()
    await holds(page, BUILT)
    assert prospect.asked == []
    await listen(page)
    await holds(page, IS_LIGHT)
    assert set(prospect.asked) == {"light"}


async def test_without_scripts_the_copy_that_stands_first_plays(
    open_page: Open, prospect: Prospect
) -> None:
    for light_first, asked in ((False, "video"), (True, "light")):
        prospect.context = {"light_first": light_first}
        prospect.asked.clear()
        page = await open_page(java_script_enabled=False)
        await page.locator("#video").press("Space")
        await comes_true(lambda: bool(prospect.asked))
        assert set(prospect.asked) == {asked}
        await expect(page.locator("#quality")).to_be_hidden()


async def test_a_person_chooses_and_it_is_kept(open_page: Open, prospect: Prospect) -> None:
    page = await open_page(PHONE, **CALM)
    await listen(page)
    await holds(page, f"{BUILT} && {IS_FULL} && {V}.currentTime > 1")
    await page.evaluate(f"{V}.pause()")
    stood = await page.evaluate(f"{V}.currentTime")
    await page.get_by_role("button", name=TO_LIGHT).click()
    await holds(page, f"{IS_LIGHT} && {V}.readyState > 1 && !{V}.seeking")
    stands = pytest.approx(stood, abs=0.01)
    assert await page.evaluate(f"[{V}.paused, {V}.currentTime]") == [True, stands]
    await expect(page.get_by_role("button", name=TO_FULL)).to_be_focused()

    prospect.asked.clear()
    await page.reload()
    await listen(page)
    await holds(page, f"{BUILT} && {IS_LIGHT}")
    assert "video" not in prospect.asked
    await page.get_by_role("button", name=TO_FULL).click()
    await holds(page, f"{IS_FULL} && {PLAYS}")
    # On whatever connection: it was asked for.
    await slow(page, mbit_s=0.8)
    await page.reload()
    await listen(page)
    await holds(page, IS_FULL)


async def test_of_who_asks_not_to_be_tracked_no_choice_is_kept(open_page: Open) -> None:
    page = await open_page(script=SIGNAL, **CALM)
    await listen(page)
    await holds(page, BUILT)
    await page.get_by_role("button", name=TO_LIGHT).click()
    await holds(page, f"{IS_LIGHT} && {PLAYS}")
    assert await page.evaluate("localStorage.length") == 0


async def test_where_there_is_one_copy_nothing_is_said_of_two(
    open_page: Open, prospect: Prospect
) -> None:
    prospect.landing = landing()
    page = await open_page(**CALM)
    await listen(page)
    await holds(page, BUILT)
    await expect(page.locator("media-mute-button")).to_be_visible()
    await expect(page.locator("#quality, [data-quality=light]")).to_have_count(0)
    assert await page.evaluate(f"{V}.querySelectorAll('source').length") == 1


async def test_the_button_is_for_everyone_whatever_the_brand(
    open_page: Open, prospect: Prospect
) -> None:
    for brand in ("light", "dark", "neon"):
        for size, template in ((DESKTOP, "landing"), (PHONE, "landing"), (SMALL, "embed")):
            prospect.landing = landing(video=TWO_COPIES, brand=BRANDS[brand])
            prospect.context = {"template": template, "page_url": "https://nordlys.example/"}
            page = await open_page(size, **CALM)
            await listen(page)
            await holds(page, BUILT)
            await page.evaluate(f"{V}.pause()")
            for name in (TO_LIGHT, TO_FULL):
                button = page.get_by_role("button", name=name)
                await expect(button).to_be_visible()
                await is_readable(page, f"{brand}-{template}-{size[0]}-{name[:2]}")
                await button.click()
            await page.close()


async def is_readable(page: Page, name: str) -> None:
    if SHOTS:
        await page.screenshot(path=Path(SHOTS) / f"quality-{name}.png")
    await page.evaluate(AXE)
    found = await page.evaluate("axe.run('#quality')")
    assert [f"{each['id']}: {each['nodes'][0]['html']}" for each in found["violations"]] == []
    # All of the bar is within the video.
    assert await page.evaluate(INSIDE), name
