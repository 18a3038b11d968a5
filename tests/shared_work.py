"""How several workers share the tests: all journeys go to one, which starts the service once."""

from typing import Any

import pytest
from xdist.scheduler.loadfile import LoadFileScheduling  # type: ignore[import-untyped]

JOURNEYS = "tests/journeys/"


class JourneysTogether(LoadFileScheduling):  # type: ignore[misc] # it has no types
    """File by file; the journeys count as one."""

    def _split_scope(self, nodeid: str) -> str:
        return JOURNEYS if nodeid.startswith(JOURNEYS) else str(super()._split_scope(nodeid))


@pytest.hookimpl(tryfirst=True, optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> JourneysTogether | None:
    return JourneysTogether(config, log) if config.getvalue("dist") == "loadfile" else None
