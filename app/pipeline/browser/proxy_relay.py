"""One exchange or tunnel moving through a proxy, piece by piece; knows no rule of addresses."""

import asyncio
import re
from collections.abc import Callable

from app.pipeline.browser.proxy_messages import (
    REFUSED_HEADER,
    Body,
    MessageError,
    Request,
    read_line,
    read_response,
)

_PIECE_BYTES = 64 * 1024

Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Count = Callable[[int], None]  # told of every piece; raises to end the transfer


async def forward(request: Request, browser: Stream, origin: Stream, count: Count) -> bool:
    """Pass one plain http request on and its answer back; False ends the browser's connection."""
    origin[1].write(request.for_origin())
    # At the same time as the answer: an origin may answer before it has read everything.
    upload = asyncio.create_task(relay_body(browser[0], origin[1], request.body, count))
    try:
        response = await read_response(origin[0], request)
        browser[1].write(response.for_browser())
        if response.status == 101:
            await upload
            await tunnel(browser, origin, count)
            return False
        if response.has_body:
            await relay_body(origin[0], browser[1], response.body, count)
        await browser[1].drain()
        reusable = response.keeps_alive and request.keeps_alive
        return reusable and upload.done() and upload.exception() is None
    finally:
        upload.cancel()
        await asyncio.gather(upload, return_exceptions=True)


async def send_refusal(browser: Stream, status: str, word: str, text: str) -> None:
    """Answer in the origin's place; `word` is for the engine, `text` for a person."""
    body = text.encode("utf-8", "replace")
    head = (
        f"HTTP/1.1 {status}\r\n{REFUSED_HEADER}: {word}\r\nConnection: close\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    browser[1].write(head.encode("ascii") + body)
    await browser[1].drain()


async def relay_body(
    source: asyncio.StreamReader, sink: asyncio.StreamWriter, body: Body, count: Count
) -> None:
    """Copy one body, keeping its kind of framing; trailers are dropped. Raises MessageError."""
    if body == "chunked":
        while size := await _chunk_size(source):
            sink.write(b"%x\r\n" % size)
            await _relay(source, sink, size, count)
            if await source.readexactly(2) != b"\r\n":
                raise MessageError("chunk without an end")
            sink.write(b"\r\n")
        while line := await read_line(source):
            count(len(line))
        sink.write(b"0\r\n\r\n")
    elif body != "none":
        await _relay(source, sink, None if body == "until close" else body, count)
    await sink.drain()


async def tunnel(browser: Stream, origin: Stream, count: Count) -> None:
    """Copy bytes both ways until one side ends or breaks; leaves no task behind."""
    ways = {
        asyncio.create_task(_relay(browser[0], origin[1], None, count)),
        asyncio.create_task(_relay(origin[0], browser[1], None, count)),
    }
    try:
        ended, _ = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
    for way in ended:
        way.result()


async def _chunk_size(reader: asyncio.StreamReader) -> int:
    line = await read_line(reader) or ""
    match = re.fullmatch(r"([0-9A-Fa-f]{1,15})[ \t]*(?:;.*)?", line)
    if match is None:
        raise MessageError("chunk size")
    return int(match[1], 16)


async def _relay(
    source: asyncio.StreamReader, sink: asyncio.StreamWriter, size: int | None, count: Count
) -> None:
    """Copy `size` bytes, or all there are when it is None."""
    while size != 0:
        piece = await source.read(_PIECE_BYTES if size is None else min(size, _PIECE_BYTES))
        if not piece:
            if size is None:
                return
            raise MessageError("cut off in the body")
        count(len(piece))
        sink.write(piece)
        await sink.drain()
        size = None if size is None else size - len(piece)
