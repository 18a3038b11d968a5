"""Whose page is asked for follows from the Host header alone; unknown hosts get nothing."""

import httpx
import pytest

from tests.cast import Cast, Site

UNKNOWN = [
    "example.com",
    "loomlite.localhost.example.com",
    "notloomlite.localhost",
    "a.b.loomlite.localhost",
    "-acme.loomlite.localhost",
    "acme_x.loomlite.localhost",
    "loomlite.localhost:8000:9",
    "127.0.0.1",
    "[::1]",
    "",
]


async def _ask(site: Site, host: str, path: str = "/health/live") -> httpx.Response:
    async with site.visitor() as visitor:
        return await visitor.get(path, headers={"host": host})


@pytest.mark.parametrize("host", UNKNOWN)
async def test_a_host_that_is_not_ours_gets_421(site: Site, host: str) -> None:
    answer = await _ask(site, host, "/sign-in")
    assert answer.status_code == 421
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


@pytest.mark.parametrize(
    "host",
    [
        "loomlite.localhost",
        "LoomLite.LocalHost",
        "loomlite.localhost.",
        "loomlite.localhost:8000",
        "LOOMLITE.localhost.:443",
    ],
)
async def test_our_own_host_is_known_however_it_is_written(site: Site, host: str) -> None:
    assert (await _ask(site, host, "/sign-in")).status_code == 200


@pytest.mark.parametrize(
    "host", ["ACME.loomlite.localhost", "acme.loomlite.localhost.", "acme.loomlite.localhost:8000"]
)
async def test_a_workspace_is_known_however_its_host_is_written(cast: Cast, host: str) -> None:
    """Signed out it leads to the sign-in, whatever the writing; a stranger's host would be 421."""
    answer = await cast.nobody.get("/", headers={"host": host})
    assert answer.status_code in {302, 303, 307}


async def test_two_hosts_at_once_are_none(site: Site) -> None:
    async with site.visitor() as visitor:
        request = visitor.build_request("GET", "/sign-in")
        request.headers = httpx.Headers([("host", "loomlite.localhost"), ("host", "evil.example")])
        assert (await visitor.send(request)).status_code == 421


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "10.0.0.7", "[::1]:8000", "localhost"])
async def test_a_load_balancer_asks_for_health_by_address(site: Site, host: str) -> None:
    assert (await _ask(site, host)).status_code == 200
    assert (await _ask(site, host, "/sign-in")).status_code == 421
