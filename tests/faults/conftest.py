"""What the faults happen to: a stage of one's own with a small site, on a database of one's own."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.db.embedded import EmbeddedDatabase
from tests.faults.stage import Stage, open_stage
from tests.pipeline.small_render import SmallSite, small_site

# The engine meets each fault once, and so often it is met with the stand-in besides.
SEEDS = int(os.environ.get("FAULT_SEEDS", "0"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for `seed` runs with the engine (None), then with the stand-in."""
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", [None, *range(SEEDS)], ids=_named)


def _named(seed: int | None) -> str:
    return "engine" if seed is None else f"seed-{seed}"


@pytest.fixture
def site() -> Iterator[SmallSite]:
    with small_site() as site:
        yield site


@pytest.fixture
def stage(
    tmp_path: Path, own_urls: EmbeddedDatabase, site: SmallSite, request: pytest.FixtureRequest
) -> Iterator[Stage]:
    with open_stage(tmp_path, own_urls, site) as stage:
        if "seed" in request.fixturenames and request.getfixturevalue("seed") is not None:
            stage.environ["STAND_IN"] = "1"
        yield stage
