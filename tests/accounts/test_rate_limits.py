"""A limit lets exactly so many through, however many come at once, and is forgotten."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import RateCount
from app.accounts.rate_limits import RateLimit, count_try, forget_old_counts, network_of
from app.db.base import now
from app.db.session import Database
from app.web.refusals import TooManyTries
from tests.cast import Cast, Site

AT_ONCE = 40
LIMIT = RateLimit("test", 7, 10**9)  # one window for all of the test's time


async def test_of_forty_tries_at_once_exactly_the_limit_gets_through(
    own_database: Database,
) -> None:
    async def one_try() -> bool:
        try:
            await count_try(own_database, LIMIT, "somebody")
        except TooManyTries:
            return False
        return True

    through = await asyncio.gather(*(one_try() for _ in range(AT_ONCE)))
    assert sum(through) == LIMIT.tries
    async with own_database.session() as session:
        assert await session.scalar(select(RateCount.count)) == AT_ONCE


async def test_everybody_is_counted_apart(database: Database) -> None:
    for _ in range(LIMIT.tries):
        await count_try(database, LIMIT, "ann")
    await count_try(database, LIMIT, "ben")
    with pytest.raises(TooManyTries) as refused:
        await count_try(database, LIMIT, "ann")
    assert 0 < refused.value.retry_after_s <= LIMIT.window_s


async def test_the_past_is_forgotten(database: Database) -> None:
    await count_try(database, LIMIT, "ann")
    async with database.session() as session:
        await forget_old_counts(session, now() + timedelta(days=1))
        assert await session.scalar(select(RateCount)) is None


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_one_customer_counts_as_one(address: str, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.parametrize(("path", "tries"), [("link", 5), ("password", 10), ("forgotten", 5)])
async def test_an_account_is_not_tried_without_end_known_or_not(
    cast: Cast, path: str, tries: int
) -> None:
    answers = []
    for email in ("alice@example.com", "nobody@example.com"):
        async with cast.site.visitor() as somebody:
            sent = {"email": email, "password": "a wrong password"}
            statuses = [
                (await somebody.post(f"/sign-in/{path}", data=sent)).status_code
                for _ in range(tries)
            ]
            last = await somebody.post(f"/sign-in/{path}", data=sent)
        answers.append((set(statuses), last.status_code, last.text))
        assert int(last.headers["retry-after"]) > 0
    assert answers[0] == answers[1]
    assert answers[0][1] == 429
    assert 429 not in answers[0][0]


async def test_an_address_is_not_let_try_all_accounts(site: Site) -> None:
    async with site.visitor() as somebody:
        statuses = [
            (
                await somebody.post("/sign-in/link", data={"email": f"p{number}@example.com"})
            ).status_code
            for number in range(31)
        ]
    assert statuses == [200] * 30 + [429]
