"""Hands waiting renders to the queue as soon as there is room for them; it makes none of them."""

import asyncio

import structlog
from saq import Queue
from saq.queue.postgres import PostgresQueue

from app.db.session import Database
from app.jobs.catalogue import POLICIES, RENDER_VIDEO
from app.renders.admission import claim_renders
from app.renders.leases import Claim, unclaim

log = structlog.get_logger()

# A notice wakes a dispatcher at once; this finds renders whose wait is over, and lost notices.
LOOK_EVERY_S = 2.0


async def dispatch(database: Database, queue: Queue, *, at_most: int | None) -> list[Claim]:
    """Claims what there is room for and puts it on the queue; what the queue does not take waits
    again."""
    claims = await claim(database, at_most=at_most)
    sent = 0
    try:
        for each in claims:
            await _send(queue, each)
            sent += 1
    except BaseException:
        async with database.session(every_workspace=True) as session:
            for each in claims[sent:]:
                await unclaim(session, each.render_id, each.attempt)
        raise
    if claims:
        log.info("renders.dispatched", count=len(claims))
    return claims


async def claim(database: Database, *, at_most: int | None = None) -> list[Claim]:
    """The next ones of all workspaces, in a transaction of their own; see claim_renders."""
    async with database.session(every_workspace=True) as session:
        return await claim_renders(session, at_most=at_most)


async def keep_dispatching(
    database: Database, queue: Queue, work: asyncio.Event, *, at_most: int | None
) -> None:
    """For ever, whenever `work` is set and every LOOK_EVERY_S."""
    while True:
        try:
            async with asyncio.timeout(LOOK_EVERY_S):
                await work.wait()
        except TimeoutError:
            pass
        work.clear()
        try:
            await dispatch(database, queue, at_most=at_most)
        except Exception as error:
            log.warning("renders.not_dispatched", reason=type(error).__name__)
            await asyncio.sleep(LOOK_EVERY_S)


async def _send(queue: Queue, claim: Claim) -> None:
    policy = POLICIES[RENDER_VIDEO]
    # The time from which it may be taken is compared with another machine's clock.
    at_once = {"scheduled": 1} if isinstance(queue, PostgresQueue) else {}
    await queue.enqueue(
        RENDER_VIDEO,
        key=f"render:{claim.render_id}:{claim.attempt}",
        timeout=policy.timeout_s,
        heartbeat=policy.heartbeat_s,
        retries=policy.attempts,
        ttl=60,
        **at_once,
        render_id=str(claim.render_id),
        attempt=claim.attempt,
    )
