"""From the app's host to a workspace's: with the knock of this very browser, once, and alive."""

from urllib.parse import parse_qs, urlsplit

import httpx
from sqlalchemy import select, update

from app.accounts.models import EmailLink
from app.accounts.tokens import bound_to, token_hash
from app.db.base import now
from tests.cast import Cast

DOOR = "http://acme.loomlite.localhost/enter"


async def knock(visitor: httpx.AsyncClient, next_path: str = "/settings/profile") -> str:
    """The path on the app's host that the workspace's host sends a browser to."""
    answer = await visitor.get("/enter", params={"next": next_path})
    assert answer.headers["location"].startswith("http://loomlite.localhost/leave/acme?")
    return answer.headers["location"].removeprefix("http://loomlite.localhost")


async def test_a_signed_in_browser_is_let_in_and_led_on(cast: Cast) -> None:
    async with cast.site.visitor("acme") as alice:
        left = await cast.alice_at_door.get(await knock(alice))
        assert left.headers["location"].startswith(f"{DOOR}?")
        answer = await alice.get(left.headers["location"])
        assert answer.headers["location"] == "/settings/profile"
        assert (await alice.get("/settings/profile")).status_code == 200


async def test_a_link_made_by_another_signs_nobody_in(cast: Cast) -> None:
    async with cast.site.visitor("acme") as charlie, cast.site.visitor("acme") as victim:
        trap = (await cast.charlie_at_door.get(await knock(charlie))).headers["location"]
        # Without a secret of one's own, and with one.
        assert (await victim.get(trap)).status_code == 403
        await knock(victim)
        assert (await victim.get(trap)).status_code == 404
        assert "session" not in victim.cookies


async def test_a_token_works_once_and_for_a_minute(cast: Cast) -> None:
    async with cast.site.visitor("acme") as alice, cast.site.visitor("acme") as thief:
        left = (await cast.alice_at_door.get(await knock(alice))).headers["location"]
        await alice.get(left)
        thief.cookies.set("knock", alice.cookies["knock"])
        again = await thief.get(left)
        assert again.status_code == 303
        assert "session" not in thief.cookies

        left = (await cast.alice_at_door.get(await knock(alice))).headers["location"]
        async with cast.site.database.session() as session:
            link = await session.scalar(select(EmailLink).where(EmailLink.used_at.is_(None)))
            assert link is not None
            assert (link.expires_at - now()).total_seconds() <= 60
            token = parse_qs(urlsplit(left).query)["token"][0]
            assert link.token_sha256 == token_hash(bound_to(token, "acme"))
            await session.execute(update(EmailLink).values(expires_at=now()))
        thief.cookies.set("knock", alice.cookies["knock"])
        await thief.get(left)
        assert "session" not in thief.cookies


async def test_who_signed_out_in_between_stays_out(cast: Cast) -> None:
    async with cast.site.visitor("acme") as alice:
        left = (await cast.alice_at_door.get(await knock(alice))).headers["location"]
        await cast.alice_at_door.post("/sign-out")
        answer = await alice.get(left)
        assert "session" not in alice.cookies
        assert answer.status_code == 303


async def test_signing_out_on_the_apps_host_signs_out_on_all(cast: Cast) -> None:
    async with cast.site.visitor("acme") as alice:
        await alice.get((await cast.alice_at_door.get(await knock(alice))).headers["location"])
        assert (await alice.get("/settings/profile")).status_code == 200
        await cast.alice_at_door.post("/sign-out")
        assert (await alice.get("/settings/profile")).status_code == 303


async def test_who_is_not_signed_in_is_sent_to_the_sign_in_and_back(cast: Cast) -> None:
    async with cast.site.visitor("acme") as nobody, cast.site.visitor() as at_door:
        path = await knock(nobody)
        answer = await at_door.get(path)
    assert answer.headers["location"].startswith("/sign-in?next=/leave/acme%3F")


async def test_the_way_leads_to_no_other_site(cast: Cast) -> None:
    async with cast.site.visitor("acme") as alice:
        left = await cast.alice_at_door.get(await knock(alice, "//evil.example"))
        assert (await alice.get(left.headers["location"])).headers["location"] == "/"
    for path in ("/leave/evil.example", "/leave/acme?knock=zz", "/leave/ACME"):
        assert (await cast.alice_at_door.get(path)).status_code == 404
    assert (await cast.alice_at_door.get("/enter")).status_code == 404
