"""What those who run the service choose about visits of landing pages: how long what is kept of
them, and who is no visitor."""

from dataclasses import dataclass
from ipaddress import ip_network
from urllib.parse import urlsplit

from app.setting_fields import SettingsInvalid, setting, whole_number

TEN_YEARS_DAYS = 3660


def read_networks(name: str, text: str) -> tuple[str, ...]:
    found = tuple(filter(None, (part.strip() for part in text.split(","))))
    for each in found:
        try:
            ip_network(each)
        except ValueError:
            raise SettingsInvalid(
                f"{name} must be networks such as 192.0.2.0/24, with commas, not {each}."
            ) from None
    return found


def read_origins(name: str, text: str) -> tuple[str, ...]:
    found = tuple(filter(None, (part.strip() for part in text.split(","))))
    for each in found:
        parts = urlsplit(each)
        if parts.scheme not in {"http", "https"} or each != f"{parts.scheme}://{parts.netloc}":
            raise SettingsInvalid(
                f"{name} must be origins such as https://meet.example.com, with commas, not {each}."
            )
    return found


@dataclass(frozen=True)
class ViewerSettings:
    """What visits add up to is kept as long as the campaign."""

    visit_events_days: int = setting(
        "VISIT_EVENTS_DAYS",
        "how long single events of visits are kept (what was played, paused, clicked, and when); "
        "whole months of them go",
        90,
        read=whole_number(2, TEN_YEARS_DAYS),  # a page tells of its visit for a day
    )
    visits_days: int = setting(
        "VISITS_DAYS",
        "how long single visits are kept; what they add up to stays with the campaign",
        365,
        read=whole_number(2, TEN_YEARS_DAYS),
    )
    scanner_networks: tuple[str, ...] = setting(
        "SCANNER_NETWORKS",
        "networks whose visits are programs' until a hand does something, with commas, besides "
        "those in app/viewer/data_centres.txt",
        (),
        shown="none",
        read=read_networks,
    )
    calendar_origins: tuple[str, ...] = setting(
        "CALENDAR_ORIGINS",
        "where booking pages may be from that landing pages show as their calendar, with commas, "
        "besides https://calendly.com; they must speak Calendly's messages, as the demo's does",
        (),
        shown="none",
        read=read_origins,
    )
