"""Render pressed many times at once, on connections of their own: nothing twice, none too many."""

import asyncio
from typing import Any

import pytest

from app.asgi import furnish
from app.billing.plans import Limits, set_limits
from app.db.listen import News
from app.db.session import Database
from app.renders.requests import NothingToRender, Requested
from app.settings import Settings
from app.storage.local import LocalStorage
from tests.cast import Cast, Site, assemble, in_workspace, litestar_in
from tests.renders.films import make_film, press_render, renders_of
from tests.used import used_now

AT_ONCE = 8


@pytest.fixture
async def crowd(built_app: Any, settings: Settings, own_database: Database) -> Cast:
    """The cast on a database with many connections."""
    storage = LocalStorage(settings.media_folder)
    furnish(litestar_in(built_app), settings, own_database, storage, News())
    return await assemble(Site(built_app, settings, own_database, storage))


async def test_a_lead_gets_one_render_however_often_it_is_pressed(crowd: Cast) -> None:
    campaign_id = await make_film(crowd, 5)
    presses = (press_render(crowd, campaign_id) for _ in range(AT_ONCE))
    answers = await asyncio.gather(*presses, return_exceptions=True)
    assert [each.videos for each in answers if isinstance(each, Requested)] == [5]
    assert sum(isinstance(each, NothingToRender) for each in answers) == AT_ONCE - 1
    assert len(await renders_of(crowd, campaign_id)) == 5


async def test_presses_on_several_campaigns_do_not_exceed_the_plan_together(crowd: Cast) -> None:
    campaigns = [await make_film(crowd, 2) for _ in range(4)]
    async with crowd.site.database.session() as session:
        await in_workspace(session, crowd.acme)
        await set_limits(session, Limits(concurrent_renders=1, videos_per_month=5))
    presses = (press_render(crowd, campaign_id) for campaign_id in campaigns)
    answers = await asyncio.gather(*presses)
    assert [each.videos for each in answers] == [2] * 4
    assert sum(each.waiting for each in answers) == 3
    async with crowd.site.database.session(workspace_id=crowd.acme.id) as session:
        assert (await used_now(session)).videos == 5
