"""What people do while a page is still on its way, or while a part of it is told anew."""

import pytest
from playwright.async_api import Browser, expect

from tests.browser_js.drawn_pages import drawn_page

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

HTMX = "../vendor/htmx.org/htmx.min.js"
ROW = '<div id="row"><details class="menu" name="menus"><summary>Menu</summary>{}</details></div>'
CANCEL, RETRY = "<button>Cancel</button>", "<button>Retry</button>"


async def test_a_menu_stays_open_when_its_row_is_told_anew(chromium: Browser) -> None:
    async with drawn_page(
        chromium, ROW.format(CANCEL), scripts=(HTMX, "menus.js", "unfolded.js")
    ) as page:
        await page.locator("summary").click()
        await page.evaluate(
            "text => htmx.swap({target: '#row', text, swap: 'outerMorph'})", ROW.format(RETRY)
        )
        await expect(page.get_by_role("button", name="Retry")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("button", name="Retry")).to_be_hidden()


@pytest.mark.parametrize(("typed", "told"), [("Nordlys", 1), ("", 0)])
async def test_what_was_typed_before_htmx_began_is_told_to_it(
    chromium: Browser, typed: str, told: int
) -> None:
    body = '<input hx-trigger="input changed" aria-label="Name" value="">'
    async with drawn_page(chromium, body, scripts=("typed_early.js",)) as page:
        # Fills the field as soon as it is parsed, which is before any module runs.
        await page.add_init_script(
            f"""let told = 0;
            document.addEventListener("input", () => {{ document.title = String(++told); }});
            document.addEventListener("readystatechange", () => {{
              if (document.readyState !== "interactive") return;
              document.title = "0";
              document.querySelector("input").value = "{typed}";
            }});"""
        )
        await page.reload(wait_until="load")
        await expect(page).to_have_title(str(told))
