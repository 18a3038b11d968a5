"""What fails for one team, one person or one step keeps no other one waiting."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from app.accounts.sign_in import get_or_create_user
from app.db.embedded import EmbeddedDatabase
from app.db.session import Database
from app.db.tenancy import act_as_user
from app.jobs.catalogue import SEND_LETTER
from app.jobs.services import Services
from app.jobs.visits import sweep_visits, tell_views, write_weekly_summaries
from app.viewer.address_hashes import todays_salt
from app.viewer.news_models import ViewNews
from app.viewer.visit_models import ViewDay, VisitSalt
from app.viewer.weekly_summary import monday_of
from app.workspaces.models import Workspace
from app.workspaces.service import create_workspace
from tests.jobs.render_rows import add_rows, make_campaign
from tests.postgres import SentJobs
from tests.viewer.visits import rows_of

LONG_AGO = datetime.now(UTC) - timedelta(days=400)
TEAMS = ("acme", "bell", "crane")


async def _team(database: Database, slug: str) -> tuple[Workspace, UUID, UUID]:
    """A team of one person, with a campaign."""
    async with database.session() as session:
        person = await get_or_create_user(session, f"{slug}@example.com")
        await act_as_user(session, person.id)
        workspace = await create_workspace(session, person, slug.title(), slug)
    return workspace, person.id, await make_campaign(database, workspace)


async def _team_with_news(
    database: Database, slug: str, **news: datetime
) -> tuple[Workspace, UUID]:
    workspace, person_id, campaign_id = await _team(database, slug)
    values = {"created_at": datetime.now(UTC) - timedelta(minutes=5)}
    values |= {"happened_at": values["created_at"], **news}
    row = ViewNews(
        campaign_id=campaign_id, public_id="anna", user_id=person_id, kind="ended",
        workspace_id=workspace.id, **values,
    )  # fmt: skip
    await add_rows(database, workspace.id, row)
    return workspace, person_id


def _refuse(urls: EmbeddedDatabase, table: str, when: str) -> None:
    """From here on the table takes no row of which this is true."""
    with psycopg.connect(urls.owner_url) as owner:
        owner.execute(
            f"""
            create function refuse() returns trigger language plpgsql
            as $$ begin raise 'refused'; end $$;
            create trigger refuse before insert or update on {table} for each row when ({when})
            execute function refuse();
            """
        )


def _written_to(sent: SentJobs) -> Sequence[str]:
    return sorted(each.arguments["to"] for each in sent if each.name == SEND_LETTER)


async def test_a_team_that_cannot_be_told_keeps_no_other_one_waiting(
    services: Services, own_urls: EmbeddedDatabase
) -> None:
    teams = [await _team_with_news(services.database, slug) for slug in TEAMS]
    _refuse(own_urls, "notices", f"new.workspace_id = '{teams[0][0].id}'")
    assert await tell_views(services) == 2 + 3  # notices, and everybody's letter
    noticed = [
        (await rows_of(services.database, workspace, "view_news"))[0]["noticed_at"] is not None
        for workspace, _ in teams
    ]
    assert noticed == [False, True, True]


async def test_a_person_who_cannot_be_written_to_keeps_no_other_one_waiting(
    services: Services, own_urls: EmbeddedDatabase, sent_jobs: SentJobs
) -> None:
    teams = [await _team_with_news(services.database, slug) for slug in TEAMS]
    condition = f"new.lettered_at is not null and new.user_id = '{teams[0][1]}'"
    _refuse(own_urls, "view_news", condition)
    await tell_views(services)
    assert _written_to(sent_jobs) == ["bell@example.com", "crane@example.com"]


async def test_a_team_whose_week_cannot_be_told_keeps_no_other_one_waiting(
    services: Services, own_urls: EmbeddedDatabase, sent_jobs: SentJobs
) -> None:
    teams = [await _team(services.database, slug) for slug in TEAMS]
    last_week = monday_of() - timedelta(days=3)
    for workspace, _, campaign_id in teams:
        day = ViewDay(workspace_id=workspace.id, campaign_id=campaign_id, day=last_week, opens=1)
        await add_rows(services.database, workspace.id, day)
    _refuse(own_urls, "rate_counts", f"new.key like 'weekly-summary:{teams[0][0].id}:%'")
    with pytest.raises(SQLAlchemyError):
        await write_weekly_summaries(services)
    assert _written_to(sent_jobs) == ["bell@example.com", "crane@example.com"]
    # The queue tries it again: who has the letter gets no second one.
    with psycopg.connect(own_urls.owner_url) as owner:
        owner.execute("drop trigger refuse on rate_counts")
    await write_weekly_summaries(services)
    assert _written_to(sent_jobs) == [f"{slug}@example.com" for slug in TEAMS]


async def test_a_step_of_the_sweep_that_fails_leaves_the_others_done(
    services: Services, own_urls: EmbeddedDatabase
) -> None:
    database = services.database
    acme, _ = await _team_with_news(database, "acme", happened_at=LONG_AGO)
    async with database.session() as session:
        await todays_salt(session, LONG_AGO.date())
    with psycopg.connect(own_urls.owner_url) as owner:
        owner.execute("drop function make_visit_partitions")
    with pytest.raises(SQLAlchemyError):
        await sweep_visits(services)
    async with database.session() as session:
        assert list(await session.scalars(select(VisitSalt.day))) == []
    assert await rows_of(database, acme, "view_news") == []
