"""Asks a web server over plain sockets and takes the time; it knows no page and judges nothing.

A client that does little: beside one that parses and pools, a quick page would be measured by it.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from app.errors import LoomliteError

CONNECTIONS = 8  # enough that the server always has a request to work on


class Unexpected(LoomliteError):
    """An answer that is not what the bench wants to measure; `str()` says what came."""


@dataclass(frozen=True)
class Ask:
    """A request. `host` is the name in its header; the connection goes to this machine."""

    host: str
    path: str
    cookie: str = ""
    method: str = "GET"
    body: bytes = b""
    content_type: str = ""
    accepts_gzip: bool = False
    headers: tuple[str, ...] = ()

    def lines(self) -> bytes:
        head = [f"{self.method} {self.path} HTTP/1.1", f"host: {self.host}"]
        head += [f"cookie: {self.cookie}"] if self.cookie else []
        head += ["accept-encoding: gzip"] if self.accepts_gzip else []
        head += self.headers
        if self.body:
            head += [f"content-type: {self.content_type}", f"content-length: {len(self.body)}"]
        return ("\r\n".join(head) + "\r\n\r\n").encode() + self.body


@dataclass(frozen=True)
class Answer:
    """Headers by their names in small letters; the body as it came over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes
    took_s: float


async def ask_all(port: int, asks: Iterable[Ask], *, status: int = 200) -> list[Answer]:
    """One after the other over one connection. Raises Unexpected for another status."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        return [await _ask(reader, writer, ask.lines(), status) for ask in asks]
    finally:
        writer.close()


async def ask_once(port: int, ask: Ask, *, status: int = 200) -> Answer:
    """One request over a connection of its own. Raises Unexpected for another status."""
    return (await ask_all(port, [ask], status=status))[0]


async def rate(port: int, ask: Ask, for_s: float) -> float:
    """Answers a second, with several connections that ask again at once."""
    began = time.perf_counter()

    async def keep_asking() -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        lines, count = ask.lines(), 0
        while time.perf_counter() - began < for_s:
            await _ask(reader, writer, lines, 200)
            count += 1
        writer.close()
        return count

    counts = await asyncio.gather(*(keep_asking() for _ in range(CONNECTIONS)))
    return sum(counts) / (time.perf_counter() - began)


@dataclass(frozen=True)
class Connection:
    """An open one: a request at a time."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def ask(self, ask: Ask, *, status: int = 200) -> Answer:
        """Raises Unexpected for another status."""
        return await _ask(self.reader, self.writer, ask.lines(), status)


@asynccontextmanager
async def open_all(port: int, count: int) -> AsyncIterator[list[Connection]]:
    """So many connections, open while the block lasts."""
    opened = [Connection(*await asyncio.open_connection("127.0.0.1", port)) for _ in range(count)]
    try:
        yield opened
    finally:
        for each in opened:
            each.writer.close()


async def _ask(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, lines: bytes, status: int
) -> Answer:
    began = time.perf_counter()
    writer.write(lines)
    await writer.drain()
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {}
    for line in head[1:-2]:
        name, _, value = line.partition(": ")
        headers[name.lower()] = value
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    answer = Answer(int(head[0].split()[1]), headers, body, time.perf_counter() - began)
    if answer.status != status:
        raise Unexpected(f"{lines.split(b' HTTP', 1)[0]!r} was answered with {answer.status}")
    return answer
