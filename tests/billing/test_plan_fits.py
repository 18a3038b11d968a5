"""The plan that is named where one ends: the smallest that has room for what is asked."""

from dataclasses import fields
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.billing.plan_fits import Need, Offer, fits, offer_for, smallest_plan
from app.billing.plan_words import (
    dollars,
    length_words,
    price_words,
    room_words,
    seats_words,
    storage_words,
)
from app.billing.plans import BUSINESS, FREE, GROWTH, PLANS, STARTER, UNLIMITED, Plan, rank
from app.templating import make_environment
from app.web.static_files import StaticFiles
from tests.templates.examples import REQUEST

NEEDS = st.builds(
    Need,
    videos=st.integers(0, 4_000),
    minutes=st.floats(0, 4_000),
    concurrent_renders=st.integers(0, 10),
    seats=st.integers(0, 60),
    video_length_s=st.floats(0, 400),
    storage_days=st.integers(0, 800),
    custom_domain=st.booleans(),
    own_brand=st.booleans(),
    api=st.booleans(),
)


@given(NEEDS, st.sampled_from((*PLANS, UNLIMITED)))
def test_the_smallest_larger_plan_that_fits_is_offered(need: Need, plan: Plan) -> None:
    larger = [each for each in PLANS if rank(each) > rank(plan)]
    fitting = [each for each in larger if fits(each, need)]
    offer = offer_for(plan, need)
    if not larger:
        assert offer is None
    else:
        assert offer is not None
        assert offer.plan == (fitting or larger[-1:])[0]
        assert offer.fits == bool(fitting)
        assert price_words(offer.plan) in offer.words


@pytest.mark.parametrize(
    ("need", "plan"),
    [
        (Need(), FREE),
        (Need(videos=10, minutes=10), FREE),
        (Need(videos=11), STARTER),
        (Need(minutes=150.01), GROWTH),
        (Need(seats=4), GROWTH),
        (Need(video_length_s=61), STARTER),
        (Need(storage_days=366), BUSINESS),
        (Need(concurrent_renders=8), BUSINESS),
        (Need(custom_domain=True), GROWTH),
        (Need(own_brand=True), STARTER),
        (Need(api=True), GROWTH),
        (Need(videos=5, seats=11), BUSINESS),
        (Need(videos=3_001), None),
    ],
)
def test_each_limit_and_each_feature_is_looked_at(need: Need, plan: Plan | None) -> None:
    assert smallest_plan(need) == plan


def test_all_that_a_plan_limits_can_be_asked_for() -> None:
    told = {"videos_per_month", "minutes_per_month", "shows_made_with"}
    told |= {"key", "name", "month_cents", "year_cents"}
    assert {each.name for each in fields(Plan)} - told <= {each.name for each in fields(Need)}


def test_an_unlimited_plan_fits_everything_and_is_never_sold() -> None:
    assert fits(UNLIMITED, Need(10**9, 1e9, 4, 10**6, 1e6, 10**6, True, True, True))
    assert offer_for(UNLIMITED, Need(videos=10**9)) is None


def test_an_offer_says_what_is_asked_for_and_its_price() -> None:
    assert offer_for(FREE, Need(videos=20, minutes=12)) == Offer(
        STARTER, True, "Starter has 150 videos and 150 minutes a month, for $29 a month."
    )
    seats = offer_for(STARTER, Need(seats=4, custom_domain=True))
    assert seats is not None
    assert seats.words == (
        "Growth has room for 10 people and a domain of your own, for $99 a month."
    )
    largest = offer_for(GROWTH, Need(videos=9_000))
    assert largest is not None
    assert largest.words.startswith("Business, the largest plan, has 3,000 videos")


def test_plans_are_said_in_words() -> None:
    assert [dollars(each) for each in (0, 2_900, 120_450, -500)] == [
        *("$0", "$29", "$1,204.50", "−$5"),
    ]
    assert price_words(STARTER, "year") == "$290 a year"
    assert price_words(FREE) == "$0"
    assert room_words(UNLIMITED) == "as many videos as you like"
    assert length_words(GROWTH) == "videos of up to 3 minutes"
    assert [storage_words(each) for each in (STARTER, GROWTH, BUSINESS)] == [
        *("videos kept for 180 days", "videos kept for 1 year", "videos kept for 2 years"),
    ]
    assert seats_words(FREE) == "2 people"


def _prompt(**given: Any) -> str:
    template = make_environment(StaticFiles().url).from_string(
        '{% from "macros/upgrade.html" import upgrade with context %}'
        "{{ upgrade(reached, offer, can_manage) }}"
    )
    known = {"reached": "All 10 videos of this month are used.", "can_manage": True}
    return template.render(
        known | {"request": REQUEST, "offer": offer_for(FREE, Need(videos=11))} | given
    )


def test_the_prompt_leads_owners_and_admins_to_the_plan_that_fits() -> None:
    drawn = _prompt()
    assert "All 10 videos of this month are used." in drawn
    assert "for $29 a month" in drawn
    assert 'href="/billing/choose?plan=starter"' in drawn
    assert "Upgrade to Starter" in drawn


def test_the_prompt_tells_members_whom_to_ask() -> None:
    drawn = _prompt(can_manage=False)
    assert "Ask an owner or admin" in drawn
    assert "href" not in drawn.replace("<use href", "")


def test_the_prompt_sells_nothing_where_there_is_no_larger_plan() -> None:
    drawn = _prompt(offer=offer_for(UNLIMITED, Need(videos=11)))
    assert "Upgrade to" not in drawn
    assert "Ask an owner" not in drawn


def test_the_sidebar_has_billing_only_where_plans_are_sold() -> None:
    environment = make_environment(StaticFiles().url)
    for sells in (True, False):
        settings = SimpleNamespace(sells=sells)
        app = REQUEST.app
        app.state = SimpleNamespace(settings=settings)
        try:
            drawn = environment.get_template("_sidebar.html").render(request=REQUEST)
        finally:
            del app.state
        assert ("/billing/page" in drawn) is sells
        assert "/campaigns/list" in drawn
