"""What "middle", "end" or a heading's text means on one page; knows no time and no CSS."""

from __future__ import annotations

from app.hme.geometry import PageGeometry
from app.hme.pauses import readable_headings

LEAD_VH = 0.2  # a heading asked for comes to rest this far under the viewport's top


class DepthNotFound(LookupError):
    """The page has no heading with the text a depth names."""


def resolve_depth(geometry: PageGeometry, depth: str) -> float | None:
    """The offset in px that "none" (None), "middle", "end" or a heading's text stands for.

    A heading is found without regard to case and spacing: one with exactly this text, else the
    first that contains it. It comes to rest in the upper third, as far as the page allows. Raises
    DepthNotFound; CSS selectors are for the browser side, before it asks.
    """
    wanted = " ".join(depth.split()).casefold()
    if wanted in ("none", ""):
        return None
    if wanted in ("middle", "end"):
        return geometry.max_scroll_px / (2 if wanted == "middle" else 1)
    named = [(" ".join(h.text.split()).casefold(), h) for h in readable_headings(geometry)]
    found = [h for text, h in named if text == wanted] or [h for text, h in named if wanted in text]
    if not found:
        raise DepthNotFound(f"no heading on the page contains {depth!r}")
    lead_px = LEAD_VH * geometry.viewport_height_px
    return min(float(geometry.max_scroll_px), max(0.0, found[0].top_px - lead_px))
