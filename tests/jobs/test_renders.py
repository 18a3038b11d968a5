"""A waiting render becomes a stored video, over both brokers, with real engine processes."""

import pytest
from sqlalchemy import select

from app.billing.usage import Usage, used_this_month
from app.workspaces.models import Activity
from tests.jobs.stage import Stage, eventually


async def test_a_waiting_render_becomes_a_video_that_is_stored(stage: Stage) -> None:
    async with stage.worker():
        (render_id,) = await stage.press("ada")
        render = await stage.reaches(render_id, "completed", "failed")
        assert render.state == "completed", render.error
        assert await stage.job(render_id) is None
        assert render.is_current
        assert render.started_at is not None
        assert render.ended_at is not None
        assert render.duration_s == pytest.approx(2.0, abs=0.1)
        assert render.report is not None
        assert "paths" not in render.report
        for name, path in stage.stored(render).items():
            assert path.stat().st_size == render.files[name]["bytes"]
        assert set(render.files) == {"video.mp4", "poster.jpg", "preview.gif", "preview.webp"}
        (attempt,) = await stage.attempts(render_id)
        assert attempt.outcome == "completed"
        steps = {step["step"] for step in attempt.steps}
        assert {"preparing", "recording", "joining", "verifying", "uploading"} <= steps
        assert await _used(stage) == Usage(1, render.duration_s or 0.0)
        await eventually(lambda: _told(stage))


async def _used(stage: Stage) -> Usage:
    async with stage.services.database.session(workspace_id=stage.workspace.id) as session:
        return await used_this_month(session)


async def _told(stage: Stage) -> bool:
    async with stage.services.database.session(workspace_id=stage.workspace.id) as session:
        verbs = await session.scalars(select(Activity.verb))
        return "campaign.rendered" in list(verbs)
