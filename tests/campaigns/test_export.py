"""The file of a campaign's leads, with their links."""

import csv
import io
import tracemalloc
from uuid import UUID

import httpx
from sqlalchemy import insert, text

from app.campaigns.export import export_lines
from app.campaigns.export_pages import file_name
from app.campaigns.models import Lead
from app.renders.seen_by_campaigns import SeenByCampaigns
from app.viewer.addresses import LinkPlace
from app.viewer.lead_links import LinksOfWorkspace
from tests.campaigns.boards import put_leads
from tests.campaigns.drafts import make_draft, read_campaign
from tests.cast import Cast, in_workspace
from tests.renders.films import make_film, press_render, renders_of, set_lead, set_render

MANY = 20_000
MEMORY_AT_MOST_BYTES = 12_000_000  # a thousand rows and their answer; the file is 14 MB
OURS = ["video link", "e-mail HTML", "QR code link", "embed code", "video"]


def _table(answer: httpx.Response) -> list[list[str]]:
    assert answer.status_code == 200
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


async def _put_lead(cast: Cast, campaign_id: UUID, row: int, **fields: object) -> None:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        lead = {"state": "good", "cells": [], "row": row, "campaign_id": campaign_id} | fields
        await session.execute(insert(Lead).values(workspace_id=cast.acme.id, **lead))


async def test_leads_leave_with_their_columns_link_and_html(cast: Cast) -> None:
    campaign_id = await make_draft(cast, "Büro, März")
    await put_leads(cast, campaign_id, 2)
    answer = await cast.bob.get(f"/campaigns/{campaign_id}/leads.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="buro-marz-leads.csv"'
    header, first, second = _table(answer)
    assert header == ["Name", "E-mail", "Company", *OURS]
    assert first[:3] == ["Lead 2", "lead2@example.com", "Company 2"]
    assert first[3].startswith("http://acme.loomlite.localhost/v/")
    # There is no picture before there is a video.
    assert first[4] == f'<a href="{first[3]}">A video for Lead 2</a>'
    assert first[5] == f"{first[3]}/qr.png"
    assert f'<iframe src="{first[3]}/embed"' in first[6]
    assert first[3] != second[3]


async def test_each_lead_says_what_became_of_its_video(cast: Cast) -> None:
    campaign_id = await make_film(cast, 4)
    await press_render(cast, campaign_id)
    renders = await renders_of(cast, campaign_id)
    await set_render(cast, renders[0].id, "completed")
    await set_render(cast, renders[1].id, "failed", error_code="login_wall")
    await set_lead(cast, campaign_id, 5, public_id="without")
    table = _table(await cast.bob.get(f"/campaigns/{campaign_id}/leads.csv"))
    assert [row[-1] for row in table] == [
        "video",
        "ready",
        "failed: The page asked for a sign-in",
        "waiting",
        "not made yet",
    ]


async def test_only_good_leads_leave(cast: Cast) -> None:
    campaign_id = await make_draft(cast)
    await put_leads(cast, campaign_id, 1)
    await _put_lead(cast, campaign_id, 7, state="bad", cells=["Bad"])
    await _put_lead(cast, campaign_id, 8, state="skipped", cells=["Skipped"])
    table = _table(await cast.bob.get(f"/campaigns/{campaign_id}/leads.csv"))
    assert [row[0] for row in table] == ["Name", "Lead 2"]


async def test_a_cell_never_becomes_a_formula(cast: Cast) -> None:
    campaign_id = await make_draft(cast)
    await put_leads(cast, campaign_id, 1, cells=['=HYPERLINK("http://evil")', "+1", "@x"])
    table = _table(await cast.bob.get(f"/campaigns/{campaign_id}/leads.csv"))
    assert table[1][:3] == ['\'=HYPERLINK("http://evil")', "'+1", "'@x"]


async def test_a_short_row_keeps_its_link_in_the_links_column(cast: Cast) -> None:
    campaign_id = await make_draft(cast)
    await put_leads(cast, campaign_id, 1)
    await _put_lead(cast, campaign_id, 9, cells=["Short"])
    await _put_lead(cast, campaign_id, 10, cells=["A", "B", "C", "too", "long"])
    table = _table(await cast.bob.get(f"/campaigns/{campaign_id}/leads.csv"))
    assert all("/v/" in row[3] and len(row) == 3 + len(OURS) for row in table[1:])


async def test_a_draft_without_leads_gives_a_header_alone(cast: Cast) -> None:
    campaign_id = await make_draft(cast)
    table = _table(await cast.bob.get(f"/campaigns/{campaign_id}/leads.csv"))
    assert table == [OURS]


async def test_a_column_with_our_name_does_not_hide_ours(cast: Cast) -> None:
    campaign_id = await make_draft(cast, lead_columns={"headers": ["video link"]})
    await _put_lead(cast, campaign_id, 2, cells=["theirs"])
    header, row = _table(await cast.bob.get(f"/campaigns/{campaign_id}/leads.csv"))
    assert header[0] == "video link"
    assert len(set(header)) == 1 + len(OURS)
    assert row[0] == "theirs"


async def test_memory_stays_flat_however_long_the_list_is(cast: Cast) -> None:
    campaign_id = await make_draft(cast, lead_columns={"headers": ["a", "b"]})
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        await session.execute(
            text(
                "insert into leads (id, created_at, workspace_id, campaign_id, row, state, name, "
                "email, company, cells, problems) select gen_random_uuid(), now(), :workspace, "
                ":campaign, n, 'good', 'Name', '', '', '[\"a\", \"b\"]', '[]' "
                "from generate_series(2, :last) n"
            ),
            {"workspace": cast.acme.id, "campaign": campaign_id, "last": MANY + 1},
        )
    campaign = await read_campaign(cast, campaign_id)
    lines = 0
    tracemalloc.start()
    async for piece in export_lines(
        cast.site.database,
        campaign,
        LinksOfWorkspace(LinkPlace("https://videos.acme.example", "")),
        SeenByCampaigns(),
    ):
        lines += piece.count("\n")
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert lines == MANY + 1
    assert peak_bytes < MEMORY_AT_MOST_BYTES


def test_names_become_file_names_that_every_system_takes() -> None:
    assert file_name("Büro, März") == "buro-marz-leads.csv"
    assert file_name("漢字の会社") == "leads.csv"
    assert file_name('a"; rm -rf /\r\nx') == "a-rm-rf-x-leads.csv"
    assert len(file_name("x" * 200)) < 100
