"""Runs an ASGI application on a port of its own in a thread; it knows no protocol above HTTP."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx2
import uvicorn
from litestar import Litestar


@contextmanager
def listening() -> Iterator[socket.socket]:
    """A socket on this machine that takes connections, whether or not anybody serves it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def base_url(server: socket.socket) -> str:
    return f"http://127.0.0.1:{server.getsockname()[1]}"


@contextmanager
def serving(app: Litestar, server: socket.socket) -> Iterator[None]:
    """The application answers on the socket. It listens already, so nobody has to wait for it."""
    config = uvicorn.Config(
        app, ws="none", lifespan="off", log_config=None, log_level="warning", loop="asyncio"
    )
    runner = uvicorn.Server(config)
    thread = threading.Thread(target=runner.run, kwargs={"sockets": [server]})
    thread.start()
    try:
        yield
    finally:
        runner.should_exit = True
        thread.join()


def visited(url: str, *, form: dict[str, str] | None = None) -> str:
    """Where a browser is sent back to from a provider's page, with a form posted or without."""
    if form is None:
        answer = httpx2.get(url, follow_redirects=False)
    else:
        answer = httpx2.post(url, data=form, follow_redirects=False)
    assert answer.is_redirect, answer.text
    location: str = answer.headers["Location"]
    assert urlsplit(location).netloc
    return location
