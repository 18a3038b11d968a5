"""When all of a press of Render has ended, whoever asked is told: what is ready, what failed, why,
and what to do. One notice each time, a letter where they want it and are no longer there."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from app.accounts.models import User
from app.accounts.notifications import choose_notifications
from app.billing.plans import STARTER
from app.db.base import now
from app.jobs.catalogue import TELL_BATCH_ENDED
from app.jobs.services import Services
from app.jobs.worker import FUNCTIONS
from app.mail.outbox import OutboxLetter, list_letters
from app.mail.send import open_mailer
from app.renders.fault_words import FAULTS, words_of
from app.workspaces.activity_feed import list_activity
from app.workspaces.members import remove_member
from app.workspaces.models import Activity
from app.workspaces.notice_models import Notice
from tests.cast import Cast, in_workspace
from tests.postgres import SentJobs
from tests.renders.films import make_film, press_render, renders_of, set_campaign, set_render
from tests.renders.plans import give, limit

LOGIN = "linkedin.com asked for a sign-in, so https://linkedin.com/in/ada could not be recorded."


class Ending:
    """Bob's batch, brought to its end; and what he is told then."""

    def __init__(self, cast: Cast, jobs: SentJobs) -> None:
        self.cast, self.jobs = cast, jobs
        settings = cast.site.settings
        mailer = open_mailer(None, "Loom-Lite <no-reply@example.com>", settings.outbox_folder)
        self.services = Services(settings, cast.site.database, mailer, cast.site.storage)
        self.campaign_id = UUID(int=0)
        self.batch_id = UUID(int=0)

    async def press(self, leads: int, *, is_gone: bool = True) -> None:
        """Bob asks for the videos; with `is_gone` that is an hour ago."""
        self.campaign_id = await make_film(self.cast, leads, name="Oslo founders, May")
        self.batch_id = (await press_render(self.cast, self.campaign_id)).batch_id
        if is_gone:
            async with self.cast.site.database.session() as session:
                await in_workspace(session, self.cast.acme)
                an_hour_ago = now() - timedelta(hours=1)
                await session.execute(update(Activity).values(created_at=an_hour_ago))

    async def end(self, *states: str, codes: tuple[str, ...] = (), error: str = LOGIN) -> None:
        """The renders end so, in the order of the rows; the rest is done."""
        for number, render in enumerate(await renders_of(self.cast, self.campaign_id)):
            state = states[number] if number < len(states) else "completed"
            values: dict[str, Any] = {}
            if state == "failed":
                code = codes[number] if number < len(codes) else "login_wall"
                values = {"error_code": code, "error": error}
            await set_render(self.cast, render.id, state, **values)

    async def tell(self) -> list[OutboxLetter]:
        """The job runs as the end of the last render sends it; the letters that it writes."""
        folder = self.cast.site.settings.outbox_folder
        before = {letter.id for letter in list_letters(folder)}
        self.jobs.clear()
        acme = str(self.cast.acme.id)
        await FUNCTIONS[TELL_BATCH_ENDED](
            self.services, workspace_id=acme, batch_id=str(self.batch_id)
        )
        while self.jobs:
            job = self.jobs.pop(0)
            await FUNCTIONS[job.name](self.services, **job.arguments)
        return [letter for letter in list_letters(folder) if letter.id not in before]

    async def notices(self) -> list[Notice]:
        async with self.cast.site.database.session() as session:
            await in_workspace(session, self.cast.acme)
            return list(await session.scalars(select(Notice).order_by(Notice.id)))

    async def wants(self, *kinds: str) -> None:
        async with self.cast.site.database.session() as session:
            bob = await session.get_one(User, self.cast.users["bob"].id)
            choose_notifications(bob, set(kinds))


@pytest.fixture
def ending(cast: Cast, sent_jobs: SentJobs) -> Ending:
    return Ending(cast, sent_jobs)


async def test_all_that_is_ready_is_said_in_a_notice_and_a_letter(ending: Ending) -> None:
    await ending.press(3)
    await ending.end()
    (letter,) = await ending.tell()
    assert letter.to == "bob@example.com"
    assert letter.subject == "All 3 videos of “Oslo founders, May” are ready"
    place = f"/campaigns/{ending.campaign_id}/videos"
    assert letter.links[0] == ending.cast.site.settings.workspace_url("acme") + place
    (notice,) = await ending.notices()
    assert (notice.kind, notice.title) == ("good", letter.subject)
    assert (notice.path, notice.step) == (place, "See the videos")
    assert notice.user_id == ending.cast.users["bob"].id


async def test_what_waits_for_the_plan_is_said_and_the_rest_is_told_later(ending: Ending) -> None:
    await limit(ending.cast, 2)
    await ending.press(4)
    await ending.end("completed", "completed", "queued", "queued")
    (letter,) = await ending.tell()
    assert letter.subject == "2 of 4 videos of “Oslo founders, May” are ready"
    assert "2 are ready and 2 wait for your plan." in letter.text
    (notice,) = await ending.notices()
    assert (notice.kind, notice.body) == ("good", "2 are ready and 2 wait for your plan.")
    assert await give(ending.cast, STARTER) == 2
    assert await ending.tell() == [], "they are in the making"
    await ending.end()
    (letter,) = await ending.tell()
    assert letter.subject == "All 4 videos of “Oslo founders, May” are ready"


async def test_what_failed_is_said_with_why_whom_and_what_to_do(ending: Ending) -> None:
    await ending.press(12)
    await ending.end(*["failed"] * 8, "cancelled", codes=("page_timeout", *["login_wall"] * 7))
    (letter,) = await ending.tell()
    assert letter.subject == "3 of 12 videos of “Oslo founders, May” are ready"
    assert "3 are ready, 8 failed and 1 was cancelled." in letter.text
    sign_in, timed_out = letter.text.index("asked for a sign-in."), letter.text.index(LOGIN)
    assert sign_in < timed_out, "the most frequent first; a single one in its own words"
    assert "Lead 3, Lead 4, Lead 5, Lead 6, Lead 7 and 2 more" in letter.text
    assert words_of("login_wall").fix in letter.text
    assert any(link.endswith("/videos?fault=login_wall") for link in letter.links)
    assert any(link.endswith("/settings/notifications") for link in letter.links)
    (notice,) = await ending.notices()
    assert notice.kind == "warn"
    assert notice.path == f"/campaigns/{ending.campaign_id}/videos?state=failed"
    assert "Lead 3, Lead 4" in notice.body
    assert "1 other reason beside that." in notice.body


async def test_one_video_is_said_shortly(ending: Ending) -> None:
    await ending.press(1)
    await ending.end("failed")
    (letter,) = await ending.tell()
    assert letter.subject == "The video for Lead 2 could not be made"
    assert letter.text.count("Lead 2") == 1
    assert LOGIN in letter.text
    (notice,) = await ending.notices()
    assert (notice.kind, notice.step) == ("bad", "See what failed")
    assert notice.body == f"{LOGIN} {words_of('login_wall').fix}"


async def test_an_error_that_says_what_to_do_is_not_told_so_twice(ending: Ending) -> None:
    await ending.press(1)
    await ending.end("failed", error=f"{LOGIN} Use a page that is public.")
    (letter,) = await ending.tell()
    assert words_of("login_wall").fix not in letter.text
    (notice,) = await ending.notices()
    assert notice.body == f"{LOGIN} Use a page that is public."


async def test_none_ready_is_bad_news(ending: Ending) -> None:
    await ending.press(2)
    await ending.end("failed", "failed", codes=("facecam_gone", "facecam_gone"))
    (letter,) = await ending.tell()
    assert letter.subject == "None of the 2 videos of “Oslo founders, May” could be made"
    (notice,) = await ending.notices()
    assert notice.path == f"/campaigns/{ending.campaign_id}/edit/facecam"


async def test_it_is_told_once_however_often_the_job_runs(ending: Ending) -> None:
    await ending.press(2)
    await ending.end()
    assert len(await ending.tell()) == 1
    assert await ending.tell() == []
    assert len(await ending.notices()) == 1


async def test_nothing_is_told_while_one_is_under_way_or_when_all_was_cancelled(
    ending: Ending,
) -> None:
    await ending.press(2)
    first, second = await renders_of(ending.cast, ending.campaign_id)
    await set_render(ending.cast, first.id, "cancelled")
    assert await ending.tell() == []
    await set_render(ending.cast, second.id, "cancelled")
    assert await ending.tell() == []
    assert await ending.notices() == []


async def test_who_is_still_there_gets_the_notice_alone(ending: Ending) -> None:
    await ending.press(2, is_gone=False)
    await ending.end()
    assert await ending.tell() == []
    assert len(await ending.notices()) == 1


@pytest.mark.parametrize(
    ("wanted", "states", "letters"),
    [
        ((), ("failed",), 0),
        (("render_failed",), (), 0),
        (("render_failed",), ("failed",), 1),
        (("render_done",), (), 1),
        (("render_done",), ("failed",), 1),
        (("render_done",), ("failed", "failed"), 0),
    ],
)
async def test_letters_are_those_that_the_person_wants(
    ending: Ending, wanted: tuple[str, ...], states: tuple[str, ...], letters: int
) -> None:
    await ending.wants(*wanted)
    await ending.press(2)
    await ending.end(*states)
    assert len(await ending.tell()) == letters
    assert len(await ending.notices()) == 1, "a notice is no letter"


async def test_who_left_the_team_is_told_nothing(ending: Ending) -> None:
    await ending.press(1)
    cast = ending.cast
    async with cast.site.database.session(user_id=cast.users["alice"].id) as session:
        await in_workspace(session, cast.acme)
        await remove_member(session, cast.users["alice"], cast.users["bob"].id)
    await ending.end()
    assert await ending.tell() == []
    assert await ending.notices() == []


async def test_of_a_deleted_campaign_nothing_is_told(ending: Ending) -> None:
    await ending.press(1)
    await set_campaign(ending.cast, ending.campaign_id, deleted_at=now())
    await ending.end()
    assert await ending.tell() == []
    assert await ending.notices() == []


async def test_the_feed_says_what_was_made(ending: Ending) -> None:
    await ending.press(3)
    await ending.end("failed")
    await ending.tell()
    async with ending.cast.site.database.session() as session:
        await in_workspace(session, ending.cast.acme)
        lines = [line.text for line in await list_activity(session, 5)]
    assert "Loom-Lite made 2 videos of Oslo founders, May" in lines


def test_every_fault_has_whole_sentences_to_help() -> None:
    for code, words in FAULTS.items():
        assert words.fix.endswith("."), code
        assert not words.what.endswith("."), code
    assert words_of("facecam_truncated").place == "facecam"
    assert words_of("what_nobody_knows").place == "server"
