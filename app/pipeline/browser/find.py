"""Finds the Chromium to open pages with: the first that starts; knows not what it can do.

Where there is none, app/pipeline/browser/install.py gets one.
"""

import importlib.util
import platform
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from app.pipeline.errors import NoBrowser

COMMANDS = ("chromium-headless-shell", "chromium", "google-chrome")
# The headless shell can be driven frame by frame, a full Chromium cannot: capture.md §1.b.
OWN_PATTERNS = ("chromium_headless_shell-*/*/*headless[-_]shell", "chromium-*/chrome-*/chrome")
FONTS = ("fonts-liberation", "fonts-noto-core", "fonts-noto-cjk", "fonts-noto-color-emoji")
START_LIMIT_S = 20.0  # `--version` takes 0.05 s; a cold disk has taken seconds

CURE = (
    f"Install one: `sudo apt-get install {COMMANDS[0]} {' '.join(FONTS)}`, or "
    "`.venv/bin/playwright install --with-deps chromium-headless-shell`, or name one that is "
    "elsewhere in LOOMLITE_CHROMIUM. Where it may, `make setup` does this."
)


def find_chromium(environ: Mapping[str, str]) -> Path:
    """The first Chromium that starts: LOOMLITE_CHROMIUM, Playwright's own, then those on the PATH.

    Raises NoBrowser. A LOOMLITE_CHROMIUM that does not start is an error, never passed over.
    """
    named = environ.get("LOOMLITE_CHROMIUM")
    faults = []
    for executable in [Path(named)] if named else _candidates(environ):
        fault = _start_fault(executable, environ)
        if fault is None:
            return executable
        faults.append(f"{executable} does not start ({fault}).")
    if named:
        raise NoBrowser(f"LOOMLITE_CHROMIUM: {faults[0]} Correct it, or leave it out.")
    raise NoBrowser(" ".join(["There is no Chromium to open pages with.", *faults, CURE]))


def _candidates(environ: Mapping[str, str]) -> Iterator[Path]:
    registry = _playwright_folder(environ)
    for pattern in OWN_PATTERNS:
        yield from sorted(registry.glob(pattern), key=_revision, reverse=True)
    for command in COMMANDS:
        if found := shutil.which(command, path=environ.get("PATH")):
            yield Path(found)


def _playwright_folder(environ: Mapping[str, str]) -> Path:
    """Where Playwright keeps its browsers: playwright.dev/python/docs/browsers."""
    named = environ.get("PLAYWRIGHT_BROWSERS_PATH")
    package = importlib.util.find_spec("playwright")
    if named == "0" and package is not None and package.origin is not None:
        return Path(package.origin).parent / "driver/package/.local-browsers"
    if named:
        return Path(named)
    home = Path(environ.get("HOME") or Path.home())
    if platform.system() == "Darwin":
        return home / "Library/Caches/ms-playwright"
    return Path(environ.get("XDG_CACHE_HOME") or home / ".cache") / "ms-playwright"


def _revision(executable: Path) -> int:
    return int(re.findall(r"-(\d+)/", str(executable))[-1])


def _start_fault(executable: Path, environ: Mapping[str, str]) -> str | None:
    """Why it does not start, in the system's words: a download may lack its libraries."""
    try:
        done = subprocess.run(
            [executable, "--version"],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=START_LIMIT_S,
            check=False,
            env=dict(environ),
        )
    except subprocess.TimeoutExpired:
        return f"no answer in {START_LIMIT_S:g} s"
    except OSError as error:
        return error.strerror or str(error)
    if done.returncode == 0:
        return None
    return (done.stderr.strip() or f"exit code {done.returncode}").splitlines()[-1]
