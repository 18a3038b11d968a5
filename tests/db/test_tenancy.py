"""Two workspaces cannot see a byte of each other: every table, by ORM and by raw SQL.

The tables are found by reflection, so one that comes later without its policy fails here.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import (
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    delete,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import ProgrammingError

from app.accounts.sign_in import get_or_create_user
from app.db.base import Tenant, new_id
from app.db.embedded import EmbeddedDatabase
from app.db.session import Database, open_engine
from app.models import Base
from app.workspaces.models import Membership, Workspace
from app.workspaces.service import create_workspace
from tests.db.rows import ENTITIES, TENANT_TABLES, insert_row, row_values
from tests.postgres import OneConnection, SentJobs

TABLES = [pytest.param(table, id=table.name) for table in TENANT_TABLES]
FORBIDDEN = "row-level security"
# Nobody changes what is written there, so there is nothing to move: tests/workspaces/test_audit.py.
APPEND_ONLY = {"audit_entries"}


@dataclass(frozen=True)
class Two:
    """Two workspaces; `stranger` owns the other one."""

    database: Database
    acme_id: UUID
    other_id: UUID
    stranger_id: UUID

    def as_stranger(self) -> Any:
        """A session of the other workspace, as a request of its owner has it."""
        return self.database.session(workspace_id=self.other_id, user_id=self.stranger_id)


@pytest.fixture
async def two(database: Database) -> Two:
    return await _two(database)


async def _two(database: Database) -> Two:
    ids = []
    for name in ("acme", "other"):
        async with database.session() as session:
            owner = await get_or_create_user(session, f"{name}@example.com", name=name)
            ids.append((await create_workspace(session, owner, name, name)).id)
    return Two(database, ids[0], ids[1], owner.id)


@pytest.mark.parametrize("table", TABLES)
async def test_another_s_rows_are_not_read_changed_or_deleted(two: Two, table: Table) -> None:
    async with two.database.session(workspace_id=two.acme_id) as session:
        await insert_row(session, table, two.acme_id)
        before = (await session.execute(select(table))).all()
        assert before
    entity, is_acme = ENTITIES[table], table.c.workspace_id == two.acme_id
    async with two.as_stranger() as session:
        assert (await session.execute(select(entity).where(is_acme))).all() == []
        assert (await session.execute(select(table).where(is_acme))).all() == []
        raw = text(f"select * from {table.name} where workspace_id = '{two.acme_id}'")  # noqa: S608
        assert (await session.execute(raw)).all() == []
        for change in (
            update(entity).where(is_acme).values(workspace_id=two.other_id),
            update(table).where(is_acme).values(workspace_id=two.other_id),
            delete(entity).where(is_acme),
            delete(table).where(is_acme),
        ):
            done = await session.execute(change.execution_options(synchronize_session=False))
            assert done.rowcount == 0
    async with two.database.session(workspace_id=two.acme_id) as session:
        assert (await session.execute(select(table))).all() == before


@pytest.mark.parametrize("way", ["orm", "sql"])
@pytest.mark.parametrize("table", TABLES)
async def test_nothing_is_put_into_another_workspace(two: Two, table: Table, way: str) -> None:
    async with two.database.session(workspace_id=two.acme_id) as session:
        values = await row_values(session, table, two.acme_id)
    async with two.as_stranger() as session:
        if way == "sql":
            with pytest.raises(ProgrammingError, match=FORBIDDEN):
                await session.execute(insert(table).values(values))
        else:
            session.add(ENTITIES[table](**values))
            with pytest.raises(ProgrammingError, match=FORBIDDEN):
                await session.flush()
        await session.rollback()


@pytest.mark.parametrize(
    "table", [table for table in TENANT_TABLES if table.name not in APPEND_ONLY], ids=str
)
async def test_a_row_is_not_moved_to_another_workspace(two: Two, table: Table) -> None:
    async with two.as_stranger() as session:
        await insert_row(session, table, two.other_id)
        with pytest.raises(ProgrammingError, match=FORBIDDEN):
            await session.execute(update(table).values(workspace_id=two.acme_id))
        await session.rollback()


@pytest.mark.parametrize("table", TABLES)
async def test_without_a_scope_there_are_no_rows(two: Two, table: Table) -> None:
    async with two.database.session(workspace_id=two.acme_id) as session:
        values = await insert_row(session, table, two.acme_id)
    async with two.database.session() as session:
        assert (await session.execute(select(table))).all() == []
    # A connection comes back from the pool without the scope of the last one; jobs may see all.
    async with two.database.session(every_workspace=True) as session:
        found = await session.execute(
            select(table.c.workspace_id).where(table.c.workspace_id == two.acme_id)
        )
        assert values["workspace_id"] in found.scalars().all()


@pytest.fixture
async def as_superuser(postgres: EmbeddedDatabase) -> AsyncIterator[Database]:
    """The same database as a role that row-level security does not bind."""
    engine = open_engine(postgres.owner_url, pool_size=1)
    async with engine.connect() as connection:
        transaction = await connection.begin()
        yield OneConnection(connection, SentJobs())
        await transaction.rollback()
    await engine.dispose()


@pytest.mark.parametrize(
    "table", [table for table in TENANT_TABLES if ENTITIES[table] is not Membership], ids=str
)
async def test_the_orm_guards_also_where_the_database_does_not(
    as_superuser: Database, table: Table
) -> None:
    """All but memberships, which a person reads before entering a workspace."""
    entity, two = ENTITIES[table], await _two(as_superuser)
    assert issubclass(entity, Tenant)
    async with as_superuser.session(workspace_id=two.acme_id) as session:
        await insert_row(session, table, two.acme_id)
    is_acme = table.c.workspace_id == two.acme_id
    async with two.as_stranger() as session:
        unguarded = (await session.execute(select(table).where(is_acme))).all()
        assert unguarded, "the role is bound after all, and the test would prove nothing"
        assert (await session.execute(select(entity).where(is_acme))).all() == []
        everything = delete(entity).execution_options(synchronize_session=False)
        await session.execute(everything)
        assert (await session.execute(select(table).where(is_acme))).all() == unguarded


async def test_another_workspace_itself_is_not_read_changed_or_deleted(two: Two) -> None:
    async with two.as_stranger() as session:
        assert (await session.scalars(select(Workspace.id))).all() == [two.other_id]
        for change in (
            update(Workspace).where(Workspace.id == two.acme_id).values(name="Taken"),
            delete(Workspace).where(Workspace.id == two.acme_id),
        ):
            done = await session.execute(change.execution_options(synchronize_session=False))
            assert done.rowcount == 0
    async with two.as_stranger() as session:
        session.add(Workspace(id=new_id(), slug="third", name="Third"))
        with pytest.raises(ProgrammingError, match=FORBIDDEN):
            await session.flush()
        await session.rollback()


async def test_a_person_sees_the_own_memberships_and_changes_none_from_elsewhere(two: Two) -> None:
    async with two.database.session(workspace_id=two.acme_id) as session:
        session.add(Membership(workspace_id=two.acme_id, user_id=two.stranger_id, role="member"))
    here = Membership.workspace_id == two.acme_id
    async with two.as_stranger() as session:
        assert (await session.scalars(select(Membership.role).where(here))).all() == ["member"]
        assert (
            await session.scalars(select(Workspace.slug).where(Workspace.id == two.acme_id))
        ).all() == ["acme"]
        for change in (
            update(Membership).where(here).values(role="admin"),
            delete(Membership).where(here),
            update(Workspace).where(Workspace.id == two.acme_id).values(name="Taken"),
            delete(Workspace).where(Workspace.id == two.acme_id),
        ):
            done = await session.execute(change.execution_options(synchronize_session=False))
            assert done.rowcount == 0


async def test_a_person_outside_of_any_workspace_sees_only_the_own(database: Database) -> None:
    two = await _two(database)
    async with database.session(user_id=two.stranger_id) as session:
        members = (await session.scalars(select(Membership.workspace_id))).all()
        workspaces = (await session.scalars(select(Workspace.id))).all()
    assert list(members) == list(workspaces) == [two.other_id]


async def test_row_security_is_on_and_forced_for_every_table(database: Database) -> None:
    async with database.session() as session:
        rows = await session.execute(
            text(
                "select relname, relrowsecurity, relforcerowsecurity"
                " from pg_class where relkind in ('r', 'p')"
            )
        )
        found = {name: enabled and forced for name, enabled, forced in rows}
    guarded = {name for name, is_guarded in found.items() if is_guarded}
    assert {table.name for table in TENANT_TABLES} | {"workspaces"} <= guarded
    # A partition can be named by itself, past the policy of the whole.
    partitions = {name for name in found if name.startswith("visit_events_")}
    assert len(partitions) >= 3
    assert partitions <= guarded


async def test_the_application_s_role_is_bound_by_it(database: Database) -> None:
    async with database.session() as session:
        role = await session.execute(
            text(
                "select rolsuper, rolbypassrls, rolcreaterole from pg_roles"
                " where rolname = current_user"
            )
        )
        assert role.one() == (False, False, False)
        owned = await session.scalar(
            text(
                "select count(*) from pg_class"
                " where relowner = current_user::regrole and relkind = 'r'"
            )
        )
        inherited = await session.scalar(
            text("select count(*) from pg_auth_members where member = current_user::regrole")
        )
    assert (owned, inherited) == (0, 0)


def test_rows_of_a_workspace_refer_only_to_rows_of_it() -> None:
    loose = [
        f"{table.name}: {[column.name for column in key.columns]}"
        for table in TENANT_TABLES
        for key in table.foreign_key_constraints
        if "workspace_id" in key.referred_table.c and "workspace_id" not in key.columns
    ]
    assert loose == []


def test_every_table_of_workspaces_is_found_by_its_workspace() -> None:
    for table in TENANT_TABLES:
        lists = [index.columns for index in table.indexes]
        lists += [
            each.columns
            for each in table.constraints
            if isinstance(each, PrimaryKeyConstraint | UniqueConstraint)
        ]
        firsts = {next(iter(columns)).name for columns in lists}
        assert "workspace_id" in firsts, table.name


def test_every_table_belongs_to_a_workspace_or_says_why_not() -> None:
    of_people = {
        "users",
        "identities",
        "auth_sessions",
        "email_links",
        "oauth_attempts",
        "rate_counts",
    }
    # Events come before anybody knows whose they are; their own policies are in the migration.
    of_the_service = {"render_workers", "service_plan", "stripe_events", "visit_salts"}
    of_the_service |= {"customer_leases"}
    others = {table.name for table in Base.metadata.sorted_tables} - of_people - of_the_service
    others -= {"workspaces"}
    assert others == {table.name for table in TENANT_TABLES}
