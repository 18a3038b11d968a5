"""A dispatcher as a process of its own: it claims, ends what it claimed, and says what that was."""

import asyncio
import json
import random
import sys
from uuid import UUID

from sqlalchemy import text

from app.db.session import Database, open_engine
from app.renders.admission import claim_renders

_COUNT = text("select count(*) from render_jobs")
_END = text("delete from render_jobs where render_id = any(:ended)")
_RUNNING = text("select count(*) from render_jobs where lease_until is not null")


async def claim_all(url: str, seed: int) -> None:
    """Until nothing is left. One line: each claim, and the most that ran at once as it saw it."""
    chance = random.Random(seed)
    database = Database(open_engine(url, pool_size=1))
    claimed: list[str] = []
    held: list[UUID] = []
    most, left = 0, 1
    print("ready", flush=True)  # noqa: T201
    sys.stdin.readline()
    while left:
        async with database.session(every_workspace=True) as session:
            claims = await claim_renders(session)
            most = max(most, await session.scalar(_RUNNING) or 0)
        claimed += [f"{claim.render_id} {claim.attempt}" for claim in claims]
        held += [claim.render_id for claim in claims]
        chance.shuffle(held)
        ended = [held.pop() for _ in range(chance.randint(0, len(held)))]
        async with database.session(every_workspace=True) as session:
            await session.execute(_END, {"ended": ended})
            left = await session.scalar(_COUNT) or 0
    await database.close()
    print(json.dumps({"claimed": claimed, "most": most}))  # noqa: T201


if __name__ == "__main__":
    asyncio.run(claim_all(sys.argv[1], int(sys.argv[2])))
