"""The player alone in another site's frame: who may frame it, and what it says where it may not."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from app.db.base import now
from app.renders.models import Render
from app.viewer.page_tokens import read
from tests.cast import Cast
from tests.viewer.links import Shown, choose, forget, set_link, set_rows, show_video


@pytest.fixture
async def shown(cast: Cast, tmp_path: Path) -> Shown:
    found = await show_video(cast, tmp_path, name="Ada Lovelace")
    booking = {"kind": "calendly", "url": "https://calendly.com/ann/30min"}
    actions = [{"label": "See the prices", "url": "https://acme.example/prices"}]
    await choose(cast, found.campaign_id, booking=booking, actions=actions)
    forget(cast)
    return found


async def test_it_may_be_framed_anywhere_and_its_page_nowhere(cast: Cast, shown: Shown) -> None:
    framed = await cast.nobody.get(f"{shown.path}/embed")
    assert framed.status_code == 200
    assert "frame-ancestors *" in framed.headers["content-security-policy"]
    assert "frame-src 'none'" in framed.headers["content-security-policy"]
    assert "x-frame-options" not in framed.headers
    assert framed.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "noindex" in framed.headers["x-robots-tag"]
    page = await cast.nobody.get(shown.path)
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert page.headers["x-frame-options"] == "DENY"


async def test_it_holds_the_player_and_no_next_step(cast: Cast, shown: Shown) -> None:
    text = (await cast.nobody.get(f"{shown.path}/embed")).text
    assert f'src="{shown.path}/video?v=' in text
    for other in ("calendly", "See the prices", "delete-my-data", "made with"):
        assert other not in text, other


async def test_its_visits_are_told_apart(cast: Cast, shown: Shown) -> None:
    text = (await cast.nobody.get(f"{shown.path}/embed")).text
    token = read(
        cast.site.storage.links.secret, text.partition('data-token="')[2].partition('"')[0]
    )
    assert token is not None
    assert (token.source, token.render_id) == ("embed", shown.render_id)
    assert f'data-events="{shown.path}/events"' in text


async def test_where_the_team_allows_no_player_it_leads_to_the_page(
    cast: Cast, tmp_path: Path
) -> None:
    shown = await show_video(cast, tmp_path, name="Ada Lovelace")
    await choose(cast, shown.campaign_id, allows_embed=False)
    forget(cast)
    answer = await cast.nobody.get(f"{shown.path}/embed")
    assert answer.status_code == 403
    assert "frame-ancestors *" in answer.headers["content-security-policy"]
    assert f'href="http://acme.loomlite.localhost{shown.path}"' in answer.text
    assert "<video" not in answer.text
    assert "Ada" not in answer.text


@pytest.mark.parametrize("at", ["revoked_at", "expires_at", "erased_at"])
async def test_a_closed_link_shows_no_player(cast: Cast, shown: Shown, at: str) -> None:
    await set_link(cast, shown.public_id, **{at: now() - timedelta(minutes=1)})
    answer = await cast.nobody.get(f"{shown.path}/embed")
    assert answer.status_code == 410
    assert "There is no video here any more" in answer.text
    assert "<video" not in answer.text


async def test_what_is_not_there_says_so_in_the_frame(cast: Cast, shown: Shown) -> None:
    assert (await cast.nobody.get("/v/nobodys/embed")).status_code == 404
    of_another = cast.site.visitor("other")
    assert (await of_another.get(f"{shown.path}/embed")).status_code == 404
    await set_rows(
        cast, update(Render).where(Render.id == shown.render_id).values(is_current=False)
    )
    waiting = await cast.nobody.get(f"{shown.path}/embed")
    assert waiting.status_code == 200
    assert "This video is being made" in waiting.text
