"""The service as a process of its own, as an operator meets it: started, asked, ended."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

START_LIMIT_S = 60.0
END_LIMIT_S = 20.0
BIN = Path(sys.executable).parent


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class Running:
    """A `loomlite` process."""

    process: subprocess.Popen[bytes]
    port: int
    output: Path

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def said(self) -> str:
        return self.output.read_text(encoding="utf-8")

    def get(self, path: str) -> httpx.Response:
        return httpx.get(self.url + path, timeout=30)

    def await_words(self, words: str, *, within_s: float = START_LIMIT_S) -> str:
        """All it said so far, as soon as the words are in it."""
        deadline = time.monotonic() + within_s
        while words not in self.said():
            assert self.process.poll() is None, f"it ended early:\n{self.said()}"
            assert time.monotonic() < deadline, f"it never said “{words}”:\n{self.said()}"
            _pause(self.process)
        return self.said()

    def await_status(self, path: str, status: int, *, within_s: float) -> httpx.Response:
        """The answer, as soon as it has this status."""
        deadline = time.monotonic() + within_s
        while (answer := self.get(path)).status_code != status:
            assert time.monotonic() < deadline, f"{path} still answers {answer.status_code}"
            _pause(self.process)
        return answer

    def end(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, float]:
        """Its exit code, and the seconds it took to end."""
        began = time.monotonic()
        self.process.send_signal(number)
        code = self.process.wait(END_LIMIT_S)
        return code, time.monotonic() - began


@contextmanager
def running(folder: Path, *command: str, **variables: str) -> Iterator[Running]:
    """The command with `folder` as its LOOMLITE_VAR, as long as the block lasts."""
    port = int(variables.pop("PORT", 0)) or free_port()
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE_", "LOOMLITE_"))}
    environ |= {"LOOMLITE_VAR": str(folder / "var"), "PORT": str(port), **variables}
    with tempfile.NamedTemporaryFile("wb", dir=folder, suffix=".txt", delete=False) as said:
        output = Path(said.name)
        process = subprocess.Popen(
            [BIN / "loomlite", *command], env=environ, stdout=said, stderr=subprocess.STDOUT
        )
        try:
            yield Running(process, port, output)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(END_LIMIT_S)


def processes_naming(folder: Path) -> list[str]:
    """The command lines on this machine that name the folder."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        line = " ".join(process.info["cmdline"] or ())
        if str(folder) in line and process.info["status"] != psutil.STATUS_ZOMBIE:
            found.append(line)
    return found


def _pause(process: subprocess.Popen[bytes]) -> None:
    """Moments between two looks; ends at once when the process does."""
    try:
        process.wait(0.05)
    except subprocess.TimeoutExpired:
        return
