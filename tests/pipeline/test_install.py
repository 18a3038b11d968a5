"""How a machine without Chromium gets one: real processes, and a PATH that holds only stand-ins.

Playwright's download is sent to a port where nobody listens.
"""

import os
import select
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.pipeline.browser.install import run_bounded
from tests.pipeline.executables import executable

NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """The folder on the PATH of the machine."""
    folder = tmp_path / "bin"
    for name in ("env", "chmod", "true"):
        folder.mkdir(exist_ok=True)
        (folder / name).symlink_to(shutil.which(name) or name)
    executable(folder / "sudo", 'shift; exec "$@"')
    return folder


def install(programs: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app.pipeline.browser.install"],
        capture_output=True,
        text=True,
        check=False,
        env={
            "HOME": str(programs.parent),
            "PATH": str(programs),
            "PLAYWRIGHT_DOWNLOAD_HOST": NOWHERE,
            "PYTHONPATH": str(Path.cwd()),
            **environ,
        },
    )


def apt_get(programs: Path, *, knows: str) -> Path:
    """An apt-get that notes each call; to install `knows` makes a program of that name."""
    calls = programs.parent / "apt-calls"
    executable(
        programs / "apt-get",
        f'echo "$@" >> {calls}\n'
        f'case " $* " in *" update "*) exit 0;; *" {knows} "*) ;; *) exit 100;; esac\n'
        f"echo '#!/bin/sh' > {programs}/{knows}; chmod 755 {programs}/{knows}",
    )
    return calls


def test_the_distributions_package_is_installed_where_the_download_cannot_be_reached(
    programs: Path,
) -> None:
    calls = apt_get(programs, knows="chromium-headless-shell")
    done = install(programs)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{programs}/chromium-headless-shell\n"
    assert "cannot be reached" in done.stderr
    update, *installs = calls.read_text().splitlines()
    assert update.endswith(" update")
    assert len(installs) == 1
    assert "--no-install-recommends" in installs[0]
    assert "fonts-noto-cjk fonts-noto-color-emoji" in installs[0]


def test_the_full_chromium_does_where_there_is_no_package_of_the_shell(programs: Path) -> None:
    apt_get(programs, knows="chromium")
    done = install(programs)
    assert done.stdout == f"{programs}/chromium\n"


def test_one_that_is_there_is_enough(programs: Path) -> None:
    there = executable(programs / "google-chrome")
    calls = apt_get(programs, knows="chromium")
    assert install(programs).stdout == f"{there}\n"
    assert not calls.exists()


def test_nothing_is_installed_beside_one_that_was_named(programs: Path) -> None:
    calls = apt_get(programs, knows="chromium")
    done = install(programs, LOOMLITE_CHROMIUM="/nowhere/chrome")
    assert done.returncode == 1
    assert "LOOMLITE_CHROMIUM: /nowhere/chrome" in done.stderr
    assert not calls.exists()


def test_where_no_way_is_open_one_message_says_what_to_run(programs: Path) -> None:
    done = install(programs)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "sudo apt-get install chromium-headless-shell" in done.stderr.splitlines()[-1]


def test_a_download_that_hangs_is_ended_with_its_children(tmp_path: Path) -> None:
    held = tmp_path / "held"
    os.mkfifo(held)
    reader = os.open(held, os.O_RDONLY | os.O_NONBLOCK)
    hangs = executable(tmp_path / "hangs", f"exec 3> {held}; echo 1 >&3; sleep 600 & wait")
    assert not run_bounded([str(hangs)], os.environ, limit_s=1)
    assert os.read(reader, 9) == b"1\n"
    # The pipe ends with the last process that holds it, and that is the child.
    assert select.select([reader], [], [], 10)[0]
    assert os.read(reader, 9) == b""
    os.close(reader)
