"""A page's look from the team's two colours and font, readable whatever they are; it reads no row.

The page lays `ink` and `muted_ink` on `background`, `ink_on_accent` on `accent`, and draws links
and outlines with `accent_ink`: each pair has at least the contrast of WCAG's level AA.
"""

from dataclasses import dataclass
from functools import lru_cache

from app.viewer.page_choices import FONTS
from app.workspaces.colours import LIGHT, TEXT_AT_LEAST, contrast, ink_on

BLACK = "#000000"  # it or white has 4.58 to 1 at least on any colour
# How much of the ink is in the muted ink, from the faintest on; the last is the ink itself.
_MUTED_SHARES = (0.62, 0.68, 0.74, 0.8, 0.86, 0.92, 1.0)
_ACCENT_STEPS = 20


@dataclass(frozen=True)
class Brand:
    """Colours are `#rrggbb`. `accent` is the team's own; `accent_ink` is it, or as near to it as
    text may be on the background."""

    accent: str
    ink_on_accent: str
    accent_ink: str
    background: str
    ink: str
    muted_ink: str
    line: str
    is_dark: bool
    font_stack: str
    logo_url: str | None
    name: str


@lru_cache(maxsize=256)
def make_brand(
    accent: str, background: str, font: str, *, logo_url: str | None, name: str
) -> Brand:
    """The look. Of accent and background none has to suit the other."""
    ink = _ink(background)
    return Brand(
        accent=accent,
        ink_on_accent=_ink(accent),
        accent_ink=_readable(accent, ink, background),
        background=background,
        ink=ink,
        muted_ink=_muted(ink, background),
        line=mixed(ink, background, 0.16),
        is_dark=ink == LIGHT,
        font_stack=FONTS.get(font, FONTS["system"]),
        logo_url=logo_url,
        name=name,
    )


def mixed(one: str, other: str, share: float) -> str:
    """`share` of the one colour and the rest of the other, in sRGB."""
    parts = (
        round(int(one[at : at + 2], 16) * share + int(other[at : at + 2], 16) * (1 - share))
        for at in (1, 3, 5)
    )
    return "#" + "".join(f"{part:02x}" for part in parts)


def _ink(colour: str) -> str:
    """Almost black or white; black where almost black would not do, as on a middling grey."""
    ink = ink_on(colour)
    return (
        ink
        if contrast(ink, colour) >= TEXT_AT_LEAST
        else max(BLACK, LIGHT, key=lambda each: contrast(each, colour))
    )


def _muted(ink: str, background: str) -> str:
    """The faintest mixture that is still read well; on a middling background, the ink itself."""
    shades = (mixed(ink, background, share) for share in _MUTED_SHARES)
    return next((shade for shade in shades if contrast(shade, background) >= TEXT_AT_LEAST), ink)


def _readable(accent: str, ink: str, background: str) -> str:
    shades = (mixed(ink, accent, step / _ACCENT_STEPS) for step in range(_ACCENT_STEPS + 1))
    return next((shade for shade in shades if contrast(shade, background) >= TEXT_AT_LEAST), ink)
