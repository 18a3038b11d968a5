"""An engine as a child: what it is given, what it may say, and that it ends with all it started."""

import asyncio
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from app.engine.log import FILE_BYTES, log_tail
from app.pipeline_process import LINE_BYTES, PipelineFailed, run_pipeline
from tests.engine.false_engine import HELLO, false_engine
from tests.pipeline.small_render import engines, left_alive, runs

Engine = Callable[[str], None]

SOON_S = 3.0  # what the service promises of a cancelled render
REPORT = """print('{"event": "finished", "report": {}}', flush=True)"""
# One that will not be asked, with a child that has left its session and will not either.
STUBBORN = f"""
    {HELLO}
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sleep = "import signal, time; signal.signal(15, signal.SIG_IGN); print(1); time.sleep(600)"
    for apart in (False, True):
        subprocess.Popen(
            [sys.executable, "-uc", sleep], stdout=subprocess.PIPE, start_new_session=apart
        ).stdout.readline()
    print('{{"event": "step", "step": "works", "done": 0, "total": 1}}', flush=True)
    time.sleep(600)
"""


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    return lambda script: false_engine(tmp_path, script, monkeypatch)


async def failure(folder: Path, **options: Any) -> PipelineFailed:
    with pytest.raises(PipelineFailed) as failed:
        await run_pipeline("render", folder / "spec.json", log=folder / "log", **options)
    return failed.value


class Family:
    """All that an engine has started, as soon as it has told of a step."""

    def __init__(self) -> None:
        self.there = asyncio.Event()
        self.processes: list[psutil.Process] = []

    def __call__(self, event: dict[str, Any]) -> None:
        self.processes = engines()
        self.there.set()


@pytest.mark.parametrize(
    "line",
    [
        b"no json",
        b"\xff\xfe",
        b"[1, 2]",
        b'{"step": "joining"}',
        b'{"event": 5}',
        b'{"event": "step", "step": "joining"}',
        b'{"event": "failed", "error": "disk_full"}',
        b'{"event": "finished"}',
        b"[" * 200_000,
        b"",
    ],
)
async def test_a_garbled_line_ends_that_engine_and_is_worth_another_try(
    line: bytes, engine: Engine, tmp_path: Path
) -> None:
    engine(
        f"{HELLO}\nsys.stdout.buffer.write({line!r} + b'\\n')\nsys.stdout.flush()\ntime.sleep(600)"
    )
    failed = await failure(tmp_path, end_within_s=5)
    assert (failed.code, failed.permanent) == ("engine_garbled", False)


async def test_a_line_without_an_end_is_not_read_for_ever(engine: Engine, tmp_path: Path) -> None:
    engine(f"{HELLO}\nsys.stdout.write('x' * {2 * LINE_BYTES + 10})\ntime.sleep(600)")
    assert (await failure(tmp_path, end_within_s=5)).code == "engine_garbled"


async def test_an_engine_that_is_killed_amid_a_line_died(engine: Engine, tmp_path: Path) -> None:
    engine(f"{HELLO}\nprint('{{\"event', end='', flush=True)\nos.kill(os.getpid(), 9)")
    failed = await failure(tmp_path)
    assert failed.code == "engine_died"
    assert "SIGKILL" in str(failed)


@pytest.mark.parametrize(
    "script",
    [
        HELLO.replace("1", "2"),
        REPORT,  # it does not say what it is
        "sys.exit(2)",  # as one ends that does not know an option
    ],
)
async def test_an_engine_of_another_release_is_not_trusted(
    script: str, engine: Engine, tmp_path: Path
) -> None:
    engine(script)
    failed = await failure(tmp_path)
    assert (failed.code, failed.permanent) == ("engine_unknown", True)
    assert "Install one release on all machines" in str(failed)


async def test_a_spec_of_another_release_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "spec.json").write_text(json.dumps({"version": 2, "scenery": []}))
    failed = await failure(tmp_path)
    assert (failed.code, failed.permanent) == ("spec_invalid", True)
    assert str(failed) == (
        "spec.json is a spec of version 2, which this engine does not know. "
        "Install the same release of Loom-Lite on every machine."
    )


async def test_an_engine_gets_no_secret_and_a_temporary_folder_that_goes_with_it(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://somebody:hunter2@db/loomlite")
    engine(f"""
        import json, tempfile
        {HELLO}
        made = tempfile.mkdtemp()
        seen = {{"made": made, "environ": dict(os.environ), "asked": sys.argv[1:]}}
        print(json.dumps({{"event": "finished", "report": seen}}))
    """)
    for tmp in (None, tmp_path / "work" / "tmp"):
        ended = await run_pipeline("render", tmp_path / "spec.json", tmp=tmp, memory_limit_mb=900)
        seen = ended["report"]
        assert "hunter2" not in str(seen["environ"])
        folder = Path(seen["environ"]["TMPDIR"])
        assert Path(seen["made"]).parent == folder
        assert not folder.exists()
        assert tmp in (None, folder)
        assert seen["asked"][2:] == [
            *("--progress", "json", "--nice", "10", "--memory-limit-mb", "900")
        ]


async def test_a_cancelled_engine_that_will_not_end_is_gone_soon_with_all_it_started(
    engine: Engine, tmp_path: Path
) -> None:
    engine(STUBBORN)
    family = Family()
    run = asyncio.create_task(
        run_pipeline("render", tmp_path / "spec.json", on_event=family, end_within_s=0.5)
    )
    await family.there.wait()
    assert len(family.processes) == 3
    began = time.monotonic()
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert time.monotonic() - began < SOON_S
    assert [process for process in family.processes if runs(process)] == []


async def test_being_cancelled_twice_cuts_the_waiting_short_and_not_the_killing(
    engine: Engine, tmp_path: Path
) -> None:
    engine(STUBBORN)
    family = Family()
    run = asyncio.create_task(run_pipeline("render", tmp_path / "spec.json", on_event=family))
    await family.there.wait()
    run.cancel()
    await asyncio.wait([run], timeout=0.1)
    assert not run.done()
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert left_alive(family.processes) == []


async def test_an_engine_has_a_limited_time_in_all(engine: Engine, tmp_path: Path) -> None:
    engine(STUBBORN)
    family = Family()
    failed = await failure(tmp_path, on_event=family, limit_s=3, end_within_s=0.1)
    assert (failed.code, failed.permanent) == ("took_too_long", False)
    assert left_alive(family.processes) == []


async def test_an_engine_that_is_done_has_to_end(engine: Engine, tmp_path: Path) -> None:
    engine(f"{HELLO}\n{REPORT}\ntime.sleep(600)")
    assert (await failure(tmp_path, done_within_s=0.2)).code == "engine_hangs"


async def test_what_an_engine_leaves_running_at_its_end_is_ended(
    engine: Engine, tmp_path: Path
) -> None:
    engine(f"""
        {HELLO}
        left = subprocess.Popen(["sleep", "600"])
        print('{{"event": "finished", "report": {{"pid": %d}}}}' % left.pid, flush=True)
    """)
    ended = await run_pipeline("render", tmp_path / "spec.json")
    pid = ended["report"]["pid"]
    assert not psutil.pid_exists(pid) or not runs(psutil.Process(pid))


async def test_an_engine_may_say_much_and_the_end_of_it_is_kept(
    engine: Engine, tmp_path: Path
) -> None:
    engine(f"""
        {HELLO}
        for number in range(100_000):
            print("frame", number, "was odd in some way", file=sys.stderr)
        sys.exit("the end of it")
    """)
    failed = await failure(tmp_path)
    assert failed.code == "engine_died"
    assert "It said: the end of it" in str(failed)
    assert (tmp_path / "log").stat().st_size <= FILE_BYTES
    assert log_tail(tmp_path / "log").endswith("frame 99999 was odd in some way\nthe end of it\n")
