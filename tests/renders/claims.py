"""Renders of Acme's as a worker holds them: claimed and taken, without a queue or an engine."""

from uuid import UUID

from sqlalchemy import text

from app.db.base import new_id
from app.db.session import Database
from app.renders.admission import claim_renders
from app.renders.endings import FinishedVideo
from app.renders.leases import Claim, take_render
from app.renders.models import RenderWorker
from tests.cast import Cast
from tests.renders.films import make_film, press_render

VIDEO = FinishedVideo({"video.mp4": {"key": "k", "bytes": 9}}, {"state": "completed"}, 19.5)


async def add_worker(database: Database, slots: int = 2) -> UUID:
    """A worker that is alive."""
    worker = RenderWorker(id=new_id(), name="here:1", slots=slots)
    async with database.session() as session:
        session.add(worker)
    return worker.id


async def take_next(database: Database, *, at_most: int | None = None) -> list[Claim]:
    """What a dispatcher claims now, taken by a worker."""
    async with database.session(every_workspace=True) as session:
        claims = await claim_renders(session, at_most=at_most)
        for claim in claims:
            taken = await take_render(session, claim.render_id, claim.attempt, new_id(), "here:1")
            assert taken is not None
            assert taken.claim == claim
    return claims


async def one_taken(cast: Cast) -> Claim:
    """The only render of a new campaign, in a worker's hands."""
    await add_worker(cast.site.database)
    await press_render(cast, await make_film(cast, leads=1))
    (claim,) = await take_next(cast.site.database)
    return claim


async def let_time_pass(database: Database, seconds: float) -> None:
    """For leases and waits: the database's clock cannot be set, so what it is compared with is."""
    async with database.session(every_workspace=True) as session:
        await session.execute(
            text(
                "update render_jobs set run_at = run_at - make_interval(secs => :s), "
                "lease_until = lease_until - make_interval(secs => :s)"
            ),
            {"s": seconds},
        )
