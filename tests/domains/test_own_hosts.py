"""A team's own host: that team's landing pages and nothing else, for nobody who is signed in."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from litestar.routes import HTTPRoute

from app.accounts.auth_sessions import Browser, start_session
from app.web.served_hosts import ServedHosts
from tests.cast import Cast, litestar_in
from tests.viewer.links import Shown, show_video

OWN_HOST = "videos.acmecorp.com"
URL = f"http://{OWN_HOST}"
# What must not be there, though it is on our own hosts.
OURS = [
    *("/", "/sign-in", "/sign-up", "/campaigns", "/facecams", "/settings/domains", "/enter"),
    *("/leave/acme", "/live", "/metrics", "/health/live", "/health/ready", "/internal/tls-ask"),
    *("/dev/outbox", "/staff/renders", "/sw.js", "/offline", "/oembed", "/v", "/v/", "//campaigns"),
    *("/v/../campaigns", "/static/../campaigns", "/%2e%2e/campaigns", "/V/x", "/help", "/media/x"),
]


@pytest.fixture
async def shown(cast: Cast, served: ServedHosts, tmp_path: Path) -> Shown:
    served.take_hosts([(OWN_HOST, cast.acme.id)])
    return await show_video(cast, tmp_path, name="Ada Lovelace", company="Analytical")


async def _get(cast: Cast, url: str, **options: Any) -> httpx.Response:
    return await cast.nobody.get(url, **options)


@pytest.mark.parametrize("path", ["/{id}", "/v/{id}", "/{id}/state", "/{id}/poster.jpg"])
async def test_the_pages_are_at_their_short_address_and_at_the_one_of_before(
    cast: Cast, shown: Shown, path: str
) -> None:
    path = path.format(id=shown.public_id)
    assert (await _get(cast, URL + path)).status_code == 200
    at_subdomain = path if path.startswith("/v/") else f"/v{path}"
    assert (await _get(cast, at_subdomain)).status_code == 200


async def test_the_page_leads_to_its_own_host_alone(cast: Cast, shown: Shown) -> None:
    page = await _get(cast, f"{URL}/{shown.public_id}")
    assert "Ada" in page.text
    assert "loomlite.localhost/v/" not in page.text
    assert f"{URL}/{shown.public_id}" in page.text
    assert "set-cookie" not in page.headers
    sheet = await _get(cast, f"{URL}/static/css/plain_error.css", follow_redirects=True)
    assert sheet.status_code in {200, 404}, "files are asked for as they are"
    assert "/v/static" not in page.text


@pytest.mark.parametrize("writing", ["VIDEOS.AcmeCorp.COM", f"{OWN_HOST}.", f"{OWN_HOST}:8443"])
async def test_the_host_is_known_however_it_is_written(
    cast: Cast, shown: Shown, writing: str
) -> None:
    page = await _get(cast, f"/{shown.public_id}", headers={"host": writing})
    assert page.status_code == 200


async def test_nothing_of_the_application_is_there(cast: Cast, shown: Shown) -> None:
    for path in OURS:
        answer = await _get(cast, URL + path)
        assert answer.status_code == 404, path
        assert "Loom-Lite" not in answer.text, path
        assert answer.headers["content-security-policy"].startswith("default-src 'none'"), path
        # And as it stands, where the client would tidy it up.
        assert await _status_at(cast, path) == 404, path


async def test_the_host_alone_says_that_the_end_of_a_link_is_missing(
    cast: Cast, shown: Shown
) -> None:
    assert "There is no video here" in (await _get(cast, URL)).text


async def _status_at(cast: Cast, path: str) -> int:
    """What the application answers at exactly this path."""
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", OWN_HOST.encode())],
        "client": ("127.0.0.1", 1),
        "server": (OWN_HOST, 80),
        "scheme": "http",
        "root_path": "",
    }
    statuses = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        statuses.extend([message["status"]] if "status" in message else [])

    await cast.site.app(scope, receive, send)
    return int(statuses[0])


async def test_no_route_but_the_viewer_s_and_files_is_reached(cast: Cast, shown: Shown) -> None:
    """Whatever routes come: by their templates, with any word in place of what is open."""
    reached = []
    for route in litestar_in(cast.site.app).routes:
        if not isinstance(route, HTTPRoute) or route.path_format.startswith(("/v/", "/static/")):
            continue
        path = route.path_format.replace("{", "").replace("}", "")
        for method in sorted(route.methods - {"OPTIONS"}):
            answer = await cast.nobody.request(method, URL + path)
            if answer.status_code not in {404, 405}:
                reached.append(f"{method} {path}: {answer.status_code}")
    assert reached == []


async def test_another_team_s_ids_are_not_there(
    cast: Cast, shown: Shown, served: ServedHosts
) -> None:
    served.take_hosts([(OWN_HOST, cast.acme.id), ("films.other.com", cast.other.id)])
    assert (await _get(cast, f"{URL}/{shown.public_id}")).status_code == 200
    for path in (f"/{shown.public_id}", f"/v/{shown.public_id}"):
        assert (await _get(cast, f"http://films.other.com{path}")).status_code == 404


async def test_a_session_is_worth_nothing_there(cast: Cast, shown: Shown) -> None:
    """Neither one of our hosts, sent along by hand, nor one that was made for that host."""
    async with cast.site.database.session() as session:
        browser = Browser(OWN_HOST, "203.0.113.7", "Tests/1.0")
        forged = await start_session(session, cast.users["alice"], browser)
    for token in (cast.alice.cookies["session"], forged):
        cookie = {"cookie": f"session={token}"}
        assert (await _get(cast, f"{URL}/campaigns", headers=cookie)).status_code == 404
        page = await _get(cast, f"{URL}/{shown.public_id}", headers=cookie)
        assert page.status_code == 200
        assert "alice" not in page.text.lower()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": URL, "sec-fetch-site": "same-origin"}, {303, 404, 422}),
        ({"origin": URL}, {303, 404, 422}),
        ({"origin": "https://evil.example", "sec-fetch-site": "cross-site"}, {403}),
        ({"origin": "http://loomlite.localhost", "sec-fetch-site": "cross-site"}, {403}),
        ({"origin": "http://loomlite.localhost"}, {403}),
        ({"sec-fetch-site": "same-site"}, {403}),
    ],
)
async def test_what_is_sent_comes_from_that_very_host(
    cast: Cast, shown: Shown, headers: dict[str, str], status: set[int]
) -> None:
    answer = await cast.nobody.post(
        f"{URL}/{shown.public_id}/password", data={"password": "x"}, headers=headers
    )
    assert answer.status_code in status


async def test_a_host_that_goes_is_unknown_at_once_and_the_subdomain_stays(
    cast: Cast, shown: Shown, served: ServedHosts
) -> None:
    served.take_hosts([])
    assert (await _get(cast, f"{URL}/{shown.public_id}")).status_code == 421
    assert (await _get(cast, f"/v/{shown.public_id}")).status_code == 200


async def test_no_row_makes_a_host_of_ours_somebody_s(cast: Cast, served: ServedHosts) -> None:
    """As of before the service was given another host."""
    hosts = ("loomlite.localhost", "acme.loomlite.localhost")
    served.take_hosts([(host, cast.other.id) for host in hosts])
    assert (await cast.alice_at_door.get("/workspaces")).status_code == 200
    assert (await cast.alice.get("/campaigns")).status_code == 200
