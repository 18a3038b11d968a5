"""A stored file over HTTP, by a real server: whole, in ranges, unchanged, gone, by its type."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import litestar
import pytest
import pytest_asyncio
from litestar import Litestar, Request, get, route
from litestar.params import FromPath, FromQuery
from starlette.responses import Response

from app.storage.interface import FileNotStored
from app.storage.local import LocalStorage
from app.web.media import media_response
from tests.web.real_server import served

CONTENT = bytes(range(256)) * 1000


class ElsewhereStorage(LocalStorage):
    """A store whose files have addresses of their own."""

    def url(self, key: str) -> str | None:
        return f"https://media.example/{key}?signature=1"


def media_app(storage: LocalStorage) -> Litestar:
    @route("/media/{key:path}", http_method=["GET", "HEAD"])
    async def media(
        request: Request[Any, Any, Any],
        key: FromPath[str],
        download: FromQuery[str | None] = None,
        age: FromQuery[int] = 0,
    ) -> Response:
        return await media_response(
            storage, key.strip("/"), request, download_name=download, max_age_s=age
        )

    @get("/elsewhere")
    async def elsewhere(request: Request[Any, Any, Any]) -> Response:
        return await media_response(ElsewhereStorage(storage.folder), "a.mp4", request)

    def gone(_: Request[Any, Any, Any], error: FileNotStored) -> litestar.Response[str]:
        return litestar.Response(str(error), status_code=error.status)

    return Litestar(
        [media, elsewhere], exception_handlers={FileNotStored: gone}, openapi_config=None
    )


@pytest_asyncio.fixture
async def browser(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    storage = LocalStorage(tmp_path / "media")
    for key, content_type in (
        ("a/clip.mp4", "video/mp4"),
        ("a/page.html", "application/octet-stream"),
        ("a/empty.webp", "image/webp"),
    ):
        source = tmp_path / "source"
        source.write_bytes(b"" if "empty" in key else CONTENT)
        await storage.put_file(key, source, content_type)
    with served(media_app(storage)) as origin:
        async with httpx2.AsyncClient(base_url=origin) as client:
            yield client


async def test_the_whole_file_comes_with_its_type_and_stays_in_this_browser(
    browser: httpx2.AsyncClient,
) -> None:
    answer = await browser.get("/media/a/clip.mp4")
    assert answer.status_code == 200
    assert answer.content == CONTENT
    assert answer.headers["content-type"] == "video/mp4"
    assert answer.headers["content-length"] == str(len(CONTENT))
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"] == 'inline; filename="clip.mp4"'
    kept = await browser.get("/media/a/clip.mp4", params={"age": 60})
    assert kept.headers["cache-control"] == "private, max-age=60"


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("0-0", 0, 1),
        ("1000-1999", 1000, 2000),
        ("255000-", 255_000, 256_000),
        ("-10", 255_990, 256_000),
        ("200000-999999", 200_000, 256_000),
    ],
)
async def test_a_range_is_answered_with_just_those_bytes(
    browser: httpx2.AsyncClient, asked: str, start: int, end: int
) -> None:
    answer = await browser.get("/media/a/clip.mp4", headers={"Range": f"bytes={asked}"})
    assert answer.status_code == 206
    assert answer.content == CONTENT[start:end]
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{len(CONTENT)}"


async def test_a_range_beyond_the_end_is_416_with_the_size(browser: httpx2.AsyncClient) -> None:
    answer = await browser.get("/media/a/clip.mp4", headers={"Range": "bytes=256000-"})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == "bytes */256000"


async def test_a_range_of_a_file_that_has_changed_gets_the_whole_one(
    browser: httpx2.AsyncClient,
) -> None:
    headers = {"Range": "bytes=0-9", "If-Range": '"another"'}
    answer = await browser.get("/media/a/clip.mp4", headers=headers)
    assert (answer.status_code, answer.content) == (200, CONTENT)


async def test_head_says_what_get_would_without_the_bytes(browser: httpx2.AsyncClient) -> None:
    head = await browser.head("/media/a/clip.mp4")
    get = await browser.get("/media/a/clip.mp4")
    assert (head.status_code, head.content) == (200, b"")
    varying = {"date"}
    assert {k: v for k, v in head.headers.items() if k not in varying} == {
        k: v for k, v in get.headers.items() if k not in varying
    }


async def test_an_unchanged_file_is_not_sent_again(browser: httpx2.AsyncClient) -> None:
    first = await browser.get("/media/a/clip.mp4")
    tag, changed = first.headers["etag"], first.headers["last-modified"]
    for condition in (
        {"If-None-Match": tag},
        {"If-None-Match": f'"x", W/{tag}'},
        {"If-None-Match": "*"},
        {"If-Modified-Since": changed},
    ):
        answer = await browser.get("/media/a/clip.mp4", headers=condition)
        assert (answer.status_code, answer.content) == (304, b""), condition
        assert answer.headers["etag"] == tag
        assert "private" in answer.headers["cache-control"]
    for condition in (
        {"If-None-Match": '"x"', "If-Modified-Since": changed},
        {"If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"},
        {"If-Modified-Since": "yesterday"},
    ):
        answer = await browser.get("/media/a/clip.mp4", headers=condition)
        assert answer.status_code == 200, condition


async def test_what_could_run_scripts_is_only_ever_saved(browser: httpx2.AsyncClient) -> None:
    answer = await browser.get("/media/a/page.html")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == 'attachment; filename="page.html"'


async def test_a_download_has_the_name_that_was_asked_for(browser: httpx2.AsyncClient) -> None:
    answer = await browser.get("/media/a/clip.mp4", params={"download": "Zoë’s “clip”\r\n.mp4"})
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith("attachment; filename*=utf-8''Zo%C3%AB")
    assert "%0D%0A" in disposition


async def test_an_empty_file_is_answered_as_one(browser: httpx2.AsyncClient) -> None:
    answer = await browser.get("/media/a/empty.webp")
    assert (answer.status_code, answer.content) == (200, b"")


async def test_what_is_not_stored_is_404_in_words(browser: httpx2.AsyncClient) -> None:
    answer = await browser.get("/media/a/nothing.mp4")
    assert answer.status_code == 404
    assert "no longer here" in answer.text


async def test_a_storage_with_addresses_of_its_own_is_redirected_to(
    browser: httpx2.AsyncClient,
) -> None:
    answer = await browser.get("/elsewhere", follow_redirects=False)
    assert answer.status_code == 302
    assert answer.headers["location"] == "https://media.example/a.mp4?signature=1"
    assert answer.headers["cache-control"] == "private, no-store"
