"""Stored files that no row names are removed when they are old; every named one stays."""

import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from app.accounts.models import User
from app.campaigns.models import Campaign
from app.db.base import new_id
from app.db.session import Database
from app.facecams.models import Facecam
from app.jobs.cleanup.orphans import clean_orphans
from app.jobs.services import Services
from app.renders.check_models import PageCheck
from app.renders.models import Render
from app.storage.local import LocalStorage
from app.viewer.models import LandingPage
from app.workspaces.models import Workspace
from tests.jobs.render_rows import add_rows, make_campaign, make_render, make_workspace

TEXT = "application/octet-stream"


async def _store(services: Services, tmp_path: Path, key: str, *, hours_old: float = 25) -> str:
    draft = tmp_path / uuid4().hex
    draft.write_bytes(b"x" * 1000)
    storage = services.storage
    assert isinstance(storage, LocalStorage)
    ending = {".mp4": "video/mp4", ".webp": "image/webp", ".csv": "text/csv"}
    await storage.put_file(key, draft, ending.get(Path(key).suffix, TEXT), move=True)
    then = time.time() - hours_old * 3600
    os.utime(storage.folder / key, (then, then))
    return key


async def _stored(services: Services) -> set[str]:
    return {file.key async for file in services.storage.list("")}


@pytest.fixture
async def acme(own_database: Database) -> Workspace:
    return await make_workspace(own_database, "acme")


async def _clean(services: Services, *, dry_run: bool = False) -> tuple[int, int]:
    freed = await clean_orphans(
        services.database, services.storage, services.settings, dry_run=dry_run
    )
    return freed.count, freed.freed_bytes


async def _named_by_rows(
    services: Services, database: Database, acme: Workspace, tmp_path: Path
) -> set[str]:
    """One file of each kind that a row names."""
    home = f"workspaces/{acme.id}"
    campaign_id = await make_campaign(database, acme)
    video = f"{home}/renders/{(render_id := new_id())}/video-0123456789ab.mp4"
    files: dict[str, Any] = {"video.mp4": {"key": video, "bytes": 1000}}
    done = await make_render(database, acme, campaign_id, "completed", id=render_id, files=files)
    uploading = await make_render(database, acme, campaign_id, "uploading")
    facecam = Facecam(id=new_id(), workspace_id=acme.id, name="Hello", file_name="a", size_bytes=1)
    picture = f"{home}/campaigns/{campaign_id}/checks/page.webp"
    check = PageCheck(
        workspace_id=acme.id, campaign_id=campaign_id, digest="d", url="https://example.com",
        depth="end", width=1, height=1, picture_key=picture,
    )  # fmt: skip
    page_logo = f"{home}/logos/{new_id()}/logo.webp"
    landing = LandingPage(workspace_id=acme.id, campaign_id=campaign_id, logo_key=page_logo)
    await add_rows(database, acme.id, facecam, check, landing)
    import_id, logo = str(uuid4()), f"{home}/logos/{new_id()}/logo.webp"
    async with database.session(workspace_id=acme.id) as session:
        await session.execute(update(Campaign).values(leads_import={"id": import_id}))
        (await session.get_one(Workspace, acme.id)).logo_key = logo
    async with database.session() as session:
        ann = (await session.scalars(select(User))).one()
        ann.avatar_key = f"people/{ann.id}/avatar.webp"
    keys = {
        video, picture, logo, page_logo, ann.avatar_key, facecam.clip_key,
        f"{facecam.media_prefix}/proxy.mp4",
        f"{uploading.media_prefix}/video-aaaaaaaaaaaa.mp4",
        f"{home}/campaigns/{campaign_id}/leads/{import_id}.csv",
        f"{home}/something_of_a_later_version/file.mp4",
        "notes/mine",
    }  # fmt: skip
    assert done.media_prefix in video
    for key in keys:
        await _store(services, tmp_path, key)
    return keys


async def test_what_rows_name_stays_and_what_they_do_not_goes(
    services: Services, own_database: Database, acme: Workspace, tmp_path: Path
) -> None:
    named = await _named_by_rows(services, own_database, acme, tmp_path)
    home = f"workspaces/{acme.id}"
    async with own_database.session(workspace_id=acme.id) as session:
        done = await session.scalar(select(Render).where(Render.state == "completed"))
    assert done is not None
    orphans = [
        f"{done.media_prefix}/video-bbbbbbbbbbbb.mp4",
        f"{home}/renders/{uuid4()}/video-cccccccccccc.mp4",
        f"{home}/facecams/{uuid4()}/clip",
        f"{home}/previews/{uuid4()}/draft.mp4",
        f"{home}/logos/{uuid4()}/logo.webp",
        f"{home}/campaigns/{uuid4()}/leads/{uuid4()}.csv",
        f"{home}/campaigns/{done.campaign_id}/checks/another.webp",
        f"workspaces/{uuid4()}/anything/at_all.mp4",
        f"people/{uuid4()}/avatar.webp",
    ]
    for key in orphans:
        await _store(services, tmp_path, key)
    young = await _store(services, tmp_path, f"{home}/facecams/{uuid4()}/clip", hours_old=23)
    assert await _clean(services, dry_run=True) == (len(orphans), 1000 * len(orphans))
    assert await _stored(services) == {*named, *orphans, young}, "a dry run removes nothing"
    assert await _clean(services) == (len(orphans), 1000 * len(orphans))
    assert await _stored(services) == {*named, young}
    assert await _clean(services) == (0, 0)


async def test_files_of_a_failed_video_go_unless_it_begins_again_meanwhile(
    services: Services, own_database: Database, acme: Workspace, tmp_path: Path
) -> None:
    campaign_id = await make_campaign(own_database, acme)
    failed = await make_render(
        own_database, acme, campaign_id, "failed", ended_ago=timedelta(days=2)
    )
    key = await _store(services, tmp_path, f"{failed.media_prefix}/video-0123456789ab.mp4")
    async with own_database.session(workspace_id=acme.id) as session:
        (await session.get_one(Render, failed.id)).state = "queued"
        await session.flush()
        assert (await _clean(services))[0] == 0
        await session.rollback()
    assert await _stored(services) == {key}
    assert (await _clean(services))[0] == 1


async def test_many_files_are_judged_by_portions(
    services: Services,
    own_database: Database,
    acme: Workspace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.jobs.cleanup.orphans.AT_ONCE", 3)
    for number in range(8):
        await _store(services, tmp_path, f"workspaces/{acme.id}/facecams/{uuid4()}/clip{number}")
    assert (await _clean(services))[0] == 8
