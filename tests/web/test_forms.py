"""A form's limits are those of its fields, said in words."""

import pytest
from pydantic import Field

from app.web.forms import FormModel, Line, check_form


class Sample(FormModel):
    long: Line = Field(title="a line")
    short: Line = Field(title="a word", max_length=5)


@pytest.mark.parametrize(
    ("values", "errors"),
    [
        ({"long": "x" * 200, "short": " 12345 "}, {}),
        ({"long": "x" * 201, "short": "1"}, {"long": "Keep it to 200 characters."}),
        ({"long": "x", "short": "123456"}, {"short": "Keep it to 5 characters."}),
        ({"long": " ", "short": ""}, {"long": "Enter a line.", "short": "Enter a word."}),
    ],
)
def test_a_line_ends_where_its_field_says(values: dict[str, str], errors: dict[str, str]) -> None:
    assert check_form(values, Sample).errors == errors
