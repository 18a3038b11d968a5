"""A small HTTP server on this machine that can misbehave: late, cut off, damaged, never."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

# "lost" is done and not answered; "drop" is neither; "cut" breaks off in the middle of the body.
Kind = Literal["status", "silence", "drop", "lost", "cut", "damage answer", "damage body", "garble"]


@dataclass(frozen=True)
class Asked:
    """A request, whole."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass
class Answer:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    of_head: bool = False


@dataclass
class Fault:
    """What goes wrong with the next `times` requests of a method whose path has `part` in it."""

    kind: Kind
    method: str
    status: int = 500
    times: int = 1
    part: str = ""
    headers: dict[str, str] = field(default_factory=dict)


class HttpServer:
    """Answers with `handle`, except where a fault comes first. `asked` are all requests."""

    def __init__(self, handle: Callable[[Asked], Answer]) -> None:
        self.handle = handle
        self.faults: list[Fault] = []
        self.asked: list[Asked] = []
        self.is_silent = asyncio.Event()
        self.url = ""
        self._connections: set[asyncio.Task[None]] = set()

    def fail(self, kind: Kind, method: str, **options: object) -> Fault:
        fault = Fault(kind, method, **options)  # type: ignore[arg-type]
        self.faults.append(fault)
        return fault

    def count(self, method: str, part: str = "") -> int:
        return sum(each.method == method and part in each.path for each in self.asked)

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)
        with contextlib.suppress(
            asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError
        ):
            while await self._answer(await _read(reader), writer):
                pass
        writer.close()

    async def end(self) -> None:
        for task in list(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _answer(self, asked: Asked, writer: asyncio.StreamWriter) -> bool:
        self.asked.append(asked)
        fault = self._fault(asked)
        if fault is None:
            return await _write(writer, self.handle(asked))
        if fault.kind == "silence":
            self.is_silent.set()
            await asyncio.Event().wait()
        if fault.kind == "drop":
            return False
        if fault.kind == "status":
            body = b"" if asked.method == "HEAD" else b"not now"
            return await _write(writer, Answer(fault.status, body, fault.headers))
        if fault.kind == "damage body":
            asked = replace(asked, body=_damaged(asked.body))
        return await self._misanswer(fault, self.handle(asked), writer)

    async def _misanswer(self, fault: Fault, answer: Answer, writer: asyncio.StreamWriter) -> bool:
        if fault.kind == "lost":
            return False
        if fault.kind == "garble":
            answer = Answer(200, b"<html>a proxy's page</html>")
        elif fault.kind == "damage answer":
            answer.body = _damaged(answer.body)
        is_cut = fault.kind == "cut"
        await _write(writer, answer, upto=len(answer.body) // 2 if is_cut else None)
        return not is_cut

    def _fault(self, asked: Asked) -> Fault | None:
        for fault in self.faults:
            if fault.times and fault.method == asked.method and fault.part in asked.path:
                fault.times -= 1
                return fault
        return None


@asynccontextmanager
async def serving(server: HttpServer) -> AsyncIterator[None]:
    """The server answers at `server.url` as long as the block lasts."""
    listening = await asyncio.start_server(server.connected, "127.0.0.1", 0)
    server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    try:
        yield
    finally:
        listening.close()
        await server.end()
        await listening.wait_closed()


async def _read(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _ = head[0].split(" ")
    headers = {}
    for line in head[1:-2]:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    assert headers.get("transfer-encoding") is None, "neither Bunny nor S3 is sent chunks"
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    parts = urlsplit(target)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    return Asked(method, unquote(parts.path), query, headers, body)


async def _write(writer: asyncio.StreamWriter, answer: Answer, *, upto: int | None = None) -> bool:
    headers = {"content-length": str(len(answer.body)), **answer.headers}
    lines = [f"HTTP/1.1 {answer.status} Said", *(f"{k}: {v}" for k, v in headers.items()), "", ""]
    writer.write("\r\n".join(lines).encode("latin-1"))
    if not answer.of_head:
        writer.write(answer.body[:upto])
    await writer.drain()
    return True


def _damaged(content: bytes) -> bytes:
    return bytes([content[0] ^ 0xFF]) + content[1:] if content else content


def ranged(asked: Asked, content: bytes, headers: dict[str, str]) -> Answer:
    """The content or the part of it that was asked for, 206, or 416."""
    wanted = asked.headers.get("range")
    if wanted is None:
        return Answer(200, content, headers)
    first, _, last = wanted.removeprefix("bytes=").partition("-")
    start, stop = int(first), min(int(last) + 1 if last else len(content), len(content))
    if start >= len(content):
        return Answer(416, b"", {"content-range": f"bytes */{len(content)}"})
    told = {**headers, "content-range": f"bytes {start}-{stop - 1}/{len(content)}"}
    return Answer(206, content[start:stop], told)
