"""A prospect on the running service, from the poster to a booked meeting, and what is counted."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from app.db.embedded import EmbeddedDatabase
from app.db.session import Database
from app.viewer.visit_summary import BOOKED_AFTER_MS
from tests.viewer import links
from tests.viewer.browser.calendar_server import calendar_app
from tests.viewer.browser.conftest import PHONE, WAIT_MS, holds
from tests.viewer.browser.landings import VIDEO_S
from tests.viewer.browser.prospect_app import LIGHT
from tests.viewer.browser.test_player import PLAYS, V
from tests.viewer.links import choose, show_video
from tests.viewer.team_browser import TeamBrowser, team_browser
from tests.viewer.visits import add_up, row_of
from tests.web.real_server import served

pytestmark = pytest.mark.browser

# What a headless browser calls itself is taken for a program that looks at links.
AGENT = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/156.0.0.0 Mobile Safari/537.36"
)


@pytest.fixture
async def team(
    own_urls: EmbeddedDatabase,
    own_database: Database,
    tmp_path: Path,
    media: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[TeamBrowser]:
    # Chromium looks at what a file holds, not at what it is called.
    monkeypatch.setitem(links.FILES, "video.mp4", (media / "video.webm").read_bytes())
    monkeypatch.setitem(links.FILES, "light.mp4", (media / "light.webm").read_bytes())
    monkeypatch.setitem(links.FILES, "poster.jpg", (media / "poster.jpg").read_bytes())
    async with team_browser(own_urls, own_database, tmp_path) as opened:
        yield opened


@pytest.fixture
def calendar() -> Iterator[str]:
    with served(calendar_app()) as origin:
        yield origin


async def test_a_visit_on_a_phone_from_the_poster_to_a_booked_meeting(
    team: TeamBrowser, calendar: str, tmp_path: Path
) -> None:
    shown = await show_video(team.cast, tmp_path)
    booking = {"kind": "calendly", "url": f"{calendar}/nordlys/intro", "label": "Book a time"}
    await choose(team.cast, booking=booking, accent="#39ff14", background="#101020")
    context = await team.chromium.new_context(
        viewport={"width": PHONE[0], "height": PHONE[1]},
        is_mobile=True,
        has_touch=True,
        user_agent=AGENT,
    )
    context.set_default_timeout(WAIT_MS)
    page = await context.new_page()
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    answer = await page.goto(team.url + shown.path)
    assert answer is not None
    assert answer.status == 200
    await holds(page, f"{PLAYS} && {V}.muted")
    await page.locator("#tap").tap()
    await holds(page, f"{PLAYS} && !{V}.muted && {V}.currentTime > 2")
    await page.evaluate(f"{V}.pause()")
    await page.get_by_role("link", name="Book a time").tap()
    schedule = page.frame_locator("iframe").get_by_role("button", name="Schedule event")
    await expect(schedule).to_be_visible()
    # Nobody chooses a time as soon as the calendar is there; a booking told so early is none.
    there_ms = await page.evaluate("performance.now()")
    await holds(page, f"performance.now() > {there_ms + BOOKED_AFTER_MS}")
    await schedule.tap()
    await expect(page.get_by_role("heading", name="You are booked")).to_be_visible()
    await page.goto("about:blank")
    assert faults == []
    visit = await _booked_visit(team)
    assert visit["kind"] == "person"
    assert visit["public_id"] == shown.public_id
    for moment in ("opened_at", "played_at", "unmuted_at"):
        assert visit[moment] is not None, moment
    assert 1 <= visit["watched_s"] <= VIDEO_S

    # Made by now, whatever the first load had the time for.
    await page.goto(team.url + shown.path)
    assert (await page.locator(".glimpse").get_attribute("src") or "").startswith("data:image/webp")
    await context.close()


async def _booked_visit(team: TeamBrowser) -> dict[str, Any]:
    """Once what the page told last, when it was left already, has arrived."""
    async with asyncio.timeout(WAIT_MS / 1000):
        while True:
            await add_up(team.cast.site.database, team.cast.acme)
            visit = await row_of(team.cast.site.database, team.cast.acme, "visits")
            if visit["booked_at"] is not None:
                return visit


async def test_who_saves_data_and_has_no_scripts_gets_the_light_copy(
    team: TeamBrowser, tmp_path: Path
) -> None:
    shown = await show_video(team.cast, tmp_path)
    context = await team.chromium.new_context(
        java_script_enabled=False, extra_http_headers={"Save-Data": "on"}
    )
    page = await context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.partition("?")[0]))
    for _ in range(2):  # drawn, and remembered
        await page.goto(team.url + shown.path)
        await page.locator("#video").press("Space")
        async with asyncio.timeout(WAIT_MS / 1000):  # nothing waits in a page without scripts
            while not await page.evaluate(f"{PLAYS} && {V}.videoWidth === {LIGHT[0]}"):
                pass
    assert not [url for url in asked if url.endswith("/video")]
    await context.close()
