"""The page of prices: what is said is what holds, for visitors and for who is signed in."""

import re
from collections.abc import Iterator
from dataclasses import fields, replace
from urllib.parse import unquote

import httpx
import pytest

from app.billing.plan_words import dollars
from app.billing.plans import FREE, INTERVALS, PLANS, STARTER, UNLIMITED, Plan
from app.settings import Settings
from app.site.pricing import FOR_WHOM, Example, plan_cards, points_of
from tests.billing.conftest import KEY, SECRET
from tests.cast import Cast, litestar_in

YEARLY = "/pricing?by=year"


@pytest.fixture
def selling(cast: Cast) -> Iterator[Settings]:
    """The cast's service sells plans while a test runs."""
    app = litestar_in(cast.site.app)
    sells = replace(cast.site.settings, stripe_secret_key=KEY, stripe_webhook_secret=SECRET)
    app.state.settings = sells
    yield sells
    app.state.settings = cast.site.settings


async def _read(who: httpx.AsyncClient, path: str = "/pricing") -> str:
    answer = await who.get(path)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize("interval", ["month", "year"])
async def test_every_plan_is_there_with_its_price_and_all_its_limits(
    cast: Cast, selling: Settings, interval: str
) -> None:
    text = await _read(cast.site.visitor(), f"/pricing?by={interval}")
    for plan in PLANS:
        cents = plan.month_cents if interval == "month" else plan.year_cents
        assert f">{plan.name}</h2>" in text
        assert f"<strong>{dollars(cents or 0)}</strong>" in text
        assert f"{plan.videos_per_month:,} videos a month" in text
        assert f"{plan.minutes_per_month:,} minutes a month" in text
    assert text.count('aria-current="true"') == 1


async def test_the_switch_works_without_a_script_and_bears_nonsense(
    cast: Cast, selling: Settings
) -> None:
    text = await _read(cast.site.visitor(), "/pricing?by=%00century")
    assert 'href="/pricing?by=year"' in text
    assert f"<strong>{dollars(STARTER.month_cents or 0)}</strong>" in text
    assert "less than twelve months" in await _read(cast.site.visitor(), "/pricing?by=year")


async def test_visitors_are_led_to_the_sign_in(cast: Cast, selling: Settings) -> None:
    text = await _read(cast.site.visitor())
    assert "Start for free" in text
    assert 'href="/sign-in"' in text
    assert "Your billing" not in text


async def test_the_sign_in_leads_to_the_prices_where_there_are_any(
    cast: Cast, selling: Settings
) -> None:
    assert 'href="/pricing"' in await _read(cast.site.visitor(), "/sign-in")
    litestar_in(cast.site.app).state.settings = cast.site.settings
    assert 'href="/pricing"' not in await _read(cast.site.visitor(), "/sign-in")


async def test_who_is_signed_in_is_led_to_their_own_billing(cast: Cast, selling: Settings) -> None:
    text = await _read(cast.alice_at_door)
    assert "http://acme.loomlite.localhost/enter?next=%2Fbilling" in text
    assert "Your billing" in text
    assert "Start for free" not in text
    chosen = re.search(r'href="([^"]*)">Choose Growth', await _read(cast.alice_at_door, YEARLY))
    assert chosen is not None
    door, _, way = chosen[1].partition("?next=")
    assert door == "http://acme.loomlite.localhost/enter"
    assert unquote(way) == "/billing/plans?plan=growth&interval=year"


async def test_a_page_kept_for_visitors_holds_nothing_of_who_is_signed_in(
    cast: Cast, selling: Settings
) -> None:
    before = await _read(cast.site.visitor())
    await _read(cast.alice_at_door)
    assert await _read(cast.site.visitor()) == before
    assert "acme" not in before.lower()


async def test_where_nothing_is_sold_the_page_says_so(cast: Cast) -> None:
    text = await _read(cast.site.visitor())
    assert "Nothing to pay here" in text
    assert "Any number of videos" in text
    assert "$" not in text
    assert "Your workspace" in await _read(cast.alice_at_door)


async def test_the_page_lives_on_the_service_s_own_host(cast: Cast) -> None:
    answer = await cast.alice.get("/pricing?by=year")
    assert answer.status_code == 303
    assert answer.headers["location"] == "http://loomlite.localhost/pricing?by=year"


def test_a_limit_that_changes_changes_the_page() -> None:
    """Each field of a plan is said: another value makes another card."""
    other: dict[str, object] = {
        field.name: not value if isinstance(value := getattr(STARTER, field.name), bool)
        # A day, a second or a cent more is said, too.
        else value + 1
        for field in fields(Plan)
        # The API is not sold before it is there.
        if field.name not in {"key", "name", "api"}
    }  # fmt: skip
    for name, value in other.items():
        changed = replace(STARTER, **{name: value})  # type: ignore[arg-type]
        cards = [plan_cards(by, [changed]) for by in INTERVALS]
        known = [plan_cards(by, [STARTER]) for by in INTERVALS]
        said = [(card.price, card.note, card.points) for found in cards for card in found]
        assert said != [(card.price, card.note, card.points) for found in known for card in found]


def test_every_plan_is_for_somebody_and_lacks_only_what_it_lacks() -> None:
    assert set(FOR_WHOM) == {plan.key for plan in PLANS}
    assert [point.has for point in points_of(FREE)].count(False) == 2
    assert all(point.has for point in points_of(UNLIMITED))


def test_the_example_counts_shared_seconds_once() -> None:
    example = Example(leads=100, shared_s=30, own_s=15)
    assert (example.made_s, example.counted_s) == (4_500, 1_530)
    assert example.plan == STARTER
