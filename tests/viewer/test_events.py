"""What pages tell is taken once and checked: what is forged or impossible changes nothing."""

import json
import re
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from app.db.base import now
from app.viewer import visit_rates
from app.viewer.events import MOST_AT_ONCE, MOST_BYTES, Unreadable, possible, read_events
from app.viewer.page_tokens import LIFE_S, PageToken, make, read
from tests.cast import Cast
from tests.jobs.render_rows import make_campaign
from tests.viewer.visits import NOW, SOMEBODY, add_up, opened_page, row_of, rows_of

SECRET = b"x" * 32
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
TELLS = [[0, "view", 1000], [1, "play", 2000, 1], [2, "range", 22000, 0, 20]]


def _body(token: str, events: Any) -> str:
    return json.dumps({"token": token, "events": events})


async def _page(cast: Cast, public_id: str = "anna", **marks: Any) -> PageToken:
    campaign_id = await make_campaign(cast.site.database, cast.acme)
    return opened_page(cast.acme, campaign_id, public_id, **marks)


async def _tell(cast: Cast, page: PageToken, events: Any = TELLS, **headers: str) -> httpx.Response:
    token = make(cast.site.storage.links.secret, page)
    return await cast.nobody.post(
        f"/v/{page.public_id}/events",
        content=_body(token, events),
        headers={"content-type": "text/plain", "user-agent": FIREFOX, **headers},
    )


async def test_what_a_page_tells_is_counted(cast: Cast) -> None:
    page = await _page(cast)
    answer = await _tell(cast, page)
    assert (answer.status_code, answer.content) == (204, b"")
    assert "set-cookie" not in answer.headers
    await add_up(cast.site.database, cast.acme)
    visit = await row_of(cast.site.database, cast.acme, "visits")
    assert (visit["kind"], visit["watched_s"], visit["browser"]) == ("person", 20, "Firefox")
    assert len(visit["address_hash"]) == 16


async def test_only_what_is_refused_is_logged(cast: Cast) -> None:
    page = await _page(cast)
    with capture_logs() as lines:
        await _tell(cast, page)
        await cast.nobody.post("/v/anna/events", content=_body("forged", TELLS))
    assert [each["status"] for each in lines if each["event"] == "request.done"] == [403]


async def test_a_visit_s_address_is_kept_as_a_salted_number_only(cast: Cast) -> None:
    page = await _page(cast)
    await _tell(cast, page)
    (row,) = await rows_of(cast.site.database, cast.acme, "visit_inbox")
    assert not re.search(r"\d+\.\d+\.\d+\.\d+", json.dumps(row["told"]))


async def test_another_s_or_a_changed_token_is_refused(cast: Cast) -> None:
    page = await _page(cast)
    token = make(cast.site.storage.links.secret, page)
    flipped = token[:-2] + ("A" if token[-2] != "A" else "B") + token[-1]
    others = (make(b"y" * 32, page), flipped, token[:40], "", "é", "A" * 5000)
    for each in others:
        answer = await cast.nobody.post("/v/anna/events", content=_body(each, TELLS))
        assert answer.status_code == 403, each
    # A good one, at another link.
    answer = await cast.nobody.post("/v/bert/events", content=_body(token, TELLS))
    assert answer.status_code == 403
    assert await rows_of(cast.site.database, cast.acme, "visit_inbox") == []


async def test_what_is_no_message_of_ours_is_refused_whole(cast: Cast) -> None:
    page = await _page(cast)
    for events in (
        "no list",
        [["0", "view", 0]],
        [[0, "view"]],
        [[-1, "view", 0]],
        [[0, "dance", 0]],
        [[0, "view", -5]],
        [[0, "view", 0, "more"]],
        [[0, "range", 0, 5, 2]],
        [[0, "range", 0, float("nan"), 2]],
        [[0, "range", 0, float("inf"), float("inf")]],
        [[0, "action", 0, 1000]],
        [[True, "view", 0]],
        [[n, "view", 0] for n in range(MOST_AT_ONCE + 1)],
    ):
        assert (await _tell(cast, page, events)).status_code == 400, events
    for body in (b"", b"\xff", b"[]", b"[" * 5000, b'{"token": 5, "events": []}'):
        assert (await cast.nobody.post("/v/anna/events", content=body)).status_code == 400
    large = await cast.nobody.post("/v/anna/events", content=b"x" * (MOST_BYTES + 1))
    assert large.status_code == 413


async def test_a_page_that_was_opened_just_now_cannot_have_been_watched(cast: Cast) -> None:
    page = await _page(cast, ago=NOW - now())
    await _tell(cast, page, [[n, "range", 500_000, 0, 30] for n in range(MOST_AT_ONCE)])
    await add_up(cast.site.database, cast.acme)
    visit = await row_of(cast.site.database, cast.acme, "visits")
    assert visit["played_s"] < 15  # seconds that the test took, twice, and what clocks may differ


async def test_who_asks_not_to_be_tracked_is_counted_as_opened_and_booked_alone(
    cast: Cast,
) -> None:
    page = await _page(cast)
    await _tell(cast, page, [*TELLS, [3, "booking", 30_000]], **{"sec-gpc": "1"})
    await add_up(cast.site.database, cast.acme)
    visit = await row_of(cast.site.database, cast.acme, "visits")
    assert visit["is_private"]
    assert (visit["kind"], visit["watched_s"], visit["played_at"]) == ("person", 0, None)
    assert visit["booked_at"]
    assert (visit["address_hash"], visit["device"], visit["browser"]) == (None, "", "")


async def test_a_flood_of_one_visit_is_not_taken(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = await _page(cast)
    answers = [(await _tell(cast, page, [])).status_code for _ in range(visit_rates.BY_VISIT + 1)]
    assert answers[-2:] in ([204, 429], [204, 204])  # the second: a minute was over
    rates = visit_rates.VisitRates(clock=lambda: 61.0)
    assert [rates.allows(2, "a") for _ in range(3)] == [True, True, False]
    assert rates.allows(2, "b")


async def test_another_site_s_page_tells_nothing(cast: Cast) -> None:
    page = await _page(cast)
    answer = await _tell(cast, page, origin="https://evil.example")
    assert answer.status_code == 403


def test_a_token_ends_and_says_what_it_said(cast: Cast) -> None:
    page = opened_page(cast.acme, cast.acme.id, "anna", is_team=True, source="embed")
    at = page.opened_at.timestamp()
    text = make(SECRET, page)
    assert read(SECRET, text, clock=lambda: at + LIFE_S - 1) == page
    assert read(SECRET, text, clock=lambda: at + LIFE_S + 1) is None
    assert read(SECRET, text, clock=lambda: at - 3600) is None


def test_events_keep_to_the_time_that_there_was() -> None:
    _, events = read_events(_body("t", [[0, "view", 9_000], [600, "view", 1]]).encode())
    assert [each.at_ms for each in possible(events, 4_000, is_private=False)] == [4_000]
    with pytest.raises(Unreadable):
        read_events(b"{}")
    assert SOMEBODY.address
