"""Booking in the page: the calendar when it is asked for, its messages, and nobody else's."""

from collections.abc import Iterator

import pytest
from playwright.async_api import Page, expect

from samples.server import SampleSites
from tests.journeys.first_load import layout_shift
from tests.viewer.browser.calendar_server import calendar_app
from tests.viewer.browser.conftest import PHONE, Open, comes_true, holds
from tests.viewer.browser.landings import ACTIONS, booking, landing
from tests.viewer.browser.prospect_app import Prospect
from tests.web.real_server import served

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

V = "document.getElementById('video')"
BOOKED = "You are booked"
FORGED = """origin => window.postMessage(
    { event: "calendly.event_scheduled", payload: {} }, origin)"""


@pytest.fixture
def calendar(prospect: Prospect) -> Iterator[str]:
    with served(calendar_app()) as origin:
        # Another port of the same name is another origin, and another name another site.
        prospect.calendar = origin.replace("localhost", "127.0.0.1")
        offer(prospect)
        yield prospect.calendar


def offer(prospect: Prospect, path: str = "/nordlys/intro", **changes: object) -> None:
    url = f"{prospect.calendar}{path}?name=Maria"
    embed = f"{url}&embed_domain=localhost&embed_type=Inline"
    prospect.landing = landing(booking=booking(url=url, embed_url=embed, **changes))


def frames_of(page: Page, origin: str) -> list[str]:
    return [frame.url for frame in page.frames if frame.url.startswith(origin)]


async def click_book(page: Page) -> None:
    await page.get_by_role("link", name="Book a time with Jonas").click()


async def test_the_calendar_loads_at_a_click_and_a_booking_is_confirmed(
    open_page: Open, prospect: Prospect, calendar: str
) -> None:
    page = await open_page(PHONE)
    await holds(page, f"{V}.currentTime > 0")
    assert frames_of(page, calendar) == []
    await click_book(page)
    frame = page.frame_locator("iframe")
    await expect(frame.locator("#who")).to_have_text("Maria")
    await holds(page, "document.querySelector('iframe').offsetHeight === 980")
    await frame.get_by_role("button", name="Schedule event").click()
    await expect(page.get_by_role("heading", name=BOOKED)).to_be_visible()
    await expect(page.get_by_role("status")).to_contain_text("by e-mail")
    await frame.get_by_role("button", name="Schedule event").click()
    assert await layout_shift(page) < 0.01
    await comes_true(lambda: prospect.events("shown", "booking") == [["shown"], ["booking"]])


async def test_the_samples_calendar_is_booked_to_the_end_without_an_account(
    open_page: Open, prospect: Prospect
) -> None:
    with SampleSites(port=0, calendar_port=0) as samples:
        prospect.calendar = samples.calendar_origin
        offer(prospect, path="/walkthrough/")
        page = await open_page(PHONE)
        await click_book(page)
        frame = page.frame_locator("iframe")
        await frame.get_by_role("radio").nth(1).check()
        await frame.get_by_role("radio", name="10:30").check()
        await expect(frame.get_by_label("Name")).to_have_value("Maria")
        await frame.get_by_label("E-mail").fill("maria@fjordbank.example")
        assert await frame.locator("body").evaluate("body => body.scrollWidth <= innerWidth")
        await frame.get_by_role("button", name="Schedule event").click()
        await expect(page.get_by_role("heading", name=BOOKED)).to_be_visible()
        await expect(frame.get_by_text("10:30, for Maria")).to_be_visible()
        await comes_true(lambda: prospect.events("shown", "booking") == [["shown"], ["booking"]])


async def test_it_opens_by_itself_after_the_video_and_nothing_jumps(
    open_page: Open, prospect: Prospect, calendar: str
) -> None:
    offer(prospect, opens="after_video")
    page = await open_page()
    await holds(page, f"{V}.readyState > 2")
    await page.evaluate(f"{V}.currentTime = {V}.duration - 0.3")
    await expect(page.frame_locator("iframe").locator("#who")).to_have_text("Maria")
    await holds(page, "document.querySelector('iframe').offsetHeight === 980")
    assert await layout_shift(page) < 0.01
    await expect(page.locator("footer")).to_be_visible()


async def test_nothing_of_it_is_loaded_before_consent(
    open_page: Open, prospect: Prospect, calendar: str
) -> None:
    offer(prospect, asks_consent=True)
    page = await open_page()
    await click_book(page)
    agree = page.get_by_role("button", name="Show the calendar")
    await expect(agree).to_be_visible()
    assert frames_of(page, calendar) == []
    await agree.click()
    await expect(page.frame_locator("iframe").locator("#who")).to_have_text("Maria")


async def test_messages_of_other_origins_and_windows_are_no_booking(
    open_page: Open, prospect: Prospect, calendar: str
) -> None:
    page = await open_page()
    await click_book(page)
    await expect(page.frame_locator("iframe").locator("#who")).to_have_text("Maria")
    # The page itself, and a page of the calendar's origin that is not its frame.
    await page.evaluate(FORGED, "*")
    opened = page.context.expect_page()
    async with opened as window:
        await page.evaluate("url => { window.open(url); }", f"{calendar}/nordlys/intro")
    other = await window.value
    await other.wait_for_load_state()
    await other.evaluate(
        """() => window.opener.postMessage({ event: "calendly.event_scheduled" }, "*")"""
    )
    await other.close()
    # The right frame from an origin that only begins like the wanted one.
    await page.evaluate("calendar.dataset.origin = calendar.dataset.origin.slice(0, -1)")
    await page.frame_locator("iframe").get_by_role("button").click()
    await page.evaluate("new Promise(done => setTimeout(done, 0))")
    await expect(page.get_by_role("heading", name="Pick a time")).to_be_visible()
    await page.goto("about:blank")
    await comes_true(lambda: bool(prospect.events("shown")))
    assert prospect.events("booking") == []


async def test_any_other_booking_link_is_a_button_that_leads_there(
    open_page: Open, prospect: Prospect
) -> None:
    prospect.landing = landing(
        booking=booking(kind="link", url="https://cal.example/jonas", embed_url="")
    )
    page = await open_page()
    link = page.get_by_role("link", name="Book a time with Jonas")
    await expect(link).to_have_attribute("href", "https://cal.example/jonas")
    await expect(page.locator("#calendar")).to_have_count(0)
    await page.context.route("https://cal.example/**", lambda route: route.abort())
    await link.click()
    await page.goto("about:blank")
    await comes_true(lambda: prospect.events("shown") == [["shown"]])


async def test_a_call_to_action_appears_at_its_moment_without_moving_anything(
    open_page: Open, prospect: Prospect
) -> None:
    prospect.landing = landing(booking=None, actions=(ACTIONS[0], ACTIONS[1]))
    page = await open_page()
    late = page.get_by_role("link", name="Read how Fjordbank did it")
    await holds(page, f"{V}.currentTime > 0")
    if await page.evaluate(f"{V}.currentTime < 1.5"):
        await expect(late).to_be_hidden()
    await expect(late).to_be_visible()
    assert await page.evaluate(f"{V}.currentTime") >= ACTIONS[1].at_s
    assert await layout_shift(page) < 0.01


async def test_on_a_phone_the_next_step_is_within_reach_of_the_thumb(
    open_page: Open, prospect: Prospect
) -> None:
    prospect.landing = landing(headline="A headline of many words. " * 12)
    page = await open_page(PHONE)
    box = await page.locator("#book").bounding_box()
    assert box is not None
    assert PHONE[1] / 2 < box["y"] + box["height"] <= PHONE[1]
    assert box["height"] >= 48
