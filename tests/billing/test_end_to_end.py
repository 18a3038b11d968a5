"""All of it at once: Stripe's page, its webhooks, our web server, the queue, the worker."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from app.asgi import create_app
from app.billing.stripe_api import StripeApi
from app.db.embedded import EmbeddedDatabase
from app.db.listen import News
from app.db.session import Database, open_engine
from app.jobs.queue import open_queue, send_jobs
from app.jobs.worker import run_worker
from app.listening import run_http
from app.local_stripe.server import LocalStripe, run_local_stripe
from app.settings import load_settings
from app.storage.local import LocalStorage
from tests.billing.conftest import KEY, SECRET, Till, open_till, services_of
from tests.cast import Site, assemble
from tests.postgres import SentJobs

LIMIT_S = 60.0


@pytest.fixture
async def till(own_urls: EmbeddedDatabase, tmp_path: Path) -> AsyncIterator[Till]:
    """A service that runs, and a local Stripe that knows where its events go."""
    async with AsyncExitStack() as stack:
        listener = stack.enter_context(
            socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        )
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        hook = (f"http://localhost:{port}/webhooks/stripe", SECRET)
        local: LocalStripe = stack.enter_context(
            run_local_stripe(webhook=hook, retry_after_s=(0.1,) * 50)
        )
        settings = load_settings(
            {
                "APP_HOST": f"localhost:{port}",
                "LOOMLITE_VAR": str(tmp_path / "var"),
                "STRIPE_SECRET_KEY": KEY,
                "STRIPE_WEBHOOK_SECRET": SECRET,
                "STRIPE_API_URL": local.url,
            }
        )
        api = StripeApi(KEY, local.url)
        stack.push_async_callback(api.close)
        queue = await open_queue(own_urls.app_url, None)
        stack.push_async_callback(queue.disconnect)
        database = Database(open_engine(own_urls.app_url), send_jobs=partial(send_jobs, queue))
        stack.push_async_callback(database.close)
        storage = LocalStorage(settings.media_folder)
        app: Any = create_app(settings, database, storage, News())
        services = services_of(settings, database, api)
        cast = await assemble(Site(app, settings, database, storage))
        till = await open_till(local, services, SentJobs(), cast.acme)
        await stack.enter_async_context(run_worker(queue, services))
        await stack.enter_async_context(run_http(app, listener, lambda: None))
        yield till


async def _until_plan(till: Till, plan_key: str) -> None:
    deadline = time.monotonic() + LIMIT_S
    while (await till.plan()).key != plan_key:
        assert time.monotonic() < deadline, f"it is {(await till.plan()).key}, not {plan_key}"
        await asyncio.sleep(0.02)


async def test_a_purchase_a_change_and_an_end_arrive_by_themselves(till: Till) -> None:
    subscription_id = await till.buy("loomlite_starter_monthly")
    await _until_plan(till, "starter")
    await till.press(act="plan", price=await till.price("loomlite_business_monthly"))
    await _until_plan(till, "business")
    await till.press(act="cancel")
    await till.end_period(subscription_id)
    await _until_plan(till, "free")
