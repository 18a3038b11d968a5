"""The leads step as the cast sees it: its page, its columns, and who may not come in."""

import re

import pytest

from app.campaigns.models import Lead
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
from tests.cast import Cast
from tests.postgres import SentJobs


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("POST", ""),
        ("GET", "/progress"),
        ("POST", "/cancel"),
        ("POST", "/paste"),
        ("POST", "/file"),
        ("POST", "/uploads"),
        ("PUT", "/uploads/{id}?size=3"),
        ("HEAD", "/uploads/{id}?size=3"),
        ("DELETE", "/uploads/{id}?size=3"),
        ("POST", "/skip"),
        ("POST", "/unskip"),
        ("GET", "/rows.csv"),
        ("POST", "/rows/{row}"),
        ("POST", "/rows/{row}/skip"),
        ("POST", "/rows/{row}/unskip"),
    ],
)
async def test_a_stranger_gets_404(cast: Cast, sent_jobs: SentJobs, method: str, path: str) -> None:
    campaign_id = await draft_with_list(cast, sent_jobs)
    row: Lead = (await read_rows(cast, campaign_id))[2]
    url = f"/campaigns/{campaign_id}/edit/leads" + path.format(id=campaign_id, row=row.id)
    for visitor in (cast.charlie, cast.charlie_at_home):
        answer = await visitor.request(method, url, data={"text": "Name\nMallory"})
        assert answer.status_code == 404
    assert await counts_of(cast, campaign_id) == (3, 2, 0)
    assert not sent_jobs


async def test_a_row_is_found_in_its_own_campaign_only(cast: Cast, sent_jobs: SentJobs) -> None:
    row = (await read_rows(cast, await draft_with_list(cast, sent_jobs)))[2]
    other_id = await draft_with_list(cast, sent_jobs)
    answer = await cast.alice.post(f"/campaigns/{other_id}/edit/leads/rows/{row.id}/skip")
    assert answer.status_code == 404


async def test_a_campaign_without_a_list_asks_for_one(cast: Cast) -> None:
    page = await cast.bob.get(f"/campaigns/{await make_draft(cast)}/edit/leads")
    assert "Who gets a video?" in page.text
    assert "First rows" not in page.text


async def test_the_page_shows_counts_columns_and_the_rows_to_fix(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    campaign_id = await draft_with_list(cast, sent_jobs, scenes=[WEBSITE])
    text = (await cast.bob.get(f"/campaigns/{campaign_id}/edit/leads")).text
    assert "2 good" in text
    assert "3 to fix" in text
    assert re.search(r'name="email".*?<option selected>E-mail</option>', text, re.DOTALL)
    assert re.search(r'name="scene-0".*?<option selected>Website</option>', text, re.DOTALL)
    assert [int(n) for n in re.findall(r"Save row (\d+)", text)] == [3, 4, 6]
    assert "the same lead as in row 2" in text


async def test_rows_to_fix_come_in_pages(cast: Cast, sent_jobs: SentJobs) -> None:
    text = "Name,Website\n" + "".join(f"Person {i},\n" for i in range(45))
    campaign_id = await draft_with_list(cast, sent_jobs, text, scenes=[WEBSITE])
    url = f"/campaigns/{campaign_id}/edit/leads"
    first = re.findall(r"Save row (\d+)", (await cast.alice.get(url)).text)
    last = re.findall(r"Save row (\d+)", (await cast.alice.get(f"{url}?number=3")).text)
    beyond = re.findall(r"Save row (\d+)", (await cast.alice.get(f"{url}?number=99")).text)
    assert (first[0], len(first)) == ("2", 20)
    assert last == beyond == ["42", "43", "44", "45", "46"]
    assert (await cast.alice.get(f"{url}?number=-1&show=all")).status_code == 200


async def test_a_list_that_is_read_shows_how_far_it_is(cast: Cast, sent_jobs: SentJobs) -> None:
    campaign_id = await make_draft(cast)
    await put_list(cast, campaign_id, NASTY)
    url = f"/campaigns/{campaign_id}/edit/leads"
    page = (await cast.alice.get(url)).text
    assert f'hx-trigger="leads-{campaign_id} from:#live' in page
    assert "Looking through leads.csv" in (await cast.alice.get(f"{url}/progress")).text
    await run_imports(cast, sent_jobs)
    done = await cast.alice.get(f"{url}/progress")
    assert (done.status_code, done.headers["hx-refresh"]) == (204, "true")


async def test_a_list_that_is_read_can_be_cancelled(cast: Cast, sent_jobs: SentJobs) -> None:
    campaign_id = await draft_with_list(cast, sent_jobs)
    await put_list(cast, campaign_id, "Name\nSomebody Else\n", "b.csv")
    url = f"/campaigns/{campaign_id}/edit/leads"
    assert (await cast.bob.post(f"{url}/cancel")).headers["location"] == url
    await run_imports(cast, sent_jobs)
    assert await counts_of(cast, campaign_id) == (3, 2, 0)
    assert (await read_campaign(cast, campaign_id)).leads_file_name == "leads.csv"


async def test_what_is_wrong_with_a_list_is_said_above_the_earlier_one(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    campaign_id = await draft_with_list(cast, sent_jobs)
    await put_list(cast, campaign_id, b"PK\x03\x04", "leads.xlsx")
    await run_imports(cast, sent_jobs)
    text = (await cast.alice.get(f"/campaigns/{campaign_id}/edit/leads")).text
    assert "leads.xlsx is an Excel workbook" in text
    assert "The earlier list is still here." in text
    assert "3 good" in text


async def test_other_columns_are_kept_and_all_rows_checked_by_them(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    campaign_id = await draft_with_list(cast, sent_jobs, scenes=[WEBSITE])
    url = f"/campaigns/{campaign_id}/edit/leads"
    chosen = {"name": "Company", "name_2": "Name", "company": "", "scene-0": "E-mail"}
    answer = await cast.bob.post(url, data={**chosen, "email": "", "then": "stay"})
    assert (answer.status_code, answer.headers["location"]) == (303, url)
    campaign = await read_campaign(cast, campaign_id)
    assert campaign.lead_columns["name"] == ["Company", "Name"]
    assert campaign.lead_columns["email"] is None
    assert campaign.scenes[0] == {**WEBSITE, "csv_column": "E-mail"}
    rows = await read_rows(cast, campaign_id)
    assert rows[0].state == "bad"
    assert rows[0].problems[0]["column"] == "E-mail"
    assert rows[0].name == "Engines Ada Lovelace"


async def test_a_column_that_is_not_there_is_refused_and_nothing_changes(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    campaign_id = await draft_with_list(cast, sent_jobs)
    before = (await read_campaign(cast, campaign_id)).lead_columns
    url = f"/campaigns/{campaign_id}/edit/leads"
    answer = await cast.alice.post(url, data={"name": "Shoe size", "name_2": "", "email": "E-mail"})
    assert answer.status_code == 422
    assert "The list has no column “Shoe size”." in answer.text
    assert "<option selected>Shoe size</option>" in answer.text
    twice = await cast.alice.post(url, data={"name": "Name", "name_2": "Name"})
    assert "This is the first name&#39;s column already." in twice.text
    assert (await read_campaign(cast, campaign_id)).lead_columns == before


async def test_a_scene_without_a_column_is_refused(cast: Cast, sent_jobs: SentJobs) -> None:
    campaign_id = await draft_with_list(cast, sent_jobs, scenes=[WEBSITE])
    url = f"/campaigns/{campaign_id}/edit/leads"
    answer = await cast.alice.post(url, data={"name": "Name", "scene-0": ""})
    assert answer.status_code == 422
    assert "Choose the column with the addresses" in answer.text


async def test_nothing_is_changed_while_a_list_is_read(cast: Cast, sent_jobs: SentJobs) -> None:
    campaign_id = await draft_with_list(cast, sent_jobs)
    row = (await read_rows(cast, campaign_id))[2]
    await put_list(cast, campaign_id, NASTY)
    url = f"/campaigns/{campaign_id}/edit/leads"
    for path in ("", f"/rows/{row.id}", f"/rows/{row.id}/skip", "/skip", "/unskip"):
        answer = await cast.alice.post(url + path, data={"name": "Name"})
        assert answer.status_code == 409, path
        assert "The list is being read at this moment" in answer.text


async def test_the_rows_to_fix_can_be_downloaded_with_their_reasons(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    text = NASTY + '"=HYPERLINK(1)",,,\n'
    campaign_id = await draft_with_list(cast, sent_jobs, text, scenes=[WEBSITE])
    url = f"/campaigns/{campaign_id}/edit/leads"
    file = await cast.bob.get(f"{url}/rows.csv")
    assert "rows-to-fix.csv" in file.headers["content-disposition"]
    lines = file.text.lstrip("\ufeff").splitlines()
    assert lines[0] == '"Name","E-mail","Company","Website","row","reason"'
    assert [line.split('","')[4] for line in lines[1:]] == ["3", "4", "6", "7"]
    assert "Website: There is no address in this cell." in lines[1]
    assert lines[4].startswith("\"'=HYPERLINK")


async def test_the_downloaded_rows_can_be_mended_and_uploaded_as_they_are(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    campaign_id = await draft_with_list(cast, sent_jobs, scenes=[WEBSITE])
    url = f"/campaigns/{campaign_id}/edit/leads"
    file = (await cast.bob.get(f"{url}/rows.csv")).text
    mended = file.replace('"Li Ltd",""', '"Li Ltd","li.example.com"')
    await put_list(cast, campaign_id, mended, "mended.csv")
    await run_imports(cast, sent_jobs)
    rows = await read_rows(cast, campaign_id)
    assert (rows[0].name, rows[0].state) == ("Bo Li", "good")
