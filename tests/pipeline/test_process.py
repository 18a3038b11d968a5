"""The engine as a process: how it ends, what it says, and what it leaves behind."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.pipeline.errors import (
    Cancelled,
    DiskFull,
    NotAVideo,
    PipelineError,
    ServerError,
    SpecInvalid,
)
from app.pipeline.process import Exit, fail
from tests.pipeline.small_render import (
    END_LIMIT_S,
    SmallSite,
    engine,
    events,
    family,
    left_alive,
    run_engine,
    small_clip,
    small_site,
    small_spec,
)


@pytest.fixture
def site() -> Iterator[SmallSite]:
    with small_site() as serving:
        yield serving


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    small_clip(tmp_path)
    return tmp_path


def drafts(folder: Path) -> list[Path]:
    return list((folder / "artifacts" / "drafts").iterdir())


def page_is_held(site: SmallSite) -> None:
    """Now the engine is amid a render: its browser runs and waits for a page."""
    assert site.asked.wait(END_LIMIT_S)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_amid_a_render_cancels_it_and_leaves_nothing(
    site: SmallSite, folder: Path, number: signal.Signals
) -> None:
    with engine("render", small_spec(folder, site, "quick", "held/page")) as process:
        page_is_held(site)
        started = family(process.pid)
        assert started
        process.send_signal(number)
        told = list(events(process))
        assert process.wait(END_LIMIT_S) == Exit.CANCELLED
    assert told[-1]["event"] == "failed"
    assert told[-1]["error"] == "cancelled"
    assert left_alive(started) == []
    assert drafts(folder) == []
    assert not (folder / "out" / "video.mp4").exists()


def test_a_killed_engine_leaves_no_browser_and_the_next_run_completes(
    site: SmallSite, folder: Path
) -> None:
    spec = small_spec(folder, site, "quick", "held/page")
    with engine("render", spec) as process:
        page_is_held(site)
        started = family(process.pid)
        process.kill()
    assert left_alive(started) == []
    assert drafts(folder)  # nobody was left to remove them
    site.released.set()
    code, told = run_engine("render", spec)
    assert code == Exit.OK
    assert told[-1]["report"]["state"] == "completed"
    assert drafts(folder) == []
    names = {path.name for path in (folder / "out").iterdir()}
    assert names == {
        "video.mp4",
        "light.mp4",
        "poster.jpg",
        "card.jpg",
        "preview.gif",
        "preview.webp",
        "report.json",
    }


def test_the_engine_ends_when_nobody_reads_its_progress(site: SmallSite, folder: Path) -> None:
    process = engine("render", small_spec(folder, site, "held/page"))
    page_is_held(site)
    started = family(process.pid)
    assert process.stdout is not None
    process.stdout.close()
    site.released.set()  # now there is something to say again
    assert process.wait(END_LIMIT_S) == Exit.CANCELLED
    assert left_alive(started) == []
    assert drafts(folder) == []


def test_the_engine_ends_with_its_parent(site: SmallSite, folder: Path) -> None:
    spec = small_spec(folder, site, "held/page")
    start = "import subprocess, sys; subprocess.run(sys.argv[1:])"
    command = ["-m", "app.pipeline", "render", str(spec), "--progress", "json"]
    with subprocess.Popen(
        [sys.executable, "-c", start, sys.executable, *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as parent:
        page_is_held(site)
        started = family(parent.pid)
        parent.kill()
        # The pipe is still read here: the closed one is not what ends the engine.
        assert parent.stdout is not None
        assert b'"cancelled"' in parent.stdout.read()
    assert left_alive(started) == []
    assert drafts(folder) == []


def test_every_line_is_an_event_and_the_last_one_is_the_report(
    site: SmallSite, folder: Path
) -> None:
    code, told = run_engine("preview", small_spec(folder, site, "quick"))
    assert code == Exit.OK
    assert {event["event"] for event in told} == {"scene", "step", "finished"}
    assert told[-1]["report"]["paths"]
    assert (folder / "out" / "draft.mp4").is_file()


def test_a_page_that_is_not_there_is_a_permanent_failure(site: SmallSite, folder: Path) -> None:
    code, told = run_engine("render", small_spec(folder, site, "missing"))
    assert code == Exit.PERMANENT
    assert told[-1]["event"] == "failed"
    assert told[-1]["error"] == "page_not_found"
    assert site.url("missing") in told[-1]["message"]
    report = json.loads((folder / "out" / "report.json").read_text())
    assert report["state"] == "failed"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('{"version": 1}', "lead"),
        ("no json", "spec.json"),
        (None, "No such file"),
    ],
)
def test_an_invalid_spec_is_a_usage_error_that_names_the_fault(
    tmp_path: Path, text: str | None, named: str
) -> None:
    file = tmp_path / "spec.json"
    if text is not None:
        file.write_text(text)
    code, told = run_engine("render", file)
    assert code == Exit.USAGE
    assert [event["error"] for event in told] == ["spec_invalid"]
    assert named in told[0]["message"]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ServerError("https://a.example/", status=500), Exit.TRY_AGAIN),
        (DiskFull("out"), Exit.TRY_AGAIN),
        (NotAVideo("notes.txt"), Exit.PERMANENT),
        (SpecInvalid("no spec"), Exit.USAGE),
        (Cancelled(), Exit.CANCELLED),
    ],
)
def test_the_exit_code_says_whether_another_try_helps(error: PipelineError, code: Exit) -> None:
    told: list[dict[str, Any]] = []
    assert fail(error, told.append) == code
    assert told == [{"event": "failed", **error.to_json()}]


def test_a_probe_tells_the_clips_facts(tmp_path: Path) -> None:
    code, told = run_engine("probe", small_clip(tmp_path))
    assert code == Exit.OK
    assert told[-1]["facecam"]["width"] == 128
    assert told[-1]["facecam"]["audio"] is True


def test_a_probe_of_a_text_is_a_permanent_failure(tmp_path: Path) -> None:
    file = tmp_path / "notes.mp4"
    file.write_text("not a video at all")
    code, told = run_engine("probe", file)
    assert code == Exit.PERMANENT
    assert told[-1]["error"] == "not_a_video"


def test_a_preflight_gives_each_page_its_verdict(site: SmallSite, tmp_path: Path) -> None:
    asked = {
        "pages": [{"url": site.url(path)} for path in ("quick", "missing", "other")],
        "thumbnails": str(tmp_path / "pages"),
        "width": 320,
        "height": 180,
        "page_load_wait_ms": 300,
        "allow_addresses": [site.address],
    }
    file = tmp_path / "pages.json"
    file.write_text(json.dumps(asked))
    code, told = run_engine("preflight", file)
    assert code == Exit.OK
    assert told[-1] == {"event": "finished", "pages": 3, "failed": 1}
    verdicts = {event["url"]: event for event in told[:-1]}
    assert verdicts[site.url("missing")]["error"] == "page_not_found"
    assert verdicts[site.url("quick")]["height_px"] == 1500
    assert Path(verdicts[site.url("other")]["thumbnail"]).is_file()
