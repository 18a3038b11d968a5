"""A ledger under everything that may happen to renders, beside what must be true of it.

What was delivered is reckoned apart: by the texts of frozen campaigns and cells, without digests.
"""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.plans import UNLIMITED, Limits, set_limits, set_service_plan
from app.billing.usage import Usage
from app.renders.cancelling import cancel_renders, retry_renders
from app.renders.changes import Which
from app.renders.endings import (
    FinishedVideo,
    Trace,
    cancel_render,
    complete_render,
    fail_attempt,
)
from app.renders.leases import Claim
from app.renders.models import Render
from app.renders.plan_wait import let_in
from app.renders.requests import NothingToRender
from app.renders.retries import Fault
from app.viewer.erasing import erase_lead
from tests.cast import Cast
from tests.renders.claims import add_worker, take_next
from tests.renders.films import FACECAM_S, make_film, press_render, set_campaign, set_lead
from tests.renders.ledger_checks import Shown, check_reserves, check_sums, scenes_shown
from tests.used import used_now

Act = Callable[[AsyncSession], Awaitable[Any]]
PAGES = [f"https://lead{number}.example.com/" for number in range(3)]
LOOKS: list[dict[str, Any]] = [{}, {"corner": "top-left"}]
HOMES = ["https://example.com/", "https://example.com/other"]
TRACE = Trace()
LOST = Fault("worker_lost", "It is gone.")


class Crash(Exception):
    """The process ends before it commits."""


@dataclass
class LedgerWorld:
    """One workspace. `delivered`: what finished videos showed, each once, in seconds; `used_then`:
    what was used when the plan changed, which may be more than the plan has."""

    cast: Cast
    chance: random.Random
    campaigns: list[UUID] = field(default_factory=list)
    taken: list[Claim] = field(default_factory=list)
    delivered: dict[tuple[Any, ...], float] = field(default_factory=dict)
    finished: list[tuple[UUID, str]] = field(default_factory=list)
    limits: Limits = UNLIMITED.limits
    used_then: Usage = field(default_factory=lambda: Usage(0, 0.0))
    done: list[str] = field(default_factory=list)

    async def begin(self) -> None:
        await add_worker(self.cast.site.database, slots=3)
        for _ in range(2):
            self.campaigns.append(await make_film(self.cast, 4))
        for campaign_id in self.campaigns:
            for row in range(2, 6):
                await self._edit_lead(campaign_id, row)
            await press_render(self.cast, campaign_id)

    async def step(self) -> None:
        """Something happens, and all is as it must be."""
        try:
            await self._something()
            await self.check()
        except Exception as error:
            error.add_note(f"after {self.done}")
            raise

    async def at_once(self, *, people: int, steps: int) -> None:
        """So many do so much side by side, each on a connection of its own."""

        async def person() -> None:
            for _ in range(steps):
                await self._something(at_once=True)

        await self.change_plan()
        async with asyncio.TaskGroup() as group:
            for _ in range(people):
                group.create_task(person())
        await self.check()

    async def _something(self, *, at_once: bool = False) -> None:
        acts = {
            self.press: 4, self.take: 8, self.complete: 8, self.fail: 3, self.cancel: 2,
            self.retry: 2, self.edit: 2, self.change_plan: int(not at_once), self.lose: 1,
            self.cancel_taken: 1, self.erase: 0.3 * (not at_once),
        }  # fmt: skip
        act = self.chance.choices([*acts], [*acts.values()])[0]
        self.done.append(act.__name__)
        await act()

    async def press(self) -> None:
        campaign_id = self.chance.choice(self.campaigns)
        which: Which = self.chance.choice(["all", "missing", "changed"])
        with contextlib.suppress(NothingToRender):
            await press_render(self.cast, campaign_id, which=which)

    async def take(self) -> None:
        self.taken += await take_next(self.cast.site.database)

    async def complete(self) -> None:
        if (claim := self._one_taken()) is None:
            return
        scenes = await self._scenes(claim.render_id)
        stood_in = [scene is None or self.chance.random() < 0.2 for scene in scenes]
        report = {"scenes": [{"used_fallback": each} for each in stood_in]}
        video = FinishedVideo({}, report, FACECAM_S)
        if await self._act(lambda session: complete_render(session, claim, video, TRACE)):
            await self._note_finished(claim.render_id)
            for scene, is_fallback in zip(scenes, stood_in, strict=True):
                if scene is not None and not is_fallback:
                    self.delivered[scene[0]] = scene[1]

    async def fail(self) -> None:
        if claim := self._one_taken():
            fault = Fault("x", "It failed.", permanent=self.chance.random() < 0.6)
            await self._act(lambda session: fail_attempt(session, claim, "failed", fault, TRACE))

    async def lose(self) -> None:
        if claim := self._one_taken():
            await self._act(lambda session: fail_attempt(session, claim, "lost", LOST, TRACE))

    async def cancel(self) -> None:
        which = self.chance.choice(
            [Render.row <= self.chance.randint(2, 5), Render.campaign_id == self.campaigns[0]]
        )
        await self._act(lambda session: cancel_renders(session, which))

    async def cancel_taken(self) -> None:
        if claim := self._one_taken():
            await self._act(lambda session: cancel_render(session, claim, TRACE))

    async def retry(self) -> None:
        row = self.chance.randint(2, 5)
        await self._act(lambda session: retry_renders(session, Render.row >= row))

    async def edit(self) -> None:
        campaign_id = self.chance.choice(self.campaigns)
        if self.chance.random() < 0.6:
            await self._edit_lead(campaign_id, self.chance.randint(2, 5))
            return
        first_s = self.chance.choice([10.0, 12.0])
        scenes = [
            {"id": "home", "url": self.chance.choice(HOMES), "duration_s": first_s},
            {
                "id": "site", "csv_column": "Website", "duration_s": 20.0 - first_s,
                "fallback_url": "https://example.com/else",
            },
        ]  # fmt: skip
        await set_campaign(self.cast, campaign_id, scenes=scenes, bubble=self.chance.choice(LOOKS))

    async def change_plan(self) -> None:
        chosen = Limits(3, self.chance.choice([None, 4, 9]), self.chance.choice([None, 1, 2]))

        async def change(session: AsyncSession) -> bool:
            await set_service_plan(session, sells=True)
            await set_limits(session, chosen, plan_key="free")
            await let_in(session)
            return True

        self.used_then = await self._used()
        if await self._act(change):
            self.limits = chosen

    async def erase(self) -> None:
        """A lead has its data deleted: what was used stays used, and which pages it had is unknown,
        so that they are paid again when they are asked for again."""
        renders = await self._renders()
        if not renders:
            return
        public_id = self.chance.choice(sorted({render.public_id for render in renders}))
        own: set[Any] = set()
        others: set[Any] = set()
        for render in renders:
            shown = {scene[0] for scene in await self._scenes(render.id) if scene is not None}
            (own if render.public_id == public_id else others).update(shown)

        async def erase(session: AsyncSession) -> bool:
            await erase_lead(session, public_id)
            return True

        if await self._act(erase):
            for key in own - others:
                if key[1] in PAGES and key in self.delivered:
                    self.delivered[(*key, public_id)] = self.delivered.pop(key)

    async def end(self) -> None:
        """Nothing is left to be done."""
        await self._act(lambda session: cancel_renders(session, Render.row > 3), crash=0)
        self.limits = UNLIMITED.limits
        await self._act(lambda session: set_limits(session, self.limits), crash=0)
        while True:
            await self._act(let_in, crash=0)
            await self._pass_time()
            await self.take()
            if not self.taken:
                break
            while self.taken:
                await self.complete()
        await self.check()
        async with self._session() as session:
            await check_sums(session, sum(self.delivered.values()), self.finished)

    async def check(self) -> None:
        """What must be true at any moment."""
        async with self._session() as session:
            await check_reserves(session)
            used = await used_now(session)
        if (videos := self.limits.videos_per_month) is not None:
            assert used.videos <= max(videos, self.used_then.videos)
        if (minutes := self.limits.minutes_per_month) is not None:
            assert used.seconds <= max(minutes * 60.0, self.used_then.seconds) + 1e-3

    async def _act(self, act: Act, *, crash: float = 0.15) -> Any:
        """Done, or begun and given up before its end; None then."""
        try:
            async with self._session() as session:
                done = await act(session)
                if self.chance.random() < crash:
                    self.done.append("crash")
                    raise Crash
        except Crash:
            return None
        return done

    async def _note_finished(self, render_id: UUID) -> None:
        async with self._session() as session:
            render = await session.get_one(Render, render_id)
            assert render.state == "completed"
            self.finished.append((render_id, render.public_id))

    def _one_taken(self) -> Claim | None:
        """Of which its worker knows; another may have ended it meanwhile."""
        if not self.taken:
            return None
        claim = self.chance.choice(self.taken)
        if self.chance.random() < 0.9:
            self.taken.remove(claim)
        return claim

    async def _scenes(self, render_id: UUID) -> list[Shown | None]:
        async with self._session() as session:
            return await scenes_shown(session, render_id)

    async def _renders(self) -> list[Render]:
        async with self._session() as session:
            return list(await session.scalars(select(Render)))

    async def _edit_lead(self, campaign_id: UUID, row: int) -> None:
        page = self.chance.choice([*PAGES, *PAGES, ""])
        await set_lead(self.cast, campaign_id, row, cells=["Lead", "l@example.com", page, ""])

    async def _used(self) -> Usage:
        async with self._session() as session:
            return await used_now(session)

    async def _pass_time(self) -> None:
        """Waits are over, and who still works on a render has died."""
        self.taken.clear()
        async with self._session() as session:
            await session.execute(text("update render_jobs set run_at = now() - interval '1 hour'"))
            working = await session.execute(
                text(
                    "select workspace_id, campaign_id, render_id, attempts from render_jobs "
                    "where lease_until is not null"
                )
            )
            for row in working.all():
                await fail_attempt(session, Claim(*row), "stopped", LOST, TRACE)

    def _session(self) -> Any:
        return self.cast.site.database.session(workspace_id=self.cast.acme.id)
