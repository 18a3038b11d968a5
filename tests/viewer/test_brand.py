"""A page's colours are readable whatever a team chooses."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.viewer.brand import make_brand
from app.viewer.page_choices import FONTS, FontName, PageChoices, merged, stored
from app.workspaces.colours import contrast

AA = 4.5  # https://www.w3.org/TR/WCAG22/#contrast-minimum
COLOURS = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)


@given(COLOURS, COLOURS)
def test_every_text_of_a_page_has_contrast_enough(accent: str, background: str) -> None:
    brand = make_brand(accent, background, "system", logo_url=None, name="Acme")
    assert contrast(brand.ink, brand.background) >= AA
    assert contrast(brand.muted_ink, brand.background) >= AA
    assert contrast(brand.accent_ink, brand.background) >= AA
    assert contrast(brand.ink_on_accent, brand.accent) >= AA


def test_an_accent_that_is_readable_is_left_as_it_is() -> None:
    brand = make_brand("#5b3fd6", "#ffffff", "serif", logo_url=None, name="Acme")
    assert (brand.accent, brand.accent_ink, brand.is_dark) == ("#5b3fd6", "#5b3fd6", False)
    assert brand.font_stack == FONTS["serif"]
    assert make_brand("#5b3fd6", "#101020", "x", logo_url=None, name="").is_dark


def test_each_font_is_one_of_the_safe_list() -> None:
    assert set(FONTS) == set(FontName.__args__)  # type: ignore[attr-defined]
    for stack in FONTS.values():
        assert re.fullmatch(r"[A-Za-z0-9 ,\"-]+", stack)


def _row(**choices: Any) -> Any:
    return SimpleNamespace(choices=choices)


WORKSPACE: Any = SimpleNamespace(accent="#112233", background="#fafafa")


def test_a_campaign_s_choices_stand_over_the_workspace_s() -> None:
    choices = merged(_row(font="serif", footer="Acme"), _row(footer="Ours"), WORKSPACE)
    assert (choices.font, choices.footer, choices.accent) == ("serif", "Ours", "#112233")
    assert merged(None, None, WORKSPACE).background == "#fafafa"


def test_a_stored_choice_that_is_none_any_longer_counts_as_not_made() -> None:
    choices = merged(_row(font="comic", footer="Acme", gone=1), None, WORKSPACE)
    assert (choices.font, choices.footer) == ("system", "Acme")


def test_only_what_is_given_is_stored() -> None:
    assert stored({"footer": " Acme "}) == {"footer": "Acme"}
    assert stored({}) == {}


@pytest.mark.parametrize(
    "wrong",
    [
        {"accent": "red"},
        {"accent": "#5b3fd6;}"},
        {"font": "Comic Sans"},
        {"legal_links": [{"label": "Privacy", "url": "javascript:alert(1)"}]},
        {"actions": [{"label": "x", "url": "data:text/html,x"}]},
        {"actions": [{"label": "x", "url": "mailto:a@b.de?bcc=c@d.ef"}]},
        {"actions": [{"label": "x", "url": "https://a.de/"}] * 5},
        {"booking": {"kind": "calendly", "url": "ftp://calendly.com/"}},
        {"expires_after_days": 0},
        {"nothing": "like it"},
    ],
)
def test_what_a_page_must_not_hold_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        stored(wrong)


def test_buttons_may_write_a_letter_and_call() -> None:
    for url in ("mailto:ann@example.com", "tel:+49-30-1234", "https://example.com/"):
        assert PageChoices.model_validate({"actions": [{"label": "x", "url": url}]})
