"""Cookie banners are gone before a page is filmed, and nothing that merely looks like one is."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from samples.server import SampleSites
from tests.pipeline.bad_site import TALL, WORDS, BadSite, bad_site, html, script
from tests.pipeline.desk import Desk, open_desk

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.browser]

HIDDEN = "A cookie banner was hidden."
ANSWERED = "A cookie banner was answered with no"
FIXED = "position:fixed; left:0; right:0; bottom:0; padding:30px; background:#eee"
TEXT = "We use cookies to make this site work and to see how it is used."
# No button here says no, so autoconsent leaves it alone.
STUBBORN = f"<div id=b style='{FIXED}'>{TEXT}<p><a href=#>Manage my settings</a></div>"
ANSWERABLE = (
    f"<div id=b style='{FIXED}'>{TEXT}<p><button>Accept all</button>"
    "<button onclick='b.remove(); document.body.className = String()'>Reject all</button></div>"
)
PAGES = {
    "/stubborn": html(
        "<style>body{overflow:hidden;height:100vh}</style>"
        "<div id=shade style='position:fixed;inset:0;background:#0008'></div>"
        f"{TALL}{STUBBORN}"
    ),
    "/answerable": html(f"{TALL}{ANSWERABLE}"),
    "/late": script(
        "const banner = document.querySelector('#b'); banner.remove();"
        "onload = () => setTimeout(() => document.body.append(banner), 300)",
        f"{TALL}{STUBBORN}",
    ),
    "/holding": script(
        f"new MutationObserver(() => {{ if (!window.b) rest.innerHTML = `{TALL}` }})"
        ".observe(document.body, {childList: true})",
        f"<main>{WORDS}<div id=rest></div></main>{ANSWERABLE}",
    ),
    "/shadow": script(
        "const root = host.attachShadow({mode: 'open'});"
        f"root.innerHTML = `<div id=in style='{FIXED}'>{TEXT}<button>Settings</button></div>`",
        f"{WORDS}<div id=host class=cookie-consent></div>",
    ),
    "/bakery": html(
        "<div id=b style='position:sticky;top:0;height:60px'>Joe's Cookies"
        f"<a href=#>Our cookies</a> <a href=#>Order</a></div>{TALL}"
    ),
    "/chat": html(f"{TALL}<div id=b style='{FIXED}'>May we help? <button>Accept</button></div>"),
}
IS_SHOWN = "!!window.b && b.getClientRects().length > 0"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site() -> AsyncIterator[BadSite]:
    async with bad_site(PAGES) as serving:
        yield serving


@pytest.fixture(scope="module")
def samples() -> Iterator[SampleSites]:
    with SampleSites(0, 0) as sites:
        yield sites


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(site: BadSite, samples: SampleSites) -> AsyncIterator[Desk]:
    async with open_desk((*site.addresses, *samples.addresses)) as opened:
        yield opened


async def test_a_banner_that_can_be_answered_is_answered(desk: Desk, site: BadSite) -> None:
    opened = await desk.open(site.url("/answerable"), look=IS_SHOWN, wait_s=4)
    assert not opened.seen
    assert opened.visit.notices[0].startswith(ANSWERED)


async def test_a_banner_that_cannot_is_hidden_and_the_page_unlocked(
    desk: Desk, site: BadSite
) -> None:
    look = f"[{IS_SHOWN}, shade.getClientRects().length, getComputedStyle(document.body).overflowY]"
    opened = await desk.open(site.url("/stubborn"), look=look, wait_s=4)
    assert opened.seen == [False, 0, "visible"]
    assert opened.ready.geometry.height_px > 3_000
    assert opened.visit.notices == [HIDDEN]


async def test_a_banner_that_comes_late_is_hidden_too(desk: Desk, site: BadSite) -> None:
    opened = await desk.open(site.url("/late"), look=IS_SHOWN, wait_s=4)
    assert (opened.seen, opened.visit.notices) == (False, [HIDDEN])


async def test_a_page_held_back_by_its_banner_is_walked_whole(desk: Desk, site: BadSite) -> None:
    opened = await desk.open(site.url("/holding"), wait_s=4)
    assert opened.ready.geometry.height_px > 3_000


async def test_a_banner_in_a_shadow_tree_is_hidden(desk: Desk, site: BadSite) -> None:
    look = "host.shadowRoot.getElementById('in').getClientRects().length"
    opened = await desk.open(site.url("/shadow"), look=look, wait_s=4)
    assert (opened.seen, opened.visit.notices) == (0, [HIDDEN])


@pytest.mark.parametrize("path", ["/bakery", "/chat"])
async def test_what_only_resembles_a_banner_stays(desk: Desk, site: BadSite, path: str) -> None:
    opened = await desk.open(site.url(path), look=IS_SHOWN)
    assert (opened.seen, opened.visit.notices) == (True, [])


@pytest.mark.parametrize("frame_control", [True, False])
async def test_bookings_is_free_of_its_banner_and_shows_its_calendar(
    samples: SampleSites, frame_control: bool
) -> None:
    # The calendar tells its height, other than the 420 px it is given, once it has drawn itself.
    look = (
        "[!!document.getElementById('cookie-consent'), document.body.className,"
        " getComputedStyle(document.body).overflowY, document.getElementById('calendar').height]"
    )
    async with open_desk(samples.addresses, frame_control=frame_control) as own:
        opened = await own.open(samples.url("bookings/"), look=look, wait_s=4)
    *cleared, calendar_px = opened.seen
    assert cleared == [False, "", "visible"]
    assert int(calendar_px) != 420
    assert [notice[: len(ANSWERED)] for notice in opened.visit.notices] == [ANSWERED]
