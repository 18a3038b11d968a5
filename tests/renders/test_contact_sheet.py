"""The contact sheet as Bob sees and mends it; the check itself is run by its own job."""

import re
from typing import Any
from uuid import uuid4

import pytest

from tests.campaigns.boards import counted_statements
from tests.cast import Cast
from tests.pipeline.small_render import small_site
from tests.postgres import SentJobs
from tests.renders.sheets import (
    ask,
    card_in,
    checked_draft,
    lead_id_of,
    list_of,
    list_pages,
    read_pages,
    read_preflight,
    run_checks,
    site_scene,
    verdicts,
)

PART = {"HX-Request": "true"}
STATEMENTS_AT_MOST = 13


@pytest.mark.parametrize("who", ["charlie", "charlie_at_home"])
async def test_a_stranger_finds_nothing_to_see_or_to_mend(
    cast: Cast, sent_jobs: SentJobs, who: str
) -> None:
    with small_site() as site:
        campaign_id = await checked_draft(cast, sent_jobs, list_of(site, ada="ada"))
        await ask(cast, campaign_id)
        await run_checks(cast, sent_jobs, site)
    stranger = getattr(cast, who)
    url = f"/campaigns/{campaign_id}/check"
    page_id = (await read_pages(cast, campaign_id))["ada"].id
    lead = f"{url}/leads/{await lead_id_of(cast, campaign_id, 2)}"
    for path in (url, f"{url}/live", f"{url}/pages/{page_id}/picture"):
        assert (await stranger.get(path)).status_code == 404, path
    for path in (
        *(url, f"{url}/cancel", f"{url}/pages/{page_id}/again", f"{lead}/again", f"{lead}/skip"),
        *(f"{lead}/unskip", f"{lead}/scenes/site/address", f"{lead}/scenes/site/fallback"),
    ):
        assert (await stranger.post(path, data={"url": "https://x.example"})).status_code == 404
    assert await verdicts(cast, campaign_id) == {2: "ready"}


async def test_a_card_tells_who_what_and_how_to_mend_it(cast: Cast, sent_jobs: SentJobs) -> None:
    with small_site() as site:
        text = list_of(site, ada="ada", bo="missing")
        campaign_id = await checked_draft(cast, sent_jobs, text)
        url = f"/campaigns/{campaign_id}/check"
        before = (await cast.bob.get(url)).text
        assert "Check the pages" in before
        assert "Each page is opened once" in before
        assert (await cast.bob.post(url, data={"at": url})).status_code == 303
        under_way = (await cast.bob.get(url)).text
        assert "Waiting to begin" in under_way
        assert "<progress" in under_way
        await run_checks(cast, sent_jobs, site)
    page = (await cast.bob.get(url)).text
    assert "1 lead has a fault." in page
    assert "Would fail" in page
    assert "answered with error 404" in page
    assert "Change the address" in page
    assert "Set a fallback page" in page
    check = (await read_pages(cast, campaign_id))["ada"]
    picture = f"{url}/pages/{check.id}/picture"
    assert picture in page
    assert (await cast.bob.get(picture)).headers["content-type"] == "image/jpeg"
    faults = (await cast.bob.get(url, params={"check": "faults"})).text
    assert "Bo Ltd" in faults
    assert "Ada Ltd" not in faults
    ready = (await cast.bob.get(url, params={"check": "ready"})).text
    assert "Ada Ltd" in ready
    assert "Bo Ltd" not in ready


async def test_a_row_edited_elsewhere_is_not_said_to_be_checked(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    with small_site() as site:
        campaign_id = await checked_draft(cast, sent_jobs, list_of(site, ada="ada", bo="bo"))
        await ask(cast, campaign_id)
        await run_checks(cast, sent_jobs, site)
        lead_id = await lead_id_of(cast, campaign_id, 3)
        row = f"/campaigns/{campaign_id}/edit/leads/rows/{lead_id}"
        await cast.bob.post(row, data={"cell-3": site.url("missing")})
        url = f"/campaigns/{campaign_id}/check"
        assert "Not checked" in card_in((await cast.bob.get(url)).text, lead_id)
        assert "1 lead is not checked yet." in (await cast.bob.get(url)).text
        await cast.bob.post(url)
        await run_checks(cast, sent_jobs, site)
    assert await verdicts(cast, campaign_id) == {2: "ready", 3: "fails"}


async def test_a_shared_page_that_fails_is_told_once_and_counts_for_every_lead(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    with small_site() as site:
        shared = {"id": "ours", "url": site.url("missing"), "duration_s": 1.0}
        text = list_of(site, ada="ada", bo="bo")
        campaign_id = await checked_draft(cast, sent_jobs, text, scenes=[site_scene(), shared])
        await ask(cast, campaign_id)
        await run_checks(cast, sent_jobs, site)
    url = f"/campaigns/{campaign_id}/check"
    page = (await cast.bob.get(url)).text
    assert page.count("answered with error 404") == 1
    assert "2 leads have a fault." in page
    faults = (await cast.bob.get(f"{url}?check=faults")).text
    assert faults.count("contact-card ") == 2
    assert (await cast.bob.get(f"{url}?check=ready")).text.count("contact-card ") == 0


async def test_the_live_part_brings_the_cards_that_are_known_meanwhile(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    with small_site() as site:
        campaign_id = await checked_draft(cast, sent_jobs, list_of(site, ada="ada", bo="missing"))
        await ask(cast, campaign_id)
        url = f"/campaigns/{campaign_id}/check"
        ada, bo = [await lead_id_of(cast, campaign_id, row) for row in (2, 3)]
        query: Any = {"at": url, "waiting": [str(ada), str(uuid4()), "nonsense"]}
        early = (await cast.bob.get(f"{url}/live", params=query)).text
        assert "<hx-partial" not in early
        await run_checks(cast, sent_jobs, site)
    late = (await cast.bob.get(f"{url}/live", params=query)).text
    assert late.count("<hx-partial") == 1
    assert f"check-card-{ada}" in late
    assert f"check-card-{bo}" not in late


async def test_a_check_is_cancelled_and_what_was_found_stays(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    with small_site() as site:
        campaign_id = await checked_draft(cast, sent_jobs, list_of(site, ada="ada"))
        await ask(cast, campaign_id)
        await run_checks(cast, sent_jobs, site)
        await ask(cast, campaign_id, anew=True)
        url = f"/campaigns/{campaign_id}/check"
        answer = await cast.bob.post(f"{url}/cancel", data={"at": url})
        assert answer.headers["location"] == f"{url}#contact-sheet"
        await run_checks(cast, sent_jobs, site)
    assert (await read_preflight(cast, campaign_id)).state == "cancelled"
    assert "Ready" in (await cast.bob.get(url)).text
    assert (await read_pages(cast, campaign_id))["ada"].asked_at is None


async def test_a_page_takes_as_many_statements_however_long_the_list_is(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    seen = {}
    for count in (60, 120):
        names = {f"lead{number}": f"page{number}" for number in range(count)}
        with small_site() as site:
            campaign_id = await checked_draft(cast, sent_jobs, list_of(site, **names))
        await list_pages(cast, campaign_id)
        for query in ("", "?check=faults", "?check_after=50"):
            with counted_statements(cast) as statements:
                url = f"/campaigns/{campaign_id}/check{query}"
                assert (await cast.bob.get(url)).status_code == 200
            seen[count, query] = len(statements)
    for query in ("", "?check=faults", "?check_after=50"):
        assert seen[60, query] == seen[120, query] <= STATEMENTS_AT_MOST


async def test_cards_come_by_row_and_lead_on_both_ways(cast: Cast, sent_jobs: SentJobs) -> None:
    names = {f"lead{number}": f"page{number}" for number in range(100)}
    with small_site() as site:
        campaign_id = await checked_draft(cast, sent_jobs, list_of(site, **names))
    await list_pages(cast, campaign_id)
    url = f"/campaigns/{campaign_id}/check"

    async def rows(query: str) -> tuple[int, int, int]:
        page = (await cast.bob.get(url + query)).text
        found = [int(row) for row in re.findall(r"<h3[^>]*>Lead(\d+)<", page)]
        return len(found), found[0], found[-1]

    assert await rows("") == (48, 0, 47)
    assert await rows("?check_after=49") == (48, 48, 95)
    assert await rows("?check_after=97") == (4, 96, 99)
    assert await rows("?check_before=98") == (48, 48, 95)
    assert await rows("?check_before=nonsense&check=nonsense") == (48, 0, 47)


async def test_scenes_that_are_not_complete_are_said_to_be_so(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    with small_site() as site:
        scenes = [{"id": "site", "csv_column": "", "duration_s": 1.0}]
        campaign_id = await checked_draft(cast, sent_jobs, list_of(site, a="a"), scenes=scenes)
    url = f"/campaigns/{campaign_id}/check"
    assert "once the scenes are complete" in (await cast.bob.get(url)).text
    assert (await cast.bob.post(url)).status_code == 303
    assert sent_jobs == []
