"""From the wizard's last step to a video that plays: watched, cancelled, retried, made anew."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.journeys.arrivals import Arrived, Service, arrive
from tests.journeys.browsing import browsing, holds
from tests.journeys.furnished import upload_clip
from tests.pipeline.small_render import SmallSite

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]

# Chromium and x264 take ten seconds for such a video where nothing else runs.
MADE_WITHIN_MS = 240_000
BAR = "document.querySelector('progress[data-total]')"
PLAYER = "document.querySelector('video.video-player')"
LOOK = {
    "size": "custom",
    "canvas_width": "640",
    "canvas_height": "360",
    "fps": "30",
    "shape": "circle",
    "corner": "bottom-right",
    "width": "120",
    "margin": "16",
    "border": "2",
}


async def test_a_campaign_is_rendered_watched_and_repaired(
    chromium: Browser, service: Service, clip: Path, small_pages: SmallSite
) -> None:
    ada = await arrive(service, "Ada", "rendering")
    campaign = await make_campaign(ada, clip, small_pages)
    async with browsing(chromium, cookies=ada.cookies) as page:
        await finish_the_wizard(page, ada.url + campaign)
        await check_the_pages(page, small_pages)
        await ask_for_videos(page, small_pages)
        await cancel_and_retry(page)
        await watch_them_come_in(page, small_pages)
        await read_the_notice(page)
        await play(page)
        await render_what_changed(page, ada.url + campaign)
        await restore_the_earlier_one(page)


async def make_campaign(ada: Arrived, clip: Path, pages: SmallSite) -> str:
    """Two leads, of whom the first one's page answers only when it may; small and short."""
    facecam = await upload_clip(ada, clip)
    campaign = (await ada.post("/campaigns")).url.path.partition("/edit")[0]
    edit = campaign + "/edit"
    rows = (("Ada", "held/ada"), ("Mateo", "mateo"))
    leads = "".join(f"{name},{name}@leads.example,{pages.url(path)}\n" for name, path in rows)
    await ada.post(edit + "/name", name="Small pages", then="stay")
    await ada.post(edit + "/facecam", facecam_id=facecam.rpartition("/")[2], then="stay")
    await ada.post(edit + "/leads/paste", text="first_name,email,website\n" + leads)
    await ada.post(edit + "/scenes/add", kind="column")
    await ada.post(edit + "/look", **LOOK, then="stay")
    return campaign


async def finish_the_wizard(page: Page, campaign: str) -> None:
    await page.goto(campaign + "/edit/leads")
    await expect(page.locator("#leads-summary")).to_contain_text("2 good")
    await page.goto(campaign + "/edit/facecam")
    # A second's work, on a machine that does nothing else.
    length = page.locator(".facecam-choice .facecam-length")
    await expect(length).to_have_text("Length: 0:04", timeout=MADE_WITHIN_MS)
    await page.goto(campaign + "/edit/scenes")
    async with page.expect_response(lambda answer: "/edit/scenes/one/" in answer.url):
        await page.get_by_label("Column of your list").select_option("website")
    await page.get_by_role("button", name="Fit to facecam").click()
    await expect(page.locator("#scene-bar")).to_have_attribute("data-state", "fits")
    await page.get_by_role("button", name="Next: look").click()
    await page.get_by_role("button", name="Next: review").click()
    await page.get_by_role("button", name="Mark as ready").click()


async def check_the_pages(page: Page, pages: SmallSite) -> None:
    """What the pages look like and what the videos take is seen before anything is made."""
    pages.released.set()
    await page.get_by_role("link", name="Render 2 videos").click()
    await expect(page.locator(".render-cost")).to_contain_text("0:04 each")
    await page.get_by_role("button", name="Check the pages").click()
    sheet = page.locator("#contact-sheet")
    # Such small pages look empty to it now and then, which stops nothing.
    await expect(sheet).to_contain_text("Checked", timeout=MADE_WITHIN_MS)
    await expect(sheet.locator(".contact-card img")).to_have_count(2)
    await expect(sheet.locator(".contact-card.is-fails")).to_have_count(0)


async def ask_for_videos(page: Page, pages: SmallSite) -> None:
    """The first one is in the making, and the second one is next."""
    pages.released.clear()
    await page.get_by_role("button", name="Render 2 videos").click()
    await page.wait_for_url("**/videos")
    await expect(row_of(page, "Ada")).to_contain_text("In the making", timeout=MADE_WITHIN_MS)
    await expect(row_of(page, "Mateo")).to_contain_text("Next in line")


async def cancel_and_retry(page: Page) -> None:
    """What waits is cancelled at once; what is cancelled can be tried again."""
    mateo = row_of(page, "Mateo")
    await act(mateo, "Cancel")
    await expect(page.locator(".toast")).to_contain_text("Cancelled 1 video.")
    await expect(mateo).to_have_attribute("data-state", "cancelled")
    await mateo.locator("summary").click()
    await mateo.get_by_role("link", name="Retry", exact=True).click()
    await expect(page.locator(".stats")).to_contain_text("Counts in your plan")
    await page.get_by_role("button", name="Retry 1 video").click()
    await expect(page.locator(".toast")).to_contain_text("1 video is tried again.")
    await expect(mateo).to_have_attribute("data-state", "waiting")


async def watch_them_come_in(page: Page, pages: SmallSite) -> None:
    """Bars and states move by themselves on the page that is open."""
    await page.evaluate("document.body.dataset.opened = 'once'")
    pages.released.set()
    await holds(page, f"{BAR}.value > 0.05", within_ms=MADE_WITHIN_MS)
    await expect(row_of(page, "Ada")).to_contain_text("Ready", timeout=MADE_WITHIN_MS)
    await expect(row_of(page, "Mateo")).to_contain_text("In the making")
    await expect(row_of(page, "Mateo")).to_contain_text("Ready", timeout=MADE_WITHIN_MS)
    for name in ("Ada", "Mateo"):
        await expect(row_of(page, name).locator(".thumb img")).to_be_visible()
    await expect(page.locator("#videos-totals")).to_contain_text("2 of 2 videos ready")
    assert await page.evaluate("document.body.dataset.opened") == "once", "it was loaded anew"


async def read_the_notice(page: Page) -> None:
    """The bell rings on the open page, and the notice leads back."""
    await expect(page.locator("#bell .bell-count")).to_have_text("1")
    await page.get_by_role("link", name="Notices").first.click()
    told = "All 2 videos of “Small pages” are ready"
    await expect(page.locator(".notice-line")).to_contain_text(told)
    await page.get_by_role("button", name="See the videos").click()
    await page.wait_for_url("**/videos")
    await expect(page.locator("#bell .bell-count")).to_have_count(0)


async def play(page: Page) -> None:
    await page.get_by_role("link", name="Ada", exact=True).click()
    player = page.locator("video.video-player")
    await expect(player).to_be_visible()
    # Sound needs somebody who clicks the player itself.
    await player.evaluate("video => { video.muted = true; return video.play(); }")
    await holds(page, f"{PLAYER}.currentTime > 1")
    assert await player.evaluate("video => [video.videoWidth, video.videoHeight]") == [640, 360]
    assert await player.evaluate("video => Math.round(video.duration)") == 4


async def render_what_changed(page: Page, campaign: str) -> None:
    """Another corner for the facecam changes both videos; only then are they offered."""
    await page.goto(campaign + "/render")
    await expect(page.get_by_role("radio", name="All 2")).to_be_checked()
    await expect(page.get_by_role("radio", name="What changed")).to_have_count(0)
    await page.goto(campaign + "/edit/look")
    await page.get_by_role("radio", name="Top left").check()
    async with page.expect_event("load"):
        await page.get_by_role("button", name="Save", exact=True).click()
    await page.goto(campaign + "/render")
    await expect(page.get_by_role("radio", name="What changed 2")).to_be_checked()
    await page.get_by_role("button", name="Render 2 videos").click()
    await page.wait_for_url("**/videos")
    for name in ("Ada", "Mateo"):
        await expect(row_of(page, name)).to_contain_text("Ready", timeout=MADE_WITHIN_MS)


async def restore_the_earlier_one(page: Page) -> None:
    await page.get_by_role("link", name="Ada", exact=True).click()
    versions = page.locator(".versions > li")
    await expect(versions).to_have_count(2)
    await expect(versions.first).to_contain_text("On the link")
    await page.get_by_role("button", name="Show this one").click()
    await expect(page.locator(".toast")).to_contain_text("The lead’s link shows this video now.")
    await expect(versions.last).to_contain_text("On the link")


def row_of(page: Page, name: str) -> Locator:
    return page.locator(".videos-table tbody tr").filter(has_text=f"{name}@leads.example")


async def act(row: Locator, action: str) -> None:
    """By the row's menu."""
    await row.locator("summary").click()
    await row.get_by_role("button", name=action, exact=True).click()
