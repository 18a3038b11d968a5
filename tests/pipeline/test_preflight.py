"""Many pages opened at once: each gets its own verdict, whatever becomes of the others."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import psutil
import pytest

from app.pipeline.process import Exit
from tests.pipeline.bad_site import WORDS
from tests.pipeline.small_render import (
    END_LIMIT_S,
    engine,
    events,
    quiet_server,
    run_engine,
)

PAGES = {
    "/": f"<title>Somebody</title><h1>Somebody's page</h1>{WORDS}{WORDS}",
    "/soon": "<title>Soon</title><p>We are here soon, dear friends.",
    "/sold": "<title>acme.test</title><h1>The domain acme.test is for sale</h1><p>Make an offer.",
}


@contextmanager
def serving(asked: threading.Event, held: threading.Event) -> Iterator[int]:
    """A site whose pages are PAGES; `/n/…` sets `asked` and waits until `held` is. Its port."""

    class Handler(BaseHTTPRequestHandler):
        server: HTTPServer

        def do_GET(self) -> None:
            if self.path.startswith("/n/"):
                asked.set()
                held.wait(END_LIMIT_S)
            away = self.path == "/away"
            self.send_response(302 if away else 200)
            if away:
                self.send_header("Location", f"http://localhost:{self.server.server_port}/")
            body = PAGES.get(self.path, PAGES["/"]).encode()
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with quiet_server(Handler) as port:
        yield port


def list_of(folder: Path, port: int, *paths: str, jobs: int) -> Path:
    asked = {
        "pages": [{"url": f"http://127.0.0.1:{port}{path}"} for path in paths],
        "thumbnails": str(folder / "pages"),
        "width": 640,
        "height": 360,
        "page_load_wait_ms": 200,
        "jobs": jobs,
        "allow_addresses": [f"{host}:{port}" for host in ("127.0.0.1", "localhost")],
    }
    file = folder / "pages.json"
    file.write_text(json.dumps(asked))
    return file


@pytest.fixture
def verdicts(tmp_path: Path) -> dict[str, dict[str, Any]]:
    with serving(threading.Event(), threading.Event()) as port:
        file = list_of(tmp_path, port, "/", "/soon", "/sold", "/away", jobs=2)
        code, told = run_engine("preflight", file)
    assert code == Exit.OK
    return {
        "/" + event["url"].split("/", 3)[3]: event for event in told if event["event"] == "page"
    }


def test_a_page_says_where_it_is_and_whether_anything_is_there(
    verdicts: dict[str, dict[str, Any]],
) -> None:
    doubts = {
        path: [name for name in ("final_host_differs", "looks_parked", "looks_blank") if page[name]]
        for path, page in verdicts.items()
    }
    assert doubts == {
        "/": [],
        "/soon": ["looks_blank"],
        "/sold": ["looks_parked"],
        "/away": ["final_host_differs"],
    }
    assert verdicts["/"]["doubts"] == []
    assert "localhost" in verdicts["/away"]["doubts"][0]


def test_a_browser_that_dies_costs_no_page_its_verdict(tmp_path: Path) -> None:
    asked, held = threading.Event(), threading.Event()
    with serving(asked, held) as port:
        file = list_of(tmp_path, port, *(f"/n/{n}" for n in range(16)), jobs=8)
        with engine("preflight", file) as process:
            assert asked.wait(END_LIMIT_S)
            browsers = psutil.Process(process.pid).children()
            browsers[0].kill()
            held.set()
            pages = [event for event in events(process) if event["event"] == "page"]
            assert process.wait(END_LIMIT_S) == Exit.OK
    assert len(pages) == 16
    assert [page["message"] for page in pages if not page["ok"]] == []
