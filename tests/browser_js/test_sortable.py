"""A list that is sorted in a real browser: by mouse, by touch, by keys; saved, or put back."""

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.browser_js.page_app import Pages
from tests.browser_js.wire import Wire, until

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

HANDLE = ".sortable-handle"


@pytest_asyncio.fixture(loop_scope="module", autouse=True)
async def at_the_list(page: Page) -> None:
    await page.goto("/sortable")
    await expect(page.locator("sortable-list")).to_have_class("is-on")


async def order(page: Page) -> list[str]:
    found: list[str] = await page.locator("[data-id]").evaluate_all(
        "rows => rows.map(row => row.dataset.id)"
    )
    return found


async def saved(pages: Pages, *expected: str) -> None:
    await until(lambda: len(pages.orders) > 0)
    assert pages.orders == [list(expected)]


async def keys(page: Page, *names: str) -> None:
    for name in names:
        await page.keyboard.press(name)


async def middle(page: Page, row: str, *, of: str = "") -> tuple[float, float]:
    box = await page.locator(f"[data-id={row}] {of}").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


async def test_keys_pick_up_move_and_drop_and_each_step_is_said(page: Page, pages: Pages) -> None:
    live = page.get_by_role("status")
    handle = page.get_by_role("button", name="Move scene Profile")
    await handle.focus()
    await keys(page, "Space")
    await expect(live).to_contain_text("Scene Profile, position 2 of 3, picked up")
    await expect(handle).to_have_attribute("aria-pressed", "true")
    await keys(page, "ArrowDown")
    await expect(live).to_have_text("Scene Profile, position 3 of 3")
    await keys(page, "ArrowDown", "ArrowUp", "ArrowUp")
    await expect(live).to_have_text("Scene Profile, position 1 of 3")
    await expect(handle).to_be_focused()
    assert pages.orders == []
    await keys(page, "Space")
    await expect(live).to_have_text("Scene Profile, position 1 of 3, dropped")
    await saved(pages, "b", "a", "c")
    assert await order(page) == ["b", "a", "c"]


async def test_escape_puts_the_row_back_and_nothing_is_saved(page: Page, pages: Pages) -> None:
    handle = page.get_by_role("button", name="Move scene Home page")
    await handle.focus()
    await keys(page, "Space", "ArrowDown", "ArrowDown")
    assert await order(page) == ["b", "c", "a"]
    await keys(page, "Escape")
    assert await order(page) == ["a", "b", "c"]
    await expect(handle).to_be_focused()
    await expect(page.get_by_role("status")).to_contain_text("put back")
    await keys(page, "Space", "ArrowDown", "ArrowUp", "Space")
    assert pages.orders == []


async def test_whoever_tabs_away_has_dropped_the_row(page: Page, pages: Pages) -> None:
    await page.get_by_role("button", name="Move scene Home page").focus()
    await keys(page, "Space", "ArrowDown", "Tab")
    await saved(pages, "b", "a", "c")


async def test_a_row_is_dragged_by_its_handle(page: Page, pages: Pages) -> None:
    await page.mouse.move(*await middle(page, "a", of=HANDLE))
    await page.mouse.down()
    x, y = await middle(page, "c")
    await page.mouse.move(x, y - 30)
    await page.mouse.move(x, y + 20, steps=3)
    await expect(page.get_by_role("status")).to_have_text("Scene Home page, position 3 of 3")
    await page.mouse.up()
    await saved(pages, "b", "c", "a")
    assert await order(page) == ["b", "c", "a"]


async def test_escape_while_dragging_puts_the_row_back(page: Page, pages: Pages) -> None:
    await page.mouse.move(*await middle(page, "c", of=HANDLE))
    await page.mouse.down()
    x, y = await middle(page, "a")
    await page.mouse.move(x, y - 10, steps=3)
    await expect(page.get_by_role("status")).to_have_text("Scene Pricing, position 1 of 3")
    await keys(page, "Escape")
    assert await order(page) == ["a", "b", "c"]
    await page.mouse.up()
    assert await order(page) == ["a", "b", "c"]
    assert pages.orders == []


async def test_a_row_is_dragged_by_touch(chromium: Browser, wire: Wire, pages: Pages) -> None:
    context = await chromium.new_context(base_url=wire.origin, has_touch=True)
    page = await context.new_page()
    await page.goto("/sortable")
    (x, y), (_, to_y) = await middle(page, "a", of=HANDLE), await middle(page, "b")
    session = await context.new_cdp_session(page)

    async def touch(kind: str, at_y: float) -> None:
        points = [] if kind == "touchEnd" else [{"x": x, "y": at_y}]
        await session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    await touch("touchStart", y)
    await touch("touchMove", (y + to_y) / 2)
    await touch("touchMove", to_y + 10)
    await expect(page.get_by_role("status")).to_have_text("Scene Home page, position 2 of 3")
    await touch("touchEnd", 0)
    await saved(pages, "b", "a", "c")
    await context.close()


async def test_an_order_that_could_not_be_saved_is_put_back_and_said(
    page: Page, pages: Pages
) -> None:
    pages.order_status = 500
    handle = page.get_by_role("button", name="Move scene Home page")
    await handle.focus()
    await page.evaluate(
        "document.addEventListener('toast', event => { window.toasted = event.detail; })"
    )
    await keys(page, "Space", "ArrowDown", "Space")
    await expect(page.get_by_role("status")).to_contain_text("could not be saved")
    assert await order(page) == ["a", "b", "c"]
    assert (await page.evaluate("window.toasted"))["kind"] == "bad"
    await expect(handle).to_be_focused()


async def test_a_form_of_htmx_is_left_to_htmx(page: Page, pages: Pages) -> None:
    await page.evaluate(
        """() => {
            const form = document.querySelector("form");
            form.setAttribute("hx-post", "/order");
            form.addEventListener("submit", (event) => {
                event.preventDefault();
                window.submitted = new FormData(form).getAll("order");
            });
        }"""
    )
    await page.get_by_role("button", name="Move scene Pricing").focus()
    await keys(page, "Enter", "ArrowUp", "Enter")
    assert await page.evaluate("window.submitted") == ["a", "c", "b"]
    assert pages.orders == []


async def test_without_javascript_there_are_buttons_instead(chromium: Browser, wire: Wire) -> None:
    context = await chromium.new_context(base_url=wire.origin, java_script_enabled=False)
    page = await context.new_page()
    await page.goto("/sortable")
    await expect(page.get_by_role("button", name="Move up")).to_have_count(3)
    await expect(page.locator(".sortable-handle").first).to_be_hidden()
    await context.close()
