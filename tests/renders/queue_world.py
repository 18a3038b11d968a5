"""A queue of renders with workers and limits, filled by plain SQL, and dispatchers that claim."""

import random
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import text

from app.billing.plans import UNLIMITED
from app.db.base import new_id
from app.db.session import Database
from app.renders.admission import claim_renders
from app.renders.leases import Claim

_RENDERS = """
with made as (
  insert into renders (id, created_at, workspace_id, campaign_id, batch_id, public_id, row, name,
    email, company, cells, campaign_digest, lead_digest, state, is_latest, is_current, error_code,
    error, files)
  select gen_random_uuid(), now(), %(workspace_id)s, %(campaign_id)s, %(batch_id)s,
    left(md5(random()::text), 16), number, '', '', '', '[]', '', '', 'queued', true, false, '', '',
    '{}'
  from generate_series(1, %(count)s) number returning id, row
)
insert into render_jobs (workspace_id, campaign_id, render_id, run_at, failures)
select %(workspace_id)s, %(campaign_id)s, id, now() + make_interval(secs => %(after_s)s),
  (%(after_s)s > 0)::int
from made order by row returning render_id
"""

# What must hold while the lock of the admission is held: others can only end renders meanwhile.
_RUNNING = text(
    "select workspace_id, count(*) from render_jobs where lease_until is not null group by 1"
)
_PASSED_OVER = text(
    "select count(*) from render_jobs waiting join render_jobs taken using (workspace_id) "
    "where taken.render_id = any(:claimed) and waiting.lease_until is null "
    "and waiting.run_at <= now() and waiting.position < taken.position"
)
_TOO_EARLY = text(
    "select count(*) from render_jobs where render_id = any(:claimed) and run_at > now() "
    "and failures > 0"
)
_WAITING = text(
    "select distinct workspace_id from render_jobs where lease_until is null and run_at <= now()"
)


@dataclass
class QueueWorld:
    """What the rows say in numbers, and every claim there was, in its order."""

    owner_url: str
    database: Database
    slots: int = 0
    at_most: int | None = None
    limits: dict[UUID, int] = field(default_factory=dict)
    places: dict[UUID, tuple[UUID, UUID]] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)
    running: dict[UUID, Claim] = field(default_factory=dict)
    ended: int = 0
    turns_checked: int = 0

    @property
    def room(self) -> int:
        return self.slots if self.at_most is None else min(self.slots, self.at_most)

    def add_workers(self, *slots: int) -> None:
        for number in slots:
            self._run(
                "insert into render_workers (id, name, slots, started_at) "
                "values (gen_random_uuid(), 'w', %s, now())", [number],
            )  # fmt: skip
            self.slots += number

    def change_workers(self, change: str) -> None:
        self._run(f"update render_workers set {change}", [])  # noqa: S608 - the tests' own words

    def add_team(self, concurrent: int | None = None) -> UUID:
        """A workspace with an empty campaign; without a number it has the plan's own."""
        team, campaign, batch = new_id(), new_id(), new_id()
        ids = {"team": team, "campaign": campaign, "batch": batch, "slug": f"t{team.hex[-12:]}"}
        self._run(
            "insert into workspaces (id, created_at, slug, name, accent, background) "
            "values (%(team)s, now(), %(slug)s, 'Team', '#5b3fd6', '#ffffff')", ids,
        )  # fmt: skip
        self._run(
            "insert into campaigns (id, created_at, updated_at, workspace_id, name, state, fit, "
            "scenes, output, bubble, lead_columns, leads_file_name, leads_state, leads_problem, "
            "leads_import, good_leads, bad_leads, skipped_leads) values (%(campaign)s, now(), "
            "now(), %(team)s, 'C', 'ready', 'scale', '[]', '{}', '{}', '{}', '', 'ready', '', "
            "'{}', 0, 0, 0)", ids,
        )  # fmt: skip
        self._run(
            "insert into render_batches (id, created_at, workspace_id, campaign_id, campaign, "
            "videos) values (%(batch)s, now(), %(team)s, %(campaign)s, '{}', 0)", ids,
        )  # fmt: skip
        if concurrent is not None:
            self._run(
                "insert into plan_limits (workspace_id, plan_key, concurrent_renders, changed_at) "
                "values (%s, 'unlimited', %s, now())", [team, concurrent],
            )  # fmt: skip
        self.limits[team] = concurrent or UNLIMITED.limits.concurrent_renders
        self.places[team] = (campaign, batch)
        return team

    def add_renders(self, team: UUID, count: int, *, after_s: float = 0) -> list[UUID]:
        """Waiting renders, the oldest first; they may be claimed `after_s` from now."""
        campaign, batch = self.places[team]
        values = {
            "workspace_id": team,
            "campaign_id": campaign,
            "batch_id": batch,
            "count": count,
            "after_s": after_s,
        }
        return [row[0] for row in self._run(_RENDERS, values)]

    def end(self, render_id: UUID) -> None:
        """As a render ends: its slot is free."""
        self.running.pop(render_id)
        self.ended += 1
        self._run("delete from render_jobs where render_id = %s", [render_id])

    def put_back(self, render_id: UUID, after_s: float) -> None:
        """As a render whose try failed: it waits in its old place."""
        self.running.pop(render_id)
        self.ended += 1
        self._run(
            "update render_jobs set lease_until = null, failures = failures + 1, "
            "run_at = now() + make_interval(secs => %s) where render_id = %s", [after_s, render_id],
        )  # fmt: skip

    def waiting(self) -> int:
        query = "select count(*) from render_jobs where lease_until is null"
        return int(self._run(query, [])[0][0])

    async def claim(self) -> list[Claim]:
        """What a dispatcher does, and what must hold after it, still within its transaction."""
        async with self.database.session(every_workspace=True) as session:
            ended = self.ended
            claims = await claim_renders(session, at_most=self.at_most)
            if claims:
                await self._check_limits(session, claims)
                await self._check_turns(session, claims, ended)
        for claim in claims:
            assert claim.render_id not in self.running, "a render was claimed twice"
            self.running[claim.render_id] = claim
        self.claims += claims
        return claims

    async def _check_limits(self, session: Any, claims: list[Claim]) -> None:
        running = await _count_running(session)
        assert sum(running.values()) <= self.room, "more are running than there are slots"
        for team, number in running.items():
            assert number <= self.limits[team], "a team has more running than its plan allows"
        claimed = {"claimed": [claim.render_id for claim in claims]}
        assert await session.scalar(_PASSED_OVER, claimed) == 0, "an older one was passed over"
        assert await session.scalar(_TOO_EARLY, claimed) == 0, "its wait was not over"

    async def _check_turns(self, session: Any, claims: list[Claim], ended: int) -> None:
        running, waiting = await _count_running(session), list(await session.scalars(_WAITING))
        if self.ended != ended:
            return  # these are no longer the numbers that the claim went by
        self.turns_checked += 1
        for team in waiting:
            if running.get(team, 0) < self.limits[team]:
                served = max(running[claim.workspace_id] for claim in claims)
                assert running.get(team, 0) + 1 >= served, "a team got more while another waited"

    def _run(self, query: str, values: Any) -> list[Any]:
        with psycopg.connect(self.owner_url, autocommit=True) as connection:
            done = connection.execute(query, values)
            return done.fetchall() if done.description else []


async def _count_running(session: Any) -> dict[UUID, int]:
    return {row[0]: row[1] for row in await session.execute(_RUNNING)}


def some_world(owner_url: str, database: Database, chance: random.Random) -> QueueWorld:
    """One to five teams with lists of all lengths, one to four workers, any limit."""
    world = QueueWorld(owner_url, database)
    world.add_workers(*(chance.randint(1, 4) for _ in range(chance.randint(1, 4))))
    world.at_most = chance.choice([None, None, 1, 3, 6])
    for _ in range(chance.randint(1, 5)):
        team = world.add_team(chance.choice([None, 1, 2, 3, 9]))
        world.add_renders(team, chance.choice([1, 2, 5, 12, 25]))
        if chance.random() < 0.4:
            world.add_renders(team, chance.randint(1, 3), after_s=chance.uniform(0.0, 0.3))
    return world
