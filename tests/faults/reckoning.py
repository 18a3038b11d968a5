"""What must be true when all is over: each request ended once, nothing is lost, double or left."""

import asyncio
import hashlib
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from app.db.session import Database, open_engine
from app.jobs.cleanup.orphans import clean_orphans
from app.settings import load_settings
from app.storage.interface import Storage
from app.storage.open import open_storage
from tests.faults.figures import Reckoning
from tests.faults.stage import Stage
from tests.running import processes_naming

ENDED = {"completed", "failed", "cancelled"}
VIDEO_FILES = {
    "video.mp4", "light.mp4", "poster.jpg", "card.jpg", "preview.gif", "preview.webp",
}  # fmt: skip
_DRAFT = re.compile(r"\.part$|\.draft|\.tmp$|^tmp")


def reckon(stage: Stage) -> Reckoning:
    """Asserts all of it; the workers have ended."""
    counts = _requests(stage)
    _one_video_each(stage)
    _usage(stage)
    asyncio.run(_stored(stage))
    _nothing_left(stage)
    attempts = stage.rows("select count(*) from render_attempts")[0][0]
    return Reckoning(
        stage.pressed, counts["completed"], counts["failed"], counts["cancelled"], attempts
    )


def _requests(stage: Stage) -> Counter[str]:
    counts = Counter(row[0] for row in stage.rows("select state from renders"))
    assert counts.keys() <= ENDED, stage.story()
    assert counts.total() == stage.pressed, "a request is lost, or there is one too many"
    assert stage.rows("select 1 from render_jobs") == []
    faults = stage.rows("select error_code, error from renders where state = 'failed'")
    assert all(code and sentence and "Traceback" not in sentence for code, sentence in faults)
    return counts


def _one_video_each(stage: Stage) -> None:
    """A completed render has one attempt that completed it, and the lead's link shows it."""
    double = stage.rows(
        "select r.id, r.state, count(*) filter (where a.outcome = 'completed') "
        "from renders r left join render_attempts a on a.render_id = r.id group by 1, 2 "
        "having count(*) filter (where a.outcome = 'completed') <> (r.state = 'completed')::int"
    )
    assert double == [], "completed twice, or by nobody"
    shown = stage.rows(
        "select public_id, count(*) filter (where is_current), "
        "bool_or(state = 'completed'), bool_or(is_current and state <> 'completed') "
        "from renders group by 1"
    )
    for public_id, current, has_video, shows_none in shown:
        assert (current, shows_none) == (int(has_video), False), public_id
    running = stage.rows("select a.render_id, a.number from render_attempts a where a.outcome = ''")
    assert running == [], "an attempt that nobody ended"


# Each scene of a campaign that finished videos show, once; not those of fallback pages.
_SHOWN_S = """
    select coalesce(sum(seconds), 0) from (
      select distinct render.campaign_id, scene.digest, scene.seconds
      from renders render, unnest(render.scene_digests, render.scene_seconds) with ordinality
        scene (digest, seconds, place)
      where render.state = 'completed' and scene.digest is not null and not coalesce((
        render.report -> 'scenes' -> (place::int - 1) ->> 'used_fallback')::boolean, false)
    ) shown
"""


def _usage(stage: Stage) -> None:
    used = "select coalesce(sum(videos), 0), coalesce(sum(seconds), 0) from usage_entries"
    made = "select count(*) from renders where state = 'completed'"
    (videos, seconds), (count,) = stage.rows(used)[0], stage.rows(made)[0]
    assert videos == count, "the ledger counts other videos than were made"
    assert abs(seconds - stage.rows(_SHOWN_S)[0][0]) < 1e-6
    assert stage.rows("select 1 from usage_entries where counted_at is null") == []


async def _stored(stage: Stage) -> None:
    """Every file of every video is there, whole; and there is no other."""
    named: dict[str, int] = {}
    for (files,) in stage.rows("select files from renders where state = 'completed'"):
        assert files.keys() == VIDEO_FILES
        named |= {file["key"]: file["bytes"] for file in files.values()}
    async with _storage(stage) as storage:
        # A render that is cancelled, or a worker that is killed, while its files are being stored
        # leaves some that nothing names. They are the clean-up's, which here need not wait a day.
        settings = replace(load_settings(stage.environ), cleanup_orphan_hours=0)
        database = Database(open_engine(stage.urls.app_url))
        await clean_orphans(database, storage, settings, dry_run=False)
        await database.close()
        there = [file async for file in storage.list("") if "/renders/" in file.key]
        assert {file.key: file.size_bytes for file in there} == named
        for key in named:
            digest = hashlib.sha256(b"".join([part async for part in storage.read(key)]))
            assert digest.hexdigest()[:12] == key.rpartition("-")[2].partition(".")[0], key


@asynccontextmanager
async def _storage(stage: Stage) -> AsyncIterator[Storage]:
    storage = open_storage(load_settings(stage.environ))
    try:
        yield storage
    finally:
        await storage.close()


def _nothing_left(stage: Stage) -> None:
    assert processes_naming(stage.var) == []
    files = [path for path in stage.var.rglob("*") if _DRAFT.search(path.name)]
    # What is sent is first written beside its place; folders of that name are kept.
    drafts: list[Any] = [path for path in files if path.is_file() or any(path.iterdir())]
    assert drafts == [], f"drafts were left: {drafts}"
