"""`loomlite jobs` and `loomlite cleanup` as an operator types them, over a real database."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from app.db.embedded import EmbeddedDatabase
from app.db.session import Database, open_engine
from app.renders.models import Render, RenderAttempt
from tests.jobs.render_rows import add_rows, make_campaign, make_lead, make_render, make_workspace
from tests.test_service_commands import Loomlite

Ask = Callable[..., tuple[int, str]]


async def _fill(url: str) -> dict[str, Render]:
    database = Database(open_engine(url))
    try:
        acme = await make_workspace(database, "acme")
        spring = await make_campaign(database, acme)
        lead_id = await make_lead(database, acme, spring, "Grace Hopper")
        renders = {
            "failed": await make_render(
                database, acme, spring, "failed", error_code="page_failed",
                error="The page did not load.", lead_id=lead_id,
            ),
            "queued": await make_render(database, acme, spring, "queued", name=""),
        }  # fmt: skip
        attempt = RenderAttempt(
            workspace_id=acme.id, render_id=renders["failed"].id, number=1, worker="box-1",
            outcome="failed", error_code="page_failed", error="The page did not load.",
            steps=[{"step": "recording", "scene": "home", "began_s": 1.0, "took_s": 2.5}],
        )  # fmt: skip
        await add_rows(database, acme.id, attempt)
    finally:
        await database.close()
    return renders


@pytest.fixture
def renders(own_urls: EmbeddedDatabase) -> dict[str, Render]:
    return asyncio.run(_fill(own_urls.app_url))


@pytest.fixture
def loomlite(
    own_urls: EmbeddedDatabase,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Ask:
    monkeypatch.setenv("DATABASE_URL", own_urls.app_url)
    return Loomlite(tmp_path, monkeypatch, capsys)


def _records(said: str) -> list[dict[str, Any]]:
    """What stands on standard output; logs go elsewhere, after it."""
    records: list[dict[str, Any]] = json.JSONDecoder().raw_decode(said)[0]
    return records


def test_a_workspace_is_suspended_and_resumed_by_its_name(
    loomlite: Ask, renders: dict[str, Render]
) -> None:
    code, said = loomlite("workspaces", "suspend", "acme", "--reason", "It is not paid.")
    assert (code, "acme is suspended" in said) == (0, True)
    code, said = loomlite("workspaces", "suspend", "acme", "--reason", "Twice")
    assert code != 0
    assert "suspended already" in said
    code, said = loomlite("workspaces", "resume", "acme")
    assert (code, "goes on" in said) == (0, True)
    code, said = loomlite("workspaces", "resume", "nobody")
    assert code != 0
    assert "There is no workspace nobody." in said


def test_videos_are_listed_for_people_and_for_programs(
    loomlite: Ask, renders: dict[str, Render]
) -> None:
    code, said = loomlite("jobs", "list")
    assert code == 0
    for word in (str(renders["failed"].id), "acme", "Spring", "Grace Hopper", "page_failed"):
        assert word in said
    assert "row 2" in said, "a lead without a name is told by its row"
    code, said = loomlite("jobs", "list", "--state", "failed", "--workspace", "acme", "--json")
    (record,) = _records(said)
    assert record["render"] == str(renders["failed"].id)
    assert record["error"] == {"code": "page_failed", "text": "The page did not load."}
    assert loomlite("jobs", "list", "--campaign", str(uuid4()))[1] == "There is no such video."
    assert "--limit shows more" in loomlite("jobs", "list", "--limit", "1")[1]


def test_one_video_is_shown_with_its_tries(loomlite: Ask, renders: dict[str, Render]) -> None:
    code, said = loomlite("jobs", "show", str(renders["failed"].id))
    assert code == 0
    assert "try 1 on box-1: failed page_failed The page did not load." in said
    assert "2.5 s recording home" in said
    record: Any = _records(loomlite("jobs", "show", str(renders["failed"].id), "--json")[1])
    assert record["tries"][0]["worker"] == "box-1"


def test_failed_ones_are_requeued_and_waiting_ones_cancelled(
    loomlite: Ask, renders: dict[str, Render]
) -> None:
    code, said = loomlite("jobs", "requeue", "--error", "page_failed")
    assert (code, "1 of 1 wait to be made again." in said) == (0, True)
    (record, _) = _records(loomlite("jobs", "list", "--state", "queued", "--json")[1])
    assert record["error"] is None
    code, said = loomlite("jobs", "cancel", str(renders["queued"].id))
    assert "1 were waiting and are cancelled; 0 are ending." in said
    assert "1 were waiting" in loomlite("jobs", "cancel", "--workspace", "acme")[1]


def test_what_cannot_be_meant_is_said(loomlite: Ask, renders: dict[str, Render]) -> None:
    missing = str(uuid4())
    code, said = loomlite("jobs", "cancel", str(renders["queued"].id), missing)
    assert code == 1
    assert f"There is no video {missing}." in said
    code, said = loomlite("jobs", "list", "--state", "lost")
    assert code == 2
    assert "lost is not a state of a video" in said
    for command in ("cancel", "requeue"):
        code, said = loomlite("jobs", command)
        assert (code, "name videos by their ids" in said) == (2, True)


def test_a_clean_up_says_what_it_frees_and_a_dry_run_removes_nothing(
    loomlite: Ask, tmp_path: Path
) -> None:
    left = tmp_path / "var" / "work" / "renders" / f".removed-{uuid4()}"
    left.mkdir(parents=True)
    (left / "video.mp4").write_bytes(b"x" * 5000)
    code, said = loomlite("cleanup", "--dry-run")
    assert (code, left.exists()) == (0, True)
    assert "working folders: 1 would be removed, 12 kB" in said
    assert "files that nothing names: 0 would be removed, 0 bytes" in said
    code, said = loomlite("cleanup", "--json")
    freed = {each["kind"]: each for each in _records(said)}
    assert freed["working folders"]["freed_bytes"] >= 5000
    assert not left.exists()
