"""What staff may type about a workspace; each act has a reason, which its owner reads."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field

from app.web.forms import Form, FormModel, Line


def _whole_or_none(text: str) -> int:
    bare = text.strip()
    if not bare:
        return 0
    if not bare.isascii() or not bare.isdigit() or int(bare[:9]) > MOST or len(bare) > 9:
        raise ValueError(f"Enter a whole number up to {MOST:,}.")
    return int(bare)


MOST = 100_000
# What is typed is a text, and what is had is a number.
Count = Annotated[Any, AfterValidator(_whole_or_none)]
NOTHING_GIVEN = "Enter how many videos or minutes to give."


class CreditForm(FormModel):
    videos: Count = ""
    minutes: Count = ""
    reason: Line = Field(title="a reason", max_length=200)


class ReasonForm(FormModel):
    reason: Line = Field(title="a reason", max_length=200)


class ActingForm(FormModel):
    user_id: UUID = Field(title="a member")
    reason: Line = Field(title="a reason", max_length=200)


def check_credit(form: Form[CreditForm]) -> None:
    """A credit that gives nothing is an error of the form."""
    if not form.errors and not (form.data.videos or form.data.minutes):
        form.add_error("videos", NOTHING_GIVEN)
