"""How several workers share the tests: what takes long goes first, so that no worker is left alone
with it at the end, and all journeys go to one, which starts the service for them once."""

from collections import Counter
from typing import Any

import pytest
from xdist.scheduler.loadfile import LoadFileScheduling  # type: ignore[import-untyped]

JOURNEYS = "tests/journeys/"
# Files with a test or two that take minutes. All others go by how many tests they hold.
LONG = (
    *(JOURNEYS, "tests/test_bench_service.py", "tests/faults/", "tests/test_demo.py"),
    *("tests/test_bench", "tests/test_serve"),
)


class LongFirst(LoadFileScheduling):  # type: ignore[misc] # it has no types
    """Files in the order of the collection, the journeys as one."""

    def _split_scope(self, nodeid: str) -> str:
        return JOURNEYS if nodeid.startswith(JOURNEYS) else str(super()._split_scope(nodeid))


@pytest.hookimpl(tryfirst=True, optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LongFirst | None:
    if config.getvalue("dist") != "loadfile":
        return None
    # It would put files with few tests last, and those are the long ones.
    config.option.loadscopereorder = False
    return LongFirst(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not hasattr(config, "workerinput"):
        return
    sizes = Counter(_file(item) for item in items)
    items.sort(key=lambda item: (_place(_file(item)), -sizes[_file(item)], _file(item)))


def _place(file: str) -> int:
    return next((place for place, begin in enumerate(LONG) if file.startswith(begin)), len(LONG))


def _file(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]
