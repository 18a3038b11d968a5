"""How a scene scrolls, as numbers a template can draw; it knows no SVG, no page and no request."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from app.campaign import Scroll
from app.campaigns.thin_line import Point, thin_line
from app.campaigns.typical_page import NAMED_PLACE, is_selector, typical_page
from app.hme.depth import DepthNotFound, resolve_depth
from app.hme.geometry import PageGeometry
from app.hme.motion import MotionPlan
from app.hme.pauses import readable_headings
from app.hme.plan import derive_seed, plan_motion

MOST_POINTS = 200
_MARK_ROOM, _LABEL_ROOM = 4.0, 16.0  # percent of the height: marks and labels nearer are left out
_LABEL_CHARS = 32
_NEARLY = 0.98  # of the way: what is missing is less than a viewer would see


@dataclass(frozen=True)
class Band:
    """A rest, in percent of the width; `heading` is what is read, or None."""

    x: float
    width: float
    heading: str | None


@dataclass(frozen=True)
class Mark:
    """A heading, in percent of the height. `label` says at which side its text has room."""

    y: float
    text: str
    label: Literal["left", "right", None]


@dataclass(frozen=True)
class MotionPicture:
    """Coordinates are percent: x of the scene's time, y of the page's height, down.

    points: the viewport's top, at most MOST_POINTS. path, seen: the same as SVG path data, and the
    area the viewport shows. title, said: a name, and a sentence, for those who do not see it.
    note: what the picture cannot know; empty where it is the very plan of a render.
    """

    points: tuple[Point, ...]
    path: str
    seen: str
    pauses: tuple[Band, ...]
    marks: tuple[Mark, ...]
    duration_s: float
    title: str
    said: str
    note: str


def motion_picture(
    scroll: Scroll,
    duration_s: float,
    *,
    viewport: tuple[int, int],
    geometry: PageGeometry | None = None,
    url: str = "",
    fps: int = 30,
) -> MotionPicture:
    """The motion of this scroll over `duration_s`, on a typical page where no geometry is known.

    With the page's own geometry and url, and the video's fps, it is the very plan a render follows
    (but for a depth that is a CSS selector, which only the open page can find). Equal input gives
    an equal picture. viewport: (width, height) in px, as the video's.
    """
    frames = max(1, round(duration_s * fps))
    page = geometry or typical_page(scroll.depth, viewport)
    depth_px, note = _find_depth(page, scroll.depth)
    if geometry is None:
        note = "Drawn on a typical page."
    told = json.dumps(page.to_json(), sort_keys=True)
    # On the typical page, one seed for every duration: the drawing follows the field, not chance.
    parts = (url, str(frames), told) if geometry else ("typical page",)
    seed = derive_seed(*parts)
    plan = plan_motion(
        page, frames=frames, fps=fps, seed=seed, persona=scroll.persona, depth_px=depth_px
    )
    points = tuple(thin_line(_sampled(plan, page), most=MOST_POINTS))
    return MotionPicture(
        points=points,
        path=_path(points),
        seen=_seen(points, 100 * page.viewport_height_px / _height_px(page)),
        pauses=tuple(_pauses(plan)),
        marks=tuple(_marks(page)),
        duration_s=duration_s,
        title=f"Motion: {scroll.persona}, {_way(scroll.depth)}",
        said=_said(plan, page, scroll.depth, duration_s),
        note=note,
    )


def _find_depth(page: PageGeometry, depth: str) -> tuple[float | None, str]:
    """The depth in px, and what is to be said about it."""
    try:
        return resolve_depth(page, depth), ""
    except DepthNotFound:
        guess_px = NAMED_PLACE * page.max_scroll_px
        if is_selector(depth):
            return guess_px, f"Where {depth} lies is known once the page is opened."
        return guess_px, f"The page has no heading “{depth}”. Name one that is there."


def _height_px(page: PageGeometry) -> int:
    return max(page.height_px, page.viewport_height_px)


def _sampled(plan: MotionPlan, page: PageGeometry) -> list[Point]:
    height_px, last = _height_px(page), max(1, plan.frames - 1)
    return [(100 * i / last, 100 * y / height_px) for i, y in enumerate(plan.scroll_px)]


def _path(points: tuple[Point, ...]) -> str:
    return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points)


def _seen(points: tuple[Point, ...], viewport: float) -> str:
    below = tuple((x, y + viewport) for x, y in reversed(points))
    return _path(points + below) + "Z"


def _pauses(plan: MotionPlan) -> Iterator[Band]:
    for phase in plan.phases:
        if phase.kind == "pause":
            share = 100 / plan.frames
            yield Band(
                round(phase.first_frame * share, 2), round(phase.frames * share, 2), phase.heading
            )


def _marks(page: PageGeometry) -> Iterator[Mark]:
    marked = labelled = -100.0
    for heading in readable_headings(page):
        y = round(100 * heading.top_px / _height_px(page), 2)
        if y - marked < _MARK_ROOM:
            continue
        marked = y
        has_label = y - labelled >= _LABEL_ROOM
        if has_label:
            labelled = y
        # The path runs from the upper left to the lower right; the other two corners are free.
        side: Literal["left", "right"] = "left" if y > 50 else "right"
        yield Mark(y, _short(heading.text), side if has_label else None)


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _LABEL_CHARS else flat[: _LABEL_CHARS - 1].rstrip() + "…"


def _way(depth: str) -> str:
    if depth == "none":
        return "stays at the top"
    if depth in ("middle", "end"):
        return f"to the {depth}"
    return f"to {depth}" if is_selector(depth) else f"to “{depth}”"


def _said(plan: MotionPlan, page: PageGeometry, depth: str, duration_s: float) -> str:
    time = f"{duration_s:.2f}".rstrip("0").rstrip(".") + " s"
    if plan.wanted_px == 0:
        return f"Stays at the top for {time}."
    if plan.reached_px < _NEARLY * plan.wanted_px:
        percent = 100 * plan.reached_px // plan.wanted_px
        return f"Too short for the whole way {_way(depth)}: in {time} it gets {percent} % of it."
    screens = plan.reached_px / page.viewport_height_px
    pauses = sum(a.kind != "pause" == b.kind for a, b in pairwise(plan.phases)) - 1  # not the end
    rests = f"with {pauses} pause{'s' if pauses > 1 else ''}" if pauses else "in one go"
    return f"Scrolls {screens:.1f} screens {_way(depth)} in {time}, {rests}."
