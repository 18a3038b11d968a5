"""The database in one file and back again, for real; what was lost is there."""

import os
import subprocess
from pathlib import Path

import psycopg
import pytest

from app.accounts.models import User
from app.accounts.sign_in import find_user, get_or_create_user
from app.backup import BackupFailed, back_up, restore
from app.campaigns.models import Campaign
from app.db.embedded import EmbeddedDatabase
from app.db.migrate import migrate
from app.db.session import Database
from app.db.tenancy import act_as_user, enter_workspace
from app.workspaces.service import create_workspace
from tests.running import BIN


async def _fill(database: Database) -> User:
    async with database.session() as session:
        person = await get_or_create_user(session, "ann@example.com", name="Ann")
        await act_as_user(session, person.id)
        workspace = await create_workspace(session, person, "Acme", "acme")
        await enter_workspace(session, workspace.id)
        session.add(Campaign(workspace_id=workspace.id, name="Kept"))
    return person


async def test_what_was_lost_since_is_back_and_what_came_since_is_gone(
    own_database: Database, own_urls: EmbeddedDatabase, tmp_path: Path
) -> None:
    await _fill(own_database)
    file = tmp_path / "loomlite.dump"
    back_up(own_urls.owner_url, file)
    with psycopg.connect(own_urls.owner_url) as connection:
        connection.execute("delete from campaigns")
    async with own_database.session() as session:
        await get_or_create_user(session, "late@example.com")
    await own_database.close()
    restore(own_urls.owner_url, file)
    migrate(own_urls.owner_url, "loomlite_app")
    async with own_database.session(every_workspace=True) as session:
        assert await find_user(session, "ann@example.com") is not None
        assert await find_user(session, "late@example.com") is None
        names = await session.scalars(Campaign.__table__.select().with_only_columns(Campaign.name))
        assert list(names) == ["Kept"]
    async with own_database.session() as session:  # row-level security came back too
        assert list(await session.scalars(Campaign.__table__.select())) == []


_MADE = """
    select 'relation', relname from pg_class c where relnamespace = 'public'::regnamespace
      and not exists (select from pg_depend where objid = c.oid and deptype = 'e')
    union select 'routine', proname from pg_proc p where pronamespace = 'public'::regnamespace
      and not exists (select from pg_depend where objid = p.oid and deptype = 'e')
    union select 'type', typname from pg_type t where typnamespace = 'public'::regnamespace
      and typtype in ('e', 'd', 'r') and typrelid = 0
"""


def test_what_a_newer_version_made_is_gone_with_a_restore(
    own_urls: EmbeddedDatabase, tmp_path: Path
) -> None:
    file = tmp_path / "loomlite.dump"
    back_up(own_urls.owner_url, file)
    with psycopg.connect(own_urls.owner_url) as connection:
        as_it_was = set(connection.execute(_MADE))
        connection.execute(
            """
            create extension vector;
            create type mood as enum ('good');
            create domain good_mood as mood;
            create function newer(int) returns int language sql as 'select $1';
            create table newer_things (
              id int generated always as identity primary key, number serial, mood good_mood,
              "Whose" uuid references users (id), place vector(2)
            );
            create view newer_view as select u.email from users u join newer_things on true;
            create materialized view newer_sums as select count(*) from newer_view;
            create function newest(newer_things) returns newer_view language sql as 'select null';
            """
        )
    restore(own_urls.owner_url, file)
    with psycopg.connect(own_urls.owner_url) as connection:
        assert set(connection.execute(_MADE)) == as_it_was
        # An extension stays: whoever runs the server put it there.
        assert connection.execute("select vector '[1, 2]' <-> '[1, 2]'").fetchone() == (0,)


def test_a_copy_that_fails_leaves_the_earlier_one(tmp_path: Path) -> None:
    file = tmp_path / "loomlite.dump"
    file.write_bytes(b"the earlier one")
    with pytest.raises(BackupFailed) as failed:
        back_up("postgresql://loomlite:sesame@127.0.0.1:1/loomlite", file)
    assert "sesame" not in str(failed.value)
    assert [path.name for path in tmp_path.iterdir()] == ["loomlite.dump"]
    assert file.read_bytes() == b"the earlier one"


def test_a_file_that_is_no_copy_changes_nothing(own_urls: EmbeddedDatabase, tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear Ann")
    with pytest.raises(BackupFailed, match="pg_restore failed, and nothing was changed"):
        restore(own_urls.owner_url, file)
    with psycopg.connect(own_urls.owner_url) as connection:
        assert connection.execute("select count(*) from users").fetchone() == (0,)


def test_the_commands_of_the_operators_page_work_on_the_embedded_database(tmp_path: Path) -> None:
    environ = {**os.environ, "LOOMLITE_VAR": str(tmp_path / "var")}
    for command in (["release"], ["backup", "a.dump"], ["restore", "a.dump"]):
        ended = subprocess.run(
            [BIN / "loomlite", *command],
            env=environ, cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "a.dump").stat().st_size > 10_000
