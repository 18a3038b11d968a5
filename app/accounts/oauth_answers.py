"""Answers of other people's servers, within limits of time and size; it knows no protocol."""

import functools
import ssl
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import httpx2

from app.accounts.oauth_failures import ProtocolBroken

ANSWER_TIMEOUT_S = 8.0  # per connect, write and read; a whole step has the provider's own limit
MAX_ANSWER_BYTES = 256 * 1024  # Google's discovery is 1 kB, the key sets of Entra 25 kB


def client_options() -> dict[str, Any]:
    """How every HTTP client here is made: limited, without redirects, without compression."""
    return {
        "timeout": ANSWER_TIMEOUT_S,
        "verify": _trusted_authorities(),
        "follow_redirects": False,
        # A compressed answer could become a thousand times its size after it was measured.
        "headers": {"Accept-Encoding": "identity", "User-Agent": "Loom-Lite"},
        "event_hooks": {"response": [_limit]},
    }


async def read_json(url: str, *, bearer: str | None = None) -> object:
    """The JSON value at an address. Raises ProtocolBroken, and httpx2.HTTPError out of reach."""
    headers = {"Accept": "application/json"}
    if bearer is not None:
        headers["Authorization"] = f"Bearer {bearer}"
    async with httpx2.AsyncClient(**client_options()) as client:
        answer = await client.get(url, headers=headers)
    place = _place(url)
    if answer.status_code != httpx2.codes.OK:
        raise ProtocolBroken(f"{place} answered with status {answer.status_code}")
    try:
        return answer.json()
    except (ValueError, RecursionError):
        raise ProtocolBroken(f"{place} did not answer with JSON") from None


async def read_object(url: str, *, bearer: str | None = None) -> dict[str, Any]:
    """As `read_json`, where only an object will do."""
    value = await read_json(url, bearer=bearer)
    if not isinstance(value, dict):
        raise ProtocolBroken(f"{_place(url)} did not answer with a JSON object")
    return value


class _CappedStream(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        received = 0
        async for chunk in self._stream:
            received += len(chunk)
            if received > MAX_ANSWER_BYTES:
                raise ProtocolBroken(f"an answer is longer than {MAX_ANSWER_BYTES} bytes")
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


async def _limit(answer: httpx2.Response) -> None:
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        raise ProtocolBroken("an answer is compressed although that was not asked for")
    if isinstance(answer.stream, httpx2.AsyncByteStream):
        answer.stream = _CappedStream(answer.stream)


@functools.cache
def _trusted_authorities() -> ssl.SSLContext:
    # Reading the certificates takes tens of milliseconds, so it is done once.
    return httpx2.create_ssl_context()


def _place(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path}"
