"""Which stored files the rows name; a kind of file that it does not know counts as named."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import User
from app.campaigns.models import Campaign
from app.facecams.models import Facecam
from app.renders.check_models import PageCheck, Preview
from app.renders.models import Render
from app.viewer.models import LandingPage
from app.workspaces.models import Workspace

ENDED = ("completed", "failed", "cancelled")


@dataclass(frozen=True)
class Place:
    """What a key says of its file: `workspaces/<workspace_id>/<kind>/<id>/…`, `people/<id>/…`."""

    key: str
    owner_id: UUID
    kind: str
    thing: str

    @property
    def thing_id(self) -> UUID | None:
        try:
            return UUID(self.thing)
        except ValueError:
            return None


def place_of(key: str) -> Place | None:
    """None: a key of another form, which is none of ours to judge."""
    root, _, rest = key.partition("/")
    owner, _, rest = rest.partition("/")
    try:
        owner_id = UUID(owner)
    except ValueError:
        return None
    if root == "people":
        return Place(key, owner_id, "people", "")
    kind, _, rest = rest.partition("/")
    return Place(key, owner_id, kind, rest.partition("/")[0]) if root == "workspaces" else None


async def find_unnamed(session: AsyncSession, keys: Iterable[str]) -> list[Place]:
    """Those of the keys that no row names. The session must see every workspace."""
    places = [place for key in keys if (place := place_of(key)) is not None]
    owners = {place.owner_id for place in places if place.kind != "people"}
    living = set(await session.scalars(select(Workspace.id).where(Workspace.id.in_(owners))))
    people = await _avatars(session, [each for each in places if each.kind == "people"])
    unnamed = [each for each in places if each.kind == "people" and each.key not in people]
    unnamed += [each for each in places if each.kind != "people" and each.owner_id not in living]
    for kind, named_of in NAMED.items():
        of_kind = [each for each in places if each.kind == kind and each.owner_id in living]
        if of_kind:
            is_named = await named_of(session, of_kind)
            unnamed += [each for each in of_kind if not is_named(each)]
    return unnamed


IsNamed = Callable[[Place], bool]


async def _avatars(session: AsyncSession, places: list[Place]) -> set[str | None]:
    keys = [each.key for each in places]
    return set(await session.scalars(select(User.avatar_key).where(User.avatar_key.in_(keys))))


async def _named_logos(session: AsyncSession, places: list[Place]) -> IsNamed:
    """Workspaces' own, and those of their landing pages."""
    keys = [each.key for each in places]
    found = {
        key
        for table in (Workspace, LandingPage)
        for key in await session.scalars(select(table.logo_key).where(table.logo_key.in_(keys)))
    }
    return lambda place: place.key in found


async def _named_facecams(session: AsyncSession, places: list[Place]) -> IsNamed:
    found = set(await session.scalars(select(Facecam.id).where(Facecam.id.in_(_ids(places)))))
    return lambda place: place.thing_id in found


async def _named_previews(session: AsyncSession, places: list[Place]) -> IsNamed:
    found = set(await session.scalars(select(Preview.id).where(Preview.id.in_(_ids(places)))))
    return lambda place: place.thing_id in found


async def _named_renders(session: AsyncSession, places: list[Place]) -> IsNamed:
    rows = await session.execute(
        select(Render.id, Render.state, Render.files).where(Render.id.in_(_ids(places)))
    )
    found = {
        # While it is under way its files are stored before the row names them.
        render_id: {file["key"] for file in files.values()} if state in ENDED else None
        for render_id, state, files in rows
    }

    def is_named(place: Place) -> bool:
        if place.thing_id not in found:
            return False
        keys = found[place.thing_id]
        return keys is None or place.key in keys

    return is_named


async def _named_of_campaigns(session: AsyncSession, places: list[Place]) -> IsNamed:
    """Lists that wait to be read, and pictures of pages that were checked."""
    keys = [each.key for each in places]
    pictures = set(
        await session.scalars(select(PageCheck.picture_key).where(PageCheck.picture_key.in_(keys)))
    )
    imports = set(
        await session.scalars(
            select(Campaign.leads_import["id"].astext).where(Campaign.id.in_(_ids(places)))
        )
    )

    def is_named(place: Place) -> bool:
        name = place.key.rpartition("/")[2]
        return place.key in pictures or name.removesuffix(".csv") in imports

    return is_named


def _ids(places: list[Place]) -> set[UUID]:
    return {place.thing_id for place in places if place.thing_id is not None}


NAMED = {
    "logos": _named_logos,
    "facecams": _named_facecams,
    "previews": _named_previews,
    "renders": _named_renders,
    "campaigns": _named_of_campaigns,
}
