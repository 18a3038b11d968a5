"""A person sets name, picture and letters; nobody sees or changes another's."""

import io

import pytest
from PIL import Image

from app.accounts.models import User
from app.accounts.notifications import wants
from tests.cast import Cast


def png(side_px: int = 300) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (side_px, side_px * 2), (200, 30, 90)).save(out, "PNG")
    return out.getvalue()


async def user_of(cast: Cast, name: str) -> User:
    async with cast.site.database.session() as session:
        return await session.get_one(User, cast.users[name].id)


async def test_a_name_is_saved_and_an_empty_one_is_refused(cast: Cast) -> None:
    assert 'value="Alice"' in (await cast.alice.get("/settings/profile")).text
    answer = await cast.alice.post("/settings/profile", data={"name": "  Alice Müller "})
    assert answer.headers["location"] == "/settings/profile"
    assert (await user_of(cast, "alice")).name == "Alice Müller"
    for name, words in (("", "Enter your name."), ("x" * 121, "Keep it to 120 characters.")):
        refused = await cast.alice.post("/settings/profile", data={"name": name})
        assert refused.status_code == 422
        assert words in refused.text
        assert f'value="{name}"' in refused.text
    assert (await user_of(cast, "bob")).name == "Bob"


async def test_the_settings_begin_with_the_profile(cast: Cast) -> None:
    assert (await cast.bob.get("/settings")).headers["location"] == "/settings/profile"


async def test_a_picture_becomes_a_small_square_for_its_owner(cast: Cast) -> None:
    assert (await cast.alice.get("/settings/profile/avatar")).status_code == 404
    files = {"picture": ("me.png", png(), "image/png")}
    answer = await cast.alice.post("/settings/profile/avatar", files=files)
    assert answer.headers["location"] == "/settings/profile"
    shown = await cast.alice.get("/settings/profile/avatar")
    assert shown.headers["content-type"] == "image/webp"
    assert "private" in shown.headers["cache-control"]
    assert Image.open(io.BytesIO(shown.content)).size == (256, 256)
    assert "/settings/profile/avatar" in (await cast.alice.get("/settings/profile")).text
    assert (await cast.bob.get("/settings/profile/avatar")).status_code == 404
    assert (await cast.charlie.get("/settings/profile/avatar")).status_code == 404
    assert (await cast.nobody.get("/settings/profile/avatar")).status_code == 303


async def test_a_picture_is_taken_away_with_its_file(cast: Cast) -> None:
    files = {"picture": ("me.png", png(), "image/png")}
    await cast.alice.post("/settings/profile/avatar", files=files)
    folder = cast.site.settings.media_folder / "people"
    assert [path.name for path in folder.rglob("*.webp")] == ["avatar.webp"]
    await cast.alice.post("/settings/profile/avatar/remove")
    assert not folder.exists()
    assert (await user_of(cast, "alice")).avatar_key is None
    assert (await cast.alice.post("/settings/profile/avatar/remove")).status_code == 303


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Choose a picture first."),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "This is not a picture."),
        (b"x" * (5 * 1024 * 1024 + 1), "The picture is over 5 MB."),
        (b"x" * (7 * 1024 * 1024), "The picture is over 5 MB."),
    ],
)
async def test_what_is_no_picture_is_refused_in_words(
    cast: Cast, content: bytes, words: str
) -> None:
    files = {"picture": ("me.png" if content else "", content, "image/png")}
    answer = await cast.alice.post("/settings/profile/avatar", files=files)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="Alice"' in answer.text
    assert (await user_of(cast, "alice")).avatar_key is None


async def test_a_stranger_changes_nothing(cast: Cast) -> None:
    pages = ("profile", "profile/avatar", "profile/avatar/remove", "notifications")
    for path in (*pages, "password", "password/remove", "password/letter", "devices/sign-out"):
        assert (await cast.charlie.post(f"/settings/{path}")).status_code == 404
        assert (await cast.nobody.post(f"/settings/{path}")).status_code == 303


async def test_all_letters_are_wanted_until_some_are_switched_off(cast: Cast) -> None:
    assert (await cast.alice.get("/settings/notifications")).text.count(" checked") == 6
    sent = {"first_view": "on", "evil": "on"}
    answer = await cast.alice.post("/settings/notifications", data=sent)
    assert answer.headers["location"] == "/settings/notifications"
    user = await user_of(cast, "alice")
    assert wants(user, "first_view")
    assert not wants(user, "weekly_summary")
    assert set(user.notifications) == {
        "render_done",
        "render_failed",
        "first_view",
        "ended",
        "booked",
        "weekly_summary",
    }
    assert (await cast.alice.get("/settings/notifications")).text.count(" checked") == 1
    await cast.alice.post("/settings/notifications", data={})
    assert not wants(await user_of(cast, "alice"), "first_view")
