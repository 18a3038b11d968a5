"""Whether the queue that carries jobs answers; it carries none."""

from saq import Queue
from saq.queue.postgres import PostgresQueue
from saq.queue.redis import RedisQueue

WITHIN_S = 3.0


async def check_queue(queue: Queue) -> None:
    """Nothing, when it answers. Raises what its driver raises otherwise."""
    if isinstance(queue, RedisQueue):
        await queue.redis.get("a key that nobody sets")
    elif isinstance(queue, PostgresQueue):
        async with queue.pool.connection(timeout=WITHIN_S) as connection:
            await connection.execute("select 1")
