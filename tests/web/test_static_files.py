"""Static files: what a browser gets, what it keeps, and that nothing else can be had."""

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from app.web.static_files import FOLDER, StaticFiles, static_route

SCRIPT = "import './other.js'; // " + "words " * 50


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "static"
    (folder / "js").mkdir(parents=True)
    (folder / "app.css").write_text("body { color: red }")
    (folder / "js/page.js").write_text(SCRIPT)
    (folder / "notes.toml").write_text("secret = 1")
    (tmp_path / "outside.css").write_text("outside")
    return folder


@pytest.fixture
def files(folder: Path) -> StaticFiles:
    return StaticFiles(folder)


@pytest.fixture
async def client(files: StaticFiles) -> AsyncIterator[AsyncTestClient[Litestar]]:
    async with AsyncTestClient(Litestar([static_route(files)])) as client:
        yield client


async def test_a_file_may_be_kept_for_ever(
    client: AsyncTestClient[Litestar], files: StaticFiles
) -> None:
    answer = await client.get(files.url("app.css"), headers={"accept-encoding": "identity"})
    assert answer.status_code == 200
    assert answer.text == "body { color: red }"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "content-encoding" not in answer.headers


async def test_a_file_is_sent_small_to_who_can_unpack_it(
    client: AsyncTestClient[Litestar], files: StaticFiles
) -> None:
    url = files.url("js/page.js")
    small = await client.get(url, headers={"accept-encoding": "br, gzip;q=0.8"})
    whole = await client.get(url, headers={"accept-encoding": "br, gzip;q=0"})
    assert small.headers["content-encoding"] == "gzip"
    assert int(small.headers["content-length"]) == len(gzip.compress(SCRIPT.encode(), 9, mtime=0))
    assert small.text == whole.text == SCRIPT
    assert small.headers["etag"] != whole.headers["etag"]
    assert small.headers["vary"] == "accept-encoding"


async def test_what_the_browser_has_is_not_sent_again(
    client: AsyncTestClient[Litestar], files: StaticFiles
) -> None:
    url = files.url("js/page.js")
    etag = (await client.get(url)).headers["etag"]
    again = await client.get(url, headers={"if-none-match": f'"else", W/{etag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert (await client.get(url, headers={"if-none-match": '"else"'})).status_code == 200


async def test_a_head_request_gets_the_length_alone(
    client: AsyncTestClient[Litestar], files: StaticFiles
) -> None:
    answer = await client.head(files.url("app.css"))
    assert answer.status_code == 200
    assert answer.headers["content-length"] == "19"
    assert answer.content == b""


async def test_nothing_is_changed_by_a_post(
    client: AsyncTestClient[Litestar], files: StaticFiles
) -> None:
    answer = await client.post(files.url("app.css"))
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    "path",
    [
        "/static/",
        "/static/0000000000000000/app.css",
        "{root}",
        "{root}js",
        "{root}gone.css",
        "{root}notes.toml",
        "{root}../outside.css",
        "{root}..%2foutside.css",
        "{root}js/..%2f..%2foutside.css",
        "{root}%00app.css",
    ],
)
async def test_anything_else_is_404(
    client: AsyncTestClient[Litestar], files: StaticFiles, path: str
) -> None:
    answer = await client.get(path.format(root=files.root))
    assert answer.status_code == 404
    assert answer.headers["cache-control"] == "no-store"


def test_any_change_changes_every_address(folder: Path) -> None:
    before = StaticFiles(folder).url("app.css")
    (folder / "js/page.js").write_text("")
    assert StaticFiles(folder).url("app.css") != before


def test_an_address_is_given_only_for_a_file(files: StaticFiles) -> None:
    with pytest.raises(LookupError, match=r"gone\.css"):
        files.url("gone.css")


def test_every_file_of_ours_is_served() -> None:
    unserved = {"LICENSE", "VERSION", "INTEGRITY", "packages.toml"}
    ours = [path for path in FOLDER.rglob("*") if path.is_file() and path.name not in unserved]
    assert ours
    files = StaticFiles()
    assert all(files.url(path.relative_to(FOLDER).as_posix()) for path in ours)
