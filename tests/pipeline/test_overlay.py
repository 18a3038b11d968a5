"""The bubble and the cursor, pixel by pixel; knows no clip."""

import numpy as np
import pytest

from app.campaign import FacecamStyle
from app.pipeline.compose.overlay import Bubble, cursor_sprite, place_bubble
from app.pipeline.compose.planes import U8, Converter, Planes, to_rgb
from tests.pipeline.synthetic import flat

CANVAS = (640, 360)
PAGE, FACE = (40, 160, 60), (200, 30, 40)
TOLERANCE = 6  # of a colour after two conversions


def drawn(style: FacecamStyle, clip: tuple[int, int] = (1280, 720)) -> U8:
    box = place_bubble(style, clip, CANVAS)
    canvas = Converter().from_rgb(flat(PAGE, width=CANVAS[0], height=CANVAS[1])).copy()
    face = Converter().from_rgb(flat(FACE, width=box.width, height=box.height))
    Bubble(box, CANVAS).draw(canvas, face)
    return to_rgb(canvas)


def is_colour(pixel: U8, colour: tuple[int, int, int]) -> bool:
    return bool(np.abs(pixel.astype(int) - colour).max() <= TOLERANCE)


@pytest.mark.parametrize(
    ("corner", "centre"),
    [
        ("bottom-right", (640 - 20 - 60, 360 - 20 - 60)),
        ("bottom-left", (80, 360 - 80)),
        ("top-right", (640 - 80, 80)),
        ("top-left", (80, 80)),
    ],
)
def test_the_bubble_is_in_its_corner(corner: str, centre: tuple[int, int]) -> None:
    style = FacecamStyle(width=120, margin=20, border=0, shadow=False, corner=corner)  # type: ignore[arg-type]
    rgb = drawn(style)
    face = np.abs(rgb.astype(int) - FACE).max(-1) <= TOLERANCE
    rows, columns = np.nonzero(face)
    assert (columns.mean(), rows.mean()) == pytest.approx(centre, abs=1)
    assert face.sum() == pytest.approx(np.pi * 60**2, rel=0.04)
    assert is_colour(rgb[180, 320], PAGE)


def test_a_border_runs_around_the_face_inside_its_width() -> None:
    rgb = drawn(FacecamStyle(width=120, margin=20, border=8, shadow=False))
    row = rgb[360 - 80]  # through the middle: the bubble spans columns 500 to 620
    assert is_colour(row[497], PAGE)
    assert all(is_colour(row[x], (255, 255, 255)) for x in (503, 505, 614, 617))
    assert is_colour(row[512], FACE)


def test_the_circles_edge_is_smooth() -> None:
    bare = FacecamStyle(width=120, margin=20, border=0, shadow=False)
    luma = drawn(bare)[..., 1].astype(int)
    between = (luma > FACE[1] + 15) & (luma < PAGE[1] - 15)
    assert between.sum() > 200  # about the length of the edge, where each pixel is partly covered


def test_the_shadow_is_soft_and_falls_outside_the_bubble_only() -> None:
    rgb = drawn(FacecamStyle(width=120, margin=40, border=0, shadow=True))
    column = rgb[360 - 40 :, 640 - 40 - 60, 1].astype(int)  # straight down from its lower edge
    assert column[1] < PAGE[1] * 0.85
    assert (np.diff(column[1:]) >= -1).all()  # fades, without a step back
    assert np.diff(column[1:]).max() < 25
    assert column[-1] == pytest.approx(PAGE[1], abs=TOLERANCE)
    assert is_colour(rgb[360 - 100, 640 - 100], FACE)


@pytest.mark.parametrize("shape", ["rounded", "rectangle"])
def test_the_other_shapes_keep_the_clips_aspect(shape: str) -> None:
    style = FacecamStyle(width=160, margin=20, border=0, shadow=False, shape=shape)  # type: ignore[arg-type]
    box = place_bubble(style, (1280, 720), CANVAS)
    assert (box.width, box.height) == (160, 90)
    corner = drawn(style)[box.y_px, box.x_px]
    assert is_colour(corner, FACE if shape == "rectangle" else PAGE)


def test_a_bubble_that_does_not_fit_is_made_smaller() -> None:
    style = FacecamStyle(width=600, margin=24, shape="rounded")
    box = place_bubble(style, (720, 1280), CANVAS)
    assert box.y_px >= 24
    assert box.y_px + box.height <= 360 - 24
    assert box.height / box.width == pytest.approx(1280 / 720, rel=0.02)


def test_a_draft_has_the_same_bubble_at_its_own_size() -> None:
    style = FacecamStyle()
    whole = place_bubble(style, (1280, 720), (1920, 1080))
    draft = place_bubble(style, (1280, 720), (640, 360), scale=1 / 3)
    assert draft.x_px == pytest.approx(whole.x_px / 3, abs=2)
    assert draft.width == pytest.approx(whole.width / 3, abs=2)


def test_the_cursor_points_at_its_place_on_either_ground() -> None:
    for ground in ((255, 255, 255), (0, 0, 0)):
        canvas: Planes = Converter().from_rgb(flat(ground, width=64, height=48)).copy()
        cursor_sprite().draw(canvas, 11, 7)
        changed = np.abs(to_rgb(canvas).astype(int) - ground).max(-1) > 40
        rows, columns = np.nonzero(changed)
        # Its outline does not show on black, so what is seen starts a little later there.
        assert (columns.min(), rows.min()) == pytest.approx((11, 7), abs=3)
        assert 15 <= rows.max() - rows.min() <= 24


def test_a_cursor_at_the_edge_is_cut_off() -> None:
    canvas = Converter().from_rgb(flat((255, 255, 255))).copy()
    for place in ((-5, -5), (63, 47), (200, 200), (-100, -100)):
        cursor_sprite().draw(canvas, *place)
    assert (to_rgb(canvas)[20:30, 20:40] > 250).all()
