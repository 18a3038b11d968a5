"""Pages travel gzipped to who takes it, and are the same; streams and files are left alone."""

import gzip
from typing import Any

import httpx
import pytest
from litestar.types import Message, Receive, Scope, Send

from app.web.shrinking import LEAST_BYTES, Shrinking
from tests.cast import Cast, Site

LONG = b"<p>Twice as good is half as long.</p>" * 100


async def asked(
    *bodies: bytes, kind: str = "text/html", accepts: str = "gzip, br"
) -> tuple[httpx.Headers, bytes]:
    """Headers and body, not unpacked, from an application that sends these bodies in a row."""

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        headers = [(b"content-type", kind.encode())]
        if len(bodies) == 1:
            headers.append((b"content-length", str(len(bodies[0])).encode()))
        start: Message = {"type": "http.response.start", "status": 200, "headers": headers}
        await send(start)
        for n, each in enumerate(bodies, 1):
            more = n < len(bodies)
            await send({"type": "http.response.body", "body": each, "more_body": more})

    shrinking: Any = Shrinking(app)
    transport = httpx.ASGITransport(shrinking)
    async with httpx.AsyncClient(transport=transport, base_url="http://shrinking.test") as client:
        request = client.build_request("GET", "/", headers={"Accept-Encoding": accepts})
        answer = await client.send(request, stream=True)
        return answer.headers, b"".join([piece async for piece in answer.aiter_raw()])


async def test_a_page_is_gzipped_and_says_so() -> None:
    headers, body = await asked(LONG, kind="text/html; charset=utf-8")
    assert headers["content-encoding"] == "gzip"
    assert headers["content-length"] == str(len(body))
    assert headers["vary"] == "accept-encoding"
    assert len(body) < len(LONG) / 10
    assert gzip.decompress(body) == LONG


@pytest.mark.parametrize(
    ("bodies", "kind", "accepts"),
    [
        ((LONG,), "text/html", "br"),
        ((LONG,), "text/html", "gzip;q=0"),
        ((LONG,), "text/event-stream", "gzip"),
        ((LONG,), "text/csv", "gzip"),
        ((LONG[: LEAST_BYTES - 1],), "text/html", "gzip"),
        ((LONG, LONG), "text/html", "gzip"),
    ],
)
async def test_what_is_no_whole_page_passes_as_it_is(
    bodies: tuple[bytes, ...], kind: str, accepts: str
) -> None:
    headers, body = await asked(*bodies, kind=kind, accepts=accepts)
    assert "content-encoding" not in headers
    assert body == b"".join(bodies)


async def test_every_page_of_the_service_travels_gzipped(site: Site, cast: Cast) -> None:
    async with site.visitor() as visitor:
        signing_in = await visitor.get("/sign-in")
        no_page = await visitor.get("/nothing-here")
    for answer in (signing_in, no_page, await cast.alice.get("/campaigns")):
        assert answer.headers["content-encoding"] == "gzip"
        assert "<h1>" in answer.text
