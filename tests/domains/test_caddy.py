"""The Caddyfile with a real Caddy: certificates for what is served and for nothing else."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from app.asgi import create_app
from app.db.embedded import EmbeddedDatabase
from app.db.listen import News
from app.db.session import Database
from app.domains.served import run_served_hosts
from app.domains.service import remove_domain
from app.listening import run_http
from app.settings import Settings, load_settings
from app.storage.local import LocalStorage
from app.web.served_hosts import ServedHosts
from tests.cast import HOST, Cast, Site, assemble
from tests.domains.dns_server import Zone
from tests.domains.proofs import add, prove
from tests.domains.real_caddy import CADDY, RealCaddy, real_caddy, two_ports
from tests.domains.test_served import _until
from tests.postgres import SentJobs
from tests.viewer.links import show_video
from tests.workspaces.stage import Worker

pytestmark = pytest.mark.skipif(
    CADDY is None, reason="there is no Caddy here: `make caddy` gets Debian's where it may"
)
OWN_HOST = "videos.acmecorp.com"


@dataclass(frozen=True)
class Behind:
    """The service behind its proxy."""

    caddy: RealCaddy
    cast: Cast
    worker: Worker
    served: ServedHosts


@pytest.fixture
def ports() -> tuple[int, int]:
    return two_ports()


@pytest.fixture
def settings(tmp_path: Path, dns: Zone, ports: tuple[int, int]) -> Settings:
    return load_settings(
        {
            "APP_HOST": f"https://{HOST}:{ports[0]}",
            "LOOMLITE_VAR": str(tmp_path / "var"),
            "DNS_SERVERS": dns.servers,
        }
    )


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


@pytest.fixture
async def behind(
    own_database: Database,
    own_urls: EmbeddedDatabase,
    settings: Settings,
    sent_jobs: SentJobs,
    ports: tuple[int, int],
    listener: socket.socket,
) -> AsyncIterator[Behind]:
    storage, served = LocalStorage(settings.media_folder), ServedHosts()
    app = create_app(settings, own_database, storage, News(), None, served)
    site = Site(app, settings, own_database, storage)
    cast, worker = await assemble(site), Worker(site, sent_jobs)
    trusting = {"proxy_headers": True, "forwarded_allow_ips": settings.trusted_proxies}
    async with (
        run_served_hosts(own_urls.app_url, served),
        run_http(app, listener, lambda: None, **trusting),
    ):
        with real_caddy(HOST, listener.getsockname()[1], ports) as caddy:
            yield Behind(caddy, cast, worker, served)


async def test_a_proven_host_gets_a_certificate_and_shows_the_landing_page(
    behind: Behind, dns: Zone, tmp_path: Path
) -> None:
    caddy, cast = behind.caddy, behind.cast
    shown = await show_video(cast, tmp_path, name="Ada Lovelace", company="Analytical")
    with pytest.raises(httpx.ConnectError):
        await caddy.ask(OWN_HOST, f"/{shown.public_id}")

    domain = await add(cast, OWN_HOST)
    prove(dns, cast.site.settings, domain)
    await behind.worker.run_all()
    await _until(lambda: behind.served.workspace_of(OWN_HOST) is not None)
    page = await caddy.ask(OWN_HOST, f"/{shown.public_id}")
    assert page.status_code == 200
    assert "Ada" in page.text
    assert f"https://{OWN_HOST}:{caddy.port}/{shown.public_id}" in page.text
    # The address of before goes on, and a video is had in ranges through the proxy.
    assert (await caddy.ask(f"acme.{HOST}", f"/v/{shown.public_id}")).status_code == 200
    video = await caddy.ask(OWN_HOST, f"/{shown.public_id}/video", headers={"range": "bytes=0-9"})
    assert video.status_code in {206, 303, 307}

    # What is sent from that host's own pages is taken, from elsewhere it is not.
    origin = f"https://{OWN_HOST}:{caddy.port}"
    for sent_from, refused in ((origin, False), ("https://evil.example", True)):
        answer = await caddy.ask(
            OWN_HOST,
            f"/{shown.public_id}/password",
            # A refusal does not wait for what is sent, and a proxy may end the connection at that.
            form={} if refused else {"password": "x"},
            headers={"origin": sent_from},
        )
        assert (answer.status_code == 403) == refused

    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        await remove_domain(session, cast.users["alice"], await session.merge(domain))
    await _until(lambda: behind.served.workspace_of(OWN_HOST) is None)
    assert (await caddy.ask(OWN_HOST, f"/{shown.public_id}")).status_code == 421


async def test_our_own_host_and_workspaces_have_certificates_and_nobody_else(
    behind: Behind,
) -> None:
    caddy = behind.caddy
    for host in (HOST, f"acme.{HOST}", f"other.{HOST}"):
        answer = await caddy.ask(host, "/sign-in")
        assert answer.status_code in {200, 303}, host
        assert "max-age" in answer.headers["strict-transport-security"]
    for host in (f"nobody.{HOST}", f"a.acme.{HOST}", "evil.example", OWN_HOST):
        with pytest.raises(httpx.ConnectError):
            await caddy.ask(host)
    with pytest.raises(ssl.SSLError):
        await asyncio.to_thread(_shake_hands_without_a_name, caddy)


async def test_what_the_proxy_asks_nobody_else_can_ask_through_it(behind: Behind) -> None:
    ask = f"/internal/tls-ask?domain=acme.{HOST}"
    for host in (HOST, f"acme.{HOST}"):
        assert (await behind.caddy.ask(host, ask)).status_code == 404
    # Nor by another Host than the one that was shaken hands for.
    for said_host in ("127.0.0.1", "localhost"):
        answer = await behind.caddy.ask(HOST, ask, said_host=said_host)
        assert answer.status_code in {404, 421}


async def test_what_comes_without_tls_is_led_to_it(behind: Behind) -> None:
    async with httpx.AsyncClient() as client:
        for host in (HOST, f"acme.{HOST}", OWN_HOST):
            url = f"http://127.0.0.1:{behind.caddy.http_port}/x"
            answer = await client.get(url, headers={"host": host})
            assert answer.status_code == 308
            assert answer.headers["location"].startswith(f"https://{host}")


def _shake_hands_without_a_name(caddy: RealCaddy) -> None:
    context = ssl.create_default_context(cafile=str(caddy.authority))
    context.check_hostname = False
    with (
        socket.create_connection(("127.0.0.1", caddy.port)) as raw,
        context.wrap_socket(raw, server_hostname=None),
    ):
        return
