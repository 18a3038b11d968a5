"""Brings a database to the newest schema and lets the application's role use it; run as owner."""

from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from psycopg import sql
from sqlalchemy import Connection, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

MIGRATIONS = Path(__file__).parent.parent.parent / "migrations"

# Migrations of two starts at once wait for each other.
_LOCK = 7_309_424_511


def migrate(owner_url: str, app_role: str) -> None:
    """Every migration that is missing, then the grants for the role that web and worker use."""
    url = make_url(owner_url).set(drivername="postgresql+psycopg")
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"select pg_advisory_lock({_LOCK})")
        connection.commit()
        command.upgrade(alembic_config(connection), "head")
        connection.commit()
        connection.exec_driver_sql(f"select pg_advisory_unlock({_LOCK})")
        connection.commit()
    grant(owner_url, app_role)


def alembic_config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option(
        "file_template", "%%(year)d-%%(month).2d-%%(day).2d-%%(hour).2d%%(minute).2d_%%(slug)s"
    )
    config.attributes["connection"] = connection
    return config


def grant(owner_url: str, app_role: str) -> None:
    """The application's role reads and writes rows; it changes no table and owns none."""
    role = sql.Identifier(app_role)
    with psycopg.connect(owner_url) as connection:
        for statement in (
            "grant usage on schema public to {}",
            "grant select, insert, update, delete on all tables in schema public to {}",
            "grant usage, select on all sequences in schema public to {}",
        ):
            connection.execute(sql.SQL(statement).format(role))
