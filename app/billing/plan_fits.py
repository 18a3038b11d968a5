"""Which plan fits what is wanted: plans go in, a plan comes out, and no row is read."""

from dataclasses import dataclass, fields

from app.billing.plan_words import length_words, price_words, room_words, seats_words, storage_words
from app.billing.plans import PLANS, Plan, rank
from app.phrases import plural


@dataclass(frozen=True)
class Need:
    """What a plan is to have room for. What is left out is not asked for.

    `videos` and `minutes` are of a whole month: what is used of it already is a part of them.
    `own_brand`: pages that do not say what they were made with.
    """

    videos: int = 0
    minutes: float = 0.0
    concurrent_renders: int = 0
    seats: int = 0
    video_length_s: float = 0.0
    storage_days: int = 0
    custom_domain: bool = False
    own_brand: bool = False
    api: bool = False


@dataclass(frozen=True)
class Offer:
    """What to buy instead of the plan there is. `fits`: whether it has room for all that is asked
    for; where none has, it is the largest. `words`: a sentence with what it gives and its price."""

    plan: Plan
    fits: bool
    words: str


def fits(plan: Plan, need: Need) -> bool:
    """Whether the plan has room for all of it."""
    counted = (
        (need.videos, plan.videos_per_month),
        (need.minutes, plan.minutes_per_month),
        (need.concurrent_renders, plan.concurrent_renders),
        (need.seats, plan.seats),
        (need.video_length_s, plan.video_length_s),
        (need.storage_days, plan.storage_days),
    )
    had = (
        (need.custom_domain, plan.custom_domain),
        (need.own_brand, not plan.shows_made_with),
        (need.api, plan.api),
    )
    return all(most is None or wanted <= most for wanted, most in counted) and all(
        has for wanted, has in had if wanted
    )


def smallest_plan(need: Need, *, above: Plan | None = None) -> Plan | None:
    """The smallest plan that is sold and fits, or None; `above`: of those larger than this one."""
    least = -1 if above is None else rank(above)
    return next((plan for plan in PLANS if rank(plan) > least and fits(plan, need)), None)


def offer_for(plan: Plan, need: Need) -> Offer | None:
    """What to buy for this need by who has `plan`. None where there is no larger plan: they have
    the largest, or nothing is sold."""
    larger = [each for each in PLANS if rank(each) > rank(plan)]
    if not larger:
        return None
    found = smallest_plan(need, above=plan)
    offered = found or larger[-1]
    return Offer(offered, found is not None, _words(offered, need, is_enough=found is not None))


def _words(plan: Plan, need: Need, *, is_enough: bool) -> str:
    begun = f"{plan.name} has" if is_enough else f"{plan.name}, the largest plan, has"
    given = " and ".join(_given(plan, need)) or room_words(plan)
    return f"{begun} {given}, for {price_words(plan)}."


def _given(plan: Plan, need: Need) -> list[str]:
    """What of the plan answers the need."""
    said = {
        "videos": room_words(plan),
        "minutes": room_words(plan),
        "concurrent_renders": f"{plural(plan.concurrent_renders, 'video', 'videos')} at once",
        "seats": f"room for {seats_words(plan)}",
        "video_length_s": length_words(plan),
        "storage_days": storage_words(plan),
        "custom_domain": "a domain of your own",
        "own_brand": "pages without our name",
        "api": "the API",
    }
    asked = [each.name for each in fields(need) if getattr(need, each.name)]
    return list(dict.fromkeys(said[name] for name in asked))
