"""Acme's finished videos and until when they are kept, with days passing as a test likes."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import update

from app.billing.plans import Plan, set_plan, set_service_plan
from app.db.base import now
from app.jobs.services import Services
from app.jobs.storage import keep_storage
from app.renders.models import Render
from tests.cast import Cast, in_workspace
from tests.jobs.conftest import Postman
from tests.renders.films import make_film, press_render, renders_of, set_render

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Shelf:
    """Acme's videos, and the hourly look at them."""

    cast: Cast
    services: Services
    postman: Postman

    async def look(self) -> list[str]:
        """The subjects of the letters that it brought."""
        self.postman.sent.clear()
        await keep_storage(self.services)
        return [letter.subject for letter in self.postman.sent]

    async def pass_days(self, days: int) -> None:
        """As if it had all been so many days earlier."""
        columns = (Render.ended_at, Render.keep_until, Render.end_told_at, Render.end_reminded_at)
        async with self.cast.site.database.session() as session:
            await in_workspace(session, self.cast.acme)
            earlier = {each: each - days * DAY for each in columns}
            await session.execute(
                update(Render).values(earlier).execution_options(synchronize_session=False)
            )

    async def has(self, plan: Plan) -> None:
        async with self.cast.site.database.session() as session:
            await set_service_plan(session, sells=True)
            await in_workspace(session, self.cast.acme)
            await set_plan(session, plan)

    async def put(self, videos: int = 1, *, days: int = 30) -> list[Render]:
        """So many finished videos of one campaign, kept for so many days yet, by the Free plan."""
        campaign_id = await make_film(self.cast, videos)
        await press_render(self.cast, campaign_id)
        made = await renders_of(self.cast, campaign_id)
        for each in made:
            files = {"video.mp4": {"key": f"{each.media_prefix}/video.mp4", "bytes": 1}}
            # Within a test the database's clock stands where it was at its beginning.
            until = now() + days * DAY - timedelta(hours=1)
            times = {"ended_at": until - 30 * DAY, "keep_until": until}
            await set_render(self.cast, each.id, "completed", files=files, **times)
        return await renders_of(self.cast, campaign_id)

    async def get(self, render: Render) -> Render:
        (found,) = [
            each for each in await renders_of(self.cast, render.campaign_id) if each.id == render.id
        ]
        return found
