"""The whole wizard with a real list and a real clip, left and reloaded on the way."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.browser_js.uploading import kept
from tests.journeys.arrivals import Service, arrive
from tests.journeys.browsing import browsing, holds

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]

# Row 3 repeats row 2, row 5 has a cell too many.
LEADS = """first_name,last_name,email,company,website
Ada,Lindgren,ada@fjordgrid.example,Fjordgrid,https://fjordgrid.example/
Mateo,Rivera,ada@fjordgrid.example,Casa Lumbre,https://casalumbre.example/
Naomi,Okafor,naomi@adire.example,Adire Studio,https://adire.example/
Jonas,Weber,jonas@werkbank.example,Werkbank, Inc,https://werkbank.example/
Priya,Raman,priya@saffron.example,Saffron Health,https://saffron.example/
"""


async def test_a_campaign_is_made_from_name_to_ready(
    chromium: Browser, service: Service, clip: Path, tmp_path: Path
) -> None:
    leads = tmp_path / "Nordic founders.csv"
    leads.write_text(LEADS, encoding="utf-8")
    ada = await arrive(service, "Ada", "wholeway")
    # 422 is what a row that is still wrong is answered with.
    async with browsing(chromium, cookies=ada.cookies, refusals=(422,)) as page:
        await page.goto(ada.url)
        await page.get_by_role("button", name="Make your first campaign").click()
        await page.get_by_label("Name").fill("Nordic founders")
        await page.get_by_role("button", name="Next: facecam").click()
        await bring_the_clip(page, clip)
        await bring_the_leads(page, leads)
        await set_the_scenes(page)
        await choose_the_look(page)
        await review(page)
        await page.goto(ada.url)
        card = page.get_by_role("article").filter(has_text="Nordic founders")
        await expect(card).to_contain_text("2 scenes · 4 leads")
        await expect(card).to_contain_text("Ready")


async def bring_the_clip(page: Page, clip: Path) -> None:
    """A reload when a part has arrived: the upload goes on from there by itself."""
    # A route that is set while the page is still arriving is not heeded.
    await page.wait_for_url("**/edit/facecam")

    is_left = False

    # Neither answered nor refused: it is on its way when the page is left.
    async def hold_the_second_chunk(route: Route) -> None:
        if is_left or route.request.headers.get("upload-offset") in {None, "0"}:
            await route.continue_()

    await page.route("**/facecams/uploads/*", hold_the_second_chunk)
    await page.locator("#facecam-file").set_input_files(clip)
    await expect(page.locator(".transfer")).to_have_attribute("data-state", "sending")
    await expect(page.locator(".transfer progress")).to_have_js_property("value", 4 * 1024**2)
    await expect(page.locator(".transfer-words")).to_contain_text("4 of 5 MB")
    script = await page.locator("script[src$='/js/upload.js']").get_attribute("src") or ""
    assert await kept(page, script.replace("upload.js", "kept_files.js")) == 1
    offsets: list[str] = []
    page.on(
        "request",
        lambda request: offsets.extend(
            [request.headers["upload-offset"]] if request.method == "PUT" else []
        ),
    )
    is_left = True
    await page.reload()
    await expect(page.get_by_role("radio", name=clip.stem)).to_be_checked()
    await page.unroute("**/facecams/uploads/*", hold_the_second_chunk)
    assert offsets == [str(4 * 1024**2)]
    # The card is renewed by itself when the worker has prepared the clip, and stays chosen.
    await expect(page.locator(".facecam-choice .facecam-length")).to_have_text("Length: 0:04")
    await expect(page.get_by_role("radio", name=clip.stem)).to_be_checked()
    await page.get_by_role("button", name="Next: leads").click()


async def bring_the_leads(page: Page, leads: Path) -> None:
    """Of two bad rows one is mended where it stands, one is skipped; a reload forgets neither."""
    await page.locator("#leads-file").set_input_files(leads)
    summary = page.locator("#leads-summary")
    await expect(summary).to_contain_text("2 to fix")
    await expect(summary).to_contain_text("3 good")
    await expect(page.locator("#field-email")).to_have_value("email")
    await expect(page.get_by_role("region", name="First rows").locator("tbody tr")).to_have_count(5)
    row = page.get_by_role("form", name="Row 3")
    await row.get_by_label("email").fill("ADA@fjordgrid.example")
    await row.get_by_role("button", name="Save row 3").click()
    await expect(page.locator(".lead-row.is-wrong :focus")).to_have_count(1)
    await expect(row.get_by_label("email")).to_have_value("ADA@fjordgrid.example")
    await row.get_by_label("email").fill("mateo@casalumbre.example")
    await row.get_by_role("button", name="Save row 3").click()
    await expect(summary).to_contain_text("4 good")
    # The keyboard goes on to the next row that is to be mended.
    bad = page.get_by_role("form", name="Row 5")
    await expect(bad.locator(":focus")).to_have_count(1)
    await bad.get_by_role("button", name="Skip").click()
    await expect(summary).to_contain_text("1 skipped")
    await page.reload()
    await expect(summary).to_contain_text("4 good")
    await expect(summary).to_contain_text("1 skipped")
    await page.get_by_role("button", name="Next: scenes").click()


async def set_the_scenes(page: Page) -> None:
    """A column and a fixed address; what was typed is there after a reload, and is made to fit."""
    # With its scripts: without them the buttons send the form, and the page comes anew.
    await page.wait_for_url("**/edit/scenes")
    await page.get_by_role("button", name="Add each lead’s own page").click()
    await page.get_by_label("Column of your list").select_option("website")
    await page.get_by_role("button", name="Add a page for everyone").click()
    second = page.locator("li.scene").nth(1)
    async with page.expect_response(lambda answer: "/edit/scenes/one/" in answer.url):
        await second.get_by_label("Address", exact=True).fill("https://nordlys.example/pricing")
        await second.get_by_label("Address", exact=True).press("Tab")
    async with page.expect_response(lambda answer: "/edit/scenes/one/" in answer.url):
        await second.get_by_label("Duration").fill("9")
        await second.get_by_label("Duration").press("Tab")
    await page.reload()
    await expect(page.locator("li.scene").first.get_by_label("Column of your list")).to_have_value(
        "website"
    )
    await expect(second.get_by_label("Address", exact=True)).to_have_value(
        "https://nordlys.example/pricing"
    )
    await expect(second.get_by_label("Duration")).to_have_value("9")
    bar = page.locator("#scene-bar")
    await expect(bar).to_have_attribute("data-state", "differs")
    await page.get_by_role("button", name="Fit to facecam").click()
    await expect(bar).to_have_attribute("data-state", "fits")
    await expect(bar).to_contain_text("Scenes and facecam both last 4 s.")
    await expect(page.get_by_role("button", name="Fit to facecam")).to_be_hidden()
    await page.get_by_role("button", name="Next: look").click()


async def choose_the_look(page: Page) -> None:
    """The preview follows each choice over the clip's own picture, before anything is saved."""
    drawn = page.locator("#look-preview")
    await expect(drawn.locator("image[data-box=picture]")).to_have_attribute(
        "href", re.compile(r"poster\.webp")
    )
    await page.get_by_role("radio", name="Top left").check()
    await expect(drawn).to_contain_text("from the top left corner")
    await page.get_by_label("Width", exact=True).last.fill("400")
    await expect(drawn).to_contain_text("The facecam is 400 ×")
    at = "document.querySelector('[data-box=outer]').getBoundingClientRect()"
    whole = "document.querySelector('.look-picture').getBoundingClientRect()"
    await holds(page, f"{at}.left - {whole}.left < {whole}.width / 4")
    # A reload while the saved page arrives would be none.
    async with page.expect_event("load"):
        await page.get_by_role("button", name="Save", exact=True).click()
    await page.reload()
    await expect(page.get_by_role("radio", name="Top left")).to_be_checked()
    await expect(drawn).to_contain_text("The facecam is 400 ×")
    await page.get_by_role("button", name="Next: review").click()


async def review(page: Page) -> None:
    await expect(page.locator(".review-cost")).to_be_visible()
    await expect(page.locator(".review-scenes")).to_contain_text("https://nordlys.example/pricing")
    await page.get_by_role("button", name="Mark as ready").click()
    await expect(page.locator(".wizard-foot")).to_contain_text("Ready")
    await page.get_by_role("link", name="Open the campaign").click()
    await expect(page.get_by_role("link", name="Render 4 videos")).to_be_visible()
    await expect(page.get_by_role("region", name="Leads")).to_contain_text("Casa Lumbre")
