"""Pages for the motion tests: one of a usual shape, and hypothesis strategies for any other."""

from __future__ import annotations

from hypothesis import strategies as st

from app.hme.geometry import Heading, PageGeometry, Section
from app.hme.persona import PERSONAS

TITLES = (
    (1, 300, "Everything your sales team needs"),
    (2, 900, "Features"),
    (2, 1500, "A long heading about the integrations with every tool you have"),
    (2, 2300, "Pricing"),
    (3, 2800, "What customers say about us"),
    (2, 3400, "Contact"),
)


def usual_page(height_px: int = 4000) -> PageGeometry:
    """A 1080p page whose six headings spread with its height."""
    scale = height_px / 4000
    headings = tuple(Heading(text, level, top * scale, 56) for level, top, text in TITLES)
    sections = tuple(Section(heading.top_px - 60, 500 * scale) for heading in headings)
    return PageGeometry(1920, 1080, height_px, headings, sections)


@st.composite
def pages(draw: st.DrawFn) -> PageGeometry:
    """Any page, with headings and sections inside, outside, hidden or on top of each other."""
    height_px = draw(st.integers(0, 8000) | st.integers(0, 200_000))
    top = st.floats(-20_000, 220_000) | st.floats(0, 1.0 + height_px)
    heading = st.builds(
        Heading, st.text(max_size=60), st.integers(1, 3), top, st.sampled_from([0.0, 1.0, 48.0])
    )
    section = st.builds(Section, top, st.floats(0, 3000))
    return PageGeometry(
        draw(st.sampled_from([1, 320, 1280, 1920, 3840])),
        draw(st.integers(1, 40) | st.integers(200, 2160)),
        height_px,
        tuple(draw(st.lists(heading, max_size=12))),
        tuple(draw(st.lists(section, max_size=6))),
    )


personas = st.sampled_from(sorted(PERSONAS))
