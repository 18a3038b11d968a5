"""A worker of the faults as a process of its own: killed, held, let go on, told to end."""

import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

START_LIMIT_S = 60.0
END_LIMIT_S = 30.0
LOOK_S = 0.05


@dataclass
class Worker:
    """A worker process; what it says goes to a file."""

    process: "subprocess.Popen[bytes]"
    output: Path

    def said(self) -> str:
        return self.output.read_text("utf-8", "replace")

    def await_words(self, words: str, *, within_s: float = START_LIMIT_S) -> None:
        deadline = time.monotonic() + within_s
        while words not in self.said():
            assert self.process.poll() is None, f"it ended early:\n{self.said()}"
            assert time.monotonic() < deadline, f"it never said “{words}”:\n{self.said()}"
            time.sleep(LOOK_S)

    def kill(self) -> None:
        """As the kernel does it: no handler runs."""
        self.process.kill()
        self.process.wait()

    def suspend(self) -> None:
        """It stands still, as a machine does that swaps or moves; its engine goes on."""
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def terminate(self) -> int:
        """As a deployment does it; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(END_LIMIT_S)
