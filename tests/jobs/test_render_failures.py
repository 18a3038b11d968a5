"""What stops a video, and what its team reads then; what is around it is only waited for."""

import json
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import delete, update

from app.billing.usage import Usage
from app.campaigns.models import Campaign, Lead
from app.db.base import now
from app.renders.leases import CAMPAIGN_GONE, LEAD_GONE
from app.storage.local import LocalStorage
from app.storage.storage_errors import StorageUnreachable
from tests.jobs.stage import Stage, eventually
from tests.renders.claims import let_time_pass
from tests.used import used_now

CANCELLED_WITHIN_S = 3.0
postgres_alone = pytest.mark.parametrize("queue", ["postgres"], indirect=True)


@postgres_alone
async def test_a_page_that_is_not_there_fails_the_render_in_its_words(stage: Stage) -> None:
    async with stage.worker():
        (render_id,) = await stage.press("missing")
        render = await stage.reaches(render_id, "failed")
    assert render.error_code == "page_not_found"
    assert "answered with error 404" in render.error
    (attempt,) = await stage.attempts(render_id)
    assert attempt.outcome == "failed"
    assert attempt.log
    assert await _used(stage) == Usage(0, 0.0)


@postgres_alone
async def test_a_lead_that_was_deleted_while_it_waited_gets_no_video(stage: Stage) -> None:
    (render_id,) = await stage.press("ada")
    async with stage.services.database.session(workspace_id=stage.workspace.id) as session:
        await session.execute(delete(Lead))
    async with stage.worker():
        render = await stage.reaches(render_id, "cancelled")
    assert render.error == LEAD_GONE


@postgres_alone
async def test_a_campaign_that_was_deleted_while_it_waited_gets_no_video(stage: Stage) -> None:
    (render_id,) = await stage.press("ada")
    async with stage.services.database.session(workspace_id=stage.workspace.id) as session:
        await session.execute(update(Campaign).values(deleted_at=now()))
    async with stage.worker():
        render = await stage.reaches(render_id, "cancelled")
    assert render.error == CAMPAIGN_GONE


@postgres_alone
async def test_a_facecam_that_vanished_fails_the_render_and_says_what_to_do(stage: Stage) -> None:
    (render_id,) = await stage.press("ada")
    await stage.services.storage.delete_prefix(f"workspaces/{stage.workspace.id}/facecams")
    async with stage.worker():
        render = await stage.reaches(render_id, "failed")
    assert render.error_code == "facecam_gone"
    assert "“Hello”" in render.error
    assert "Choose another facecam" in render.error


class CutOff(LocalStorage):
    """A storage that does not answer for a while."""

    refusals = 0

    async def put_file(self, key: str, *rest: object, **options: object) -> None:
        if self.refusals and "/renders/" in key:
            self.refusals -= 1
            raise StorageUnreachable("no route to host")
        await super().put_file(key, *rest, **options)  # type: ignore[arg-type]


@postgres_alone
async def test_a_video_that_could_not_be_stored_is_stored_later_and_not_made_twice(
    stage: Stage,
) -> None:
    storage = CutOff(stage.services.settings.media_folder)
    storage.refusals = 2
    async with stage.worker(storage=storage):
        (render_id,) = await stage.press("ada")
        for number in (1, 2):
            await eventually(partial(_delayed, stage, render_id, number))
            await let_time_pass(stage.services.database, 60)
        await stage.reaches(render_id, "completed")
    first, second, third = await stage.attempts(render_id)
    assert [each.outcome for each in (first, second, third)] == ["delayed", "delayed", "completed"]
    assert first.error_code == "storage_unreachable"
    assert "recording" in {step["step"] for step in first.steps}
    assert {step["step"] for step in third.steps} == {"preparing", "uploading"}


@postgres_alone
async def test_what_an_earlier_release_left_unstored_is_made_with_what_is_there_today(
    stage: Stage,
) -> None:
    storage = CutOff(stage.services.settings.media_folder)
    storage.refusals = 1
    async with stage.worker(storage=storage):
        (render_id,) = await stage.press("ada")
        await eventually(partial(_delayed, stage, render_id, 1))
        folder = stage.services.settings.work_folder / "renders" / str(render_id)
        report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
        del report["sizes_bytes"]["card.jpg"]
        (folder / "report.json").write_text(json.dumps(report), encoding="utf-8")
        (folder / "card.jpg").unlink()
        await let_time_pass(stage.services.database, 60)
        render = await stage.reaches(render_id, "completed", "failed")
    assert render.state == "completed", render.error
    assert render.files["card.jpg"]["bytes"] > 0


async def _delayed(stage: Stage, render_id: UUID, times: int) -> bool:
    job = await stage.job(render_id)
    return job is not None and job.setbacks == times and job.lease_until is None


async def _used(stage: Stage) -> Usage:
    async with stage.services.database.session(workspace_id=stage.workspace.id) as session:
        return await used_now(session)
