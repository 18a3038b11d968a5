"""What the page of prices shows of each plan, from the values that limit it; no row is read."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.billing.plan_fits import Need, smallest_plan
from app.billing.plan_words import (
    dollars,
    length_words,
    saving_words,
    seats_words,
    storage_words,
)
from app.billing.plans import PLANS, Interval, Plan
from app.phrases import plural, sentence

FOR_WHOM = {
    "free": "To see it with your own leads",
    "starter": "For one person’s outreach",
    "growth": "For a team that sends every week",
    "business": "For several teams",
}


@dataclass(frozen=True)
class Point:
    """One line of a plan: what it has, or has not."""

    text: str
    has: bool = True


@dataclass(frozen=True)
class PlanCard:
    """`price` is that of one month or one year; `note` what is to be known beside it."""

    plan: Plan
    for_whom: str
    price: str
    per: str
    note: str
    points: tuple[Point, ...]


def plan_cards(interval: Interval, plans: Sequence[Plan] = PLANS) -> list[PlanCard]:
    """Every plan there is, with the price of this interval; their points are in one order."""
    return [
        PlanCard(
            plan,
            FOR_WHOM[plan.key],
            dollars(plan.cents(interval) or 0),
            f"a {interval}" if plan.is_sold else "for as long as you like",
            _note(plan, interval),
            points_of(plan),
        )
        for plan in plans
    ]


def points_of(plan: Plan) -> tuple[Point, ...]:
    """All that a plan limits or leaves out."""
    return (
        Point(_a_month(plan.videos_per_month, "video", "videos")),
        Point(_a_month(plan.minutes_per_month, "minute", "minutes")),
        Point(f"{plural(plan.concurrent_renders, 'video', 'videos')} made at once"),
        Point(sentence(length_words(plan))),
        Point(sentence(storage_words(plan))),
        Point(sentence(seats_words(plan))),
        Point("No “Made with” line", has=not plan.shows_made_with),
        Point("A domain of your own", has=plan.custom_domain),
    )


def _note(plan: Plan, interval: Interval) -> str:
    if plan.month_cents is None or plan.year_cents is None:
        return "No card needed"
    if interval == "year":
        return saving_words(plan)
    return f"or {dollars(plan.year_cents)} a year"


def _a_month(count: int | None, one: str, many: str) -> str:
    return f"Any number of {many}" if count is None else f"{plural(count, one, many)} a month"


@dataclass(frozen=True)
class Example:
    """A campaign as it is counted: the seconds that all leads share once, their own each."""

    leads: int = 100
    shared_s: int = 30
    own_s: int = 15

    @property
    def made_s(self) -> int:
        """The length of all videos together."""
        return self.leads * (self.shared_s + self.own_s)

    @property
    def counted_s(self) -> int:
        return self.shared_s + self.leads * self.own_s

    @property
    def counted_percent(self) -> float:
        return round(100 * self.counted_s / self.made_s, 1)

    @property
    def plan(self) -> Plan | None:
        """The smallest that has room for it in one month."""
        return smallest_plan(Need(videos=self.leads, minutes=self.counted_s / 60))
