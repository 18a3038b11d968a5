"""From signing in to sorted scenes with nothing but a keyboard: no element is clicked or filled."""

import pytest
from playwright.async_api import Browser, Page, expect

from tests.journeys.arrivals import Service, arrive, open_letter
from tests.journeys.browsing import browsing, press, tab_to

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]


async def enter(page: Page, text: str) -> None:
    await page.keyboard.type(text)
    await page.keyboard.press("Enter")


async def test_signing_in_and_making_a_campaign_needs_no_mouse(
    chromium: Browser, service: Service
) -> None:
    async with browsing(chromium) as page:
        await page.goto(service.url)
        # A provider stands above the address.
        await tab_to(page, "#field-email")
        await enter(page, "ada@by-keys.example")
        await page.get_by_text("We sent a sign-in link").wait_for()
        # The letter is read in another program; from here on the keyboard again.
        await open_letter(page, service, "ada@by-keys.example", "/sign-in/link/")
        await expect(page.get_by_role("button", name="Sign in")).to_be_focused()
        await press(page, "Enter")
        await expect(page.get_by_label("Name")).to_be_focused()
        await enter(page, "Ada")
        await expect(page.get_by_label("Team or company")).to_be_focused()
        await enter(page, "By keys")
        await page.wait_for_url(service.workspace_url("by-keys") + "/campaigns")

        # The first stop of a page leads past its navigation.
        await press(page, "Tab")
        await expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
        await press(page, "Enter")
        await tab_to(page, "form[action='/campaigns'] button")
        await press(page, "Enter")
        await page.get_by_label("Name").wait_for()
        await tab_to(page, "#field-name")
        await press(page, "Control+a")
        await enter(page, "Typed alone")
        await page.wait_for_url("**/edit/facecam")
        await tab_to(page, "#wizard-steps a[href$=scenes]")
        await press(page, "Enter")
        await page.wait_for_url("**/edit/scenes")
        await expect(page.get_by_role("heading", name="Typed alone")).to_be_visible()
        await add_scenes(page)


async def add_scenes(page: Page) -> None:
    """Two scenes; the focus goes to the fields of each as it is added."""
    await tab_to(page, "button[value=url][formaction$=add]")
    await press(page, "Enter")
    await expect(page.locator("li.scene")).to_have_count(1)
    await tab_to(page, "[name=url-1]")
    await page.keyboard.type("https://nordlys.example/")
    await tab_to(page, "button[value=url][formaction$=add]")
    await press(page, "Enter")
    await expect(page.locator("li.scene")).to_have_count(2)
    await expect(page.locator("[name=url-1]")).to_have_value("https://nordlys.example/")


async def test_scenes_are_set_and_sorted_by_keys_and_the_focus_stays(
    chromium: Browser, service: Service
) -> None:
    ada = await arrive(service, "Ada", "sorters")
    created = await ada.post("/campaigns")
    scenes = str(created.url).replace("/edit/name", "/edit/scenes")
    for _ in range(3):
        await ada.client.post(scenes + "/add", data={"kind": "url"})
    async with browsing(chromium, cookies=ada.cookies, refusals=(422,)) as page:
        await page.goto(scenes)
        rows = page.locator("li.scene")
        await expect(rows).to_have_count(3)
        names = [await rows.nth(n).get_attribute("data-id") for n in range(3)]
        await expect(page.locator("sortable-list")).to_have_class("is-on")

        await tab_to(page, f"li[data-id='{names[0]}'] .sortable-handle")
        handle = page.locator(f"li[data-id='{names[0]}'] .sortable-handle")
        async with page.expect_response(lambda answer: answer.url.endswith("/edit/scenes/order")):
            await press(page, "Space", "ArrowDown", "ArrowDown", "Space")
        await expect(handle).to_be_focused()
        await press(page, "Space", "ArrowUp", "Escape")
        await expect(handle).to_be_focused()
        sorted_names = [names[1], names[2], names[0]]
        assert [await rows.nth(n).get_attribute("data-id") for n in range(3)] == sorted_names

        # A field is kept as soon as it is left, and the part that comes back keeps the focus.
        await tab_to(page, f"li[data-id='{names[0]}'] [name^=duration]")
        await press(page, "Control+a")
        await page.keyboard.type("7")
        async with page.expect_response(lambda answer: "/edit/scenes/one/" in answer.url):
            await press(page, "Tab")
        await expect(page.locator(f"li[data-id='{names[0]}'] [name^=persona]")).to_be_focused()
        await press(page, "ArrowDown")
        async with page.expect_response(lambda answer: "/edit/scenes/one/" in answer.url):
            await press(page, "Tab")
        await expect(page.locator(f"li[data-id='{names[0]}'] [name^=depth]")).to_be_focused()
        # One of a few is chosen by arrows.
        await tab_to(page, f"li[data-id='{names[0]}'] [name^=source]", key="Shift+Tab")
        async with page.expect_response(lambda answer: "/edit/scenes/one/" in answer.url):
            await press(page, "ArrowRight")
        await expect(page.locator(f"li[data-id='{names[0]}'] [value=column]")).to_be_focused()

        await page.reload()
        assert [await rows.nth(n).get_attribute("data-id") for n in range(3)] == sorted_names
        last = rows.nth(2)
        await expect(last.get_by_label("Duration")).to_have_value("7")
        await expect(last.get_by_label("Pace")).to_have_value("brisk")
        await expect(last.get_by_role("radio", name="Each lead’s own")).to_be_checked()
