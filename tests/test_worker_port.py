"""A worker by itself, as a process: its own port, and what is told of it when it dies."""

from pathlib import Path

import psycopg
from psycopg import sql

from app.db.embedded import EmbeddedDatabase
from app.renders.leases import ALIVE_S
from tests.running import Running, free_port, running

# The limit, and the time a probe takes.
TOLD_WITHIN_S = 30.0
NOTICED_WITHIN_S = 20.0


def _own_port(worker: Running, port: int) -> Running:
    """The same process, asked at its own port."""
    return Running(worker.process, port, worker.output)


def _let_in(urls: EmbeddedDatabase, *, allowed: bool) -> None:
    """Whether the database takes connections; those that are there end."""
    admin = psycopg.conninfo.conninfo_to_dict(urls.owner_url)
    name = str(admin.pop("dbname"))
    with psycopg.connect(dbname="postgres", autocommit=True, **admin) as connection:  # type: ignore[arg-type]
        connection.execute(
            sql.SQL("alter database {} allow_connections {}").format(
                sql.Identifier(name), sql.Literal(allowed)
            )
        )
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", (name,)
        )


def test_a_worker_answers_at_its_own_port(own_urls: EmbeddedDatabase, tmp_path: Path) -> None:
    port = free_port()
    variables = {"DATABASE_URL": own_urls.app_url, "WORKER_PORT": str(port)}
    with running(tmp_path, "worker", **variables) as worker:
        worker.await_words("service.started")
        asked = _own_port(worker, port)
        ready = asked.get("/health/ready")
        assert (ready.status_code, ready.json()["worker"]) == (200, "ok")
        assert asked.get("/health/live").json() == {"status": "ok"}
        assert 'loomlite_workers{state="alive"} 1.0' in asked.get("/metrics").text
        assert asked.get("/").status_code == 404
        _let_in(own_urls, allowed=False)
        away = asked.await_status("/health/ready", 503, within_s=NOTICED_WITHIN_S)
        assert away.json()["status"] == "unavailable"
        assert asked.get("/health/live").status_code == 200
        _let_in(own_urls, allowed=True)
        asked.await_status("/health/ready", 200, within_s=NOTICED_WITHIN_S)
        with running(tmp_path, "worker", **variables) as second:
            assert second.process.wait(60) == 1
            assert f"such as WORKER_PORT={port + 1}" in second.said()
        assert worker.end()[0] == 0
        assert "Traceback" not in worker.said()


def test_a_killed_worker_shows_in_readiness_within_half_a_minute(
    own_urls: EmbeddedDatabase, tmp_path: Path
) -> None:
    assert ALIVE_S < TOLD_WITHIN_S
    database = {"DATABASE_URL": own_urls.app_url}
    with running(tmp_path, "web", **database) as web, running(tmp_path, "worker", **database) as it:
        it.await_words("service.started")
        web.await_words("service.started")
        assert web.get("/health/ready?strict=1").status_code == 200
        it.process.kill()
        it.process.wait()
        told = web.await_status("/health/ready?strict=1", 503, within_s=TOLD_WITHIN_S)
        assert told.json()["worker"] == "none seen"
        assert web.get("/health/ready").status_code == 200
