"""Reads the address that another site asks to embed, and makes the answer of https://oembed.com;
it opens nothing: an address is only compared with those that are served here."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from app.settings import Settings
from app.viewer.addresses import LinkPlace, place_on_own_host, place_on_subdomain
from app.viewer.email_pieces import embed_code, fitted
from app.viewer.landing import Share
from app.viewer.link import Link
from app.web.served_hosts import ServedHosts

MOST_URL_CHARS = 500
# The usual room of those who ask without saying how much there is; and the most that is given.
ROOM = (640, 640)
MOST_ROOM_PX = 3840
CACHED_S = 3600

_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_PATH = re.compile(r"/(v/)?([A-Za-z0-9_-]{1,24})(?:/embed)?/?")


@dataclass(frozen=True)
class Asked:
    """A page that may be here: whose it is (a workspace, or a subdomain), and the link's id."""

    whose: str | UUID
    public_id: str
    place: LinkPlace


def read_asked(url: str, settings: Settings, served: ServedHosts) -> Asked | None:
    """The page of this address; None for whatever is none of a host that we serve."""
    if len(url) > MOST_URL_CHARS or not url.isascii() or not url.isprintable() or "\\" in url:
        return None
    try:
        parts = urlsplit(url)
        host, _port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return None
    path = _PATH.fullmatch(parts.path)
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc or path is None:
        return None
    prefix, public_id = path.groups()
    workspace_id = served.workspace_of(host)
    if workspace_id is not None:
        return Asked(workspace_id, public_id, place_on_own_host(settings, host))
    label, dot, parent = host.partition(".")
    if not dot or parent != settings.host_name or not prefix or not _LABEL.fullmatch(label):
        return None
    return Asked(label, public_id, place_on_subdomain(settings, label))


def read_room(width: str, height: str) -> tuple[int, int]:
    """`maxwidth` and `maxheight` in pixels; the usual room for what is no such number."""

    def edge(text: str, usual: int) -> int:
        is_number = text.isascii() and text.isdecimal() and len(text) <= 6
        return min(int(text), MOST_ROOM_PX) or usual if is_number else usual

    return edge(width, ROOM[0]), edge(height, ROOM[1])


def oembed_of(
    link: Link, place: LinkPlace, share: Share, room: tuple[int, int], *, may_embed: bool
) -> dict[str, Any]:
    """A `video` with its player, or a `link` with its picture where the player may not be."""
    found: dict[str, Any] = {
        "version": "1.0",
        "type": "link",
        "title": share.title,
        "provider_name": link.workspace_name,
        "provider_url": place.origin,
        "cache_age": CACHED_S,
        "thumbnail_url": share.image_url,
        "thumbnail_width": share.image_width,
        "thumbnail_height": share.image_height,
    }
    if may_embed and link.video is not None:
        width, height = fitted(link.video.width, link.video.height, room)
        name = link.lead.name if link.lead else ""
        html = embed_code(place.url(link.public_id, "embed"), name, width, height)
        found |= {"type": "video", "html": html, "width": width, "height": height}
    return found
