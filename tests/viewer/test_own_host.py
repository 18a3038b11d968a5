"""On a team's own host there are its own links, under their bare ids, and nobody else's."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from app.viewer.link_states import set_password
from app.viewer.models import LinkState
from app.web.served_hosts import ServedHosts
from tests.cast import Cast, in_workspace, litestar_in
from tests.viewer.links import Shown, choose, forget, show_video, token_of

HOST = "videos.acme.example"
OTHER_HOST = "watch.other.example"


@pytest.fixture
async def shown(cast: Cast, tmp_path: Path) -> Shown:
    return await show_video(cast, tmp_path, name="Ada Lovelace")


@pytest.fixture
async def hosts(cast: Cast) -> AsyncIterator[None]:
    served: ServedHosts = litestar_in(cast.site.app).state.served_hosts
    served.take_hosts([(HOST, cast.acme.id), (OTHER_HOST, cast.other.id)])
    yield
    served.take_hosts([])


def _visitor(cast: Cast, host: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(cast.site.app), base_url=f"http://{host}"
    )


@pytest.mark.usefixtures("hosts")
async def test_the_page_and_all_it_names_are_under_the_bare_id(cast: Cast, shown: Shown) -> None:
    booking = {"kind": "calendly", "url": "https://calendly.com/ann/30min"}
    await choose(cast, booking=booking, allows_download=True)
    async with _visitor(cast, HOST) as visitor:
        page = (await visitor.get(f"/{shown.public_id}")).text
        assert "Ada, this video is for you" in page
        assert f'src="/{shown.public_id}/video?v=' in page
        assert f'data-events="/{shown.public_id}/events"' in page
        assert f"embed_domain={HOST}" in page
        assert "/v/" not in page.replace("/vendor/", "")
        assert (await visitor.get(f"/{shown.public_id}/video")).status_code == 200
        # The address from before the host came.
        assert (await visitor.get(shown.path)).status_code == 200
    assert (await cast.nobody.get(shown.path)).status_code == 200


@pytest.mark.usefixtures("hosts")
async def test_the_team_copies_the_host_s_link_and_opens_the_subdomain_s(
    cast: Cast, shown: Shown
) -> None:
    """There is no session on the host, so a look of the team's own would count as a lead's."""
    of = f"/campaigns/{shown.campaign_id}"
    copied, opened = f"http://{HOST}/{shown.public_id}", cast.bob.base_url.join(shown.path)
    for page in (f"{of}/videos/{shown.render_id}/share", f"{of}/links/{shown.public_id}"):
        text = (await cast.bob.get(page)).text
        assert f'data-copy="{copied}"' in text
        assert f'href="{copied}"' not in text
        assert f'href="{opened}" target="_blank"' in text
    for who, is_team in ((cast.bob, True), (cast.nobody, False)):
        assert (await token_of(cast, who, str(opened))).is_team is is_team
    session = {"Cookie": "; ".join(f"{n}={v}" for n, v in cast.bob.cookies.items())}
    async with _visitor(cast, HOST) as visitor:
        assert not (await token_of(cast, visitor, copied, session)).is_team


@pytest.mark.usefixtures("hosts")
async def test_another_team_s_links_are_not_there(cast: Cast, shown: Shown) -> None:
    async with _visitor(cast, OTHER_HOST) as visitor:
        for path in (f"/{shown.public_id}", shown.path):
            for thing in ("", "/video", "/poster.jpg", "/state", "/delete-my-data", "/embed"):
                answer = await visitor.get(path + thing)
                assert answer.status_code == 404, path + thing
                assert "Ada" not in answer.text
            assert (await visitor.post(path + "/delete-my-data")).status_code == 404
            assert (await visitor.post(path + "/password")).status_code in {404, 422}
    async with cast.site.database.session() as session:
        for workspace in (cast.acme, cast.other):
            await in_workspace(session, workspace)
            assert await session.get(LinkState, (workspace.id, shown.public_id)) is None


@pytest.mark.usefixtures("hosts")
async def test_a_password_given_there_counts_there_for_that_link(cast: Cast, shown: Shown) -> None:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        await set_password(session, None, "open sesame")
    forget(cast)
    async with _visitor(cast, HOST) as visitor:
        assert "protected" in (await visitor.get(f"/{shown.public_id}")).text
        given = await visitor.post(f"/{shown.public_id}/password", data={"password": "open sesame"})
        assert given.headers["location"] == f"/{shown.public_id}"
        assert f"Path=/{shown.public_id};" in given.headers["set-cookie"]
        assert "Ada" in (await visitor.get(f"/{shown.public_id}")).text
