"""Which hosts and addresses a page may come from: pure rules that never resolve or connect."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import unquote_to_bytes

# IANA special-purpose registries (RFC 6890 and its updates), Azure's wire server and Alibaba's
# metadata address. The most telling reason stands first: the first match is the one reported.
_DENIED = tuple(
    (ip_network(network), reason)
    for reason, networks in {
        "cloud metadata": "169.254.169.254/32 169.254.170.0/24 168.63.129.16/32 "
        "100.100.100.200/32 192.0.0.192/32 fd00:ec2::/32 fd20:ce::254/128",
        "this machine": "0.0.0.0/8 ::/128",
        "loopback": "127.0.0.0/8 ::1/128",
        "private network": "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7 fec0::/10",
        "carrier network": "100.64.0.0/10",
        "link-local": "169.254.0.0/16 fe80::/10",
        "multicast": "224.0.0.0/4 ff00::/8",
        "documentation or benchmark": "192.0.2.0/24 198.51.100.0/24 203.0.113.0/24 198.18.0.0/15 "
        "2001:db8::/32 3fff::/20 2001:2::/48",
        "IPv4 hidden in IPv6": "::/96 64:ff9b:1::/48 2001::/32 2002::/16",
        "reserved": "192.0.0.0/24 192.88.99.0/24 240.0.0.0/4 100::/64 2001::/23",
    }.items()
    for network in networks.split()
)
_GLOBAL_UNICAST = ip_network("2000::/3")  # RFC 4291: all that IANA gives to the public internet
_NAT64 = ip_network("64:ff9b::/96")  # RFC 6052; how IPv6-only machines reach IPv4

_METADATA_NAMES = frozenset(
    {
        "metadata",
        "instance-data",
        "metadata.goog",
        "metadata.google.internal",
        "metadata.packet.net",
        "metadata.tencentyun.com",
    }
)
_INNER_SUFFIXES = (".internal", ".local", ".localdomain", ".home.arpa", ".lan", ".intranet")

# WHATWG URL, "forbidden domain code point".
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f#/:<>?@\[\\\]^|%\ufffd]")
# UTS 46 drops these without a trace: a soft hyphen must not hide "local-host".
_IGNORED = dict.fromkeys((0xAD, 0x34F, 0x200B, 0x2060, 0x2064, 0xFEFF, *range(0xFE00, 0xFE10)))


@dataclass(frozen=True, slots=True)
class AllowedAddress:
    """One exact host (as `normal_host` writes it) and port that the rules do not apply to."""

    host: str
    port: int


def parse_allow(text: str) -> AllowedAddress:
    """Read `127.0.0.1:8099`, `[::1]:8099` or `localhost:8099`; anything else is a ValueError."""
    host, port = split_authority(text.strip())
    if port is None:
        raise ValueError(f"{text!r} names no port: write it like 127.0.0.1:8099")
    return AllowedAddress(host, port)


def split_authority(text: str) -> tuple[str, int | None]:
    """Split `host`, `host:port` or `[v6]:port`; user names are refused. Raises ValueError."""
    match = re.fullmatch(r"(\[[^\[\]]*\]|[^:\[\]]*)(?::([0-9]{0,5}))?", text)
    if match is None or "@" in text:
        raise ValueError(f"{text!r} is not a host and port")
    port = int(match[2]) if match[2] else None
    if port is not None and not 0 < port < 65536:
        raise ValueError(f"{port} is not a port")
    return normal_host(match[1]), port


def normal_host(text: str) -> str:
    """Write a URL's host as Chromium does (WHATWG URL §3.5), without brackets or a final dot.

    `0x7f.1`, `2130706433`, `%3127.0.0.1` and full-width spellings become the dotted quad that
    they mean, so a rule sees one form only. The mapping approximates UTS 46 (NFKC, lower case,
    ignored code points): Chromium sends names to a proxy as punycode already. Raises ValueError.
    """
    if text.startswith("["):
        if not text.endswith("]") or "%" in text:
            raise ValueError(f"{text!r} is not an IPv6 host; zones are not for URLs")
        return str(IPv6Address(text[1:-1]))
    name = unquote_to_bytes(text).decode("utf-8", "replace").translate(_IGNORED)
    name = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).lower())
    if _FORBIDDEN.search(name):
        raise ValueError(f"{text!r} holds a character no host may have")
    name = ".".join(_ascii_label(label) for label in re.split("[.\u3002]", name)).removesuffix(".")
    labels = name.split(".")
    if _number(labels[-1]) is not None or labels[-1].isdigit():
        return str(_ipv4(labels))
    if len(name) > 253 or not all(0 < len(label) <= 63 for label in labels):
        raise ValueError(f"{text!r} is not a host name")  # RFC 1035 §2.3.4
    return name


def refused_name(host: str) -> str | None:
    """Why a host is refused before anyone resolves it, or None; `host` is from `normal_host`."""
    if host in _METADATA_NAMES:
        return "cloud metadata"
    if host == "localhost" or host.endswith(".localhost"):
        return "loopback"
    if host.endswith(_INNER_SUFFIXES):
        return "private network"
    return None


def refusal(address: str, own: Collection[str] = ()) -> str | None:
    """Why a numeric address is refused, in words, or None when it is on the public internet.

    `own` are the addresses of this machine's interfaces: a public one would lead back inside.

    IPv4 inside mapped and NAT64 addresses is judged as IPv4. `ipaddress.is_global` alone would let
    multicast, 6to4, IPv4-compatible and site-local addresses through (Python 3.11), so it is only
    the last of the conditions. What is no address at all is refused too.
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return "not an address"
    if isinstance(ip, IPv6Address):
        if ip.scope_id is not None:
            return "link-local"
        if ip.ipv4_mapped is not None:
            ip = ip.ipv4_mapped
        elif ip in _NAT64:
            ip = IPv4Address(int(ip) & 0xFFFFFFFF)
    for network, reason in _DENIED:
        if ip in network:
            return reason
    if str(ip) in own:
        return "this machine"
    if isinstance(ip, IPv6Address) and ip not in _GLOBAL_UNICAST:
        return "reserved"
    return None if ip.is_global and not ip.is_multicast else "reserved"


def _ascii_label(label: str) -> str:
    return label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")


def _number(text: str) -> int | None:
    """One part of an IPv4 address: decimal, octal behind 0, hexadecimal behind 0x (alone: 0)."""
    if re.fullmatch(r"0x[0-9a-f]*", text):
        return int(text[2:] or "0", 16)
    if re.fullmatch(r"0[0-7]*", text):
        return int(text, 8)
    return int(text) if re.fullmatch(r"[1-9][0-9]*", text) else None


def _ipv4(labels: list[str]) -> IPv4Address:
    parts = [_number(label) for label in labels]
    numbers = [part for part in parts if part is not None]
    *leading, last = numbers
    if (
        len(numbers) != len(parts)
        or len(parts) > 4
        or any(number > 255 for number in leading)
        or last >= 256 ** (5 - len(parts))
    ):
        raise ValueError(f"{'.'.join(labels)!r} looks like an IPv4 address but is none")
    return IPv4Address(sum(n << (24 - 8 * i) for i, n in enumerate(leading)) + last)
