"""Colours and places of what recordings are read into; knows no encoder."""

from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.pipeline.compose.pictures import open_pictures, picture
from app.pipeline.compose.planes import Converter, Planes, from_frame, new_planes, to_frame, to_rgb
from app.pipeline.compose.sprite import Sprite
from app.pipeline.recording import Placement
from tests.pipeline.synthetic import (
    bt709,
    flat,
    jpeg,
    patchwork,
    plan_of,
    stepped_recording,
    tiles_recording,
)

TOLERANCE = 1  # of a conversion, in steps of 8 bits
JPEG_TOLERANCE = 2  # JPEG rounds once more

COLOURS = [(255, 255, 255), (0, 0, 0), (255, 0, 0), (0, 255, 0), (0, 0, 255), (30, 144, 255)]


def expected(rgb: npt.NDArray[Any]) -> Planes:
    """The formula's planes, not rounded."""
    y, u, v = bt709(rgb)
    blocks = (y.shape[0] // 2, 2, y.shape[1] // 2, 2)
    planes: list[Any] = [y, *(chroma.reshape(blocks).mean((1, 3)) for chroma in (u, v))]
    return Planes(*planes)


def assert_same(planes: Planes, wanted: Planes, tolerance: float) -> None:
    for name in ("y", "u", "v"):
        got, want = (getattr(p, name).astype(float) for p in (planes, wanted))
        assert got.shape == want.shape
        assert np.abs(got - want).max() <= tolerance, name


def test_a_picture_becomes_bt709_limited_by_the_formula() -> None:
    rgb = patchwork(64, 96, patch=1)
    assert_same(Converter().from_rgb(rgb), expected(rgb), TOLERANCE)


@pytest.mark.parametrize("colour", COLOURS)
def test_a_jpeg_has_the_colours_of_the_picture_it_was_made_from(
    colour: tuple[int, int, int], tmp_path: Path
) -> None:
    rgb = flat(colour)
    recording = stepped_recording(tmp_path, [rgb], plan_of([0]), (64, 48))
    assert_same(picture(open_pictures(recording), 0), expected(rgb), JPEG_TOLERANCE)


def test_planes_become_a_tagged_frame_without_a_copy() -> None:
    planes = new_planes(64, 48)
    planes.paste(Converter().from_rgb(flat((200, 30, 30))))
    frame = to_frame(planes)
    planes.y[0, 0] = 77
    assert bytes(frame.planes[0])[0] == 77
    assert (int(frame.colorspace), int(frame.color_range)) == (1, 1)


def test_planes_become_the_colours_they_came_from() -> None:
    for colour in COLOURS:
        back = to_rgb(Converter().from_rgb(flat(colour)))
        assert np.abs(back.astype(int) - colour).max() <= 3


def test_a_frame_without_colour_tags_is_read_by_its_size() -> None:
    def luma(width: int, height: int) -> int:
        frame = av.VideoFrame(width, height, "yuv420p")
        for plane, value in zip(frame.planes, (110, 120, 150), strict=True):
            plane.update(bytes([value]) * plane.buffer_size)
        return int(Converter().from_video(frame).y[10, 10])

    assert luma(1280, 720) == 110  # BT.709, as it comes out
    assert luma(640, 480) != 110  # BT.601: another red, so another luma


@pytest.mark.parametrize("offset", [0, 1, 2, 7, 100, 151])
@pytest.mark.parametrize("cuts", [(), (97,), (64, 65, 170)])
def test_a_frame_is_the_page_at_its_offset(
    offset: int, cuts: tuple[int, ...], tmp_path: Path
) -> None:
    page = patchwork(232, 64, patch=1)
    plan = plan_of([0, offset])
    pictures = open_pictures(tiles_recording(tmp_path, page, plan, height=80, cuts=cuts))
    assert_same(picture(pictures, 1), expected(page[offset : offset + 80]), TOLERANCE)


def test_an_offset_beyond_the_page_shows_its_end(tmp_path: Path) -> None:
    page = patchwork(200, 64, patch=1)
    pictures = open_pictures(tiles_recording(tmp_path, page, plan_of([0, 500]), height=80))
    assert_same(picture(pictures, 1), expected(page[120:]), TOLERANCE)


def test_a_page_shorter_than_the_viewport_goes_on_as_it_ends(tmp_path: Path) -> None:
    page = flat((10, 200, 30), width=64, height=31)
    pictures = open_pictures(tiles_recording(tmp_path, page, plan_of([0]), height=80))
    assert_same(picture(pictures, 0), expected(flat((10, 200, 30), height=80)), TOLERANCE)


@given(
    x=st.integers(-20, 70), y=st.integers(-20, 60), width=st.integers(1, 30), seed=st.integers(0, 9)
)
def test_a_sprite_is_blended_at_any_place(x: int, y: int, width: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    height = int(rng.integers(1, 20))
    sprite = rng.integers(0, 256, (height, width, 4), dtype=np.uint8)
    sprite[: height // 2, :, 3] = 255
    below = patchwork(48, 64, patch=2)
    canvas = Converter().from_rgb(below).copy()
    Sprite(sprite).draw(canvas, x, y)
    blended = below.astype(float)
    for row in range(max(0, y), min(48, y + height)):
        for column in range(max(0, x), min(64, x + width)):
            *colour, alpha = sprite[row - y, column - x].astype(float)
            share = alpha / 255
            blended[row, column] = np.array(colour) * share + blended[row, column] * (1 - share)
    assert_same(canvas, expected(blended), 2.5)


def test_layers_lie_over_the_page_where_they_were_placed(tmp_path: Path) -> None:
    page, header = patchwork(300, 64, patch=2), np.full((21, 64, 4), (255, 0, 0, 255), np.uint8)
    chip = np.full((10, 10, 4), (0, 0, 255, 128), np.uint8)
    recording = tiles_recording(
        tmp_path,
        page,
        plan_of([0, 34]),
        height=80,
        layers=[header, chip],
        placements=[(Placement(0, 0, 0),), (Placement(0, 0, -11), Placement(1, 31, 55))],
    )
    pictures = open_pictures(recording)
    shown = page[34:114].copy()
    shown[:10] = (255, 0, 0)
    part = shown[55:65, 31:41].astype(float)
    shown[55:65, 31:41] = np.rint(part * (127 / 255) + np.array([0, 0, 255]) * (128 / 255))
    assert_same(picture(pictures, 1), expected(shown), 2.5)
    assert pictures.identity(0) != pictures.identity(1)


def test_frames_that_repeat_have_one_identity(tmp_path: Path) -> None:
    red, blue = flat((255, 0, 0)), flat((0, 0, 255))
    pictures = open_pictures(
        stepped_recording(tmp_path, [red, None, blue, red], plan_of([0] * 4), (64, 48))
    )
    identities = [pictures.identity(n) for n in range(4)]
    # The browser may send the same picture twice: that is a repeat as well.
    assert identities[0] == identities[1] == identities[3] != identities[2]
    assert to_rgb(picture(pictures, 1))[5, 5, 0] > 240
    assert to_rgb(picture(pictures, 2))[5, 5, 2] > 240


def test_a_jpeg_of_another_size_is_brought_to_the_recordings(tmp_path: Path) -> None:
    recording = stepped_recording(tmp_path, [flat((9, 9, 9), width=60)], plan_of([0]), (64, 48))
    assert picture(open_pictures(recording), 0).width == 64
    assert jpeg(flat((9, 9, 9)))[:2] == b"\xff\xd8"


@pytest.mark.parametrize("height", [48, 50])
def test_a_frame_has_every_row_whatever_the_height(height: int) -> None:
    planes = new_planes(64, height)
    planes.paste(Converter().from_rgb(patchwork(height, 64, patch=2)))
    assert_same(from_frame(to_frame(planes)), planes, 0)
