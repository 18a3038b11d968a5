"""Facecams for tests: rows of Acme's, a real clip, an upload by the protocol; it judges nothing."""

from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from app.db.base import new_id, now
from app.db.session import Database
from app.facecams.models import Facecam
from app.jobs.services import Services
from app.mail.send import open_mailer
from tests.cast import Cast, in_workspace
from tests.pipeline.synthetic import clap, make_clip
from tests.pipeline.uploads import stepping

CLIP_S = 1.5
READY = {"duration_s": 30.0, "width": 1280, "height": 720, "fps": 30.0, "has_sound": True}


async def make_facecam(
    cast: Cast, name: str = "Intro", state: str = "ready", **fields: Any
) -> UUID:
    """A facecam of Acme's, uploaded by Bob."""
    facecam_id = new_id()
    known = {
        "file_name": f"{name}.mp4",
        "size_bytes": 1000,
        "created_by_id": cast.users["bob"].id,
        "work_due_at": now() if state == "preparing" else None,
    }
    known |= READY if state == "ready" else {}
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        row = Facecam(
            id=facecam_id, workspace_id=cast.acme.id, name=name, state=state, **known | fields
        )
        session.add(row)
    return facecam_id


async def find_row(cast: Cast, facecam_id: UUID | str) -> Facecam | None:
    """The row as it is now."""
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        return await session.get(Facecam, UUID(str(facecam_id)))


async def read_row(cast: Cast, facecam_id: UUID | str) -> Facecam:
    row = await find_row(cast, facecam_id)
    assert row is not None
    return row


async def announce(
    client: httpx.AsyncClient,
    name: str = "intro.mp4",
    size_bytes: int = 10,
    *,
    query: str = "",
    **more: Any,
) -> httpx.Response:
    body = {"name": name, "size_bytes": size_bytes, "type": "video/mp4", "last_modified": 7} | more
    return await client.post(f"/facecams/uploads{query}", json=body)


async def begin(client: httpx.AsyncClient, size_bytes: int = 10, **more: Any) -> str:
    """Where the chunks go."""
    answer = await announce(client, size_bytes=size_bytes, **more)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["upload_url"])


async def put(client: httpx.AsyncClient, url: str, offset: int, content: bytes) -> httpx.Response:
    return await client.put(url, content=content, headers={"Upload-Offset": str(offset)})


def id_in(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """A second and a half of picture and sound."""
    return make_clip(tmp_path / "clip.mp4", pictures=stepping(45), sound=clap(CLIP_S, [0.5]))


def services_of(cast: Cast, database: Database | None = None) -> Services:
    """What a worker of this site has."""
    site = cast.site
    mailer = open_mailer(None, "Tests <tests@example.com>", site.settings.outbox_folder)
    return Services(site.settings, database or site.database, mailer, site.storage)
