"""A copy of a campaign with many leads: a job makes it, and the copy says how far it is."""

import re
from uuid import UUID

from sqlalchemy import delete

from app.campaigns.lead_import import AT_ONCE_ROWS
from app.campaigns.models import Campaign
from app.jobs.leads import UNCOPIED
from tests.campaigns.drafts import make_draft, read_campaign
from tests.campaigns.lists import WEBSITE, counts_of, draft_with_list, read_rows, run_imports
from tests.cast import Cast, in_workspace
from tests.postgres import SentJobs

COUNT = AT_ONCE_ROWS + 300
LINES = [f"Person {i},{'' if i % 7 == 0 else f'https://p{i}.example.com'}" for i in range(COUNT)]
SKIPPED = sum(line.endswith(",") for line in LINES)
MANY = "\n".join(["Name,Website", *LINES])


async def _with_many(cast: Cast, jobs: SentJobs) -> UUID:
    campaign_id = await draft_with_list(cast, jobs, MANY, scenes=[WEBSITE])
    await cast.bob.post(f"/campaigns/{campaign_id}/edit/leads/skip")
    return campaign_id


async def _duplicate(cast: Cast, campaign_id: UUID) -> UUID:
    answer = await cast.bob.post(
        f"/campaigns/{campaign_id}/duplicate", data={"name": "Second wave", "leads": "on"}
    )
    return UUID(answer.headers["location"].rpartition("/")[2])


async def test_a_copy_of_many_says_that_it_is_under_way_and_then_has_them(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    source_id = await _with_many(cast, sent_jobs)
    copy_id = await _duplicate(cast, source_id)
    copy = await read_campaign(cast, copy_id)
    assert (copy.leads_state, copy.leads_import["total"]) == ("importing", COUNT)
    page = (await cast.bob.get(f"/campaigns/{copy_id}")).text
    assert "Its leads are being copied." in page
    assert "Copying the leads" in page
    assert await run_imports(cast, sent_jobs) == 1
    copy, source = await read_campaign(cast, copy_id), await read_campaign(cast, source_id)
    assert (copy.leads_state, copy.leads_import) == ("ready", {})
    assert copy.leads_file_name == source.leads_file_name
    assert copy.lead_columns == source.lead_columns
    assert await counts_of(cast, copy_id) == (COUNT - SKIPPED, 0, SKIPPED)


async def test_copied_rows_are_the_same_under_ids_and_links_of_their_own(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    source_id = await _with_many(cast, sent_jobs)
    copy_id = await _duplicate(cast, source_id)
    again = list(sent_jobs)
    await run_imports(cast, sent_jobs)
    theirs, ours = await read_rows(cast, source_id), await read_rows(cast, copy_id)
    for field in ("row", "state", "name", "cells", "problems", "digest"):
        assert [getattr(row, field) for row in ours] == [getattr(row, field) for row in theirs]
    assert len({row.id for row in [*ours, *theirs]}) == 2 * COUNT
    assert len({row.public_id for row in [*ours, *theirs]}) == 2 * COUNT
    assert all(re.fullmatch(r"[A-Za-z0-9]{24}", row.public_id) for row in ours)
    await run_imports(cast, again)
    assert [row.id for row in await read_rows(cast, copy_id)] == [row.id for row in ours]


async def test_a_list_that_is_replaced_before_its_turn_comes_over_whole(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    source_id = await _with_many(cast, sent_jobs)
    copy_id = await _duplicate(cast, source_id)
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        source = await session.get_one(Campaign, source_id)
        source.lead_columns = {**source.lead_columns, "name": ["Website"]}
    await run_imports(cast, sent_jobs)
    copy = await read_campaign(cast, copy_id)
    assert copy.lead_columns["name"] == ["Website"]
    assert (await read_rows(cast, copy_id))[1].name == "https://p1.example.com"


async def test_rows_are_checked_for_the_scenes_that_the_copy_has_by_then(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    source_id = await _with_many(cast, sent_jobs)
    copy_id = await _duplicate(cast, source_id)
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        (await session.get_one(Campaign, copy_id)).scenes = []
    await run_imports(cast, sent_jobs)
    assert await counts_of(cast, copy_id) == (COUNT, 0, 0)


async def test_a_copy_can_be_called_off(cast: Cast, sent_jobs: SentJobs) -> None:
    copy_id = await _duplicate(cast, await _with_many(cast, sent_jobs))
    await cast.bob.post(f"/campaigns/{copy_id}/edit/leads/cancel")
    page = await cast.bob.get(f"/campaigns/{copy_id}/edit/leads")
    assert "The leads were not copied." in page.text
    await run_imports(cast, sent_jobs)
    assert ((await read_campaign(cast, copy_id)).leads_state, await read_rows(cast, copy_id)) == (
        "none",
        [],
    )


async def test_a_source_that_is_gone_for_good_is_told(cast: Cast, sent_jobs: SentJobs) -> None:
    source_id = await _with_many(cast, sent_jobs)
    copy_id = await _duplicate(cast, source_id)
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        await session.execute(delete(Campaign).where(Campaign.id == source_id))
    await run_imports(cast, sent_jobs)
    copy = await read_campaign(cast, copy_id)
    assert (copy.leads_state, copy.leads_problem) == ("failed", UNCOPIED)


async def test_another_workspaces_list_is_never_copied(cast: Cast, sent_jobs: SentJobs) -> None:
    source_id = await _with_many(cast, sent_jobs)
    copy_id = await _duplicate(cast, source_id)
    theirs = await make_draft(cast, name="Theirs")
    async with cast.site.database.session(every_workspace=True) as session:
        moved = await session.get_one(Campaign, theirs)
        moved.workspace_id = cast.other.id
        copy = await session.get_one(Campaign, copy_id)
        copy.leads_import = {**copy.leads_import, "of": str(theirs)}
    await run_imports(cast, sent_jobs)
    assert (await read_campaign(cast, copy_id)).leads_problem == UNCOPIED
