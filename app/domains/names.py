"""Which hosts a team may lead to its landing pages, from what was typed; it asks no DNS server."""

import re
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from urllib.parse import urlsplit

import idna
from publicsuffixlist import PublicSuffixList

from app.errors import LoomliteError

EXAMPLE = "videos.acmecorp.com"
TOKEN_LABEL = "_loomlite"  # noqa: S105 - the place of a token, and none
LONGEST = 253 - len(TOKEN_LABEL) - 1
# Names that no public DNS has: RFC 6761, 6762, 7686, 8375, 9476 and ICANN's .internal.
RESERVED = {
    *("alt", "arpa", "example", "home", "internal", "invalid", "lan", "local", "localhost"),
    *("onion", "test"),
}
# What browsers read as an IPv4 address: https://url.spec.whatwg.org/#ends-in-a-number-checker
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")


class DomainRefused(LoomliteError):
    """What was typed is no host that a team could lead here; the text says why and what to do."""


@dataclass(frozen=True)
class DomainName:
    """`host` in small ASCII letters. `registered` is what was bought of it: `acmecorp.com` of
    `videos.acmecorp.com`."""

    host: str
    registered: str

    @property
    def is_apex(self) -> bool:
        """Whether there is no subdomain. Such a host has other records, so it can be no alias."""
        return self.host == self.registered

    @property
    def shown(self) -> str:
        """As people write it: `videos.müller.de`."""
        return _in_letters(self.host)

    @property
    def registered_shown(self) -> str:
        return _in_letters(self.registered)


def read_name(text: str, *, own_hosts: set[str], takes_apex: bool) -> DomainName:
    """The host in what was typed, which may be a whole address.

    `own_hosts` are the service's; neither they nor what is above or below them is anybody's to
    take. Raises DomainRefused.
    """
    name = name_of(_host_in(text))
    for own in own_hosts:
        if name.host == own or name.host.endswith(f".{own}") or own.endswith(f".{name.host}"):
            raise DomainRefused("This is an address of Loom-Lite itself. Use a domain of your own.")
    ending = name.host.rpartition(".")[2]
    if ending in RESERVED:
        raise DomainRefused(
            f"Names that end in .{ending} are not part of the public internet. Enter a domain such "
            f"as {EXAMPLE}."
        )
    if not name.registered:
        raise DomainRefused(
            f"{name.shown} belongs to everybody who registers a name under it. Use a subdomain of "
            f"your own domain, such as {EXAMPLE}."
        )
    if name.is_apex and not takes_apex:
        raise DomainRefused(
            f"{name.shown} itself cannot be an alias of another host (CNAME), as the start of a "
            f"domain has other records. Use a subdomain, such as videos.{name.shown}."
        )
    return name


def name_of(host: str) -> DomainName:
    """The same of a host that was read before; `registered` is "" of a public suffix."""
    return DomainName(host, _suffixes().privatesuffix(host) or "")


@cache
def _suffixes() -> PublicSuffixList:
    """The list as it came with the package: reading it takes 30 ms."""
    return PublicSuffixList()


def _host_in(text: str) -> str:
    bare = text.strip()
    try:
        parts = urlsplit(bare if "://" in bare else f"//{bare}")
        typed, port, user = parts.hostname or "", parts.port, parts.username
    except ValueError:  # brackets that hold no address, a port that is no number
        raise _no_domain() from None
    if port is not None or user is not None or parts.scheme not in {"", "http", "https"}:
        raise _no_domain()
    typed = typed.rstrip(".。．｡")
    if _is_address(typed):
        raise DomainRefused(
            f"An IP address has no name that could be shown in a link. Enter a domain such as "
            f"{EXAMPLE}."
        )
    host = _in_ascii(typed)
    # Letters and digits of other scripts may have become a number.
    if "." not in host or _is_address(host):
        raise _no_domain()
    if len(host) > LONGEST:
        raise DomainRefused(f"A domain has at most {LONGEST} characters. Use a shorter one.")
    return host


def _in_ascii(typed: str) -> str:
    try:
        host = idna.encode(typed, uts46=True, std3_rules=True, transitional=False).decode()
        # What came in as xn-- must mean something, and be the only way to write it.
        if idna.encode(idna.decode(host), uts46=True, std3_rules=True).decode() != host:
            raise _no_domain()
    except (idna.IDNAError, UnicodeError):
        raise _no_domain() from None
    return host


def _in_letters(host: str) -> str:
    try:
        return idna.decode(host) if host else ""
    except idna.IDNAError:
        return host


def _is_address(host: str) -> bool:
    if _NUMBER.fullmatch(host.rpartition(".")[2]):
        return True
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _no_domain() -> DomainRefused:
    return DomainRefused(f"This is no domain. Enter one such as {EXAMPLE}.")
