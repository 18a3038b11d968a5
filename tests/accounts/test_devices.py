"""Devices are listed in words; each is signed out by its owner alone, on all hosts at once."""

import httpx
import pytest
from sqlalchemy import select

from app.accounts.auth_sessions import Browser, start_session
from app.accounts.device_words import device_words, is_handheld
from app.accounts.models import AuthSession
from tests.cast import Cast

IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 26_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/26.1 Mobile/15E148 Safari/604.1"
)


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (IPHONE, "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:150.0) Gecko/20100101 Firefox/150.0",
         "Firefox on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) "
         "Chrome/146.0.0.0 Safari/537.36 Edg/146.0.0.0", "Edge on macOS"),
        ("Mozilla/5.0 (Linux; Android 16; K) AppleWebKit/537.36 (KHTML, like Gecko) "
         "SamsungBrowser/29.0 Chrome/136.0 Safari/537.36", "Samsung Internet on Android"),
        ("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) "
         "Chrome/146.0.0.0 Safari/537.36", "Chrome on ChromeOS"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
         "HeadlessChrome/146.0.0.0 Safari/537.36", "Chrome without a screen on Linux"),
        ("curl/8.5.0", "Curl"),
        ("", "Unknown device"),
        ("<script>", "Unknown device"),
    ],
)  # fmt: skip
def test_a_browser_is_said_in_words(user_agent: str, words: str) -> None:
    assert device_words(user_agent) == words


def test_a_phone_is_told_from_a_desk() -> None:
    assert is_handheld(IPHONE)
    assert not is_handheld("Mozilla/5.0 (Windows NT 10.0)")


async def devices_of(cast: Cast, name: str) -> list[AuthSession]:
    async with cast.site.database.session() as session:
        rows = await session.scalars(
            select(AuthSession)
            .where(AuthSession.user_id == cast.users[name].id)
            .order_by(AuthSession.host)
        )
    return list(rows)


async def add_phone(cast: Cast) -> httpx.AsyncClient:
    """Alice's phone, signed in on Acme's host."""
    async with cast.site.database.session() as session:
        browser = Browser("acme.loomlite.localhost", "2001:db8::7", IPHONE)
        token = await start_session(session, cast.users["alice"], browser)
    return cast.site.visitor("acme", token)


async def test_devices_are_listed_in_words_and_this_one_is_marked(cast: Cast) -> None:
    phone = await add_phone(cast)
    text = (await phone.get("/settings/devices")).text
    for words in ("Safari on iPhone", "2001:db8::7", "Tests", "203.0.113.7"):
        assert words in text
    assert text.count("This device") == 1
    assert text.index("This device") > text.index("Safari on iPhone")


async def test_one_device_is_signed_out_and_this_one_stays(cast: Cast) -> None:
    phone = await add_phone(cast)
    (lost,) = [each for each in await devices_of(cast, "alice") if each.is_handheld]
    answer = await cast.alice.post(f"/settings/devices/{lost.id}/sign-out")
    assert answer.headers["location"] == "/settings/devices"
    assert (await phone.get("/settings/devices")).status_code == 303
    assert (await cast.alice.get("/settings/devices")).status_code == 200


async def test_signing_out_this_device_leads_to_the_sign_in(cast: Cast) -> None:
    this = next(each for each in await devices_of(cast, "bob"))
    answer = await cast.bob.post(f"/settings/devices/{this.id}/sign-out")
    assert answer.headers["location"] == "http://loomlite.localhost/sign-in"
    assert (await cast.bob.get("/settings/devices")).status_code == 303


async def test_a_device_of_another_is_404(cast: Cast) -> None:
    (bobs,) = await devices_of(cast, "bob")
    for thief in (cast.alice, cast.adam, cast.charlie, cast.charlie_at_home):
        assert (await thief.post(f"/settings/devices/{bobs.id}/sign-out")).status_code == 404
    assert (await cast.alice_at_door.post(f"/devices/{bobs.id}/sign-out")).status_code == 404
    assert (await cast.bob.get("/settings/devices")).status_code == 200


async def test_all_others_are_signed_out_and_this_one_stays(cast: Cast) -> None:
    phone = await add_phone(cast)
    answer = await cast.alice.post("/settings/devices/sign-out", data={"this": "stays"})
    assert answer.headers["location"] == "/settings/devices"
    assert (await cast.alice.get("/settings/devices")).status_code == 200
    assert (await phone.get("/settings/devices")).status_code == 303
    assert (await cast.alice_at_door.get("/devices")).status_code == 303


async def test_everywhere_is_everywhere(cast: Cast) -> None:
    phone = await add_phone(cast)
    answer = await cast.alice.post("/settings/devices/sign-out", data={"this": "too"})
    assert answer.headers["location"] == "http://loomlite.localhost/sign-in"
    for browser in (cast.alice, cast.alice_at_door, phone):
        assert (await browser.get("/")).status_code == 303
    assert await devices_of(cast, "alice") == []
    assert len(await devices_of(cast, "bob")) == 1


async def test_the_list_is_on_the_apps_host_too(cast: Cast) -> None:
    phone = await add_phone(cast)
    text = (await cast.charlie_at_door.get("/devices")).text
    assert "Safari on iPhone" not in text
    assert "Safari on iPhone" in (await cast.alice_at_door.get("/devices")).text
    (lost,) = [each for each in await devices_of(cast, "alice") if each.is_handheld]
    answer = await cast.alice_at_door.post(f"/devices/{lost.id}/sign-out")
    assert answer.headers["location"] == "/devices"
    assert (await phone.get("/settings/devices")).status_code == 303
    answer = await cast.alice_at_door.post("/devices/sign-out", data={"this": "stays"})
    assert answer.headers["location"] == "/devices"
    assert (await cast.alice.get("/settings/devices")).status_code == 303


async def test_the_list_of_the_apps_host_is_not_on_a_workspaces(cast: Cast) -> None:
    answer = await cast.alice.get("/devices")
    assert answer.headers["location"] == "http://loomlite.localhost/devices"
    assert (await cast.alice.post("/devices/sign-out")).status_code == 404


async def test_signing_out_ends_the_session_and_takes_the_cookie(cast: Cast) -> None:
    answer = await cast.alice.post("/sign-out")
    assert answer.headers["location"] == "http://loomlite.localhost/sign-in"
    assert 'session=""' in answer.headers["set-cookie"]
    async with cast.site.visitor("acme", cast.alice.cookies.get("session", domain="")) as again:
        assert (await again.get("/settings/devices")).status_code == 303
    assert (await cast.nobody.post("/sign-out")).status_code == 303


async def test_a_stranger_sees_no_settings_and_nobody_is_led_to_the_sign_in(cast: Cast) -> None:
    for path in ("", "/profile", "/password", "/sign-ins", "/devices", "/notifications"):
        assert (await cast.charlie.get(f"/settings{path}")).status_code == 404
        assert (await cast.nobody.get(f"/settings{path}")).headers["location"].startswith("/enter")
        assert (await cast.bob.get(f"/settings{path}")).status_code in {200, 303}
