"""What those who run the service choose for teams' own domains; it asks no DNS server."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from app.setting_fields import SettingsInvalid, setting, whole_number

Address = IPv4Address | IPv6Address


def _host(name: str, text: str) -> str:
    host = text.lower().rstrip(".")
    if not all(part.replace("-", "").isalnum() and part.isascii() for part in host.split(".")):
        raise SettingsInvalid(f"{name} must be a host such as loomlite.example.com, not {text}.")
    return host


def _addresses(name: str, text: str) -> tuple[Address, ...]:
    found = []
    for each in filter(None, (part.strip() for part in text.split(","))):
        try:
            found.append(ip_address(each))
        except ValueError:
            raise SettingsInvalid(f"{name} must be IP addresses with commas, not {each}.") from None
    return tuple(found)


def _servers(name: str, text: str) -> tuple[tuple[str, int], ...]:
    """`9.9.9.9`, `127.0.0.1:5353` or `[::1]:5353`, with commas."""
    found = []
    for each in filter(None, (part.strip() for part in text.split(","))):
        bare = f"[{each}]" if each.count(":") > 1 and not each.startswith("[") else each
        try:
            parts = urlsplit(f"//{bare}")
            found.append((str(ip_address(parts.hostname or "")), parts.port or 53))
        except ValueError:
            raise SettingsInvalid(
                f"{name} must be addresses such as 9.9.9.9 or 127.0.0.1:5353, with commas, "
                f"not {each}."
            ) from None
    return tuple(found)


@dataclass(frozen=True)
class DomainSettings:
    """What teams are told to put into their DNS, and how it is looked at."""

    domain_target: str | None = setting(
        "DOMAIN_TARGET",
        "the host that teams' own domains lead to by a CNAME record",
        None,
        shown="APP_HOST",
        read=_host,
    )
    domain_addresses: tuple[Address, ...] = setting(
        "DOMAIN_ADDRESSES",
        "this service's public IP addresses, with commas; with them a team's domain may have A and "
        "AAAA records instead of a CNAME, as a domain without a subdomain must",
        (),
        shown="none",
        read=_addresses,
    )
    domain_withdraw_days: int = setting(
        "DOMAIN_WITHDRAW_DAYS",
        "a team's domain whose records are gone is served for so many days after the letter that "
        "says so",
        7,
        read=whole_number(1, 365),
    )
    dns_servers: tuple[tuple[str, int], ...] = setting(
        "DNS_SERVERS",
        "the DNS servers that are asked for teams' records, such as 9.9.9.9 or 127.0.0.1:5353, "
        "with commas",
        (),
        shown="those of the machine",
        read=_servers,
    )
