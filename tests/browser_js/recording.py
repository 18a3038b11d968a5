"""A take recorded with the invented camera, button by button."""

import re

from playwright.async_api import Page, expect

STAGE = ".recorder"


async def state(page: Page, *names: str) -> None:
    await expect(page.locator(STAGE)).to_have_attribute("data-state", re.compile("|".join(names)))


async def press(page: Page, name: str) -> None:
    await page.get_by_role("button", name=name, exact=True).click()


async def turn_on(page: Page) -> None:
    await page.goto("/recorder")
    await press(page, "Turn on camera")
    await state(page, "ready")


async def record(page: Page, *, until: str = "0:02") -> None:
    await press(page, "Record")
    await state(page, "counting")
    await state(page, "recording")
    await expect(page.locator(".recorder-clock")).to_contain_text(until)
    await press(page, "Stop")
    await state(page, "review")
