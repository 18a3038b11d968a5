"""HTTP/1.1 heads as they pass a proxy: read strictly, written anew; knows no rule of addresses."""

import asyncio
import re
from dataclasses import dataclass
from typing import Literal

from app.pipeline.browser.address_rules import split_authority

REFUSED_HEADER = "X-Loomlite-Refused"

HEAD_BYTES = 256 * 1024  # Chromium's own limit for a response's head
_INTERIM_ANSWERS = 8

# RFC 9110 §7.6.1, and our own word, which no origin may speak in our name.
_HOP_BY_HOP = frozenset(
    "connection keep-alive proxy-connection proxy-authenticate proxy-authorization te trailer "
    f"transfer-encoding upgrade content-length {REFUSED_HEADER.lower()}".split(" ")
)

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")

Body = int | Literal["chunked", "until close", "none"]


class MessageError(Exception):
    """The peer does not speak HTTP/1.1, or stopped in the middle of a message."""


@dataclass(frozen=True, slots=True)
class Head:
    """A start line and its fields, in order, as they came."""

    start: str
    fields: tuple[tuple[str, str], ...]

    def tokens(self, name: str) -> list[str]:
        """Every comma-separated value of the fields of that name, in lower case."""
        values = (value for key, value in self.fields if key.lower() == name)
        return [part.strip().lower() for value in values for part in value.split(",")]

    def end_to_end(self) -> list[tuple[str, str]]:
        """The fields meant for the other end (RFC 9110 §7.6.1); framing is written anew."""
        dropped = _HOP_BY_HOP | set(self.tokens("connection"))
        return [(key, value) for key, value in self.fields if key.lower() not in dropped]

    def body(self, *, otherwise: Body) -> Body:
        """How the body is delimited (RFC 9112 §6.3). Raises MessageError where it is ambiguous."""
        codings, lengths = self.tokens("transfer-encoding"), set(self.tokens("content-length"))
        if codings:
            if codings != ["chunked"]:
                raise MessageError(f"transfer coding {codings}")
            return "chunked"
        if not lengths:
            return otherwise
        length = lengths.pop()
        if lengths or not re.fullmatch(r"[0-9]{1,18}", length):
            raise MessageError("content length")
        return int(length)


@dataclass(frozen=True, slots=True)
class Request:
    """What the browser asks of a proxy: a tunnel (`CONNECT`) or a plain http request."""

    method: str
    host: str  # as `address_rules.normal_host` writes it
    port: int
    authority: str
    path: str
    head: Head
    body: Body

    @property
    def upgrades(self) -> bool:
        return "upgrade" in self.head.tokens("connection") and bool(self.head.tokens("upgrade"))

    @property
    def keeps_alive(self) -> bool:
        return "close" not in self.head.tokens("connection")

    def for_origin(self) -> bytes:
        """The head as the origin shall see it: one request per connection, host from the URL."""
        fields = [("Host", self.authority)]
        fields += [(key, value) for key, value in self.head.end_to_end() if key.lower() != "host"]
        fields += _upgrade_fields(self.head) if self.upgrades else [("Connection", "close")]
        return _write_head(f"{self.method} {self.path} HTTP/1.1", fields + _framing(self.body))


@dataclass(frozen=True, slots=True)
class Response:
    """The origin's final answer, and how its body ends."""

    status: int
    head: Head
    body: Body
    has_body: bool  # an answer to HEAD has the length of a body but none

    def for_browser(self) -> bytes:
        """The head as the browser shall see it."""
        fields = self.head.end_to_end() + _framing(self.body)
        if self.status == 101:
            fields += _upgrade_fields(self.head)
        elif not self.keeps_alive:
            fields.append(("Connection", "close"))
        return _write_head("HTTP/1.1 " + self.head.start.partition(" ")[2], fields)

    @property
    def keeps_alive(self) -> bool:
        return self.body != "until close"


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    """The browser's next request, or None when it hung up between two. Raises MessageError."""
    head = await _read_head(reader)
    if head is None:
        return None
    match = re.fullmatch(r"([A-Za-z-]+) ([!-~]+) HTTP/1\.1", head.start)
    if match is None:
        raise MessageError("not an HTTP/1.1 request")
    method, target = match.groups()
    authority, path = target, ""
    if method != "CONNECT":
        absolute = re.fullmatch(r"http://([^/?#]+)(/[^#]*|\?[^#]*)?", target, re.IGNORECASE)
        if absolute is None:
            raise MessageError("a proxy is asked with an absolute http address")
        authority, path = absolute[1], "/" + (absolute[2] or "").removeprefix("/")
    try:
        host, port = split_authority(authority)
    except ValueError as error:
        raise MessageError(str(error)) from error
    if method == "CONNECT" and port is None:
        raise MessageError("a tunnel needs a port")
    body: Body = "none" if method == "CONNECT" else head.body(otherwise="none")
    return Request(method, host, port or 80, authority, path, head, body)


async def read_response(reader: asyncio.StreamReader, request: Request) -> Response:
    """The answer to `request`, past the interim ones. Raises MessageError."""
    for _ in range(_INTERIM_ANSWERS + 1):
        head = await _read_head(reader)
        match = re.fullmatch(r"HTTP/1\.[01] ([1-9][0-9]{2})(?: .*)?", head.start) if head else None
        if head is None or match is None:
            raise MessageError("not an HTTP/1 response")
        status = int(match[1])
        if status == 101:
            if not request.upgrades:
                raise MessageError("an upgrade nobody asked for")
            return Response(status, head, "none", has_body=False)
        if status >= 200:
            if status in {204, 304}:
                return Response(status, head, "none", has_body=False)
            bare = request.method == "HEAD"
            body = head.body(otherwise="none" if bare else "until close")
            return Response(status, head, body, has_body=not bare)
    raise MessageError("interim answers without end")


async def _read_head(reader: asyncio.StreamReader) -> Head | None:
    lines: list[str] = []
    room = HEAD_BYTES
    while (line := await read_line(reader)) != "":
        if line is None:
            if not lines:
                return None
            raise MessageError("cut off in the head")
        room -= len(line) + 2
        if room < 0:
            raise MessageError("the head is too long")
        if line[0] in " \t" and len(lines) > 1:
            lines[-1] += " " + line.strip()  # an obsolete folded line (RFC 9112 §5.2)
        else:
            lines.append(line)
    if not lines:
        raise MessageError("empty head")
    fields = (line.partition(":") for line in lines[1:])
    # Only what is a field is passed on, so the browser and we cannot read a head differently.
    named = ((key, value.strip(" \t")) for key, _, value in fields if _TOKEN.fullmatch(key))
    return Head(lines[0], tuple(named))


async def read_line(reader: asyncio.StreamReader) -> str | None:
    """One line without its end, None at the end of the stream."""
    try:
        raw = await reader.readline()
    except ValueError as error:  # longer than the reader's limit
        raise MessageError("a line is too long") from error
    if not raw.endswith(b"\n"):
        if raw:
            raise MessageError("cut off in a line")
        return None
    line = raw.removesuffix(b"\n").removesuffix(b"\r").decode("latin-1")
    if _CONTROL.search(line):
        raise MessageError("a control character in the head")
    return line


def _upgrade_fields(head: Head) -> list[tuple[str, str]]:
    protocols = [(key, value) for key, value in head.fields if key.lower() == "upgrade"]
    return [("Connection", "Upgrade"), *protocols]


def _framing(body: Body) -> list[tuple[str, str]]:
    if body == "chunked":
        return [("Transfer-Encoding", "chunked")]
    return [("Content-Length", str(body))] if isinstance(body, int) else []


def _write_head(start: str, fields: list[tuple[str, str]]) -> bytes:
    lines = [start, *(f"{key}: {value}" for key, value in fields)]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")
