"""The staff's page of all teams' videos: for people in STAFF_EMAILS, and nothing for others."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select

from app.accounts.auth_sessions import Browser, start_session
from app.accounts.models import User
from app.db.base import new_id, now
from app.db.session import Database
from app.renders.models import Render, RenderWorker
from app.staff.render_words import span
from app.workspaces.audit_models import AuditEntry
from tests.cast import HOST, Cast
from tests.jobs.render_rows import make_campaign, make_lead, make_render

PAGE = "/staff/renders"
LOG = "/settings/audit-log"


@pytest.fixture
async def renders(cast: Cast) -> dict[str, Render]:
    """Videos of two teams."""
    database = cast.site.database
    spring = await make_campaign(database, cast.acme, "Spring")
    autumn = await make_campaign(database, cast.other, "Autumn")
    lead_id = await make_lead(database, cast.acme, spring, "Grace Hopper")
    return {
        "failed": await make_render(
            database, cast.acme, spring, "failed", error_code="worker_lost",
            error="The server stopped.", lead_id=lead_id,
        ),
        "done": await make_render(database, cast.acme, spring, "completed", name="Ada Lovelace"),
        "waiting": await make_render(database, cast.other, autumn, "queued", name="<b>Bold</b>"),
        "running": await make_render(
            database, cast.acme, spring, "recording", name="",
            job={"lease_until": now() + timedelta(minutes=1)},
        ),
    }  # fmt: skip


async def _state(database: Database, render: Render) -> str:
    async with database.session(workspace_id=render.workspace_id) as session:
        return (await session.get_one(Render, render.id)).state


async def test_staff_see_the_videos_of_all_teams(
    staff: httpx.AsyncClient, renders: dict[str, Render]
) -> None:
    answer = await staff.get(PAGE)
    assert answer.status_code == 200
    for words in ("Grace Hopper", "Ada Lovelace", "acme", "other", "Spring", "Row 2",
                  "The server stopped.", "Recording", str(renders["failed"].id)):  # fmt: skip
        assert words in answer.text
    assert "&lt;b&gt;Bold" in answer.text
    assert "Traceback" not in answer.text
    home = await staff.get("/staff")
    assert (home.status_code, home.headers["location"]) == (303, PAGE)


async def test_strangers_to_the_staff_find_nothing(
    cast: Cast, staff: httpx.AsyncClient, renders: dict[str, Render]
) -> None:
    acts = [f"{PAGE}/{renders[name].id}/{act}" for name in renders for act in ("requeue", "cancel")]
    for visitor in (cast.alice_at_door, cast.charlie_at_door):
        assert (await visitor.get(PAGE)).status_code == 404
        assert (await visitor.get("/staff")).status_code == 404
        for act in acts:
            assert (await visitor.post(act)).status_code == 404
    for visitor in (cast.alice, cast.bob, cast.charlie):
        # A workspace's host has no such page: it is asked for on the app's own, as a stranger.
        assert (await visitor.get(PAGE)).headers["location"] == f"http://{HOST}{PAGE}"
        for act in acts:
            assert (await visitor.post(act)).status_code == 404
    async with cast.site.visitor() as nobody:
        assert (await nobody.get(PAGE)).headers["location"].startswith("/sign-in?next=")
    for name, state in (("failed", "failed"), ("waiting", "queued"), ("running", "recording")):
        assert await _state(cast.site.database, renders[name]) == state


async def test_an_address_that_nobody_confirmed_opens_nothing(
    cast: Cast, staff: httpx.AsyncClient
) -> None:
    async with cast.site.database.session() as session:
        eve = User(email="eve@example.com", name="Eve")
        session.add(eve)
        await session.flush()
        token = await start_session(session, eve, Browser(HOST, "203.0.113.7", "Tests/1.0"))
    async with cast.site.visitor(token=token) as visitor:
        assert (await visitor.get(PAGE)).status_code == 404


async def test_without_the_setting_nobody_is_staff(cast: Cast) -> None:
    assert (await cast.alice_at_door.get(PAGE)).status_code == 404


@pytest.mark.parametrize(
    ("query", "named", "unnamed"),
    [
        ("?state=failed", "failed", "waiting"),
        ("?state=under-way", "running", "done"),
        ("?workspace=Other", "waiting", "failed"),
        ("?error=worker_lost", "failed", "running"),
        ("?state=nonsense", "waiting", None),
        ("?workspace=" + "x" * 5000, None, "failed"),
    ],
)
async def test_the_list_is_narrowed_by_its_url(
    staff: httpx.AsyncClient,
    renders: dict[str, Render],
    query: str,
    named: str | None,
    unnamed: str | None,
) -> None:
    text = (await staff.get(PAGE + query)).text
    assert named is None or str(renders[named].id) in text
    assert unnamed is None or str(renders[unnamed].id) not in text
    if named is None:
        assert "No video matches" in text


async def test_long_lists_go_on_on_older_pages(cast: Cast, staff: httpx.AsyncClient) -> None:
    database = cast.site.database
    campaign_id = await make_campaign(database, cast.acme)
    for number in range(52):
        await make_render(database, cast.acme, campaign_id, "completed", name=f"Lead {number}.")
    first = (await staff.get(PAGE)).text
    assert "Lead 51." in first
    assert "Lead 2." in first
    assert "Lead 1." not in first
    older = first.split('rel="next"')[0].rpartition('href="')[2].split('"')[0]
    second = (await staff.get(older.replace("&amp;", "&"))).text
    assert "Lead 1." in second
    assert "Lead 0." in second
    assert "Lead 2." not in second
    assert (await staff.get(f"{PAGE}?before=nonsense")).status_code == 400


async def test_staff_requeue_what_failed(
    cast: Cast, staff: httpx.AsyncClient, renders: dict[str, Render]
) -> None:
    form = {"next": f"{PAGE}?state=failed"}
    answer = await staff.post(f"{PAGE}/{renders['failed'].id}/requeue", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}?state=failed")
    assert await _state(cast.site.database, renders["failed"]) == "queued"
    assert "waits to be made again" in (await staff.get(PAGE)).text
    await _in_log_of(cast.alice, "tried again", "1 video")
    await staff.post(f"{PAGE}/{renders['done'].id}/requeue")
    assert await _state(cast.site.database, renders["done"]) == "completed"
    assert "was left as it is" in (await staff.get(PAGE)).text


async def test_staff_cancel_what_is_under_way(
    cast: Cast, staff: httpx.AsyncClient, renders: dict[str, Render]
) -> None:
    form: dict[str, Any] = {"next": "https://evil.example.com/"}
    answer = await staff.post(f"{PAGE}/{renders['waiting'].id}/cancel", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    assert await _state(cast.site.database, renders["waiting"]) == "cancelled"
    assert "is cancelled." in (await staff.get(PAGE)).text
    await staff.post(f"{PAGE}/{renders['running'].id}/cancel")
    text = (await staff.get(PAGE)).text
    assert "The video of row 2 ends within seconds." in text
    assert "Ending" in text
    await staff.post(f"{PAGE}/{renders['done'].id}/cancel")
    assert "had ended before" in (await staff.get(PAGE)).text


async def test_the_team_reads_what_staff_cancelled(
    cast: Cast, staff: httpx.AsyncClient, renders: dict[str, Render]
) -> None:
    await staff.post(f"{PAGE}/{renders['done'].id}/cancel")
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        lines = select(AuditEntry).where(AuditEntry.actor == "staff")
        assert not (await session.scalars(lines)).all()
    await staff.post(f"{PAGE}/{renders['running'].id}/cancel")
    await _in_log_of(cast.alice, "cancelled", "1 video")


async def _in_log_of(owner: httpx.AsyncClient, said: str, thing: str) -> None:
    """The log says that the person of staff did it."""
    text = re.sub(r"<[^>]+>|\s+", " ", (await owner.get(LOG)).text)
    assert re.search(rf"Sue, Loom-Lite staff\s+{said}\s+{thing}", text), text


async def test_a_video_that_is_not_there_is_404(staff: httpx.AsyncClient) -> None:
    for act in ("requeue", "cancel"):
        assert (await staff.post(f"{PAGE}/{uuid4()}/{act}")).status_code == 404


async def test_workers_are_told_apart_and_a_dead_one_is_named(
    cast: Cast, staff: httpx.AsyncClient
) -> None:
    assert "No worker is alive, so no video is made." in (await staff.get(PAGE)).text
    async with cast.site.database.session() as session:
        for name, seen_ago_s in (("alive:1", 0), ("dead:2", 240)):
            seen_at = now() - timedelta(seconds=seen_ago_s)
            session.add(
                RenderWorker(id=new_id(), name=name, slots=2, started_at=seen_at, seen_at=seen_at)
            )
    text = (await staff.get(PAGE)).text
    assert "1 worker has died. Its videos" in text
    assert "Not seen for " in text
    assert "0 of 2" in text
    assert "1 worker alive" in text


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.4, "0 seconds"), (1, "1 second"), (61, "1 minute"), (7300, "2 hours"), (200_000, "2 days")],
)
def test_a_length_of_time_is_told_in_its_largest_unit(seconds: float, said: str) -> None:
    assert span(seconds) == said
