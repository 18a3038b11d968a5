"""What files take on a disk; it knows nothing of what they are."""

import contextlib
import os
from pathlib import Path

BLOCK_BYTES = 512  # POSIX counts st_blocks in these, whatever the file system's own are


def size_on_disk(path: Path) -> int:
    """Bytes of the file, or of all in the folder; what vanishes meanwhile counts nothing."""
    total = _blocks_of(path)
    for folder, folders, names in os.walk(path):
        total += sum(_blocks_of(Path(folder, name)) for name in (*folders, *names))
    return total


def _blocks_of(path: Path) -> int:
    with contextlib.suppress(FileNotFoundError):
        return path.lstat().st_blocks * BLOCK_BYTES
    return 0
