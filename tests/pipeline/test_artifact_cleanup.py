"""Artifacts go by age and by budget, least recently used first, and never one in use."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.pipeline.artifact_cleanup import Keeping, list_artifacts, remove_unused
from app.pipeline.artifacts import ArtifactStore, digest

DAY_S = 86_400.0
KEEPING = Keeping(unused_for_s=30 * DAY_S, in_use_for_s=3600, budget_bytes=10**9)
PIECE_BYTES = 64 * 1024


def _store(folder: Path, name: str = "acme") -> ArtifactStore:
    return ArtifactStore(folder / name)


def _made(store: ArtifactStore, name: str, *, days_ago: float, as_folder: bool = False) -> str:
    """An artifact that was used last so long ago; its key."""
    key = digest(name)
    with store.draft() as draft:
        made = draft / "made"
        if as_folder:
            made.mkdir()
        (made / "a.png" if as_folder else made).write_bytes(b"x" * PIECE_BYTES)
        store.publish(made, "segment", key)
    _age(store, key, days_ago)
    return key


def _age(store: ArtifactStore, key: str, days_ago: float) -> None:
    then = time.time() - days_ago * DAY_S
    for path in (store.path("segment", key), store.root / "locks" / f"segment-{key}"):
        os.utime(path, (then, then))


def _left(folder: Path) -> set[str]:
    return {each.key for each in list_artifacts(folder)}


def test_what_nobody_used_for_long_goes_in_every_workspace(tmp_path: Path) -> None:
    acme, other = _store(tmp_path), _store(tmp_path, "other")
    old = {_made(acme, "a", days_ago=40), _made(other, "b", days_ago=31, as_folder=True)}
    fresh = _made(other, "c", days_ago=29)
    removed, left_bytes = remove_unused(tmp_path, KEEPING, dry_run=True)
    assert {each.key for each in removed} == old
    assert _left(tmp_path) == {*old, fresh}, "a dry run removes nothing"
    again, left_again = remove_unused(tmp_path, KEEPING, dry_run=False)
    assert {each.key for each in again} == old
    assert sum(each.size_bytes for each in again) >= 2 * PIECE_BYTES
    assert left_bytes == left_again >= PIECE_BYTES
    assert _left(tmp_path) == {fresh}
    assert not list((acme.root / "locks").iterdir()), "its lock goes with it"


def test_above_the_budget_the_least_recently_used_go_first(tmp_path: Path) -> None:
    store = _store(tmp_path)
    keys = [_made(store, str(days), days_ago=days) for days in (5, 4, 3, 2, 1)]
    assert store.find("segment", keys[0]) is not None
    tight = Keeping(30 * DAY_S, 3600, budget_bytes=3 * PIECE_BYTES)
    remove_unused(tmp_path, tight, dry_run=False)
    assert _left(tmp_path) == {keys[0], keys[3], keys[4]}, "the one found just now is the newest"


def test_what_was_used_a_moment_ago_stays_whatever_the_budget(tmp_path: Path) -> None:
    store = _store(tmp_path)
    key = _made(store, "a", days_ago=40)
    assert store.find("segment", key) is not None
    removed, _ = remove_unused(tmp_path, Keeping(0, 3600, budget_bytes=0), dry_run=False)
    assert removed == []
    assert _left(tmp_path) == {key}


async def test_what_is_being_made_anew_stays(tmp_path: Path) -> None:
    store = _store(tmp_path)
    key = _made(store, "a", days_ago=40)
    async with store.lock("segment", key):
        _age(store, key, 40)
        assert remove_unused(tmp_path, KEEPING, dry_run=False)[0] == []
    assert [each.key for each in remove_unused(tmp_path, KEEPING, dry_run=False)[0]] == [key]


def test_a_use_does_not_make_an_artifact_younger(tmp_path: Path) -> None:
    store = _store(tmp_path)
    key = _made(store, "a", days_ago=2)
    assert store.find("segment", key) is not None
    assert store.find("segment", key, max_age_s=DAY_S) is None


class FoundLate(ArtifactStore):
    """Somebody finds the artifact after its time of use was read and before it goes."""

    def __init__(self, root: Path, key: str) -> None:
        super().__init__(root)
        self._key = key

    @contextmanager
    def draft(self) -> Iterator[Path]:
        with super().draft() as folder:
            assert ArtifactStore(self.root).find("segment", self._key) is not None
            yield folder


def test_one_that_is_found_while_it_goes_comes_back(tmp_path: Path) -> None:
    key = _made(_store(tmp_path), "a", days_ago=40)
    store = FoundLate(tmp_path / "acme", key)
    assert not store.remove("segment", key, unused_since=time.time() - DAY_S)
    assert _left(tmp_path) == {key}


async def test_a_lock_that_was_removed_meanwhile_keeps_the_next_maker_out(tmp_path: Path) -> None:
    store = _store(tmp_path)
    key = _made(store, "a", days_ago=40)
    async with store.lock("segment", key):
        (store.root / "locks" / f"segment-{key}").unlink()
        async with store.lock("segment", key):
            # The one who comes third meets the second's lock, not the unlinked one.
            assert store._try_to_hold("segment", key) is None


def test_locks_without_an_artifact_go_once_they_are_old(tmp_path: Path) -> None:
    store = _store(tmp_path)
    old, young = (store.root / "locks" / f"segment-{digest(name)}" for name in ("a", "b"))
    for path in (old, young):
        path.touch()
    os.utime(old, (time.time() - 40 * DAY_S,) * 2)
    remove_unused(tmp_path, KEEPING, dry_run=False)
    assert (old.exists(), young.exists()) == (False, True)


def test_an_artifact_whose_lock_is_missing_goes_by_its_own_age(tmp_path: Path) -> None:
    store = _store(tmp_path)
    old, young = _made(store, "a", days_ago=40), _made(store, "b", days_ago=1)
    for path in (store.root / "locks").iterdir():
        path.unlink()
    remove_unused(tmp_path, KEEPING, dry_run=False)
    assert _left(tmp_path) == {young}
    assert old != young


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert remove_unused(tmp_path / "none", KEEPING, dry_run=False) == ([], 0)
