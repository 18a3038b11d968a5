"""A disk that is really small, where this user may mount one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.small_disk import mounted_disk

DISK_BYTES = 256 * 1024


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of DISK_BYTES."""
    with mounted_disk(tmp_path / "disk", DISK_BYTES) as place:
        yield place
