"""A small DNS server of ours over UDP, whose zone a test changes while it answers."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dnslib import QTYPE, RCODE, RR, DNSRecord  # type: ignore[import-untyped]
from dnslib.server import BaseResolver, DNSServer  # type: ignore[import-untyped]


class Zone(BaseResolver):  # type: ignore[misc]
    """What it answers: lines as in a zone file, such as `videos.acme.com 60 IN A 203.0.113.7`."""

    def __init__(self) -> None:
        self.port = 0
        self.asked: list[tuple[str, str]] = []
        self._lines: list[str] = []
        self._broken: set[str] = set()
        self._lock = threading.Lock()

    @property
    def servers(self) -> str:
        """As in DNS_SERVERS."""
        return f"127.0.0.1:{self.port}"

    def begin_anew(self) -> None:
        with self._lock:
            self.asked, self._lines, self._broken = [], [], set()

    def say(self, *lines: str) -> None:
        """From now on this, and nothing else."""
        with self._lock:
            self._lines = list(lines)

    def add(self, *lines: str) -> None:
        with self._lock:
            self._lines += lines

    def fail_at(self, *names: str) -> None:
        """The servers of these names are broken (SERVFAIL)."""
        with self._lock:
            self._broken = set(names)

    def resolve(self, request: DNSRecord, _handler: Any) -> DNSRecord:
        name, kind = str(request.q.qname).rstrip(".").lower(), QTYPE[request.q.qtype]
        reply = request.reply()
        with self._lock:
            self.asked.append((name, kind))
            records = [rr for line in self._lines for rr in RR.fromZone(line)]
            is_broken = name in self._broken
        here = [rr for rr in records if str(rr.rname).rstrip(".").lower() == name]
        if is_broken:
            reply.header.rcode = RCODE.SERVFAIL
        elif not here:
            reply.header.rcode = RCODE.NXDOMAIN
        for rr in here:
            if QTYPE[rr.rtype] in {kind, "CNAME"}:
                reply.add_answer(rr)
        return reply


@contextmanager
def dns_server() -> Iterator[Zone]:
    """The zone, answering on a port of its own while the block lasts."""
    zone = Zone()
    server = DNSServer(zone, port=0, address="127.0.0.1", logger=_Silent())
    zone.port = server.server.server_address[1]
    server.start_thread()
    try:
        yield zone
    finally:
        server.stop()
        server.server.server_close()


class _Silent:
    """What the server would print of every question."""

    def __getattr__(self, _name: str) -> Any:
        return lambda *_args: None
