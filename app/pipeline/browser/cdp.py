"""A DevTools connection over two pipes: calls, events, sessions; knows no page and no capture.

A pipe, not a port: a page could reach a port on loopback. Messages are JSON with a zero byte
behind each.
"""

import asyncio
import contextlib
import itertools
import json
import os
from collections.abc import Awaitable, Callable
from typing import Any

from app.pipeline.errors import BrowserDied, BrowserHangs

Params = dict[str, Any]
Handler = Callable[[Params], Awaitable[None] | None]

CALL_LIMIT_S = 30.0
READ_BYTES = 1 << 20  # a JPEG frame is about 400 KB of base64: one or two reads each


class CallFailed(Exception):
    """Chromium answered a call with an error; `str()` is its message."""

    def __init__(self, method: str, message: str) -> None:
        self.method = method
        super().__init__(f"{method}: {message}")


class Connection:
    """The browser's end of the pipe. `closed` is done when the browser is gone."""

    def __init__(self, read_fd: int, write_fd: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._read_fd, self._write_fd = read_fd, write_fd
        self._ids = itertools.count(1)
        self._waiting: dict[int, tuple[str, asyncio.Future[Params]]] = {}
        self._handlers: dict[tuple[str, str], list[Handler]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._buffer = bytearray()
        self._scanned = 0
        self.closed: asyncio.Future[None] = self._loop.create_future()
        os.set_blocking(read_fd, False)
        self._loop.add_reader(read_fd, self._readable)

    async def call(
        self,
        method: str,
        params: Params | None = None,
        *,
        session: str = "",
        limit_s: float = CALL_LIMIT_S,
    ) -> Params:
        """The call's result. Raises CallFailed, BrowserDied, or BrowserHangs after `limit_s`."""
        if self.closed.done():
            raise BrowserDied(method)
        number = next(self._ids)
        message: Params = {"id": number, "method": method, "params": params or {}}
        if session:
            message["sessionId"] = session
        answer: asyncio.Future[Params] = self._loop.create_future()
        self._waiting[number] = (method, answer)
        try:
            # Commands are small and the browser always reads: a blocking write is the simple way.
            _write_all(self._write_fd, json.dumps(message).encode() + b"\0")
            async with asyncio.timeout(limit_s):
                return await answer
        except TimeoutError:
            raise BrowserHangs(method, limit_s) from None
        except BrokenPipeError:
            answer.cancel()  # nobody waits for it, and an error nobody takes is logged at any time
            self._gone()
            raise BrowserDied(method) from None
        finally:
            self._waiting.pop(number, None)

    def on(self, event: str, handler: Handler, *, session: str = "") -> None:
        self._handlers.setdefault((session, event), []).append(handler)

    def forget(self, session: str) -> None:
        """Drops every handler of a session that ended."""
        for key in [key for key in self._handlers if key[0] == session]:
            del self._handlers[key]

    async def close(self) -> None:
        self._gone()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _readable(self) -> None:
        try:
            data = os.read(self._read_fd, READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._gone()
            return
        self._buffer += data
        while (end := self._buffer.find(0, self._scanned)) >= 0:
            message = json.loads(memoryview(self._buffer)[:end].tobytes())
            del self._buffer[: end + 1]
            self._scanned = 0
            self._received(message)
        self._scanned = len(self._buffer)

    def _received(self, message: Params) -> None:
        if "id" in message:
            method, answer = self._waiting.get(message["id"], ("", None))
            if answer is None or answer.done():
                return
            if "error" in message:
                answer.set_exception(CallFailed(method, message["error"]["message"]))
            else:
                answer.set_result(message.get("result", {}))
            return
        for handler in self._handlers.get((message.get("sessionId", ""), message["method"]), ()):
            awaited = handler(message.get("params", {}))
            if awaited is not None:
                task = asyncio.ensure_future(_quietly(awaited))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    def _gone(self) -> None:
        if self.closed.done():
            return
        self.closed.set_result(None)
        self._loop.remove_reader(self._read_fd)
        for method, answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(BrowserDied(method))
        for fd in (self._read_fd, self._write_fd):
            with contextlib.suppress(OSError):
                os.close(fd)


async def _quietly(awaited: Awaitable[None]) -> None:
    """An event handler's own calls may meet a page or a browser that has just gone."""
    with contextlib.suppress(CallFailed, BrowserDied, BrowserHangs):
        await awaited


def _write_all(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]
