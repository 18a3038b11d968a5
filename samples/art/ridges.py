"""Mountain ridges in haze, the photographs of the sample sites; it knows no page."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from samples.art.ink import Rgb

Field = NDArray[np.float64]


def draw_ridges(
    size_px: tuple[int, int],
    sky: Sequence[Rgb],
    near: Rgb,
    seed: int,
    *,
    ridges: int = 6,
    horizon: float = 0.42,
    sun: tuple[float, float] | None = (0.68, 0.36),
) -> Image.Image:
    """Ridges from haze to `near` under a sky given from top to horizon; positions are shares."""
    width, height = size_px
    rng = np.random.default_rng(seed)
    x, y = np.linspace(0, 1, width), np.linspace(0, 1, height)[:, None]
    stops = np.linspace(0, horizon + 0.12, len(sky))
    picture = np.stack(
        [np.interp(y, stops, [c[i] for c in sky]) * np.ones((1, width)) for i in range(3)], axis=2
    )
    haze = np.array(sky[-1], dtype=float)
    if sun:
        distance = np.hypot((x[None, :] - sun[0]) * width / height, y - sun[1])[..., None]
        glow = 0.75 * np.exp(-((distance / 0.20) ** 2)) + 0.4 * np.exp(-((distance / 0.6) ** 2))
        disc = np.clip((0.052 - distance) * height * 0.7, 0, 1)
        picture += (255 - picture) * np.clip(glow * 0.55 + disc, 0, 1) * np.array([1, 0.95, 0.86])
    for index in range(ridges):
        depth = (index + 1) / ridges
        base = horizon + (1.04 - horizon) * depth**1.35 - 0.06
        rough = 0.06 + 0.075 * depth
        line = base + rough * _ridge(x, 2.2 + 1.2 * (1 - depth), rng)
        cool = (np.array(sky[len(sky) // 2 - 1]) * 0.6 + np.array(near) * 0.4) * 0.9
        colour = (
            (1 - depth) ** 2 * haze + 2 * depth * (1 - depth) * cool + depth**2 * np.array(near)
        )
        # Mist collects in the valleys: the further below its crest, the nearer to the haze.
        below = np.clip((y - line[None, :]) / (0.34 - 0.14 * depth), 0, 1)[..., None]
        body = colour + (haze - colour) * below * (0.55 * (1 - depth) + 0.06)
        cover = np.clip((y - line[None, :]) * height + 0.5, 0, 1)[..., None]
        picture = picture * (1 - cover) + body * cover
    grain = rng.normal(0, 1.0, (height, width, 1))
    return Image.fromarray((picture + grain).clip(0, 255).astype(np.uint8))


def draw_dunes(size_px: tuple[int, int], light: Rgb, dark: Rgb, seed: int) -> Image.Image:
    """Soft folds of light, for backgrounds: one colour flowing into another."""
    width, height = size_px
    rng = np.random.default_rng(seed)
    x, y = np.meshgrid(np.linspace(0, 1.6, width), np.linspace(0, 1, height))
    field = np.zeros_like(x)
    for octave in range(4):
        angle, phase = rng.uniform(0.2, 1.3), rng.uniform(0, 6.28)
        turned = x * np.cos(angle) + y * np.sin(angle) + 0.22 * field
        field += np.sin(turned * (3.0 + 2.1 * octave) + phase) / (1 + octave)
    fold = 0.5 + 0.5 * np.sin(field * 2.4 + y * 1.5)
    crease = np.exp(-(((field * 2.4 + y * 1.5) % 6.28 - 3.9) ** 2) * 1.4)
    share = np.clip(fold * 0.86 + crease * 0.25, 0, 1)[..., None]
    picture = np.array(dark, dtype=float) * (1 - share) + np.array(light, dtype=float) * share
    return Image.fromarray(
        (picture + rng.normal(0, 1, x.shape)[..., None]).clip(0, 255).astype(np.uint8)
    )


def _ridge(x: Field, exponent: float, rng: np.random.Generator) -> Field:
    """A mountain line in about -1..1: folded sines, steeper towards the peaks."""
    line = np.zeros_like(x)
    for octave in range(9):
        waves = 1.3 * 1.9**octave
        phase = rng.uniform(0, 2 * np.pi)
        fold = 1 - 2 * np.abs(np.sin(np.pi * waves * x + phase))
        line += (fold if octave < 5 else np.sin(7 * waves * x + phase)) * 1.9 ** (
            -octave * exponent / 2.4
        )
    return -line / 1.9
