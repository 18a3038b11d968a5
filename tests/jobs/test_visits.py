"""The worker's part in visits: added up for every team, told to people, forgotten in time."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import delete, select, text, update

from app.accounts.models import User
from app.accounts.sign_in import get_or_create_user
from app.campaigns.models import Campaign
from app.db.embedded import EmbeddedDatabase
from app.db.session import Database
from app.jobs.catalogue import SEND_LETTER
from app.jobs.services import Services
from app.jobs.upkeep import sweep
from app.jobs.visits import add_up_visits, sweep_visits, tell_views, write_weekly_summaries
from app.mail.letters import write_letter
from app.viewer.address_hashes import AddressHashes
from app.viewer.events import Event
from app.viewer.models import LinkState
from app.viewer.news_models import ViewNews
from app.viewer.page_tokens import PageToken
from app.viewer.partitions import make_months
from app.viewer.visit_erasing import erase_visits
from app.viewer.weekly_summary import monday_of
from app.workspaces.models import Workspace
from app.workspaces.notice_models import Notice
from tests.jobs.render_rows import make_campaign, make_render, make_workspace
from tests.postgres import SentJobs
from tests.viewer.visits import DURATION_S, NOW, opened_page, rows_of, tell, watching

WATCHED = [*watching(0, DURATION_S), Event(33_000, 3, "end")]
BOOKED = [Event(50_000, 8, "shown"), Event(60_000, 9, "booking")]


async def _team(services: Services, slug: str = "acme") -> tuple[Workspace, UUID]:
    """Ann's team, with a campaign that she made."""
    workspace = await make_workspace(services.database, slug)
    campaign_id = await make_campaign(services.database, workspace)
    async with services.database.session(workspace_id=workspace.id) as session:
        ann = await get_or_create_user(session, "ann@example.com")
        await session.execute(update(Campaign).values(created_by_id=ann.id))
    return workspace, campaign_id


async def _tell(database: Database, page: PageToken, events: list[Event]) -> None:
    """As long ago as the job waits for what comes together."""
    await tell(database, page, events)
    async with database.session(workspace_id=page.workspace_id) as session:
        await session.execute(text("update visit_inbox set received_at = now() - interval '1 min'"))


async def _later(database: Database, workspace: Workspace, minutes: int) -> None:
    """So many minutes have gone since people were told."""
    async with database.session(workspace_id=workspace.id) as session:
        gone = timedelta(minutes=minutes)
        await session.execute(
            update(ViewNews).values(
                created_at=ViewNews.created_at - gone,
                noticed_at=ViewNews.noticed_at - gone,
                lettered_at=ViewNews.lettered_at - gone,
            )
        )


async def _notices(database: Database, workspace: Workspace) -> list[str]:
    async with database.session(workspace_id=workspace.id) as session:
        found = await session.scalars(select(Notice.title).order_by(Notice.created_at, Notice.id))
        return list(found)


def _letters(sent: SentJobs) -> list[dict[str, Any]]:
    return [each.arguments for each in sent if each.name == SEND_LETTER]


async def test_the_visits_of_every_team_are_added_up(services: Services) -> None:
    teams = [await _team(services, slug) for slug in ("acme", "other", "third")]
    for workspace, campaign_id in teams:
        await _tell(services.database, opened_page(workspace, campaign_id), WATCHED)
    assert await add_up_visits(services) == 3
    for workspace, _ in teams:
        (lead,) = await rows_of(services.database, workspace, "lead_views")
        assert lead["ended_at"]
    assert await add_up_visits(services) == 0


async def test_what_is_not_yet_settled_waits(services: Services) -> None:
    workspace, campaign_id = await _team(services)
    await tell(services.database, opened_page(workspace, campaign_id), WATCHED)
    async with services.database.session(workspace_id=workspace.id) as session:
        await session.execute(text("update visit_inbox set received_at = now() + interval '1 h'"))
    assert await add_up_visits(services) == 0


async def test_a_team_s_fault_keeps_no_other_one_waiting(services: Services) -> None:
    acme, campaign_id = await _team(services)
    other, others_campaign_id = await _team(services, "other")
    await _tell(services.database, opened_page(other, others_campaign_id), WATCHED)
    await _tell(services.database, opened_page(acme, campaign_id), WATCHED)
    async with services.database.session(workspace_id=acme.id) as session:
        await session.execute(
            text(
                "insert into visit_inbox (workspace_id, told, received_at) "
                "values (:own, '{}', now() - interval '1 min')"
            ),
            {"own": acme.id},
        )
    await _tell(services.database, opened_page(acme, campaign_id, "ben"), WATCHED)
    assert await add_up_visits(services) == 1
    assert await rows_of(services.database, other, "lead_views")
    # Nor those of the own team: what cannot be added up is put aside.
    await add_up_visits(services)
    leads = await rows_of(services.database, acme, "lead_views")
    assert {each["public_id"] for each in leads} == {"anna", "ben"}
    assert len(await rows_of(services.database, acme, "visit_inbox")) == 1


async def test_people_are_told_at_once_and_by_one_letter_of_all_leads(
    services: Services, sent_jobs: SentJobs
) -> None:
    acme, campaign_id = await _team(services)
    video = await make_render(
        services.database, acme, campaign_id, "completed", name="Ada Lindgren", is_current=True
    )
    page = opened_page(acme, campaign_id, video.public_id, render_id=video.id)
    await _tell(services.database, page, WATCHED)
    await add_up_visits(services)
    await tell_views(services)
    assert await _notices(services.database, acme) == ["Ada Lindgren watched the video to the end"]
    assert _letters(sent_jobs) == []  # a booking may come right after
    for name in ("b", "c"):
        await _tell(services.database, opened_page(acme, campaign_id, name), WATCHED)
    await _tell(services.database, page, BOOKED)
    await add_up_visits(services)
    await tell_views(services)
    assert len(await _notices(services.database, acme)) == 1  # within the minute
    await _later(services.database, acme, 3)
    await tell_views(services)
    assert (await _notices(services.database, acme))[1:] == [
        "2 leads opened their pages, 2 watched to the end, 1 booked a meeting"
    ]
    (letter,) = _letters(sent_jobs)
    assert letter["to"] == "ann@example.com"
    leads = letter["context"]["leads"]
    assert [each["who"] for each in leads] == ["Ada Lindgren", "A lead", "A lead"]
    assert leads[0]["did"] == "watched the video to the end and booked a meeting"
    assert leads[0]["link"].endswith(f"/campaigns/{campaign_id}/videos/{video.id}")
    assert write_letter(letter["letter"], letter["to"], **letter["context"]).subject
    # Nothing is told twice, and the next letter waits for its quarter of an hour.
    await _tell(services.database, opened_page(acme, campaign_id, "d"), WATCHED)
    await add_up_visits(services)
    await _later(services.database, acme, 4)
    await tell_views(services)
    assert len(_letters(sent_jobs)) == 1
    await _later(services.database, acme, 12)
    await tell_views(services)
    assert [each["context"]["headline"] for each in _letters(sent_jobs)][1:] == [
        "A lead watched the video to the end"
    ]


async def test_letters_are_of_the_kinds_that_a_person_wants(
    services: Services, sent_jobs: SentJobs
) -> None:
    acme, campaign_id = await _team(services)
    async with services.database.session() as session:
        chosen = {"first_view": False, "ended": False, "booked": True}
        await session.execute(update(User).values(notifications=chosen))
    page = opened_page(acme, campaign_id)
    await _tell(services.database, page, WATCHED)
    await add_up_visits(services)
    await _later(services.database, acme, 3)
    await tell_views(services)
    assert (len(await _notices(services.database, acme)), _letters(sent_jobs)) == (1, [])
    await _tell(services.database, page, BOOKED)
    await add_up_visits(services)
    await _later(services.database, acme, 3)
    await tell_views(services)
    assert [each["context"]["headline"] for each in _letters(sent_jobs)] == [
        "A lead booked a meeting"
    ]


async def test_scanners_and_the_team_are_no_news(services: Services) -> None:
    acme, campaign_id = await _team(services)
    await _tell(services.database, opened_page(acme, campaign_id, is_team=True), WATCHED)
    await _tell(services.database, opened_page(acme, campaign_id, "ben"), [])
    await add_up_visits(services)
    assert await rows_of(services.database, acme, "view_news") == []


async def test_an_erased_lead_s_visits_are_gone_and_do_not_come_back(services: Services) -> None:
    acme, campaign_id = await _team(services)
    page, other = opened_page(acme, campaign_id), opened_page(acme, campaign_id, "ben")
    for each in (page, other):
        await _tell(services.database, each, WATCHED)
    await add_up_visits(services)
    await _tell(services.database, page, BOOKED)
    async with services.database.session(workspace_id=acme.id) as session:
        session.add(LinkState(workspace_id=acme.id, public_id="anna", erased_at=NOW))
        await erase_visits(session, "anna")
    await _tell(services.database, page, [Event(70_000, 10, "booking")])
    assert await add_up_visits(services) == 1
    for table in ("visits", "lead_views", "view_heats", "view_news"):
        rows = await rows_of(services.database, acme, table)
        assert {each["public_id"] for each in rows} == {"ben"}, table
    events = await rows_of(services.database, acme, "visit_events")
    assert {each["visit_id"] for each in events} == {other.visit_id}
    # What is counted without names stays.
    (day,) = await rows_of(services.database, acme, "view_days")
    assert day["opens"] == 2


async def test_what_is_old_is_gone_and_months_are_there_ahead(services: Services) -> None:
    database = services.database
    acme, campaign_id = await _team(services)
    ages = {"new": timedelta(days=1), "year": timedelta(days=200), "old": timedelta(days=400)}
    for name, ago in ages.items():
        await _tell(database, opened_page(acme, campaign_id, name, ago=ago), WATCHED)
    await add_up_visits(services)
    hashes = AddressHashes(database, clock=lambda: NOW - timedelta(days=2))
    old = await hashes.hash_address(acme.id, "192.0.2.7")
    await sweep_visits(services)
    visits = await rows_of(database, acme, "visits")
    assert {each["public_id"] for each in visits} == {"new", "year"}
    opened = {each["opened_at"] for each in await rows_of(database, acme, "visit_events")}
    assert opened == {each["opened_at"] for each in visits if each["public_id"] == "new"}
    assert len(await rows_of(database, acme, "lead_views")) == 3
    # The day's salt is forgotten: the same address is another number.
    again = AddressHashes(database, clock=lambda: NOW - timedelta(days=2))
    assert await again.hash_address(acme.id, "192.0.2.7") != old
    async with database.session() as session:
        months = await session.scalars(
            text("select relname from pg_class where relname ~ '^visit_events_[0-9_]+$'")
        )
        names = set(months)
    ahead = NOW + timedelta(days=50)
    assert f"visit_events_{ahead:%Y_%m}" in names
    assert f"visit_events_{NOW - timedelta(days=400):%Y_%m}" not in names


async def test_months_that_are_made_later_are_guarded_as_well(services: Services) -> None:
    async with services.database.session() as session:
        await make_months(session, date(2031, 12, 5), date(2032, 1, 5))
        rows = await session.execute(
            text(
                "select relrowsecurity and relforcerowsecurity, count(polname) from pg_class "
                "left join pg_policy on polrelid = pg_class.oid "
                "where relname in ('visit_events_2031_12', 'visit_events_2032_01') group by 1"
            )
        )
        assert rows.all() == [(True, 2)]


async def test_a_week_s_figures_are_written_to_the_team_once(
    services: Services, sent_jobs: SentJobs
) -> None:
    acme, campaign_id = await _team(services)
    await _team(services, "quiet")
    last_week = datetime.combine(monday_of() - timedelta(days=3), datetime.min.time(), UTC)
    page = opened_page(acme, campaign_id, ago=NOW - last_week)
    await _tell(services.database, page, WATCHED)
    await add_up_visits(services)
    for _ in range(2):
        await write_weekly_summaries(services)
    (letter,) = [each for each in _letters(sent_jobs) if each["letter"] == "weekly_summary"]
    assert letter["context"]["counts"] == (
        "1 visit, 1 played, 1 watched to the end, 0 meetings booked."
    )
    assert write_letter(letter["letter"], letter["to"], **letter["context"]).text


async def test_what_a_deleted_campaign_was_visited_goes_with_it(services: Services) -> None:
    acme, campaign_id = await _team(services)
    await _tell(services.database, opened_page(acme, campaign_id), WATCHED)
    await add_up_visits(services)
    async with services.database.session(workspace_id=acme.id) as session:
        await session.execute(update(Campaign).values(deleted_at=NOW - timedelta(days=8)))
    await sweep(services)
    for table in ("visits", "visit_events", "lead_views", "view_days", "view_heats"):
        assert await rows_of(services.database, acme, table) == [], table


async def test_what_a_deleted_workspace_was_visited_goes_with_it(
    services: Services, own_urls: EmbeddedDatabase
) -> None:
    acme, campaign_id = await _team(services)
    other, others_campaign_id = await _team(services, "other")
    for workspace, campaign in ((acme, campaign_id), (other, others_campaign_id)):
        await _tell(services.database, opened_page(workspace, campaign), WATCHED)
    await add_up_visits(services)
    async with services.database.session(workspace_id=acme.id) as session:
        await session.execute(delete(Workspace).where(Workspace.id == acme.id))
    with psycopg.connect(own_urls.owner_url) as connection:
        left = connection.execute("select distinct workspace_id from visit_events").fetchall()
    assert left == [(other.id,)]
