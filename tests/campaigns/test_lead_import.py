"""Lists read by the real job into a real database: what is stored, replaced, refused, kept."""

import codecs
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app.campaigns.lead_import import (
    GIVEN_UP,
    TRIES,
    finish_import,
    give_up_import,
    recheck_leads,
    requeue_lead_imports,
)
from app.campaigns.lead_reader import read_list
from app.campaigns.service import get_campaign
from app.workspaces.models import Activity
from tests.campaigns.drafts import make_draft, read_campaign
from tests.campaigns.lists import (
    NASTY,
    WEBSITE,
    counts_of,
    draft_with_list,
    put_list,
    read_rows,
    run_imports,
)
from tests.cast import Cast, in_workspace
from tests.postgres import SentJobs


async def show_website(cast: Cast, campaign_id: UUID) -> None:
    """A scene shows the list's website, as the scenes step saves it."""
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        campaign = await get_campaign(session, campaign_id)
        campaign.scenes = [WEBSITE]
        await recheck_leads(session, campaign)


async def test_every_row_is_stored_with_its_number_and_reason(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    campaign_id = await draft_with_list(cast, sent_jobs, scenes=[WEBSITE])
    rows = await read_rows(cast, campaign_id)
    assert [(row.row, row.state) for row in rows] == [
        (2, "good"), (3, "bad"), (4, "bad"), (5, "good"), (6, "bad"),
    ]  # fmt: skip
    assert "There is no address in this cell." in rows[1].problems[0]["sentence"]
    assert rows[1].problems[0]["column"] == "Website"
    assert "the same lead as in row 2" in rows[2].problems[-1]["sentence"]
    assert "5 cells for 4 columns" in rows[4].problems[0]["sentence"]
    assert rows[3].cells == ["Cem Öz", "cem@oz.example.com", "Öz & Co", "oz.example.com"]
    assert (rows[3].name, rows[3].company) == ("Cem Öz", "Öz & Co")
    assert await counts_of(cast, campaign_id) == (2, 3, 0)


async def test_the_campaign_knows_the_columns_and_the_file(cast: Cast, sent_jobs: SentJobs) -> None:
    campaign = await read_campaign(cast, await draft_with_list(cast, sent_jobs))
    assert campaign.lead_columns == {
        "headers": ["Name", "E-mail", "Company", "Website"],
        "name": ["Name"],
        "email": "E-mail",
        "company": "Company",
        "urls": ["Website"],
    }
    assert (campaign.leads_file_name, campaign.leads_state) == ("leads.csv", "ready")
    assert campaign.leads_import == {}


async def test_the_list_that_was_read_lies_nowhere_any_more(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    await draft_with_list(cast, sent_jobs)
    folders = (cast.site.settings.media_folder, cast.site.settings.uploads_folder)
    assert not [path for folder in folders for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    "content",
    [
        codecs.BOM_UTF8 + NASTY.encode(),
        NASTY.encode("utf-16"),
        NASTY.encode("cp1252"),
        NASTY.replace(",", ";").encode(),
        NASTY.replace("\n", "\r\n").encode(),
    ],
    ids=["utf-8 with a mark", "utf-16", "windows", "semicolons", "windows line ends"],
)
async def test_a_list_is_read_however_it_was_saved(
    cast: Cast, sent_jobs: SentJobs, content: bytes
) -> None:
    campaign_id = await draft_with_list(cast, sent_jobs, content)
    assert (await read_rows(cast, campaign_id))[3].name == "Cem Öz"


async def test_cells_keep_every_sign_that_copy_treats_as_its_own(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    text = 'Name,Note\n"Ada\\N","a\tb\\.\n\\x41 ""quoted"" {1,2} 🦉"\n'
    rows = await read_rows(cast, await draft_with_list(cast, sent_jobs, text))
    assert rows[0].cells == ["Ada\\N", 'a\tb\\.\n\\x41 "quoted" {1,2} 🦉']
    assert rows[0].name == "Ada\\N"


async def test_a_list_that_is_none_is_told_and_the_earlier_one_stays(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    campaign_id = await draft_with_list(cast, sent_jobs)
    before = [row.id for row in await read_rows(cast, campaign_id)]
    await put_list(cast, campaign_id, b"%PDF-1.7 ...", "brochure.csv")
    await run_imports(cast, sent_jobs)
    campaign = await read_campaign(cast, campaign_id)
    assert "brochure.csv is a PDF" in campaign.leads_problem
    assert (campaign.leads_state, campaign.leads_file_name) == ("ready", "leads.csv")
    assert [row.id for row in await read_rows(cast, campaign_id)] == before


async def test_a_first_list_that_is_none_leaves_the_campaign_without_leads(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    campaign_id = await draft_with_list(cast, sent_jobs, "Name,Website\n")
    campaign = await read_campaign(cast, campaign_id)
    assert campaign.leads_state == "failed"
    assert "no lead below" in campaign.leads_problem


async def test_another_list_takes_the_place_of_the_earlier_one(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    campaign_id = await draft_with_list(cast, sent_jobs)
    await put_list(cast, campaign_id, "Name,Website\nEve,https://eve.example.com\n", "b.csv")
    await run_imports(cast, sent_jobs)
    assert [row.name for row in await read_rows(cast, campaign_id)] == ["Eve"]
    assert await counts_of(cast, campaign_id) == (1, 0, 0)
    assert (await read_campaign(cast, campaign_id)).leads_file_name == "b.csv"


async def test_of_two_lists_in_a_row_the_last_one_counts(cast: Cast, sent_jobs: SentJobs) -> None:
    campaign_id = await make_draft(cast)
    await put_list(cast, campaign_id, "Name\nFirst List\n", "first.csv")
    await put_list(cast, campaign_id, "Name\nLast List\n", "last.csv")
    assert await run_imports(cast, sent_jobs) == 2
    assert [row.name for row in await read_rows(cast, campaign_id)] == ["Last List"]


async def test_a_job_that_runs_twice_changes_nothing_the_second_time(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    campaign_id = await make_draft(cast)
    await put_list(cast, campaign_id, NASTY)
    again = list(sent_jobs)
    await run_imports(cast, sent_jobs)
    before = [row.id for row in await read_rows(cast, campaign_id)]
    await run_imports(cast, again)
    assert [row.id for row in await read_rows(cast, campaign_id)] == before


async def test_a_list_that_is_no_longer_wanted_is_not_stored(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    campaign_id = await make_draft(cast)
    await put_list(cast, campaign_id, NASTY)
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        await give_up_import(session, await get_campaign(session, campaign_id))
    await run_imports(cast, sent_jobs)
    campaign = await read_campaign(cast, campaign_id)
    assert (campaign.leads_state, await read_rows(cast, campaign_id)) == ("none", [])


async def test_a_scenes_column_is_spelled_as_the_list_spells_it(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    scenes = [{**WEBSITE, "csv_column": "web-SITE"}, {"id": "b", "csv_column": "website "}]
    campaign = await read_campaign(cast, await draft_with_list(cast, sent_jobs, scenes=scenes))
    assert [scene["csv_column"] for scene in campaign.scenes] == ["web-SITE", "Website"]


async def test_what_was_chosen_for_the_earlier_list_stays_where_it_fits(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    chosen = {"headers": [], "name": ["Company"], "email": None, "company": None}
    campaign_id = await draft_with_list(cast, sent_jobs, lead_columns=chosen)
    assert (await read_campaign(cast, campaign_id)).lead_columns["name"] == ["Company"]


async def test_rows_are_checked_again_by_the_column_a_scene_shows(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    campaign_id = await draft_with_list(cast, sent_jobs)
    assert (await read_rows(cast, campaign_id))[1].state == "good"
    await show_website(cast, campaign_id)
    rows = await read_rows(cast, campaign_id)
    assert [row.state for row in rows] == ["good", "bad", "bad", "good", "bad"]
    assert await counts_of(cast, campaign_id) == (2, 3, 0)
    assert not sent_jobs


async def test_a_scene_that_changes_while_the_list_is_read_is_checked_for(
    cast: Cast, sent_jobs: SentJobs, tmp_path: Path
) -> None:
    campaign_id = await make_draft(cast)
    await put_list(cast, campaign_id, NASTY)
    source, target = tmp_path / "leads.csv", tmp_path / "lines"
    source.write_text(NASTY)
    found: dict[str, Any] = {}
    order = {"source": str(source), "target": str(target), "name": "", "columns": {}, "scenes": []}
    read_list(order, found.update)
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        campaign = await get_campaign(session, campaign_id)
        campaign.scenes = [WEBSITE]
        await finish_import(session, campaign, target, found)
    assert await counts_of(cast, campaign_id) == (2, 3, 0)


async def test_many_rows_are_checked_again_by_a_job_and_keep_their_ids(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    lines = [f"Person {i},{'' if i % 7 == 0 else f'https://p{i}.example.com'}" for i in range(2500)]
    campaign_id = await draft_with_list(cast, sent_jobs, "\n".join(["Name,Website", *lines]))
    before = {row.id: row.public_id for row in await read_rows(cast, campaign_id)}
    assert await counts_of(cast, campaign_id) == (2500, 0, 0)
    await show_website(cast, campaign_id)
    assert (await read_campaign(cast, campaign_id)).leads_state == "importing"
    assert await run_imports(cast, sent_jobs) == 1
    assert await counts_of(cast, campaign_id) == (2142, 358, 0)
    assert {row.id: row.public_id for row in await read_rows(cast, campaign_id)} == before


async def test_an_import_is_told_in_the_feed(cast: Cast, sent_jobs: SentJobs) -> None:
    await draft_with_list(cast, sent_jobs)
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        query = select(Activity).where(Activity.verb == "leads.imported")
        told = (await session.scalars(query)).one()
    assert (told.user_id, told.details) == (cast.users["alice"].id, {"count": 5})


async def test_a_list_nobody_reads_is_queued_again_and_at_last_given_up(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    campaign_id = await make_draft(cast)
    await put_list(cast, campaign_id, NASTY)
    for _ in range(TRIES):
        sent_jobs.clear()
        async with cast.site.database.session(every_workspace=True) as session:
            assert await requeue_lead_imports(session, timedelta(minutes=10)) == 0
            assert await requeue_lead_imports(session, timedelta(minutes=-10)) == 1
    assert not sent_jobs
    campaign = await read_campaign(cast, campaign_id)
    assert (campaign.leads_state, campaign.leads_problem) == ("failed", GIVEN_UP)
