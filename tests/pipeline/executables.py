"""Small shell scripts that stand in for installed programs; they hold no behaviour of their own."""

from pathlib import Path


def executable(path: Path, script: str = "exit 0") -> Path:
    """A program at `path` that runs `script` with /bin/sh."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path
