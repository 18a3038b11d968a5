"""Sample visits: shown as such, added up like real ones, and taken out without a trace."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.analytics.models import CampaignReach
from app.analytics.samples import SampleVisit, put_samples
from app.db.base import new_id, now
from app.demo_visits import MARK, STORIES, put_when_ready, sample_visits, show_sample_visits
from app.jobs.services import Services
from app.mail.send import open_mailer
from app.renders.models import Render
from app.settings import load_settings
from app.viewer import visit_signs
from app.viewer.events import Event
from app.viewer.page_tokens import PageToken
from app.viewer.visit_models import CampaignHeat, LeadView, ViewDay, ViewHeat, Visit, VisitEvent
from tests.analytics.stage import Seen, make_seen_film
from tests.cast import Cast, in_workspace
from tests.renders.films import complete_all, make_film, press_render

SUMS: tuple[Any, ...] = (LeadView, ViewDay, ViewHeat, CampaignHeat, CampaignReach)


async def _demo(cast: Cast) -> tuple[UUID, list[Render]]:
    campaign_id, renders = await make_seen_film(cast, 5)
    await _put(cast, list(sample_visits(renders, now())))
    return campaign_id, renders


async def _put(cast: Cast, visits: list[SampleVisit]) -> None:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        await put_samples(session, visits)


async def _all(cast: Cast, table: Any) -> list[Any]:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        return list(await session.scalars(select(table)))


async def _values(cast: Cast, table: Any) -> list[tuple[Any, ...]]:
    """Every column of every row that says something."""
    names = [each.name for each in table.__table__.c]
    rows = [tuple(str(getattr(row, name)) for name in names) for row in await _all(cast, table)]
    if table in (CampaignHeat, ViewHeat):
        rows = [row for row in rows if re.search(r"\[.*[1-9]", row[-1])]
    if table is CampaignReach:
        rows = [row for row in rows if set(row[2:]) != {"0"}]
    return sorted(rows)


def _real(render: Render, to_s: float) -> SampleVisit:
    """A visit that only its mark makes a sample."""
    page = PageToken(
        render.workspace_id, render.campaign_id, render.id, new_id(), render.public_id,
        now() - timedelta(hours=2), 20.0,
    )  # fmt: skip
    told = [Event(1000, 0, "view"), Event(2000, 1, "play", None, None, 1)]
    told.append(Event(2000 + int(to_s * 1000), 2, "range", 0.0, to_s))
    return SampleVisit(page, visit_signs.Seen("", "", False, "phone", "Safari", ""), told)


async def test_the_demo_s_visits_fill_every_figure(cast: Cast) -> None:
    campaign_id, _ = await _demo(cast)
    visits = await _all(cast, Visit)
    assert len(visits) == sum(len(story) for story in STORIES)
    assert {each.kind for each in visits} == {"person", "scanner", "team", "unverified"}
    assert all(each.is_sample for each in visits)
    page = (await cast.bob.get(f"/campaigns/{campaign_id}/analytics")).text
    counts = re.findall(r'class="chart-count"[^>]*>(\d+)', page)
    assert counts == sorted(counts, reverse=True)
    assert counts[0] == "5"
    assert counts[-1] == "1", "somebody booked"


@pytest.mark.parametrize("path", ["/analytics", "/campaigns/{}/analytics"])
async def test_every_page_with_samples_says_so_and_removes_them(cast: Cast, path: str) -> None:
    campaign_id, _ = await _demo(cast)
    url = path.format(campaign_id)
    page = (await cast.bob.get(url)).text
    assert "These visits are samples" in page
    remove = re.search(r'action="(/analytics/samples/remove[^"]*)"', page)
    assert remove is not None
    answer = await cast.bob.post(remove[1].replace("&amp;", "&"))
    assert (answer.status_code, answer.headers["location"]) == (303, url)
    assert "These visits are samples" not in (await cast.bob.get(url)).text
    for table in (*SUMS, Visit, VisitEvent):
        assert await _values(cast, table) == [], table


async def test_a_stranger_removes_nothing(cast: Cast) -> None:
    await _demo(cast)
    assert (await cast.charlie.post("/analytics/samples/remove")).status_code == 404
    assert (await cast.charlie_at_home.post("/analytics/samples/remove")).status_code == 303
    assert await _all(cast, Visit)


async def test_real_visits_stay_to_the_last_figure_when_samples_go(cast: Cast) -> None:
    _, renders = await make_seen_film(cast, 5)
    await _put(cast, [_real(renders[0], 12.0), _real(renders[4], 20.0)])
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        # Real from here on.
        marked: tuple[Any, ...] = (Visit, LeadView)
        for each in marked:
            for row in await session.scalars(select(each)):
                row.is_sample = False
    before = {table: await _values(cast, table) for table in (*SUMS, Visit, VisitEvent)}
    assert before[CampaignHeat]
    await _put(cast, list(sample_visits(renders, now())))
    assert await _values(cast, LeadView) != before[LeadView]
    await cast.bob.post("/analytics/samples/remove")
    for table, rows in before.items():
        assert await _values(cast, table) == rows, table


async def test_where_there_are_none_nothing_is_removed(cast: Cast) -> None:
    answer = await cast.bob.post("/analytics/samples/remove?next=//evil.example/")
    assert answer.headers["location"] == "/"
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        assert await session.scalar(select(func.count()).select_from(Visit)) == 0


async def test_the_demo_s_links_are_visited_once_its_videos_are_ready_and_never_again(
    cast: Cast, tmp_path: Path
) -> None:
    campaign_id = await make_film(cast, 2)
    await press_render(cast, campaign_id)
    services, mark = _services(cast, tmp_path), tmp_path / "var" / MARK
    mark.parent.mkdir(exist_ok=True)
    assert not await put_when_ready(services, cast.acme.id, campaign_id, mark)
    assert await _all(cast, Visit) == []
    await complete_all(cast, campaign_id)
    await show_sample_visits(services, cast.acme.id, campaign_id)
    assert len(await _all(cast, Visit)) == len(STORIES[0]) + len(STORIES[1])
    await cast.bob.post("/analytics/samples/remove")
    await show_sample_visits(services, cast.acme.id, campaign_id)
    assert await _all(cast, Visit) == []


async def test_where_somebody_has_been_no_sample_comes(cast: Cast, tmp_path: Path) -> None:
    campaign_id, _ = await make_seen_film(cast, 2, [Seen(0, 5)])
    services = _services(cast, tmp_path)
    services.settings.var_folder.mkdir(exist_ok=True)
    await show_sample_visits(services, cast.acme.id, campaign_id)
    assert len(await _all(cast, Visit)) == 1


def _services(cast: Cast, folder: Path) -> Services:
    settings = load_settings({"LOOMLITE_VAR": str(folder / "var")})
    mailer = open_mailer(None, "Loom-Lite <no-reply@example.com>", settings.outbox_folder)
    return Services(settings, cast.site.database, mailer, cast.site.storage)
