"""The way in: from no session to a workspace of one's own."""

import httpx
from sqlalchemy import select

from app.workspaces.models import Membership
from tests.cast import Cast, Site


async def test_nobody_is_led_to_the_sign_in_and_back(cast: Cast) -> None:
    answer = await cast.nobody.get("/")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/enter?next=/"


async def test_a_person_with_one_workspace_is_led_there(cast: Cast) -> None:
    answer = await cast.alice_at_door.get("/")
    assert answer.headers["location"] == "http://acme.loomlite.localhost/enter"


async def test_a_first_workspace_is_made_from_its_name(cast: Cast) -> None:
    answer = await cast.charlie_at_door.post("/workspaces/new", data={"name": "Müller & Söhne"})
    assert answer.headers["location"] == "http://muller-sohne.loomlite.localhost/enter"
    async with cast.site.database.session(user_id=cast.users["charlie"].id) as session:
        roles = (await session.scalars(select(Membership.role))).all()
    assert list(roles) == ["owner", "owner"]


async def test_a_taken_address_is_said_beside_its_field(cast: Cast) -> None:
    answer = await cast.charlie_at_door.post(
        "/workspaces/new", data={"name": "Mine", "slug": "acme"}
    )
    assert answer.status_code == 422
    assert "This address is taken" in answer.text
    assert 'value="Mine"' in answer.text


async def test_a_write_from_another_site_is_refused(cast: Cast) -> None:
    answer = await cast.alice_at_door.post(
        "/workspaces/new", data={"name": "Trap"}, headers={"origin": "https://evil.example"}
    )
    assert answer.status_code == 403


async def test_an_unknown_host_gets_nothing(site: Site) -> None:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(site.app), base_url="http://evil.example"
    ) as stranger:
        answer = await stranger.get("/sign-in")
    assert answer.status_code == 421
