"""A corrected list takes the place of the earlier one; leads that are still there keep links."""

from uuid import UUID

from tests.campaigns.lists import (
    WEBSITE,
    counts_of,
    draft_with_list,
    put_list,
    read_rows,
    run_imports,
)
from tests.cast import Cast
from tests.postgres import SentJobs

FIRST = """Name,E-mail,Company,Website
Ada Lovelace,ada@engines.example.com,Engines,https://engines.example.com/
Bo Li,bo@li.example.com,Li Ltd,https://li.example.com/
Cem Öz,cem@oz.example.com,Öz & Co,https://oz.example.com/
"""
# Another order, a further column, a mended address; Bo is gone and Dee is there.
CORRECTED = """Website,Name,E-mail,Company,Note
https://oz.example.com/,Cem Öz,cem@oz.example.com,Öz & Co,x
https://dee.example.com/,Dee,dee@dee.example.com,Dee Inc,
https://engines.example.com/about,Ada Lovelace,ADA@engines.example.com,Engines Ltd,
"""


async def _links(cast: Cast, campaign_id: UUID) -> dict[str, tuple[UUID, str]]:
    rows = await read_rows(cast, campaign_id)
    return {row.name: (row.id, row.public_id) for row in rows if row.state == "good"}


async def _put(cast: Cast, jobs: SentJobs, campaign_id: UUID, text: str) -> None:
    await put_list(cast, campaign_id, text)
    await run_imports(cast, jobs)


async def test_a_lead_that_is_still_there_keeps_its_id_and_its_link(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    campaign_id = await draft_with_list(cast, sent_jobs, FIRST, scenes=[WEBSITE])
    before = await _links(cast, campaign_id)
    await _put(cast, sent_jobs, campaign_id, CORRECTED)
    after = await _links(cast, campaign_id)
    assert after["Ada Lovelace"] == before["Ada Lovelace"]
    assert after["Cem Öz"] == before["Cem Öz"]
    assert after["Dee"] not in before.values()
    assert "Bo Li" not in after
    assert await counts_of(cast, campaign_id) == (3, 0, 0)


async def test_the_rows_are_those_of_the_corrected_list(cast: Cast, sent_jobs: SentJobs) -> None:
    campaign_id = await draft_with_list(cast, sent_jobs, FIRST, scenes=[WEBSITE])
    await _put(cast, sent_jobs, campaign_id, CORRECTED)
    rows = await read_rows(cast, campaign_id)
    assert [(row.row, row.name) for row in rows] == [(2, "Cem Öz"), (3, "Dee"), (4, "Ada Lovelace")]
    assert rows[2].cells[0] == "https://engines.example.com/about"
    assert rows[2].company == "Engines Ltd"


async def test_of_rows_that_repeat_a_lead_the_good_one_keeps_the_link(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    campaign_id = await draft_with_list(cast, sent_jobs, FIRST, scenes=[WEBSITE])
    before = await _links(cast, campaign_id)
    twice = FIRST + "Ada L,ada@engines.example.com,Engines,https://engines.example.com/b\n"
    await _put(cast, sent_jobs, campaign_id, twice)
    assert await _links(cast, campaign_id) == before
    await _put(cast, sent_jobs, campaign_id, twice)
    assert await _links(cast, campaign_id) == before
    assert len({row.public_id for row in await read_rows(cast, campaign_id)}) == 4


async def test_the_same_list_again_changes_no_row(cast: Cast, sent_jobs: SentJobs) -> None:
    campaign_id = await draft_with_list(cast, sent_jobs, FIRST, scenes=[WEBSITE])
    before = [(row.id, row.public_id, row.row) for row in await read_rows(cast, campaign_id)]
    await _put(cast, sent_jobs, campaign_id, FIRST)
    after = [(row.id, row.public_id, row.row) for row in await read_rows(cast, campaign_id)]
    assert after == before
