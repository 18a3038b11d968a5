"""What handlers of landing pages look up: whose host it is, the link of an id, and who asks.

No session of the request is used: a page comes from a short memory, or from one short transaction.
"""

import asyncio
from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.auth_sessions import find_session
from app.accounts.session_cookie import cookie_name
from app.db.base import now
from app.db.session import Database, after_commit
from app.errors import LoomliteError
from app.viewer.addresses import LinkPlace, place_on_own_host, place_on_subdomain
from app.viewer.caption_tracks import CaptionTracks
from app.viewer.glimpses import Glimpses
from app.viewer.landing import State
from app.viewer.link import Link
from app.viewer.link_reads import enter_by_id, enter_by_slug, read_link
from app.viewer.password_cookie import is_unlocked
from app.viewer.short_cache import ShortCache
from app.web.hosts import host_of
from app.web.pages import AnyRequest, settings_of, state_of
from app.workspaces.service import find_membership

log = structlog.get_logger()

# Whether it is the team that looks changes a figure, not the page: it is not waited for longer.
TEAM_WITHIN_S = 1.0
TEAM_KEPT_S = 60.0


class LinkOutOfReach(LoomliteError):
    """The database does not say in time what is there, and nothing is remembered of it."""

    status = 503

    def __init__(self) -> None:
        super().__init__("This page cannot be shown right now. Try again in a minute.")


@dataclass
class HeldLink:
    """A link as it is remembered, with what was drawn of it: it goes when the link is another."""

    link: Link
    drawn: dict[Hashable, Any] = field(default_factory=dict)


LinkKey = tuple[str | UUID, str]


@dataclass(frozen=True)
class LinkMemory:
    """What this process remembers of links, and of who belongs to whose team."""

    links: ShortCache[LinkKey, HeldLink] = field(default_factory=ShortCache)
    # Pages that are the same for all addresses, once they were drawn.
    neutral: dict[State, Any] = field(default_factory=dict)
    glimpses: Glimpses = field(default_factory=Glimpses)
    captions: CaptionTracks = field(default_factory=CaptionTracks)
    teams: ShortCache[tuple[str, str], bool] = field(
        default_factory=lambda: ShortCache(fresh_s=TEAM_KEPT_S, patience_s=TEAM_WITHIN_S)
    )

    def forget(self, workspace_id: UUID, public_id: str | None = None) -> None:
        """What this process knows of a workspace's link, or of all of them, is read anew."""
        self.links.drop_where(
            lambda held: (
                held.link.workspace_id == workspace_id and public_id in {None, held.link.public_id}
            )
        )


@dataclass(frozen=True)
class Looked:
    """What an id on a host comes to. `held` is None where there is nothing."""

    public_id: str
    place: LinkPlace
    held: HeldLink | None

    @property
    def link(self) -> Link | None:
        return self.held.link if self.held else None

    def state(self, request: AnyRequest) -> State:
        """What the link shows to this browser now."""
        if self.held is None:
            return "gone"
        link = self.held.link
        return link.state_at(now(), unlocked=not link.password_hash or is_unlocked(request, link))


def memory_of(request: AnyRequest) -> LinkMemory:
    memory: LinkMemory = request.app.state.link_memory
    return memory


def forget_after(
    request: AnyRequest, session: AsyncSession, workspace_id: UUID, public_id: str | None = None
) -> None:
    """`LinkMemory.forget` once the session's changes are committed: who looks before that would
    have the link remembered as it was."""
    after_commit(session, partial(memory_of(request).forget, workspace_id, public_id))


async def look_up(request: AnyRequest, public_id: str) -> Looked:
    """The link of this id on the host that was asked; never another workspace's.

    Raises LinkOutOfReach when the database is away and nothing is remembered.
    """
    state = state_of(request)
    whose: str | UUID | None = state.get("domain_workspace_id") or state["workspace_slug"]
    if whose is None:  # the app's own host has no landing pages
        return Looked(public_id, LinkPlace(settings_of(request).base_url, "/v"), None)
    return await look_up_of(request, whose, public_id, own_place(request, whose))


async def look_up_of(
    request: AnyRequest, whose: str | UUID, public_id: str, place: LinkPlace
) -> Looked:
    """The same of a subdomain, or of a workspace that is known by its own host."""
    links, key = memory_of(request).links, (whose, public_id)
    held = links.find_fresh(key)
    if held is None:
        database: Database = request.app.state.database
        try:
            held = await links.get(key, partial(_read, database, whose, public_id))
        except (SQLAlchemyError, OSError) as error:
            log.warning("viewer.out_of_reach", reason=type(error).__name__, cause=_cause(error))
            raise LinkOutOfReach from None
    return Looked(public_id, place, held)


async def is_team(request: AnyRequest, looked: Looked) -> bool:
    """Whether a member of the workspace looks at the own page. On a team's own host none can be
    recognised: sessions are of other hosts."""
    slug = state_of(request)["workspace_slug"]
    # Prospects have no cookies, and reading none takes its time, too.
    has_cookies = any(name == b"cookie" for name, _ in request.scope["headers"])
    if not has_cookies or slug is None or looked.held is None:
        return False
    token = request.cookies.get(cookie_name(settings_of(request)))
    if not token:
        return False
    host, database = host_of(request.scope), request.app.state.database
    try:
        found = memory_of(request).teams.get(
            (slug, token), lambda _known: _belongs(database, slug, token, host)
        )
        return bool(await asyncio.wait_for(found, TEAM_WITHIN_S))
    except Exception as error:
        log.warning("viewer.team_unknown", reason=type(error).__name__)
        return False


async def _read(
    database: Database, whose: str | UUID, public_id: str, known: HeldLink | None
) -> HeldLink | None:
    async with database.session() as session:
        if isinstance(whose, UUID):
            workspace_id = await enter_by_id(session, whose)
        else:
            workspace_id = await enter_by_slug(session, whose)
        link = await read_link(session, workspace_id, public_id)
    if link is None:
        return None
    return known if known is not None and known.link == link else HeldLink(link)


async def _belongs(database: Database, slug: str, token: str, host: str) -> bool:
    async with database.session() as session:
        found = await find_session(session, token, host)
    if found is None:
        return False
    async with database.session(user_id=found.user_id) as session:
        return await find_membership(session, found.user_id, slug) is not None


def _cause(error: Exception) -> str:
    return type(error.orig).__name__ if isinstance(error, DBAPIError) else ""


def own_place(request: AnyRequest, whose: str | UUID) -> LinkPlace:
    """Where links are on the host that was asked, which is this workspace's."""
    settings = settings_of(request)
    if isinstance(whose, str):
        return place_on_subdomain(settings, whose)
    # The host has been found to be this workspace's; what else the header holds was not.
    name = host_of(request.scope).partition(":")[0].rstrip(".")
    return place_on_own_host(settings, name)
