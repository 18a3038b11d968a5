"""Bubble and cursor over a picture; knows neither whose face it is nor what lies under it."""

import dataclasses
import functools
from typing import Literal

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from app.campaign import FacecamStyle
from app.pipeline.compose.planes import BLACK, U8, Planes
from app.pipeline.compose.sprite import U16, WHOLE, Sprite

F32 = npt.NDArray[np.float32]

WHITE = (235, 128, 128)
_RADIUS_SHARE = 0.12  # of a rounded bubble's width
_SHADOW_SIGMA_SHARE = 0.035  # of its width: soft, but not a halo
_SHADOW_DROP_SHARE = 0.02
_SHADOW_STRENGTH = 0.38
CURSOR_HEIGHT_PX = 22


@dataclasses.dataclass(frozen=True)
class BubbleBox:
    """The bubble's place on the picture in px; x, y, width and height are even."""

    x_px: int
    y_px: int
    width: int
    height: int
    shape: Literal["circle", "rounded", "rectangle"]
    border_px: float
    shadow: bool


def place_bubble(
    style: FacecamStyle, clip: tuple[int, int], canvas: tuple[int, int], *, scale: float = 1.0
) -> BubbleBox:
    """Where the bubble of a clip of size `clip` (as shown) goes on a picture of size `canvas`.

    The circle is as high as wide; the others keep the clip's aspect. Whatever does not fit between
    the margins is made smaller. `scale` is for pictures smaller than the style's pixels are meant
    for, such as a draft's.
    """
    margin = style.margin * scale
    room_w, room_h = (max(16.0, edge - 2 * margin) for edge in canvas)
    aspect = 1.0 if style.shape == "circle" else clip[1] / clip[0]
    width = min(style.width * scale, room_w, room_h / aspect)
    even_w, even_h = (max(16, 2 * round(edge / 2)) for edge in (width, width * aspect))
    right, bottom = canvas[0] - even_w - margin, canvas[1] - even_h - margin
    return BubbleBox(
        x_px=2 * int((right if "right" in style.corner else margin) / 2),
        y_px=2 * int((bottom if "bottom" in style.corner else margin) / 2),
        width=even_w,
        height=even_h,
        shape=style.shape,
        border_px=style.border * scale,
        shadow=style.shadow,
    )


class Bubble:
    """Draws a face into its box with border and shadow. Everything but the face is made once."""

    def __init__(self, box: BubbleBox, canvas: tuple[int, int]) -> None:
        self.box = box
        reach = 2 * round(box.width * _SHADOW_SIGMA_SHARE * 3 / 2) + 2 if box.shadow else 0
        self._left, self._top = max(0, box.x_px - reach), max(0, box.y_px - reach)
        right = min(canvas[0], box.x_px + box.width + reach)
        bottom = min(canvas[1], box.y_px + box.height + reach)
        self._width, self._height = right - self._left, bottom - self._top
        parts = self._parts()
        halves = tuple(_mean_2x2(part) for part in parts)
        offset = (box.x_px - self._left, box.y_px - self._top)
        self._luma = _Mix(parts, (WHITE[0], BLACK[0]), offset, (box.width, box.height))
        self._chroma = _Mix(
            halves,
            (WHITE[1], BLACK[1]),
            (offset[0] // 2, offset[1] // 2),
            (box.width // 2, box.height // 2),
        )

    def draw(self, canvas: Planes, face: Planes) -> None:
        """face: planes of the box's size."""
        below = canvas.window(self._left, self._top, self._width, self._height)
        self._luma.draw(below.y, face.y)
        self._chroma.draw(below.u, face.u)
        self._chroma.draw(below.v, face.v)

    def _parts(self) -> tuple[F32, F32, F32]:
        """The shares 0 … 1 of face, border and shadow at every pixel: float32 [height, width]."""
        box = self.box
        distance = _distance(box, self._left, self._top, self._width, self._height)
        outer = np.clip(0.5 - distance, 0, 1)
        face = np.clip(0.5 - distance - box.border_px, 0, 1) if box.border_px else outer
        border = (1 - face) * outer if box.border_px else np.zeros_like(face)
        rest = 1 - face - border
        if not box.shadow:
            return face, border, np.zeros_like(face)
        sigma = box.width * _SHADOW_SIGMA_SHARE
        drop = box.width * _SHADOW_DROP_SHARE
        dropped = _distance(box, self._left, self._top - drop, self._width, self._height)
        # The blurred edge of a shape much larger than the blur: a logistic stands for the
        # Gaussian's integral (within 0.01), of the distance alone.
        shadow = _SHADOW_STRENGTH / (1 + np.exp(np.clip(1.702 * dropped / sigma, -30, 30)))
        return face, border, (rest * shadow).astype(np.float32)


class _Mix:
    """One plane: result = (below × rest + colours + face × share) >> 8, all weights of 256."""

    def __init__(
        self,
        parts: tuple[F32, ...],
        colours: tuple[int, int],
        offset: tuple[int, int],
        size: tuple[int, int],
    ) -> None:
        (x, y), (width, height) = offset, size
        self._box = (slice(y, y + height), slice(x, x + width))
        left = np.full(parts[0].shape, WHOLE, np.int32)
        taken = []
        for part in parts:
            weight = np.minimum(np.rint(part * WHOLE).astype(np.int32), left)
            left -= weight
            taken.append(weight)
        self._rest = left.astype(np.uint16)
        self._face: U16 = np.ascontiguousarray(taken[0][self._box]).astype(np.uint16)
        self._colours = (taken[1] * colours[0] + taken[2] * colours[1] + WHOLE // 2).astype(
            np.uint16
        )

    def draw(self, below: U8, face: U8) -> None:
        mixed = np.multiply(below, self._rest, dtype=np.uint16)
        mixed += self._colours
        mixed[self._box] += np.multiply(face, self._face, dtype=np.uint16)
        mixed >>= 8
        np.copyto(below, mixed, casting="unsafe")


def _distance(box: BubbleBox, left: float, top: float, width: int, height: int) -> F32:
    """Signed distance in px of each pixel's centre to the bubble's edge, negative inside.

    A rounded box after I. Quilez, "2D distance functions"; the circle is the one whose radius is
    half the width.
    """
    radius = {"circle": box.width / 2, "rounded": box.width * _RADIUS_SHARE, "rectangle": 0.0}
    corner = min(radius[box.shape], box.width / 2, box.height / 2)
    x = np.abs(np.arange(width, dtype=np.float32) + (0.5 + left - box.x_px - box.width / 2))
    y = np.abs(np.arange(height, dtype=np.float32) + (0.5 + top - box.y_px - box.height / 2))
    beyond_x = (x - (box.width / 2 - corner))[None, :]
    beyond_y = (y - (box.height / 2 - corner))[:, None]
    outside = np.hypot(np.maximum(beyond_x, 0), np.maximum(beyond_y, 0))
    inside = np.minimum(np.maximum(beyond_x, beyond_y), 0)
    distance: F32 = (outside + inside - corner).astype(np.float32)
    return distance


def _mean_2x2(plane: F32) -> F32:
    height, width = plane.shape
    mean: F32 = plane.reshape(height // 2, 2, width // 2, 2).mean((1, 3), dtype=np.float32)
    return mean


@functools.lru_cache(maxsize=4)
def cursor_sprite(scale: float = 1.0) -> Sprite:
    """An arrow whose point is its upper left corner, white with a dark outline."""
    fine = 8  # drawn this many times larger, then reduced: Pillow's polygons have hard edges
    unit = CURSOR_HEIGHT_PX * scale / 22
    size = (max(4, round(16 * unit)), max(6, round(24 * unit)))
    arrow = [(1, 1), (1, 18), (5, 14.2), (7.8, 20.6), (10.6, 19.4), (7.9, 13.2), (13.4, 13.2)]
    points = [(x * unit * fine, y * unit * fine) for x, y in arrow]
    image = Image.new("RGBA", (size[0] * fine, size[1] * fine), (255, 255, 255, 0))
    pen = ImageDraw.Draw(image)
    width = max(1, round(1.5 * unit * fine))
    pen.polygon(points, fill=(255, 255, 255, 255))
    pen.line([*points, points[0], points[1]], fill=(24, 24, 27, 255), width=width, joint="curve")
    return Sprite(np.asarray(image.resize(size, Image.Resampling.BOX)))
