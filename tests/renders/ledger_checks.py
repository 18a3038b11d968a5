"""What must be true of a ledger, reckoned without it: by texts of frozen campaigns and cells."""

import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.fit import fit_scenes
from app.renders.models import Render, RenderBatch
from tests.renders.films import FACECAM_S

# What is in a scene's picture, in words, and its length.
Shown = tuple[tuple[Any, ...], float]

# Of each render that is in line or in work: what it reserved, and the scenes that it is to pay.
_RESERVED = text(
    """
    select job.render_id, sum(entry.seconds) as reserved_s, count(entry.id) as entries,
      (select coalesce(sum(seconds), 0) from metered_scenes scene
       where scene.render_id = job.render_id and scene.settled_at is null) as noted_s
    from render_jobs job left join usage_entries entry
      on entry.render_id = job.render_id and entry.counted_at is null
    where not job.waits_for_plan group by job.render_id
    """
)
_STRAY = text(
    """
    select count(*) from usage_entries entry where counted_at is null and not exists (
      select from render_jobs job where job.render_id = entry.render_id and not job.waits_for_plan)
    """
)
_STRAY_SCENES = text(
    """
    select count(*) from metered_scenes scene where settled_at is null and not exists (
      select from usage_entries entry
      where entry.render_id = scene.render_id and entry.counted_at is null)
    """
)
_SUMS = text(
    """
    select (select coalesce(sum(seconds), 0) from usage_entries) as entered_s,
      (select coalesce(sum(seconds), 0) from metered_scenes) as scenes_s
    """
)
_OF_RENDERS = text(
    "select render_id, sum(videos) as videos, sum(seconds) as seconds from usage_entries "
    "group by render_id"
)


async def check_reserves(session: AsyncSession) -> None:
    """Who is in line or in work has one reserve, of the scenes that it is to pay; nobody else has
    any, and all that was entered is for scenes."""
    for row in await session.execute(_RESERVED):
        assert row.entries == 1
        assert row.reserved_s == pytest.approx(row.noted_s)
    assert await session.scalar(_STRAY) == 0
    assert await session.scalar(_STRAY_SCENES) == 0
    sums = (await session.execute(_SUMS)).one()
    assert sums.entered_s == pytest.approx(sums.scenes_s)


async def check_sums(
    session: AsyncSession, delivered_s: float, finished: Iterable[tuple[UUID, str]]
) -> None:
    """Nothing is under way any more, and the entries are for what was delivered. Of videos each is
    one but for those made anew for nothing; `finished` are their renders and leads, in order."""
    sums = (await session.execute(_SUMS)).one()
    assert sums.entered_s == pytest.approx(delivered_s)
    paid = {row.render_id: row for row in await session.execute(_OF_RENDERS)}
    seen: set[str] = set()
    for render_id, public_id in finished:
        entered = paid.pop(render_id)
        assert entered.videos in {0, 1}
        if public_id not in seen:
            assert entered.videos == 1, "the first of a lead is one"
        elif entered.seconds == pytest.approx(0.0):
            assert entered.videos == 0, "nothing was paid for it"
        seen.add(public_id)
    assert not any(entered.videos for entered in paid.values()), "these were not finished"


async def scenes_shown(session: AsyncSession, render_id: UUID) -> list[Shown | None]:
    """Of each scene of the render; None where it has no page. Empty: the render is gone."""
    render = await session.get(Render, render_id)
    if render is None:
        return []
    batch = await session.get_one(RenderBatch, render.batch_id)
    spec = batch.campaign["spec"]
    fps, durations_s = spec["output"]["fps"], [scene["duration_s"] for scene in spec["scenes"]]
    fit = fit_scenes(durations_s, FACECAM_S, fps=fps, rule=spec["fit"])
    look = json.dumps(spec["facecam"], sort_keys=True)
    found: list[Shown | None] = []
    begin = 0
    for scene, frames in zip(spec["scenes"], fit.frames, strict=True):
        page = scene["url"] or render.cells[batch.campaign["headers"].index("Website")]
        key = (render.campaign_id, page, begin, frames, look)
        found.append((key, frames / fps) if page else None)
        begin += frames
    return found
