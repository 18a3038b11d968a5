"""What other sites are told of a pasted address, and that a hostile one is nothing but text."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cast import Cast
from tests.viewer.links import Shown, choose, forget, show_video

HOST = "http://acme.loomlite.localhost"


@pytest.fixture
async def shown(cast: Cast, tmp_path: Path) -> Shown:
    return await show_video(cast, tmp_path, name="Ada <Lovelace>")


async def ask(cast: Cast, url: str, **more: Any) -> httpx.Response:
    return await cast.alice_at_door.get("/oembed", params={"url": url, **more})


async def test_a_page_of_ours_is_a_video_with_its_player(cast: Cast, shown: Shown) -> None:
    answer = await ask(cast, HOST + shown.path)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "noindex" in answer.headers["x-robots-tag"]
    found = answer.json()
    assert (found["version"], found["type"]) == ("1.0", "video")
    assert (found["width"], found["height"]) == (640, 360)
    assert found["title"] == "Ada, this video is for you"
    assert found["provider_name"] == "Acme"
    assert f'<iframe src="{HOST}{shown.path}/embed" width="640" height="360"' in found["html"]
    assert 'title="A video for Ada &lt;Lovelace&gt;"' in found["html"]
    assert (await cast.nobody.get(found["thumbnail_url"])).status_code == 200


@pytest.mark.parametrize(
    ("room", "size"),
    [
        ({"maxwidth": 320}, (320, 180)),
        ({"maxheight": 90}, (160, 90)),
        ({"maxwidth": 100_000, "maxheight": 900_000}, (3840, 2160)),
        ({"maxwidth": "-5", "maxheight": "1e9"}, (640, 360)),
        ({"maxwidth": "٣٢٠"}, (640, 360)),
        ({"maxwidth": 0}, (640, 360)),
        ({"maxwidth": 1}, (1, 1)),
    ],
)
async def test_the_player_fits_the_room_that_is_named(
    cast: Cast, shown: Shown, room: dict[str, Any], size: tuple[int, int]
) -> None:
    found = (await ask(cast, HOST + shown.path, **room)).json()
    assert (found["width"], found["height"]) == size


async def test_where_the_team_allows_no_player_it_is_a_link(cast: Cast, shown: Shown) -> None:
    await choose(cast, shown.campaign_id, allows_embed=False)
    forget(cast)
    found = (await ask(cast, HOST + shown.path)).json()
    assert found["type"] == "link"
    assert not {"html", "width", "height"} & found.keys()
    assert found["thumbnail_url"]


async def test_any_spelling_of_our_own_address_is_understood(cast: Cast, shown: Shown) -> None:
    for url in (
        f"https://acme.loomlite.localhost{shown.path}",
        f"HTTP://ACME.loomlite.LOCALHOST{shown.path}/",
        f"{HOST}:8000{shown.path}?utm_source=x#play",
        f"{HOST}{shown.path}/embed",
    ):
        assert (await ask(cast, url)).status_code == 200, url


HOSTILE = (
    "",
    "{path}",
    "javascript:alert(1)//acme.loomlite.localhost{path}",
    "file:///etc/passwd",
    "ftp://acme.loomlite.localhost{path}",
    "//acme.loomlite.localhost{path}",
    "http://evil.example{path}",
    "http://acme.loomlite.localhost.evil.example{path}",
    "http://evil.example/acme.loomlite.localhost{path}",
    "http://acme.loomlite.localhost@evil.example{path}",
    "http://evil.example#@acme.loomlite.localhost{path}",
    "http://user:word@acme.loomlite.localhost{path}",
    "http://evil.example\\@acme.loomlite.localhost{path}",
    "http://other.loomlite.localhost{path}",
    "http://loomlite.localhost{path}",
    "http://a.acme.loomlite.localhost{path}",
    "http://acme.loomlite.localhost/v/",
    "http://acme.loomlite.localhost{path}/video",
    "http://acme.loomlite.localhost/v/../v{path}",
    "http://acme.loomlite.localhost/v/' or 1=1 --",
    "http://acme.loomlite.localhost{path}\x00",
    "http://acme.loomlite.localhost{path}\r\nSet-Cookie: a=b",
    "http://acme.loomlite.localhost:99999999{path}",
    "http://[::1{path}",
    "http://169.254.169.254/latest/meta-data",
    "http://ａcme.loomlite.localhost{path}",
    "http://acme.loomlite.localhost{path}" + "?a=" + "x" * 5000,
)


@pytest.mark.parametrize("url", HOSTILE)
async def test_an_address_that_is_none_of_ours_is_nothing(
    cast: Cast, shown: Shown, url: str
) -> None:
    answer = await ask(cast, url.replace("{path}", shown.path))
    assert answer.status_code == 404
    assert answer.json() == {"error": "There is no video here."}


async def test_only_json_is_given(cast: Cast, shown: Shown) -> None:
    assert (await ask(cast, HOST + shown.path, format="xml")).status_code == 501
    assert (await cast.alice_at_door.get("/oembed")).status_code == 404
