"""A dispatcher that stands still in the middle of its claim holds nobody up for long."""

import asyncio
import time

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.db.embedded import EmbeddedDatabase
from app.db.session import Database
from app.renders import admission
from app.renders.admission import claim_renders
from tests.renders.queue_world import QueueWorld


async def test_the_lock_of_one_that_stands_still_is_free_after_some_seconds(
    own_urls: EmbeddedDatabase, own_database: Database
) -> None:
    world = QueueWorld(own_urls.owner_url, own_database)
    world.add_workers(2)
    world.add_renders(world.add_team(), 2)
    began = time.monotonic()
    holder = own_database.session(every_workspace=True)
    standing = await holder.__aenter__()
    assert len(await claim_renders(standing)) == 2
    waiting = asyncio.create_task(world.claim())
    assert len(await waiting) == 2, "its claims were rolled back with it"
    assert time.monotonic() - began < 3 * admission.HOLD_S
    with pytest.raises(DBAPIError):
        await standing.execute(text("select 1"))
    await standing.close()
