"""Sample visits: shown as such, added up like real ones, and taken out without a trace."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.analytics.samples import SampleVisit, put_samples
from app.db.base import new_id, now
from app.demo_visits import STORIES, sample_visits
from app.renders.models import Render
from app.viewer.events import Event
from app.viewer.page_tokens import PageToken
from app.viewer.visit_models import CampaignHeat, LeadView, ViewDay, ViewHeat, Visit, VisitEvent
from app.viewer.visit_signs import Seen
from tests.analytics.stage import make_seen_film
from tests.cast import Cast, in_workspace

SUMS: tuple[Any, ...] = (LeadView, ViewDay, ViewHeat, CampaignHeat)


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
    return sorted(rows)


def _real(render: Render, to_s: float) -> SampleVisit:
    """A visit that only its mark makes a sample."""
    page = PageToken(
        render.workspace_id, render.campaign_id, render.id, new_id(), render.public_id,
        now() - timedelta(hours=2), 20.0,
    )  # fmt: skip
    told = [Event(1000, 0, "view"), Event(2000, 1, "play", None, None, 1)]
    told.append(Event(2000 + int(to_s * 1000), 2, "range", 0.0, to_s))
    return SampleVisit(page, Seen("", "", False, "phone", "Safari", ""), told)


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
