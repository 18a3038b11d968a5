"""The still of a finished video; knows no browser."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.pipeline.compose.poster import write_poster
from tests.pipeline.synthetic import flat, make_clip

COLOUR_TOLERANCE = 8


def poster_of(tmp_path: Path, seconds: int, *, width: int = 128, height: int = 72) -> Image.Image:
    """Second n of the video has a red of 40 · n."""
    pictures = [
        flat((40 * (n // 10), 60, 60), width=width, height=height) for n in range(10 * seconds)
    ]
    video = make_clip(tmp_path / "v.mp4", pictures=pictures, fps=10)
    write_poster(video, tmp_path / "p.jpg")
    return Image.open(tmp_path / "p.jpg")


@pytest.mark.parametrize(("seconds", "shown"), [(6, 3), (4, 3), (3, 1), (1, 0)])
def test_the_poster_is_the_third_second_or_the_middle(
    seconds: int, shown: int, tmp_path: Path
) -> None:
    with poster_of(tmp_path, seconds) as poster:
        assert (poster.format, poster.size, poster.mode) == ("JPEG", (1280, 720), "RGB")
        pixel = poster.getpixel((640, 360))
    assert pixel == pytest.approx((40 * shown, 60, 60), abs=COLOUR_TOLERANCE)


def test_a_tall_video_is_shown_whole_on_black(tmp_path: Path) -> None:
    with poster_of(tmp_path, 1, width=72, height=128) as poster:
        rgb = np.asarray(poster)
    assert (rgb[:, :400] < 12).all()
    assert (rgb[:, -400:] < 12).all()
    assert rgb[5, 640, 1] == pytest.approx(60, abs=COLOUR_TOLERANCE)
    assert rgb[-5, 640, 1] == pytest.approx(60, abs=COLOUR_TOLERANCE)
