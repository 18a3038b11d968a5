"""A queue that is there answers; one that is closed does not."""

import pytest
from saq import Queue
from saq.queue.redis import RedisQueue

from app.jobs.queue_check import check_queue


async def test_a_queue_answers_as_long_as_it_is_there(queue: Queue) -> None:
    await check_queue(queue)


async def test_a_queue_that_is_away_is_an_error(redis_url: str) -> None:
    away = RedisQueue.from_url(redis_url.replace("/s", "/nobody"))
    with pytest.raises(Exception, match="No such file"):
        await check_queue(away)
    await away.redis.aclose()
