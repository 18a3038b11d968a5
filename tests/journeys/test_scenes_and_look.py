"""Scenes and look in a real browser: what is typed is kept while one goes on, by keys and without
scripts; what is drawn follows."""

import pytest
from playwright.async_api import Browser, expect

from tests.journeys.arrivals import Arrived, Service, arrive
from tests.journeys.browsing import DESKTOP, PHONE, TOO_WIDE, browsing, press

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]

KEPT = "**/edit/scenes/one/*"


async def begin(person: Arrived, scenes: int = 0) -> str:
    """The address of a new campaign's wizard, with so many scenes for everyone in it."""
    made = await person.post("/campaigns", name="Spring")
    wizard = str(made.url).removesuffix("/name")
    for _ in range(scenes):
        await person.post(f"{wizard.removeprefix(person.url)}/scenes/add", kind="url")
    return wizard


async def test_a_scene_saves_itself_and_never_takes_the_focus(
    chromium: Browser, service: Service
) -> None:
    person = await arrive(service, "Sue", "selfsave")
    step = await begin(person, scenes=2) + "/scenes"
    async with browsing(chromium, cookies=person.cookies, refusals=(422,)) as page:
        await page.goto(step)
        await page.locator("#field-duration-1").fill("500")
        async with page.expect_response(KEPT) as refused:
            await press(page, "Tab")
        assert (await refused.value).status == 422
        await expect(page.locator("#field-duration-1-error")).to_contain_text("between 1 and 300")
        await expect(page.locator("#field-persona-1")).to_be_focused()

        await page.locator("#field-name-1").fill("Our site")
        async with page.expect_response(KEPT):
            await press(page, "Tab")
            await page.keyboard.type("9")
        await expect(page.locator("#scene-1 h2")).to_have_text("our-site")
        await expect(page.locator("#field-duration-1")).to_be_focused()
        async with page.expect_response(KEPT):
            await press(page, "Tab")
        await expect(page.locator("#motion-1 figcaption")).to_contain_text("in 9 s")
        await expect(page.locator("#scene-bar-said")).to_contain_text("Scenes last 24 s.")

        await page.reload()
        await expect(page.locator("#scene-1 h2")).to_have_text("our-site")
        await expect(page.locator("#field-duration-1")).to_have_value("9")


async def test_scenes_are_sorted_removed_and_brought_back_by_keys(
    chromium: Browser, service: Service
) -> None:
    person = await arrive(service, "Kay", "keysort")
    step = await begin(person, scenes=3) + "/scenes"
    async with browsing(chromium, cookies=person.cookies) as page:
        await page.goto(step)
        names = page.locator(".scene h2")
        await page.get_by_role("button", name="Move scene scene-3").focus()
        async with page.expect_response("**/scenes/order"):
            await press(page, "Space", "ArrowUp", "ArrowUp", "Space")
        await expect(names).to_have_text(["scene-3", "scene-1", "scene-2"])
        await expect(page.locator(".scene-bar-part text").first).to_have_text("scene-3")
        await page.reload()
        await expect(names).to_have_text(["scene-3", "scene-1", "scene-2"])

        await page.locator("#scene-2 summary").focus()
        await press(page, "Enter", "ArrowUp", "Enter")
        await expect(names).to_have_text(["scene-3", "scene-2"])
        await page.get_by_role("button", name="Undo").click()
        await expect(names).to_have_text(["scene-3", "scene-1", "scene-2"])
        await expect(page.locator("#field-url-2")).to_be_focused()


async def test_enter_in_a_field_goes_on_to_the_next_step(
    chromium: Browser, service: Service
) -> None:
    person = await arrive(service, "Enno", "enternext")
    wizard = await begin(person)
    async with browsing(chromium, cookies=person.cookies) as page:
        await page.goto(f"{wizard}/scenes")
        await page.get_by_role("button", name="Add a page for everyone").click()
        await expect(page.locator("#field-url-1")).to_be_focused()
        await page.keyboard.type("example.com")
        await press(page, "Enter")
        await page.wait_for_url(f"{wizard}/look")
        await page.go_back()
        await expect(page.locator("#field-url-1")).to_have_value("https://example.com/")


async def test_both_steps_work_without_scripts(chromium: Browser, service: Service) -> None:
    person = await arrive(service, "Nora", "noscript")
    wizard = await begin(person)
    async with browsing(chromium, cookies=person.cookies, java_script_enabled=False) as page:
        await page.goto(f"{wizard}/scenes")
        for _ in range(2):
            await page.get_by_role("button", name="Add a page for everyone").click()
        await page.locator("#field-url-1").fill("example.com")
        await page.locator("#field-url-2").fill("example.org")
        await page.locator("#scene-2 summary").click()
        await page.get_by_role("button", name="Move up").click()
        await expect(page.locator("#field-url-1")).to_have_value("https://example.org/")
        await page.get_by_role("button", name="Next: look").click()
        await page.get_by_label("Portrait").check()
        await page.get_by_role("button", name="Next: review").click()
        await expect(page.get_by_text("1080 × 1920 px.")).to_be_visible()
        await expect(page.get_by_role("link", name="No facecam is chosen.")).to_be_visible()


async def test_the_bubble_is_drawn_as_the_form_changes(chromium: Browser, service: Service) -> None:
    person = await arrive(service, "Lou", "lookdrawn")
    wizard = await begin(person)
    async with browsing(chromium, cookies=person.cookies, refusals=(422,)) as page:
        await page.goto(f"{wizard}/look")
        said, canvas = page.locator("#look-said"), page.locator(".look-picture")
        await page.get_by_label("Custom").check()
        await page.locator("#field-canvas_width").fill("640")
        await page.locator("#field-canvas_height").fill("480")
        await page.get_by_label("Top left").check()
        await expect(said).to_have_text(
            "640 × 480 px. The facecam is 320 × 320 px, 24 px from the top left corner."
        )
        await expect(canvas).to_have_attribute("viewBox", "0 0 640 480")
        await page.locator("#field-canvas_width").fill("641")
        await page.get_by_role("button", name="Save").click()
        await expect(page.locator("#field-canvas_width-error")).to_contain_text("even number")
        await expect(page.locator("#field-canvas_width")).to_have_value("641")


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_no_step_is_wider_than_the_window(
    chromium: Browser, service: Service, viewport: dict[str, int]
) -> None:
    person = await arrive(service, "Wim", f"wide{viewport['width']}")
    wizard = await begin(person, scenes=2)
    async with browsing(chromium, cookies=person.cookies, viewport=viewport) as page:
        for step in ("scenes", "look", "review"):
            await page.goto(f"{wizard}/{step}")
            assert await page.evaluate(TOO_WIDE) <= 0, step
