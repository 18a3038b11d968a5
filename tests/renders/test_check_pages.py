"""The check of a whole list by the real job, the real engine and a real browser."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PIL import Image
from sqlalchemy import func, update

from app.jobs.catalogue import CHECK_PAGES
from app.jobs.preflights import check_pages, sweep_preflights
from app.jobs.upkeep import sweep
from app.renders.check_models import PageCheck, Preflight
from app.renders.page_results import page_result
from app.renders.preflights import GIVEN_UP_AFTER
from tests.cast import Cast, in_workspace
from tests.pipeline.small_render import END_LIMIT_S, engines, left_alive, small_site
from tests.postgres import SentJobs
from tests.renders.sheets import (
    ask,
    checked_draft,
    list_of,
    read_pages,
    read_preflight,
    run_checks,
    services_for,
    site_scene,
    verdicts,
)


async def test_every_page_is_opened_once_and_each_lead_has_its_verdict(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    with small_site() as site:
        text = list_of(site, ada="ada", bo="missing", cem="ada")
        shared = {"id": "ours", "url": site.url("ours"), "duration_s": 1.0}
        campaign_id = await checked_draft(cast, sent_jobs, text, scenes=[site_scene(), shared])
        await ask(cast, campaign_id)
        assert await run_checks(cast, sent_jobs, site) == 1
    pages = await read_pages(cast, campaign_id)
    assert {name: page.verdict for name, page in pages.items()} == {
        "ada": "ready",
        "missing": "fails",
        "ours": "ready",
    }
    assert "error 404" in pages["missing"].message
    assert pages["missing"].error_code == "page_not_found"
    assert (pages["ada"].title, pages["ada"].height_px) == ("ada", 1500)
    assert await verdicts(cast, campaign_id) == {2: "ready", 3: "fails", 4: "ready"}
    preflight = await read_preflight(cast, campaign_id)
    assert (preflight.state, preflight.done, preflight.total) == ("done", 3, 3)
    assert preflight.ended_at is not None
    key = pages["ada"].picture_key
    assert key is not None
    assert key.startswith(f"workspaces/{cast.acme.id}/campaigns/{campaign_id}/checks/")
    path: Path = await cast.site.storage.local_path(key)
    with Image.open(path) as picture:
        assert picture.size == (320, 180)


async def _set(cast: Cast, campaign_id: UUID, table: Any, **values: object) -> None:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        await session.execute(update(table).where(table.campaign_id == campaign_id).values(values))


async def _times(cast: Cast, campaign_id: UUID) -> dict[str, datetime]:
    """When each page was opened last."""
    pages = await read_pages(cast, campaign_id)
    return {name: page.checked_at for name, page in pages.items() if page.checked_at}


async def test_a_page_is_asked_once_a_day_unless_it_failed_by_a_passing_fault(
    own_cast: Cast, sent_jobs: SentJobs
) -> None:
    cast = own_cast
    with small_site() as site:
        campaign_id = await checked_draft(cast, sent_jobs, list_of(site, ada="ada", bo="missing"))
        await ask(cast, campaign_id)
        await run_checks(cast, sent_jobs, site)
        first = await _times(cast, campaign_id)

        await ask(cast, campaign_id)
        await run_checks(cast, sent_jobs, site)
        assert await _times(cast, campaign_id) == first
        assert (await read_preflight(cast, campaign_id)).state == "done"

        await _set(cast, campaign_id, PageCheck, is_permanent=False)
        await ask(cast, campaign_id)
        await run_checks(cast, sent_jobs, site)
        second = await _times(cast, campaign_id)
        assert second["ada"] == first["ada"]
        assert second["missing"] > first["missing"]

        old = func.now() - timedelta(hours=25)
        await _set(cast, campaign_id, PageCheck, checked_at=old)
        await ask(cast, campaign_id)
        await run_checks(cast, sent_jobs, site)
        third = await _times(cast, campaign_id)
        assert all(third[name] > second[name] for name in third)

        picture = (await read_pages(cast, campaign_id))["ada"].picture_key
        await ask(cast, campaign_id, anew=True)
        await run_checks(cast, sent_jobs, site)
        page = (await read_pages(cast, campaign_id))["ada"]
        assert (await _times(cast, campaign_id))["ada"] > third["ada"]
        assert page.picture_key == picture, "the same picture is stored once"


async def test_a_check_that_breaks_off_in_the_middle_goes_on_where_it_was(
    own_cast: Cast, sent_jobs: SentJobs
) -> None:
    cast = own_cast
    with small_site() as site:
        text = list_of(site, ada="ada", bo="held/bo", cem="cem")
        campaign_id = await checked_draft(cast, sent_jobs, text)
        await ask(cast, campaign_id)
        (job,) = [job for job in sent_jobs if job.name == CHECK_PAGES]
        sent_jobs.clear()
        running = asyncio.create_task(check_pages(services_for(cast, site), **job.arguments))
        async with asyncio.timeout(END_LIMIT_S):
            while (await read_preflight(cast, campaign_id)).done < 2:  # noqa: ASYNC110
                await asyncio.sleep(0)
        started = engines()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert not left_alive(started)
        assert await verdicts(cast, campaign_id) == {2: "ready", 3: "waiting", 4: "ready"}
        assert (await read_preflight(cast, campaign_id)).state == "running"

        site.released.set()
        await sweep_preflights(services_for(cast, site))
        before = (await read_pages(cast, campaign_id))["ada"].checked_at
        assert await run_checks(cast, sent_jobs, site) == 1
    assert await verdicts(cast, campaign_id) == {2: "ready", 3: "ready", 4: "ready"}
    assert (await read_pages(cast, campaign_id))["ada"].checked_at == before
    preflight = await read_preflight(cast, campaign_id)
    assert (preflight.state, preflight.done, preflight.total) == ("done", 3, 3)


async def test_a_cancelled_check_ends_its_browsers_within_seconds(
    own_cast: Cast, sent_jobs: SentJobs
) -> None:
    cast = own_cast
    with small_site() as site:
        campaign_id = await checked_draft(cast, sent_jobs, list_of(site, bo="held/bo"))
        await ask(cast, campaign_id)
        (job,) = [job for job in sent_jobs if job.name == CHECK_PAGES]
        running = asyncio.create_task(check_pages(services_for(cast, site), **job.arguments))
        await asyncio.to_thread(site.asked.wait, END_LIMIT_S)
        started = engines()
        assert started
        await cast.bob.post(f"/campaigns/{campaign_id}/check/cancel")
        async with asyncio.timeout(END_LIMIT_S):
            await running
        assert not left_alive(started)
    assert (await read_preflight(cast, campaign_id)).state == "cancelled"
    assert (await read_pages(cast, campaign_id))["bo"].asked_at is None


async def test_one_list_is_never_checked_by_two_processes(cast: Cast, sent_jobs: SentJobs) -> None:
    with small_site() as site:
        campaign_id = await checked_draft(cast, sent_jobs, list_of(site, ada="ada"))
        await ask(cast, campaign_id)
        await ask(cast, campaign_id)
        soon = func.now() + timedelta(seconds=30)
        await _set(cast, campaign_id, Preflight, work_due_at=soon)
        await run_checks(cast, sent_jobs, site)
        assert (await read_pages(cast, campaign_id)) == {}
        sent_jobs.clear()
        await sweep(services_for(cast, site))
        assert [job.name for job in sent_jobs] == []

        await _set(cast, campaign_id, Preflight, work_due_at=func.now())
        await sweep(services_for(cast, site))
        assert [job.name for job in sent_jobs] == [CHECK_PAGES]
        await run_checks(cast, sent_jobs, site)
    assert await verdicts(cast, campaign_id) == {2: "ready"}


async def test_a_check_that_comes_to_nothing_again_and_again_is_given_up(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    with small_site() as site:
        campaign_id = await checked_draft(cast, sent_jobs, list_of(site, ada="ada"))
        await ask(cast, campaign_id)
        await _set(cast, campaign_id, Preflight, failures=GIVEN_UP_AFTER)
        await run_checks(cast, sent_jobs, site)
        preflight = await read_preflight(cast, campaign_id)
        assert preflight.state == "failed"
        page = (await cast.bob.get(f"/campaigns/{campaign_id}/check")).text
        assert "gave up several times" in page
        await ask(cast, campaign_id)
        await run_checks(cast, sent_jobs, site)
    assert (await read_preflight(cast, campaign_id)).state == "done"


async def test_a_page_on_a_private_address_fails_as_it_would_in_a_render(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    with small_site() as site:
        campaign_id = await checked_draft(cast, sent_jobs, list_of(site, ada="ada"))
        await ask(cast, campaign_id)
        await run_checks(cast, sent_jobs)  # this site is not among the allowed ones
    assert (await read_pages(cast, campaign_id))["ada"].error_code == "private_address"
    assert await verdicts(cast, campaign_id) == {2: "fails"}


def test_what_opens_but_raises_doubts_is_doubtful_and_says_them() -> None:
    doubts = ["It looks like a parked domain."]
    event = {"ok": True, "final_url": "https://x.example/", "title": "T", "doubts": doubts}
    result = page_result(event, "0" * 32, None)
    assert (result.verdict, result.doubts) == ("doubtful", doubts)
    assert page_result({**event, "doubts": []}, "0" * 32, None).verdict == "ready"
