"""How several workers share the tests: all journeys go to one, which starts the service once.

The longest go first. xdist begins with the files of most tests, but the longest files have one to
four, many with real videos: begun last, they can leave one worker at work and the others idle.
"""

from collections import OrderedDict
from typing import Any

import pytest
from xdist.scheduler.loadfile import LoadFileScheduling  # type: ignore[import-untyped]

JOURNEYS = "tests/journeys/"
# What takes from about ten seconds to minutes, longest first. Not those of ten tests and more, such
# as tests/jobs/test_renders.py: they come early anyway, and need not run beside these.
LONG = (
    JOURNEYS,
    "tests/faults/test_workers_killed.py",
    "tests/faults/test_clock_stepped.py",
    "tests/faults/test_network_cut.py",
    "tests/faults/test_disk_full.py",
    "tests/faults/test_databases_lost.py",
    "tests/test_demo.py",
    "tests/faults/test_workers_suspended.py",
    "tests/faults/test_asked_twice.py",
    "tests/test_clip_preparation.py",
    "tests/test_batch.py",
    "tests/test_serve.py",
    "tests/test_bench_web.py",
    "tests/test_serve_outage.py",
    "tests/pipeline/test_faults.py",
    "tests/test_backup.py",
)


def bring_longest_forward(waiting: OrderedDict[str, Any]) -> None:
    """The longest of what waits becomes the first; the others keep their order."""
    longest = next((scope for scope in LONG if scope in waiting), None)
    if longest is not None:
        waiting.move_to_end(longest, last=False)


class LongestFirst(LoadFileScheduling):  # type: ignore[misc] # it has no types
    """File by file, the longest first; the journeys count as one."""

    def _split_scope(self, nodeid: str) -> str:
        return JOURNEYS if nodeid.startswith(JOURNEYS) else str(super()._split_scope(nodeid))

    def _assign_work_unit(self, node: Any) -> None:
        bring_longest_forward(self.workqueue)
        super()._assign_work_unit(node)


@pytest.hookimpl(tryfirst=True, optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LongestFirst | None:
    return LongestFirst(config, log) if config.getvalue("dist") == "loadfile" else None
