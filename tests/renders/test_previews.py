"""A draft of one lead's video, by the real job, the real engine and a real browser."""

from pathlib import Path
from typing import Any
from uuid import UUID

import av
import pytest

from app.db.session import DeferredJob
from app.facecams.models import Facecam
from app.jobs.catalogue import MAKE_PREVIEW
from app.jobs.previews import make_preview
from tests.campaigns.lists import read_rows
from tests.cast import Cast, in_workspace
from tests.pipeline.small_render import CLIP_S, SmallSite, small_clip, small_site
from tests.postgres import SentJobs
from tests.renders.sheets import checked_draft, list_of, services_for, site_scene

DIALOG = {"X-Part": "dialog"}


async def _facecam(cast: Cast, tmp_path: Path) -> UUID:
    facecam = Facecam(
        workspace_id=cast.acme.id,
        name="Intro",
        state="ready",
        file_name="intro.mp4",
        size_bytes=1,
        duration_s=float(CLIP_S),
    )
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        session.add(facecam)
    await cast.site.storage.put_file(
        facecam.clip_key, small_clip(tmp_path), "application/octet-stream"
    )
    return facecam.id


async def _campaign(
    cast: Cast, jobs: list[DeferredJob], tmp_path: Path, text: str, **fields: Any
) -> UUID:
    facecam_id = await _facecam(cast, tmp_path)
    return await checked_draft(cast, jobs, text, facecam_id=facecam_id, **fields)


async def _url(cast: Cast, campaign_id: UUID, at: int = 0) -> str:
    lead = (await read_rows(cast, campaign_id))[at]
    return f"/campaigns/{campaign_id}/leads/{lead.id}/preview"


async def _run(cast: Cast, jobs: list[DeferredJob], *sites: SmallSite) -> int:
    count = 0
    while jobs:
        job = jobs.pop(0)
        if job.name == MAKE_PREVIEW:
            await make_preview(services_for(cast, *sites), **job.arguments)
            count += 1
    return count


async def test_a_draft_is_made_in_seconds_and_can_be_watched(
    cast: Cast, sent_jobs: SentJobs, tmp_path: Path
) -> None:
    with small_site() as site:
        fallback = site.url("ours")
        scenes = [
            site_scene(fallback_url=fallback),
            {"id": "home", "url": site.url("home"), "duration_s": 1.0},
        ]
        text = list_of(site, ada="missing")
        campaign_id = await _campaign(cast, sent_jobs, tmp_path, text, scenes=scenes)
        asked = await cast.bob.post(await _url(cast, campaign_id))
        assert asked.status_code == 303
        place = asked.headers["location"]
        assert "Waiting to begin" in (await cast.bob.get(place)).text
        assert await _run(cast, sent_jobs, site) == 1
    page = (await cast.bob.get(place)).text
    assert f'src="{place}/draft.mp4"' in page
    assert "the fallback page." in page
    assert "answered with error 404" in page
    media = await cast.bob.get(f"{place}/draft.mp4")
    assert media.headers["content-type"] == "video/mp4"
    film = tmp_path / "draft.mp4"
    film.write_bytes(media.content)
    with av.open(str(film)) as container:
        assert container.streams.audio
        assert container.duration is not None
        assert container.duration / 1e6 == pytest.approx(CLIP_S, abs=0.1)
    artifacts = cast.site.settings.artifacts_folder / str(cast.acme.id)
    assert list((artifacts / "recordings").iterdir()), "a render uses what was recorded"
    assert not list((cast.site.settings.work_folder / "previews").iterdir())
