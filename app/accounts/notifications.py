"""Which letters a person wants; it sends none."""

from dataclasses import dataclass
from typing import Literal, get_args

from app.accounts.models import User

NewsKind = Literal[
    "render_done", "render_failed", "first_view", "ended", "booked", "weekly_summary"
]
NEWS_KINDS: tuple[NewsKind, ...] = get_args(NewsKind)


@dataclass(frozen=True)
class Choice:
    """One kind of letter as the person sees it."""

    kind: NewsKind
    label: str
    hint: str


CHOICES = (
    Choice("render_done", "Videos are finished", "When all videos that you asked for are ready."),
    Choice("render_failed", "A video failed", "With the reason and what to do about it."),
    Choice("first_view", "A lead opens their page", "The first time each lead does so."),
    Choice("ended", "A lead watches to the end", "With when it was; one letter for many leads."),
    Choice("booked", "A lead books a meeting", "As soon as the calendar on the page says so."),
    Choice("weekly_summary", "Weekly summary", "Views and bookings of your campaigns, on Mondays."),
)


def wants(user: User, kind: NewsKind) -> bool:
    """Whether this person wants letters of this kind. Who has never chosen wants all."""
    return bool(user.notifications.get(kind, True))


def choose_notifications(user: User, chosen: set[str]) -> None:
    """From here on the person gets the chosen kinds and no others."""
    # A new value: a change inside of it would not be seen as one.
    user.notifications = {kind: kind in chosen for kind in NEWS_KINDS}
