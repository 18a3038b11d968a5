"""A team with a small campaign whose videos are really made: a site, a clip, a queue, a worker."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from saq import Queue
from saq.queue.redis import RedisQueue
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.accounts.sign_in import get_or_create_user
from app.campaigns.models import Campaign, Lead
from app.db.base import new_id
from app.facecams.models import Facecam
from app.jobs.queue import send_jobs
from app.jobs.render_station import Station
from app.jobs.render_wire import Wire
from app.jobs.render_worker import run_renders
from app.jobs.services import Services
from app.jobs.worker import run_worker
from app.renders.models import Render, RenderAttempt, RenderJob
from app.renders.requests import request_renders
from app.storage.interface import UNKNOWN_TYPE, Storage
from app.workspaces.models import Workspace
from app.workspaces.service import create_workspace
from tests.pipeline.small_render import CLIP_S, SmallSite, small_clip

WAITS_AT_MOST_S = 30.0
ENGINE_WAITS_S = 180.0  # it is the last to get the processor
HEADERS = ["Name", "Site"]
OUTPUT = {"width": 320, "height": 180, "fps": 30, "preset": "superfast", "page_load_wait_ms": 300}
BUBBLE = {"width": 64, "margin": 8, "border": 2}


@dataclass
class Stage:
    """Everything a worker needs, and what a test asks for."""

    services: Services
    app_url: str
    owner_url: str
    queue: Queue
    site: SmallSite
    workspace: Workspace
    campaign_id: UUID
    facecam_id: UUID
    hurry: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def worker(
        self, *, storage: Storage | None = None, **settings: Any
    ) -> AsyncIterator[Station]:
        """A worker of this process, as `loomlite worker` runs one."""
        services = replace(
            self.services,
            settings=replace(self.services.settings, **settings),
            storage=storage or self.services.storage,
        )
        async with (
            run_worker(self.queue, services),
            run_renders(self.queue, services, self.app_url, self.hurry) as station,
        ):
            yield station

    @asynccontextmanager
    async def present(self) -> AsyncIterator[None]:
        """A worker that is there and takes nothing."""
        station = Station(self.services, Wire(self.app_url), 2)
        await station.say_present()
        yield
        await station.leave()
        await station.wire.close()

    async def lose_every_job(self) -> None:
        """As when Redis is flushed."""
        if isinstance(self.queue, RedisQueue):
            await self.queue.redis.flushall()
            return
        async with await psycopg.AsyncConnection.connect(self.owner_url) as connection:
            await connection.execute("delete from saq_jobs")

    async def press(self, *paths: str) -> list[UUID]:
        """Renders of one lead each, whose own page has this path on the site."""
        async with self.services.database.session(workspace_id=self.workspace.id) as session:
            campaign = await session.scalar(
                select(Campaign)
                .where(Campaign.id == self.campaign_id)
                .options(selectinload(Campaign.facecam))
            )
            assert campaign is not None
            leads = [
                Lead(
                    id=new_id(),
                    workspace_id=self.workspace.id,
                    campaign_id=campaign.id,
                    row=number,
                    state="good",
                    name=f"Lead {number}",
                    cells=[f"Lead {number}", self.site.url(path)],
                )
                for number, path in enumerate(paths, start=2)
            ]
            session.add_all(leads)
            await session.flush()
            ids = [lead.id for lead in leads]
            requested = await request_renders(session, self.workspace, None, campaign, ids)
            assert requested.videos == len(paths)
            renders = await session.scalars(
                select(Render.id).where(Render.batch_id == requested.batch_id).order_by(Render.row)
            )
            return list(renders)

    async def render(self, render_id: UUID) -> Render:
        async with self.services.database.session(workspace_id=self.workspace.id) as session:
            return await session.get_one(Render, render_id)

    async def job(self, render_id: UUID) -> RenderJob | None:
        async with self.services.database.session(workspace_id=self.workspace.id) as session:
            return await session.get(RenderJob, render_id)

    async def attempts(self, render_id: UUID) -> list[RenderAttempt]:
        async with self.services.database.session(workspace_id=self.workspace.id) as session:
            found = await session.scalars(
                select(RenderAttempt)
                .where(RenderAttempt.render_id == render_id)
                .order_by(RenderAttempt.number)
            )
            return list(found)

    async def reaches(self, render_id: UUID, *states: str) -> Render:
        """The render, once it is in one of the states."""
        found: list[Render] = []

        async def reached() -> bool:
            found[:] = [await self.render(render_id)]
            return found[0].state in states

        await eventually(reached)
        return found[0]

    def stored(self, render: Render) -> dict[str, Path]:
        """The files of its video, as the local storage keeps them."""
        folder = self.services.settings.media_folder
        return {name: folder / each["key"] for name, each in render.files.items()}


async def eventually(
    condition: Callable[[], Awaitable[bool]], within_s: float = ENGINE_WAITS_S
) -> None:
    """Returns once it holds. The engine needs the processor more than this does."""
    async with asyncio.timeout(within_s):
        while not await condition():  # noqa: ASYNC110 - rows tell nobody
            await asyncio.sleep(0.05)


async def build_stage(
    services: Services, app_url: str, owner_url: str, queue: Queue, site: SmallSite, folder: Path
) -> Stage:
    """Acme with its facecam stored and a campaign of two scenes, of which one is shared."""
    database = services.database

    async def send(jobs: Any) -> None:
        await send_jobs(queue, jobs)

    database.send_jobs = send
    settings = replace(services.settings, allow_addresses=(site.address,), render_slots=2)
    services = replace(services, settings=settings)
    async with database.session() as session:
        person = await get_or_create_user(session, "ann@example.com", name="Ann")
    async with database.session(user_id=person.id) as session:
        workspace = await create_workspace(session, person, "Acme", "acme")
    facecam = Facecam(
        id=new_id(), workspace_id=workspace.id, name="Hello", state="ready",
        file_name="facecam.mp4", size_bytes=1, duration_s=float(CLIP_S),
    )  # fmt: skip
    campaign = Campaign(
        id=new_id(), workspace_id=workspace.id, name="Spring", state="ready",
        facecam_id=facecam.id, output=OUTPUT, bubble=BUBBLE, leads_state="ready", good_leads=1,
        lead_columns={"headers": HEADERS, "name": ["Name"], "email": None, "company": None},
        scenes=[
            {"id": "theirs", "csv_column": "Site", "duration_s": 1.0},
            {"id": "ours", "url": site.url("ours"), "duration_s": 1.0},
        ],
    )  # fmt: skip
    async with database.session(workspace_id=workspace.id) as session:
        session.add(facecam)
        await session.flush()
        session.add(campaign)
    await services.storage.put_file(facecam.clip_key, small_clip(folder), UNKNOWN_TYPE)
    return Stage(services, app_url, owner_url, queue, site, workspace, campaign.id, facecam.id)
