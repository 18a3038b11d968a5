"""A small picture with alpha that is drawn over planes at any place; knows not what it shows."""

import dataclasses

import numpy as np
import numpy.typing as npt

from app.pipeline.compose.planes import U8, Converter, Planes

U16 = npt.NDArray[np.uint16]

WHOLE = 256  # weights are of 256: a blend is then one multiplication, one addition and one shift
_MOST_RUNS = 24  # beyond that, telling rows apart costs more than blending them


@dataclasses.dataclass(frozen=True)
class _Run:
    """Rows [top, bottom) and columns [left, right) that are treated alike."""

    opaque: bool
    top: int
    bottom: int
    left: int
    right: int


class _Plane:
    """One plane's weighted colours: result = (below × rest + weighted) >> 8."""

    def __init__(self, weighted: U16, weight: U16) -> None:
        """weighted: colour × weight; weight: 0 … 256. Both uint16 [height, width]."""
        self._weighted = weighted + np.uint16(128)
        self._rest = (WHOLE - weight).astype(np.uint16)
        self._solid = (self._weighted >> 8).astype(np.uint8)
        self._runs = _runs(weight)

    def draw(self, plane: U8, x: int, y: int) -> None:
        height, width = plane.shape
        for run in self._runs:
            top, bottom = max(run.top, -y), min(run.bottom, height - y)
            left, right = max(run.left, -x), min(run.right, width - x)
            if top >= bottom or left >= right:
                continue
            own = (slice(top, bottom), slice(left, right))
            below = plane[top + y : bottom + y, left + x : right + x]
            if run.opaque:
                np.copyto(below, self._solid[own])
            else:
                blended = np.multiply(below, self._rest[own], dtype=np.uint16)
                blended += self._weighted[own]
                blended >>= 8
                np.copyto(below, blended, casting="unsafe")


class Sprite:
    """rgba: uint8 [height, width, 4], sRGB, straight alpha.

    Chroma depends on how the picture falls on the 2×2 grid, so each of the four ways is made when
    it is first drawn.
    """

    def __init__(self, rgba: U8) -> None:
        self._rgba = rgba
        self._aligned: dict[tuple[int, int], tuple[_Plane, _Plane, _Plane]] = {}

    def draw(self, canvas: Planes, x_px: int, y_px: int) -> None:
        """Draws with the upper left corner at (x_px, y_px), clipped to the canvas."""
        odd = (x_px % 2, y_px % 2)
        if odd not in self._aligned:
            self._aligned[odd] = _align(self._rgba, *odd)
        luma, u, v = self._aligned[odd]
        x_px, y_px = x_px - odd[0], y_px - odd[1]
        luma.draw(canvas.y, x_px, y_px)
        u.draw(canvas.u, x_px // 2, y_px // 2)
        v.draw(canvas.v, x_px // 2, y_px // 2)


def _align(rgba: U8, odd_x: int, odd_y: int) -> tuple[_Plane, _Plane, _Plane]:
    height, width = rgba.shape[:2]
    padded = np.zeros(
        (height + odd_y + (height + odd_y) % 2, width + odd_x + (width + odd_x) % 2, 4), np.uint8
    )
    padded[odd_y : odd_y + height, odd_x : odd_x + width] = rgba
    y, u, v = Converter().full_chroma_from_rgb(padded[..., :3])
    weight = weights(padded[..., 3])
    half = halved(weight)
    return (
        _Plane(y * weight, weight),
        _Plane(halved(u * weight), half),
        _Plane(halved(v * weight), half),
    )


def weights(alpha: U8) -> U16:
    """0 … 255 to 0 … 256, the ends exact."""
    wide: U16 = alpha.astype(np.uint16)
    wide += wide >> 7
    return wide


def halved(plane: U16) -> U16:
    """The mean of every 2×2, rounded: [height, width] to [height/2, width/2]."""
    height, width = plane.shape
    blocks = plane.reshape(height // 2, 2, width // 2, 2).sum((1, 3), dtype=np.uint32)
    mean: U16 = ((blocks + 2) >> 2).astype(np.uint16)
    return mean


def _runs(weight: U16) -> tuple[_Run, ...]:
    """Parts to copy, parts to blend; what is see-through is in none. Headers are mostly copied."""
    runs: list[_Run] = []
    for row, line in enumerate(weight):
        seen = np.flatnonzero(line)
        if not seen.size:
            continue
        left, right = int(seen[0]), int(seen[-1]) + 1
        opaque = bool((line[left:right] == WHOLE).all())
        last = runs[-1] if runs else None
        if last is not None and last.bottom == row and last.opaque == opaque:
            if (last.left, last.right) == (left, right):
                runs[-1] = dataclasses.replace(last, bottom=row + 1)
                continue
            if not opaque:
                runs[-1] = _Run(
                    False, last.top, row + 1, min(left, last.left), max(right, last.right)
                )
                continue
        runs.append(_Run(opaque, row, row + 1, left, right))
    if len(runs) <= _MOST_RUNS:
        return tuple(runs)
    return (
        _Run(
            False,
            runs[0].top,
            runs[-1].bottom,
            min(run.left for run in runs),
            max(run.right for run in runs),
        ),
    )
