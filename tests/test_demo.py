"""`loomlite up --demo`: a team to look around in, made once, with everything ready to use."""

import re
import time
from pathlib import Path

import httpx

from tests.local_browser import local_browser
from tests.running import Running, processes_naming, running

PREPARED_WITHIN_S = 150.0  # the facecam's job converts 30 s of 1080p
ENDS_WITHIN_S = 10.0


def test_the_demo_is_signed_in_and_ready_and_made_once(tmp_path: Path) -> None:
    with running(tmp_path, "up", "--demo") as first, local_browser() as browser:
        assert "demo.seeded" in first.await_words("service.started")
        page = _sign_in(first, browser)
        home = str(page.url.join("/"))
        assert "//northwind.localhost:" in home
        first_link = _link(first)
        said = first.await_words("facecam.prepared", within_s=PREPARED_WITHIN_S)
        assert "job=import_leads" in said
        assert browser.get("http://localhost:8099/").status_code < 500, "the sample sites"
        board = browser.get(home + "campaigns").text
        (campaign,) = set(re.findall(r'href="(/campaigns/[0-9a-f-]{36})"', board))
        shown = browser.get(home + campaign.lstrip("/")).text
        assert "5 leads" in " ".join(shown.split())
        assert "Introduction" in browser.get(home + "facecams").text
        # An open stream must not hold up the end.
        with browser.stream("GET", home + "live") as stream:
            assert next(stream.iter_raw())
            code, took_s = first.end()
    assert code == 0
    assert took_s < ENDS_WITHIN_S
    with running(tmp_path, "up", "--demo", PORT=str(first.port)) as second:
        assert "demo.seeded" not in second.await_words("service.started")
        with local_browser() as another:
            board = _sign_in(second, another, path="campaigns").text
        assert board.count(f'href="{campaign}"') >= 1
        assert _link(second) != first_link, "a link works once, so each start has its own"
        assert second.end()[0] == 0
    assert processes_naming(tmp_path) == []


def test_a_demo_in_production_is_refused_in_words(tmp_path: Path) -> None:
    production = {"LOOMLITE_ENV": "production", "SMTP_URL": "smtp://127.0.0.1:1"}
    with running(tmp_path, "up", "--demo", **production) as service:
        assert service.process.wait(60) == 1
        assert "Run `loomlite up` without --demo." in " ".join(service.said().split())


def _link(service: Running) -> str:
    found = re.search(r"signed in: (http\S+)", service.said())
    assert found is not None
    return found[1]


def _sign_in(service: Running, browser: httpx.Client, *, path: str = "") -> httpx.Response:
    began = time.monotonic()
    assert browser.get(_link(service)).status_code == 200
    page = browser.post(_link(service))
    assert page.status_code == 200, page.text
    assert time.monotonic() - began < 60
    return browser.get(str(page.url.join("/" + path)))
