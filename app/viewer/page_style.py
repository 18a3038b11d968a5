"""A page's one style sheet, written into it with the brand's colours, and what its policy permits.

Inline, because a sheet of its own would be a round trip before the first paint. Nothing inline is
permitted but these very texts, by their digests; it reads no row and knows no page.
"""

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from markupsafe import Markup

from app.viewer.brand import Brand

SHEET = Path(__file__).parent.parent / "static/css/viewer.css"

# The <style> of each part of media-chrome's player that stands on the page, in its shadow root.
# tests/viewer/test_player.py fails when another version brings others, and names them.
PLAYER_SOURCES = (
    "'sha256-+XYYAhYtiUsaw0+wUtfcBE3yMARPO4zdUhZGkDgDohM='",  # controller
    "'sha256-ad5pLE4ykOnAn8/VmRayKdKPhP3pvqoX4MGy3EktnBg='",  # gestures
    "'sha256-sAS/YwJd8QhcsuwF6ji1l+uwVdgQ8O/zcjWaGi0VXSw='",  # control bar
    "'sha256-l0oXN8ELODFEFGnJztGBqT5qrnYVXGDHmO9UVWjtMXA='",  # every button
    "'sha256-W9200sCekROkcax0iJ77FC7fL1XmtkKZFU4jWBgOGi0='",  # play
    "'sha256-VJnVbqNRyX0jCFZEJ4ltrffJx26lCuyVbNYdioxBwzQ='",  # tooltip
    "'sha256-3mr12lsHkByBAuT5HIjiVaMHjH42rxTHchQEttT3yhE='",  # mute
    "'sha256-1Jc+kPhfOh4UvXYTCgDHEAV3Caafvsf5jeNdPbSiQ8o='",  # every range
    "'sha256-icRYLLVSVG1RE2ze2JPpc2di/XuMtAkqJdem5GFjU5M='",  # time range
    "'sha256-m+frfzRQalnJwRN07WZLWSWd4eM4WsynbWp5qQi8Or0='",  # its preview's picture
    "'sha256-C7t4uFhGErrgCiy7sp4fN8QAsq2Xafh4lWfnefi0l/E='",  # every text
    "'sha256-MV44r6ksBw+mCcZujzocHAOffIPu/joVS2FNHESx3Ho='",  # captions
    "'sha256-5LsYGeD4Fwu+AtlpdRPSk6g18GLvHddLqx5a2hMGkpw='",  # picture in picture
    "'sha256-LLrbL3VRTSpcR7f/VRuhdwB3hQdbFqJkzjoEZmHBXIw='",  # full screen
    "'sha256-CZ8hU2wFQkJQTP3Dj2nl5E530al0uN4149GNCvQZTDE='",  # loading
    "'sha256-GD/7u05tW5TRiymTThnNFOp6kG/cGDdJ0PZE3AUHvEY='",  # playback rate
)


@dataclass(frozen=True)
class PageStyle:
    """`element` goes into the head. `sources` is what `style-src` of the page's policy says."""

    element: Markup
    sources: str


@lru_cache(maxsize=512)
def style_of(brand: Brand) -> PageStyle:
    """The sheet in a brand's colours and font. Every state of a page has the same one."""
    css = f":root{{{_values(brand)}}}{_sheet()}"
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    # The brand's values were checked when they were chosen, and the sheet is ours.
    element = Markup("<style>{}</style>").format(Markup(css))  # noqa: S704
    return PageStyle(element, " ".join(("'self'", f"'sha256-{digest}'", *PLAYER_SOURCES)))


def _values(brand: Brand) -> str:
    values = {
        "color-scheme": "dark" if brand.is_dark else "light",
        "--accent": brand.accent,
        "--ink-on-accent": brand.ink_on_accent,
        "--accent-ink": brand.accent_ink,
        "--background": brand.background,
        "--ink": brand.ink,
        "--muted-ink": brand.muted_ink,
        "--line": brand.line,
        "--font": brand.font_stack,
    }
    return ";".join(f"{name}:{_harmless(value)}" for name, value in values.items())


def _harmless(value: str) -> str:
    """The value, which can end neither the rule nor the element, whatever a row may hold."""
    return re.sub(r"[^\w\s#.,\"'()%-]", "", value)


@cache
def _sheet() -> str:
    """The sheet without its comments and indents."""
    text = re.sub(r"/\*.*?\*/", "", SHEET.read_text("utf-8"), flags=re.DOTALL)
    return re.sub(r"\s*\n\s*", "\n", text).strip()
