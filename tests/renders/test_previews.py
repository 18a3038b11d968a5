"""A draft of one lead's video, by the real job, the real engine and a real browser."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import av
import pytest
from sqlalchemy import func, select, update

from app.db.session import DeferredJob
from app.facecams.models import Facecam
from app.jobs.catalogue import MAKE_PREVIEW, REMOVE_MEDIA
from app.jobs.previews import make_preview, sweep_previews
from app.jobs.upkeep import sweep
from app.renders.check_models import Preview
from tests.campaigns.lists import read_rows
from tests.cast import Cast, in_workspace
from tests.pipeline.small_render import (
    CLIP_S,
    END_LIMIT_S,
    SmallSite,
    engines,
    left_alive,
    small_clip,
    small_site,
)
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


async def _rows(cast: Cast) -> list[Preview]:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        return list(await session.scalars(select(Preview).order_by(Preview.created_at)))


async def _set(cast: Cast, **values: object) -> None:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        await session.execute(update(Preview).values(values))


@pytest.mark.parametrize("who", ["charlie", "charlie_at_home"])
async def test_a_stranger_gets_no_preview(
    cast: Cast, sent_jobs: SentJobs, tmp_path: Path, who: str
) -> None:
    with small_site() as site:
        text = list_of(site, ada="ada")
        campaign_id = await _campaign(cast, sent_jobs, tmp_path, text)
        url = await _url(cast, campaign_id)
        place = (await cast.bob.post(url)).headers["location"]
    stranger = getattr(cast, who)
    assert (await stranger.post(url)).status_code == 404
    for path in (place, f"{place}/state", f"{place}/draft.mp4"):
        assert (await stranger.get(path)).status_code == 404
    assert len(await _rows(cast)) == 1


async def test_the_same_draft_is_not_made_twice_in_a_day(
    cast: Cast, sent_jobs: SentJobs, tmp_path: Path
) -> None:
    with small_site() as site:
        campaign_id = await _campaign(cast, sent_jobs, tmp_path, list_of(site, ada="ada"))
        url = await _url(cast, campaign_id)
        first = (await cast.bob.post(url)).headers["location"]
        assert (await cast.alice.post(url)).headers["location"] == first
        assert await _run(cast, sent_jobs, site) == 1
        assert (await cast.alice.post(url)).headers["location"] == first
        assert await _run(cast, sent_jobs, site) == 0
        anew = (await cast.alice.post(url, data={"anew": "on"})).headers["location"]
        assert anew != first
        # Another name is another video.
        lead_id = (await read_rows(cast, campaign_id))[0].id
        row = f"/campaigns/{campaign_id}/edit/leads/rows/{lead_id}"
        await cast.bob.post(row, data={"cell-0": "Ada King"})
        assert (await cast.bob.post(url)).headers["location"] not in {first, anew}


async def test_what_is_missing_for_a_draft_is_said_with_422(
    cast: Cast, sent_jobs: SentJobs, tmp_path: Path
) -> None:
    with small_site() as site:
        campaign_id = await checked_draft(cast, sent_jobs, list_of(site, ada="ada", bo=""))
        url = await _url(cast, campaign_id)
        refused = await cast.bob.post(url)
        assert refused.status_code == 422
        assert "No facecam is chosen." in refused.text
        assert "<!doctype html>" in refused.text
        part = await cast.bob.post(url, headers=DIALOG)
        assert part.status_code == 422
        assert "<!doctype html>" not in part.text
        # Bad rows stop no good one; and a bad one says what is wrong with it.
        campaign_id = await _campaign(cast, sent_jobs, tmp_path, list_of(site, ada="ada", bo=""))
        assert (await cast.bob.post(await _url(cast, campaign_id))).status_code == 303
        bad = await cast.bob.post(await _url(cast, campaign_id, at=1))
        assert bad.status_code == 422
        assert "is to be fixed first" in bad.text


async def test_a_page_that_fails_without_a_fallback_is_told(
    cast: Cast, sent_jobs: SentJobs, tmp_path: Path
) -> None:
    with small_site() as site:
        campaign_id = await _campaign(cast, sent_jobs, tmp_path, list_of(site, ada="missing"))
        place = (await cast.bob.post(await _url(cast, campaign_id))).headers["location"]
        await _run(cast, sent_jobs, site)
    part = (await cast.bob.get(place, headers=DIALOG)).text
    assert "There is no preview" in part
    assert "answered with error 404" in part
    assert "hx-trigger" not in part, "it has ended"
    assert (await cast.bob.get(f"{place}/draft.mp4")).status_code == 404


async def test_a_facecam_that_vanished_is_told(
    cast: Cast, sent_jobs: SentJobs, tmp_path: Path
) -> None:
    with small_site() as site:
        campaign_id = await _campaign(cast, sent_jobs, tmp_path, list_of(site, ada="ada"))
        place = (await cast.bob.post(await _url(cast, campaign_id))).headers["location"]
        await cast.site.storage.delete_prefix(f"workspaces/{cast.acme.id}/facecams")
        await _run(cast, sent_jobs, site)
    assert "The facecam “Intro” of this video is no longer" in (await cast.bob.get(place)).text


async def test_a_draft_whose_worker_ends_is_made_by_the_next(
    own_cast: Cast, sent_jobs: SentJobs, tmp_path: Path
) -> None:
    cast = own_cast
    with small_site() as site:
        campaign_id = await _campaign(cast, sent_jobs, tmp_path, list_of(site, ada="held/ada"))
        place = (await cast.bob.post(await _url(cast, campaign_id))).headers["location"]
        (job,) = [job for job in sent_jobs if job.name == MAKE_PREVIEW]
        sent_jobs.clear()
        running = asyncio.create_task(make_preview(services_for(cast, site), **job.arguments))
        await asyncio.to_thread(site.asked.wait, END_LIMIT_S)
        started = engines()
        assert started
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert not left_alive(started)
        assert [row.state for row in await _rows(cast)] == ["waiting"]
        site.released.set()
        await sweep_previews(services_for(cast, site))
        assert await _run(cast, sent_jobs, site) == 1
    assert "<video" in (await cast.bob.get(place)).text


async def test_drafts_wait_when_enough_are_being_made(
    cast: Cast, sent_jobs: SentJobs, tmp_path: Path
) -> None:
    with small_site() as site:
        text = list_of(site, ada="ada", bo="bo", cem="cem")
        campaign_id = await _campaign(cast, sent_jobs, tmp_path, text)
        for at in range(2):
            await cast.bob.post(await _url(cast, campaign_id, at))
        held = func.now() + timedelta(seconds=20)
        await _set(cast, state="running", work_due_at=held)
        sent_jobs.clear()
        place = (await cast.bob.post(await _url(cast, campaign_id, 2))).headers["location"]
        await _run(cast, sent_jobs, site)
        assert "Waiting to begin" in (await cast.bob.get(place)).text
        await _set(cast, work_due_at=func.now())
        await sweep_previews(services_for(cast, site))
        assert await _run(cast, sent_jobs, site) >= 3
    assert [row.state for row in await _rows(cast)] == ["ready"] * 3


async def test_drafts_of_yesterday_are_forgotten_with_their_files(
    cast: Cast, sent_jobs: SentJobs, tmp_path: Path
) -> None:
    with small_site() as site:
        campaign_id = await _campaign(cast, sent_jobs, tmp_path, list_of(site, ada="ada"))
        place = (await cast.bob.post(await _url(cast, campaign_id))).headers["location"]
    await _set(cast, created_at=func.now() - timedelta(hours=25))
    sent_jobs.clear()
    await sweep(services_for(cast))
    prefix = f"workspaces/{cast.acme.id}{place}"
    removed = [job.arguments["prefix"] for job in sent_jobs if job.name == REMOVE_MEDIA]
    assert removed == [prefix]
    assert (await cast.bob.get(place)).status_code == 404
