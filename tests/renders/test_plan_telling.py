"""Owner and admins hear once in a period that a plan is nearly used, and once that it is."""

from pathlib import Path

import pytest
from sqlalchemy import select, update

from app.billing.ledger_lock import lock_ledger
from app.billing.plans import GROWTH, STARTER, set_plan
from app.billing.usage import credit
from app.jobs.catalogue import SEND_LETTER, TELL_OF_PLAN
from app.mail.letters import write_letter
from app.renders.models import Render
from app.renders.plan_room import find_room
from app.renders.plan_telling import tell_of_plan
from app.renders.plan_wait import let_in
from app.renders.plan_waiting import offer_for_waiting
from app.settings import Settings, load_settings
from app.workspaces.notice_models import Notice
from tests.cast import HOST, Cast
from tests.postgres import SentJobs
from tests.renders.films import make_film, press_render
from tests.renders.plans import end_period, limit


@pytest.fixture
def selling_settings(tmp_path: Path) -> Settings:
    return load_settings(
        {
            "APP_HOST": HOST,
            "LOOMLITE_VAR": str(tmp_path / "var"),
            "STRIPE_SECRET_KEY": "sk_test_of_the_tests",
            "STRIPE_WEBHOOK_SECRET": "whsec_of_the_tests",
        }
    )


async def _tell(cast: Cast, settings: Settings) -> None:
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        await tell_of_plan(session, settings)


async def _notices(cast: Cast) -> list[tuple[str, str]]:
    """Who has which."""
    names = {user.id: name for name, user in cast.users.items()}
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        found = await session.scalars(select(Notice).order_by(Notice.created_at, Notice.id))
        return sorted((names[each.user_id], each.title) for each in found)


@pytest.mark.parametrize(("leads", "is_told"), [(7, False), (8, True)])
async def test_at_eighty_percent_of_the_videos_there_is_a_notice_and_a_letter(
    cast: Cast, selling_settings: Settings, sent_jobs: SentJobs, leads: int, is_told: bool
) -> None:
    await limit(cast, 10)
    await press_render(cast, await make_film(cast, leads))
    assert [job.name for job in sent_jobs].count(TELL_OF_PLAN) == 1
    for _ in range(2):
        await _tell(cast, selling_settings)
    title = "8 of 10 videos of your plan are used"
    assert await _notices(cast) == ([("adam", title), ("alice", title)] if is_told else [])
    letters = [job.arguments for job in sent_jobs if job.name == SEND_LETTER]
    assert [each["to"] for each in letters] == (
        ["alice@example.com", "adam@example.com"] if is_told else []
    )
    for each in letters:
        letter = write_letter(each["letter"], each["to"], **each["context"])
        assert letter.subject == title
        assert "Starter has 150 videos and 150 minutes a month, for $29 a month." in letter.text
        assert f"{selling_settings.workspace_url('acme')}/billing" in letter.text


async def test_what_is_used_up_is_told_apart_and_names_what_has_room_for_what_waits(
    cast: Cast, selling_settings: Settings
) -> None:
    await limit(cast, 10)
    campaign_id = await make_film(cast, 8)
    await press_render(cast, campaign_id)
    await _tell(cast, selling_settings)
    await press_render(cast, await make_film(cast, 160))
    for _ in range(2):
        await _tell(cast, selling_settings)
    mine = [title for name, title in await _notices(cast) if name == "alice"]
    assert len(mine) == 2
    assert mine[1].startswith("Your plan has no room for more videos until 1 ")
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        query = select(Notice.body, Notice.path).where(Notice.title == mine[1])
        body, path = (await session.execute(query)).first() or ("", "")
    assert path == "/billing"
    assert body == (
        "10 of 10 videos of this period are used. 158 videos wait and go on by themselves then. "
        "Growth has 750 videos and 750 minutes a month, for $99 a month."
    )


async def test_who_hears_that_all_is_used_hears_no_more_of_most(
    cast: Cast, selling_settings: Settings, sent_jobs: SentJobs
) -> None:
    await limit(cast, 2)
    await press_render(cast, await make_film(cast, 3))
    await _tell(cast, selling_settings)
    assert len(await _notices(cast)) == 2
    sent_jobs.clear()
    await press_render(cast, await make_film(cast, 1))
    assert [job for job in sent_jobs if job.name == TELL_OF_PLAN] == []
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        await set_plan(session, STARTER)
    await _tell(cast, selling_settings)
    assert len(await _notices(cast)) == 2


async def test_who_was_given_more_hears_again_when_that_is_used(
    cast: Cast, selling_settings: Settings, sent_jobs: SentJobs
) -> None:
    await limit(cast, 1)
    await press_render(cast, await make_film(cast, 3))
    await _tell(cast, selling_settings)
    sent_jobs.clear()
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        await lock_ledger(session)
        await credit(session, videos=1, reason="Sorry.", actor_id=cast.users["alice"].id)
        assert await let_in(session) == 1
    assert [job.name for job in sent_jobs].count(TELL_OF_PLAN) == 1
    for _ in range(2):
        await _tell(cast, selling_settings)
    assert len(await _notices(cast)) == 4


async def test_a_new_period_is_told_of_again(cast: Cast, selling_settings: Settings) -> None:
    await limit(cast, 1)
    await press_render(cast, await make_film(cast, 1))
    await _tell(cast, selling_settings)
    await end_period(cast)
    await _tell(cast, selling_settings)
    assert len(await _notices(cast)) == 4


async def test_minutes_are_told_of_where_they_end_first(
    cast: Cast, selling_settings: Settings
) -> None:
    await limit(cast, 1000, minutes=10)
    # Ten seconds that all share, and ten of each lead.
    await press_render(cast, await make_film(cast, 49))
    await _tell(cast, selling_settings)
    said = {title for _, title in await _notices(cast)}
    assert said == {"8 of 10 minutes of your plan are used"}


async def test_a_service_that_sells_nothing_offers_nothing(
    cast: Cast, settings: Settings, sent_jobs: SentJobs
) -> None:
    await limit(cast, 1)
    await press_render(cast, await make_film(cast, 2))
    await _tell(cast, settings)
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        notice = (await session.scalars(select(Notice))).first()
    assert notice is not None
    assert (notice.path, notice.step) == ("", "")
    assert "a month" not in notice.body
    assert [job.name for job in sent_jobs].count(SEND_LETTER) == 2


async def test_what_is_offered_has_room_for_the_minutes_of_what_waits(cast: Cast) -> None:
    await limit(cast, 1)
    await press_render(cast, await make_film(cast, 101))
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        room = await find_room(session)
        offer = await offer_for_waiting(session, room, 100)
        assert (offer.plan if offer else None) == STARTER
        await session.execute(update(Render).values(scene_seconds=[10.0, 100.0]))
        offer = await offer_for_waiting(session, room, 100)
        assert (offer.plan if offer else None) == GROWTH
