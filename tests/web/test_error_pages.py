"""Every failure is a page in the house's style, and its cause is in the log alone."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import psycopg
import pytest
import structlog
from litestar import get
from litestar.params import FromPath
from sqlalchemy import text
from structlog.testing import capture_logs
from structlog.typing import EventDict

from app.accounts.dependencies import Session
from app.asgi import create_app
from app.db.listen import News
from app.errors import LoomliteError
from app.web.refusals import Conflict, NotAllowed, NotFound, TooManyTries
from tests.cast import Cast, Site, litestar_in

SECRET = "sesame-4711"


@get("/fails/{how:str}")
async def fails(how: FromPath[str], session: Session) -> None:
    match how:
        case "surprise":
            raise RuntimeError(f"nobody may read {SECRET}")
        case "table":
            await session.execute(text("select :what from nowhere"), {"what": SECRET})
        case "queue":
            raise psycopg.OperationalError(SECRET)
        case "expected":
            raise LoomliteError("The list is empty. Add a row.")
        case "stranger":
            raise NotFound
        case "member":
            raise NotAllowed("Only an owner may do this.")
        case "late":
            raise Conflict("Bob was faster.")
        case _:
            raise TooManyTries(90)


@pytest.fixture
async def visitor(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    """A visitor of an application of its own with one more route, which fails."""
    app = create_app(site.settings, site.database, site.storage, News())
    litestar_in(app).register(fails)
    async with replace(site, app=app).visitor() as each:
        yield each


@pytest.mark.parametrize("how", ["surprise", "table"])
async def test_a_fault_of_ours_is_a_page_and_its_cause_is_in_the_log(
    visitor: httpx.AsyncClient, how: str
) -> None:
    with capture_logs() as lines:
        answer = await visitor.get(f"/fails/{how}?q={SECRET}")
    assert answer.status_code == 500
    assert "Something went wrong on our side." in answer.text
    assert SECRET not in answer.text.replace(f"/fails/{how}", "")
    assert "Traceback" not in answer.text
    failed = _line(lines, "request.failed")
    assert failed["route"] == "/fails/{how}"
    assert isinstance(failed["exc_info"], Exception)


async def test_what_people_typed_stays_out_of_the_logs_causes(visitor: httpx.AsyncClient) -> None:
    with capture_logs() as lines:
        await visitor.get("/fails/table")
    assert SECRET not in str(_line(lines, "request.failed")["exc_info"])


async def test_a_queue_that_is_gone_is_a_page_with_a_retry(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/fails/queue")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert "data-retry" in answer.text
    assert SECRET not in answer.text


@pytest.mark.parametrize(
    ("how", "status", "words"),
    [
        ("expected", 400, "The list is empty. Add a row."),
        ("stranger", 404, "does not exist, or is not yours to see."),
        ("member", 403, "Only an owner may do this."),
        ("late", 409, "Bob was faster."),
        ("often", 429, "Wait 2 minutes and try again."),
    ],
)
async def test_an_expected_failure_says_its_sentence(
    visitor: httpx.AsyncClient, how: str, status: int, words: str
) -> None:
    answer = await visitor.get(f"/fails/{how}")
    assert answer.status_code == status
    assert words in answer.text
    assert "<!doctype html>" in answer.text.lower()
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers.get("retry-after") == ("90" if how == "often" else None)


async def test_an_id_that_is_none_is_a_page_that_does_not_exist(cast: Cast) -> None:
    for path in ("/campaigns/not-an-id", "/campaigns/not-an-id/edit/name", "/facecams/1"):
        assert (await cast.alice.get(path)).status_code == 404


async def test_each_request_is_one_line_without_what_was_asked(site: Site) -> None:
    with capture_logs() as lines:
        async with site.visitor() as someone:
            answer = await someone.get(f"/sign-in/link/{SECRET}?next=/{SECRET}")
    (line,) = [each for each in lines if each["event"] == "request.done"]
    assert line["method"] == "GET"
    assert line["route"] == "/sign-in/link/{token}"
    assert line["status"] == answer.status_code
    assert line["ms"] >= 0
    assert SECRET not in str(lines)


async def test_what_a_request_logs_and_its_answer_carry_one_id(
    visitor: httpx.AsyncClient,
) -> None:
    merge = structlog.contextvars.merge_contextvars
    with capture_logs(processors=[merge]) as lines:
        answer = await visitor.get("/fails/surprise")
    ids = {line["request_id"] for line in lines}
    assert ids == {answer.headers["x-request-id"]}
    assert {line["event"] for line in lines} == {"request.failed", "request.done"}


async def test_the_page_for_no_connection_asks_nobody(site: Site) -> None:
    async with site.visitor() as someone:
        page = await someone.get("/offline")
        worker = await someone.get("/sw.js?v=1")
    assert page.status_code == 200
    assert "You are offline" in page.text
    assert worker.headers["content-type"].startswith("text/javascript")
    assert worker.headers["cache-control"] == "no-cache"


def _line(lines: list[EventDict], event: str) -> EventDict:
    return next(each for each in lines if each["event"] == event)
