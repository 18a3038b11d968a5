"""The demo's visits: made up from a few kinds of visitors, marked as samples, put there once.

They go the way of real ones, from the inbox to every figure; nobody opened these pages.
"""

import asyncio
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import structlog
from sqlalchemy import exists, select
from sqlalchemy.exc import SQLAlchemyError

from app.analytics.samples import SampleVisit, put_samples
from app.db.base import new_id, now
from app.errors import LoomliteError
from app.jobs.services import Services
from app.models import Render, Visit
from app.viewer.events import Event
from app.viewer.page_tokens import PageToken
from app.viewer.visit_checks import Sign
from app.viewer.visit_signs import Seen

log = structlog.get_logger()

MARK = "demo-visits"  # in LOOMLITE_VAR: a team that removed them does not find them again
LOOK_EVERY_S = 2.0
ENDED = ("completed", "failed", "cancelled")
DAYS = 24
SEED = 20_261_128
RANGE_S = 10  # pages tell what was watched in such pieces
PLACES = ("mail.google.com", "outlook.office.com", "", "", "www.linkedin.com")
DEVICES = (("computer", "Chrome"), ("computer", "Edge"), ("phone", "Safari"), ("phone", "Chrome"))


@dataclass(frozen=True)
class Visitor:
    """What somebody does on one visit. `watched`: pieces of the video as shares of its length."""

    watched: Sequence[tuple[float, float]] = ()
    unmutes: bool = True
    clicks: bool = False
    books: bool = False
    sign: Sign = ""
    is_team: bool = False
    is_fetched: bool = False  # and never in sight


WHOLE = ((0.0, 1.0),)
GLANCE, HALFWAY = Visitor(((0.0, 0.12),), unmutes=False), Visitor(((0.0, 0.55),))
ALL, AGAIN = Visitor(WHOLE), Visitor((*WHOLE, (0.3, 0.65)), clicks=True)
BOOKS = Visitor((*WHOLE, (0.55, 0.9)), clicks=True, books=True)
LOOKS, LEAVES = Visitor(), Visitor(((0.0, 0.34),))
SCANNER, FARM = Visitor(sign="agent", is_fetched=True), Visitor(sign="data_centre", unmutes=False)
TEAM, FETCHED = Visitor(((0.0, 0.2),), is_team=True), Visitor(is_fetched=True)

# For each lead in turn what its visits were, the first one days ago.
STORIES = (
    (SCANNER, GLANCE, ALL, AGAIN),
    (SCANNER, FARM, LOOKS, LEAVES, HALFWAY),
    (FETCHED, ALL, BOOKS, HALFWAY, AGAIN),
    (SCANNER, LOOKS, GLANCE, TEAM),
    (FARM, LEAVES, HALFWAY, ALL),
)


async def show_sample_visits(services: Services, workspace_id: UUID, campaign_id: UUID) -> None:
    """Once every video of the campaign has ended, its links have been visited; at the first start
    alone, and not where somebody visited one before."""
    mark = services.settings.var_folder / MARK
    if await asyncio.to_thread(mark.exists):
        return
    try:
        while not await put_when_ready(services, workspace_id, campaign_id, mark):  # noqa: ASYNC110
            await asyncio.sleep(LOOK_EVERY_S)
    except (LoomliteError, SQLAlchemyError, OSError) as error:
        log.warning("demo.no_sample_visits", reason=str(error))


async def put_when_ready(
    services: Services, workspace_id: UUID, campaign_id: UUID, mark: Path
) -> bool:
    """False while videos are under way; else they have been visited, unless somebody was there."""
    async with services.database.session(workspace_id=workspace_id) as session:
        renders = list(
            await session.scalars(
                select(Render)
                .where(Render.campaign_id == campaign_id, Render.is_latest)
                .order_by(Render.row)
            )
        )
        if not renders or any(each.state not in ENDED for each in renders):
            return False
        if not await session.scalar(select(exists().select_from(Visit))):
            visits = list(sample_visits([each for each in renders if each.is_current], now()))
            await put_samples(session, visits)
            log.info("demo.sample_visits", visits=len(visits))
    await asyncio.to_thread(mark.touch)
    return True


def sample_visits(renders: Sequence[Render], until: datetime) -> Iterator[SampleVisit]:
    """The same ones for the same videos, from DAYS ago up to an hour ago."""
    chance = random.Random(SEED)  # noqa: S311
    for number, render in enumerate(renders):
        story = STORIES[number % len(STORIES)]
        began = until - timedelta(days=DAYS - 3.5 * (number % 5))
        for step, visitor in enumerate(story):
            # The first moments of a story are the scanners': seconds after the letter came.
            share = step / len(story) + (chance.random() * 0.4 / len(story) if step else 0)
            at = began + (until - timedelta(hours=1) - began) * share
            yield _visit(render, visitor, at, chance)


def _visit(
    render: Render, visitor: Visitor, opened_at: datetime, chance: random.Random
) -> SampleVisit:
    device, browser = chance.choice(DEVICES)
    is_program = visitor.sign == "agent"
    return SampleVisit(
        page=PageToken(
            render.workspace_id,
            render.campaign_id,
            render.id,
            new_id(),
            render.public_id,
            opened_at,
            render.duration_s or 0.0,
            is_team=visitor.is_team,
        ),
        seen=Seen(
            "",
            visitor.sign,
            False,
            "" if is_program else device,
            "" if is_program else browser,
            "" if visitor.sign else chance.choice(PLACES),
        ),
        events=[] if visitor.is_fetched else _events(visitor, render.duration_s or 0.0, chance),
    )


def _events(visitor: Visitor, length_s: float, chance: random.Random) -> list[Event]:
    """What the page told, each at the time at which it can have happened."""
    at_s = 1.0
    told: list[tuple[str, float, float | None, float | None, int | None]] = [
        ("view", at_s, None, None, None)
    ]
    for n, (begin, end) in enumerate(visitor.watched):
        at_s += 1 + 3 * chance.random()
        told.append(("play", at_s, None, None, int(visitor.unmutes and not n)))
        if visitor.unmutes and not n:
            told.append(("unmute", at_s, None, None, None))
        # Nobody stops at the very same second, but for the end.
        stop = 1.0 if end == 1.0 else end * (0.9 + chance.random() / 5)
        from_s, to_s = begin * length_s, stop * length_s
        while from_s < to_s:
            piece_s = min(RANGE_S, to_s - from_s)
            at_s += piece_s
            told.append(("range", at_s, from_s, from_s + piece_s, None))
            from_s += piece_s
        told.append(
            ("end", at_s, None, None, None) if stop == 1.0 else ("pause", at_s, to_s, None, None)
        )
    if visitor.clicks:
        at_s += 4
        told.append(("action", at_s, None, None, 0))
    if visitor.books:
        told += [("shown", at_s + 2, None, None, None), ("booking", at_s + 40, None, None, None)]
    return [
        Event(round(at * 1000), number, kind, from_s, to_s, detail)
        for number, (kind, at, from_s, to_s, detail) in enumerate(told)
    ]
