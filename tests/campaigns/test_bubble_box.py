"""The bubble as a browser draws it is the engine's bubble; draws nothing itself."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.campaign import FacecamStyle
from app.campaigns import bubble_box as shares
from app.campaigns.bubble_box import bubble_box
from app.pipeline.compose import facecam_frames, overlay
from app.pipeline.compose.facecam_frames import cover
from app.pipeline.compose.overlay import place_bubble

sizes = st.integers(64, 1920).map(lambda n: 2 * n)


@st.composite
def styles(draw: st.DrawFn) -> FacecamStyle:
    width = draw(st.integers(32, 3840))
    values: dict[str, Any] = {
        "shape": draw(st.sampled_from(["circle", "rounded", "rectangle"])),
        "width": width,
        "margin": draw(st.integers(0, 1000)),
        "corner": draw(
            st.sampled_from(["bottom-right", "bottom-left", "top-right", "top-left"]),
        ),
        "border": draw(st.integers(0, min(64, width // 4))),
        "shadow": draw(st.booleans()),
    }
    return FacecamStyle(**values)


@given(styles(), st.tuples(sizes, sizes), st.tuples(st.integers(1, 4000), st.integers(1, 4000)))
def test_the_bubble_lies_where_the_engine_puts_it(
    style: FacecamStyle, canvas: tuple[int, int], clip: tuple[int, int]
) -> None:
    box, place = bubble_box(style, clip=clip, canvas=canvas), place_bubble(style, clip, canvas)
    outer = box.outer
    assert (outer.x_px, outer.y_px) == (place.x_px, place.y_px)
    assert (outer.width_px, outer.height_px) == (place.width, place.height)
    assert (box.picture.width_px, box.picture.height_px) == cover(clip, (place.width, place.height))


@given(styles(), st.tuples(sizes, sizes), st.tuples(st.integers(16, 4000), st.integers(16, 4000)))
def test_the_clip_covers_its_bubble(
    style: FacecamStyle, canvas: tuple[int, int], clip: tuple[int, int]
) -> None:
    box = bubble_box(style, clip=clip, canvas=canvas)
    outer, picture = box.outer, box.picture
    assert picture.x_px <= outer.x_px
    assert picture.y_px <= outer.y_px
    assert picture.x_px + picture.width_px >= outer.x_px + outer.width_px
    assert picture.y_px + picture.height_px >= outer.y_px + outer.height_px


def test_the_shares_are_the_engines() -> None:
    assert shares.ROUNDED_SHARE == overlay._RADIUS_SHARE
    assert shares.SHADOW_BLUR_SHARE == overlay._SHADOW_SIGMA_SHARE
    assert shares.SHADOW_DROP_SHARE == overlay._SHADOW_DROP_SHARE
    assert shares.HEAD_ROOM == facecam_frames._HEAD_ROOM


def test_the_border_takes_its_width_from_the_face() -> None:
    box = bubble_box(FacecamStyle(border=10), clip=(1280, 720), canvas=(1920, 1080))
    assert box.face.width_px == box.outer.width_px - 20
    assert box.face.radius_px == box.outer.radius_px - 10


def test_no_shadow_has_no_blur() -> None:
    style = FacecamStyle(shadow=False)
    assert bubble_box(style, clip=(1280, 720), canvas=(1920, 1080)).shadow_blur_px == 0
