"""The contact sheet as Bob sees and mends it; the check itself is run by its own job."""

import re
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.campaigns.boards import counted_statements
from tests.campaigns.drafts import read_campaign
from tests.campaigns.lists import counts_of, read_rows
from tests.cast import Cast
from tests.pipeline.small_render import small_site
from tests.postgres import SentJobs
from tests.renders.sheets import (
    ask,
    checked_draft,
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


async def _lead_id(cast: Cast, campaign_id: UUID, row: int) -> UUID:
    return next(each.id for each in await read_rows(cast, campaign_id) if each.row == row)


def _card(page: str, lead_id: UUID) -> str:
    """The card's own piece of a page."""
    return page.partition(f'id="check-card-{lead_id}"')[2].partition("<li ")[0]


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
    lead = f"{url}/leads/{await _lead_id(cast, campaign_id, 2)}"
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


async def test_another_address_is_kept_in_the_row_and_that_page_alone_is_opened(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    with small_site() as site:
        campaign_id = await checked_draft(cast, sent_jobs, list_of(site, ada="ada", bo="missing"))
        await ask(cast, campaign_id)
        await run_checks(cast, sent_jobs, site)
        lead_id = await _lead_id(cast, campaign_id, 3)
        url = f"/campaigns/{campaign_id}/check/leads/{lead_id}/scenes/site/address"
        answer = await cast.bob.post(url, data={"url": site.url("bo")}, headers=PART)
        assert answer.status_code == 200
        assert "Being checked" in answer.text
        assert (await verdicts(cast, campaign_id))[3] == "waiting"
        before = (await read_pages(cast, campaign_id))["ada"].checked_at
        await run_checks(cast, sent_jobs, site)
    assert (await verdicts(cast, campaign_id))[3] == "ready"
    pages = await read_pages(cast, campaign_id)
    assert (pages["bo"].verdict, pages["ada"].checked_at) == ("ready", before)
    row = next(each for each in await read_rows(cast, campaign_id) if each.row == 3)
    assert (row.cells[3], row.state) == (site.url("bo"), "good")
    assert await counts_of(cast, campaign_id) == (2, 0, 0)


async def test_what_is_no_address_is_422_with_the_reason_beside_the_field(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    with small_site() as site:
        campaign_id = await checked_draft(cast, sent_jobs, list_of(site, bo="missing"))
        await ask(cast, campaign_id)
        await run_checks(cast, sent_jobs, site)
    lead_id = await _lead_id(cast, campaign_id, 2)
    scene = f"/campaigns/{campaign_id}/check/leads/{lead_id}/scenes/site"
    for field, act in (("url", "address"), ("fallback", "fallback")):
        typed = {field: "no <address>"}
        part = await cast.bob.post(f"{scene}/{act}", data=typed, headers=PART)
        assert part.status_code == 422
        assert part.text.lstrip().startswith("<li")
        assert 'value="no &lt;address&gt;"' in part.text
        assert "has a space in it" in part.text
        assert 'aria-invalid="true"' in part.text
        whole = await cast.bob.post(f"{scene}/{act}", data=typed)
        assert whole.status_code == 422
        assert "<!doctype html>" in whole.text
        assert "has a space in it" in _card(whole.text, lead_id)
    assert (await read_rows(cast, campaign_id))[0].cells[3] == site.url("missing")


async def test_a_fallback_page_set_beside_one_fault_stands_in_for_all(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    with small_site() as site:
        text = list_of(site, ada="ada", bo="missing", cem="missing")
        campaign_id = await checked_draft(cast, sent_jobs, text)
        await ask(cast, campaign_id)
        await run_checks(cast, sent_jobs, site)
        lead_id = await _lead_id(cast, campaign_id, 3)
        url = f"/campaigns/{campaign_id}/check/leads/{lead_id}/scenes/site/fallback"
        answer = await cast.bob.post(url, data={"fallback": site.url("ours")})
        assert answer.status_code == 303
        await run_checks(cast, sent_jobs, site)
        assert await verdicts(cast, campaign_id) == {2: "ready", 3: "fallback", 4: "fallback"}
        assert (await read_campaign(cast, campaign_id)).scenes[0]["fallback_url"] == site.url(
            "ours"
        )
        # Now that there is one, the own page need not be tried.
        answer = await cast.bob.post(url, headers=PART)
        assert "There is no address in this lead’s row" in answer.text
        await run_checks(cast, sent_jobs, site)
    assert (await verdicts(cast, campaign_id))[3] == "fallback"
    assert (await read_rows(cast, campaign_id))[1].cells[3] == ""
    page = (await cast.bob.get(f"/campaigns/{campaign_id}/check?check=fallback")).text
    assert "is shown instead" in page
    assert "Ada Ltd" not in page


async def test_a_lead_is_skipped_for_good_and_taken_back(cast: Cast, sent_jobs: SentJobs) -> None:
    with small_site() as site:
        campaign_id = await checked_draft(cast, sent_jobs, list_of(site, ada="ada", bo="missing"))
        await ask(cast, campaign_id)
        await run_checks(cast, sent_jobs, site)
        lead_id = await _lead_id(cast, campaign_id, 3)
        lead = f"/campaigns/{campaign_id}/check/leads/{lead_id}"
        skipped = await cast.bob.post(f"{lead}/skip", headers=PART)
        assert "Take back" in skipped.text
        assert await counts_of(cast, campaign_id) == (1, 0, 1)
        # All rows are checked again by other columns, and it stays skipped.
        columns = {"name": "Company", "scene-0": "Website"}
        saved = await cast.bob.post(f"/campaigns/{campaign_id}/edit/leads", data=columns)
        assert saved.status_code == 303
        assert await counts_of(cast, campaign_id) == (1, 0, 1)
        sheet = (await cast.bob.get(f"/campaigns/{campaign_id}/check?check=skipped")).text
        assert f"check-card-{lead_id}" in sheet
        back = await cast.bob.post(f"{lead}/unskip", headers=PART)
        assert back.status_code == 200
    assert await counts_of(cast, campaign_id) == (2, 0, 0)


async def test_a_row_edited_elsewhere_is_not_said_to_be_checked(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    with small_site() as site:
        campaign_id = await checked_draft(cast, sent_jobs, list_of(site, ada="ada", bo="bo"))
        await ask(cast, campaign_id)
        await run_checks(cast, sent_jobs, site)
        lead_id = await _lead_id(cast, campaign_id, 3)
        row = f"/campaigns/{campaign_id}/edit/leads/rows/{lead_id}"
        await cast.bob.post(row, data={"cell-3": site.url("missing")})
        url = f"/campaigns/{campaign_id}/check"
        assert "Not checked" in _card((await cast.bob.get(url)).text, lead_id)
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
        ada, bo = [await _lead_id(cast, campaign_id, row) for row in (2, 3)]
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
