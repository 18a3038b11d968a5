"""Settings of a workspace: who may change its name, address, logo and colours, and what follows."""

import io

import httpx
import pytest
from PIL import Image

from app.web.images import PICTURE_BODY_BYTES
from app.workspaces.activity_feed import list_activity
from app.workspaces.models import Workspace
from tests.cast import Cast, in_workspace
from tests.workspaces.stage import Worker

SETTINGS = "/settings/workspace"
CHANGES = {
    "name": {"name": "Apex"},
    "address": {"slug": "apex"},
    "colours": {"accent": "#112233", "background": "#ffffff"},
    "logo": {},
    "logo/remove": {},
}


def _picture(kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (320, 80), (91, 63, 214)).save(out, kind)
    return out.getvalue()


async def _acme(cast: Cast) -> Workspace:
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        workspace = await session.get(Workspace, cast.acme.id)
        assert workspace is not None
        return workspace


@pytest.mark.parametrize("who", ["alice", "adam", "bob"])
async def test_members_see_the_settings_and_managers_change_them(cast: Cast, who: str) -> None:
    page = await getattr(cast, who).get(SETTINGS)
    assert page.status_code == 200
    assert "acme" in page.text
    assert ("Save name" in page.text) == (who != "bob")


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(("who", "status"), [("bob", 403), ("charlie", 404)])
async def test_nobody_else_changes_them(cast: Cast, change: str, who: str, status: int) -> None:
    asker: httpx.AsyncClient = getattr(cast, who)
    assert (await asker.post(f"{SETTINGS}/{change}", data=CHANGES[change])).status_code == status
    acme = await _acme(cast)
    assert (acme.name, acme.slug, acme.accent) == ("Acme", "acme", "#5b3fd6")


async def test_a_renamed_workspace_says_so_in_its_feed(cast: Cast) -> None:
    answer = await cast.adam.post(f"{SETTINGS}/name", data={"name": "Apex"})
    assert answer.headers["location"] == SETTINGS
    assert (await _acme(cast)).name == "Apex"
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        assert (await list_activity(session, 1))[0].text == "Adam renamed the workspace to Apex"


async def test_a_name_that_is_none_keeps_what_was_typed(cast: Cast) -> None:
    answer = await cast.alice.post(f"{SETTINGS}/name", data={"name": "x" * 81})
    assert answer.status_code == 422
    assert "Keep it to 80 characters." in answer.text
    assert "x" * 81 in answer.text


async def test_a_moved_workspace_takes_its_people_along(cast: Cast) -> None:
    answer = await cast.alice.post(f"{SETTINGS}/address", data={"slug": "Apex"})
    assert (
        answer.headers["location"]
        == "http://apex.loomlite.localhost/enter?next=/settings/workspace"
    )
    assert (await cast.alice.get(SETTINGS)).status_code == 404
    led = await cast.alice_at_door.get("/")
    assert led.headers["location"] == "http://apex.loomlite.localhost/enter"


@pytest.mark.parametrize(
    ("slug", "words"),
    [("other", "This address is taken"), ("api", "reserved"), ("", "Use 3 to 40 characters")],
)
async def test_an_address_that_cannot_be_is_said_beside_its_field(
    cast: Cast, slug: str, words: str
) -> None:
    answer = await cast.alice.post(f"{SETTINGS}/address", data={"slug": slug})
    assert answer.status_code == 422
    assert words in answer.text
    assert (await _acme(cast)).slug == "acme"


async def test_colours_are_kept_and_drawn(cast: Cast) -> None:
    sent = {"accent": "#E8FF00", "background": "#ffffff"}
    assert (await cast.alice.post(f"{SETTINGS}/colours", data=sent)).status_code == 303
    page = await cast.alice.get(SETTINGS)
    assert 'fill="#e8ff00"' in page.text
    assert "The button is hard to see on this background" in page.text


async def test_a_colour_that_is_none_is_said_beside_its_field(cast: Cast) -> None:
    sent = {"accent": 'red"/><script>', "background": "#ffffff"}
    answer = await cast.alice.post(f"{SETTINGS}/colours", data=sent)
    assert answer.status_code == 422
    assert "Enter a colour such as #5b3fd6." in answer.text
    assert "<script>" not in answer.text


async def test_colours_are_seen_while_they_are_chosen(cast: Cast) -> None:
    part = await cast.bob.get(
        f"{SETTINGS}/preview", params={"accent": "#123456", "background": "#fafafa"}
    )
    assert 'fill="#123456"' in part.text
    assert "<html" not in part.text
    assert (await _acme(cast)).accent == "#5b3fd6"
    wrong = await cast.bob.get(f"{SETTINGS}/preview", params={"accent": "javascript:"})
    assert 'fill="#5b3fd6"' in wrong.text
    assert (await cast.charlie.get(f"{SETTINGS}/preview")).status_code == 404


async def test_a_logo_is_shown_to_members_alone(cast: Cast) -> None:
    assert (await cast.bob.get("/brand/logo")).status_code == 404
    answer = await cast.alice.post(f"{SETTINGS}/logo", files={"logo": ("logo.png", _picture())})
    assert answer.status_code == 303
    shown = await cast.bob.get("/brand/logo")
    assert shown.headers["content-type"] == "image/webp"
    assert Image.open(io.BytesIO(shown.content)).size == (320, 80)
    assert (await cast.charlie.get("/brand/logo")).status_code == 404
    assert (await cast.charlie_at_home.get("/brand/logo")).status_code == 404


async def test_another_logo_removes_the_first(cast: Cast, worker: Worker) -> None:
    kept = []
    for kind in ("PNG", "JPEG"):
        await cast.alice.post(f"{SETTINGS}/logo", files={"logo": ("logo", _picture(kind))})
        kept.append((await _acme(cast)).logo_key or "")
    await worker.run_all()
    media = cast.site.settings.media_folder
    assert [(media / key).exists() for key in kept] == [False, True]
    await cast.alice.post(f"{SETTINGS}/logo/remove")
    await worker.run_all()
    assert not (media / kept[1]).exists()
    assert (await cast.bob.get("/brand/logo")).status_code == 404


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "This is not a picture"),
        (b"", "The file is empty"),
        (bytes(PICTURE_BODY_BYTES), "The picture is over 5 MB"),
    ],
)
async def test_a_file_that_is_no_logo_is_refused_in_words(
    cast: Cast, content: bytes, words: str
) -> None:
    answer = await cast.alice.post(f"{SETTINGS}/logo", files={"logo": ("logo.svg", content)})
    assert answer.status_code == 422
    assert words in answer.text
    assert (await _acme(cast)).logo_key is None


async def test_no_file_at_all_is_said_too(cast: Cast) -> None:
    answer = await cast.alice.post(f"{SETTINGS}/logo", data={"logo": ""})
    assert answer.status_code == 422
    assert "Choose a picture first." in answer.text


async def test_the_place_of_api_keys_says_what_they_will_be_for(cast: Cast) -> None:
    assert "your own programs will add leads" in (await cast.bob.get("/settings/api-keys")).text
    assert (await cast.charlie.get("/settings/api-keys")).status_code == 404
