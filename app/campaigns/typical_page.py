"""A page nobody has opened yet, as numbers to draw a motion on; it stands for no real one."""

from app.hme.geometry import Heading, PageGeometry, Section

# The sample sites of the bench are 4.3 to 5.8 viewports tall (4,611 to 6,221 px at 1080p, README),
# with a heading about every two thirds of a viewport.
HEIGHT_VH = 5.0
HEADINGS_VH = (0.28, 0.85, 1.5, 2.1, 2.8, 3.4, 4.05, 4.6)
NAMED_PLACE = 0.6  # of its height: where a heading or element lies that only the real page knows
_HEADING_PX = 48.0
_SELECTOR_STARTS = ("#", ".", "[")


def typical_page(depth: str, viewport: tuple[int, int]) -> PageGeometry:
    """A page of HEIGHT_VH viewports (width, height in px) that has the heading `depth` names."""
    width_px, viewport_px = viewport
    height_px = round(HEIGHT_VH * viewport_px)
    tops = [top_vh * viewport_px for top_vh in HEADINGS_VH]
    headings = [
        Heading(f"Section {n}" if n else "Title", 2 if n else 1, top_px, _HEADING_PX)
        for n, top_px in enumerate(tops)
    ]
    if depth not in ("none", "middle", "end") and not is_selector(depth):
        headings.append(Heading(depth, 2, NAMED_PLACE * height_px, _HEADING_PX))
    sections = tuple(Section(top_px - _HEADING_PX, 0.5 * viewport_px) for top_px in tops)
    return PageGeometry(width_px, viewport_px, height_px, tuple(headings), sections)


def is_selector(depth: str) -> bool:
    """Whether a depth is meant as a CSS selector and not as a heading's text."""
    return depth.startswith(_SELECTOR_STARTS)
