"""Decides whether a page stands still while it scrolls: a wrong "static" is a visible bug."""

import io
import random

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.hme.plan import MotionPlan
from app.pipeline.browser.page import script
from app.pipeline.capture.film import Film

Picture = NDArray[np.uint8]  # [height, width, 3 or 4], sRGB

LOOK_AHEAD_S = 12.0  # carousels turn every 3–8 s
LOOK_AHEAD_STEP_MS = 400.0
LOOK_S, LOOK_STEP_MS = 1.0, 50.0  # then a second without damage; blinking is slower than its step
SAMPLES = 5  # real screenshots against synthesised frames, besides the last one
DIFFERENCE = 24  # of 255, per channel: above the rounding of blended edges
BLOCK_PX = 32
BLOCK_SHARE = 0.05  # of a block's pixels: one moved letter is more, one blended edge is less


class NotStatic(Exception):
    """The page cannot be shown by slices; `str()` says why, for the report."""


def decode(picture: bytes) -> Picture:
    """PNG to [height, width, 3 or 4] uint8."""
    return np.asarray(Image.open(io.BytesIO(picture)))


async def motion(film: Film) -> str | None:
    """What moves on the page while it does not scroll, in words, or None."""
    if found := await film.page.evaluate(script("motion.js")):
        return str(found)
    if not film.page.browser.frame_control:
        return await _motion_by_pictures(film)
    if not await film.wait_still():
        return "something that keeps changing"
    for _ in range(int(LOOK_S * 1000 / LOOK_STEP_MS)):
        if (await film.pass_ms(LOOK_STEP_MS))[0]:
            return "something that keeps changing"
    for _ in range(int(LOOK_AHEAD_S * 1000 / LOOK_AHEAD_STEP_MS)):
        if (await film.pass_ms(LOOK_AHEAD_STEP_MS))[0]:
            return "something that changes after a while"
    return None


async def _motion_by_pictures(film: Film) -> str | None:
    before = b""
    for span_ms in (0.0, 1000 / film.fps, 1000.0, 4000.0, 4000.0):
        _, picture = await film.pass_ms(span_ms, "png")
        if before and picture != before and differs(decode(before), decode(picture)):
            return "something that keeps changing"
        before = picture
    return None


def sample_frames(plan: MotionPlan) -> list[int]:
    """The frames to check, by the plan's digest: the last one, and others spread over its motion.

    What reveals itself on scroll does so while the page moves; a resting page hides it.
    """
    draw = random.Random(int(plan.digest()[:16], 16))  # noqa: S311
    candidates = [frame for frame in range(1, plan.frames) if plan.moving(frame)] or [0]
    stretch = len(candidates) / SAMPLES
    chosen = {candidates[int(stretch * (i + draw.random()))] for i in range(SAMPLES)}
    return sorted(chosen | {plan.frames - 1})


def differs(one: Picture, other: Picture) -> float:
    """The largest share of clearly different pixels in a block beyond BLOCK_SHARE, else 0."""
    if one.shape[:2] != other.shape[:2]:
        return 1.0
    one, other = one[..., :3], other[..., :3]
    rows = np.flatnonzero((one != other).any(axis=(1, 2)))
    if not rows.size:
        return 0.0
    top, bottom = int(rows[0]) // BLOCK_PX * BLOCK_PX, int(rows[-1]) + 1
    one, other = one[top:bottom], other[top:bottom]
    apart = ((np.maximum(one, other) - np.minimum(one, other)) > DIFFERENCE).any(axis=2)
    if not apart.any():
        return 0.0
    height, width = (-(-side // BLOCK_PX) * BLOCK_PX for side in apart.shape)
    whole = np.zeros((height, width), np.bool_)
    whole[: apart.shape[0], : apart.shape[1]] = apart
    blocks = whole.reshape(height // BLOCK_PX, BLOCK_PX, width // BLOCK_PX, BLOCK_PX)
    share = float(blocks.mean(axis=(1, 3)).max())
    return share if share > BLOCK_SHARE else 0.0


def over(ground: Picture, layer: Picture, x: int, y: int) -> None:
    """Puts an RGBA picture over an RGB one, in place, clipped to it."""
    top, left = max(0, y), max(0, x)
    bottom, right = (
        min(ground.shape[0], y + layer.shape[0]),
        min(ground.shape[1], x + layer.shape[1]),
    )
    if bottom <= top or right <= left:
        return
    piece = layer[top - y : bottom - y, left - x : right - x].astype(np.uint16)
    place = ground[top:bottom, left:right]
    alpha = piece[..., 3:]
    place[:] = ((piece[..., :3] * alpha + place * (255 - alpha) + 127) // 255).astype(np.uint8)
