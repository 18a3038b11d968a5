"""The sweep: what is over is gone, what is stuck is asked for again, the rest stays as it is."""

import asyncio
import os
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from saq import Queue
from sqlalchemy import func, select
from sqlalchemy.exc import ProgrammingError

from app.accounts.models import EmailLink, OauthAttempt, RateCount, User
from app.accounts.sign_in import get_or_create_user
from app.billing.stripe_models import ReceivedEvent
from app.campaigns.models import Campaign
from app.db.base import Base, now
from app.db.embedded import EmbeddedDatabase
from app.db.session import Database
from app.db.tenancy import enter_workspace
from app.facecams.models import Facecam
from app.jobs import upkeep
from app.jobs.catalogue import IMPORT_LEADS, POLICIES, PREPARE_FACECAM, SWEEP
from app.jobs.services import Services
from app.jobs.upkeep import sweep
from app.jobs.worker import run_worker
from app.workspaces.models import Workspace
from app.workspaces.service import create_workspace
from tests.jobs.conftest import until
from tests.postgres import SentJobs

DAY = timedelta(days=1)


@pytest.fixture
async def person(own_database: Database) -> User:
    async with own_database.session() as session:
        return await get_or_create_user(session, "ann@example.com", name="Ann")


async def _workspace(database: Database, person: User, slug: str) -> Workspace:
    async with database.session(user_id=person.id) as session:
        return await create_workspace(session, person, slug.title(), slug)


async def _add(database: Database, workspace: Workspace, *rows: Base) -> None:
    async with database.session() as session:
        await enter_workspace(session, workspace.id)
        session.add_all(rows)


async def _count(database: Database, table: type[Base]) -> int:
    async with database.session(every_workspace=True) as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


def _facecam(workspace: Workspace, **values: Any) -> Facecam:
    return Facecam(
        workspace_id=workspace.id, name="Hello", file_name="hello.mp4", size_bytes=9, **values
    )


async def test_links_attempts_and_counts_that_ended_are_gone(
    services: Services, own_database: Database
) -> None:
    async with own_database.session() as session:
        for age, ends in ((30 * DAY, -29 * DAY), (timedelta(0), timedelta(minutes=15))):
            session.add(
                EmailLink(kind="sign_in", email="a@example.com", token_sha256=os.urandom(32),
                          created_at=now() - age, expires_at=now() + ends)
            )  # fmt: skip
            session.add(
                OauthAttempt(provider="google", state_sha256=os.urandom(32),
                             browser_sha256=b"b", values={}, expires_at=now() + ends)
            )  # fmt: skip
            session.add(RateCount(key="sign_in", window_start=now() - age, count=3))
    await sweep(services)
    for table in (EmailLink, OauthAttempt, RateCount):
        assert await _count(own_database, table) == 1, table


async def test_campaigns_deleted_over_a_week_ago_are_gone_from_every_workspace(
    services: Services, own_database: Database, person: User
) -> None:
    for slug in ("acme", "other"):
        workspace = await _workspace(own_database, person, slug)
        kept = [
            Campaign(workspace_id=workspace.id, name="In use"),
            Campaign(workspace_id=workspace.id, name="Undo me", deleted_at=now() - 6 * DAY),
        ]
        # More than one batch of the purge.
        old = [
            Campaign(workspace_id=workspace.id, name="Old", deleted_at=now() - 8 * DAY)
            for _ in range(60)
        ]
        await _add(own_database, workspace, *kept, *old)
    await sweep(services)
    async with own_database.session(every_workspace=True) as session:
        names = await session.scalars(select(Campaign.name).order_by(Campaign.name))
        assert list(names) == ["In use", "In use", "Undo me", "Undo me"]


async def test_work_that_nobody_does_is_asked_for_again(
    services: Services, own_database: Database, person: User, sent_jobs: SentJobs
) -> None:
    workspace = await _workspace(own_database, person, "acme")
    stuck = _facecam(workspace, state="preparing", work_due_at=now() - DAY)
    at_work = _facecam(workspace, state="preparing", work_due_at=now() + DAY)
    reading: dict[str, Any] = {"id": str(uuid4()), "done": 0, "tries": 1, "name": "leads.csv"}
    silent = Campaign(workspace_id=workspace.id, leads_state="importing", leads_import=reading,
                      updated_at=now() - DAY)  # fmt: skip
    busy = Campaign(workspace_id=workspace.id, leads_state="importing", leads_import=reading)
    await _add(own_database, workspace, stuck, at_work, silent, busy)
    sent_jobs.clear()
    await sweep(services)
    asked = {(job.name, job.arguments.get("facecam_id") or job.arguments["campaign_id"])
             for job in sent_jobs}  # fmt: skip
    assert asked == {(PREPARE_FACECAM, str(stuck.id)), (IMPORT_LEADS, str(silent.id))}
    sent_jobs.clear()
    await sweep(services)
    assert sent_jobs == [], "what was asked for a moment ago is not stuck"


async def test_uploads_that_nobody_continued_are_gone(
    services: Services, own_database: Database, person: User
) -> None:
    workspace = await _workspace(own_database, person, "acme")
    begun = _facecam(workspace, created_at=now() - timedelta(hours=1))
    forgotten = _facecam(workspace, created_at=now() - 30 * DAY)
    await _add(own_database, workspace, begun, forgotten)
    await sweep(services)
    async with own_database.session(every_workspace=True) as session:
        assert list(await session.scalars(select(Facecam.id))) == [begun.id]


async def test_a_sweep_that_fails_in_one_part_does_the_others(
    services: Services, own_database: Database, own_urls: EmbeddedDatabase, person: User
) -> None:
    workspace = await _workspace(own_database, person, "acme")
    old = Campaign(workspace_id=workspace.id, name="Old", deleted_at=now() - 8 * DAY)
    await _add(own_database, workspace, old)
    with psycopg.connect(own_urls.owner_url) as connection:
        connection.execute("drop table oauth_attempts")
    with pytest.raises(ProgrammingError, match="oauth_attempts"):
        await sweep(services)
    assert await _count(own_database, Campaign) == 0


async def test_a_part_that_takes_too_long_is_ended_and_those_for_money_come_before_it(
    services: Services,
    own_database: Database,
    own_urls: EmbeddedDatabase,
    person: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert 8 * upkeep.SHARE_S < upkeep.ALL_AT_MOST_S < POLICIES[SWEEP].timeout_s
    for name in ("SHARE_S", "ALL_AT_MOST_S"):
        monkeypatch.setattr(upkeep, name, 8)
    workspace = await _workspace(own_database, person, "acme")
    old = Campaign(workspace_id=workspace.id, name="Old", deleted_at=now() - 8 * DAY)
    await _add(own_database, workspace, old)
    then = now() - 100 * DAY
    event = ReceivedEvent(
        id="evt_1", type="customer.updated", happened_at=then, received_at=then, done_at=then
    )
    await _add(own_database, workspace, event)

    async def are_events_swept() -> bool:
        return await _count(own_database, ReceivedEvent) == 0

    # Another session holds what the part for accounts waits for, until all is over.
    with psycopg.connect(own_urls.owner_url) as connection:
        connection.execute("lock table oauth_attempts")
        sweeping = asyncio.create_task(sweep(services))
        await until(are_events_swept)
        assert await _count(own_database, Campaign) == 1, "the parts after it are not begun"
        with pytest.raises(TimeoutError):
            await sweeping
        assert await _count(own_database, Campaign) == 0


async def test_the_worker_sweeps_and_cleans_by_the_clock(queue: Queue, services: Services) -> None:
    async def is_planned() -> bool:
        return await queue.count("incomplete") >= 8

    async with run_worker(queue, services):
        await until(is_planned)
        jobs = {job.function: job async for job in queue.iter_jobs()}
    assert jobs["run_sweep"].scheduled % 300 == 0
    assert jobs["run_clean_orphans"].scheduled % 86_400 == 3 * 3600 + 23 * 60
    # On Mondays at seven; letters that were not written yet are, when it is tried again.
    weekly = datetime.fromtimestamp(jobs["run_weekly_summary"].scheduled, UTC)
    assert (weekly.weekday(), weekly.hour, weekly.minute) == (0, 7, 0)
    retries = {name: job.retries for name, job in jobs.items()}
    assert retries.pop("run_weekly_summary") == 3
    assert {*retries.values()} == {1}
