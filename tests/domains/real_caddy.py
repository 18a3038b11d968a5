"""A real Caddy with the Caddyfile of this repository, on ports and with an authority of its own."""

import os
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from scripts.caddy import find_caddy
from tests.running import free_port

ROOT = Path(__file__).parent.parent.parent
CADDY = find_caddy()
START_LIMIT_S = 60.0


@dataclass(frozen=True)
class RealCaddy:
    """Where it listens, and how its certificates are checked."""

    port: int
    http_port: int
    authority: Path

    def client(self) -> httpx.AsyncClient:
        """As a browser that trusts Caddy's own authority and no other; each request anew."""
        context = ssl.create_default_context(cafile=str(self.authority))
        return httpx.AsyncClient(
            verify=context,
            base_url=f"https://127.0.0.1:{self.port}",
            timeout=60,
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    async def ask(
        self,
        host: str,
        path: str = "/",
        *,
        said_host: str | None = None,
        headers: dict[str, str] | None = None,
        form: dict[str, str] | None = None,
    ) -> httpx.Response:
        """The answer at https://host/path, of a POST where there is a form. Raises
        httpx.ConnectError where TLS does not come about."""
        sent = {"host": said_host or f"{host}:{self.port}", **(headers or {})}
        method = "GET" if form is None else "POST"
        async with self.client() as client:
            request = client.build_request(method, path, headers=sent, data=form)
            request.extensions["sni_hostname"] = host
            return await client.send(request)


@contextmanager
def real_caddy(app_host: str, service_port: int, ports: tuple[int, int]) -> Iterator[RealCaddy]:
    """Caddy in front of the service, as long as the block lasts. `ports`: of https and of http."""
    assert CADDY is not None
    port, http_port = ports
    with tempfile.TemporaryDirectory() as folder:
        said = Path(folder) / "said.txt"
        options = ("local_certs", "skip_install_trust", "admin off", f"https_port {port}")
        environ = {
            "PATH": os.environ["PATH"],
            "HOME": folder,
            "XDG_DATA_HOME": folder,
            "XDG_CONFIG_HOME": folder,
            "APP_HOST": app_host,
            "PORT": str(service_port),
            "CADDY_OPTIONS": "\n".join((*options, f"http_port {http_port}")),
        }
        command = (CADDY, "run", "--config", ROOT / "Caddyfile", "--adapter", "caddyfile")
        with said.open("wb") as output:
            process = subprocess.Popen(command, env=environ, stdout=output, stderr=output)
        authority = Path(folder) / "caddy/pki/authorities/local/root.crt"
        caddy = RealCaddy(port, http_port, authority)
        try:
            _await_start(process, caddy, app_host, said)
            yield caddy
        finally:
            process.terminate()
            process.wait(30)


def _await_start(
    process: subprocess.Popen[bytes], caddy: RealCaddy, app_host: str, said: Path
) -> None:
    """Until it has made the certificate of the service's own host, which it does without asking."""
    deadline = time.monotonic() + START_LIMIT_S
    while not _shakes_hands(caddy, app_host):
        assert process.poll() is None, said.read_text()
        assert time.monotonic() < deadline, said.read_text()
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue


def _shakes_hands(caddy: RealCaddy, host: str) -> bool:
    try:
        context = ssl.create_default_context(cafile=str(caddy.authority))
        with (
            socket.create_connection(("127.0.0.1", caddy.port), timeout=10) as raw,
            context.wrap_socket(raw, server_hostname=host),
        ):
            return True
    except OSError:  # nobody listens, no authority, no certificate: all of them not yet
        return False


def two_ports() -> tuple[int, int]:
    return free_port(), free_port()
