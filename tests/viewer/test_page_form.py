"""The editor's fields and the choices they stand for: there and back, and what a plan decides."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.settings import SettingsInvalid, load_settings
from app.viewer.page_choices import Action, Booking, LegalLink, PageChoices
from app.viewer.page_fields import NotAMoment, fields_of, read_moment
from app.viewer.page_form import check_page
from app.viewer.page_words import FONT_NAMES, group_words

FULL = PageChoices(
    headline="Hi {{ lead.name | upper }}",
    text="One\nTwo",
    speaker="Ada, Fjordgrid",
    font="slab",
    footer="Acme",
    legal_links=(LegalLink(label="Imprint", url="https://example.com/imprint"),),
    shows_made_with=False,
    booking=Booking(kind="link", url="https://example.com/book", label="Book", opens="after_video"),
    actions=(
        Action(label="Prices", url="https://example.com/prices", at_s=3599.0),
        Action(label="Write", url="mailto:ada@example.com"),
    ),
    allows_download=True,
    allows_embed=False,
    expires_after_days=3650,
)


@pytest.mark.parametrize("choices", [PageChoices(), FULL])
def test_what_is_saved_reads_the_same_again(choices: PageChoices) -> None:
    checked = check_page(fields_of(choices), columns=[])
    assert checked.errors == {}
    assert PageChoices.model_validate(checked.values) == choices


@given(
    some.dictionaries(some.sampled_from(sorted(fields_of(FULL))), some.text(max_size=40)),
    some.booleans(),
)
def test_whatever_is_typed_is_told_of_or_can_be_saved(
    typed: dict[str, str], of_workspace: bool
) -> None:
    fields = fields_of(FULL) | typed
    checked = check_page(fields, columns=None if of_workspace else ["City"])
    PageChoices.model_validate(checked.values)
    assert set(checked.errors) <= set(fields)
    assert all(checked.errors.values())


def test_a_plan_decides_whether_the_line_may_be_left_out() -> None:
    fields = fields_of(FULL)
    assert check_page(fields, columns=[]).values["shows_made_with"] is False
    forced = check_page(fields, columns=[], may_hide_made_with=False)
    assert "shows_made_with" not in forced.values


def test_rows_left_empty_leave_no_gap_and_errors_stay_in_their_row() -> None:
    fields = fields_of(PageChoices()) | {
        "action_1_label": "",
        "action_3_label": "Go",
        "action_3_url": "https://example.com/",
        "action_4_label": "Bad",
        "action_4_url": "file:///etc/passwd",
    }
    checked = check_page(fields, columns=[])
    assert list(checked.errors) == ["action_4_url"]
    assert "actions" not in checked.values


def test_a_calendar_of_another_origin_is_one_where_the_operator_says_so() -> None:
    own = load_settings({"CALENDAR_ORIGINS": "http://127.0.0.1:8098"}).calendar_origins
    for url, is_right in (
        ("http://127.0.0.1:8098/walkthrough/", True),
        ("http://127.0.0.1:8097/walkthrough/", False),
        ("http://127.0.0.1/walkthrough/", False),
        ("https://calendly.com/ann/30min", True),
    ):
        fields = fields_of(PageChoices(booking=Booking(kind="calendly", url=url)))
        assert (
            "booking" in check_page(fields, columns=[], calendar_origins=own).values
        ) is is_right
        everywhere = check_page(fields, columns=[]).values
        assert ("booking" in everywhere) is url.startswith("https://calendly.com/")
    with pytest.raises(SettingsInvalid, match="CALENDAR_ORIGINS must be origins"):
        load_settings({"CALENDAR_ORIGINS": "https://meet.example.com/"})


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [("", None), ("45", 45.0), (" 0:45 ", 45.0), ("1:05", 65.0), ("12:00.5", 720.5)],
)
def test_moments_are_read_as_players_write_them(typed: str, seconds: float | None) -> None:
    assert read_moment(typed) == seconds


@pytest.mark.parametrize("typed", ["soon", "1:75", "-1", "1:2:3", "٤٥", "1e3", "0:45s"])
def test_other_texts_are_no_moments(typed: str) -> None:
    with pytest.raises(NotAMoment):
        read_moment(typed)


def test_every_font_has_a_name() -> None:
    for font, _name in FONT_NAMES:
        assert group_words(PageChoices.model_validate({"font": font}))["look"]


def test_a_headline_is_told_without_its_braces() -> None:
    headline = '{{ lead.first_name | default("Hi") }} of {{ lead["City"] }}, from {{ sender.name }}'
    words = group_words(PageChoices(headline=headline))["words"]
    assert words == "[first name] of [City], from [sender’s name]"
