"""Soft closed shapes on a Pillow picture, in units of a 1,000-unit square; it knows no figure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFilter

Point = tuple[float, float]
Rgb = tuple[int, int, int]


def mix(one: Rgb, other: Rgb, share: float) -> Rgb:
    """The colour `share` (0..1) of the way from one to the other."""
    mixed = [round(a + (b - a) * share) for a, b in zip(one, other, strict=True)]
    return mixed[0], mixed[1], mixed[2]


def mirrored(half: Sequence[Point]) -> list[Point]:
    """A closed outline from its right half, listed from top to bottom, about x = 500."""
    return [*half, *((1000 - x, y) for x, y in reversed(half) if x != 500)]


def rounded(points: Sequence[Point], *, steps: int = 12) -> list[Point]:
    """A closed Catmull-Rom spline through the points."""
    p1 = np.asarray(points, dtype=float)
    p0, p2, p3 = np.roll(p1, 1, 0), np.roll(p1, -1, 0), np.roll(p1, -2, 0)
    t = np.linspace(0, 1, steps, endpoint=False)[None, :, None]
    p0, p1, p2, p3 = (p[:, None, :] for p in (p0, p1, p2, p3))
    curve: NDArray[np.float64] = 0.5 * (
        2 * p1
        + (p2 - p0) * t
        + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2
        + (3 * p1 - p0 - 3 * p2 + p3) * t**3
    )
    return [(float(x), float(y)) for x, y in curve.reshape(-1, 2)]


def oval(x: float, y: float, rx: float, ry: float) -> list[Point]:
    """An ellipse as an outline."""
    angles = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    return [(x + rx * float(np.cos(a)), y + ry * float(np.sin(a))) for a in angles]


@dataclass(frozen=True)
class Sheet:
    """A transparent RGBA picture; `scale` is pixels per unit."""

    image: Image.Image
    scale: float

    @classmethod
    def blank(cls, scale: float) -> "Sheet":
        """An empty sheet of 1,000 × 1,000 units."""
        side = round(1000 * scale)
        return cls(Image.new("RGBA", (side, side)), scale)

    def copy(self) -> "Sheet":
        """The same picture, free to be drawn on."""
        return Sheet(self.image.copy(), self.scale)

    def mask(self, outline: Sequence[Point], blur: float = 0) -> Image.Image:
        """The outline's coverage, softened by a blur given in units."""
        coverage = Image.new("L", self.image.size)
        pixels = [(x * self.scale, y * self.scale) for x, y in outline]
        ImageDraw.Draw(coverage).polygon(pixels, fill=255)
        if blur:
            coverage = coverage.filter(ImageFilter.GaussianBlur(blur * self.scale))
        return coverage

    def fill(self, outline: Sequence[Point], colour: Rgb) -> None:
        """A flat opaque shape."""
        pixels = [(x * self.scale, y * self.scale) for x, y in outline]
        ImageDraw.Draw(self.image).polygon(pixels, fill=(*colour, 255))

    def line(self, points: Sequence[Point], colour: Rgb, width: float) -> None:
        """An opaque stroke with round ends."""
        pixels = [(x * self.scale, y * self.scale) for x, y in points]
        pen, radius = ImageDraw.Draw(self.image), width * self.scale / 2
        pen.line(pixels, fill=(*colour, 255), width=round(radius * 2), joint="curve")
        for x, y in (pixels[0], pixels[-1]):
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=(*colour, 255))

    def shade(
        self,
        outline: Sequence[Point],
        colour: Rgb,
        strength: float,
        blur: float,
        *,
        on: bool = True,
    ) -> None:
        """A soft patch of colour, by default only where the sheet is already painted."""
        patch = self.mask(outline, blur).point(lambda value: round(value * strength))
        if on:
            alpha = self.image.getchannel("A")
            patch = ImageChops.multiply(patch, alpha)
            tinted = Image.composite(
                Image.new("RGB", self.image.size, colour), self.image.convert("RGB"), patch
            )
            tinted.putalpha(alpha)
            self.image.paste(tinted)
        else:
            layer = Image.new("RGBA", self.image.size, (*colour, 0))
            layer.putalpha(patch)
            self.image.alpha_composite(layer)

    def lay(self, other: "Sheet") -> None:
        """Put another sheet of the same size on top."""
        self.image.alpha_composite(other.image)
