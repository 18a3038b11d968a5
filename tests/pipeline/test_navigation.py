"""Bad pages get errors of their own in real Chromium; pages that only misbehave are shown."""

import asyncio
from dataclasses import replace

import pytest

from app.pipeline.errors import (
    BlankPage,
    BotChallenge,
    ConnectionLost,
    ConnectionRefused,
    DialogStorm,
    DownloadInsteadOfPage,
    LoginWall,
    NoSuchHost,
    PageError,
    PageNeverSettles,
    PageNotFound,
    PageTimeout,
    PrivateAddress,
    RedirectLoop,
    ServerError,
    TlsFailure,
)
from tests.pipeline.bad_site import BadSite
from tests.pipeline.desk import SHORT, Desk, open_desk

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.browser]

ENDS: dict[str, type[PageError]] = {
    **dict.fromkeys(("/403", "/404", "/to-404"), PageNotFound),
    **dict.fromkeys(("/500", "/503", "/429"), ServerError),
    **dict.fromkeys(
        ("/zip", "/pdf", "/attachment", "/json", "/start-download"), DownloadInsteadOfPage
    ),
    **dict.fromkeys(("/999", "/auth", "/in/somebody", "/account/orders", "/app/board"), LoginWall),
    **dict.fromkeys(("/mitigated", "/moment", "/human", "/denied"), BotChallenge),
    **dict.fromkeys(("/blank", "/loading", "/204"), BlankPage),
    **dict.fromkeys(("/lost", "/cut"), ConnectionLost),
    **dict.fromkeys(("/loop", "/for-ever"), RedirectLoop),
    **dict.fromkeys(("/to-private", "/late-private"), PrivateAddress),
    **dict.fromkeys(("/storm", "/slow-storm"), DialogStorm),
    "/hang": PageTimeout,
    "/drip": PageNeverSettles,
}
IMPATIENT = replace(SHORT, content_s=0.5)
WORTH_ANOTHER_TRY = (
    ServerError,
    ConnectionLost,
    ConnectionRefused,
    PageTimeout,
    PageNeverSettles,
    BlankPage,
)
SHOWN = {
    "/article": "",
    "/login": "",
    "/frameset": "",
    "/meta": "the end",
    "/meta-second": "the end",
    "/meta-late": "stays",
    "/replace": "the end",
    "/onload": "the end",
    "/late": "the end",
    "/leave": "the end",
    "/mail": "first",
    "/thanks": "first",
    "/close": "still here",
    "/print": "printed",
    "/popup": "opened null",
    "/permissions": "answered",
    "/worker": "worked",
    "/buster": "outer",
    "/spa": "app",
}


@pytest.mark.parametrize("path", ENDS)
async def test_a_bad_page_gets_its_own_error(desk: Desk, site: BadSite, path: str) -> None:
    error = await desk.error(site.url(path), limits=IMPATIENT)
    assert type(error) is ENDS[path]
    assert error.permanent is not isinstance(error, WORTH_ANOTHER_TRY)
    assert str(error).endswith(".")
    assert "net::" not in str(error)
    assert site.url(path) in str(error)


@pytest.mark.parametrize("path", SHOWN)
async def test_a_page_that_only_misbehaves_is_shown(desk: Desk, site: BadSite, path: str) -> None:
    opened = await desk.open(site.url(path), wait_s=3)
    assert opened.ready.title == SHOWN[path]
    assert opened.visit.notices == []


ADDRESSES: dict[str, tuple[type[PageError], str]] = {
    "http://nowhere.test/": (NoSuchHost, "nowhere.test"),
    "https://nowhere.test/": (NoSuchHost, "nowhere.test"),
    "http://inner.test/": (PrivateAddress, "10.20.30.40: private network"),
    "https://inner.test/": (PrivateAddress, "10.20.30.40: private network"),
    "http://metadata.test/": (PrivateAddress, "169.254.169.254: cloud metadata"),
    "http://169.254.169.254/latest/": (PrivateAddress, "cloud metadata"),
    "http://[::1]/": (PrivateAddress, "loopback"),
    "https://0x7f.1/": (PrivateAddress, "127.0.0.1: loopback"),
    "http://8.8.8.8:25/": (PrivateAddress, "25"),
    "http://8.8.8.8:9999/": (PrivateAddress, "port 9999"),
    "file:///etc/passwd": (PrivateAddress, "not a web address"),
    "http://exa mple.test/": (NoSuchHost, "exa mple.test"),
}


@pytest.mark.parametrize("url", ADDRESSES)
async def test_an_address_that_leads_nowhere_says_why(desk: Desk, url: str) -> None:
    error = await desk.error(url)
    kind, words = ADDRESSES[url]
    assert type(error) is kind
    assert words in str(error)


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_closed_port_is_a_refusal(desk: Desk, site: BadSite, scheme: str) -> None:
    error = await desk.error(f"{scheme}://127.0.0.1:{site.dead_port}/")
    assert type(error) is ConnectionRefused


async def test_a_certificate_nobody_signed_is_named(desk: Desk, site: BadSite) -> None:
    error = await desk.error(site.tls_url("/end"))
    assert type(error) is TlsFailure
    assert "nobody known has signed its certificate" in str(error)


async def test_a_plain_server_behind_https_is_named(desk: Desk, site: BadSite) -> None:
    error = await desk.error(site.url("/end").replace("http:", "https:"))
    assert type(error) is TlsFailure


@pytest.mark.parametrize("path", ["/alert", "/ask"])
async def test_a_message_box_is_closed_and_noted(desk: Desk, site: BadSite, path: str) -> None:
    opened = await desk.open(site.url(path))
    assert opened.visit.notices == ["The page opened a message box, which was closed."]


async def test_a_private_part_is_missing_and_noted(desk: Desk, site: BadSite) -> None:
    opened = await desk.open(site.url("/private-part"))
    assert opened.visit.notices == [
        "A part of the page leads to an address that is not public and is missing."
    ]


async def test_what_another_page_was_refused_is_not_held_against_this_one(
    desk: Desk, site: BadSite
) -> None:
    opened, private, gone = await asyncio.gather(
        desk.open(site.url("/spa")),
        desk.error("https://inner.test/"),
        desk.error("https://nowhere.test/"),
    )
    assert opened.visit.notices == []
    assert type(private) is PrivateAddress
    assert type(gone) is NoSuchHost


async def test_a_page_of_one_word_is_shown_after_a_wait(desk: Desk, site: BadSite) -> None:
    opened = await desk.open(site.url("/soon"), limits=IMPATIENT)
    assert opened.visit.notices == []


async def test_a_wrong_charset_shows_what_it_can(desk: Desk, site: BadSite) -> None:
    opened = await desk.open(site.url("/charset"))
    assert opened.ready.title.startswith("Gr")


async def test_a_page_is_found_where_it_went(desk: Desk, site: BadSite) -> None:
    opened = await desk.open(site.url("/meta"))
    assert opened.visit.url == site.url("/end")


async def test_nothing_of_a_page_is_left_in_the_browser(desk: Desk, site: BadSite) -> None:
    for path in ("/storm", "/hang", "/popup", "/worker"):
        await desk.error(site.url(path))
    targets = (await desk.browser.connection.call("Target.getTargets"))["targetInfos"]
    assert [target["url"] for target in targets if target["type"] == "page"] == ["about:blank"]


async def test_a_browser_that_draws_by_itself_says_the_same(site: BadSite) -> None:
    async with open_desk(site.addresses, frame_control=False) as own:
        for path in ("/storm", "/zip", "/for-ever", "/late-private"):
            assert type(await own.error(site.url(path))) is ENDS[path], path
        for path in ("/popup", "/permissions", "/late"):
            opened = await own.open(site.url(path), limits=SHORT)
            assert opened.ready.title == SHOWN[path]
