"""Working folders go when their video has ended long enough ago by the database's clock."""

import fcntl
import os
import time
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from app.db.session import Database
from app.jobs.cleanup.artifacts import KIND as ARTIFACTS
from app.jobs.cleanup.leftovers import KIND as LEFTOVERS
from app.jobs.cleanup.runs import clean_disk
from app.jobs.cleanup.work_folders import KIND as FOLDERS
from app.jobs.cleanup.work_folders import clean_work_folders, work_folder
from app.jobs.services import Services
from app.pipeline.artifacts import ArtifactStore, digest
from app.renders.models import Render
from app.settings import Settings, load_settings
from tests.cast import HOST
from tests.jobs.render_rows import make_campaign, make_render, make_workspace

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FILE_BYTES = 128 * 1024


def _fill(settings: Settings, name: str, *, hours_old: float = 0) -> Path:
    folder = work_folder(settings) / name
    folder.mkdir(parents=True)
    (folder / "video.mp4").write_bytes(b"x" * FILE_BYTES)
    then = time.time() - hours_old * 3600
    os.utime(folder, (then, then))
    return folder


@pytest.fixture
async def ended(own_database: Database) -> dict[str, Render]:
    """Videos by what became of them, and when."""
    workspace = await make_workspace(own_database, "acme")
    campaign_id = await make_campaign(own_database, workspace)
    return {
        f"{state} {ago}": await make_render(
            own_database, workspace, campaign_id, state, ended_ago=ago
        )
        for state, ago in (
            ("completed", 30 * MINUTE),
            ("completed", 61 * MINUTE),
            ("cancelled", 30 * MINUTE),
            ("cancelled", 2 * HOUR),
            ("failed", 6 * DAY),
            ("failed", 8 * DAY),
            ("recording", 0 * DAY),
            ("queued", 0 * DAY),
        )
    }


async def test_folders_of_ended_videos_go_in_their_time(
    services: Services, settings: Settings, ended: dict[str, Render]
) -> None:
    folders = {what: _fill(settings, str(render.id)) for what, render in ended.items()}
    planned = await clean_work_folders(services.database, settings, dry_run=True)
    assert all(folder.exists() for folder in folders.values()), "a dry run removes nothing"
    freed = await clean_work_folders(services.database, settings, dry_run=False)
    gone = {what for what, folder in folders.items() if not folder.exists()}
    assert gone == {
        f"completed {61 * MINUTE}",
        f"cancelled {2 * HOUR}",
        f"failed {8 * DAY}",
    }
    assert planned == freed
    assert freed.count == 3
    assert freed.freed_bytes >= 3 * FILE_BYTES
    assert {path.name for path in work_folder(settings).iterdir()} == {
        str(ended[what].id) for what in folders.keys() - gone
    }, "nothing is left half removed"


async def test_every_age_is_a_setting(services: Services, ended: dict[str, Render]) -> None:
    chosen = load_settings(
        {
            "APP_HOST": HOST,
            "LOOMLITE_VAR": str(services.settings.var_folder),
            "CLEANUP_DONE_HOURS": "24",
            "CLEANUP_FAILED_DAYS": "1",
        }
    )
    folders = {what: _fill(chosen, str(render.id)) for what, render in ended.items()}
    await clean_work_folders(services.database, chosen, dry_run=False)
    gone = {what for what, folder in folders.items() if not folder.exists()}
    assert gone == {f"failed {6 * DAY}", f"failed {8 * DAY}"}


async def test_folders_of_videos_that_are_no_more_go_by_their_own_age(
    services: Services, settings: Settings, own_database: Database
) -> None:
    await make_workspace(own_database, "acme")
    old, young = _fill(settings, str(uuid4()), hours_old=2), _fill(settings, str(uuid4()))
    mine = _fill(settings, "notes", hours_old=100)
    await clean_work_folders(services.database, settings, dry_run=False)
    assert (old.exists(), young.exists(), mine.exists()) == (False, True, True)


async def test_a_video_that_begins_again_meanwhile_keeps_its_folder(
    services: Services, settings: Settings, own_database: Database, ended: dict[str, Render]
) -> None:
    failed = ended[f"failed {8 * DAY}"]
    folder = _fill(settings, str(failed.id))
    async with own_database.session(workspace_id=failed.workspace_id) as session:
        retried = await session.get_one(Render, failed.id)
        retried.state = "queued"
        await session.flush()
        freed = await clean_work_folders(services.database, settings, dry_run=False)
    assert folder.exists()
    assert freed.count == 0


async def test_what_a_killed_clean_up_left_is_removed(
    services: Services, settings: Settings
) -> None:
    grave = _fill(settings, f".removed-{uuid4()}")
    freed = await clean_work_folders(services.database, settings, dry_run=False)
    assert not grave.exists()
    assert freed.freed_bytes >= FILE_BYTES


async def test_artifacts_are_held_within_their_budget(services: Services) -> None:
    settings = services.settings
    acme = await make_workspace(services.database, "acme")
    store = ArtifactStore(settings.artifacts_folder / str(acme.id))
    for number in range(2):
        with store.draft() as draft:
            (draft / "a").write_bytes(b"x" * FILE_BYTES)
            store.publish(draft / "a", "segment", digest(number))
    hours_ago = time.time() - 5 * 3600
    for path in (store.path("segment", digest(0)), store.root / f"locks/segment-{digest(0)}"):
        os.utime(path, (hours_ago, hours_ago))
    assert [each.count for each in await clean_disk(services)] == [0, 0, 0]
    tight = load_settings(
        {"APP_HOST": HOST, "LOOMLITE_VAR": str(settings.var_folder), "CLEANUP_ARTIFACTS_GB": "0"}
    )
    chosen = Services(tight, services.database, services.mailer, services.storage)
    with capture_logs():
        freed = {each.kind: each for each in await clean_disk(chosen)}
    assert freed[ARTIFACTS].count == 1, "the other one was used a moment ago"
    assert freed[ARTIFACTS].left_bytes == freed[ARTIFACTS].freed_bytes >= FILE_BYTES
    assert freed[FOLDERS].count == 0


async def test_two_do_not_clean_one_disk_at_once(services: Services) -> None:
    var = services.settings.var_folder
    var.mkdir(parents=True, exist_ok=True)
    with (var / "cleanup.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert await clean_disk(services) == []
    assert len(await clean_disk(services)) == 3


async def test_artifacts_of_a_deleted_workspace_go_without_waiting(services: Services) -> None:
    acme = await make_workspace(services.database, "acme")
    gone, hours_ago = str(uuid4()), time.time() - 5 * 3600
    for name in (str(acme.id), gone):
        store = ArtifactStore(services.settings.artifacts_folder / name)
        with store.draft() as draft:
            (draft / "a").write_bytes(b"x" * FILE_BYTES)
            store.publish(draft / "a", "segment", digest(1))
        for path in (store.path("segment", digest(1)), store.root / f"locks/segment-{digest(1)}"):
            os.utime(path, (hours_ago, hours_ago))
    freed = {each.kind: each.count for each in await clean_disk(services)}
    assert freed[ARTIFACTS] == 1
    assert [path.name for path in services.settings.artifacts_folder.iterdir()] == [str(acme.id)]


async def test_a_folder_that_a_cut_off_worker_still_writes_into_stays(
    services: Services, settings: Settings, ended: dict[str, Render]
) -> None:
    folder = _fill(settings, str(ended[f"completed {61 * MINUTE}"].id))
    with (folder / "lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert (await clean_work_folders(services.database, settings, dry_run=False)).count == 0
    assert (await clean_work_folders(services.database, settings, dry_run=False)).count == 1
    assert not folder.exists()


async def test_what_killed_checks_and_previews_left_goes(
    services: Services, settings: Settings
) -> None:
    folders = {}
    for name, hours_old in (("checks/old", 25), ("previews/old", 30), ("previews/young", 1)):
        folder = settings.work_folder / name
        folder.mkdir(parents=True)
        (folder / "log").write_bytes(b"x" * FILE_BYTES)
        then = time.time() - hours_old * 3600
        for path in (folder / "log", folder):
            os.utime(path, (then, then))
        folders[name] = folder
    (at_work := settings.work_folder / "checks/at-work").mkdir()
    (at_work / "pages").mkdir()
    os.utime(at_work, (0, 0))
    freed = {each.kind: each for each in await clean_disk(services)}[LEFTOVERS]
    assert (freed.count, freed.freed_bytes >= 2 * FILE_BYTES) == (2, True)
    assert {name for name, folder in folders.items() if folder.exists()} == {"previews/young"}
    assert at_work.exists(), "something in it changed a moment ago"
