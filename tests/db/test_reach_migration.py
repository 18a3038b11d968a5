"""The counting of what campaigns reached misses nothing that is committed while it begins."""

import asyncio
from time import monotonic

import psycopg
from alembic import command
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from app.db.embedded import EmbeddedDatabase
from app.db.migrate import alembic_config
from app.db.session import Database
from tests.jobs.render_rows import make_campaign, make_workspace

WAITS_AT_MOST_S = 30.0

_TAKE_BACK = """
    drop table campaign_reach;
    drop function keep_campaign_reach cascade;
    drop index ix_lead_views_booked;
    update alembic_version set version_num = '0019';
"""
_IS_WAITED_FOR = """
    select exists (
      select from pg_locks where relation = 'lead_views'::regclass and not granted
    )
"""


def _migrate(owner_url: str) -> None:
    url = make_url(owner_url).set(drivername="postgresql+psycopg")
    with create_engine(url, poolclass=NullPool).connect() as connection:
        command.upgrade(alembic_config(connection), "0020")
        connection.commit()


def _wait_until_it_waits(owner_url: str) -> None:
    with psycopg.connect(owner_url, autocommit=True) as watching:
        until = monotonic() + WAITS_AT_MOST_S
        while watching.execute(_IS_WAITED_FOR).fetchone() != (True,):
            assert monotonic() < until


async def test_what_is_committed_while_it_is_counted_is_counted(
    own_database: Database, own_urls: EmbeddedDatabase
) -> None:
    workspace = await make_workspace(own_database, "acme")
    campaign_id = await make_campaign(own_database, workspace)
    with psycopg.connect(own_urls.owner_url) as owner:
        owner.execute(_TAKE_BACK)
    visiting = psycopg.connect(own_urls.owner_url)
    with visiting:
        visiting.execute(
            "insert into lead_views (workspace_id, campaign_id, render_id, public_id, "
            "first_opened_at) values (%s, %s, gen_random_uuid(), 'anna', now())",
            [workspace.id, campaign_id],
        )
        migrating = asyncio.create_task(asyncio.to_thread(_migrate, own_urls.owner_url))
        await asyncio.to_thread(_wait_until_it_waits, own_urls.owner_url)
    await migrating
    with psycopg.connect(own_urls.owner_url) as owner:
        opened = owner.execute("select campaign_id, opened from campaign_reach").fetchall()
    assert opened == [(campaign_id, 1)]
