"""The words of a page with a lead's values in them: what they can say, and all they cannot."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.viewer.phrases import PhraseValues, check_phrases, render_phrases

VALUES = PhraseValues(
    {
        "lead.first_name": "Ada",
        "lead.name": "Ada Lovelace",
        "lead.company": "",
        "lead.email": "ada@example.org",
        "sender.name": "Ann Lee",
        "workspace.name": "Acme",
    },
    {"Job Title": "chief analyst", "Note": "{{ workspace.name }} <b>x</b>"},
)
COLUMNS = ["Job Title", "Note"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hi {{ lead.first_name }}!", "Hi Ada!"),
        ("Hi {{lead.first_name|upper}}", "Hi ADA"),
        ('{{ lead.company | default("your team") }}', "your team"),
        ("{{ lead.company | default(“your team”) }}", "your team"),
        ("{{ lead.company | default('it’s you') | upper }}", "IT’S YOU"),
        ('{{ lead["Job Title"] | title }}', "Chief Analyst"),
        ('{{ lead["job-title"] | truncate(6) }}', "chief…"),
        ("{{ sender.name | lower }} of {{ workspace.name }}", "ann lee of Acme"),
        ("a } b {x} }} c", "a } b {x} }} c"),
        ('{{ lead["Note"] }}', "{{ workspace.name }} <b>x</b>"),
    ],
)
def test_phrases_are_filled_in_once(text: str, expected: str) -> None:
    assert render_phrases(text, VALUES) == expected
    assert check_phrases(text, COLUMNS) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{{ lead.firstname }}", "lead.firstname is not known. Did you mean lead.first_name?"),
        ("{{ user }}", "user is not known. There are lead.first_name,"),
        ('{{ lead["Titel"] }}', "The list has no column “Titel”."),
        ('{{ lead["Job Titel"] }}', "Did you mean “Job Title”?"),
        ("{{ lead.name | uppercase }}", "There is no filter “uppercase”. Did you mean upper?"),
        ("{{ lead.name | safe }}", "There is no filter “safe”."),
        ("{{ lead.name | default }}", 'default("there")'),
        ("{{ lead.name | truncate(0) }}", "truncate(40)"),
        ("{{ lead.name | truncate(99999) }}", "cannot be read"),
        ("{{ lead.name | upper(1) }}", "upper takes nothing in brackets"),
        ("{{ lead.name", "is not closed by }}"),
        ("{{ }}", "cannot be read"),
        ("{{ lead.name.__class__ }}", "is not known"),
        ("{{ lead.__class__.__mro__[1] }}", "cannot be read"),
        ("{{ ''.__class__ }}", "cannot be read"),
        ("{{ 7*7 }}", "cannot be read"),
        ("{{ range(9) }}", "cannot be read"),
        ('{{ config["SECRET"] }}', "cannot be read"),
        ("{{ lead.name + lead.email }}", "cannot be read"),
        ("{% for x in y %}", "There is no {% … %} here"),
        ("{{ {{ lead.name }} }}", "cannot be read"),
        ("x" * 6001, "Keep it to 6,000 characters."),
    ],
)
def test_what_is_wrong_is_told_when_it_is_saved_and_gives_nothing(text: str, told: str) -> None:
    problems = check_phrases(text, COLUMNS)
    assert any(told in problem for problem in problems), problems
    rendered = render_phrases(text, VALUES)
    assert "class" not in rendered
    assert "49" not in rendered


def test_a_column_needs_a_default_where_no_list_is_known() -> None:
    assert check_phrases('{{ lead["Role"] | default("you") }}', None) == []
    assert "Some lists will not have" in check_phrases('{{ lead["Role"] }}', None)[0]


def test_values_cannot_disguise_the_words_around_them() -> None:
    values = PhraseValues({"lead.name": "A\u202eda\x00\x1b[31m\r\n\r\nBcc: all"})
    assert render_phrases("{{ lead.name }}.", values) == "Ada[31m Bcc: all."


def test_a_letter_in_a_cell_does_not_become_a_headline() -> None:
    values = PhraseValues({"lead.name": "word " * 1000})
    assert len(render_phrases("{{ lead.name }}", values)) <= 400


@given(st.text(alphabet="{}|.()[],\"'%# ln2“”x\n\\", max_size=200))
def test_rendering_never_fails_and_neither_does_checking(text: str) -> None:
    render_phrases(text, VALUES)
    check_phrases(text, COLUMNS)
    check_phrases(text, None)


@given(st.text(max_size=60))
def test_any_value_comes_out_as_text_that_was_put_in(value: str) -> None:
    out = render_phrases("[{{ lead.name }}]", PhraseValues({"lead.name": value}))
    assert out[0] == "["
    assert set(out[1:-1]) <= set(value) | {" "}
