"""One video's page: the player, its files, what was measured, its tries, earlier versions."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.db.base import now
from app.renders.models import Render, RenderAttempt
from app.storage.interface import content_type_of
from tests.cast import Cast, in_workspace
from tests.renders.films import make_film, press_render, renders_of, set_lead, set_render

REPORT = {
    "scenes": [
        {
            "id": "home",
            "url": "https://example.com/",
            "way": "tiles",
            "used_fallback": False,
            "segment_cached": True,
            "recording_cached": True,
        },
        {
            "id": "site",
            "url": "https://fallback.example.com/",
            "way": "stepped",
            "used_fallback": True,
            "segment_cached": False,
            "recording_cached": False,
            "attempts": [{"message": "x.org asked for a sign-in."}],
            "notices": ["A cookie banner was closed."],
        },
    ],
    "measurements": {
        "width": 1920,
        "height": 1080,
        "fps": 60.0,
        "frames": 1200,
        "psnr_db": 42.13,
        "repeated_frames_while_moving": 0,
        "audio_codec": "aac",
        "sound_offset_ms": -3.2,
        "size_bytes": 4_404_019,
    },
}
STEPS: list[dict[str, Any]] = [
    {"step": "recording", "scene": "site", "began_s": 0.5, "took_s": 6.1, "facts": {"way": "tiles"}}
]


async def _finished(
    cast: Cast, tmp_path: Path, content: bytes = b"0123456789"
) -> tuple[UUID, UUID]:
    """A campaign with one finished video: its id and the render's."""
    campaign_id = await make_film(cast, 1)
    await press_render(cast, campaign_id)
    render = (await renders_of(cast, campaign_id))[0]
    await _finish(cast, render, tmp_path, content)
    return campaign_id, render.id


async def _finish(cast: Cast, render: Render, tmp_path: Path, content: bytes) -> None:
    files = {}
    for name in ("video.mp4", "poster.jpg"):
        file = tmp_path / name
        file.write_bytes(content)
        key = f"{render.media_prefix}/{file.stem}-0123456789ab{file.suffix}"
        await cast.site.storage.put_file(key, file, content_type_of(key))
        files[name] = {"key": key, "bytes": len(content)}
    await set_render(cast, render.id, "completed", files=files, report=REPORT)


def _url(campaign_id: UUID, render_id: UUID, path: str = "") -> str:
    return f"/campaigns/{campaign_id}/videos/{render_id}{path}"


@pytest.mark.parametrize("path", ["", "/files/video.mp4", "/files/poster.jpg"])
async def test_a_stranger_gets_404(cast: Cast, tmp_path: Path, path: str) -> None:
    url = _url(*await _finished(cast, tmp_path), path)
    assert (await cast.bob.get(url)).status_code == 200
    assert (await cast.charlie.get(url)).status_code == 404
    assert (await cast.charlie_at_home.get(url)).status_code == 404


async def test_a_stranger_restores_nothing(cast: Cast, tmp_path: Path) -> None:
    url = _url(*await _finished(cast, tmp_path), "/restore")
    assert (await cast.charlie.post(url)).status_code == 404
    assert (await cast.charlie_at_home.post(url)).status_code == 404


async def test_the_video_is_served_in_ranges_and_saved_under_the_leads_name(
    cast: Cast, tmp_path: Path
) -> None:
    url = _url(*await _finished(cast, tmp_path), "/files/video.mp4")
    part = await cast.bob.get(url, headers={"Range": "bytes=2-4"})
    assert (part.status_code, part.content) == (206, b"234")
    assert part.headers["content-type"] == "video/mp4"
    saved = await cast.bob.get(url + "?download=1")
    assert saved.headers["content-disposition"] == 'attachment; filename="lead-2-video.mp4"'


@pytest.mark.parametrize("name", ["preview.gif", "report.json", "spec.json", "video.mp4.x"])
async def test_a_file_that_is_not_there_is_not_found(cast: Cast, tmp_path: Path, name: str) -> None:
    url = _url(*await _finished(cast, tmp_path), f"/files/{name}")
    assert (await cast.bob.get(url)).status_code == 404


async def test_what_was_measured_is_told_in_plain_words(cast: Cast, tmp_path: Path) -> None:
    text = (await cast.bob.get(_url(*await _finished(cast, tmp_path)))).text
    for said in (
        "1920 × 1080 at 60 frames per second",
        "As sharp as the page itself (42.1 dB)",
        "1,200 frames, none repeated while the page moves",
        "In sync (3 ms apart)",
        "4.2 MB",
        "It was made before and used again.",
        "Shows your fallback page https://fallback.example.com/.",
        "x.org asked for a sign-in.",
        "A cookie banner was closed.",
    ):
        assert said in text
    assert "/v/" in text  # the lead's link


async def test_each_try_has_its_steps_and_its_log(cast: Cast, tmp_path: Path) -> None:
    campaign_id, render_id = await _finished(cast, tmp_path)
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        for number, outcome in ((1, "lost"), (2, "completed")):
            session.add(
                RenderAttempt(
                    workspace_id=cast.acme.id,
                    render_id=render_id,
                    number=number,
                    outcome=outcome,
                    ended_at=now(),
                    steps=STEPS,
                    log="<b>said the engine</b>" if number == 2 else "",
                )
            )
    text = (await cast.bob.get(_url(campaign_id, render_id))).text
    assert text.index("Try 2") < text.index("Try 1")
    assert "Server was lost, tried again" in text
    assert "6.1 s" in text
    assert "from sharp pictures of the page, for it stands still" in text
    assert "&lt;b&gt;said the engine&lt;/b&gt;" in text


async def test_an_earlier_version_is_taken_back_and_forth(cast: Cast, tmp_path: Path) -> None:
    campaign_id, old = await _finished(cast, tmp_path, b"old")
    await press_render(cast, campaign_id)
    later = next(each for each in await renders_of(cast, campaign_id) if each.id != old)
    await _finish(cast, later, tmp_path, b"later")
    text = (await cast.bob.get(_url(campaign_id, later.id))).text
    assert "On the link" in text
    assert _url(campaign_id, old, "/restore") in text
    answer = await cast.bob.post(_url(campaign_id, old, "/restore"))
    assert answer.status_code == 303
    shown = {each.id: each.is_current for each in await renders_of(cast, campaign_id)}
    assert shown == {old: True, later.id: False}
    page = (await cast.bob.get(_url(campaign_id, old))).text
    assert f'action="{_url(campaign_id, later.id, "/restore")}"' in page  # the toast's way back
    # What would be made anew is there already, so nothing is offered.
    offered = (await cast.bob.get(f"/campaigns/{campaign_id}/render?which=changed")).text
    assert "Every video is up to date" in offered


async def test_a_video_that_failed_cannot_be_shown(cast: Cast) -> None:
    campaign_id = await make_film(cast, 1)
    await press_render(cast, campaign_id)
    render = (await renders_of(cast, campaign_id))[0]
    await set_render(cast, render.id, "failed", error_code="login_wall", error="It asked.")
    assert (await cast.bob.post(_url(campaign_id, render.id, "/restore"))).status_code == 409
    text = (await cast.bob.get(_url(campaign_id, render.id))).text
    assert "It asked." in text
    assert "/retry?ids=" in text


async def test_the_old_video_stays_on_the_link_while_a_later_one_is_made(
    cast: Cast, tmp_path: Path
) -> None:
    campaign_id, _old = await _finished(cast, tmp_path)
    await set_lead(cast, campaign_id, 2, name="Lead Two")
    await press_render(cast, campaign_id)
    later = next(each for each in await renders_of(cast, campaign_id) if not each.is_current)
    text = (await cast.bob.get(_url(campaign_id, later.id))).text
    assert "Next in line" in text
    assert "The lead’s link shows the earlier video until then." in text
