"""Whether a PostgreSQL can be worked with, asked once at the start; it changes nothing."""

import psycopg

from app.errors import LoomliteError

VERSION_AT_LEAST = 15  # nulls not distinct, and rights on the schema as they are today

_ROLE = """
    select current_user, rolsuper, rolbypassrls,
      exists (
        select from pg_class join pg_namespace on pg_namespace.oid = relnamespace
        where nspname = 'public' and relkind in ('r', 'p') and pg_has_role(relowner, 'member')
      ),
      to_regclass('public.alembic_version') is null
    from pg_roles where rolname = current_user
"""


class DatabaseUnusable(LoomliteError):
    """The service cannot work with this database or role; the text says what to change."""


def check_version(url: str, setting: str) -> None:
    """The server answers and is new enough. Raises DatabaseUnusable."""
    with _connect(url, setting) as connection:
        major = connection.info.server_version // 10_000
    if major < VERSION_AT_LEAST:
        raise DatabaseUnusable(
            f"{setting} leads to PostgreSQL {major}. "
            f"Version {VERSION_AT_LEAST} or later is needed; upgrade that server or use another."
        )


def check_role(url: str) -> None:
    """Row-level security binds this role, and the tables are there. Raises DatabaseUnusable.

    A superuser, a role with BYPASSRLS or the tables' owner would read every workspace.
    """
    with _connect(url, "DATABASE_URL") as connection:
        found = connection.execute(_ROLE).fetchone()
    if found is None:
        return
    role, is_superuser, may_bypass, owns_tables, is_empty = found
    for wrong, what in (
        (is_superuser, "is a superuser"),
        (may_bypass, "may bypass row-level security"),
        (owns_tables, "owns the tables"),
    ):
        if wrong:
            raise DatabaseUnusable(
                f"The role {role} in DATABASE_URL {what}, so nothing would keep workspaces "
                "apart. Use a role that only reads and writes; docs/operating.md shows how to "
                "create it."
            )
    if is_empty:
        raise DatabaseUnusable(
            "The database has no tables yet. Run `loomlite release`, then start again."
        )


def _connect(url: str, setting: str) -> psycopg.Connection:
    try:
        return psycopg.connect(url, connect_timeout=5, autocommit=True)
    except psycopg.OperationalError as error:
        cause = " ".join(str(error).split())
        raise DatabaseUnusable(f"The database in {setting} does not answer: {cause}") from None
    except psycopg.ProgrammingError:
        # The library's own words would repeat the text, with its password.
        raise DatabaseUnusable(
            f"{setting} is not an address of a PostgreSQL, such as "
            "postgresql://role:password@host:5432/database."
        ) from None
