"""`/metrics`: figures of no team, for this machine or for whoever has the token."""

import httpx
import pytest

from app.asgi import furnish
from app.db.listen import News
from app.jobs.operator_metrics import may_read_metrics
from app.settings import load_settings
from tests.cast import HOST, Cast, Site, litestar_in
from tests.jobs.render_rows import make_campaign, make_render

TOKEN = "a-long-token"


def _visitor(
    site: Site, host: str = "127.0.0.1:8000", client: str = "127.0.0.1"
) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(site.app, client=(client, 5000))
    return httpx.AsyncClient(transport=transport, base_url=f"http://{host}")


async def test_this_machine_reads_the_figures_and_no_team_is_named(cast: Cast) -> None:
    database = cast.site.database
    campaign_id = await make_campaign(database, cast.acme, "Secret spring")
    await make_render(database, cast.acme, campaign_id, "queued")
    await make_render(
        database, cast.acme, campaign_id, "failed", error_code="page_failed", error="x"
    )
    async with _visitor(cast.site) as visitor:
        answer = await visitor.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = answer.text.splitlines()
    assert 'loomlite_queue_renders{state="waiting"} 1.0' in lines
    assert 'loomlite_renders_recent{error="page_failed",state="failed"} 1.0' in lines
    assert "loomlite_slots 0.0" in lines
    for word in ("acme", "Secret", "Grace", str(campaign_id), str(cast.acme.id)):
        assert word not in answer.text


async def test_people_and_proxies_find_nothing(cast: Cast) -> None:
    for visitor in (cast.alice_at_door, cast.charlie_at_door, cast.nobody, cast.bob):
        assert (await visitor.get("/metrics")).status_code == 404
    async with _visitor(cast.site, host=HOST) as through_proxy:
        assert (await through_proxy.get("/metrics")).status_code == 404
    async with _visitor(cast.site, client="203.0.113.9") as elsewhere:
        assert (await elsewhere.get("/metrics")).status_code == 404


async def test_with_a_token_it_is_the_token_that_counts(site: Site) -> None:
    chosen = load_settings(
        {"APP_HOST": HOST, "LOOMLITE_VAR": str(site.settings.var_folder), "METRICS_TOKEN": TOKEN}
    )
    furnish(litestar_in(site.app), chosen, site.database, site.storage, News())
    async with _visitor(site, host="web-1:8000", client="203.0.113.9") as visitor:
        right = await visitor.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        wrong = await visitor.get("/metrics", headers={"Authorization": "Bearer guess"})
    async with _visitor(site) as neighbour:
        without = await neighbour.get("/metrics")
    assert (right.status_code, wrong.status_code, without.status_code) == (200, 404, 404)


@pytest.mark.parametrize(
    ("client", "host", "headers", "may"),
    [
        ("127.0.0.1", "127.0.0.1:8001", {}, True),
        ("::1", "[::1]:8001", {}, True),
        ("127.0.0.1", "localhost", {}, True),
        ("127.0.0.1", "loomlite.example.com", {}, False),
        ("127.0.0.1", "127.0.0.1.example.com", {}, False),
        ("127.0.0.1", "localhost", {"x-forwarded-for": "203.0.113.9"}, False),
        ("203.0.113.9", "localhost", {}, False),
        (None, "localhost", {}, False),
    ],
)
def test_only_this_machine_by_its_address_needs_no_token(
    client: str | None, host: str, headers: dict[str, str], may: bool
) -> None:
    assert may_read_metrics(None, client, host, headers) is may
