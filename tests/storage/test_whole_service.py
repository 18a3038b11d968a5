"""The service over a storage elsewhere: pictures lead to their own addresses and are forgotten."""

import io
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio
from PIL import Image

from app.asgi import furnish
from app.db.listen import News
from app.jobs.facecams import prepare_facecam
from app.pipeline.clip_spec import FILES
from tests.cast import Cast, litestar_in
from tests.facecams.clips import begin, clip, id_in, put, read_row, services_of
from tests.postgres import SentJobs
from tests.storage.bunny_server import BunnyServer
from tests.storage.places import OPENERS, Remote, bunny

__all__ = ["clip"]

AVATAR = "/settings/profile/avatar"


def picture(colour: str) -> dict[str, tuple[str, bytes, str]]:
    drawn = io.BytesIO()
    Image.new("RGB", (64, 64), colour).save(drawn, "PNG")
    return {"picture": ("me.png", drawn.getvalue(), "image/png")}


@pytest_asyncio.fixture(params=["bunny", "s3"])
async def remote(
    request: pytest.FixtureRequest, cast: Cast, tmp_path: Path
) -> AsyncIterator[Remote]:
    async with OPENERS[request.param](tmp_path) as opened:
        use(cast, opened)
        yield opened


def use(cast: Cast, remote: Remote) -> None:
    site = cast.site
    furnish(litestar_in(site.app), site.settings, site.database, remote.storage, News())


async def shown(address: str) -> bytes:
    async with httpx2.AsyncClient() as browser:
        answer = await browser.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/webp"
    return answer.content


async def test_a_picture_is_shown_from_where_it_is_kept(cast: Cast, remote: Remote) -> None:
    assert (await cast.alice.post(AVATAR, files=picture("red"))).status_code == 303
    answer = await cast.alice.get(AVATAR)
    assert answer.status_code == 302
    assert answer.headers["cache-control"] == "private, no-store"
    red = await shown(answer.headers["location"])
    await cast.alice.post(AVATAR, files=picture("blue"))
    assert await shown((await cast.alice.get(AVATAR)).headers["location"]) != red


async def test_a_facecam_goes_its_whole_way_with_nothing_kept_here(
    cast: Cast, remote: Remote, clip: Path, sent_jobs: SentJobs
) -> None:
    content = clip.read_bytes()
    url = await begin(cast.bob, size_bytes=len(content))
    remote.server.fail("status", "PUT", times=2)
    assert (await put(cast.bob, url, 0, content)).status_code == 200
    services = replace(services_of(cast), storage=remote.storage)
    await prepare_facecam(services, **sent_jobs[-1].arguments)
    row = await read_row(cast, id_in(url))
    assert row.state == "ready"
    keys = {file.key async for file in remote.storage.list(row.media_prefix)}
    assert keys == {f"{row.media_prefix}/{name}" for name in (*FILES, "clip")}
    poster = await cast.bob.get(f"/facecams/{row.id}/poster.webp")
    assert Image.open(io.BytesIO(await shown(poster.headers["location"]))).format == "WEBP"
    # Under its own name, which no address elsewhere would give it.
    original = await cast.bob.get(f"/facecams/{row.id}/original")
    assert original.content == content
    assert "attachment" in original.headers["content-disposition"]
    assert (await cast.charlie.get(f"/facecams/{row.id}/poster.webp")).status_code == 404
    kept_here = cast.site.settings.media_folder.rglob("*.*")
    assert [path for path in kept_here if path.is_file()] == []


async def test_a_facecam_waits_with_its_file_while_the_store_is_away(
    cast: Cast, remote: Remote, clip: Path
) -> None:
    content = clip.read_bytes()
    url = await begin(cast.bob, size_bytes=len(content))
    fault = remote.server.fail("status", "PUT", times=1_000_000)
    assert (await put(cast.bob, url, 0, content)).status_code == 503
    assert (await read_row(cast, id_in(url))).state == "uploading"
    fault.times = 0
    # The browser asks how much is there, and goes on from the end.
    assert (await put(cast.bob, url, len(content), b"")).status_code == 200
    assert (await read_row(cast, id_in(url))).state == "preparing"


async def test_what_changes_or_goes_is_purged_where_copies_are_kept(
    cast: Cast, tmp_path: Path
) -> None:
    async with bunny(tmp_path) as remote:
        use(cast, remote)
        server = remote.server
        assert isinstance(server, BunnyServer)
        await cast.alice.post(AVATAR, files=picture("red"))
        assert server.purged == []  # an address that nobody has had yet
        await cast.alice.post(AVATAR, files=picture("blue"))
        address = f"{server.url}/people/{cast.users['alice'].id}/avatar.webp"
        assert server.purged == [address]
        await cast.alice.post(f"{AVATAR}/remove")
        assert server.purged == [address, address]
        await remote.storage.delete_prefix("workspaces/w1")
        assert server.purged[-1] == f"{server.url}/workspaces/w1/*"


async def test_a_purge_that_fails_is_tried_again_and_stops_nothing(
    cast: Cast, remote: Remote
) -> None:
    await cast.alice.post(AVATAR, files=picture("red"))
    for status in (429, 401):
        remote.server.fail("status", "POST", status=status, part="/purge")
    await cast.alice.post(AVATAR, files=picture("blue"))
    assert (await cast.alice.get(AVATAR)).status_code == 302


async def test_a_store_that_is_away_is_said_on_the_page_and_changes_nothing(
    cast: Cast, remote: Remote
) -> None:
    for method in ("DESCRIBE", "HEAD", "PUT"):
        remote.server.fail("status", method, times=1_000_000)
    answer = await cast.alice.post(AVATAR, files=picture("red"))
    assert answer.status_code == 503
    assert "The place where files are kept does not answer right now" in answer.text
    assert (await cast.alice.get(AVATAR)).status_code == 404


async def test_wrong_keys_are_said_on_the_page_without_their_cause(
    cast: Cast, remote: Remote
) -> None:
    for method in ("DESCRIBE", "HEAD", "PUT"):
        remote.server.fail("status", method, status=403, times=1_000_000)
    answer = await cast.alice.post(AVATAR, files=picture("red"))
    assert answer.status_code == 503
    assert "does not let this server in" in answer.text
    assert "KEY" not in answer.text
