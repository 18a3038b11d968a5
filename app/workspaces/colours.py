"""Colours as people see them: contrast by WCAG 2.2, and what follows from it in words."""

import re

COLOUR = re.compile(r"^#[0-9a-f]{6}$")
DARK, LIGHT = "#17161c", "#ffffff"
# https://www.w3.org/TR/WCAG22/#non-text-contrast and #contrast-minimum
SHAPE_AT_LEAST = 3.0
TEXT_AT_LEAST = 4.5


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb`, 0 (black) to 1 (white).

    https://www.w3.org/TR/WCAG22/#dfn-relative-luminance
    """
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """1 (the same) to 21 (black on white)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def ink_on(colour: str) -> str:
    """The colour of text that is read best on this one: almost black, or white."""
    return max(DARK, LIGHT, key=lambda ink: contrast(ink, colour))


def contrast_words(accent: str, background: str) -> tuple[str, str]:
    """The kind of a notice (good or warn) and what the two colours are like together."""
    ratio = contrast(accent, background)
    if ratio >= TEXT_AT_LEAST:
        return "good", f"The accent stands out well from the background ({ratio:.1f} to 1)."
    if ratio >= SHAPE_AT_LEAST:
        return "good", f"The accent stands out enough for buttons ({ratio:.1f} to 1)."
    way = "darker" if luminance(background) > 0.18 else "lighter"
    return (
        "warn",
        f"The button is hard to see on this background ({ratio:.1f} to 1, should be 3 to 1). "
        f"Choose a {way} accent.",
    )
