"""Installs a Chromium where there is none: Playwright's download, else the distribution's packages.

As a command: its path on stdout, what is being done meanwhile on stderr; 1 if there is none.
"""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from app.pipeline.browser.find import FONTS, find_chromium
from app.pipeline.errors import NoBrowser

PACKAGES = ("chromium-headless-shell", "chromium")
NODE_LIBRARY = "libatomic1"
PLAYWRIGHT = (sys.executable, "-m", "playwright")
REACH_LIMIT_S = 5.0
DOWNLOAD_LIMIT_S = 120.0  # about 110 MB; some networks drop it silently
APT_OPTIONS = (
    "-o=Acquire::Retries=2",
    "-o=Acquire::http::Timeout=30",
    "-o=DPkg::Lock::Timeout=120",  # a fresh machine is often updating itself
)


def install_chromium(environ: Mapping[str, str]) -> Path:
    """Installs Playwright's headless shell or the distribution's, and finds it.

    Raises NoBrowser when neither way is open; takes `DOWNLOAD_LIMIT_S` and apt's time at most.
    """
    for install in (_from_playwright, _from_distribution):
        install(environ)
        with contextlib.suppress(NoBrowser):
            return find_chromium(environ)
    return find_chromium(environ)


def _mend_playwright(environ: Mapping[str, str]) -> None:
    """Playwright runs on a Node.js of its own, which on a bare Debian lacks a library.

    Its download needs that, and so do the tests of the address guard; renders do not.
    """
    if _run([*PLAYWRIGHT, "--version"], quiet=True):
        return
    apt = _apt_get(environ)
    if apt is None:
        _say(f"Playwright does not start. Run: sudo apt-get install {NODE_LIBRARY}")
        return
    _say("installing a library that Playwright needs …")
    _run([*apt, "update"])
    _run([*apt, "install", NODE_LIBRARY])


def _from_playwright(environ: Mapping[str, str]) -> None:
    plan = subprocess.run(
        [*PLAYWRIGHT, "install", "--dry-run", "chromium-headless-shell"],
        capture_output=True,
        text=True,
        check=False,
        env=dict(environ),
    )
    source = re.search(r"Download url:\s+(\S+)", plan.stdout)
    if source is None:
        _say("Playwright itself does not start here.")
        return
    if not _reachable(source[1], environ):
        _say("Playwright's download cannot be reached from here.")
        return
    _say("downloading the headless shell with Playwright …")
    download = [*PLAYWRIGHT, "install", "chromium-headless-shell"]
    if not run_bounded(download, environ, limit_s=DOWNLOAD_LIMIT_S):
        _say("Playwright's download did not succeed.")
        return
    apt = _apt_get(environ)
    if apt is None:
        return
    _say("installing fonts and the libraries it needs …")
    _run([*apt, "update"])
    _run([*apt, "install", *FONTS])
    try:
        find_chromium(environ)
    except NoBrowser:
        _run([*PLAYWRIGHT, "install-deps", "chromium-headless-shell"])


def _from_distribution(environ: Mapping[str, str]) -> None:
    apt = _apt_get(environ)
    if apt is None:
        _say("no apt-get here, or no right to use it: the distribution's packages are out too.")
        return
    _say("installing the distribution's Chromium and fonts …")
    _run([*apt, "update"])
    # Older distributions have no package of the headless shell alone.
    any(_run([*apt, "install", package, *FONTS]) for package in PACKAGES)


def _apt_get(environ: Mapping[str, str]) -> list[str] | None:
    """The command that installs packages without asking, or None where this process may not."""
    if shutil.which("apt-get", path=environ.get("PATH")) is None:
        return None
    may_as = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if may_as and not (shutil.which("sudo") and _run(["sudo", "-n", "true"], quiet=True)):
        return None
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "--yes"]
    return [*may_as, *quiet, "--no-install-recommends", *APT_OPTIONS]


def _reachable(url: str, environ: Mapping[str, str]) -> bool:
    """Whether the download's server takes a connection; with a proxy only a try can tell."""
    if any(environ.get(name) for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")):
        return True
    address = urlsplit(url)
    port = address.port or {"http": 80}.get(address.scheme, 443)
    try:
        socket.create_connection((address.hostname or "", port), REACH_LIMIT_S).close()
    except OSError:
        return False
    return True


def _run(arguments: Sequence[str], *, quiet: bool = False) -> bool:
    """Runs to its end, with its output on our stderr."""
    output = subprocess.DEVNULL if quiet else sys.stderr
    return subprocess.run(arguments, stdout=output, stderr=output, check=False).returncode == 0


def run_bounded(arguments: Sequence[str], environ: Mapping[str, str], *, limit_s: float) -> bool:
    """Whether it succeeds within `limit_s`; then it is ended with all its children."""
    with subprocess.Popen(
        arguments, stdout=sys.stderr, stdin=subprocess.DEVNULL, process_group=0, env=dict(environ)
    ) as process:
        try:
            return process.wait(limit_s) == 0
        except BaseException as error:
            # The downloader runs in a child of its child, which outlives both unless killed too.
            os.killpg(process.pid, signal.SIGKILL)
            if isinstance(error, subprocess.TimeoutExpired):
                return False
            raise


def _say(text: str) -> None:
    sys.stderr.write(f"chromium: {text}\n")
    sys.stderr.flush()


def main() -> int:
    """Prints where Chromium is, after installing one if need be."""
    environ = dict(os.environ)
    _mend_playwright(environ)
    try:
        try:
            executable = find_chromium(environ)
        except NoBrowser:
            if environ.get("LOOMLITE_CHROMIUM"):
                raise  # whoever names one does not want another
            executable = install_chromium(environ)
    except NoBrowser as error:
        _say(str(error))
        return 1
    sys.stdout.write(f"{executable}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
