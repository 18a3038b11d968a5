"""What tests of teams' own domains ask for: a DNS server that the service asks, and its worker."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.settings import Settings, load_settings
from app.web.hosts import HostDispatch
from app.web.served_hosts import ServedHosts
from tests.cast import HOST, Site
from tests.domains.dns_server import Zone, dns_server
from tests.postgres import SentJobs
from tests.workspaces.stage import Worker


@pytest.fixture(scope="session")
def dns_zone() -> Iterator[Zone]:
    with dns_server() as zone:
        yield zone


@pytest.fixture
def dns(dns_zone: Zone) -> Zone:
    """A server that knows of nothing yet."""
    dns_zone.begin_anew()
    return dns_zone


@pytest.fixture
def settings(tmp_path: Path, dns: Zone) -> Settings:
    return load_settings(
        {"APP_HOST": HOST, "LOOMLITE_VAR": str(tmp_path / "var"), "DNS_SERVERS": dns.servers}
    )


@pytest.fixture
def worker(site: Site, sent_jobs: SentJobs) -> Worker:
    return Worker(site, sent_jobs)


@pytest.fixture
def served(site: Site) -> Iterator[ServedHosts]:
    """What the application takes for its hosts; empty again when the test ends."""
    hosts = served_by(site.app)
    yield hosts
    hosts.take_hosts([])
    hosts.take_slugs([])


def served_by(app: Any) -> ServedHosts:
    while not isinstance(app, HostDispatch):
        app = app.app
    return app.served
