"""Editing a landing page in a real Chromium: the preview follows the typing, with and without a
script, on every screen."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import FilePayload, Page, expect

from app.db.embedded import EmbeddedDatabase
from app.db.session import Database
from tests.facecams.clips import make_facecam
from tests.journeys.browsing import DESKTOP, PHONE, TOO_WIDE, browsing, holds
from tests.journeys.first_load import COLOUR_RULES, grave_faults
from tests.renders.films import make_film
from tests.viewer.editing import OF_WORKSPACE, choices_of, of_campaign
from tests.viewer.team_browser import TeamBrowser, team_browser

pytestmark = pytest.mark.browser

WAIT_MS = 30_000
SHOTS = os.environ.get("LOOMLITE_TEST_SHOTS")  # a folder to keep pictures of the pages in
SRT: FilePayload = {
    "name": "hallo.srt",
    "mimeType": "application/x-subrip",
    "buffer": "1\n00:00:01,0 --> 00:00:02,0\nGrüße & <3\n\n"
    "2\n00:00:03,0 --> 00:00:04,0\n<i>Zweite</i>\n".encode(),
}
FRAME = "iframe:not(.is-coming)"


@pytest.fixture
async def team(
    own_urls: EmbeddedDatabase, own_database: Database, tmp_path: Path
) -> AsyncIterator[TeamBrowser]:
    async with team_browser(own_urls, own_database, tmp_path) as opened:
        expect.set_options(timeout=WAIT_MS)
        yield opened


def headline_in(page: Page) -> Any:
    """What the preview's page says first."""
    return page.frame_locator(FRAME).locator("h1")


async def test_the_preview_follows_what_is_typed_and_nothing_is_saved(team: TeamBrowser) -> None:
    url = of_campaign(await make_film(team.cast, leads=3))
    # The film of these leads is not made, and their facecam's file was never there.
    async with browsing(team.chromium, cookies=team.cookies, refusals={404, 422}) as page:
        await page.goto(team.url + url)
        await expect(headline_in(page)).to_contain_text("this video is for you")
        entries = await page.evaluate("history.length")
        await page.locator("[name=group_words][value=own]").check()
        headline = page.get_by_label("Headline", exact=True)
        await headline.fill("Watch this, ")
        await page.get_by_role("button", name="E-mail", exact=True).click()
        await expect(headline).to_have_value("Watch this, {{ lead.email }}")
        await expect(headline).to_be_focused()
        await expect(headline_in(page)).to_contain_text("Watch this, lead2@example.com")
        await page.get_by_label("Whose page").select_option(index=2)
        await expect(headline_in(page)).to_contain_text("Watch this, lead3@example.com")

        await page.locator("[name=group_look][value=own]").check()
        await page.get_by_label("Accent").fill("#fdfdfd")
        await expect(page.locator("#page-contrast")).to_contain_text("hard to see")
        await page.locator(".page-widths label", has_text="Phone").click()
        width = await page.locator(FRAME).evaluate("frame => frame.contentWindow.innerWidth")
        assert width == 390
        await headline.fill("{{ lead.nobody }}")
        await page.get_by_role("button", name="Save for this campaign").click()
        await expect(page.locator(".field-error")).to_contain_text("lead.nobody is not known.")
        await expect(headline).to_be_focused()
        await expect(page.get_by_label("Accent")).to_have_value("#fdfdfd")
        # However often the preview was drawn: one entry more, of the form that was sent.
        assert await page.evaluate("history.length") == entries + 1
    assert "lead.email" not in (await choices_of(team.cast))["headline"]


async def test_without_a_script_it_is_shown_and_saved_by_buttons(team: TeamBrowser) -> None:
    campaign_id = await make_film(team.cast, leads=1)
    options: dict[str, Any] = {
        "java_script_enabled": False,
        "cookies": team.cookies,
        "refusals": {404, 422},
    }
    async with browsing(team.chromium, **options) as page:
        await page.goto(team.url + of_campaign(campaign_id))
        await page.locator("[name=group_words][value=own]").check()
        await page.get_by_label("Headline", exact=True).fill("By hand, {{ lead.email }}")
        await page.get_by_role("button", name="Show what is typed").click()
        await expect(headline_in(page)).to_contain_text("By hand, lead2@example.com")
        await page.get_by_label("Headline", exact=True).fill("{{ lead.mail }}")
        await page.get_by_role("button", name="Save for this campaign").click()
        await expect(page.locator(".field-error")).to_contain_text("Did you mean lead.email?")
        await page.get_by_label("Headline", exact=True).fill("By hand")
        await page.get_by_role("button", name="Save for this campaign").click()
        await expect(page.get_by_text("Saved. This campaign’s landing pages")).to_be_visible()
    assert (await choices_of(team.cast, campaign_id))["headline"] == "By hand"


async def test_captions_are_read_by_the_browser_s_own_player(team: TeamBrowser) -> None:
    facecam_id = await make_facecam(team.cast)
    async with browsing(team.chromium, cookies=team.cookies, refusals={404}) as page:
        await page.goto(f"{team.url}/facecams/{facecam_id}")
        await page.get_by_label("Language").select_option("de")
        await page.get_by_label("File", exact=True).set_input_files(SRT)
        await page.get_by_role("button", name="Upload captions").click()
        await expect(page.get_by_text("The captions in German are saved.")).to_be_visible()
        await page.evaluate("document.querySelector('video').textTracks[0].mode = 'showing'; 0")
        await holds(page, "document.querySelector('video').textTracks[0].cues?.length === 2")
        cues = "[...document.querySelector('video').textTracks[0].cues].map((cue) => cue.text)"
        assert await page.evaluate(cues) == ["Grüße &amp; &lt;3", "Zweite"]


async def test_it_is_readable_for_everyone_on_every_screen(team: TeamBrowser) -> None:
    url = of_campaign(await make_film(team.cast, leads=2))
    screens: dict[str, dict[str, Any]] = {
        "light": {"viewport": DESKTOP},
        "dark": {"viewport": DESKTOP, "color_scheme": "dark"},
        "phone": {"viewport": PHONE},
    }
    for name, options in screens.items():
        async with browsing(team.chromium, cookies=team.cookies, refusals={404}, **options) as page:
            for whose, path in (("campaign", url), ("member", OF_WORKSPACE)):
                await page.goto(team.url + path)
                await expect(headline_in(page)).to_contain_text("this video is for you")
                if whose == "campaign":
                    for group in ("words", "look", "booking", "actions", "foot", "password"):
                        await page.locator(f"[name=group_{group}][value=own]").check()
                    await page.locator("[name=booking_kind][value=calendly]").check()
                    await page.locator(".page-row summary").first.click()
                if SHOTS:
                    await page.screenshot(path=Path(SHOTS) / f"{whose}-{name}.png", full_page=True)
                assert await page.evaluate(TOO_WIDE) <= 0, f"{whose} {name}"
                rules = COLOUR_RULES if name == "dark" else ()
                assert await grave_faults(page, *rules) == [], f"{whose} {name}"
