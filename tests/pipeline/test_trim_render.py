"""A whole render from a part of a clip: its pictures are in the video, in step with its sound."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from app.campaign import FacecamStyle
from app.pipeline.compose.waveform import RATE_HZ, read_waveform
from app.pipeline.render import render
from tests.pipeline.capture_pages import CaptureSite, capture_site
from tests.pipeline.filming import FPS, HEIGHT
from tests.pipeline.lead_spec import BUBBLE_PX, MARGIN_PX, lead_spec
from tests.pipeline.synthetic import U8, clap, flat, make_clip

pytestmark = pytest.mark.browser

SOUND_S = 0.03  # what the engine promises is 0.04
START_S, END_S = 1.4, 3.4
FLASH = 75  # the picture, and the clap's time, in the whole clip
FRAMES = 30


@pytest.fixture(scope="module")
def site() -> Iterator[CaptureSite]:
    with capture_site() as site:
        yield site


def clapper(path: Path) -> Path:
    """4 s of black with one white picture, and a clap at its time."""
    pictures: list[U8] = [flat((10, 10, 10), width=128, height=96)] * 120
    pictures[FLASH] = flat((240, 240, 240), width=128, height=96)
    return make_clip(path, pictures=pictures, fps=FPS, sound=clap(4, [FLASH / FPS]))


def test_a_part_of_a_clip_is_in_the_video_in_step_with_its_sound(
    site: CaptureSite, tmp_path: Path
) -> None:
    spec = lead_spec(tmp_path, site, "rows-0", "rows-1", frames=FRAMES).model_copy(
        update={
            "facecam": clapper(tmp_path / "clapper.mp4"),
            "facecam_start_s": START_S,
            "facecam_end_s": END_S,
            "style": FacecamStyle(
                shape="rectangle", corner="bottom-left", width=BUBBLE_PX, margin=MARGIN_PX, border=0
            ),
        }
    )
    report = asyncio.run(render(spec))
    assert report.state == "completed"
    video = spec.out / "video.mp4"
    with av.open(video) as container:
        lumas = [
            frame.to_ndarray()[HEIGHT - MARGIN_PX - 30, MARGIN_PX + 40]
            for frame in container.decode(video=0)
        ]
    assert [n for n, luma in enumerate(lumas) if luma > 200] == [FLASH - round(START_S * FPS)]
    wave = read_waveform(video)
    assert wave is not None
    loud = np.abs(wave[0])
    clap_s = np.argmax(loud > 0.3 * loud.max()) / RATE_HZ
    assert clap_s == pytest.approx(FLASH / FPS - START_S, abs=SOUND_S)
