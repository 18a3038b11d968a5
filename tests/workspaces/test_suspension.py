"""A suspended workspace: its people see why, nothing is made, and prospects notice nothing."""

from pathlib import Path

import pytest

from app.accounts.acting import act_as_staff
from app.asgi import furnish
from app.db.listen import News
from app.jobs.operator_figures import read_figures
from app.settings import load_settings
from app.web.refusals import Conflict
from app.workspaces.suspension import resume_workspace, suspend_workspace
from tests.cast import HOST, Cast, litestar_in
from tests.renders.claims import add_worker, take_next
from tests.renders.films import make_film, press_render
from tests.viewer.links import forget, show_video

REASON = "Your last invoice has not been paid for two months."


async def _suspend(cast: Cast) -> None:
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        act_as_staff(session, None)
        await suspend_workspace(session, REASON)


async def _resume(cast: Cast) -> None:
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        act_as_staff(session, None)
        await resume_workspace(session, "It is paid.")


async def test_its_people_see_why_on_every_page_and_a_stranger_nothing(cast: Cast) -> None:
    await _suspend(cast)
    for path in ("/campaigns", "/settings/profile", "/billing", "/notices"):
        answer = await cast.bob.get(path)
        assert answer.status_code == 403, path
        assert "Acme is suspended" in answer.text
        assert REASON in answer.text
    assert (await cast.charlie.get("/campaigns")).status_code == 404
    assert (await cast.charlie_at_home.get("/campaigns")).status_code == 200
    sent = await cast.alice.post("/settings/workspace/name", data={"name": "Else"})
    assert sent.status_code == 403


async def test_they_are_told_whom_to_write_to(cast: Cast) -> None:
    await _suspend(cast)
    site = cast.site
    settings = load_settings(
        {
            "APP_HOST": HOST,
            "LOOMLITE_VAR": str(site.settings.var_folder),
            "SUPPORT_EMAIL": "Help@example.com",
        }
    )
    furnish(litestar_in(site.app), settings, site.database, site.storage, News())
    assert "mailto:help@example.com" in (await cast.bob.get("/campaigns")).text


async def test_it_goes_on_where_it_was(cast: Cast) -> None:
    await _suspend(cast)
    await _resume(cast)
    assert (await cast.bob.get("/campaigns")).status_code == 200
    log = (await cast.alice.get("/settings/audit-log.csv")).text
    assert f'"suspended the workspace","{REASON}"' in log
    assert '"resumed the workspace","It is paid."' in log


async def test_what_waits_is_not_made_until_then(cast: Cast) -> None:
    database = cast.site.database
    await add_worker(database, slots=4)
    await press_render(cast, await make_film(cast, leads=2))
    await _suspend(cast)
    assert await take_next(database) == []
    assert (await read_figures(database)).queue.waiting == 0
    await _resume(cast)
    assert (await read_figures(database)).queue.waiting == 2
    assert len(await take_next(database)) == 2


async def test_landing_pages_stay_open(cast: Cast, tmp_path: Path) -> None:
    shown = await show_video(cast, tmp_path)
    await _suspend(cast)
    forget(cast)
    assert (await cast.nobody.get(shown.path)).status_code == 200


async def test_it_is_suspended_and_resumed_once(cast: Cast) -> None:
    await _suspend(cast)
    with pytest.raises(Conflict):
        await _suspend(cast)
    await _resume(cast)
    with pytest.raises(Conflict):
        await _resume(cast)
