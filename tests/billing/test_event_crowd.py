"""Many events in one moment: each answered when it is kept, and their jobs few."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text

from app.asgi import furnish
from app.billing.event_intake import EventIntake
from app.db.listen import News
from app.db.session import Database, open_engine
from app.jobs.web_billing import refresh_customers
from app.settings import Settings
from app.storage.local import LocalStorage
from tests.billing.conftest import deliver, services_of, signed
from tests.billing.test_webhook import EVENT
from tests.billing.test_webhook import settings as settings  # noqa: PLC0414 - the fixture
from tests.cast import Site, litestar_in
from tests.postgres import SentJobs

CROWD = 60


def _event(number: int) -> dict[str, Any]:
    thing = {"id": f"sub_{number}", "object": "subscription", "customer": f"cus_{number}"}
    return EVENT | {"id": f"evt_{number}", "data": {"object": thing}}


@pytest.fixture
def crowded(built_app: Any, settings: Settings, own_database: Database) -> Site:
    storage = LocalStorage(settings.media_folder)
    furnish(litestar_in(built_app), settings, own_database, storage, News())
    return Site(built_app, settings, own_database, storage)


async def test_a_crowd_is_kept_whole_and_repeats_change_nothing(
    crowded: Site, sent_jobs: SentJobs
) -> None:
    async def send(number: int) -> list[int]:
        return await deliver(crowded.visitor(), [_event(number), _event(number % 7)])

    statuses = await asyncio.gather(*(send(number) for number in range(CROWD)))
    assert {each for pair in statuses for each in pair} == {200}
    async with crowded.database.session(every_workspace=True) as session:
        assert await session.scalar(text("select count(*) from stripe_events")) == CROWD
    # Whole batches are one job, which sends those of each customer.
    assert len(sent_jobs) < CROWD
    services = services_of(crowded.settings, crowded.database, None)  # type: ignore[arg-type]
    while any(job.name == "refresh_customers" for job in sent_jobs):
        job = next(job for job in sent_jobs if job.name == "refresh_customers")
        sent_jobs.remove(job)
        await refresh_customers(services, **job.arguments)
    asked_for = {job.arguments["customer_id"] for job in sent_jobs}
    assert asked_for == {f"cus_{number}" for number in range(CROWD)}


async def test_an_event_whose_length_is_not_announced_is_taken_too(site: Site) -> None:
    body = json.dumps(_event(1))

    async def piecemeal() -> AsyncIterator[bytes]:
        yield body[:20].encode()
        yield body[20:].encode()

    visitor = site.visitor()
    answer = await visitor.post("/webhooks/stripe", content=piecemeal(), headers=signed(body))
    assert (answer.status_code, answer.text) == (200, "Kept.\n")
    wrong = await visitor.post("/webhooks/stripe", content=piecemeal(), headers=signed("{}"))
    assert wrong.status_code == 400


async def test_what_cannot_be_kept_is_asked_for_again(site: Site) -> None:
    nowhere = Database(open_engine("postgresql://nobody@127.0.0.1:9/nothing"))
    litestar_in(site.app).state.stripe_events = EventIntake(nowhere)
    assert await deliver(site.visitor(), [_event(1)]) == [503]
    await nowhere.close()
    litestar_in(site.app).state.stripe_events = EventIntake(site.database)
    assert await deliver(site.visitor(), [_event(1)]) == [200]


@pytest.mark.parametrize("name", ["evt_" + "x" * 300, "evt_\0", "evt_é"])
async def test_names_that_stripe_does_not_give_are_garbled(site: Site, name: str) -> None:
    body = json.dumps(EVENT | {"id": name})
    answer = await site.visitor().post("/webhooks/stripe", content=body, headers=signed(body))
    assert answer.status_code == 400
