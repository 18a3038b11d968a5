"""A worker as a process, for the faults: the real one, but that its waits are short.

A test cannot wait a minute for a lease to run out. STAND_IN=1 puts a quicker program in the
engine's place; see stand_in.py.
"""

import ctypes
import os
import signal
import sys
from pathlib import Path

from app.renders import leases, retries

PR_SET_PDEATHSIG = 1  # linux/prctl.h
SHORTER = {"CLAIM_S": 4, "LEASE_S": 4, "HEARTBEAT_S": 1, "PRESENCE_S": 1, "ALIVE_S": 3}


def shorten() -> None:
    """Before anything is imported that takes these numbers over."""
    assert f"'{leases.LEASE_S} s'" in leases.RENEW
    leases.RENEW = leases.RENEW.replace(f"'{leases.LEASE_S} s'", f"'{SHORTER['LEASE_S']} s'")
    for name, seconds in SHORTER.items():
        assert hasattr(leases, name), name
        setattr(leases, name, seconds)
    retries.FAILURE_WAITS_S = tuple(wait_s / 10 for wait_s in retries.FAILURE_WAITS_S)
    retries.SETBACK_WAITS_S = tuple(wait_s / 10 for wait_s in retries.SETBACK_WAITS_S)


def main() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # tests that are killed leave nobody
    shorten()
    from app import cli, pipeline_process
    from app.jobs import render_worker

    render_worker.RECONCILE_EVERY_S = 1.0
    if os.environ.get("STAND_IN"):
        stand_in = Path(__file__).with_name("stand_in.py")
        pipeline_process.ENGINE = (sys.executable, "-I", "-S", str(stand_in))
    cli.main()


if __name__ == "__main__":
    main()
