"""Measures how long admission takes beside a large ledger: the claim, and the room of the plan."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any

import psycopg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.bench.billing_seed import LedgerSeeded, LedgerSize, add_asked, fill_ledger
from app.bench.figures import Figure, Goal
from app.bench.web_bed import WebBed
from app.bench.web_rounds import Say
from app.billing.plans import Limits, set_limits
from app.db.session import Database, open_engine
from app.errors import LoomliteError
from app.jobs.dispatch import claim
from app.renders.plan_room import find_room
from app.renders.plan_wait import let_in

# One slot is free, and what was claimed before waits again.
_READY = """
with back as (
  update render_jobs set lease_until = null where lease_until is not null
)
insert into render_workers (id, name, slots, started_at, seen_at, is_stopping)
values ('00000000-0000-0000-0000-000000000001', 'bench', 1, now(), now(), false)
on conflict (id) do update set seen_at = now()
"""

Work = Callable[[AsyncSession], Awaitable[Any]]


class NothingAdmitted(LoomliteError):
    """There was no room where there must be some, or nothing that waits; `str()` says for what."""


@dataclass(frozen=True)
class Effort:
    """How much is done; the goals hold for these."""

    size: LedgerSize = field(default_factory=LedgerSize)
    rounds: int = 200
    warm_up: int = 20


SMOKE = Effort(LedgerSize(lines=4_000, teams=20, used=50, waiting=20), rounds=4, warm_up=2)


@dataclass
class Admission:
    """Seconds of each round, by what was done."""

    lines: int = 0
    own_lines: int = 0
    took_s: dict[str, list[float]] = field(default_factory=dict)


async def measure_admission(bed: WebBed, effort: Effort, say: Say) -> Admission:
    """All of it."""
    say(f"Filling a ledger with {effort.size.lines:,} lines")
    fill_ledger(bed, effort.size)
    database = Database(open_engine(bed.urls.app_url))
    seeded = await add_asked(database, bed, effort.size)
    say(f"{seeded.lines:,} lines are there; asking for room")
    taken = Admission(seeded.lines, 2 * effort.size.used)
    for number in range(effort.warm_up + effort.rounds):
        # The owner of an embedded database sees all rows.
        with psycopg.connect(bed.urls.owner_url, autocommit=True) as connection:
            connection.execute(_READY)
        found = await _round(database, seeded, videos=effort.size.used + number + 1)
        if number >= effort.warm_up:
            for name, took_s in found.items():
                taken.took_s.setdefault(name, []).append(took_s)
    await database.close()
    return taken


def admission_figures(taken: Admission) -> list[Figure]:
    """Every row, in the order of the goals."""
    ledger = f"{taken.lines:,} lines in the ledger"
    own = f"{taken.own_lines:,} lines of the workspace in its period"
    return [
        _figure(taken, "claim", f"a render admitted by a dispatcher, {ledger}", "", Goal(5)),
        _figure(taken, "room", "its limit check: what the plan has room for", own, Goal(5)),
        _figure(taken, "let_in", "a render let in: room, price, reserve, news", own, None),
    ]


def _figure(taken: Admission, name: str, what: str, beside: str, goal: Goal | None) -> Figure:
    took_ms = [took_s * 1000 for took_s in taken.took_s[name]]
    nothing_ms = median(taken.took_s["nothing"]) * 1000
    told = [
        *([beside] if beside else []),
        f"p95 {quantiles(took_ms, n=20)[-1]:.1f} ms",
        f"{nothing_ms:.1f} ms for a transaction that asks nothing",
        f"{len(took_ms)} times",
    ]
    return Figure(what, [median(took_ms)], "ms", goal, "; ".join(told))


async def _round(database: Database, seeded: LedgerSeeded, *, videos: int) -> dict[str, float]:
    """Each once, in seconds with its commit; the plan has room for `videos`, one of them left."""
    workspace_id = seeded.team.workspace_id
    async with database.session(workspace_id=workspace_id) as session:
        limits = Limits(seeded.limits.concurrent_renders, videos, seeded.limits.minutes_per_month)
        await set_limits(session, limits, plan_key="business")

    async def in_workspace(work: Work) -> Any:
        async with database.session(workspace_id=workspace_id) as session:
            return await work(session)

    return {
        "nothing": await _timed("nothing", in_workspace(_nothing)),
        "room": await _timed("room", in_workspace(find_room)),
        "claim": await _timed("claim", claim(database)),
        "let_in": await _timed("let_in", in_workspace(let_in)),
    }


async def _timed(name: str, work: Awaitable[Any]) -> float:
    began = time.perf_counter()
    done = await work
    took_s = time.perf_counter() - began
    if not done:
        raise NothingAdmitted(name)
    return took_s


async def _nothing(session: AsyncSession) -> Any:
    return await session.scalar(text("select 1"))
