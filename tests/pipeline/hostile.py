"""Small real servers that play the hostile internet: canaries, a site and a name server."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

import dnslib  # type: ignore[import-untyped]

HTML = "text/html; charset=utf-8"


@dataclass
class Canary:
    """Counts who comes in on one port of 127.0.0.1, 127.0.0.2 and ::1, over TCP and UDP."""

    port: int = 0
    connections: int = 0
    datagrams: int = 0
    by_address: dict[str, int] = field(default_factory=dict)
    datagram_came: asyncio.Event = field(default_factory=asyncio.Event)

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        address = writer.get_extra_info("sockname")[0]
        self.by_address[address] = self.by_address.get(address, 0) + 1
        writer.write(
            b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\n"
            b"Connection: close\r\nContent-Length: 2\r\n\r\nok"
        )
        writer.close()


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, canary: Canary) -> None:
        self._canary = canary

    def datagram_received(self, data: bytes, addr: object) -> None:
        self._canary.datagrams += 1
        self._canary.datagram_came.set()


@asynccontextmanager
async def canary() -> AsyncIterator[Canary]:
    """A listener nobody may reach; all its addresses share one port."""
    bird = Canary()
    first = await asyncio.start_server(bird.accept, "127.0.0.1", 0)
    bird.port = first.sockets[0].getsockname()[1]
    others = ("127.0.0.2", "::1")
    servers = [first, *[await asyncio.start_server(bird.accept, a, bird.port) for a in others]]
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: _Datagrams(bird), ("127.0.0.1", bird.port)
    )
    try:
        yield bird
    finally:
        transport.close()
        for server in servers:
            server.close()
            await server.wait_closed()


@dataclass
class Site:
    """A site at 127.0.0.1: `pages` by path, `/to?URL` redirects there; `heads` are what it saw."""

    pages: Mapping[str, tuple[str, str]]
    port: int = 0
    heads: list[str] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            self.heads.append(head)
            path, _, query = head.split(" ", 2)[1].partition("?")
            kind, body = self.pages.get(path, (HTML, "<title>site</title>"))
            status = f"302 Found\r\nLocation: {query}" if path == "/to" else "200 OK"
            data = body.encode()
            writer.write(
                f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nConnection: close\r\n"
                f"Content-Length: {len(data)}\r\n\r\n".encode()
                + data
            )
            await writer.drain()
        except (OSError, EOFError):
            pass  # the browser changed its mind
        finally:
            writer.close()


@asynccontextmanager
async def site(pages: Mapping[str, tuple[str, str]] | None = None) -> AsyncIterator[Site]:
    """A site of the attacker's, which the test allows."""
    here = Site(pages or {})
    server = await asyncio.start_server(here.serve, "127.0.0.1", 0)
    here.port = server.sockets[0].getsockname()[1]
    try:
        yield here
    finally:
        server.close()
        await server.wait_closed()


class NameServer(asyncio.DatagramProtocol):
    """A name server on loopback whose answers change: one list per query, the last one stays."""

    def __init__(self, zone: Mapping[str, Sequence[Sequence[str]]]) -> None:
        self.zone = zone
        self.asked: list[str] = []
        self._lookups: dict[str, int] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        query = dnslib.DNSRecord.parse(data)
        reply = query.reply()
        name = str(query.q.qname).rstrip(".").lower()
        kind = dnslib.QTYPE[query.q.qtype]
        if kind == "A":  # A and AAAA of one lookup get the same list
            self.asked.append(name)
        answers = self.zone.get(name)
        if answers is None:
            reply.header.rcode = dnslib.RCODE.NXDOMAIN
        else:
            turn = min(self.asked.count(name) - 1, len(answers) - 1)
            for address in answers[turn]:
                if (":" in address) == (kind == "AAAA"):
                    line = f"{name}. 0 IN {kind} {address}"
                    reply.add_answer(*dnslib.RR.fromZone(line))
        self.transport.sendto(reply.pack(), addr)

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        """A resolver for the guard that asks this server over UDP, first A, then AAAA."""
        addresses: list[str] = []
        for kind in ("A", "AAAA"):
            reply = await self._ask(host, kind)
            if reply.header.rcode == dnslib.RCODE.NXDOMAIN:
                raise OSError(f"no such host: {host}")
            addresses += [str(record.rdata) for record in reply.rr]
        return addresses

    async def _ask(self, host: str, kind: str) -> dnslib.DNSRecord:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[bytes] = loop.create_future()
        transport, _ = await loop.create_datagram_endpoint(
            lambda: _Answer(answer), remote_addr=self.transport.get_extra_info("sockname")
        )
        try:
            transport.sendto(dnslib.DNSRecord.question(host, kind).pack())
            return dnslib.DNSRecord.parse(await answer)
        finally:
            transport.close()


class _Answer(asyncio.DatagramProtocol):
    def __init__(self, answer: asyncio.Future[bytes]) -> None:
        self._answer = answer

    def datagram_received(self, data: bytes, addr: object) -> None:
        if not self._answer.done():
            self._answer.set_result(data)


@asynccontextmanager
async def name_server(zone: Mapping[str, Sequence[Sequence[str]]]) -> AsyncIterator[NameServer]:
    """`zone`: name to its answers, one list of addresses per lookup; other names do not exist."""
    transport, server = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: NameServer(zone), ("127.0.0.1", 0)
    )
    try:
        yield server
    finally:
        transport.close()


@dataclass
class Scripted:
    """An origin that says one thing word for word; `seen` is what it was sent."""

    answer: bytes
    until: bytes
    port: int = 0
    seen: list[bytes] = field(default_factory=list)
    done: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            self.seen.append(await reader.readuntil(self.until))
            writer.write(self.answer)
            await writer.drain()
        except (OSError, EOFError):
            pass
        finally:
            writer.close()
            self.done.set()


@asynccontextmanager
async def scripted(answer: bytes, *, until: bytes = b"\r\n\r\n") -> AsyncIterator[Scripted]:
    """An origin at 127.0.0.1 that reads up to `until`, says `answer` word for word, hangs up."""
    origin = Scripted(answer, until)
    server = await asyncio.start_server(origin.serve, "127.0.0.1", 0)
    origin.port = server.sockets[0].getsockname()[1]
    try:
        yield origin
    finally:
        server.close()
        await server.wait_closed()
