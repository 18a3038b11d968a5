"""The forms of buying and changing: which plan, paid how often."""

from typing import Literal

from app.web.forms import FormModel


class ChoiceForm(FormModel):
    plan: Literal["starter", "growth", "business"]
    interval: Literal["month", "year"]


class ChangeForm(ChoiceForm):
    """`price`: what the subscription had when the figures were shown, `at`: when they were counted,
    in seconds; 0 where nothing had to be."""

    price: str = ""
    at: int = 0
