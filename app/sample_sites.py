"""The sample sites that ship in the repository, served on loopback; it knows nothing of videos."""

import errno
import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.errors import LoomliteError

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "samples"


class DemoImpossible(LoomliteError):
    """The samples cannot be served; `str()` says why."""


@contextmanager
def serve_samples() -> Iterator[Any]:
    """The sample sites on loopback as long as the block lasts. Raises DemoImpossible."""
    server = _sample_server(SAMPLES)
    sites = server.SampleSites()
    try:
        sites.__enter__()
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise DemoImpossible(
            f"The sample sites need the ports {server.PORT} and {server.CALENDAR_PORT} on "
            "this machine, and another program uses one of them. End it (perhaps a demo that is "
            "still running) and start again."
        ) from error
    try:
        yield sites
    finally:
        sites.__exit__(None, None, None)


def _sample_server(samples: Path) -> Any:
    if not (samples / "server.py").is_file():
        raise DemoImpossible(
            "The demo's sample sites are part of the repository. Clone it, then run `make demo`."
        )
    # The samples are not installed with the package; the command starts from anywhere.
    sys.path.append(str(ROOT))
    return importlib.import_module("samples.server")
