"""The check of a whole list by the real job, the real engine and a real browser."""

from pathlib import Path

from PIL import Image

from tests.cast import Cast
from tests.pipeline.small_render import small_site
from tests.postgres import SentJobs
from tests.renders.sheets import (
    ask,
    checked_draft,
    list_of,
    read_pages,
    read_preflight,
    run_checks,
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
