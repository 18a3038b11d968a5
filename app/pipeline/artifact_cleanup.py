"""Which artifacts of all workspaces are no longer worth their room; it knows no workspace's name.

`folder` holds one store per workspace. First goes what nobody used for long, then, while all of it
is above the budget, what was used least recently. What was used a moment ago stays in any case.
"""

import contextlib
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.disk_sizes import size_on_disk
from app.pipeline.artifacts import ArtifactStore

NOT_ARTIFACTS = {"locks", "drafts"}


@dataclass(frozen=True)
class Keeping:
    """What stays: ages in seconds, and how much in all. Of `doomed` stores nothing is kept."""

    unused_for_s: float
    in_use_for_s: float
    budget_bytes: int
    doomed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Artifact:
    """One finished artifact as it lies there. `size_bytes`: what the disk gives for it."""

    store: ArtifactStore
    kind: str
    key: str
    used_at: float
    size_bytes: int


def remove_unused(folder: Path, keeping: Keeping, *, dry_run: bool) -> tuple[list[Artifact], int]:
    """What was removed, or would be, and how many bytes are left."""
    artifacts = sorted(list_artifacts(folder), key=lambda each: each.used_at)
    left_bytes = sum(each.size_bytes for each in artifacts)
    now = time.time()
    removed = []
    for each in artifacts:
        unused_s = now - each.used_at
        if unused_s <= keeping.in_use_for_s:
            break  # the others were used later
        is_doomed = each.store.root.name in keeping.doomed
        if not (is_doomed or unused_s > keeping.unused_for_s or left_bytes > keeping.budget_bytes):
            continue
        if dry_run or each.store.remove(each.kind, each.key, unused_since=each.used_at):
            removed.append(each)
            left_bytes -= each.size_bytes
    if not dry_run:
        _forget_locks(folder, now - max(keeping.unused_for_s, keeping.in_use_for_s))
        _forget_stores(folder, keeping.doomed)
    return removed, left_bytes


def list_artifacts(folder: Path) -> Iterator[Artifact]:
    """Every finished artifact in the stores of `folder`."""
    for root in _folders(folder):
        store = ArtifactStore(root)
        for kind in _folders(root):
            if kind.name in NOT_ARTIFACTS:
                continue
            for shard in _folders(kind):
                for path in _entries(shard):
                    used_at = store.used_at(kind.name, path.name)
                    yield Artifact(store, kind.name, path.name, used_at, size_on_disk(path))


def _forget_locks(folder: Path, before: float) -> None:
    """Locks of artifacts that were never finished, or that somebody removed by hand."""
    for root in _folders(folder):
        store = ArtifactStore(root)
        for path in _entries(root / "locks"):
            kind, _, key = path.name.rpartition("-")
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_mtime < before and not store.path(kind, key).exists():
                    store.remove(kind, key, unused_since=before)


def _forget_stores(folder: Path, doomed: frozenset[str]) -> None:
    """Stores of no workspace that hold nothing any more."""
    left = {each.store.root.name for each in list_artifacts(folder)} if doomed else set()
    for name in doomed - left:
        shutil.rmtree(folder / name, ignore_errors=True)


def _folders(folder: Path) -> list[Path]:
    return [path for path in _entries(folder) if path.is_dir()]


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except FileNotFoundError:
        return []
