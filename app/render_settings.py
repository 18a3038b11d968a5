"""What those who run the service choose about making videos: how many at once, and within what."""

import os
from dataclasses import dataclass

from app.setting_fields import SettingsInvalid, setting, whole_number

MOST_SLOTS = 256


def default_slots() -> int:
    """A render keeps about two cores busy: a browser that draws, and x264."""
    return max(1, (os.cpu_count() or 2) // 2)


def read_addresses(name: str, text: str) -> tuple[str, ...]:
    """Exact pairs of host and port, in the order given."""
    found = tuple(each.strip() for each in text.split(",") if each.strip())
    for each in found:
        host, _, port = each.rpartition(":")
        if not host or not port.isdecimal() or not 1 <= int(port) <= 65535:
            raise SettingsInvalid(
                f"{name} must be addresses such as 127.0.0.1:8080, with commas, not {each}."
            )
    return found


@dataclass(frozen=True)
class RenderSettings:
    """Limits of one team are no settings: they are rows, see app/billing/plans.py."""

    render_slots: int | None = setting(
        "RENDER_SLOTS",
        "how many videos this worker makes at once",
        None,
        shown="half of the cores",
        read=whole_number(1, MOST_SLOTS),
    )
    max_concurrent_renders: int | None = setting(
        "MAX_CONCURRENT_RENDERS",
        "how many videos all workers together make at once, whatever their slots",
        None,
        shown="all slots",
        read=whole_number(1, 100_000),
    )
    render_grace_s: int = setting(
        "RENDER_GRACE_S",
        "how long a worker that is told to end goes on with its videos, in seconds; then they go "
        "back to the queue",
        30,
        read=whole_number(0, 3600),
    )
    render_memory_mb: int = setting(
        "RENDER_MEMORY_MB",
        "the memory that one video may take with its browser, in MB; beyond it the video fails",
        3000,
        read=whole_number(500, 1_000_000),
    )
    allow_addresses: tuple[str, ...] = setting(
        "ALLOW_ADDRESSES",
        "pages that may be recorded though they are not public, as host:port with commas; refused "
        "in production",
        (),
        shown="none",
        read=read_addresses,
    )

    @property
    def slots(self) -> int:
        return self.render_slots or default_slots()
