"""Acme's leads with finished videos, whose links are looked at as prospects do."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import update

from app.renders.models import Render
from app.storage.interface import content_type_of
from app.viewer.models import LandingPage, LinkState
from app.viewer.page_choices import stored
from app.viewer.page_tokens import PageToken, read
from tests.cast import Cast, in_workspace, litestar_in
from tests.renders.films import make_film, press_render, renders_of, set_render

VIDEO = bytes(range(256)) * 40
LIGHT = bytes(reversed(range(256))) * 10
FILES = {
    "video.mp4": VIDEO,
    "light.mp4": LIGHT,
    "poster.jpg": b"a poster",
    "preview.gif": b"GIF89a",
}


@dataclass(frozen=True)
class Shown:
    """One lead's finished video and its link."""

    campaign_id: UUID
    render_id: UUID
    public_id: str

    @property
    def path(self) -> str:
        return f"/v/{self.public_id}"


async def show_video(cast: Cast, tmp_path: Path, **lead: Any) -> Shown:
    """The first lead of a new campaign of Acme's has a finished video with its files."""
    campaign_id = await make_film(cast, leads=2)
    await press_render(cast, campaign_id)
    render = (await renders_of(cast, campaign_id))[0]
    files = await store_files(cast, tmp_path, render)
    await set_render(cast, render.id, "completed", files=files)
    if lead:
        await set_rows(cast, update(Render).where(Render.id == render.id).values(**lead))
    return Shown(campaign_id, render.id, render.public_id)


async def store_files(cast: Cast, tmp_path: Path, render: Render) -> dict[str, Any]:
    files = {}
    for name, content in FILES.items():
        draft = tmp_path / name
        draft.write_bytes(content)
        key = f"{render.media_prefix}/{name.replace('.', '-0a1b2c3d4e5f.')}"
        await cast.site.storage.put_file(key, draft, content_type_of(name))
        files[name] = {"key": key, "bytes": len(content)}
    return files


async def choose(cast: Cast, campaign_id: UUID | None = None, **choices: Any) -> None:
    """Acme chose this for all its pages, or for a campaign's."""
    row = LandingPage(workspace_id=cast.acme.id, campaign_id=campaign_id, choices=stored(choices))
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        session.add(row)


async def set_link(cast: Cast, public_id: str, **values: Any) -> None:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        await session.merge(LinkState(workspace_id=cast.acme.id, public_id=public_id, **values))
    forget(cast)


async def set_rows(cast: Cast, statement: Any) -> None:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        await session.execute(statement.execution_options(synchronize_session=False))
    forget(cast)


async def token_of(
    cast: Cast, who: httpx.AsyncClient, url: str, headers: dict[str, str] | None = None
) -> PageToken:
    """The token in the page as this one gets it."""
    page = (await who.get(url, headers=headers)).text
    text = page.partition('data-token="')[2].partition('"')[0]
    found = read(cast.site.storage.links.secret, text)
    assert found is not None
    return found


def forget(cast: Cast) -> None:
    """As if the short memory's two seconds were over."""

    litestar_in(cast.site.app).state.link_memory.forget(cast.acme.id)
