"""`loomlite stripe local`: a Stripe in a process of its own, which keeps what was done in it."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.billing.price_list import compare_prices
from app.billing.stripe_api import StripeApi

LOOMLITE = Path(sys.executable).parent / "loomlite"
PATH = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}


def _command(port: int) -> list[str]:
    return [str(LOOMLITE), "stripe", "local", "--port", str(port)]


def _ended(port: int, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = _command(port)
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False)


@contextmanager
def _running(port: int, environ: dict[str, str]) -> Iterator[dict[str, str]]:
    """What it says the service finds it with."""
    with subprocess.Popen(
        _command(port), env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        said = ""
        for line in process.stdout:
            said += line
            if "Ctrl-C ends it" in line:
                break
        yield dict(re.findall(r"export (\w+)=(\S+)", said))
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0, process.stdout.read()


async def test_it_says_how_it_is_found_and_keeps_its_account(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environ = PATH | {"LOOMLITE_VAR": str(tmp_path / "var"), "PYTHONUNBUFFERED": "1"}
    for is_first in (True, False):
        with _running(port, environ) as found:
            api = StripeApi(found["STRIPE_SECRET_KEY"], found["STRIPE_API_URL"])
            assert bool((await compare_prices(api)).made) is is_first
            await api.close()
    assert (tmp_path / "var/stripe.json").exists()


def test_a_taken_port_and_production_are_refused_in_a_sentence(tmp_path: Path) -> None:
    environ = PATH | {"LOOMLITE_VAR": str(tmp_path / "var")}
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            _command(port), env=environ, capture_output=True, text=True, check=False
        )
    assert done.returncode == 1
    assert "cannot be used" in done.stderr
    environ |= {"LOOMLITE_ENV": "production", "SMTP_URL": "smtp://mail.example.com:587"}
    done = _ended(port, environ)
    assert done.returncode == 1
    assert "nothing for production" in done.stderr
