"""The pre-cut facecam shows, to the bit, what the clip itself would."""

from pathlib import Path

import numpy as np
import pytest

from app.pipeline.compose.face_clip import face_clip_facts, write_face_clip
from app.pipeline.compose.facecam import probe_facecam
from app.pipeline.compose.facecam_frames import FacecamFrames
from tests.pipeline.synthetic import make_clip, patchwork, turn_on_its_side

FPS = 60
BOX = 32


@pytest.mark.parametrize("start_frame", [0, 17, 70])
@pytest.mark.parametrize("turned", [False, True])
def test_a_cut_clip_equals_the_clip(tmp_path: Path, start_frame: int, turned: bool) -> None:
    times_s = [0, 0.05, 0.3, 0.31, 0.9, 1.1]  # a variable frame rate
    pictures = [patchwork(48, 64, seed=seed) for seed in range(len(times_s))]
    clip = make_clip(tmp_path / "clip.mp4", pictures=pictures, times_s=times_s)
    if turned:
        turn_on_its_side(clip, 48)
    facts = probe_facecam(clip)
    cut = tmp_path / "cut.mkv"
    write_face_clip(clip, facts, cut, width=BOX, height=BOX, fps=FPS)
    cut_facts = face_clip_facts(facts, width=BOX, height=BOX, fps=FPS)
    with (
        FacecamFrames(
            clip, facts, width=BOX, height=BOX, fps=FPS, start_frame=start_frame
        ) as wanted,
        FacecamFrames(
            cut, cut_facts, width=BOX, height=BOX, fps=FPS, start_frame=start_frame
        ) as found,
    ):
        for number in range(40):  # past the end of the picture where it starts late
            a, b = wanted.frame(number), found.frame(number)
            assert a is not None
            assert b is not None
            for plane in ("y", "u", "v"):
                assert np.array_equal(getattr(a, plane), getattr(b, plane)), (number, plane)
