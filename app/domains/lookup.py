"""Asks DNS for a host's records and compares them; it knows no row and changes nothing."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from ipaddress import ip_address

import dns.asyncresolver
import dns.exception
import dns.rdatatype
import dns.resolver
from dns.nameserver import Do53Nameserver
from dns.rdata import Rdata
from dns.rdtypes.ANY.TXT import TXT

from app.domains.records import Findings, Found, Wanted

ANSWERED_WITHIN_S = 6.0
ONE_SERVER_WITHIN_S = 2.0
# Aliases of aliases; public resolvers follow about as many.
CHAIN_AT_MOST = 8
SEEN_AT_MOST, SEEN_LENGTH = 5, 120


class _Unanswered(Exception):
    """No server said whether the record is there."""


class Dns:
    """DNS as one may ask it here: the given servers, or the machine's."""

    def __init__(
        self, servers: Sequence[tuple[str, int]], *, within_s: float = ANSWERED_WITHIN_S
    ) -> None:
        self._resolver = dns.asyncresolver.Resolver(configure=False)
        if servers:
            self._resolver.nameservers = [Do53Nameserver(*each) for each in servers]
        else:
            # A machine without any gets no answers, which is said of each domain.
            with suppress(dns.resolver.NoResolverConfiguration):
                self._resolver = dns.asyncresolver.Resolver()
        self._resolver.lifetime = within_s
        self._resolver.timeout = ONE_SERVER_WITHIN_S

    async def look(self, wanted: Wanted) -> Findings:
        """What is there now. Never raises: what cannot be found out is `unanswered`."""
        token, place = await asyncio.gather(self._token(wanted), self._place(wanted))
        return Findings(token, place)

    async def _token(self, wanted: Wanted) -> Found:
        try:
            records = await self._ask(wanted.token_name, "TXT")
        except _Unanswered:
            return Found("unanswered")
        values = [b"".join(each.strings) for each in records if isinstance(each, TXT)]
        if any(value.strip() == wanted.token.encode() for value in values):
            return Found("right", (f"TXT {wanted.token}",))
        seen = _seen("TXT", [value.decode("ascii", "replace") for value in values])
        return Found("wrong" if seen else "missing", seen)

    async def _place(self, wanted: Wanted) -> Found:
        """An alias of ours, over any number of others; or addresses that are all ours: a visitor
        may get any of them."""
        try:
            aliases = await self._aliases(wanted)
            if wanted.target in aliases:
                return Found("right", (f"CNAME {wanted.target}",))
            found = await asyncio.gather(
                self._ask(wanted.host, "A"), self._ask(wanted.host, "AAAA")
            )
        except _Unanswered:
            return Found("unanswered")
        addresses = [each.to_text() for records in found for each in records]
        seen = _seen("CNAME", aliases[:1]) + _seen("A", [a for a in addresses if ":" not in a])
        seen += _seen("AAAA", [a for a in addresses if ":" in a])
        if addresses and {ip_address(each) for each in addresses} <= set(wanted.addresses):
            return Found("right", seen[:SEEN_AT_MOST])
        return Found("wrong" if seen else "missing", seen[:SEEN_AT_MOST])

    async def _aliases(self, wanted: Wanted) -> list[str]:
        """Where the host's CNAME leads, and that one's, as far as it goes or to the target."""
        aliases: list[str] = []
        name = wanted.host
        while len(aliases) < CHAIN_AT_MOST and name != wanted.target:
            records = await self._ask(name, "CNAME")
            if not records:
                break
            name = records[0].to_text().rstrip(".").lower()
            aliases.append(name)
        return aliases

    async def _ask(self, name: str, kind: str) -> list[Rdata]:
        """The records; none where there are none. Raises _Unanswered."""
        try:
            answer = await self._resolver.resolve(f"{name}.", kind, raise_on_no_answer=False)
        except dns.resolver.NXDOMAIN:
            return []
        except (dns.exception.DNSException, OSError):
            raise _Unanswered from None
        wanted_kind = dns.rdatatype.from_text(kind)
        return [each for each in answer.rrset or () if each.rdtype == wanted_kind]


def _seen(kind: str, values: list[str]) -> tuple[str, ...]:
    """For people: anybody may put anything into their DNS."""
    clean = ("".join(c if c.isprintable() else "\ufffd" for c in value) for value in values)
    return tuple(f"{kind} {value[:SEEN_LENGTH]}" for value in list(clean)[:SEEN_AT_MOST])
