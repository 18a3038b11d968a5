"""Runs web and worker, in one process or apart; it opens what they share and closes it again."""

import asyncio
import gc
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from functools import partial
from typing import Any

import structlog
import uvicorn
import uvloop
from sqlalchemy.engine import make_url

from app.asgi import create_app
from app.db.embedded import EmbeddedDatabase, run_embedded
from app.db.listen import News, run_news
from app.db.migrate import migrate
from app.db.server_check import check_role, check_version
from app.db.session import Database, open_engine
from app.errors import LoomliteError
from app.jobs.queue import open_queue, prepare_queue, send_jobs
from app.jobs.render_worker import run_renders
from app.jobs.services import Services
from app.jobs.worker import run_worker
from app.mail.send import open_mailer
from app.settings import Settings, SettingsInvalid
from app.storage.open import check_settings, open_storage

log = structlog.get_logger()

# An open event stream never ends by itself, and a deployment must.
STOP_WITHIN_S = 2
BACKLOG = 2048
CLOSING_S = 0.05  # sessions without a transaction: nothing is sent


class PortTaken(LoomliteError):
    """Another program listens on PORT; the text names both."""


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


@contextmanager
def open_listener(settings: Settings, host: str | None = None) -> Iterator[socket.socket]:
    """The web server's socket: browsers wait in it until the start is done. Raises PortTaken.

    Without `host` every address of the machine is listened on in production, else only its own.
    """
    host = host or ("0.0.0.0" if settings.is_production else "127.0.0.1")  # noqa: S104
    # Named as TCP: asyncio sends small packets at once on such sockets only, and without that every
    # answer of two pieces waits 40 ms for the browser's acknowledgement.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, settings.port))
            listener.listen(BACKLOG)
        except OSError as error:
            raise PortTaken(
                f"Port {settings.port} cannot be used: {error.strerror}. End the program that "
                f"listens there, or choose another port, such as PORT={settings.port + 1}."
            ) from error
        yield listener


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
    on_started: OnStarted = say_nothing,
) -> None:
    """Runs until SIGINT or SIGTERM; then ends requests and jobs in order.

    The web server answers at `listener`; without it there is none. Raises DatabaseUnusable, and
    SettingsInvalid when the storage does not take its keys.
    """
    check_role(urls.app_url)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with open_services(settings, urls) as services, AsyncExitStack() as stack:
        await check_settings(services.storage)
        if worker:
            queue = await open_queue(urls.app_url, settings.redis_url)
            stack.push_async_callback(queue.disconnect)
            await stack.enter_async_context(run_worker(queue, services))
            await stack.enter_async_context(run_renders(queue, services, urls.app_url))
        if listener is not None:
            news = await stack.enter_async_context(run_news(urls.app_url))
            await stack.enter_async_context(_run_web(services, news, listener, stop))
        await on_started(services)
        log.info("service.started", url=settings.base_url, web=bool(listener), worker=worker)
        await stop.wait()
        log.info("service.stopping")


@asynccontextmanager
async def open_services(settings: Settings, urls: EmbeddedDatabase) -> AsyncIterator[Services]:
    """Database, queue for sending, mail and media; closed when the block ends."""
    queue = await open_queue(urls.app_url, settings.redis_url)
    database = Database(open_engine(urls.app_url), send_jobs=partial(send_jobs, queue))
    storage = open_storage(settings)
    sender = settings.mail_from or f"Loom-Lite <no-reply@{settings.host_name}>"
    try:
        yield Services(
            settings,
            database,
            open_mailer(settings.smtp_url, sender, settings.outbox_folder),
            storage,
        )
    finally:
        await database.close()
        await queue.disconnect()
        await storage.close()


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Ours are in place; uvicorn's would end the process before jobs are put back."""
        yield


@asynccontextmanager
async def _run_web(
    services: Services, news: News, listener: socket.socket, stop: asyncio.Event
) -> AsyncIterator[None]:
    settings = services.settings
    config = uvicorn.Config(
        create_app(settings, services.database, services.storage, news),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=STOP_WITHIN_S,
        lifespan="off",
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    task.add_done_callback(lambda _task: stop.set())
    try:
        yield
    finally:
        server.should_exit = True
        await asyncio.gather(task, return_exceptions=True)
        # Litestar 2.25 leaves what dependencies of a refused request yielded to the garbage
        # collector. The end of the loop would close outer and inner ones at once, which fails.
        gc.collect()
        await asyncio.sleep(CLOSING_S)
