"""The contract of a queue, on PostgreSQL and on Redis: a job is done, tried again, or given up."""

import asyncio
import time
from pathlib import Path

import pytest
from redis.exceptions import RedisError
from saq import Job, Queue, Status
from structlog.testing import capture_logs

from app.db.session import DeferredJob, defer
from app.jobs.catalogue import POLICIES, RENDER_VIDEO, SEND_LETTER
from app.jobs.queue import ASK_AGAIN_S, PatientRedisQueue, send_jobs
from app.jobs.services import Services
from app.jobs.worker import BEAT_S, FUNCTIONS, run_worker
from app.mail.send import MailNotSent
from tests.jobs.conftest import Postman, allow_sweep, until
from tests.jobs.stage import WAITS_AT_MOST_S

LETTER = {
    "letter": "sign_in_link",
    "to": "ann@example.com",
    "context": {"link": "http://loomlite.localhost/x", "minutes": "15"},
}


async def _send(queue: Queue, **policy: int) -> Job:
    """The letter's job, whose next try comes at once."""
    policy = {"timeout": 60, "retries": 3, "retry_delay": 0, "heartbeat": 60, **policy}
    job = await queue.enqueue(SEND_LETTER, **policy, **LETTER)
    assert job is not None
    return job


async def _has_ended(queue: Queue, job: Job) -> Status:
    """How it ended, once it has."""

    async def ended() -> bool:
        await job.refresh()
        return job.status in {Status.COMPLETE, Status.FAILED, Status.ABORTED}

    await until(ended)
    return job.status


BY_CLOCK = {
    *("sweep", "clean_orphans", "check_due_domains", "weekly_summary"),
    *("reconcile_billing", "keep_storage", "follow_dues", "let_in_waiting"),
}


def test_every_job_has_a_function_and_a_policy_that_suits_it() -> None:
    assert {*FUNCTIONS} | {*BY_CLOCK, RENDER_VIDEO} == {*POLICIES}
    for name, policy in POLICIES.items():
        assert policy.timeout_s > 0, name
        assert policy.attempts >= 1, name
        assert policy.heartbeat_s > 2 * BEAT_S, name


async def test_a_job_leaves_with_its_policy(queue: Queue) -> None:
    await send_jobs(queue, [DeferredJob(SEND_LETTER, LETTER)])
    job = await queue.dequeue(timeout=WAITS_AT_MOST_S)
    assert job is not None
    policy = POLICIES[SEND_LETTER]
    assert job.function == SEND_LETTER
    assert job.kwargs == LETTER
    assert (job.timeout, job.retries, job.heartbeat, job.retry_delay) == (
        policy.timeout_s,
        policy.attempts,
        policy.heartbeat_s,
        policy.retry_delay_s,
    )


async def test_a_job_is_done_once(queue: Queue, services: Services, postman: Postman) -> None:
    async with run_worker(queue, services):
        job = await _send(queue)
        assert await _has_ended(queue, job) is Status.COMPLETE
    assert [letter.to for letter in postman.sent] == ["ann@example.com"]


async def test_a_passing_failure_is_tried_again(
    queue: Queue, services: Services, postman: Postman
) -> None:
    postman.failures = [MailNotSent("Not now.", permanent=False, reason="busy")] * 2
    with capture_logs() as lines:
        async with run_worker(queue, services):
            assert await _has_ended(queue, await _send(queue)) is Status.COMPLETE
    assert (postman.tries, len(postman.sent)) == (3, 1)
    assert [line["attempt"] for line in lines if line["event"] == "job.failed"] == [1, 2]


async def test_a_failure_for_good_is_not_tried_again(
    queue: Queue, services: Services, postman: Postman
) -> None:
    postman.failures = [MailNotSent("Never.", permanent=True, reason="no such address")]
    with capture_logs() as lines:
        async with run_worker(queue, services):
            await _has_ended(queue, await _send(queue))
    assert (postman.tries, len(postman.sent)) == (1, 0)
    assert [line["reason"] for line in lines if line["event"] == "job.failed"] == ["Never."]


async def test_a_job_that_never_works_is_given_up(
    queue: Queue, services: Services, postman: Postman
) -> None:
    postman.failures = [MailNotSent("Not now.", permanent=False, reason="busy")] * 9
    async with run_worker(queue, services):
        assert await _has_ended(queue, await _send(queue)) is Status.FAILED
    assert postman.tries == 3


async def test_a_worker_that_ends_puts_its_job_back(
    queue: Queue, services: Services, postman: Postman
) -> None:
    postman.holds = True
    async with run_worker(queue, services):
        job = await _send(queue)
        await asyncio.wait_for(postman.has_one.wait(), WAITS_AT_MOST_S)
    await job.refresh()
    assert job.status is Status.QUEUED
    assert postman.sent == []
    postman.holds = False
    async with run_worker(queue, services):
        assert await _has_ended(queue, job) is Status.COMPLETE
    assert len(postman.sent) == 1


async def test_the_job_of_a_worker_that_was_killed_is_tried_again(
    queue: Queue, services: Services, postman: Postman
) -> None:
    """What a killed worker leaves is a job that is active, and that nobody touches any more."""
    job = await _send(queue, heartbeat=1)
    taken = await queue.dequeue(timeout=WAITS_AT_MOST_S)
    assert taken is not None
    taken.attempts += 1
    await taken.update(status=Status.ACTIVE)

    async def is_silent() -> bool:
        await job.refresh()
        return job.stuck

    await until(is_silent)
    await allow_sweep(queue)
    async with run_worker(queue, services):
        assert await _has_ended(queue, job) is Status.COMPLETE
    assert len(postman.sent) == 1
    assert job.attempts == 2


async def test_a_job_that_is_cancelled_from_inside_is_no_job_that_hangs(
    queue: Queue, services: Services, postman: Postman
) -> None:
    postman.failures = [asyncio.CancelledError()]  # type: ignore[list-item]
    async with run_worker(queue, services):
        assert await _has_ended(queue, await _send(queue)) is Status.COMPLETE
    assert (postman.tries, len(postman.sent)) == (2, 1)


async def test_jobs_leave_after_the_commit_and_never_without_it(
    queue: Queue, services: Services
) -> None:
    database = services.database

    async def send(jobs: list[DeferredJob]) -> None:
        await send_jobs(queue, jobs)

    database.send_jobs = send
    async with database.session() as session:
        defer(session, SEND_LETTER, **LETTER)
        assert await queue.count("queued") == 0
    assert await queue.count("queued") == 1
    try:
        async with database.session() as session:
            defer(session, SEND_LETTER, **LETTER)
            raise LookupError
    except LookupError:
        assert await queue.count("queued") == 1


async def test_a_redis_that_is_away_is_not_asked_as_fast_as_can_be(tmp_path: Path) -> None:
    queue = PatientRedisQueue.from_url(f"unix://{tmp_path / 'nobody'}", name="loomlite")
    began = time.monotonic()
    with pytest.raises(RedisError):
        await queue.dequeue()
    assert time.monotonic() - began >= ASK_AGAIN_S
    await queue.redis.aclose()
