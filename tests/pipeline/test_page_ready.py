"""What is true of a page once it is ready: awake, still, at its top, whatever it does meanwhile."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
import pytest_asyncio

from app.pipeline.browser.page_ready import VIEWPORTS_AT_MOST
from app.pipeline.errors import EndlessPage, PageNeverSettles, PlaceNotFound, RedirectLoop
from samples.server import SampleSites
from tests.pipeline.bad_site import PORT, TALL, WORDS, BadSite, bad_site, html, script
from tests.pipeline.desk import HEIGHT_PX, SHORT, Desk, open_desk

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.browser]

LIMIT_PX = VIEWPORTS_AT_MOST * HEIGHT_PX
LONG = "The page is"
STILL_LOADING = "The page was still loading after the longest wait and was shown as it was."
DOT = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
GROW = "const grow = () => { for (let n = 0; n < 10; n++) document.body.append(block()) };"
BLOCK = (
    "const block = () => { const e = document.createElement('p');"
    " e.textContent = 'One more thing to read here'; e.style.height = '120px'; return e };"
)
# Loads what is in view, but looks only every 150 ms, as many a script does.
THROTTLED = """
let waiting = 0;
const look = () => {
  waiting = 0;
  for (const image of document.querySelectorAll('img[data-src]')) {
    const top = image.getBoundingClientRect().top;
    if (top > innerHeight || top < -300) continue;
    image.src = image.dataset.src;
    delete image.dataset.src;
  }
};
onscroll = () => { waiting ||= setTimeout(look, 150) };
"""
FETCHING = """
let busy = false;
onscroll = async () => {
  if (busy || innerHeight + scrollY < document.body.scrollHeight - 50) return;
  busy = true;
  await fetch('/end');
  await new Promise(done => setTimeout(done, 60));
  grow();
  busy = false;
};
"""
WIDGET = """
onload = async () => {
  await new Promise(done => setTimeout(done, 350));
  await fetch('/end');
  document.body.append(document.createElement('h1'));
  parent.postMessage('drawn', '*');
};
"""
HEADER = (
    "<style>#bar { position: fixed; top: 0; height: 90px; transition: height .3s }"
    " #bar.small { height: 40px }</style><header id=bar>Header</header>"
)
PAGES = {
    "/tall": html(f"<title>tall</title>{TALL}"),
    "/endless": script(
        f"{BLOCK}{GROW} grow(); new IntersectionObserver(grow).observe(last);"
        "document.body.append(last); onscroll = () => document.body.append(last)",
        "<div id=last>more</div>",
    ),
    "/fetching": script(f"{BLOCK}{GROW} grow(); {FETCHING}"),
    "/choking": script(
        f"{BLOCK}{GROW} grow(); let steps = 0;"
        "onscroll = () => { grow(); if (scrollY && ++steps > 2) for (;;) grow() }",
    ),
    "/stuck": script("onscroll = () => { if (scrollY) for (;;); }", TALL),
    "/restless": script(f"{BLOCK} setInterval(() => document.body.append(block()), 30)"),
    "/ticking": script(
        "setInterval(() => { clock.textContent = Date.now() }, 20)", f"{WORDS}<b id=clock></b>"
    ),
    "/polling": script("fetch('/hang')"),
    "/never-a-picture": html(f"{WORDS}<img src=/hang.png width=50 height=50>"),
    "/throttled": script(
        THROTTLED,
        "".join(
            f"<p style='height:700px'>Text {n}<img data-src='{DOT}#{n}' width=300 height=300>"
            for n in range(5)
        ),
    ),
    "/lazy": html(
        "".join(
            f"<p style='height:2000px'>Text {n}<img loading=lazy src='/dot.gif?{n}' width=300>"
            for n in range(4)
        )
    ),
    "/heavy": html(
        # Most of a page like this one is menus and dialogs that wait to be opened.
        "<title>heavy</title>"
        + WORDS
        + "<p>A <b>bold</b> <i>word</i>" * 3_000
        + "<div hidden>"
        + "<p>A <b>bold</b> <i>word</i>" * 31_000
    ),
    "/host": script(
        "onmessage = event => { document.title = event.data }",
        f"{WORDS}<iframe src='http://localhost:{PORT}/widget'></iframe>",
    ),
    "/widget": script(WIDGET),
    "/growing-header": script(
        "onscroll = () => bar.classList.toggle('small', scrollY > 50)", HEADER + TALL
    ),
    "/restarting": script("setTimeout(() => location.reload(), 200)", TALL),
    "/looked-at": script(
        "onresize = () => { document.title = 'laid out ' + [document.hasFocus(), document.hidden] }"
    ),
}


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


async def test_a_ready_page_is_measured_and_at_its_top(desk: Desk, site: BadSite) -> None:
    opened = await desk.open(site.url("/tall"), look="scrollY")
    geometry = opened.ready.geometry
    assert opened.seen == 0
    assert geometry.viewport_height_px == HEIGHT_PX
    assert [heading.text for heading in geometry.headings] == [f"Part {n}" for n in range(4)]
    assert opened.ready.depth_px == geometry.max_scroll_px > 2_500
    assert opened.visit.notices == []


async def test_a_depth_may_be_a_selector_or_a_heading(desk: Desk, site: BadSite) -> None:
    by_selector = await desk.open(site.url("/tall"), depth="section:nth-of-type(3)")
    by_heading = await desk.open(site.url("/tall"), depth="part 2")
    tops = [heading.top_px for heading in by_heading.ready.geometry.headings]
    for opened in (by_selector, by_heading):
        assert opened.ready.depth_px is not None
        assert 0 < tops[2] - opened.ready.depth_px < HEIGHT_PX / 3
    assert type(await desk.error(site.url("/tall"), depth="#nowhere")) is PlaceNotFound


@pytest.mark.parametrize("path", ["/endless", "/fetching"])
async def test_an_endless_page_is_cut_with_a_notice(desk: Desk, site: BadSite, path: str) -> None:
    opened = await desk.open(site.url(path), wait_s=4)
    assert opened.ready.geometry.height_px == LIMIT_PX
    assert any(LONG in notice for notice in opened.visit.notices)


async def test_a_page_that_cannot_be_walked_says_why(site: BadSite) -> None:
    limits = replace(SHORT, hang_s=1)
    async with open_desk(site.addresses, frame_control=False) as own:
        endless = await own.error(site.url("/choking"), limits=limits)
        stuck = await own.error(site.url("/stuck"), limits=limits)
    assert type(endless) is EndlessPage
    assert type(stuck) is PageNeverSettles


@pytest.mark.parametrize("path", ["/restless", "/polling"])
async def test_a_page_that_never_rests_is_shown_with_a_notice(
    desk: Desk, site: BadSite, path: str
) -> None:
    opened = await desk.open(site.url(path), wait_s=0.5)
    assert opened.visit.notices == [STILL_LOADING]


async def test_a_long_poll_is_not_waited_for_to_the_end(desk: Desk, site: BadSite) -> None:
    opened = await desk.open(site.url("/polling"), wait_s=30)
    assert opened.visit.notices == []


async def test_a_clock_that_counts_is_no_unrest(desk: Desk, site: BadSite) -> None:
    assert (await desk.open(site.url("/ticking"))).visit.notices == []


async def test_a_picture_that_never_comes_is_noted(desk: Desk, site: BadSite) -> None:
    opened = await desk.open(site.url("/never-a-picture"), wait_s=0.5)
    assert "Some pictures or fonts of the page did not arrive in time." in opened.visit.notices


@pytest.mark.parametrize("path", ["/throttled", "/lazy"])
async def test_pictures_that_wait_to_be_near_are_there(
    desk: Desk, site: BadSite, path: str
) -> None:
    look = "[...document.images].filter(i => !i.src || i.src.endsWith('undefined')).length"
    opened = await desk.open(site.url(path), look=look, wait_s=4)
    assert opened.seen == 0
    if path == "/lazy":
        assert site.asked.count("/dot.gif") >= 4


async def test_a_page_of_100_000_elements_is_ready(desk: Desk, site: BadSite) -> None:
    opened = await desk.open(
        site.url("/heavy"), limits=replace(SHORT, document_s=20, hang_s=10), wait_s=4
    )
    assert opened.ready.title == "heavy"


async def test_a_widget_of_another_origin_has_drawn_itself(desk: Desk, site: BadSite) -> None:
    opened = await desk.open(site.url("/host"), wait_s=4)
    assert (opened.ready.title, opened.visit.notices) == ("drawn", [])


async def test_so_has_one_in_a_process_of_its_own(site: BadSite) -> None:
    async with open_desk(
        site.addresses, frame_control=False, arguments=["--site-per-process"]
    ) as own:
        opened = await own.open(site.url("/host"), wait_s=4)
    assert (opened.ready.title, opened.visit.notices) == ("drawn", [])


async def test_a_header_has_come_to_rest(desk: Desk, site: BadSite) -> None:
    look = "[bar.offsetHeight, document.getAnimations().length]"
    opened = await desk.open(site.url("/growing-header"), look=look)
    assert opened.seen == [90, 0]


async def test_a_page_that_keeps_reloading_ends(desk: Desk, site: BadSite) -> None:
    assert type(await desk.error(site.url("/restarting"))) is RedirectLoop


async def test_a_page_believes_that_somebody_looks(desk: Desk, site: BadSite) -> None:
    opened = await desk.open(site.url("/looked-at"))
    assert opened.ready.title == "laid out true,false"


async def test_every_lazy_picture_of_northwind_is_there(desk: Desk, samples: SampleSites) -> None:
    look = "[document.images.length, [...document.images].filter(i => !i.naturalWidth).length]"
    opened = await desk.open(samples.url("northwind/"), look=look, wait_s=3)
    assert opened.seen[0] > 3
    assert opened.seen[1] == 0
    assert not any("did not arrive" in notice for notice in opened.visit.notices)
