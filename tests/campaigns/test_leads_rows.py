"""Rows of a list mended in place, skipped and taken back, as the cast does it."""

from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import update

from app.campaigns.models import Campaign
from tests.campaigns.drafts import read_campaign
from tests.campaigns.lists import NASTY, WEBSITE, counts_of, draft_with_list, read_rows
from tests.cast import Cast, in_workspace
from tests.postgres import SentJobs

PART = {"HX-Request": "true"}
NO_ADDRESS, REPEATED, BROKEN = 1, 2, 4  # of NASTY's rows


async def _press(
    cast: Cast, campaign_id: UUID, at: int, act: str = "", cells: Any = None
) -> httpx.Response:
    row = (await read_rows(cast, campaign_id))[at]
    url = f"/campaigns/{campaign_id}/edit/leads/rows/{row.id}{act}"
    return await cast.bob.post(url, data=cells or {}, headers=PART)


async def test_a_mended_row_is_good_and_the_counts_come_along(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    campaign_id = await draft_with_list(cast, sent_jobs, scenes=[WEBSITE])
    answer = await _press(cast, campaign_id, NO_ADDRESS, cells={"cell-3": " li.example.com "})
    assert answer.status_code == 200
    assert "is-fixed" in answer.text
    assert "3 good" in answer.text
    assert 'hx-target="#leads-summary"' in answer.text
    row = (await read_rows(cast, campaign_id))[NO_ADDRESS]
    assert (row.state, row.cells[3], row.name) == ("good", "li.example.com", "Bo Li")
    assert await counts_of(cast, campaign_id) == (3, 2, 0)


async def test_a_row_that_is_still_wrong_is_422_with_the_reason_beside_the_cell(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    campaign_id = await draft_with_list(cast, sent_jobs, scenes=[WEBSITE])
    answer = await _press(cast, campaign_id, NO_ADDRESS, cells={"cell-3": "no <address>"})
    assert answer.status_code == 422
    assert 'value="no &lt;address&gt;"' in answer.text
    assert 'aria-describedby="cell-3-3-error"' in answer.text
    assert "has a space in it" in answer.text
    row = (await read_rows(cast, campaign_id))[NO_ADDRESS]
    assert (row.state, row.cells[3]) == ("bad", "no <address>")


async def test_a_row_with_a_cell_too_many_is_good_once_its_cells_are(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    campaign_id = await draft_with_list(cast, sent_jobs, scenes=[WEBSITE])
    cells = {"cell-2": "Dee, Inc", "cell-3": "https://dee.example.com/"}
    assert (await _press(cast, campaign_id, BROKEN, cells=cells)).status_code == 200
    row = (await read_rows(cast, campaign_id))[BROKEN]
    assert (row.company, row.state, row.problems) == ("Dee, Inc", "good", [])


async def test_what_makes_the_lead_another_one_ends_the_repetition(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    campaign_id = await draft_with_list(cast, sent_jobs)
    cells = {"cell-0": "Byron", "cell-1": "byron@engines.example.com"}
    assert (await _press(cast, campaign_id, REPEATED, cells=cells)).status_code == 200
    assert (await read_rows(cast, campaign_id))[REPEATED].state == "good"


async def test_mending_a_row_into_another_lead_says_which_row_it_repeats(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    campaign_id = await draft_with_list(cast, sent_jobs, scenes=[WEBSITE])
    cells = {"cell-1": "cem@oz.example.com", "cell-3": "https://li.example.com"}
    answer = await _press(cast, campaign_id, NO_ADDRESS, cells=cells)
    # The earlier of two rows is the lead; the later one repeats it now.
    assert answer.status_code == 200
    rows = await read_rows(cast, campaign_id)
    assert [row.state for row in rows] == ["good", "good", "bad", "bad", "bad"]
    assert "the same lead as in row 3" in rows[3].problems[-1]["sentence"]
    assert await counts_of(cast, campaign_id) == (2, 3, 0)


async def test_when_the_first_of_two_becomes_another_lead_the_second_is_good(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    campaign_id = await draft_with_list(cast, sent_jobs)
    cells = {"cell-1": "ada@other.example.com"}
    assert (await _press(cast, campaign_id, 0, cells=cells)).status_code == 200
    assert [row.state for row in await read_rows(cast, campaign_id)][:3] == ["good"] * 3


async def test_a_row_is_skipped_and_taken_back(cast: Cast, sent_jobs: SentJobs) -> None:
    campaign_id = await draft_with_list(cast, sent_jobs)
    skipped = await _press(cast, campaign_id, REPEATED, "/skip")
    assert "is-skipped" in skipped.text
    assert await counts_of(cast, campaign_id) == (3, 1, 1)
    back = await _press(cast, campaign_id, REPEATED, "/unskip")
    assert "is-open" in back.text
    assert await counts_of(cast, campaign_id) == (3, 2, 0)


async def test_a_good_row_is_not_skipped_by_an_old_page(cast: Cast, sent_jobs: SentJobs) -> None:
    campaign_id = await draft_with_list(cast, sent_jobs)
    await _press(cast, campaign_id, 0, "/skip")
    assert await counts_of(cast, campaign_id) == (3, 2, 0)


async def test_all_rows_are_skipped_and_all_taken_back(cast: Cast, sent_jobs: SentJobs) -> None:
    campaign_id = await draft_with_list(cast, sent_jobs)
    url = f"/campaigns/{campaign_id}/edit/leads"
    assert (await cast.bob.post(f"{url}/skip")).status_code == 303
    assert await counts_of(cast, campaign_id) == (3, 0, 2)
    page = (await cast.bob.get(f"{url}?show=skipped")).text
    assert page.count("Take back") == 2
    assert (await cast.bob.post(f"{url}/unskip")).status_code == 303
    assert await counts_of(cast, campaign_id) == (3, 2, 0)


async def test_a_skipped_row_stays_skipped_when_all_are_checked_again(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    campaign_id = await draft_with_list(cast, sent_jobs, scenes=[WEBSITE])
    url = f"/campaigns/{campaign_id}/edit/leads"
    await cast.bob.post(f"{url}/skip")
    await cast.bob.post(url, data={"name": "Company", "scene-0": "Website"})
    states = [row.state for row in await read_rows(cast, campaign_id)]
    assert states == ["good", "skipped", "good", "good", "skipped"]


async def test_without_a_script_the_page_comes_back(cast: Cast, sent_jobs: SentJobs) -> None:
    campaign_id = await draft_with_list(cast, sent_jobs, scenes=[WEBSITE])
    row = (await read_rows(cast, campaign_id))[NO_ADDRESS]
    url = f"/campaigns/{campaign_id}/edit/leads"
    answer = await cast.bob.post(f"{url}/rows/{row.id}", data={"cell-3": "still wrong"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{url}#rows")
    assert 'value="still wrong"' in (await cast.bob.get(url)).text


async def test_a_ready_campaign_is_a_draft_again_when_a_row_is_to_be_fixed(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    campaign_id = await draft_with_list(cast, sent_jobs, NASTY)
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        ready = update(Campaign).where(Campaign.id == campaign_id).values(state="ready")
        await session.execute(ready)
    await _press(cast, campaign_id, REPEATED, "/skip")
    assert (await read_campaign(cast, campaign_id)).state == "draft"


async def test_strange_cells_are_only_text(cast: Cast, sent_jobs: SentJobs) -> None:
    campaign_id = await draft_with_list(cast, sent_jobs)
    cells = {"cell-0": "<b>\\N\t'; drop table leads", "cell-99": "x", "cell-": "y", "cell-1": "é\0"}
    await _press(cast, campaign_id, REPEATED, cells=cells)
    row = (await read_rows(cast, campaign_id))[REPEATED]
    assert row.cells[:2] == ["<b>\\N\t'; drop table leads", "é"]
    assert len(row.cells) == 4
