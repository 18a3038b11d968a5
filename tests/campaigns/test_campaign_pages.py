"""A campaign's page: scenes, leads by state, and what stands between it and its videos."""

import re
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, update

from app.campaigns.models import Campaign, Lead
from app.facecams.models import Facecam
from tests.campaigns.boards import counted_statements, put_campaigns, put_leads
from tests.campaigns.drafts import make_draft, read_campaign
from tests.cast import Cast, in_workspace

QUERIES_AT_MOST = 12
SCENES = [
    {"id": "profile", "csv_column": "LinkedIn", "duration_s": 9.5, "fallback_url": "https://f.org"},
    {"id": "home", "url": "https://example.com/", "scroll": {"depth": "none"}},
]


async def _rows(cast: Cast, campaign_id: UUID, query: str = "") -> list[int]:
    answer = await cast.bob.get(f"/campaigns/{campaign_id}{query}")
    assert answer.status_code == 200
    return [int(row) for row in re.findall(r'data-label="Row"[^>]*>(\d+)<', answer.text)]


async def _set_lead(cast: Cast, campaign_id: UUID, row: int, **values: object) -> None:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        found = (Lead.campaign_id == campaign_id, Lead.row == row)
        await session.execute(update(Lead).where(*found).values(**values))


@pytest.mark.parametrize("path", ["", "/duplicate", "/leads.csv"])
async def test_a_stranger_gets_404(cast: Cast, path: str) -> None:
    campaign_id = await make_draft(cast)
    assert (await cast.charlie.get(f"/campaigns/{campaign_id}{path}")).status_code == 404


@pytest.mark.parametrize("path", ["", "/duplicate", "/leads.csv"])
async def test_a_campaign_of_another_workspace_is_not_found(cast: Cast, path: str) -> None:
    (theirs,) = await put_campaigns(cast, 1, workspace=cast.other)
    assert (await cast.alice.get(f"/campaigns/{theirs}{path}")).status_code == 404
    assert (await cast.alice.get(f"/campaigns/{uuid4()}{path}")).status_code == 404


async def test_an_empty_draft_says_what_comes_next(cast: Cast) -> None:
    campaign_id = await make_draft(cast)
    text = (await cast.bob.get(f"/campaigns/{campaign_id}")).text
    assert "No scenes yet" in text
    assert "No leads yet" in text
    assert "Videos can be rendered when these steps are done" in text
    assert f'href="/campaigns/{campaign_id}/edit"' in text


async def test_scenes_are_told_in_their_order(cast: Cast) -> None:
    campaign_id = await make_draft(cast, scenes=SCENES)
    text = (await cast.bob.get(f"/campaigns/{campaign_id}")).text
    assert text.index("1. profile") < text.index("2. home")
    assert "from the column “LinkedIn”" in text
    assert "9.5 s" in text
    assert "15 s" in text  # what a scene takes that says nothing of it
    assert "Does not scroll" in text
    assert "Otherwise https://f.org" in text


@pytest.mark.parametrize("scene", [{}, {"duration_s": "x", "scroll": 3}, {"id": None, "url": 5}])
async def test_a_half_written_scene_does_not_break_the_page(
    cast: Cast, scene: dict[str, object]
) -> None:
    campaign_id = await make_draft(cast, scenes=[scene, "nonsense"])
    assert (await cast.bob.get(f"/campaigns/{campaign_id}")).status_code == 200


async def test_the_facecam_is_named_with_its_length(cast: Cast) -> None:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        facecam = Facecam(
            workspace_id=cast.acme.id,
            name="Intro, take 3",
            state="ready",
            file_name="intro.mp4",
            size_bytes=1,
            duration_s=65.0,
        )
        session.add(facecam)
    campaign_id = await make_draft(cast, facecam_id=facecam.id)
    text = (await cast.bob.get(f"/campaigns/{campaign_id}")).text
    assert "Intro, take 3, 1:05" in text


async def test_leads_come_fifty_at_a_time_and_lead_on_both_ways(cast: Cast) -> None:
    campaign_id = await make_draft(cast)
    await put_leads(cast, campaign_id, 120)
    assert await _rows(cast, campaign_id) == list(range(2, 52))
    assert await _rows(cast, campaign_id, "?after=51") == list(range(52, 102))
    assert await _rows(cast, campaign_id, "?after=101") == list(range(102, 122))
    assert await _rows(cast, campaign_id, "?before=102") == list(range(52, 102))
    assert await _rows(cast, campaign_id, "?before=52") == list(range(2, 52))


async def test_the_ends_of_the_list_lead_nowhere(cast: Cast) -> None:
    campaign_id = await make_draft(cast)
    await put_leads(cast, campaign_id, 100)
    first = (await cast.bob.get(f"/campaigns/{campaign_id}")).text
    assert "?after=51" in first
    assert "before=" not in first
    for query in ("?after=51", "?before=102"):
        last = (await cast.bob.get(f"/campaigns/{campaign_id}{query}")).text
        assert "?before=52" in last
        assert ("?after=101" in last) == (query == "?before=102")


async def test_leads_are_filtered_by_state_and_searched(cast: Cast) -> None:
    campaign_id = await make_draft(cast)
    await put_leads(cast, campaign_id, 6)
    problem = {"column": "Website", "sentence": "This is no address.", "fatal": True}
    await _set_lead(cast, campaign_id, 4, state="bad", problems=[problem])
    await _set_lead(cast, campaign_id, 5, state="skipped")
    await _set_lead(cast, campaign_id, 6, company="100% Söhne_GmbH")
    assert await _rows(cast, campaign_id, "?state=good") == [2, 3, 6, 7]
    assert await _rows(cast, campaign_id, "?state=bad") == [4]
    assert await _rows(cast, campaign_id, "?state=skipped") == [5]
    assert await _rows(cast, campaign_id, "?q=söhne") == [6]
    assert await _rows(cast, campaign_id, "?q=100%25") == [6]
    assert await _rows(cast, campaign_id, "?q=LEAD3@") == [3]
    assert await _rows(cast, campaign_id, "?q=lead&state=bad") == [4]
    assert await _rows(cast, campaign_id, "?q=nobody") == []
    assert await _rows(cast, campaign_id, "?state=x&after=x&q=%00") == [2, 3, 4, 5, 6, 7]
    assert "This is no address." in (await cast.bob.get(f"/campaigns/{campaign_id}")).text


async def test_a_ready_campaign_leads_to_the_page_before_its_videos(cast: Cast) -> None:
    campaign_id = await make_draft(cast, state="ready", good_leads=1204)
    text = (await cast.bob.get(f"/campaigns/{campaign_id}")).text
    assert f'href="/campaigns/{campaign_id}/render"' in text
    assert "Render 1,204 videos" in text


async def test_more_leads_and_scenes_ask_no_more_questions(cast: Cast) -> None:
    small = await make_draft(cast, created_by_id=cast.users["bob"].id)
    await put_leads(cast, small, 1)
    large = await make_draft(cast, created_by_id=cast.users["bob"].id, scenes=SCENES * 20)
    await put_leads(cast, large, 120)
    await cast.bob.get(f"/campaigns/{small}")
    with counted_statements(cast) as few:
        await cast.bob.get(f"/campaigns/{small}")
    with counted_statements(cast) as many:
        await cast.bob.get(f"/campaigns/{large}")
    assert len(few) == len(many)
    assert len(many) <= QUERIES_AT_MOST, "\n".join(many)


async def test_a_copy_takes_everything_but_what_is_not_asked_for(cast: Cast) -> None:
    campaign_id = await make_draft(
        cast, scenes=SCENES, output={"fps": 30}, bubble={"width": 200}, fit="last", state="ready"
    )
    await put_leads(cast, campaign_id, 3)
    page = await cast.bob.get(f"/campaigns/{campaign_id}/duplicate")
    assert 'value="Berlin agencies copy"' in page.text
    assert "Copy the 3 leads too" in page.text
    answer = await cast.bob.post(
        f"/campaigns/{campaign_id}/duplicate", data={"name": "Second wave", "leads": "on"}
    )
    copy_id = UUID(answer.headers["location"].rpartition("/")[2])
    copy, source = await read_campaign(cast, copy_id), await read_campaign(cast, campaign_id)
    for field in ("scenes", "output", "bubble", "fit", "lead_columns", "good_leads", "leads_state"):
        assert getattr(copy, field) == getattr(source, field)
    assert (copy.name, copy.state) == ("Second wave", "draft")
    assert copy.created_by_id == cast.users["bob"].id


async def test_copied_leads_have_links_of_their_own(cast: Cast) -> None:
    campaign_id = await make_draft(cast)
    await put_leads(cast, campaign_id, 3)
    await cast.bob.post(f"/campaigns/{campaign_id}/duplicate", data={"name": "B", "leads": "on"})
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        leads = (await session.scalars(select(Lead))).all()
    assert len({lead.public_id for lead in leads}) == 6
    assert all(re.fullmatch(r"[A-Za-z0-9]{24}", lead.public_id) for lead in leads)
    assert sorted(lead.row for lead in leads) == [2, 2, 3, 3, 4, 4]
    assert len({(lead.row, lead.name, tuple(lead.cells)) for lead in leads}) == 3


async def test_a_copy_without_leads_starts_without_a_list(cast: Cast) -> None:
    campaign_id = await make_draft(cast)
    await put_leads(cast, campaign_id, 3)
    await cast.bob.post(f"/campaigns/{campaign_id}/duplicate", data={"name": "B"})
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        copy = (await session.scalars(select(Campaign).where(Campaign.name == "B"))).one()
        assert await session.scalar(select(func.count()).select_from(Lead)) == 3
    assert (copy.good_leads, copy.leads_state) == (0, "none")


async def test_a_copy_needs_a_name_and_keeps_what_was_typed(cast: Cast) -> None:
    campaign_id = await make_draft(cast)
    await put_leads(cast, campaign_id, 1)
    answer = await cast.bob.post(
        f"/campaigns/{campaign_id}/duplicate", data={"name": " ", "leads": "on"}
    )
    assert answer.status_code == 422
    assert "Enter a name for the copy." in answer.text
    assert " checked" in answer.text


async def test_a_stranger_copies_nothing(cast: Cast) -> None:
    campaign_id = await make_draft(cast)
    answer = await cast.charlie.post(f"/campaigns/{campaign_id}/duplicate", data={"name": "Mine"})
    assert answer.status_code == 404
