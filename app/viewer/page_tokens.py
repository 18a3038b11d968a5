"""The token of one load of a landing page: signed, so that what the page tells needs no look-up.

It says whose page it is, which video it shows and since when; a browser cannot change any of it.
"""

import base64
import binascii
import hmac
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

from app.db.base import new_id

Source = Literal["page", "embed"]
Clock = Callable[[], float]  # seconds since 1970

# A page that is left open over night still counts in the morning.
LIFE_S = 24 * 3600
# Of a server whose clock is a little ahead of ours.
AHEAD_S = 120
MARK_BYTES = 16
_TEAM, _PRIVATE, _EMBED = 1, 2, 4
# Four ids, when it was opened (ms since 1970), the video's length (ms), marks; then the public id.
_FORM = struct.Struct(">16s16s16s16sQIB")


@dataclass(frozen=True)
class PageToken:
    """One load of a page. `is_team`: by a member of its workspace, signed in. `is_private`: the
    browser asked not to be tracked."""

    workspace_id: UUID
    campaign_id: UUID
    render_id: UUID
    visit_id: UUID
    public_id: str
    opened_at: datetime
    duration_s: float
    is_team: bool = False
    is_private: bool = False
    source: Source = "page"


def new_page(
    workspace_id: UUID,
    campaign_id: UUID,
    render_id: UUID,
    public_id: str,
    duration_s: float,
    *,
    is_team: bool = False,
    is_private: bool = False,
    source: Source = "page",
    clock: Clock = time.time,
) -> PageToken:
    """A load of the page that begins now, with a random visit of its own."""
    at = datetime.fromtimestamp(int(clock() * 1000) / 1000, UTC)
    return PageToken(
        workspace_id, campaign_id, render_id, new_id(), public_id, at, duration_s,
        is_team, is_private, source,
    )  # fmt: skip


def make(secret: bytes, page: PageToken) -> str:
    """The page's token as text that stands in an attribute or in JSON as it is."""
    marks = _TEAM * page.is_team | _PRIVATE * page.is_private | _EMBED * (page.source == "embed")
    told = _FORM.pack(
        page.workspace_id.bytes,
        page.campaign_id.bytes,
        page.render_id.bytes,
        page.visit_id.bytes,
        round(page.opened_at.timestamp() * 1000),
        round(page.duration_s * 1000),
        marks,
    ) + page.public_id.encode("ascii")
    return base64.urlsafe_b64encode(_mark(secret, told) + told).decode().rstrip("=")


def read(secret: bytes, text: str, clock: Clock = time.time) -> PageToken | None:
    """The page that this server made the token for; None if it did not, or too long ago."""
    try:
        known = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    mark, told = known[:MARK_BYTES], known[MARK_BYTES:]
    if len(told) < _FORM.size or not hmac.compare_digest(mark, _mark(secret, told)):
        return None
    workspace, campaign, render, visit, opened_ms, duration_ms, marks = _FORM.unpack_from(told)
    if not -AHEAD_S <= clock() - opened_ms / 1000 <= LIFE_S:
        return None
    return PageToken(
        UUID(bytes=workspace),
        UUID(bytes=campaign),
        UUID(bytes=render),
        UUID(bytes=visit),
        told[_FORM.size :].decode("ascii"),
        datetime.fromtimestamp(opened_ms / 1000, UTC),
        duration_ms / 1000,
        bool(marks & _TEAM),
        bool(marks & _PRIVATE),
        "embed" if marks & _EMBED else "page",
    )


def _mark(secret: bytes, told: bytes) -> bytes:
    # What it is for stands first: nothing else that is signed with this secret can be a page.
    return hmac.digest(secret, b"page\n" + told, "sha256")[:MARK_BYTES]
