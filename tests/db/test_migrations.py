"""Migrations: up from empty they give exactly the models, in tables of the owner's role."""

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Connection, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from app.db.embedded import EmbeddedDatabase
from app.db.migrate import MIGRATIONS, migrate
from app.models import Base


@pytest.fixture
def connection(postgres: EmbeddedDatabase) -> Iterator[Connection]:
    """To the database that the tests' server was given: migrated from empty."""
    url = make_url(postgres.owner_url).set(drivername="postgresql+psycopg")
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connected:
        yield connected


def _defaults_differ(
    _context: MigrationContext,
    _inspected: object,
    _column: object,
    in_database: str | None,
    _default: object,
    in_model: str | None,
) -> bool | None:
    """Alembic compares two defaults by running both; those with chance in them, and those that
    count, never agree."""
    for never_alike in ("gen_random_uuid()", "nextval("):
        if in_database and in_model and never_alike in in_database:
            return never_alike not in in_model
    return None


def test_migrations_give_exactly_the_models(connection: Connection) -> None:
    context = MigrationContext.configure(
        connection,
        opts={
            "compare_type": True,
            "compare_server_default": _defaults_differ,
            "include_name": lambda name, kind, _parents: (
                # Partitions come and go by themselves.
                kind != "table" or not str(name).startswith(("saq_", "visit_events_"))
            ),
        },
    )
    assert compare_metadata(context, Base.metadata) == []


def test_check_constraints_are_those_of_the_models(connection: Connection) -> None:
    """Alembic does not compare them."""
    rows = connection.execute(
        text(
            "select conname from pg_constraint where contype = 'c'"
            " and connamespace = 'public'::regnamespace"
            " and conrelid::regclass::text not like 'saq_%'"
        )
    )
    modelled = {
        str(check.name)
        for table in Base.metadata.sorted_tables
        for check in table.constraints
        if isinstance(check, CheckConstraint)
    }
    assert set(rows.scalars()) == modelled


def test_tables_belong_to_the_owner_s_role(connection: Connection) -> None:
    rows = connection.execute(
        text("select tablename, tableowner from pg_tables where schemaname = 'public'")
    ).all()
    assert {table.name for table in Base.metadata.sorted_tables} <= {name for name, _ in rows}
    assert {owner for _, owner in rows} == {connection.scalar(text("select current_user"))}


def test_migrations_stand_in_one_line() -> None:
    script = ScriptDirectory(str(MIGRATIONS))
    assert len(script.get_heads()) == 1
    for revision in script.walk_revisions():
        source = (MIGRATIONS / "versions" / str(revision.module.__file__)).read_text("utf-8")
        # The first statement: a migration never waits behind a long query, nor holds up others.
        assert (
            source.partition("def upgrade() -> None:\n")[2]
            .lstrip()
            .startswith('op.execute("set lock_timeout')
        )


def test_migrating_twice_changes_nothing(own_urls: EmbeddedDatabase) -> None:
    migrate(own_urls.owner_url, "loomlite_app")
    engine = create_engine(
        make_url(own_urls.owner_url).set(drivername="postgresql+psycopg"), poolclass=NullPool
    )
    with engine.connect() as connected:
        assert connected.scalar(text("select count(*) from alembic_version")) == 1
