"""Runs web and worker, in one process or apart; it opens what they share and closes it again."""

import asyncio
import gc
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from functools import partial
from typing import Any

import structlog
import uvloop
from sqlalchemy.engine import make_url

from app.asgi import create_app
from app.billing.plans import set_service_plan
from app.billing.stripe_api import open_stripe
from app.db.embedded import EmbeddedDatabase, run_embedded
from app.db.listen import News, run_news
from app.db.migrate import migrate
from app.db.server_check import check_role, check_version
from app.db.session import Database, open_engine
from app.domains.served import run_served_hosts
from app.jobs.queue import open_queue, prepare_queue, send_jobs
from app.jobs.queue_check import check_queue
from app.jobs.render_worker import run_renders
from app.jobs.services import Services
from app.jobs.worker import run_worker
from app.listening import run_http
from app.mail.send import open_mailer
from app.settings import Settings, SettingsInvalid
from app.storage.open import check_settings, open_storage
from app.web.served_hosts import ServedHosts
from app.worker_port import WorkerPort

log = structlog.get_logger()

CLOSING_S = 0.05  # sessions without a transaction: nothing is sent


def start_database(settings: Settings, stack: ExitStack) -> EmbeddedDatabase:
    """The database's two URLs: from the settings, or of an embedded one that the stack stops."""
    if settings.database_url is None:
        return stack.enter_context(run_embedded(settings.var_folder / "postgres"))
    owner_url = settings.database_owner_url or settings.database_url
    check_version(settings.database_url, "DATABASE_URL")
    return EmbeddedDatabase(owner_url, settings.database_url)


def release(settings: Settings, urls: EmbeddedDatabase) -> None:
    """Migrations, grants and the queue's tables. Raises SettingsInvalid without an owner's URL."""
    if settings.database_url is not None and settings.database_owner_url is None:
        raise SettingsInvalid(
            "DATABASE_OWNER_URL is missing. Migrations run as the role that owns the database; "
            "set it to the same database with that role."
        )
    role = make_url(urls.app_url).username or ""
    check_version(urls.owner_url, "DATABASE_OWNER_URL")
    asyncio.run(prepare_queue(urls.owner_url))
    migrate(urls.owner_url, role)


def run(service: Coroutine[Any, Any, None]) -> None:
    """Runs what `serve` gives on uvloop, which answers a quarter more requests than asyncio's own
    loop does."""
    uvloop.run(service)


OnStarted = Callable[[Services], Awaitable[None]]


async def say_nothing(_services: Services) -> None:
    """For processes that nobody looks at."""


async def serve(
    settings: Settings,
    urls: EmbeddedDatabase,
    *,
    listener: socket.socket | None,
    worker: bool,
    worker_listener: socket.socket | None = None,
    on_started: OnStarted = say_nothing,
    meanwhile: OnStarted = say_nothing,
) -> None:
    """Runs until SIGINT or SIGTERM; then ends requests and jobs in order, videos after a grace that
    a second signal ends.

    The web server answers at `listener`; without it there is none, nor without `worker_listener`
    does the worker answer by itself. `meanwhile` goes on beside all that, to its end or until the
    service is to end. Raises DatabaseUnusable, and SettingsInvalid when the storage
    does not take its keys.
    """
    check_role(urls.app_url)
    stop, hurry = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def told_to_end() -> None:
        (hurry if stop.is_set() else stop).set()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told_to_end)
    async with open_services(settings, urls) as services, AsyncExitStack() as stack:
        await check_settings(services.storage)
        async with services.database.session() as session:
            await set_service_plan(session, sells=settings.sells)
        if worker:
            queue = await open_queue(urls.app_url, settings.redis_url)
            stack.push_async_callback(queue.disconnect)
            await stack.enter_async_context(run_worker(queue, services))
            port = WorkerPort(services)
            if worker_listener is not None:
                await stack.enter_async_context(run_http(port.app, worker_listener, stop.set))
            port.station = await stack.enter_async_context(
                run_renders(queue, services, urls.app_url, hurry)
            )
        if listener is not None:
            news = await stack.enter_async_context(run_news(urls.app_url))
            served = ServedHosts()
            await stack.enter_async_context(run_served_hosts(urls.app_url, served))
            await stack.enter_async_context(_run_web(services, news, served, listener, stop))
        await _unless_stopped(on_started(services), stop)
        log.info("service.started", url=settings.base_url, web=bool(listener), worker=worker)
        await _unless_stopped(meanwhile(services), stop)
        await stop.wait()
        log.info("service.stopping")


async def _unless_stopped(starting: Awaitable[None], stop: asyncio.Event) -> None:
    """What is done after the start, to its end or until the service is to end."""
    tasks = [asyncio.ensure_future(starting), asyncio.ensure_future(stop.wait())]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    (outcome, _) = await asyncio.gather(*tasks, return_exceptions=True)
    if isinstance(outcome, Exception):
        raise outcome


@asynccontextmanager
async def open_services(settings: Settings, urls: EmbeddedDatabase) -> AsyncIterator[Services]:
    """Database, queue for sending, mail and media; closed when the block ends."""
    queue = await open_queue(urls.app_url, settings.redis_url)
    database = Database(open_engine(urls.app_url), send_jobs=partial(send_jobs, queue))
    storage = open_storage(settings)
    stripe = open_stripe(settings)
    sender = settings.mail_from or f"Loom-Lite <no-reply@{settings.host_name}>"
    try:
        yield Services(
            settings,
            database,
            open_mailer(settings.smtp_url, sender, settings.outbox_folder),
            storage,
            partial(check_queue, queue),
            stripe,
        )
    finally:
        await database.close()
        await queue.disconnect()
        await storage.close()
        if stripe is not None:
            await stripe.close()


@asynccontextmanager
async def _run_web(
    services: Services,
    news: News,
    served: ServedHosts,
    listener: socket.socket,
    stop: asyncio.Event,
) -> AsyncIterator[None]:
    settings = services.settings
    app = create_app(
        *(settings, services.database, services.storage, news, services.check_queue, served),
        services.stripe,
    )
    try:
        async with run_http(
            app,
            listener,
            stop.set,
            proxy_headers=True,
            forwarded_allow_ips=settings.trusted_proxies,
        ):
            yield
    finally:
        # Litestar 2.25 leaves what dependencies of a refused request yielded to the garbage
        # collector. The end of the loop would close outer and inner ones at once, which fails.
        gc.collect()
        await asyncio.sleep(CLOSING_S)
