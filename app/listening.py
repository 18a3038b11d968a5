"""Sockets and the HTTP server on them: the web's, and a worker's own; it knows no page."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import uvicorn

from app.errors import LoomliteError
from app.settings import Settings

# An open event stream never ends by itself, and a deployment must.
STOP_WITHIN_S = 2
BACKLOG = 2048


class PortTaken(LoomliteError):
    """Another program listens on PORT or WORKER_PORT; the text names all three."""


@contextmanager
def open_listener(settings: Settings, host: str | None = None) -> Iterator[socket.socket]:
    """The web server's socket: browsers wait in it until the start is done. Raises PortTaken.

    Without `host` every address of the machine is listened on in production, else only its own.
    """
    with _listen(settings, host, settings.port, "PORT") as listener:
        yield listener


@contextmanager
def open_worker_listener(settings: Settings) -> Iterator[socket.socket | None]:
    """The worker's own socket, or None where no WORKER_PORT is set. Raises PortTaken."""
    if settings.worker_port is None:
        yield None
        return
    with _listen(settings, None, settings.worker_port, "WORKER_PORT") as listener:
        yield listener


@asynccontextmanager
async def run_http(
    app: Any, listener: socket.socket, on_ended: Callable[[], None], **options: Any
) -> AsyncIterator[None]:
    """Answers at `listener` while the block lasts; `on_ended` is called whyever the server ends."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=STOP_WITHIN_S,
        lifespan="off",
        **options,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    task.add_done_callback(lambda _task: on_ended())
    try:
        yield
    finally:
        server.should_exit = True
        await asyncio.gather(task, return_exceptions=True)


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Ours are in place; uvicorn's would end the process before jobs are put back."""
        yield


@contextmanager
def _listen(settings: Settings, host: str | None, port: int, name: str) -> Iterator[socket.socket]:
    host = host or ("0.0.0.0" if settings.is_production else "127.0.0.1")  # noqa: S104
    # Named as TCP: asyncio sends small packets at once on such sockets only, and without that every
    # answer of two pieces waits 40 ms for the browser's acknowledgement.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen(BACKLOG)
        except OSError as error:
            raise PortTaken(
                f"Port {port} cannot be used: {error.strerror}. End the program that listens "
                f"there, or choose another port, such as {name}={port + 1}."
            ) from error
        yield listener
