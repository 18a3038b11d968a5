"""Who may have a certificate: asked by the proxy on this machine, answered from memory."""

import time
from typing import Any
from uuid import UUID

import httpx
import pytest

from app.web.served_hosts import ServedHosts
from tests.cast import Cast

ASK = "http://127.0.0.1:8000/internal/tls-ask"
MANY = 50_000
# A look into a dictionary; a query would take a hundred times as long.
ONE_WITHIN_S = 50e-6


@pytest.fixture
def known(cast: Cast, served: ServedHosts) -> ServedHosts:
    served.take_hosts(
        [("videos.acmecorp.com", cast.acme.id), ("xn--e1aybc.acme.com", cast.acme.id)]
    )
    served.take_slugs(["acme", "other"])
    return served


async def _ask(
    cast: Cast,
    domain: str | None,
    *,
    url: str = ASK,
    client: tuple[str, int] = ("127.0.0.1", 5),
    **headers: str,
) -> int:
    transport = httpx.ASGITransport(cast.site.app, client=client)
    async with httpx.AsyncClient(transport=transport) as asker:
        params = {} if domain is None else {"domain": domain}
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = await asker.get(url, params=params, headers=sent)
    assert "location" not in answer.headers
    return answer.status_code


@pytest.mark.parametrize(
    "domain",
    ["videos.acmecorp.com", "VIDEOS.ACMECORP.COM", "videos.acmecorp.com.", "xn--e1aybc.acme.com",
     "acme.loomlite.localhost", "Other.Loomlite.Localhost."],
)  # fmt: skip
async def test_a_host_that_is_served_may_have_one(
    cast: Cast, known: ServedHosts, domain: str
) -> None:
    assert await _ask(cast, domain) == 200


@pytest.mark.parametrize(
    "domain",
    [None, "", "evil.example", "acmecorp.com", "x.videos.acmecorp.com", "loomlite.localhost",
     "nobody.loomlite.localhost", "a.acme.loomlite.localhost", "acme.evil.example", "127.0.0.1",
     "203.0.113.7", "[::1]", "::1", "videos.acmecorp.com:443", "*.loomlite.localhost", "acme.",
     "videos.acmecorp.com\x00", "acme", ".loomlite.localhost", "тест.acme.com"],
)  # fmt: skip
async def test_nothing_else_may(cast: Cast, known: ServedHosts, domain: str | None) -> None:
    assert await _ask(cast, domain) == 404


@pytest.mark.parametrize(
    "how",
    [
        {"url": "http://loomlite.localhost/internal/tls-ask"},
        {"url": "http://acme.loomlite.localhost/internal/tls-ask"},
        {"url": "http://videos.acmecorp.com/internal/tls-ask"},
        {"client": ("203.0.113.7", 5)},
        {"client": ("10.0.0.3", 5)},
        {"x_forwarded_for": "127.0.0.1"},
        {"x_forwarded_host": "127.0.0.1"},
        {"forwarded": "for=127.0.0.1"},
        {"x_real_ip": "127.0.0.1"},
        {"via": "1.1 caddy"},
    ],
)
async def test_only_a_program_on_this_machine_is_told(
    cast: Cast, known: ServedHosts, how: Any
) -> None:
    assert await _ask(cast, "videos.acmecorp.com", **how) == 404


async def test_a_strange_host_of_this_machine_s_port_is_refused_as_ever(cast: Cast) -> None:
    url = "http://rebound.evil.example:8000/internal/tls-ask"
    assert await _ask(cast, "videos.acmecorp.com", url=url) == 421


def test_asking_takes_microseconds_however_many_hosts_there_are() -> None:
    served = ServedHosts()
    served.take_hosts((f"v{number}.acme.com", UUID(int=number)) for number in range(MANY))
    served.take_slugs(f"team-{number}" for number in range(MANY))
    times = []
    for _ in range(7):
        began = time.perf_counter()
        for number in range(1000):
            assert served.workspace_of(f"v{number}.acme.com") is not None
            assert served.workspace_of("nobody.acme.com") is None
            assert served.has_slug(f"team-{number}")
        times.append((time.perf_counter() - began) / 3000)
    assert min(times) < ONE_WITHIN_S
