"""Finds a Caddy for the tests, or unpacks the distribution's package in the virtual environment.

Nothing is installed: the package would start a proxy on this machine's ports. Prints the program's
path, or nothing where there is none to be had.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PLACE = Path(sys.prefix) / "caddy-package"
APT_OPTIONS = (
    "-o=Acquire::Retries=2",
    "-o=Acquire::http::Timeout=30",
    "-o=DPkg::Lock::Timeout=120",
)


def find_caddy(place: Path = PLACE) -> Path | None:
    """One that is installed, or was unpacked before."""
    if installed := shutil.which("caddy"):
        return Path(installed)
    unpacked = place / "usr/bin/caddy"
    return unpacked if os.access(unpacked, os.X_OK) else None


def unpack_caddy(place: Path = PLACE) -> None:
    """The distribution's package is unpacked in `place`, where it has one and may be asked."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        _say("this is no Debian; install Caddy to have the Caddyfile tested too.")
        return
    with tempfile.TemporaryDirectory() as folder:
        if not _download(folder):
            _refresh()
            if not _download(folder):
                _say("the distribution's package cannot be had; the Caddyfile is not tested.")
                return
        for package in Path(folder).glob("caddy_*.deb"):
            _run("dpkg-deb", "-x", str(package), str(place))


def _download(folder: str) -> bool:
    return _run("apt-get", "-qq", *APT_OPTIONS, "download", "caddy", folder=folder)


def _refresh() -> None:
    """A fresh machine has no lists of packages yet; who may not get them does without."""
    as_root = () if os.geteuid() == 0 else ("sudo", "-n")
    if not as_root or shutil.which("sudo"):
        _run(*as_root, "apt-get", "-qq", *APT_OPTIONS, "update")


def _run(*arguments: str, folder: str | None = None) -> bool:
    """Whether it succeeds; its output is on our stderr."""
    done = subprocess.run(arguments, cwd=folder, stdout=sys.stderr, check=False)
    return done.returncode == 0


def _say(text: str) -> None:
    sys.stderr.write(f"caddy: {text}\n")


def main() -> int:
    if find_caddy() is None:
        unpack_caddy()
    if caddy := find_caddy():
        sys.stdout.write(f"{caddy}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
