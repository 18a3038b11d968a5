"""Every route of the application, found from its own list: a stranger to a workspace finds nothing.

Charlie is signed in, owns a workspace of his own and asks on Acme's host, with the ids of rows that
Acme really has. A route that comes later is tried without a line being added here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from litestar.routes import HTTPRoute
from sqlalchemy import Table

from tests.cast import Cast, in_workspace, litestar_in
from tests.db.rows import TENANT_TABLES, insert_row

# Before anybody is signed in, or about nobody.
OPEN = re.compile(
    r"(health|sign_in|oauth|outbox|dev|webhooks)\..+"
    r"|password\.(forgotten_page|send_reset|reset_page|reset)"
    r"|static|service_worker|offline|metrics|tls\.ask|hosts\.enter|media\.signed"
    r"|viewer\.(events|embed|oembed|qr|page|state|file|logo|captions|password|erase_page|erase)"
)
# About the signed-in person and no workspace, or for staff alone; most lead to the app's own host.
PERSONAL = re.compile(
    r"(welcome|devices|workspaces|join|site|staff)\..+|hosts\.leave|home\.page"
    r"|email_change\.(page|confirm)"
)

# What some doors ask for before they look: a good form, so that only the workspace is wrong.
FIELDS = {"role": "member"}


@dataclass(frozen=True)
class Door:
    """A route with one of its methods."""

    name: str
    method: str
    path: str

    def path_with(self, ids: dict[str, UUID]) -> str:
        return re.sub(r"\{(\w+)\}", lambda found: str(ids.get(found[1], uuid4())), self.path)


def _doors(cast: Cast) -> Iterator[Door]:
    for route in litestar_in(cast.site.app).routes:
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                for method in sorted(handler.http_methods - {"OPTIONS"}):
                    name = handler.name or str(handler)
                    yield Door(name, str(method), route.path_format)


def _of_workspace(cast: Cast) -> list[Door]:
    return [
        door
        for door in _doors(cast)
        if not OPEN.fullmatch(door.name) and not PERSONAL.fullmatch(door.name)
    ]


@pytest.fixture
async def ids(cast: Cast) -> dict[str, UUID]:
    """Ids of Acme's own rows by the names that routes call them by: campaign_id, lead_id."""
    found = {"user_id": cast.users["bob"].id, "workspace_id": cast.acme.id}
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        for table in TENANT_TABLES:
            if "id" in table.c:
                row = await insert_row(session, table, cast.acme.id)
                found[f"{_one(table)}_id"] = row["id"]
    return found


def _one(table: Table) -> str:
    return table.name.removesuffix("ies") + "y" if table.name.endswith("ies") else table.name[:-1]


async def _ask(who: httpx.AsyncClient, door: Door, ids: dict[str, UUID]) -> httpx.Response:
    body: dict[str, Any] = {"content": b"x"} if door.method == "PUT" else {}
    if door.method == "POST":
        body = {"data": FIELDS}
    return await who.request(door.method, door.path_with(ids), params={"size": 1}, **body)


async def test_a_stranger_gets_404_at_every_door_of_a_workspace(
    cast: Cast, ids: dict[str, UUID]
) -> None:
    doors = _of_workspace(cast)
    assert len(doors) > 60, "the routes are not found"
    open_doors = []
    for door in doors:
        status = (await _ask(cast.charlie, door, ids)).status_code
        if status != 404:
            open_doors.append(f"{door.method} {door.path} ({door.name}): {status}")
    assert open_doors == []


async def test_the_ids_of_another_workspace_are_404_at_home_too(
    cast: Cast, ids: dict[str, UUID]
) -> None:
    """With a good session on the own host, where only the rows' workspace is wrong."""
    doors = [door for door in _of_workspace(cast) if "_id}" in door.path]
    assert len(doors) > 30
    open_doors = []
    for door in doors:
        status = (await _ask(cast.charlie_at_home, door, ids)).status_code
        if status != 404:
            open_doors.append(f"{door.method} {door.path} ({door.name}): {status}")
    assert open_doors == []


async def test_who_is_signed_out_is_led_to_the_sign_in(cast: Cast, ids: dict[str, UUID]) -> None:
    wrong = []
    for door in _of_workspace(cast):
        answer = await _ask(cast.nobody, door, ids)
        leads_in = answer.headers.get("location", "").startswith("/enter?next=/")
        # Uploads are sent by a script, which tells of it in its own words.
        if answer.status_code != 401 and not (answer.status_code == 303 and leads_in):
            wrong.append(f"{door.method} {door.path} ({door.name}): {answer.status_code}")
    assert wrong == []


async def test_what_is_the_person_s_shows_nothing_of_the_workspace(
    cast: Cast, ids: dict[str, UUID]
) -> None:
    doors = [door for door in _doors(cast) if PERSONAL.fullmatch(door.name)]
    assert doors
    for door in doors:
        if door.method == "GET":
            answer = await _ask(cast.charlie, door, ids)
            assert answer.status_code in {200, 303, 404}, door
            assert "Acme" not in answer.text, door
