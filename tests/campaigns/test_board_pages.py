"""The dashboard as a team sees it: cards, filters, first steps; and what strangers do not see."""

import re

import pytest
from sqlalchemy import select

from app.campaigns.models import Campaign
from tests.campaigns.boards import counted_statements, put_campaigns
from tests.campaigns.drafts import make_draft
from tests.cast import Cast, in_workspace

QUERIES_AT_MOST = 12
NAME_LINK = re.compile(r'<h3[^>]*><a href="/campaigns/[\w-]+">([^<]*)</a>')


async def _names(cast: Cast, query: str = "") -> list[str]:
    answer = await cast.bob.get(f"/campaigns{query}")
    assert answer.status_code == 200
    return NAME_LINK.findall(answer.text)


async def test_an_empty_board_says_what_it_is_for_and_the_next_step(cast: Cast) -> None:
    answer = await cast.bob.get("/campaigns")
    assert "One clip, a video for every lead" in answer.text
    assert "Make your first campaign" in answer.text


async def test_a_stranger_gets_404(cast: Cast) -> None:
    await put_campaigns(cast, 1)
    assert (await cast.charlie.get("/campaigns")).status_code == 404
    assert (await cast.charlie.post("/campaigns")).status_code == 404
    assert (await cast.charlie.post("/checklist/dismiss")).status_code == 404


async def test_nobody_is_led_to_the_sign_in(cast: Cast) -> None:
    assert (await cast.nobody.get("/campaigns")).status_code == 303


async def test_a_board_shows_its_own_workspace_and_no_other(cast: Cast) -> None:
    await put_campaigns(cast, 2)
    await put_campaigns(cast, 1, workspace=cast.other, name="Secret plans")
    assert await _names(cast) == ["Campaign 2", "Campaign 1"]
    answer = await cast.charlie_at_home.get("/campaigns")
    assert NAME_LINK.findall(answer.text) == ["Secret plans"]


async def test_a_card_says_what_a_campaign_holds(cast: Cast) -> None:
    await make_draft(cast, scenes=[{"id": "a"}, {"id": "b"}], good_leads=1204, bad_leads=3)
    text = (await cast.bob.get("/campaigns")).text
    assert "2 scenes · 1,204 leads" in text
    assert "No videos yet" in text
    assert "3 to fix" in text
    assert "Draft" in text


async def test_a_campaign_is_made_and_named_next(cast: Cast) -> None:
    answer = await cast.bob.post("/campaigns")
    assert answer.status_code == 303
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        campaign = (await session.scalars(select(Campaign))).one()
    assert answer.headers["location"] == f"/campaigns/{campaign.id}/edit/name"
    assert (campaign.state, campaign.created_by_id) == ("draft", cast.users["bob"].id)
    assert "created the campaign" in (await cast.alice.get("/campaigns")).text


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("?q=campaign+3", [3]),
        ("?q=PAIGN", [3, 2, 1]),
        ("?q=%25", []),
        ("?q=_ampaign", []),
        ("?sort=oldest", [1, 2, 3]),
        ("?sort=nonsense&state=nonsense&page=nonsense&since=nonsense", [3, 2, 1]),
        ("?since=2026-03-12", [3, 2]),
        ("?until=2026-03-12", [2, 1]),
        ("?since=2026-03-12&until=2026-03-12", [2]),
        ("?q=%00", [3, 2, 1]),
    ],
)
async def test_the_url_says_what_is_shown(cast: Cast, query: str, numbers: list[int]) -> None:
    await put_campaigns(cast, 3)
    assert await _names(cast, query) == [f"Campaign {number}" for number in numbers]


async def test_states_are_kept_apart(cast: Cast) -> None:
    await make_draft(cast, "Begun")
    await make_draft(cast, "Done", state="ready")
    (put_away,) = await put_campaigns(cast, 1, state="ready")
    await cast.bob.post(f"/campaigns/archive?ids={put_away}")
    assert sorted(await _names(cast)) == ["Begun", "Done"]
    assert await _names(cast, "?state=draft") == ["Begun"]
    assert await _names(cast, "?state=ready") == ["Done"]
    assert await _names(cast, "?state=archived") == ["Campaign 1"]


async def test_the_order_by_name_knows_no_capitals(cast: Cast) -> None:
    for name in ("beta", "Alpha", "Gamma"):
        await make_draft(cast, name)
    assert await _names(cast, "?sort=name") == ["Alpha", "beta", "Gamma"]


async def test_a_changed_campaign_comes_first_in_its_order(cast: Cast) -> None:
    first, *_ = await put_campaigns(cast, 3)
    await cast.bob.post(f"/campaigns/{first}/edit/name", data={"name": "Touched"})
    assert (await _names(cast, "?sort=changed"))[0] == "Touched"


async def test_pages_hold_every_campaign_once(cast: Cast) -> None:
    await put_campaigns(cast, 60)
    shown = [name for page in (1, 2, 3) for name in await _names(cast, f"?page={page}")]
    assert shown == [f"Campaign {number}" for number in range(60, 0, -1)]


async def test_a_page_beyond_the_end_is_the_last_one(cast: Cast) -> None:
    await put_campaigns(cast, 25)
    assert await _names(cast, "?page=999999999") == ["Campaign 1"]


async def test_paging_keeps_the_filter_and_a_chip_takes_it_off(cast: Cast) -> None:
    await put_campaigns(cast, 30)
    text = (await cast.bob.get("/campaigns?q=Campaign&sort=oldest")).text
    assert 'href="/campaigns?q=Campaign&amp;sort=oldest&amp;page=2"' in text
    assert 'class="chip" href="/campaigns?sort=oldest"' in text


async def test_the_address_bar_gets_no_empty_fields(cast: Cast) -> None:
    answer = await cast.bob.get("/campaigns?q=x&state=&since=&until=&sort=newest")
    assert answer.headers["hx-push-url"] == "/campaigns?q=x"


async def test_nothing_found_is_said_with_a_way_back(cast: Cast) -> None:
    await put_campaigns(cast, 1)
    assert "No campaign matches" in (await cast.bob.get("/campaigns?q=zzz")).text


async def test_a_board_with_everything_put_away_leads_to_the_archive(cast: Cast) -> None:
    (only,) = await put_campaigns(cast, 1)
    await cast.bob.post(f"/campaigns/archive?ids={only}")
    assert "All campaigns are in the archive" in (await cast.bob.get("/campaigns")).text


async def test_the_first_steps_are_put_away_by_each_member(cast: Cast) -> None:
    assert "First steps" in (await cast.bob.get("/campaigns")).text
    answer = await cast.bob.post("/checklist/dismiss")
    assert answer.headers["location"] == "/campaigns"
    assert "First steps" not in (await cast.bob.get("/campaigns")).text
    assert "First steps" in (await cast.adam.get("/campaigns")).text


async def test_more_campaigns_ask_no_more_questions(cast: Cast) -> None:
    await put_campaigns(cast, 3)
    await cast.bob.get("/campaigns")
    with counted_statements(cast) as few:
        await cast.bob.get("/campaigns")
    await put_campaigns(cast, 57)
    with counted_statements(cast) as many:
        await cast.bob.get("/campaigns?page=2")
    assert len(few) == len(many)
    assert len(many) <= QUERIES_AT_MOST, "\n".join(many)


async def test_a_name_is_shown_as_text(cast: Cast) -> None:
    await make_draft(cast, "<script>alert(1)</script>")
    text = (await cast.bob.get("/campaigns")).text
    assert "<script>alert" not in text
