"""What the buttons of the plans say, for those who pay and those who do not."""

from app.billing.plan_choices import list_choices
from app.billing.plans import FREE, GROWTH, Interval, Plan
from app.site.pricing import points_of


def _acts(plan_now: Plan, interval: Interval, trial_days: int) -> dict[str, str]:
    """Of a workspace without a subscription."""
    return {each.plan.key: each.act for each in list_choices(interval, plan_now, None, trial_days)}


def test_every_plan_that_is_sold_can_be_tried_once_and_then_bought() -> None:
    assert _acts(FREE, "month", 14) == {
        "free": "",
        "starter": "Try Starter for 14 days",
        "growth": "Try Growth for 14 days",
        "business": "Try Business for 14 days",
    }
    assert _acts(FREE, "month", 0)["growth"] == "Buy Growth"


def test_what_is_not_there_yet_is_not_sold() -> None:
    for choice in list_choices("month", FREE, None, 14):
        assert not [
            each for each in (*choice.points, *points_of(choice.plan)) if "API" in str(each)
        ]


def test_a_plan_that_an_operator_set_is_not_offered_to_who_has_it() -> None:
    for interval in ("month", "year"):
        for trial_days in (0, 14):
            acts = _acts(GROWTH, interval, trial_days)
            assert acts["growth"] == ""
            assert acts["starter"] != ""
        choices = {each.plan.key: each for each in list_choices(interval, GROWTH, None, 14)}
        assert choices["growth"].is_current
