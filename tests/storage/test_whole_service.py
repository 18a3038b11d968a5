"""The service over a storage elsewhere: pictures lead to their own addresses and are forgotten."""

import io
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio
from PIL import Image

from app.asgi import furnish
from app.db.listen import News
from tests.cast import Cast, litestar_in
from tests.storage.bunny_server import BunnyServer
from tests.storage.places import OPENERS, Remote, bunny

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
