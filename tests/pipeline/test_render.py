"""The recipe of a lead's video: what is in the decoded picture, and what is made only once."""

import asyncio
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
import pytest

from app.pipeline import recordings as recorder
from app.pipeline.errors import PageNotFound, ServerError
from app.pipeline.render import render
from app.pipeline.spec import VIDEO_FILES, RenderReport, RenderSpec, SceneSpec
from tests.pipeline.capture_pages import ROW_PX, CaptureSite, capture_site, row_colour
from tests.pipeline.filming import FPS, HEIGHT, WIDTH
from tests.pipeline.lead_spec import (
    BUBBLE_PX,
    MARGIN_PX,
    artifacts,
    drafts,
    face,
    lead_spec,
    recordings,
)
from tests.pipeline.synthetic import bt709

pytestmark = pytest.mark.browser

COLOUR = 6  # of 255, per plane: what x264 leaves of a flat row at crf 20
AGED_S = 2 * 86_400
FRAMES = 36


@dataclass
class Shop:
    """A site, a folder with a store, and the first lead's finished render: two static pages."""

    site: CaptureSite
    folder: Path
    spec: RenderSpec
    report: RenderReport

    def lead(self, *names: str, lead: str, **changes: Any) -> RenderSpec:
        spec = lead_spec(self.folder, self.site, *names, frames=FRAMES, lead=lead)
        return spec.model_copy(update=changes)


@pytest.fixture(scope="module")
def site() -> Iterator[CaptureSite]:
    with capture_site() as site:
        yield site


@pytest.fixture(scope="module")
def shop(site: CaptureSite, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    folder = tmp_path_factory.mktemp("shop")
    spec = lead_spec(folder, site, "rows-0", "rows-1", frames=FRAMES)
    return Shop(site, folder, spec, asyncio.run(render(spec)))


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries again at once."""
    monkeypatch.setattr(recorder, "WAITS_S", (0.0, 0.0))


def decoded(video: Path) -> tuple[list[int], list[npt.NDArray[Any]]]:
    """pts and YUV 4:2:0 pictures [height * 3 // 2, width] of every frame."""
    with av.open(video) as container:
        frames = list(container.decode(video=0))
        return [frame.pts or 0 for frame in frames], [frame.to_ndarray() for frame in frames]


def off_by(picture: npt.NDArray[Any], x: int, y: int, rgb: tuple[int, int, int]) -> float:
    """How far the picture is from a colour at (x, y), in the plane where it is farthest."""
    chroma = picture[HEIGHT:].reshape(2, HEIGHT // 2, WIDTH // 2)
    there = (picture[y, x], chroma[0, y // 2, x // 2], chroma[1, y // 2, x // 2])
    wanted = bt709(np.array([[rgb]], np.uint8))
    return max(
        abs(float(plane[0, 0]) - float(value)) for plane, value in zip(wanted, there, strict=True)
    )


async def test_a_video_shows_the_right_rows_at_the_right_time(shop: Shop) -> None:
    _, pictures = decoded(shop.spec.out / "video.mp4")
    for number, name in enumerate(("rows-0", "rows-1")):
        plan = recordings(shop.folder)[name].facts.plan
        assert plan.reached_px > 2 * ROW_PX  # else the test would show nothing
        for frame in range(0, FRAMES, 3):
            picture = pictures[number * FRAMES + frame]
            offset_px = plan.scroll_px[frame]
            first = -(-offset_px // ROW_PX)
            for row in range(first, (offset_px + HEIGHT) // ROW_PX):
                y = row * ROW_PX + ROW_PX // 2 - offset_px
                # Three places, for the cursor may be on one of them.
                colour = row_colour(row, number)
                assert sorted(off_by(picture, x, y, colour) for x in (8, 200, 400))[1] < COLOUR


async def test_a_video_has_every_frame_and_no_gap(shop: Shop) -> None:
    pts, pictures = decoded(shop.spec.out / "video.mp4")
    assert len(pictures) == 2 * FRAMES
    assert pts[0] == 0
    assert set(np.diff(pts)) == {pts[1]}
    measured = shop.report.measurements
    assert measured is not None
    assert (measured.frames, measured.pts_gapless, measured.fps) == (2 * FRAMES, True, FPS)
    assert measured.repeated_frames_while_moving == 0


async def test_the_bubble_is_in_its_corner_and_nowhere_else(shop: Shop) -> None:
    _, pictures = decoded(shop.spec.out / "video.mp4")
    middle = MARGIN_PX + BUBBLE_PX // 3
    for picture in pictures[:: FRAMES // 3]:
        assert off_by(picture, WIDTH - middle, HEIGHT - middle, (10, 10, 10)) < COLOUR
        for x, y in ((middle, middle), (WIDTH - middle, middle), (middle, HEIGHT - middle)):
            assert off_by(picture, x, y, (10, 10, 10)) > 3 * COLOUR


async def test_a_report_says_how_each_scene_was_captured(shop: Shop) -> None:
    assert [scene.way for scene in shop.report.scenes] == ["tiles", "tiles"]
    assert [scene.url for scene in shop.report.scenes] == [
        shop.site.url("rows-0"),
        shop.site.url("rows-1"),
    ]
    assert not any(scene.recording_cached or scene.used_fallback for scene in shop.report.scenes)
    assert RenderReport.model_validate_json((shop.spec.out / "report.json").read_text()) == (
        shop.report
    )


async def test_a_second_render_makes_nothing_and_gives_the_same_bytes(shop: Shop) -> None:
    hits = shop.site.hits.copy()
    again = shop.lead("rows-0", "rows-1", lead="again")
    report = await render(again)
    assert all(scene.recording_cached and scene.segment_cached for scene in report.scenes)
    assert set(report.cache_hits) == {
        *(f"recording:{scene.id}" for scene in again.scenes),
        *(f"segment:{scene.id}" for scene in again.scenes),
        "sound",
    }
    assert shop.site.hits == hits
    for name in VIDEO_FILES:
        assert (again.out / name).read_bytes() == (shop.spec.out / name).read_bytes()


async def test_a_shared_scene_is_one_segment_and_only_the_own_page_is_recorded(
    shop: Shop,
) -> None:
    segments = len(artifacts(shop.folder, "segments"))
    hits = shop.site.hits.copy()
    report = await render(shop.lead("rows-0", "rows-2", lead="bob"))
    assert [scene.recording_cached for scene in report.scenes] == [True, False]
    assert [scene.segment_cached for scene in report.scenes] == [True, False]
    assert len(artifacts(shop.folder, "segments")) == segments + 1
    assert (shop.site.hits - hits)["rows-2"] == 1
    assert (shop.site.hits - hits)["rows-0"] == 0


async def test_another_facecam_is_composed_anew_over_the_same_recordings(shop: Shop) -> None:
    hits = shop.site.hits.copy()
    other = face(shop.folder, "other", grey=20)
    report = await render(shop.lead("rows-0", "rows-1", lead="other", facecam=other))
    assert all(scene.recording_cached for scene in report.scenes)
    assert not any(scene.segment_cached for scene in report.scenes)
    assert shop.site.hits == hits


async def test_an_aged_recording_is_made_anew(shop: Shop) -> None:
    recording = recordings(shop.folder)["rows-1"]
    os.utime(recording.folder, (time.time() - AGED_S,) * 2)
    report = await render(shop.lead("rows-0", "rows-1", lead="later"))
    assert [scene.recording_cached for scene in report.scenes] == [True, False]
    assert time.time() - recording.folder.stat().st_mtime < AGED_S / 2


async def test_a_page_that_is_not_there_gives_way_to_the_fallback_and_says_so(shop: Shop) -> None:
    missing = SceneSpec(
        id="own",
        url=shop.site.url("missing"),
        fallback_url=shop.site.url("rows-0"),
        frames=FRAMES,
    )
    report = await render(shop.lead("rows-0", lead="carl", scenes=(missing,)))
    (scene,) = report.scenes
    assert (scene.used_fallback, scene.url) == (True, shop.site.url("rows-0"))
    (attempt,) = scene.attempts
    assert (attempt.error, attempt.permanent) == ("page_not_found", True)
    assert shop.site.hits["missing"] == 1


async def test_a_page_that_grows_bright_at_once_keeps_its_promises(shop: Shop) -> None:
    report = await render(shop.lead("dawn", lead="gail"))
    assert report.state == "completed"


@pytest.mark.usefixtures("hasty")
async def test_a_busy_site_is_asked_three_times(shop: Shop) -> None:
    shop.site.failures["rows-3"] = 2
    report = await render(shop.lead("rows-3", lead="dora"))
    (scene,) = report.scenes
    assert [attempt.error for attempt in scene.attempts] == ["server_error"] * 2
    assert not scene.used_fallback
    assert shop.site.hits["rows-3"] == 3


@pytest.mark.usefixtures("hasty")
async def test_a_lead_fails_with_its_own_pages_error_when_the_fallback_fails_too(
    shop: Shop,
) -> None:
    shop.site.failures["plain"] = 9
    hopeless = SceneSpec(
        id="own", url=shop.site.url("missing"), fallback_url=shop.site.url("plain"), frames=FRAMES
    )
    spec = shop.lead("rows-0", lead="emil", scenes=(hopeless,))
    with pytest.raises(PageNotFound):
        await render(spec)
    report = json.loads((spec.out / "report.json").read_text())
    assert (report["state"], report["error"]["error"]) == ("failed", "page_not_found")
    assert not (spec.out / "video.mp4").exists()
    assert drafts(shop.folder) == []


@pytest.mark.usefixtures("hasty")
async def test_a_site_that_stays_busy_is_worth_another_try(shop: Shop) -> None:
    shop.site.failures["short"] = 9
    with pytest.raises(ServerError) as failure:
        await render(shop.lead("short", lead="finn"))
    assert not failure.value.permanent
    assert shop.site.hits["short"] == 3
