"""What tests of a video's two copies share: how they are told apart, and a player with sound on."""

from typing import Any

from playwright.async_api import Page

from tests.viewer.browser.conftest import holds
from tests.viewer.browser.prospect_app import LIGHT
from tests.viewer.browser.test_player import PLAYS, V

IS_LIGHT = f"{V}.videoWidth === {LIGHT[0]}"
IS_FULL = f"{V}.videoWidth > {LIGHT[0]}"
TO_LIGHT = "HD: full quality. Change to light, which loads faster"
TO_FULL = "Light quality, which loads faster. Change to HD"
CALM: dict[str, Any] = {"reduced_motion": "reduce"}  # nothing plays before it is asked for


async def listen(page: Page) -> None:
    """Plays from the beginning, with sound."""
    await page.get_by_role("button", name="Hi Maria, play the video").click()
    await holds(page, f"{PLAYS} && !{V}.muted")
