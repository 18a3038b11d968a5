"""The way in: from no session to a workspace of one's own, and from one to another."""

import httpx
import pytest
from sqlalchemy import select, update

from app.accounts.models import User
from app.workspaces.models import Activity, Membership
from tests.cast import Cast, Site, in_workspace


async def test_nobody_is_led_to_the_sign_in_and_back(cast: Cast) -> None:
    answer = await cast.nobody.get("/")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/enter?next=/"


async def test_a_person_with_one_workspace_is_led_there(cast: Cast) -> None:
    answer = await cast.alice_at_door.get("/")
    assert answer.headers["location"] == "http://acme.loomlite.localhost/enter"


async def test_a_workspace_s_own_host_leads_its_members_to_the_campaigns(cast: Cast) -> None:
    assert (await cast.bob.get("/")).headers["location"] == "/campaigns"
    assert (await cast.charlie.get("/")).status_code == 404


async def test_a_person_with_several_workspaces_chooses(cast: Cast) -> None:
    await cast.alice_at_door.post("/workspaces/new", data={"name": "Second team"})
    answer = await cast.alice_at_door.get("/")
    assert answer.headers["location"] == "/workspaces"
    chooser = await cast.alice_at_door.get("/workspaces")
    assert "http://acme.loomlite.localhost/enter" in chooser.text
    assert "http://second-team.loomlite.localhost/enter" in chooser.text
    assert "other.loomlite" not in chooser.text


async def test_the_chooser_of_a_workspace_s_host_is_the_app_s(cast: Cast) -> None:
    answer = await cast.alice.get("/workspaces")
    assert answer.headers["location"] == "http://loomlite.localhost/workspaces"


async def test_the_switcher_shows_where_one_is_and_nothing_of_others(cast: Cast) -> None:
    part = await cast.bob.get("/workspaces/switcher")
    assert 'href="http://acme.loomlite.localhost/enter" aria-current="true"' in part.text
    assert "Other" not in part.text
    stranger = await cast.charlie.get("/workspaces/switcher")
    assert "Acme" not in stranger.text


async def test_somebody_without_a_name_is_asked_for_it_first(cast: Cast) -> None:
    async with cast.site.database.session() as session:
        await session.execute(
            update(User).where(User.id == cast.users["charlie"].id).values(name="")
        )
    answer = await cast.charlie_at_door.get("/workspaces/new")
    assert answer.headers["location"] == "/welcome?next=%2Fworkspaces%2Fnew"


async def test_a_first_workspace_is_made_from_its_name(cast: Cast) -> None:
    answer = await cast.charlie_at_door.post("/workspaces/new", data={"name": "Müller & Söhne"})
    assert answer.headers["location"] == "http://muller-sohne.loomlite.localhost/enter"
    async with cast.site.database.session(user_id=cast.users["charlie"].id) as session:
        roles = (await session.scalars(select(Membership.role))).all()
    assert list(roles) == ["owner", "owner"]


async def test_two_teams_of_one_name_get_two_addresses(cast: Cast) -> None:
    answer = await cast.charlie_at_door.post("/workspaces/new", data={"name": "Acme"})
    assert answer.headers["location"] == "http://acme-2.loomlite.localhost/enter"
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        verbs = (await session.scalars(select(Activity.verb))).all()
    assert list(verbs) == ["workspace.created"]


@pytest.mark.parametrize(
    ("slug", "words"),
    [
        ("acme", "This address is taken"),
        ("www", "This address is reserved"),
        ("a", "Use 3 to 40 characters"),
        ("Ä!-", "Use small letters"),
    ],
)
async def test_an_address_that_cannot_be_is_said_beside_its_field(
    cast: Cast, slug: str, words: str
) -> None:
    answer = await cast.charlie_at_door.post("/workspaces/new", data={"name": "Mine", "slug": slug})
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="Mine"' in answer.text


async def test_a_workspace_needs_a_name(cast: Cast) -> None:
    answer = await cast.charlie_at_door.post("/workspaces/new", data={"name": "  "})
    assert answer.status_code == 422
    assert "Enter your team&#39;s name." in answer.text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"name": "Müller & Söhne"}, "muller-sohne.loomlite.localhost"),
        ({"name": "Acme", "slug": "Acme-Sales"}, "acme-sales.loomlite.localhost"),
        ({"name": "Acme", "slug": "api"}, "cannot be used"),
        ({}, "Made from the name"),
    ],
)
async def test_the_address_is_told_while_the_name_is_typed(
    cast: Cast, query: dict[str, str], words: str
) -> None:
    part = await cast.charlie_at_door.get("/workspaces/new/address", params=query)
    assert words in part.text
    assert "<html" not in part.text


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
