"""The help on plans and paying: for members of a service that sells, with the figures that hold."""

import re

import pytest

from app.billing.grace import GRACE_DAYS
from app.billing.plans import FREE, OVERAGE_CENTS, TRIAL_DAYS
from app.domains.states import PLAN_ENDS_AFTER
from app.settings import Settings, load_settings
from tests.cast import Cast

HELP = "/help/billing"


def _selling(settings: Settings) -> Settings:
    keys = {"STRIPE_SECRET_KEY": "sk_test_1", "STRIPE_WEBHOOK_SECRET": "whsec_of_the_tests"}
    place = {"APP_HOST": settings.host, "LOOMLITE_VAR": str(settings.var_folder)}
    return load_settings({**place, **keys})


class TestSold:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return _selling(settings)

    async def test_it_is_for_members_and_found_from_the_help(self, cast: Cast) -> None:
        assert HELP in (await cast.bob.get("/help")).text
        assert HELP in (await cast.bob.get("/billing")).text
        assert (await cast.charlie.get(HELP)).status_code == 404
        assert (await cast.nobody.get(HELP)).status_code == 303

    async def test_its_figures_are_those_that_hold(self, cast: Cast) -> None:
        text = (await cast.bob.get(HELP)).text
        for figure in (
            f"free for {TRIAL_DAYS} days",
            f"works for {GRACE_DAYS} days",
            f"is {OVERAGE_CENTS} cents",
            f"goes on for {PLAN_ENDS_AFTER.days} days",
            f"{FREE.videos_per_month} videos and {FREE.minutes_per_month} minutes a month",
        ):
            assert figure in text

    async def test_each_part_is_reached_from_the_top(self, cast: Cast) -> None:
        text = (await cast.bob.get(HELP)).text
        wanted = re.findall(r'<li><a href="#([\w-]+)"', text)
        assert wanted == re.findall(r'<h2 id="([\w-]+)" tabindex="-1"', text)
        assert len(wanted) == 6


async def test_where_nothing_is_sold_there_is_nothing_to_explain(cast: Cast) -> None:
    assert HELP not in (await cast.bob.get("/help")).text
    answer = await cast.bob.get(HELP)
    assert (answer.status_code, answer.headers["location"]) == (303, "/help")
