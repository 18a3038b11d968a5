"""`loomlite up` as an operator meets it: it starts, it ends, and nothing is left behind."""

import signal
from pathlib import Path

import httpx

from tests.running import processes_naming, running

ENDS_WITHIN_S = 10.0  # on a machine that is busy with other tests; 3 s by itself


def test_up_starts_everything_and_ends_without_leaving_a_process(tmp_path: Path) -> None:
    with running(tmp_path, "up") as service:
        said = service.await_words("service.started")
        assert f"Loom-Lite is on {service.url}" in said
        assert f"{service.url}/dev/outbox" in said
        assert service.get("/health/ready?strict=1").json()["status"] == "ok"
        assert "/sign-in" in service.get("/").headers.get("location", "/sign-in")
        assert processes_naming(tmp_path), "PostgreSQL is not where it was looked for"
        with httpx.stream("GET", service.url + "/health/live"):
            code, took_s = service.end(signal.SIGINT)
    assert code == 0
    assert took_s < ENDS_WITHIN_S
    assert "Traceback" not in service.said()
    assert "did not finish" not in service.said()
    assert processes_naming(tmp_path) == []


def test_a_second_start_finds_what_the_first_one_left(tmp_path: Path) -> None:
    with running(tmp_path, "up") as first:
        first.await_words("service.started")
        form = {"email": "ann@example.com"}
        answer = httpx.post(first.url + "/sign-in/link", data=form, timeout=30)
        assert answer.status_code == 200
        first.await_words("job=send_sign_in_link")
        code, took_s = first.end()
        assert (code, took_s < ENDS_WITHIN_S) == (0, True)
    with running(tmp_path, "up", PORT=str(first.port)) as second:
        second.await_words("service.started")
        outbox = second.get("/dev/outbox")
        assert "ann@example.com" in outbox.text
        with running(tmp_path, "up", PORT=str(first.port)) as third:
            assert third.process.wait(60) == 1
            assert f"Port {first.port} cannot be used: Address already in use." in third.said()
            assert f"PORT={first.port + 1}" in third.said()
        assert second.get("/health/ready").status_code == 200


def test_a_start_that_is_cut_short_leaves_no_database_behind(tmp_path: Path) -> None:
    with running(tmp_path, "up") as service:
        while not processes_naming(tmp_path / "var" / "postgres"):
            assert service.process.poll() is None, service.said()
        service.end()
    assert processes_naming(tmp_path) == []
