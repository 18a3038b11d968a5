"""An engine that does what a test tells it: a real process, started as the real one is."""

import textwrap
from pathlib import Path

import pytest

HELLO = """print('{"event": "hello", "version": 1}', flush=True)"""


def false_engine(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on `python -m app.pipeline` runs `script`, with sys, os and time at hand."""
    package = folder / "false" / "app" / "pipeline"
    package.mkdir(parents=True)
    for place in (package.parent, package):
        (place / "__init__.py").touch()
    head = "import os, signal, subprocess, sys, time\n"
    (package / "__main__.py").write_text(head + textwrap.dedent(script), encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(folder / "false"))
