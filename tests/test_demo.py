"""`loomlite up --demo`: a team to look around in, whose videos are being made, once."""

import html
import re
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import httpx

from app.stripe_beside import LOCAL_KEY
from tests.local_browser import local_browser
from tests.running import Running, processes_naming, running

# A facecam's job converts 30 s of 1080p, and a video's engine films its first page: both take a
# quarter of a minute on an idle machine.
PREPARED_WITHIN_S = 240.0
ENDS_WITHIN_S = 15.0
MOVES_WITHIN_S = 240.0
CALENDAR = "http://127.0.0.1:8098"
KEY = {"authorization": f"Bearer {LOCAL_KEY}"}


def test_the_demo_opens_on_videos_in_the_making_and_goes_on_after_any_end(tmp_path: Path) -> None:
    with running(tmp_path, "up", "--demo", RENDER_SLOTS="1") as cut_off:
        said = cut_off.await_words("The demo's facecam is being prepared")
        assert "demo.seeded" in said
        _ends_at_once(cut_off, tmp_path)
    assert "signed in:" not in cut_off.said()
    again = {"PORT": str(cut_off.port), "RENDER_SLOTS": "1"}
    with running(tmp_path, "up", "--demo", **again) as first, local_browser() as browser:
        said = first.await_words("service.started", within_s=PREPARED_WITHIN_S)
        assert "demo.seeded" not in said
        assert "demo.rendering" in said
        assert "facecam.prepared" in said, "a link is no use before there is something to see"
        videos = _open(first, browser)
        assert "//northwind.localhost:" in str(videos.url)
        assert re.fullmatch(r"/campaigns/[0-9a-f-]{36}/videos", videos.url.path)
        assert "0 of 5 videos ready" in videos.text
        assert browser.get("http://localhost:8099/").status_code < 500, "the sample sites"
        assert "Introduction" in browser.get(str(videos.url.join("/facecams"))).text
        _offers_a_meeting(browser, videos.url)
        _sells_plans(first)
        _await_row(first, browser, videos.url, "Recording scene")
        # An open stream must not hold up the end, nor may a video in the making.
        with browser.stream("GET", str(videos.url.join("/live"))) as stream:
            assert next(stream.iter_raw())
            _ends_at_once(first, tmp_path)
    assert "outcome=stopped" in first.said()
    with running(tmp_path, "up", "--demo", **again) as second:
        said = second.await_words("service.started")
        assert "demo.rendering" not in said, "they are asked for once"
        assert _link(second) != _link(first), "a link works once, so each start has its own"
        assert _customers(second) == ["dana@northwind.example"], "what was bought is kept"
        with local_browser() as another:
            assert _open(second, another).url == videos.url
            _await_row(second, another, videos.url, "Recording scene")
        _ends_at_once(second, tmp_path)


def _ends_at_once(service: Running, folder: Path) -> None:
    code, took_s = service.end(signal.SIGINT)
    assert code == 0
    assert took_s < ENDS_WITHIN_S
    assert "Traceback" not in service.said()
    assert processes_naming(folder) == []


def test_a_demo_in_production_is_refused_in_words(tmp_path: Path) -> None:
    production = {"LOOMLITE_ENV": "production", "SMTP_URL": "smtp://127.0.0.1:1"}
    with running(tmp_path, "up", "--demo", **production) as service:
        assert service.process.wait(60) == 1
        assert "Run `loomlite up` without --demo." in " ".join(service.said().split())


def _offers_a_meeting(browser: httpx.Client, videos: httpx.URL) -> None:
    """The landing page greets its lead and leads to the sample calendar, which is there; and the
    editor shows both to the team."""
    preview = browser.get(str(videos.join("/settings/landing-page/preview")))
    assert f"frame-src {CALENDAR};" in preview.headers["content-security-policy"]
    assert "Maria, a forecast that Example Studio can stand behind" in preview.text
    for shown in ("Dana Reyes, Northwind", "Book 20 minutes with Dana", 'data-at-s="21.0"'):
        assert shown in preview.text
    url = html.unescape(re.findall(r'id="book" href="([^"]+)"', preview.text)[0])
    assert url.startswith(f"{CALENDAR}/walkthrough/?")
    assert "Schedule event" in browser.get(url).text
    editor = browser.get(str(videos.join("/settings/landing-page")))
    assert f'value="{CALENDAR}/walkthrough/"' in editor.text


def _sells_plans(service: Running) -> None:
    """At a Stripe of its own, which has our prices, tells us what happens, and has a clock."""
    url = _stripe(service)
    assert "To what is next" not in httpx.get(url).text, "nobody has bought anything"
    assert "A month on" in httpx.get(url).text
    prices = httpx.get(f"{url}/v1/prices", params={"limit": 100}, headers=KEY).json()["data"]
    assert "loomlite_growth_yearly" in {each["lookup_key"] for each in prices}
    made = httpx.post(f"{url}/v1/customers", data={"email": "dana@northwind.example"}, headers=KEY)
    assert made.status_code == 200
    deadline = time.monotonic() + MOVES_WITHIN_S
    while (told := httpx.get(f"{url}/control/deliveries").json())["pending"]:
        assert time.monotonic() < deadline, f"nobody takes its events: {told}"
    assert {each["statuses"][-1] for each in told["log"]} == {200}


def _customers(service: Running) -> list[str]:
    listed = httpx.get(f"{_stripe(service)}/v1/customers", headers=KEY).json()["data"]
    return [each["email"] for each in listed]


def _stripe(service: Running) -> str:
    found = re.search(r"Plans are bought without money at (http\S+),", service.said())
    assert found is not None
    return found[1]


def _link(service: Running) -> str:
    found = re.search(r"signed in: (http\S+)", service.said())
    assert found is not None
    return found[1]


def _open(service: Running, browser: httpx.Client) -> httpx.Response:
    """Where the link leads."""
    assert browser.get(_link(service)).status_code == 200
    page = browser.post(_link(service))
    assert page.status_code == 200, page.text
    return page


def _await_row(service: Running, browser: httpx.Client, url: httpx.URL, words: str) -> None:
    deadline = time.monotonic() + MOVES_WITHIN_S
    while words not in browser.get(str(url)).text:
        assert time.monotonic() < deadline, f"no video ever said “{words}”:\n{service.said()}"
        with suppress(subprocess.TimeoutExpired):
            raise AssertionError(f"it ended by itself, {service.process.wait(0.3)}")
