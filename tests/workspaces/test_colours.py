"""Colours: contrast as WCAG counts it, and a warning in words before a button vanishes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.workspaces.colours import TEXT_AT_LEAST, contrast, contrast_words, ink_on

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    # Figures of https://webaim.org/resources/contrastchecker/
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#ff0000", "#ffffff", 4.0)],
)
def test_contrast_is_counted_as_everybody_counts_it(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)
    assert contrast(other, one) == contrast(one, other)


@given(COLOURS)
def test_text_can_be_read_on_any_colour(colour: str) -> None:
    # The dark ink is not quite black, so a mid grey keeps a little less.
    assert contrast(ink_on(colour), colour) >= TEXT_AT_LEAST - 0.3


@pytest.mark.parametrize(
    ("accent", "background", "kind", "words"),
    [
        ("#5b3fd6", "#ffffff", "good", "stands out well"),
        ("#888888", "#ffffff", "good", "enough for buttons"),
        ("#e8ff00", "#ffffff", "warn", "Choose a darker accent"),
        ("#1a1030", "#101010", "warn", "Choose a lighter accent"),
    ],
)
def test_a_button_that_is_hard_to_see_is_told_in_words(
    accent: str, background: str, kind: str, words: str
) -> None:
    told = contrast_words(accent, background)
    assert told[0] == kind
    assert words in told[1]
