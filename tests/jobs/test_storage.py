"""How long videos are kept: by the plan under which each was finished, told twice before any goes,
lengthened by an upgrade, and only then removed with all that shows it."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import select, update

from app.billing.plans import FREE, GROWTH, STARTER, Plan, set_plan, set_service_plan
from app.db.base import now
from app.db.session import Database
from app.jobs.services import Services
from app.jobs.workspaces import remove_media
from app.mail.send import MailNotSent
from app.renders.endings import Trace, complete_render
from app.renders.models import Render
from app.renders.storage_days import lengthen_storage, remove_outlived
from app.settings import Settings
from app.workspaces.notice_models import Notice
from tests.cast import Cast, assemble, in_workspace
from tests.jobs.conftest import Postman
from tests.jobs.shelf import DAY, Shelf
from tests.postgres import SentJobs
from tests.renders.claims import VIDEO, one_taken
from tests.renders.films import renders_of
from tests.viewer.links import Shown, forget, show_video
from tests.workspaces.stage import site_on

NO_SERVER = MailNotSent("no server", permanent=False, reason="x")


@pytest.fixture
def shelf(cast: Cast, postman: Postman) -> Shelf:
    site = cast.site
    return Shelf(cast, Services(site.settings, site.database, postman, site.storage), postman)


@pytest.mark.parametrize(("plan", "days"), [(FREE, 30), (STARTER, 180), (None, None)])
async def test_a_video_is_kept_as_its_plan_says(
    shelf: Shelf, plan: Plan | None, days: int | None
) -> None:
    if plan is not None:
        await shelf.has(plan)
    claim = await one_taken(shelf.cast)
    async with shelf.cast.site.database.session(workspace_id=shelf.cast.acme.id) as session:
        await complete_render(session, claim, VIDEO, Trace())
        render = await session.get_one(Render, claim.render_id)
    assert render.ended_at is not None
    kept = render.keep_until and render.keep_until - render.ended_at
    assert kept == (None if days is None else days * DAY)


async def test_it_is_told_14_and_3_days_before_and_then_goes(
    shelf: Shelf, sent_jobs: SentJobs
) -> None:
    await shelf.has(FREE)
    renders = await shelf.put(3)
    assert await shelf.look() == []
    await shelf.pass_days(15)
    assert await shelf.look() == []
    await shelf.pass_days(1)
    # To Alice and Adam, who look after the workspace; once.
    first = await shelf.look()
    assert len(first) == 2
    assert first[0].startswith("3 videos go on ")
    assert "3 videos of “Berlin agencies”" in shelf.postman.sent[0].text
    assert "Starter has videos kept for 180 days" in shelf.postman.sent[0].text
    assert await shelf.look() == []
    listed = await shelf.cast.bob.get(f"/campaigns/{renders[0].campaign_id}/videos")
    assert "3 go from <time" in listed.text
    await shelf.pass_days(10)
    assert await shelf.look() == []
    await shelf.pass_days(1)
    assert len(await shelf.look()) == 2
    assert await shelf.look() == []
    await shelf.pass_days(2)
    assert await shelf.look() == []
    assert (await shelf.get(renders[0])).removed_at is None
    await shelf.pass_days(1)
    sent_jobs.clear()
    assert await shelf.look() == []
    gone = await shelf.get(renders[0])
    assert gone.removed_at is not None
    assert gone.files == {}
    prefixes = {job.arguments["prefix"] for job in sent_jobs}
    assert prefixes == {each.media_prefix for each in renders}
    async with shelf.cast.site.database.session(workspace_id=shelf.cast.acme.id) as session:
        notices = list(await session.scalars(select(Notice.title)))
    assert len(notices) == 4
    assert all(title.startswith("3 videos go on ") for title in notices)


async def test_what_goes_within_a_week_is_told_in_one_letter_by_days(shelf: Shelf) -> None:
    await shelf.has(FREE)
    for days in (13, 16, 20, 25):
        await shelf.put(2, days=days)
    letters = await shelf.look()
    assert len(letters) == 2
    assert letters[0].startswith("6 videos go from ")
    assert shelf.postman.sent[0].text.count("2 videos of “Berlin agencies”") == 3
    assert await shelf.look() == []


async def test_nothing_goes_that_was_never_told(shelf: Shelf) -> None:
    await shelf.has(FREE)
    (render,) = await shelf.put()
    await shelf.pass_days(90)
    shelf.postman.failures = [NO_SERVER, NO_SERVER]
    with pytest.raises(MailNotSent):
        await shelf.look()
    assert (await shelf.get(render)).end_told_at is None
    # Told late, it is kept until 14 days later all the same.
    assert len(await shelf.look()) == 2
    kept = await shelf.get(render)
    assert kept.removed_at is None
    assert kept.keep_until is not None
    assert kept.keep_until - now() > 13 * DAY
    # Without the second letter it stays, however late it is.
    await shelf.pass_days(40)
    shelf.postman.failures = [NO_SERVER, NO_SERVER]
    with pytest.raises(MailNotSent):
        await shelf.look()
    assert (await shelf.get(render)).removed_at is None


async def test_whom_the_letter_missed_gets_it_later(shelf: Shelf, sent_jobs: SentJobs) -> None:
    await shelf.has(FREE)
    await shelf.put(1, days=5)
    sent_jobs.clear()
    shelf.postman.failures = [NO_SERVER]
    assert len(await shelf.look()) == 1
    (job,) = [each for each in sent_jobs if each.name == "send_letter"]
    assert {job.arguments["to"], shelf.postman.sent[0].to} == {
        "alice@example.com",
        "adam@example.com",
    }


async def test_an_upgrade_keeps_it_longer_and_a_downgrade_never_shorter(shelf: Shelf) -> None:
    await shelf.has(FREE)
    (render,) = await shelf.put()
    await shelf.pass_days(20)
    assert await shelf.look() != []
    await shelf.has(STARTER)
    assert await shelf.look() == []
    longer = await shelf.get(render)
    assert longer.end_told_at is None
    assert longer.keep_until is not None
    assert 159 * DAY < longer.keep_until - now() < 161 * DAY
    await shelf.has(FREE)
    assert await shelf.look() == []
    assert (await shelf.get(render)).keep_until == longer.keep_until
    async with shelf.cast.site.database.session() as session:
        await set_service_plan(session, sells=False)
        await in_workspace(session, shelf.cast.acme)
        await set_plan(session, GROWTH)
        assert await lengthen_storage(session) == 1


async def test_versions_that_nobody_shows_go_too(shelf: Shelf) -> None:
    await shelf.has(FREE)
    (render,) = await shelf.put()
    async with shelf.cast.site.database.session() as session:
        await in_workspace(session, shelf.cast.acme)
        await session.execute(update(Render).values(is_current=False, is_latest=False))
    for days in (20, 12, 30):
        await shelf.look()
        await shelf.pass_days(days)
    await shelf.look()
    assert (await shelf.get(render)).removed_at is not None


async def _shown_and_gone(shelf: Shelf, tmp_path: Path) -> Shown:
    shown = await show_video(shelf.cast, tmp_path)
    async with shelf.cast.site.database.session() as session:
        await in_workspace(session, shelf.cast.acme)
        told = {"keep_until": now() - DAY, "end_told_at": now() - 20 * DAY}
        await session.execute(
            update(Render)
            .where(Render.id == shown.render_id)
            .values(**told, end_reminded_at=now() - 4 * DAY, ended_at=now() - 182 * DAY)
        )
    await shelf.look()
    forget(shelf.cast)
    return shown


async def test_the_link_and_the_teams_pages_say_that_it_is_gone(
    shelf: Shelf, tmp_path: Path, sent_jobs: SentJobs
) -> None:
    await shelf.has(STARTER)
    cast = shelf.cast
    shown = await _shown_and_gone(shelf, tmp_path)
    page = await cast.nobody.get(shown.path)
    assert page.status_code == 410
    assert "This video is no longer available" in page.text
    assert (await cast.nobody.get(f"{shown.path}/video")).status_code in {404, 410}
    own = f"/campaigns/{shown.campaign_id}/videos"
    listed = (await cast.bob.get(own)).text
    assert "No longer kept" in listed
    assert "1 no longer kept" in listed
    assert "Make it again" in listed
    video = (await cast.bob.get(f"{own}/{shown.render_id}")).text
    assert "no longer kept" in video
    assert "Make it again" in video
    assert (await cast.charlie.get(f"{own}/{shown.render_id}")).status_code == 404
    refused = await cast.bob.post(f"{own}/{shown.render_id}/restore")
    assert refused.status_code == 409
    # It is offered as one that is missing, and made as any other.
    asked = await cast.bob.post(f"/campaigns/{shown.campaign_id}/render", data={"which": "missing"})
    assert asked.status_code == 303
    states = [each.state for each in await renders_of(cast, shown.campaign_id)]
    assert sorted(states) == ["completed", "queued", "queued"]
    for job in [each for each in sent_jobs if each.name == "remove_media"]:
        await remove_media(shelf.services, **job.arguments)
    prefix = f"workspaces/{cast.acme.id}/renders/{shown.render_id}"
    assert [file.key async for file in cast.site.storage.list(prefix)] == []


async def test_others_videos_are_not_told_of(shelf: Shelf) -> None:
    await shelf.has(FREE)
    await shelf.put(1, days=5)
    await shelf.look()
    assert {letter.to for letter in shelf.postman.sent} == {"alice@example.com", "adam@example.com"}


async def test_an_upgrade_and_the_removal_at_once_take_nothing_that_was_paid_for(
    settings: Settings, own_database: Database, postman: Postman
) -> None:
    cast = await assemble(site_on(settings, own_database))
    site = cast.site
    shelf = Shelf(cast, Services(settings, own_database, postman, site.storage), postman)
    await shelf.has(FREE)
    renders = await shelf.put(20)
    async with own_database.session(workspace_id=cast.acme.id) as session:
        told = now() - 20 * DAY
        await session.execute(
            update(Render).values(
                keep_until=now() - DAY, end_told_at=told, end_reminded_at=now() - 4 * DAY
            )
        )

    async def upgrade() -> None:
        async with own_database.session(workspace_id=cast.acme.id) as session:
            await set_plan(session, STARTER)
            await lengthen_storage(session)

    async def remove() -> int:
        async with own_database.session(workspace_id=cast.acme.id) as session:
            return len(await remove_outlived(session))

    _, *removed = await asyncio.gather(upgrade(), *(remove() for _ in range(3)))
    found = await renders_of(cast, renders[0].campaign_id)
    gone = [each for each in found if each.removed_at is not None]
    kept = [each for each in found if each.removed_at is None]
    assert len(gone) == sum(int(each or 0) for each in removed)
    assert all(each.keep_until and each.keep_until > now() and each.files for each in kept)
    assert all(not each.files for each in gone)
