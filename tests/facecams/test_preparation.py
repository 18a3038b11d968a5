"""Preparing a facecam by the real job and the real engine, and what becomes of failures."""

import asyncio
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import psutil
import pytest

from app.clip_preparation import ClipRefused
from app.db.base import now
from app.facecams import preparation
from app.facecams.preparation import GIVEN_UP_AFTER, HELD_FOR, STUCK_AFTER, UNFINISHED_FOR
from app.jobs.catalogue import PREPARE_FACECAM
from app.jobs.facecams import prepare_facecam, sweep_facecams
from app.pipeline.clip_spec import FILES
from app.storage.interface import UNKNOWN_TYPE, FileNotStored
from tests.cast import Cast
from tests.facecams.clips import (
    CLIP_S,
    begin,
    clip,
    find_row,
    id_in,
    make_facecam,
    put,
    read_row,
    services_of,
)
from tests.postgres import SentJobs

__all__ = ["clip"]


async def prepare(cast: Cast, facecam_id: UUID | str) -> None:
    await prepare_facecam(
        services_of(cast), workspace_id=str(cast.acme.id), facecam_id=str(facecam_id)
    )


async def store(cast: Cast, facecam_id: UUID, content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "content"
    file.write_bytes(content)
    key = (await read_row(cast, facecam_id)).clip_key
    await cast.site.storage.put_file(key, file, UNKNOWN_TYPE)


async def test_an_uploaded_clip_becomes_ready_with_its_files(
    cast: Cast, clip: Path, sent_jobs: SentJobs
) -> None:
    content = clip.read_bytes()
    url = await begin(cast.bob, size_bytes=len(content))
    assert (await put(cast.bob, url, 0, content)).status_code == 200
    (job,) = sent_jobs
    await prepare_facecam(services_of(cast), **job.arguments)
    row = await read_row(cast, id_in(url))
    assert (row.state, row.problem, row.has_sound) == ("ready", "", True)
    assert row.duration_s == pytest.approx(CLIP_S, abs=0.05)
    assert (row.width, row.height) == (128, 96)
    for name in (*FILES, "clip"):
        path = await cast.site.storage.local_path(f"{row.media_prefix}/{name}")
        assert path.stat().st_size > 0
    assert not list(cast.site.settings.uploads_folder.iterdir())


async def test_a_second_run_changes_nothing(cast: Cast) -> None:
    facecam_id = await make_facecam(cast, trim_start_s=2.0)
    await prepare(cast, facecam_id)
    row = await read_row(cast, facecam_id)
    assert (row.state, row.duration_s, row.trim_start_s) == ("ready", 30.0, 2.0)


async def test_what_is_no_video_is_refused_in_words(cast: Cast, tmp_path: Path) -> None:
    facecam_id = await make_facecam(cast, "Take 3", state="preparing")
    await store(cast, facecam_id, b"no video at all", tmp_path)
    await prepare(cast, facecam_id)
    row = await read_row(cast, facecam_id)
    assert row.state == "refused"
    assert row.problem.startswith("Take 3 is not a video")
    page = (await cast.bob.get(f"/facecams/{facecam_id}")).text
    assert "Take 3 is not a video" in page
    assert "Try again" not in page


async def test_a_file_that_is_gone_is_refused_in_words(cast: Cast) -> None:
    facecam_id = await make_facecam(cast, state="preparing")
    await prepare(cast, facecam_id)
    row = await read_row(cast, facecam_id)
    assert row.state == "refused"
    assert "upload it again" in row.problem


async def test_one_that_another_process_works_on_is_left_alone(cast: Cast) -> None:
    facecam_id = await make_facecam(cast, state="preparing", work_due_at=now() + HELD_FOR)
    await prepare(cast, facecam_id)
    assert (await read_row(cast, facecam_id)).state == "preparing"


async def test_a_fault_of_the_machine_is_tried_again_and_then_given_up(
    cast: Cast, clip: Path, tmp_path: Path
) -> None:
    facecam_id = await make_facecam(cast, "Take 3", state="preparing")
    await store(cast, facecam_id, clip.read_bytes(), tmp_path)
    # Where the files are to be made stands something else: the engine cannot write.
    blocked = preparation.work_folder(cast.site.settings.uploads_folder, facecam_id)
    blocked.parent.mkdir(parents=True)
    blocked.write_bytes(b"in the way")
    for _attempt in range(GIVEN_UP_AFTER):
        with pytest.raises(OSError, match="exists"):
            await prepare(cast, facecam_id)
        assert (await read_row(cast, facecam_id)).state == "preparing"
    await prepare(cast, facecam_id)
    row = await read_row(cast, facecam_id)
    assert row.state == "refused"
    assert row.problem.startswith("Take 3 could not be prepared")


async def test_one_that_was_given_up_can_be_tried_again(cast: Cast, sent_jobs: SentJobs) -> None:
    facecam_id = await make_facecam(cast, state="refused", attempts=GIVEN_UP_AFTER)
    assert "Try again" in (await cast.bob.get(f"/facecams/{facecam_id}")).text
    assert (await cast.charlie.post(f"/facecams/{facecam_id}/retry")).status_code == 404
    assert (await cast.bob.post(f"/facecams/{facecam_id}/retry")).status_code == 303
    assert (await read_row(cast, facecam_id)).state == "preparing"
    assert [job.name for job in sent_jobs] == [PREPARE_FACECAM]


async def test_one_that_was_refused_for_good_is_not_tried_again(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    facecam_id = await make_facecam(cast, state="refused")
    assert (await cast.bob.post(f"/facecams/{facecam_id}/retry")).status_code == 303
    assert (await read_row(cast, facecam_id)).state == "refused"
    assert not sent_jobs


async def prepare_and_kill(cast: Cast, facecam_id: UUID) -> None:
    """The engine is killed as soon as it is there, as a machine without memory does it."""
    before = set(psutil.Process().children(recursive=True))
    task = asyncio.create_task(prepare(cast, facecam_id))
    while not (engine := set(psutil.Process().children(recursive=True)) - before):  # noqa: ASYNC110
        await asyncio.sleep(0)
    for process in engine:
        process.kill()
    await task


async def test_a_crash_is_tried_again_and_the_last_one_named(
    cast: Cast, clip: Path, tmp_path: Path
) -> None:
    facecam_id = await make_facecam(cast, "Take 3", state="preparing", attempts=GIVEN_UP_AFTER - 2)
    await store(cast, facecam_id, clip.read_bytes(), tmp_path)
    with pytest.raises(ClipRefused):
        await prepare_and_kill(cast, facecam_id)
    row = await read_row(cast, facecam_id)
    assert row.state == "preparing"
    assert row.work_due_at is not None
    assert row.work_due_at <= now()
    await prepare_and_kill(cast, facecam_id)
    row = await read_row(cast, facecam_id)
    assert (row.state, row.attempts) == ("refused", GIVEN_UP_AFTER)
    assert row.problem.startswith("Take 3 could not be read")


async def test_a_facecam_deleted_meanwhile_leaves_no_files(
    cast: Cast, clip: Path, tmp_path: Path
) -> None:
    facecam_id = await make_facecam(cast, state="preparing")
    await store(cast, facecam_id, clip.read_bytes(), tmp_path)
    key = (await read_row(cast, facecam_id)).clip_key
    assert (await cast.bob.post(f"/facecams/{facecam_id}/delete")).status_code == 303
    await prepare(cast, facecam_id)
    assert await find_row(cast, facecam_id) is None
    with pytest.raises(FileNotStored):
        await cast.site.storage.local_path(key.replace("clip", "proxy.mp4"))


async def test_the_sweep_asks_again_for_what_is_stuck_once(cast: Cast, sent_jobs: SentJobs) -> None:
    long_ago = now() - STUCK_AFTER - timedelta(seconds=1)
    stuck = await make_facecam(cast, state="preparing", work_due_at=long_ago)
    await make_facecam(cast, "At work", state="preparing", work_due_at=now() + HELD_FOR)
    await make_facecam(cast, "Done")
    await sweep_facecams(services_of(cast))
    await sweep_facecams(services_of(cast))
    assert [job.arguments["facecam_id"] for job in sent_jobs] == [str(stuck)]


async def test_the_sweep_forgets_uploads_that_nobody_continued(cast: Cast) -> None:
    old = now() - UNFINISHED_FOR - timedelta(hours=1)
    given_up = await make_facecam(cast, "Given up", state="uploading", created_at=old)
    slow = await make_facecam(cast, "Slow", state="uploading", created_at=old)
    fresh = await make_facecam(cast, "Fresh", state="uploading")
    folder = cast.site.settings.uploads_folder
    folder.mkdir(parents=True)
    (folder / f"{slow}.part").write_bytes(b"still coming")
    await sweep_facecams(services_of(cast))
    assert await find_row(cast, given_up) is None
    assert await find_row(cast, slow) is not None
    assert await find_row(cast, fresh) is not None
