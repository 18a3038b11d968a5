"""Artifacts: one maker at a time, whole or not there, and nothing left of a killed process."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.pipeline.artifacts import ArtifactStore, digest, disk_errors, file_digest
from app.pipeline.errors import DiskFull

KEY = digest("something")
DAY_S = 86_400


@contextlib.contextmanager
def other_process(root: Path, code: str) -> Iterator["subprocess.Popen[str]"]:
    """Another process with a store of its own on `root`, once it has said a word."""
    head = f"""
        import asyncio, sys, time
        from pathlib import Path
        from app.pipeline.artifacts import ArtifactStore
        store = ArtifactStore(Path({str(root)!r}))
        def say(word):
            print(word, flush=True)
    """
    source = textwrap.dedent(head) + textwrap.dedent(code)
    with subprocess.Popen([sys.executable, "-c", source], stdout=subprocess.PIPE, text=True) as it:
        assert it.stdout is not None
        try:
            assert it.stdout.readline()
            yield it
        finally:
            it.kill()


HOLDS_A_LOCK = f"""
    async def hold():
        async with store.lock("things", {KEY!r}):
            say("locked")
            await asyncio.sleep(600)
    asyncio.run(hold())
"""
HOLDS_A_DRAFT = """
    with store.draft() as draft:
        (draft / "half").write_text("half")
        say(draft.name)
        time.sleep(600)
"""


async def try_lock(store: ArtifactStore, *, limit_s: float) -> bool:
    try:
        async with asyncio.timeout(limit_s):
            async with store.lock("things", KEY):
                return True
    except TimeoutError:
        return False


def test_a_key_depends_on_every_part_and_on_their_order() -> None:
    keys = {digest("a", 1), digest("a", 2), digest(1, "a"), digest("a1"), digest(("a", 1))}
    assert len(keys) == 5
    assert digest({"x": 1, "y": 2}) == digest({"y": 2, "x": 1})
    assert all(len(key) == 40 for key in keys)


def test_a_file_is_known_by_its_content(tmp_path: Path) -> None:
    for name, text in (("a", "one"), ("b", "one"), ("c", "two")):
        (tmp_path / name).write_text(text)
    assert file_digest(tmp_path / "a") == file_digest(tmp_path / "b")
    assert file_digest(tmp_path / "a") != file_digest(tmp_path / "c")


def test_nothing_is_found_before_it_is_published(tmp_path: Path) -> None:
    store = ArtifactStore(tmp_path)
    with store.draft() as draft:
        (draft / "thing").write_text("whole")
        assert store.find("things", KEY) is None
        place = store.publish(draft / "thing", "things", KEY)
    assert store.find("things", KEY) == place
    assert place.read_text() == "whole"


def test_an_aged_artifact_is_not_found(tmp_path: Path) -> None:
    store = ArtifactStore(tmp_path)
    with store.draft() as draft:
        (draft / "thing").mkdir()
        place = store.publish(draft / "thing", "things", KEY)
    os.utime(place, (time.time() - DAY_S - 60,) * 2)
    assert store.find("things", KEY, max_age_s=DAY_S) is None
    assert store.find("things", KEY, max_age_s=DAY_S + 120) == place
    assert store.find("things", KEY) == place


def test_publishing_over_an_aged_folder_leaves_readers_their_open_files(tmp_path: Path) -> None:
    store = ArtifactStore(tmp_path)
    for text in ("old", "new"):
        with store.draft() as draft:
            (draft / "thing").mkdir()
            (draft / "thing" / text).write_text(text)
            if text == "new":
                reader = (store.path("things", KEY) / "old").open()
            store.publish(draft / "thing", "things", KEY)
    with reader:
        assert reader.read() == "old"
    assert [path.name for path in store.path("things", KEY).iterdir()] == ["new"]
    assert not list((tmp_path / "drafts").iterdir())


def test_a_published_file_is_replaced_whole(tmp_path: Path) -> None:
    store = ArtifactStore(tmp_path)
    for text in ("one", "two"):
        with store.draft() as draft:
            (draft / "thing").write_text(text)
            store.publish(draft / "thing", "things", KEY)
    assert store.path("things", KEY).read_text() == "two"


def test_a_draft_is_gone_whatever_happens(tmp_path: Path) -> None:
    store = ArtifactStore(tmp_path)

    def fail() -> None:
        with store.draft() as draft:
            (draft / "half").write_text("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not list((tmp_path / "drafts").iterdir())


def test_a_full_disk_is_named_as_such(tmp_path: Path) -> None:
    with pytest.raises(DiskFull, match="half"), disk_errors(tmp_path / "half"):
        Path("/dev/full").write_text("more than nothing")


def test_other_system_errors_stay_themselves(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), disk_errors(tmp_path):
        (tmp_path / "not there").read_text()


async def test_two_makers_of_one_process_take_turns(tmp_path: Path) -> None:
    store = ArtifactStore(tmp_path)
    inside = most = 0

    async def make() -> None:
        nonlocal inside, most
        async with store.lock("things", KEY):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(make(), make(), make())
    assert most == 1


async def test_a_lock_of_another_process_ends_with_it(tmp_path: Path) -> None:
    store = ArtifactStore(tmp_path)
    with other_process(tmp_path, HOLDS_A_LOCK) as other:
        assert not await try_lock(store, limit_s=0.2)
        async with store.lock("others", KEY):
            pass  # another artifact is nobody's business
        other.send_signal(signal.SIGKILL)
        other.wait()
        assert await try_lock(store, limit_s=10)


def test_drafts_of_a_killed_process_are_swept_and_those_of_living_ones_stay(
    tmp_path: Path,
) -> None:
    with other_process(tmp_path, HOLDS_A_DRAFT) as other:
        store = ArtifactStore(tmp_path)
        assert len(list((tmp_path / "drafts").iterdir())) == 1
        with store.draft() as own:
            other.send_signal(signal.SIGKILL)
            other.wait()
            assert store.sweep_drafts() == 1
            assert list((tmp_path / "drafts").iterdir()) == [own]


def test_a_draft_without_its_owner_is_swept_once_it_is_old(tmp_path: Path) -> None:
    store = ArtifactStore(tmp_path)
    young, old = tmp_path / "drafts" / "1-1", tmp_path / "drafts" / "1-2"
    young.mkdir()
    old.mkdir()
    os.utime(old, (time.time() - 3600,) * 2)
    store.sweep_drafts()
    assert young.exists()
    assert not old.exists()


def test_a_leftover_with_our_process_number_is_in_nobodys_way(tmp_path: Path) -> None:
    store = ArtifactStore(tmp_path)
    with store.draft() as draft:
        number = int(draft.name.partition("-")[2])
    for later in range(number, number + 5):
        (tmp_path / "drafts" / f"{os.getpid()}-{later}").mkdir()
    with store.draft() as draft:
        assert draft.name == f"{os.getpid()}-{number + 5}"
