"""The queue that carries jobs: PostgreSQL by default, Redis by URL; it knows no job's work."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redis.exceptions import RedisError
from saq import Job, Queue
from saq.queue.postgres import PostgresQueue
from saq.queue.redis import RedisQueue

from app.db.session import DeferredJob
from app.jobs.catalogue import POLICIES

QUEUE_NAME = "loomlite"
# Apart, so that a letter never waits for a video, nor a video for ten thousand letters.
RENDERS_QUEUE_NAME = "loomlite-renders"
POOL_MIN, POOL_MAX = 1, 6
ASK_AGAIN_S = 1.0


class PreparedQueue(PostgresQueue):
    """SAQ's queue on tables that `loomlite release` has made: the application's role makes none."""

    async def init_db(self) -> None:
        """Nothing: SAQ would ask for the right to create tables even where they are there."""


class PatientRedisQueue(RedisQueue):
    """SAQ's queue, which does not ask a Redis that is away as fast as it can."""

    async def dequeue(
        self,
        timeout: float = 0.0,  # noqa: ASYNC109 - as SAQ names it
        poll_interval: float = 0.0,
    ) -> Job | None:
        try:
            return await super().dequeue(timeout, poll_interval)
        except RedisError:
            await asyncio.sleep(ASK_AGAIN_S)
            raise


async def open_queue(database_url: str, redis_url: str | None) -> Queue:
    """A connected queue; the caller disconnects it."""
    queue: Queue
    if redis_url is not None:
        queue = PatientRedisQueue.from_url(redis_url, name=QUEUE_NAME)
    else:
        queue = PreparedQueue(
            url=database_url, name=QUEUE_NAME, min_size=POOL_MIN, max_size=POOL_MAX
        )
    await queue.connect()
    return queue


@asynccontextmanager
async def open_renders_queue(queue: Queue) -> AsyncIterator[Queue]:
    """The queue of renders, on the connections of the other one; open while the block lasts."""
    if isinstance(queue, RedisQueue):
        # Its end would close the connections, which are the other queue's.
        yield PatientRedisQueue(queue.redis, name=RENDERS_QUEUE_NAME)
        return
    assert isinstance(queue, PostgresQueue)  # noqa: S101 - there are two kinds
    renders = PreparedQueue(pool=queue.pool, name=RENDERS_QUEUE_NAME)
    await renders.connect()
    try:
        yield renders
    finally:
        await renders.disconnect()


async def prepare_queue(owner_url: str) -> None:
    """Makes or upgrades the queue's tables, as the database's owner."""
    queue = PostgresQueue(url=owner_url, name=QUEUE_NAME, min_size=1, max_size=2)
    await queue.connect()
    await queue.disconnect()


async def send_jobs(queue: Queue, jobs: list[DeferredJob]) -> None:
    """Puts the jobs of a committed transaction on the queue, each with its policy."""
    for job in jobs:
        policy = POLICIES[job.name]
        await queue.enqueue(
            job.name,
            timeout=policy.timeout_s,
            heartbeat=policy.heartbeat_s,
            retries=policy.attempts,
            retry_delay=policy.retry_delay_s,
            retry_backoff=policy.retry_delay_s * 20,
            ttl=3600,
            **job.arguments,
        )
