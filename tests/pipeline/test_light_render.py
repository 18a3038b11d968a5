"""The light copy of a rendered lead, beside its video: same pictures, same sound, same end."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import pytest

from app.pipeline.compose.planes import Converter, Planes, from_frame
from app.pipeline.render import render
from app.pipeline.spec import RenderReport, RenderSpec
from tests.pipeline.capture_pages import CaptureSite, capture_site
from tests.pipeline.lead_spec import lead_spec

pytestmark = pytest.mark.browser

SIZES = {"wide": (960, 540), "upright": (540, 962)}
LIGHT_SIZES = {"wide": (854, 480), "upright": (480, 856)}
FRAMES = 37  # of each of two scenes, at 60 a second: the second one begins with an odd number
LIGHT_FRAMES = 37
PICTURE_TOLERANCE = 3.0  # of luma, mean: the copy against the video's frame scaled down


@dataclass
class Lead:
    site: CaptureSite
    spec: RenderSpec
    report: RenderReport


def spec_of(folder: Path, site: CaptureSite, shape: str, *names: str, lead: str) -> RenderSpec:
    spec = lead_spec(folder, site, *names, frames=FRAMES, lead=lead)
    width, height = SIZES[shape]
    output = spec.output.model_copy(update={"width": width, "height": height, "fps": 60})
    return spec.model_copy(update={"output": output})


@pytest.fixture(scope="module")
def site() -> Iterator[CaptureSite]:
    with capture_site() as site:
        yield site


@pytest.fixture(scope="module", params=["wide", "upright"])
def lead(
    request: pytest.FixtureRequest, site: CaptureSite, tmp_path_factory: pytest.TempPathFactory
) -> Lead:
    folder = tmp_path_factory.mktemp(request.param)
    spec = spec_of(folder, site, request.param, "rows-0", "rows-1", lead="ada")
    return Lead(site, spec, asyncio.run(render(spec)))


def pictures(video: Path) -> list[Planes]:
    with av.open(video) as container:
        return [from_frame(frame) for frame in container.decode(video=0)]


def scaled(video: Path, width: int, height: int) -> list[Planes]:
    converter = Converter()
    with av.open(video) as container:
        return [converter.from_video(frame, width, height) for frame in container.decode(video=0)]


def apart(one: Planes, other: Planes) -> float:
    return float(np.abs(one.y.astype(np.int16) - other.y).mean())


def test_a_render_measures_its_light_copy(lead: Lead) -> None:
    report, light = lead.report, lead.report.light
    assert light is not None
    assert report.measurements is not None
    shape = "wide" if lead.spec.output.width > lead.spec.output.height else "upright"
    assert (light.width, light.height) == LIGHT_SIZES[shape]
    assert (light.frames, light.fps, light.pts_gapless) == (LIGHT_FRAMES, 30, True)
    assert light.duration_s == pytest.approx(2 * FRAMES / 60, abs=0.001)
    assert light.faststart
    assert light.sound_as_in_video
    assert report.measurements.audio_codec == "aac LC"
    path = lead.spec.out / "light.mp4"
    assert light.size_bytes == path.stat().st_size == report.sizes_bytes["light.mp4"]
    assert report.sizes_bytes["light.mp4"] < report.sizes_bytes["video.mp4"]


def test_the_copy_shows_what_the_video_shows_at_the_same_time(lead: Lead) -> None:
    assert lead.report.light is not None
    light = pictures(lead.spec.out / "light.mp4")
    video = scaled(lead.spec.out / "video.mp4", lead.report.light.width, lead.report.light.height)
    assert [len(light), len(video)] == [LIGHT_FRAMES, 2 * FRAMES]
    for n, picture in enumerate(light):
        assert apart(picture, video[2 * n]) < PICTURE_TOLERANCE
    # The change comes with the video's frame 37, so the copy shows it from its frame 19 on.
    change = -(-FRAMES // 2)
    across = apart(light[change - 1], light[change])
    assert across > 4 * PICTURE_TOLERANCE
    assert apart(light[change - 1], video[FRAMES]) > across / 2
    assert apart(light[change], video[FRAMES - 1]) > across / 2


async def test_a_scene_made_before_brings_its_light_copy_along(lead: Lead) -> None:
    shape = "wide" if lead.spec.output.width > lead.spec.output.height else "upright"
    folder = lead.spec.out.parent
    report = await render(spec_of(folder, lead.site, shape, "rows-0", "rows-2", lead="bob"))
    assert [scene.segment_cached for scene in report.scenes] == [True, False]
    assert report.light is not None
    assert report.light.frames == LIGHT_FRAMES
    first, other = (pictures(folder / who / "light.mp4") for who in ("ada", "bob"))
    change = -(-FRAMES // 2)
    assert all(
        np.array_equal(one.y, two.y)
        for one, two in zip(first[:change], other[:change], strict=True)
    )
    assert apart(first[-1], other[-1]) > PICTURE_TOLERANCE


async def test_a_draft_has_no_light_copy(lead: Lead) -> None:
    draft = lead.spec.model_copy(update={"draft": True, "out": lead.spec.out.with_name("draft")})
    report = await render(draft)
    assert report.light is None
    assert sorted(path.name for path in draft.out.iterdir()) == ["draft.mp4", "report.json"]
