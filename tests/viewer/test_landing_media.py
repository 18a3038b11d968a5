"""What a landing page plays and shows: ranges, versions that may be kept, captions cut with the
clip, and nothing without the right to see it."""

import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from app.db.base import new_id
from app.facecams.models import Caption
from app.renders.models import Render, RenderBatch
from app.storage.local import LocalStorage
from app.viewer.models import LandingPage
from tests.cast import Cast, in_workspace, litestar_in
from tests.viewer.links import LIGHT, VIDEO, Shown, choose, forget, set_rows, show_video

VTT = """WEBVTT

00:00.500 --> 00:01.500
Before the cut

00:01.500 --> 00:03.000
Hello &amp; welcome

00:30.000 --> 00:31.000
After the end
"""


@pytest.fixture
async def shown(cast: Cast, tmp_path: Path) -> Shown:
    return await show_video(cast, tmp_path, name="Ada Lovelace")


async def _address(cast: Cast, shown: Shown, thing: str) -> str:
    """As the page itself names it."""
    page = (await cast.nobody.get(shown.path)).text
    found = re.search(rf'"({re.escape(shown.path)}/{thing}\?v=[0-9a-f]+)', page)
    assert found is not None, thing
    return found[1]


@pytest.mark.parametrize(("thing", "content"), [("video", VIDEO), ("light", LIGHT)])
async def test_both_copies_come_in_ranges(
    cast: Cast, shown: Shown, thing: str, content: bytes
) -> None:
    address = await _address(cast, shown, thing)
    whole = await cast.nobody.get(address)
    assert (whole.status_code, whole.content) == (200, content)
    assert whole.headers["content-type"] == "video/mp4"
    part = await cast.nobody.get(address, headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, content[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(content)}"
    past = await cast.nobody.get(address, headers={"Range": f"bytes={len(content)}-"})
    assert past.status_code == 416
    head = await cast.nobody.head(address)
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(content)))
    same = await cast.nobody.get(address, headers={"If-None-Match": head.headers["etag"]})
    assert same.status_code == 304


async def test_what_the_page_names_may_be_kept_for_ever_and_nothing_else(
    cast: Cast, shown: Shown
) -> None:
    for thing in ("video", "light", r"poster\.jpg"):
        address = await _address(cast, shown, thing)
        kept = (await cast.nobody.get(address)).headers
        assert kept["cache-control"] == "private, max-age=31536000, immutable"
        assert "noindex" in kept["x-robots-tag"]
        bare = (await cast.nobody.get(address.partition("?")[0])).headers
        assert bare["cache-control"] == "private, no-cache"
        assert (await cast.nobody.get(address + "0")).headers[
            "cache-control"
        ] == "private, no-cache"
    same = await cast.nobody.get(shown.path + "/video", headers={"If-None-Match": bare["etag"]})
    assert same.status_code in {200, 304}


async def test_another_video_has_another_address(cast: Cast, shown: Shown) -> None:
    before = [await _address(cast, shown, thing) for thing in ("video", "light")]
    files = {
        f"{name}.mp4": {"key": f"workspaces/{cast.acme.id}/renders/x/{name}-1.mp4", "bytes": 1}
        for name in ("video", "light")
    }
    await set_rows(cast, update(Render).where(Render.id == shown.render_id).values(files=files))
    after = [await _address(cast, shown, thing) for thing in ("video", "light")]
    assert set(before).isdisjoint(after)


async def test_a_video_of_an_earlier_release_has_one_copy(cast: Cast, shown: Shown) -> None:
    files = {"video.mp4": {"key": f"workspaces/{cast.acme.id}/renders/x/video-1.mp4", "bytes": 1}}
    await set_rows(cast, update(Render).where(Render.id == shown.render_id).values(files=files))
    answer = await cast.nobody.get(shown.path, headers={"Save-Data": "on"})
    assert answer.text.count("<source") == 1
    assert "/light" not in answer.text
    assert 'id="quality"' not in answer.text
    assert "Save-Data" not in answer.headers.get("vary", "")
    assert (await cast.nobody.get(shown.path + "/light")).status_code == 404


async def test_who_saves_data_finds_the_light_copy_first(cast: Cast, shown: Shown) -> None:
    async def first(thing: str, headers: dict[str, str] | None = None) -> str:
        answer = await cast.nobody.get(shown.path + thing, headers=headers)
        assert "Save-Data" in answer.headers["vary"]
        assert "no-store" in answer.headers["cache-control"]
        return str(re.findall(r'<source src="[^"]+/(\w+)\?', answer.text)[0])

    for thing in ("", "/embed"):
        for _ in range(2):  # drawn, and remembered
            assert await first(thing) == "video"
            assert await first(thing, {"Save-Data": "on"}) == "light"


async def test_what_is_saved_is_the_full_copy(cast: Cast, shown: Shown) -> None:
    await choose(cast, shown.campaign_id, allows_download=True)
    forget(cast)
    page = (await cast.nobody.get(shown.path, headers={"Save-Data": "on"})).text
    found = re.search(r'href="([^"]+)" download', page)
    assert found is not None
    address = found[1].replace("&amp;", "&")
    assert (await cast.nobody.get(address)).content == VIDEO


async def test_pictures_may_be_shown_by_the_letters_that_hold_them(
    cast: Cast, shown: Shown
) -> None:
    for thing in ("thumbnail.jpg", "preview.gif", "poster.jpg"):
        answer = await cast.nobody.get(f"{shown.path}/{thing}")
        assert answer.status_code == 200, thing
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert (await cast.nobody.get(f"{shown.path}/preview.webp")).status_code == 404
    assert (await cast.nobody.get(f"{shown.path}/report.json")).status_code == 404


async def test_the_video_is_saved_where_the_team_allows_it(cast: Cast, shown: Shown) -> None:
    asked = f"{shown.path}/video?download=1"
    assert (await cast.nobody.get(asked)).status_code == 404
    assert "Download the video" not in (await cast.nobody.get(shown.path)).text
    await choose(cast, shown.campaign_id, allows_download=True)
    forget(cast)
    assert "Download the video" in (await cast.nobody.get(shown.path)).text
    saved = await cast.nobody.get(asked)
    assert saved.headers["content-disposition"] == 'attachment; filename="ada-lovelace.mp4"'


async def test_captions_are_on_the_video_s_time(cast: Cast, shown: Shown) -> None:
    await _put_captions(cast, shown, start_s=1.0, end_s=20.0)
    page = (await cast.nobody.get(shown.path)).text
    assert 'srclang="de" label="Deutsch"' in page
    address = await _address(cast, shown, r"captions/de\.vtt")
    answer = await cast.nobody.get(address)
    assert answer.headers["content-type"] == "text/vtt; charset=utf-8"
    assert "immutable" in answer.headers["cache-control"]
    assert "00:00:00.500 --> 00:00:02.000\nHello &amp; welcome" in answer.text
    assert "After the end" not in answer.text
    assert (await cast.nobody.get(f"{shown.path}/captions/fr.vtt")).status_code == 404


async def test_the_logo_is_everybody_s(cast: Cast, shown: Shown, tmp_path: Path) -> None:
    key = f"workspaces/{cast.acme.id}/logos/{new_id()}/logo.webp"
    (tmp_path / "logo.webp").write_bytes(b"a logo")
    await cast.site.storage.put_file(key, tmp_path / "logo.webp", "image/webp")
    await choose(cast)
    await set_rows(cast, update(LandingPage).values(logo_key=key))
    address = await _address(cast, shown, "logo")
    assert (await cast.nobody.get(address)).content == b"a logo"


class _Elsewhere(LocalStorage):
    """A storage whose files have addresses of their own."""

    def url(self, key: str) -> str | None:
        return f"https://media.example/{key}?signature=1"


async def test_a_storage_with_addresses_of_its_own_is_led_to(cast: Cast, shown: Shown) -> None:
    litestar_in(cast.site.app).state.storage = _Elsewhere(cast.site.storage.folder)
    for thing in ("video", "light"):
        answer = await cast.nobody.get(await _address(cast, shown, thing))
        assert answer.status_code == 302
        assert answer.headers["location"].startswith("https://media.example/workspaces/")
        assert "no-store" in answer.headers["cache-control"]


async def _put_captions(cast: Cast, shown: Shown, *, start_s: float, end_s: float) -> None:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        render = await session.get_one(Render, shown.render_id)
        batch = await session.get_one(RenderBatch, render.batch_id)
        clip: dict[str, Any] = batch.campaign["facecam"] | {"start_s": start_s, "end_s": end_s}
        batch.campaign = batch.campaign | {"facecam": clip}
        session.add(
            Caption(workspace_id=cast.acme.id, facecam_id=UUID(clip["id"]), language="de", vtt=VTT)
        )
    forget(cast)
