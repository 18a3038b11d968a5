"""Operators find any team's videos, try them again and cancel them, each within its workspace."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update

from app.db.base import new_id, now
from app.db.session import Database
from app.jobs.operator_acts import cancel_found, requeue_found
from app.jobs.operator_figures import read_figures
from app.jobs.operator_records import attempt_record, render_record
from app.jobs.operator_renders import (
    FoundRender,
    RenderUnknown,
    Wanted,
    get_renders,
    list_attempts,
    list_renders,
)
from app.jobs.services import Services
from app.renders.models import Render, RenderAttempt, RenderJob, RenderWorker
from app.workspaces.audit_models import AuditEntry
from tests.jobs.render_rows import add_rows, make_campaign, make_lead, make_render, make_workspace


@pytest.fixture
async def service(own_database: Database) -> dict[str, Render]:
    """Two teams' videos by a word for each; Acme's run on one of two workers that are alive."""
    acme, other = [await make_workspace(own_database, slug) for slug in ("acme", "other")]
    spring, autumn = [await make_campaign(own_database, each) for each in (acme, other)]
    workers = [
        RenderWorker(id=new_id(), name=name, slots=2, started_at=now()) for name in ("a", "b")
    ]
    async with own_database.session() as session:
        session.add_all(workers)
    leased = {
        "lease_until": now() + timedelta(minutes=1), "worker_id": workers[0].id, "attempts": 1
    }  # fmt: skip
    late = {"run_at": now() + timedelta(minutes=5)}
    due = {"run_at": now() - timedelta(minutes=2)}
    leads = {name: await make_lead(own_database, acme, spring, name) for name in ("f", "g")}
    return {
        "done": await make_render(
            own_database, acme, spring, "completed",
            files={"video.mp4": {"key": f"workspaces/{acme.id}/renders/x/video-1.mp4", "bytes": 9}},
        ),
        "recording": await make_render(own_database, acme, spring, "recording", job=leased),
        "failed": await make_render(
            own_database, acme, spring, "failed", error_code="page_failed", error="It did not.",
            lead_id=leads["f"],
        ),
        "orphaned": await make_render(
            own_database, acme, spring, "failed", error_code="worker_lost", error="Gone."
        ),
        "delayed": await make_render(own_database, acme, spring, "queued", job=late),
        "waiting": await make_render(own_database, other, autumn, "queued", job=due),
    }  # fmt: skip


async def _found(database: Database, **wanted: object) -> list[FoundRender]:
    return await list_renders(database, Wanted(**wanted), at_most=50)  # type: ignore[arg-type]


async def test_all_teams_videos_are_listed_the_last_first(
    own_database: Database, service: dict[str, Render]
) -> None:
    found = await _found(own_database)
    assert [each.render_id for each in found] == [each.id for each in reversed(service.values())]
    page = await list_renders(own_database, Wanted(), at_most=2)
    further = await list_renders(own_database, Wanted(), at_most=9, before=page[-1].render_id)
    assert [*page, *further] == found


async def test_those_of_one_press_of_render_follow_by_their_rows(own_database: Database) -> None:
    acme = await make_workspace(own_database, "acme")
    spring = await make_campaign(own_database, acme)
    asked_at = now()
    for row in (5, 3, 4, 2, 3):
        # As one statement makes them: at one moment, with ids in no order.
        await make_render(own_database, acme, spring, id=uuid4(), row=row, created_at=asked_at)
    rows: list[int] = []
    last: FoundRender | None = None
    while page := await list_renders(
        own_database, Wanted(), at_most=2, before=last.render_id if last else None
    ):
        rows += [each.row for each in page]
        last = page[-1]
    assert rows == [2, 3, 3, 4, 5]
    assert await list_renders(own_database, Wanted(), at_most=2, before=uuid4()) == []


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({"state": "failed"}, {"failed", "orphaned"}),
        ({"state": "running"}, {"recording"}),
        ({"state": "under-way"}, {"recording", "delayed", "waiting"}),
        ({"workspace": "other"}, {"waiting"}),
        ({"workspace": "nobody"}, set()),
        ({"error_code": "page_failed"}, {"failed"}),
        ({"campaign_id": uuid4()}, set()),
    ],
)
async def test_they_are_found_by_what_operators_ask_for(
    own_database: Database, service: dict[str, Render], wanted: dict[str, object], names: set[str]
) -> None:
    ids = {each.render_id for each in await _found(own_database, **wanted)}
    assert ids == {service[name].id for name in names}


async def test_old_ones_are_listed_on_demand_alone(
    own_database: Database, service: dict[str, Render]
) -> None:
    old = service["done"].id
    async with own_database.session(workspace_id=service["done"].workspace_id) as session:
        days_ago = now() - timedelta(days=40)
        await session.execute(update(Render).where(Render.id == old).values(created_at=days_ago))
    assert old not in {each.render_id for each in await _found(own_database)}
    assert old in {each.render_id for each in await _found(own_database, days=41)}


def test_a_word_that_is_no_state_is_refused() -> None:
    with pytest.raises(ValueError, match="lost is not a state"):
        _ = Wanted(state="lost").states


async def test_one_that_is_not_there_is_named(
    own_database: Database, service: dict[str, Render]
) -> None:
    missing = uuid4()
    with pytest.raises(RenderUnknown, match=str(missing)):
        await get_renders(own_database, [service["done"].id, missing])


async def test_a_record_says_all_that_programs_ask_for(
    services: Services, own_database: Database, service: dict[str, Render]
) -> None:
    attempt = RenderAttempt(
        workspace_id=service["failed"].workspace_id, render_id=service["failed"].id, number=1,
        worker="a", outcome="failed", error_code="page_failed", error="It did not.", log="Oh",
        steps=[{"step": "recording", "took_s": 2.5}],
    )  # fmt: skip
    await add_rows(own_database, attempt.workspace_id, attempt)
    done, failed = await get_renders(own_database, [service["done"].id, service["failed"].id])
    record = render_record(done, services.settings, services.storage)
    assert record["workspace"] == "acme"
    assert record["campaign"]["name"] == "Spring"
    assert record["lead"] == {"row": 2, "name": "Grace Hopper", "email": "grace@example.com"}
    assert record["error"] is None
    assert record["viewer_url"].endswith(f"acme.loomlite.localhost/v/{service['done'].public_id}")
    assert "/video-1.mp4" in record["video_url"]
    record = render_record(failed, services.settings, services.storage)
    assert record["attempts"] == 1
    assert record["error"] == {"code": "page_failed", "text": "It did not."}
    assert record["video_url"] is None
    (told,) = [attempt_record(each) for each in await list_attempts(own_database, failed)]
    assert (told["outcome"], told["log"]) == ("failed", "Oh")
    assert told["steps"] == [{"step": "recording", "took_s": 2.5}]


async def test_waiting_ones_are_cancelled_and_running_ones_told_to_end(
    own_database: Database, service: dict[str, Render]
) -> None:
    cancelled = await cancel_found(own_database, await _found(own_database), by="ann")
    assert (cancelled.ended, cancelled.ending) == (2, 1)
    states = {each.render_id: each.state for each in await _found(own_database)}
    assert states[service["waiting"].id] == states[service["delayed"].id] == "cancelled"
    assert states[service["recording"].id] == "recording"
    assert states[service["done"].id] == "completed"
    # Of two in one team and one in the other, by no person of staff: at a command line.
    assert await _audited(own_database) == [
        ("service", "staff.videos_cancelled", "1 video"),
        ("service", "staff.videos_cancelled", "2 videos"),
    ]
    (ending,) = await get_renders(own_database, [service["recording"].id])
    assert ending.cancel_requested


async def test_failed_ones_wait_again_unless_their_lead_is_gone(
    own_database: Database, service: dict[str, Render]
) -> None:
    assert await requeue_found(own_database, await _found(own_database), by="ann") == 1
    states = {each.render_id: each.state for each in await _found(own_database)}
    assert states[service["failed"].id] == "queued"
    assert states[service["orphaned"].id] == "failed"
    async with own_database.session(every_workspace=True) as session:
        assert await session.scalar(select(func.count()).select_from(RenderJob)) == 4
    assert await _audited(own_database) == [("service", "staff.videos_retried", "1 video")]


async def _audited(database: Database) -> list[tuple[str, ...]]:
    async with database.session(every_workspace=True) as session:
        lines = select(AuditEntry.actor, AuditEntry.action, AuditEntry.thing)
        lines = lines.where(AuditEntry.action != "workspace.created")
        return sorted(tuple(line) for line in await session.execute(lines))


async def test_figures_are_of_the_whole_service(
    own_database: Database, service: dict[str, Render]
) -> None:
    async with own_database.session() as session:
        dead = RenderWorker(id=new_id(), name="c", slots=8, started_at=now(),
                            seen_at=now() - timedelta(seconds=25))  # fmt: skip
        leaving = RenderWorker(id=new_id(), name="d", slots=8, is_stopping=True, started_at=now())
        session.add_all([dead, leaving])
    figures = await read_figures(own_database)
    queue = figures.queue
    assert (queue.waiting, queue.delayed, queue.running, queue.teams_waiting) == (1, 1, 1, 1)
    assert 120 <= queue.oldest_s < 150
    assert [worker.name for worker in figures.workers] == ["a", "b", "c", "d"]
    assert [worker.name for worker in figures.alive] == ["a", "b", "d"]
    assert (figures.slots, figures.slots_in_use) == (4, 1)
    assert figures.failures == (("page_failed", 1), ("worker_lost", 1))
    assert ("completed", "", 1) in figures.recent


async def test_what_waits_for_a_plan_is_no_queue_that_stands_still(
    own_database: Database, service: dict[str, Render]
) -> None:
    async with own_database.session(every_workspace=True) as session:
        of_waiting = update(RenderJob).where(RenderJob.render_id == service["waiting"].id)
        await session.execute(of_waiting.values(waits_for_plan=True))
    queue = (await read_figures(own_database)).queue
    assert (queue.waiting, queue.oldest_s, queue.teams_waiting, queue.for_plan) == (0, 0, 0, 1)
    (found,) = await _found(own_database, state="for-plan")
    assert (found.render_id, found.waits_for_plan) == (service["waiting"].id, True)


async def test_an_empty_service_has_figures_too(own_database: Database) -> None:
    figures = await read_figures(own_database)
    assert (figures.queue.waiting, figures.queue.oldest_s, figures.slots) == (0, 0.0, 0)
    assert (figures.recent, figures.workers) == ((), ())
