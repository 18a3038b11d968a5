"""Where the facecam's bubble lies on the picture, as numbers to draw; it knows no codec and no SVG.

The engine's geometry (app/pipeline/compose/overlay.py and facecam_frames.py, which a web process
must not load) in numbers; the tests hold the two, and `static/js/look_preview.js`, together.
"""

from dataclasses import dataclass

from app.campaign import FacecamStyle

ROUNDED_SHARE = 0.12  # radius of a rounded bubble, of its width
SHADOW_BLUR_SHARE = 0.035  # standard deviation, of the width
SHADOW_DROP_SHARE = 0.02
HEAD_ROOM = 0.35  # of what a crop takes off the height: less above than below
LEAST_PX = 16
TYPICAL_CLIP = (1280, 720)  # where no facecam is chosen yet


@dataclass(frozen=True)
class Box:
    """px of the finished picture; radius_px is that of the corners."""

    x_px: float
    y_px: float
    width_px: float
    height_px: float
    radius_px: float = 0.0


@dataclass(frozen=True)
class BubbleBox:
    """outer: with the border. face: within it, what shows the clip. picture: the whole clip.

    shadow: the outer box moved down; shadow_blur_px is the standard deviation, 0 without a shadow.
    """

    outer: Box
    face: Box
    picture: Box
    shadow: Box
    shadow_blur_px: float


def bubble_box(style: FacecamStyle, *, clip: tuple[int, int], canvas: tuple[int, int]) -> BubbleBox:
    """The bubble of a clip of size `clip` (as shown) on a video of size `canvas`, (width, height).

    The circle is as high as wide; the others keep the clip's aspect. Whatever does not fit between
    the margins is made smaller. The clip covers its box; what is too much is cut off.
    """
    outer = _outer(style, clip, canvas)
    border = style.border
    face = Box(
        outer.x_px + border,
        outer.y_px + border,
        outer.width_px - 2 * border,
        outer.height_px - 2 * border,
        max(0.0, outer.radius_px - border),
    )
    drop = SHADOW_DROP_SHARE * outer.width_px
    return BubbleBox(
        outer=outer,
        face=face,
        picture=_covering(clip, outer),
        shadow=Box(outer.x_px, outer.y_px + drop, outer.width_px, outer.height_px, outer.radius_px),
        shadow_blur_px=SHADOW_BLUR_SHARE * outer.width_px if style.shadow else 0.0,
    )


def bubble_said(box: BubbleBox, style: FacecamStyle, *, canvas: tuple[int, int]) -> str:
    """The picture in words, for those who do not see it and those who like figures."""
    width, height = box.outer.width_px, box.outer.height_px
    # One step of the even grid is rounding and nothing to speak of.
    smaller = ", made smaller to fit" if width < style.width - 1 else ""
    return (
        f"{canvas[0]} × {canvas[1]} px. The facecam is {width:g} × {height:g} px{smaller}, "
        f"{style.margin} px from the {style.corner.replace('-', ' ')} corner."
    )


def _outer(style: FacecamStyle, clip: tuple[int, int], canvas: tuple[int, int]) -> Box:
    room_w, room_h = (max(float(LEAST_PX), edge - 2 * style.margin) for edge in canvas)
    aspect = 1.0 if style.shape == "circle" else clip[1] / clip[0]
    wanted = min(style.width, room_w, room_h / aspect)
    width, height = (max(LEAST_PX, 2 * round(edge / 2)) for edge in (wanted, wanted * aspect))
    right, bottom = canvas[0] - width - style.margin, canvas[1] - height - style.margin
    radius = {"circle": width / 2, "rounded": width * ROUNDED_SHARE, "rectangle": 0.0}[style.shape]
    return Box(
        2 * int((right if "right" in style.corner else style.margin) / 2),
        2 * int((bottom if "bottom" in style.corner else style.margin) / 2),
        width,
        height,
        min(radius, width / 2, height / 2),
    )


def _covering(clip: tuple[int, int], outer: Box) -> Box:
    scale = max(outer.width_px / clip[0], outer.height_px / clip[1])
    width = max(int(outer.width_px), 2 * round(clip[0] * scale / 2))
    height = max(int(outer.height_px), 2 * round(clip[1] * scale / 2))
    left = int(width - outer.width_px) // 4 * 2
    top = round((height - outer.height_px) * HEAD_ROOM / 2) * 2
    return Box(outer.x_px - left, outer.y_px - top, width, height)
