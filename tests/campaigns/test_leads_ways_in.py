"""Ways for a list to come in: in pieces, in one form, pasted; each as the cast does it."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import httpx

from app.campaigns.lead_import import LIST_BYTES
from app.campaigns.lead_uploads import forget_lists
from tests.campaigns.drafts import make_draft, read_campaign
from tests.campaigns.lists import NASTY, counts_of, read_rows, run_imports
from tests.cast import Cast
from tests.postgres import SentJobs


def _url(campaign_id: UUID, path: str = "") -> str:
    return f"/campaigns/{campaign_id}/edit/leads{path}"


def _kept(cast: Cast) -> list[Path]:
    folder = cast.site.settings.uploads_folder
    return [path for path in folder.rglob("*") if path.is_file()]


async def _announce(cast: Cast, campaign_id: UUID, size: int) -> httpx.Response:
    body = {"name": "Müller & Söhne.csv", "size_bytes": size, "type": "text/csv"}
    return await cast.bob.post(_url(campaign_id, "/uploads"), json=body)


async def _send(cast: Cast, url: str, offset: int, piece: bytes) -> httpx.Response:
    return await cast.bob.put(url, content=piece, headers={"Upload-Offset": str(offset)})


async def test_a_list_that_came_in_pieces_is_read(cast: Cast, sent_jobs: SentJobs) -> None:
    campaign_id, content = await make_draft(cast), NASTY.encode()
    announced = await _announce(cast, campaign_id, len(content))
    assert announced.status_code == 201
    url = announced.json()["upload_url"]
    first = await _send(cast, url, 0, content[:100])
    assert (first.status_code, first.headers["upload-offset"]) == (204, "100")
    assert (await cast.bob.head(url)).headers["upload-offset"] == "100"
    last = await _send(cast, url, 100, content[100:])
    assert last.json() == {"next": _url(campaign_id)}
    await run_imports(cast, sent_jobs)
    assert await counts_of(cast, campaign_id) == (3, 2, 0)
    assert (await read_campaign(cast, campaign_id)).leads_file_name == "Müller & Söhne.csv"
    assert not _kept(cast)


async def test_a_name_that_no_database_holds_is_no_fault_of_ours(cast: Cast) -> None:
    campaign_id = await make_draft(cast)
    url = (await _announce(cast, campaign_id, 4)).json()["upload_url"]
    address, _, _ = url.partition("?")
    assert (await _send(cast, f"{address}?size=4&name=a%00.csv", 0, b"a,b\n")).status_code == 200


async def test_a_piece_for_another_place_is_told_where_to_go_on(cast: Cast) -> None:
    campaign_id = await make_draft(cast)
    url = (await _announce(cast, campaign_id, 500)).json()["upload_url"]
    wrong = await _send(cast, url, 7, b"x")
    assert (wrong.status_code, wrong.headers["upload-offset"]) == (409, "0")


async def test_a_list_over_the_limit_is_refused_before_it_is_sent(cast: Cast) -> None:
    campaign_id = await make_draft(cast)
    refused = await _announce(cast, campaign_id, LIST_BYTES + 1)
    assert refused.status_code == 413
    assert "larger than 50 MB" in refused.json()["error"]
    honest = (await _announce(cast, campaign_id, 10)).json()["upload_url"]
    lie = honest.replace("size=10", f"size={LIST_BYTES + 1}")
    assert (await _send(cast, lie, 0, b"x")).status_code == 413


async def test_a_discarded_upload_leaves_nothing(cast: Cast) -> None:
    campaign_id = await make_draft(cast)
    url = (await _announce(cast, campaign_id, 10)).json()["upload_url"]
    assert _kept(cast)
    assert (await cast.bob.delete(url)).status_code == 204
    assert not _kept(cast)
    assert (await cast.bob.head(url)).status_code == 404


async def test_an_upload_belongs_to_its_campaign(cast: Cast) -> None:
    url = (await _announce(cast, await make_draft(cast), 10)).json()["upload_url"]
    upload_id = url.split("/")[-1]
    other_id = await make_draft(cast)
    assert (await _send(cast, _url(other_id, f"/uploads/{upload_id}"), 0, b"x")).status_code == 404


async def test_a_file_in_one_form_is_read_too(cast: Cast, sent_jobs: SentJobs) -> None:
    campaign_id = await make_draft(cast)
    files = {"file": ("leads.csv", NASTY.encode(), "text/csv")}
    answer = await cast.bob.post(_url(campaign_id, "/file"), files=files)
    assert (answer.status_code, answer.headers["location"]) == (303, _url(campaign_id))
    await run_imports(cast, sent_jobs)
    assert await counts_of(cast, campaign_id) == (3, 2, 0)


async def test_a_form_without_a_file_says_so_beside_it(cast: Cast, sent_jobs: SentJobs) -> None:
    campaign_id = await make_draft(cast)
    for files in ({"file": ("", b"", "application/octet-stream")}, {"other": ("a", b"b", "")}):
        answer = await cast.bob.post(_url(campaign_id, "/file"), files=files)
        assert answer.status_code == 422
        assert "Choose a file with your leads" in answer.text
    assert not sent_jobs


async def test_a_form_over_the_limit_names_the_limit(cast: Cast, sent_jobs: SentJobs) -> None:
    campaign_id = await make_draft(cast)
    files = {"file": ("leads.csv", b"x" * (LIST_BYTES + 100_000), "text/csv")}
    answer = await cast.bob.post(_url(campaign_id, "/file"), files=files)
    assert answer.status_code in {413, 422}
    assert "50 MB" in answer.text
    assert not sent_jobs


async def test_pasted_rows_are_read(cast: Cast, sent_jobs: SentJobs) -> None:
    campaign_id = await make_draft(cast)
    text = "Name\tCompany\r\nZoë 🦉\tOwls & Co\r\n"
    answer = await cast.bob.post(_url(campaign_id, "/paste"), data={"text": text})
    assert answer.headers["location"] == _url(campaign_id)
    await run_imports(cast, sent_jobs)
    (row,) = await read_rows(cast, campaign_id)
    assert (row.name, row.company, row.state) == ("Zoë 🦉", "Owls & Co", "good")
    assert (await read_campaign(cast, campaign_id)).leads_file_name == "The pasted list"


async def test_a_pasted_text_that_is_no_list_comes_back_with_the_reason(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    campaign_id = await make_draft(cast)
    for text, said in (("", "is empty"), ("Name,E-mail", "no lead below")):
        answer = await cast.bob.post(_url(campaign_id, "/paste"), data={"text": text})
        assert answer.status_code == 422
        assert said in answer.text
        assert f">\n{text}</textarea>" in answer.text
    assert not sent_jobs
    assert not _kept(cast)


async def test_what_nobody_goes_on_with_is_forgotten(cast: Cast) -> None:
    campaign_id = await make_draft(cast)
    await _announce(cast, campaign_id, 10)
    folder = cast.site.settings.uploads_folder
    assert await forget_lists(folder, timedelta(days=7)) == 0
    assert _kept(cast)
    assert await forget_lists(folder, timedelta(days=-7)) == 2
    assert not _kept(cast)
