"""Uploads in pieces over HTTP, by a real server and real sockets."""

import os
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from app.storage.part_file import CHUNK_LIMIT_BYTES, WRITE_BYTES
from tests.web.real_server import served
from tests.web.upload_app import Uploads, upload_app

WHOLE = os.urandom(1_500_000)
ARRIVAL_LIMIT_S = 5.0


@dataclass
class Desk:
    """A browser at the upload application, and what the application knows."""

    browser: httpx2.Client
    uploads: Uploads

    def begin(self, size_bytes: int = len(WHOLE)) -> str:
        sent = {"name": "clip.mp4", "size_bytes": size_bytes, "type": "video/mp4"}
        answer = self.browser.post("/uploads", json=sent)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["upload_url"])

    def put(self, url: str, offset: int, content: bytes) -> httpx2.Response:
        return self.browser.put(url, content=content, headers={"Upload-Offset": str(offset)})


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    uploads = Uploads(tmp_path / "uploads")
    with (
        served(upload_app(uploads)) as origin,
        httpx2.Client(base_url=origin, timeout=10) as browser,
    ):
        yield Desk(browser, uploads)


def test_each_chunk_is_answered_with_the_end_and_the_last_with_the_way_on(desk: Desk) -> None:
    url = desk.begin()
    first = desk.put(url, 0, WHOLE[:1_000_000])
    assert (first.status_code, first.headers["upload-offset"]) == (204, "1000000")
    head = desk.browser.head(url)
    assert (head.status_code, head.headers["upload-offset"]) == (204, "1000000")
    assert head.headers["cache-control"] == "no-store"
    last = desk.put(url, 1_000_000, WHOLE[1_000_000:])
    assert (last.status_code, last.json()) == (200, {"next": "/done"})
    assert desk.uploads.only_part().path.read_bytes() == WHOLE


def test_whoever_missed_the_last_answer_asks_again_with_an_empty_chunk(desk: Desk) -> None:
    url = desk.begin()
    desk.put(url, 0, WHOLE)
    again = desk.put(url, len(WHOLE), b"")
    assert (again.status_code, again.json()) == (200, {"next": "/done"})


def test_a_wrong_offset_is_409_with_the_right_one(desk: Desk) -> None:
    url = desk.begin()
    desk.put(url, 0, WHOLE[:1000])
    answer = desk.put(url, 500, WHOLE[500:])
    assert (answer.status_code, answer.headers["upload-offset"]) == (409, "1000")
    assert answer.json() == {"error": "The upload goes on at byte 1000."}


@pytest.mark.parametrize("offset", ["", "-1", "1.5", "x", "²"])
def test_a_missing_or_senseless_offset_is_400_in_words(desk: Desk, offset: str) -> None:
    headers = [(b"Upload-Offset", offset.encode())] if offset else []
    answer = desk.browser.put(desk.begin(), content=b"x", headers=headers)
    assert answer.status_code == 400
    assert "Upload-Offset" in answer.json()["error"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"name": ""}', b'{"name": "a.mp4"}'])
def test_a_senseless_beginning_is_400_in_words(desk: Desk, body: bytes) -> None:
    answer = desk.browser.post("/uploads", content=body)
    assert answer.status_code == 400
    assert "could not be started" in answer.json()["error"]


def test_a_file_over_two_gigabytes_is_413_with_the_limit(desk: Desk) -> None:
    sent = {"name": "clip.mp4", "size_bytes": 3 * 1024**3}
    answer = desk.browser.post("/uploads", json=sent)
    assert answer.status_code == 413
    assert "The limit is 2 GB" in answer.json()["error"]


def test_a_chunk_over_eight_megabytes_is_413_and_not_kept(desk: Desk) -> None:
    url = desk.begin(CHUNK_LIMIT_BYTES * 2)
    answer = desk.put(url, 0, bytes(CHUNK_LIMIT_BYTES + 1))
    assert answer.status_code == 413
    assert "8 MB" in answer.json()["error"]
    assert desk.uploads.only_part().received_bytes == 0


def test_a_discarded_upload_is_404_in_words(desk: Desk) -> None:
    url = desk.begin()
    assert desk.browser.delete(url).status_code == 204
    answer = desk.put(url, 0, WHOLE)
    assert answer.status_code == 404
    assert "Start it anew" in answer.json()["error"]


def test_a_connection_lost_in_the_middle_of_a_chunk_keeps_what_arrived(desk: Desk) -> None:
    url = desk.begin(2 * len(WHOLE))
    whole = WHOLE * 2
    part = desk.uploads.only_part()
    port = urlsplit(str(desk.browser.base_url)).port
    with socket.create_connection(("127.0.0.1", port or 0)) as wire:
        request = f"PUT {url} HTTP/1.1\r\nHost: localhost\r\nUpload-Offset: 0\r\n"
        wire.sendall(f"{request}Content-Length: {len(whole)}\r\n\r\n".encode())
        wire.sendall(whole[:2_000_000])
        _await(lambda: part.received_bytes >= WRITE_BYTES)
    _await(lambda: desk.uploads.chunks == [("0", 408)])
    kept_bytes = int(desk.browser.head(url).headers["upload-offset"])
    assert WRITE_BYTES <= kept_bytes <= 2_000_000
    assert part.path.read_bytes() == whole[:kept_bytes]
    assert desk.put(url, kept_bytes, whole[kept_bytes:]).status_code == 200
    assert part.path.read_bytes() == whole


def _await(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + ARRIVAL_LIMIT_S
    while not happened():
        assert time.monotonic() < deadline
        os.sched_yield()
