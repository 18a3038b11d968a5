"""Every answer carries the headers; writes come from our own pages; bodies have a limit."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.asgi import create_app
from app.db.listen import News
from app.settings import load_settings
from app.storage.local import LocalStorage
from app.web.body_limit import MAX_BODY_BYTES
from app.web.pages import safe_next_path
from app.web.security import content_security_policy
from tests.cast import Cast, Site

HEADERS = [
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "x-frame-options",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "permissions-policy",
    "x-request-id",
]
LINK_FORM = {"email": "ann@example.com"}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/sign-in", 200),
        ("GET", "/offline", 200),
        ("GET", "/sw.js", 200),
        ("GET", "/health/live", 200),
        ("GET", "/nothing-here", 404),
        ("PUT", "/sign-in", 405),
        ("GET", "/static/nothing.css", 404),
        ("GET", "/workspaces", 303),
        ("POST", "/sign-in/link", 422),
    ],
)
async def test_every_kind_of_answer_carries_the_headers(
    site: Site, method: str, path: str, status: int
) -> None:
    async with site.visitor() as visitor:
        answer = await visitor.request(method, path)
    assert answer.status_code == status
    assert [name for name in HEADERS if name not in answer.headers] == []
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert "strict-transport-security" not in answer.headers  # it would lock localhost out


async def test_a_signed_in_page_carries_them_too(cast: Cast) -> None:
    answer = await cast.alice.get("/", follow_redirects=True)
    assert answer.status_code == 200
    assert [name for name in HEADERS if name not in answer.headers] == []
    assert answer.headers["cache-control"] == "no-store"


async def test_files_of_a_page_carry_them_too(site: Site) -> None:
    async with site.visitor() as visitor:
        sheet = re.search(r'href="(/[^"]+\.css)"', (await visitor.get("/sign-in")).text)
        assert sheet is not None
        answer = await visitor.get(sheet[1])
    assert answer.status_code == 200
    assert [name for name in HEADERS if name not in answer.headers] == []


async def test_over_https_browsers_are_told_to_stay_there(site: Site) -> None:
    settings = load_settings({"APP_HOST": "loomlite.example.com"})
    storage = LocalStorage(settings.media_folder)
    secure = Site(create_app(settings, site.database, storage, News()), settings, None, storage)  # type: ignore[arg-type]
    async with secure.visitor() as visitor:
        visitor.cookies.set("flash", b'["good","Saved.",null]'.hex())
        answer = await visitor.get("/sign-in")
    assert answer.headers["strict-transport-security"].startswith("max-age=")
    assert "flash=" in answer.headers["set-cookie"]
    assert answer.headers["set-cookie"].endswith("; Secure")


def test_scripts_and_styles_come_from_us_and_nothing_is_inline() -> None:
    policy = content_security_policy(load_settings({"APP_HOST": "loomlite.example.com"}))
    rules = dict(part.split(" ", 1) for part in policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == "'self'"
    assert rules["frame-ancestors"] == rules["base-uri"] == "'none'"


ORIGIN = "http://loomlite.localhost"


@pytest.mark.parametrize(
    ("headers", "is_done"),
    [
        ({}, True),  # no browser, so nobody's cookies
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "same-site"}, False),  # another workspace
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-origin", "origin": "http://evil.example"}, True),
        ({"sec-fetch-site": "cross-site", "origin": ORIGIN}, False),
        ({"origin": ORIGIN}, True),
        ({"origin": ORIGIN.upper().replace("HTTP", "http")}, True),
        ({"origin": "http://acme.loomlite.localhost"}, False),
        ({"origin": ORIGIN + ":81"}, False),
        ({"origin": "http://evil.example"}, False),
        ({"origin": "null"}, False),
        ({"origin": ""}, False),
        ({"origin": "http://["}, False),
    ],
)
async def test_a_write_is_done_for_our_own_pages_only(
    site: Site, headers: dict[str, str], is_done: bool
) -> None:
    async with site.visitor() as visitor:
        answer = await visitor.post("/sign-in/link", data=LINK_FORM, headers=headers)
        assert answer.status_code == (200 if is_done else 403)
        if not is_done:
            assert "came from another site" in answer.text
            assert "content-security-policy" in answer.headers
        # Looking is allowed from anywhere: that is what links are.
        assert (await visitor.get("/sign-in", headers=headers)).status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE"])
async def test_no_way_of_writing_is_forgotten(site: Site, method: str) -> None:
    async with site.visitor() as visitor:
        answer = await visitor.request(method, "/sign-in", headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "path", ["/sign-in/link", "/sign-in/password", "/campaigns", "/settings/leave", "/health/live"]
)
async def test_an_announced_body_over_the_limit_is_refused_unread(cast: Cast, path: str) -> None:
    """Whoever asks, whether or not the route would read it: nothing of it is taken."""
    taken = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal taken
        for _ in range(8):
            taken += 1
            yield b"x" * MAX_BODY_BYTES

    headers = {"content-length": str(8 * MAX_BODY_BYTES)}
    answer = await cast.alice.post(path, content=body(), headers=headers)
    assert answer.status_code in {413, 405, 404}
    if answer.status_code == 413:
        assert "1 MB at most" in answer.text
        assert taken == 0


async def test_a_body_that_announces_nothing_ends_at_the_limit(site: Site) -> None:
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while True:
            taken += 1
            yield b"email=" + b"x" * 65_536

    async with site.visitor() as visitor:
        answer = await visitor.post(
            "/sign-in/link",
            content=endless(),
            headers={"content-type": "application/x-www-form-urlencoded"},
        )
    assert answer.status_code == 413
    assert "1 MB at most" in answer.text
    assert taken * 65_536 < 2 * MAX_BODY_BYTES


def _where_a_browser_goes(path: str) -> str:
    """The host, after what browsers do to an address: backslashes are slashes, tabs are nothing."""
    read = path.replace("\\", "/").replace("\t", "").replace("\n", "").replace("\r", "")
    return httpx.URL("http://here.example/").join(read.strip(" \0")).host


@given(st.one_of(st.text(), st.text("/\\.:@?#%\t\n ae", max_size=12)))
def test_what_comes_next_is_never_another_site(text: str) -> None:
    path = safe_next_path(text)
    assert path.startswith("/")
    try:
        host = _where_a_browser_goes(path)
    except (httpx.InvalidURL, ValueError):
        return
    assert host == "here.example"


@pytest.mark.parametrize(
    "text",
    ["//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example", None, "",
     "javascript:alert(1)", "/a\r\nset-cookie: x=1", "evil.example", "\\\\evil.example"],
)  # fmt: skip
def test_a_way_out_leads_home(text: str | None) -> None:
    assert safe_next_path(text) == "/"


def test_a_way_on_this_host_is_kept() -> None:
    assert safe_next_path("/campaigns?state=draft#two") == "/campaigns?state=draft#two"
