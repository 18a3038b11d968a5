"""Links in their team's hands: who may do what, what the lead then sees, and what is refused."""

from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from app.campaigns.models import Lead
from app.db.base import now
from app.renders.models import Render
from app.viewer.models import LinkState
from tests.campaigns.boards import put_campaigns
from tests.cast import Cast, in_workspace
from tests.viewer.links import Shown, forget, show_video


def url_of(shown: Shown, act: str = "") -> str:
    return f"/campaigns/{shown.campaign_id}/links/{shown.public_id}{'/' if act else ''}{act}"


async def lead_sees(cast: Cast, shown: Shown) -> httpx.Response:
    forget(cast)
    return await cast.nobody.get(shown.path)


async def state_of(cast: Cast, shown: Shown) -> LinkState | None:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        return await session.get(LinkState, (cast.acme.id, shown.public_id))


ACTS = ("revoke", "reopen", "expiry", "erase")


async def test_strangers_find_no_link_to_act_on(cast: Cast, tmp_path: Path) -> None:
    shown = await show_video(cast, tmp_path)
    for visitor in (cast.charlie, cast.charlie_at_home):
        assert (await visitor.get(url_of(shown))).status_code == 404
        for act in ACTS:
            assert (await visitor.post(url_of(shown, act), data={})).status_code == 404
    assert await state_of(cast, shown) is None
    assert (await lead_sees(cast, shown)).status_code == 200


async def test_a_link_is_of_its_own_campaign_alone(cast: Cast, tmp_path: Path) -> None:
    shown = await show_video(cast, tmp_path)
    (other_id,) = await put_campaigns(cast, 1)
    elsewhere = Shown(other_id, shown.render_id, shown.public_id)
    nobody = Shown(shown.campaign_id, shown.render_id, "x" * 24)
    for wrong in (elsewhere, nobody):
        assert (await cast.alice.get(url_of(wrong))).status_code == 404
        for act in ACTS:
            assert (await cast.alice.post(url_of(wrong, act), data={})).status_code == 404


async def test_a_member_revokes_a_link_and_opens_it_again(cast: Cast, tmp_path: Path) -> None:
    shown = await show_video(cast, tmp_path)
    video = f"/campaigns/{shown.campaign_id}/videos/{shown.render_id}"
    page = (await cast.bob.get(video)).text
    assert url_of(shown, "revoke") in page
    answer = await cast.bob.post(url_of(shown, "revoke"), params={"next": video})
    assert answer.headers["location"] == video
    assert (await lead_sees(cast, shown)).status_code == 410
    page = (await cast.bob.get(video)).text
    assert "Revoked" in page
    answer = await cast.bob.post(url_of(shown, "reopen"), params={"next": "//evil.example/"})
    assert answer.headers["location"] == url_of(shown)
    assert (await lead_sees(cast, shown)).status_code == 200


async def test_the_audit_log_tells_of_links_by_the_lead_s_row_alone(
    cast: Cast, tmp_path: Path
) -> None:
    """A name or the link itself would be there for as long as the workspace."""
    shown = await show_video(cast, tmp_path)
    await cast.bob.post(url_of(shown, "revoke"))
    await cast.bob.post(url_of(shown, "reopen"))
    await cast.bob.post(url_of(shown, "expiry"), data={"ends_on": "2031-01-31"})
    await cast.alice.post(url_of(shown, "erase"))
    log = (await cast.alice.get("/settings/audit-log.csv", params={"kind": "links"})).text
    for words in ("revoked one lead’s link in", "opened one lead’s link again in",
                  "changed the last day of one lead’s link in", "Last day: 2031-01-31",
                  "deleted one lead’s data in", "Row: "):  # fmt: skip
        assert words in log, words
    assert shown.public_id not in log


async def test_a_link_ends_after_a_day_of_its_own(cast: Cast, tmp_path: Path) -> None:
    shown = await show_video(cast, tmp_path)
    day = (now() + timedelta(days=3)).date()
    await cast.bob.post(url_of(shown, "expiry"), data={"ends_on": str(day)})
    state = await state_of(cast, shown)
    assert state is not None
    assert state.expires_at is not None
    # The whole day counts.
    assert state.expires_at.date() == day + timedelta(days=1)
    assert f'value="{day}"' in (await cast.bob.get(url_of(shown))).text
    assert (await lead_sees(cast, shown)).status_code == 200
    await cast.bob.post(url_of(shown, "expiry"), data={"ends_on": ""})
    state = await state_of(cast, shown)
    assert state is not None
    assert state.expires_at is None


async def test_opening_again_takes_away_a_day_that_is_over(cast: Cast, tmp_path: Path) -> None:
    shown = await show_video(cast, tmp_path)
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        over = now() - timedelta(days=1)
        session.add(
            LinkState(workspace_id=cast.acme.id, public_id=shown.public_id, expires_at=over)
        )
    assert (await lead_sees(cast, shown)).status_code == 410
    assert "Ended" in (await cast.bob.get(url_of(shown))).text
    await cast.bob.post(url_of(shown, "reopen"))
    assert (await lead_sees(cast, shown)).status_code == 200


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("2020-01-01", "This day is over."),
        ("9999-12-31", "within the next ten years"),
        ("soon", "Enter a day such as"),
        ("2027-02-30", "Enter a day such as"),
    ],
)
async def test_a_day_that_cannot_be_is_said_beside_its_field(
    cast: Cast, tmp_path: Path, typed: str, words: str
) -> None:
    shown = await show_video(cast, tmp_path)
    answer = await cast.bob.post(url_of(shown, "expiry"), data={"ends_on": typed})
    assert answer.status_code == 422
    assert words in answer.text
    assert f'value="{typed}"' in answer.text
    assert await state_of(cast, shown) is None


@pytest.mark.parametrize(("who", "status"), [("alice", 303), ("adam", 303), ("bob", 403)])
async def test_owner_and_admins_delete_a_lead_s_data(
    cast: Cast, tmp_path: Path, who: str, status: int
) -> None:
    shown = await show_video(cast, tmp_path)
    asker: httpx.AsyncClient = getattr(cast, who)
    page = await asker.get(url_of(shown))
    assert ("Delete the data of" in page.text) == (status == 303)
    assert (await asker.post(url_of(shown, "erase"))).status_code == status
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        rows = [
            await session.scalar(select(table.id).where(table.public_id == shown.public_id))
            for table in (Lead, Render)
        ]
    assert (rows == [None, None]) == (status == 303)
    assert (await lead_sees(cast, shown)).status_code == (410 if status == 303 else 200)
    assert (await asker.get(url_of(shown))).status_code == (404 if status == 303 else 200)
