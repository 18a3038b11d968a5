"""Where landing pages are, outwards: under `/v/` on a workspace's subdomain, bare on an own host.

Whoever knows the workspace's own host gives it; rows of hosts are not read here.
"""

import hashlib
from dataclasses import dataclass
from urllib.parse import urlencode

from app.settings import Settings

# Handlers know these alone: an own host's `/{public_id}` is led here before they see it.
PAGE = "/v/{public_id:str}"


@dataclass(frozen=True)
class LinkPlace:
    """Where links are. `origin`: scheme and host, without a slash; `prefix`: before the id."""

    origin: str
    prefix: str

    def path(self, public_id: str, thing: str = "") -> str:
        """A path on that very host: the page, or what belongs to it, such as `state`."""
        return f"{self.prefix}/{public_id}{'/' if thing else ''}{thing}"

    def url(self, public_id: str, thing: str = "") -> str:
        """The whole address, for letters and other sites."""
        return self.origin + self.path(public_id, thing)

    def file(self, public_id: str, thing: str, key: str, **query: str) -> str:
        """The path of a stored file, with its version: another file has another address."""
        return f"{self.path(public_id, thing)}?{urlencode({'v': version_of(key)} | query)}"


def version_of(key: str) -> str:
    """What stands for one stored file in addresses; files under a key never change."""
    return hashlib.blake2s(key.encode(), digest_size=6).hexdigest()


def place_on_subdomain(settings: Settings, slug: str) -> LinkPlace:
    return LinkPlace(settings.workspace_url(slug), "/v")


def place_on_own_host(settings: Settings, host: str) -> LinkPlace:
    """On a host that is the team's; with our port where that is not the usual one."""
    _, colon, port = settings.host.partition(":")
    return LinkPlace(f"{settings.scheme}://{host}{colon}{port}", "")
