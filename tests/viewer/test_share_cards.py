"""What a messenger gets of a link that is pasted into it, in each state of the link."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select, update

from app.accounts.passwords import hash_password
from app.db.base import now
from app.renders.models import Render
from app.storage.interface import content_type_of
from app.viewer.models import LandingPage
from tests.cast import Cast, in_workspace, litestar_in
from tests.viewer.links import Shown, choose, forget, set_link, set_rows, show_video
from tests.viewer.pasted import head_of

HOST = "http://acme.loomlite.localhost"
READ_BYTES = 32_768  # Slack looks no further into a page
HOSTILE = "\"><script>alert(1)</script><b a='{{ 7 * 7 }}"
ALLOWED = {"html", "head", "meta", "title", "link", "style", "script"}


def jpeg(size: tuple[int, int]) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, (90, 60, 200)).save(file, "JPEG")
    return file.getvalue()


async def give_card(cast: Cast, shown: Shown, tmp_path: Path, name: str = "card-1") -> None:
    """The video has a card, as videos of today have."""
    key = f"workspaces/{cast.acme.id}/renders/{shown.render_id}/{name}.jpg"
    (tmp_path / "card.jpg").write_bytes(jpeg((1200, 630)))
    await cast.site.storage.put_file(key, tmp_path / "card.jpg", content_type_of(key))
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        render = await session.scalar(select(Render).where(Render.id == shown.render_id))
        assert render is not None
        render.files = render.files | {"card.jpg": {"key": key, "bytes": 9}}
    forget(cast)


@pytest.fixture
async def shown(cast: Cast, tmp_path: Path) -> Shown:
    found = await show_video(cast, tmp_path, name="Ada Lovelace", company="Analytical")
    await give_card(cast, found, tmp_path)
    return found


async def test_a_pasted_link_shows_title_words_and_the_card(cast: Cast, shown: Shown) -> None:
    answer = await cast.nobody.get(shown.path)
    assert answer.content.index(b"twitter:image") < READ_BYTES
    head = head_of(answer)
    page_url = HOST + shown.path
    assert head.meta["og:title"] == head.meta["twitter:title"] == "Ada, this video is for you"
    assert head.meta["og:description"] == "A personal video from Acme, 0:20 long."
    assert head.meta["og:url"] == head.links["canonical"] == page_url
    assert head.meta["og:site_name"] == "Acme"
    assert head.meta["twitter:card"] == "summary_large_image"
    image_url = head.meta["og:image"]
    assert image_url == head.meta["twitter:image"]
    assert image_url.startswith(f"{page_url}/card.jpg?v=")
    image = await cast.nobody.get(image_url)
    assert image.headers["content-type"] == "image/jpeg"
    assert image.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "noindex" in image.headers["x-robots-tag"]
    with Image.open(io.BytesIO(image.content)) as card:
        width, height = head.meta["og:image:width"], head.meta["og:image:height"]
        assert card.size == (int(width), int(height)) == (1200, 630)
    assert (await cast.nobody.head(image_url)).status_code == 200
    assert "noindex" in head.meta["robots"]


async def test_another_card_has_another_address(cast: Cast, shown: Shown, tmp_path: Path) -> None:
    before = head_of(await cast.nobody.get(shown.path)).meta["og:image"]
    await give_card(cast, shown, tmp_path, "card-2")
    after = head_of(await cast.nobody.get(shown.path)).meta["og:image"]
    assert before != after
    # What was copied before still shows a picture: the one of today, to be asked for again.
    assert (await cast.nobody.get(before)).headers["cache-control"] == "private, no-cache"
    assert "immutable" in (await cast.nobody.get(after)).headers["cache-control"]


async def test_a_video_from_before_there_were_cards_shows_its_poster(
    cast: Cast, tmp_path: Path
) -> None:
    shown = await show_video(cast, tmp_path)
    head = head_of(await cast.nobody.get(shown.path))
    assert (head.meta["og:image:width"], head.meta["og:image:height"]) == ("1280", "720")
    assert (await cast.nobody.get(head.meta["og:image"])).content == b"a poster"


async def test_the_team_s_own_words_are_the_card_s(cast: Cast, shown: Shown) -> None:
    await choose(
        cast,
        shown.campaign_id,
        headline="{{ lead.name }}, see {{ workspace.name }}",
        text="Hello {{ lead.first_name }}.\n\n" + "word " * 100,
    )
    forget(cast)
    meta = head_of(await cast.nobody.get(shown.path)).meta
    assert meta["og:title"] == "Ada Lovelace, see Acme"
    assert meta["og:description"].startswith("Hello Ada. word word")
    assert len(meta["og:description"]) <= 200
    assert meta["og:description"].endswith("word…")


async def test_a_lead_s_values_stay_in_their_place(cast: Cast, tmp_path: Path) -> None:
    shown = await show_video(cast, tmp_path, name=HOSTILE, company=HOSTILE)
    await choose(
        cast,
        shown.campaign_id,
        headline="For {{ lead.name }}",
        text="{{ lead.company }}",
        speaker=HOSTILE[:100],
    )
    forget(cast)
    answer = await cast.nobody.get(shown.path)
    head = head_of(answer)
    assert head.elements <= ALLOWED
    assert head.meta["og:title"] == f"For {HOSTILE}"
    assert head.meta["og:description"] == HOSTILE
    assert "<script>alert" not in answer.text
    embed = await cast.nobody.get(f"{shown.path}/embed")
    assert "<script>alert" not in embed.text


async def neutral(cast: Cast, shown: Shown, status: int) -> None:
    """Neither the lead's name nor a picture is told, and there is none to be had."""
    answer = await cast.nobody.get(shown.path)
    assert answer.status_code == status
    head = head_of(answer)
    assert "Ada" not in str(head.meta)
    assert head.meta["og:title"] in {"A video", "A video from Acme"}
    assert not {"og:image", "twitter:image", "og:description"} & head.meta.keys()
    assert "application/json+oembed" not in head.links
    assert "noindex" in head.meta["robots"]
    for thing in ("card.jpg", "poster.jpg", "preview.gif", "video"):
        assert (await cast.nobody.get(f"{shown.path}/{thing}")).status_code == 404
    asked = {"url": HOST + shown.path}
    assert (await cast.alice_at_door.get("/oembed", params=asked)).status_code == 404


@pytest.mark.parametrize("at", ["revoked_at", "expires_at", "erased_at"])
async def test_a_closed_link_shows_a_neutral_card(cast: Cast, shown: Shown, at: str) -> None:
    await set_link(cast, shown.public_id, **{at: now() - timedelta(minutes=1)})
    await neutral(cast, shown, 410)
    assert (await cast.nobody.get(f"{shown.path}/qr.svg")).status_code == 404


async def test_a_link_behind_a_password_shows_a_neutral_card(cast: Cast, shown: Shown) -> None:
    row = LandingPage(
        workspace_id=cast.acme.id,
        campaign_id=shown.campaign_id,
        choices={},
        password_hash=hash_password("open sesame"),
    )
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        session.add(row)
    forget(cast)
    await neutral(cast, shown, 200)


async def test_a_video_that_is_being_made_shows_a_neutral_card(cast: Cast, shown: Shown) -> None:
    await set_rows(
        cast, update(Render).where(Render.id == shown.render_id).values(is_current=False)
    )
    await neutral(cast, shown, 200)


async def test_on_a_team_s_own_host_all_addresses_are_of_that_host(
    cast: Cast, shown: Shown
) -> None:
    served = litestar_in(cast.site.app).state.served_hosts
    served.take_hosts([("videos.acme.example", cast.acme.id)])
    try:
        url = f"http://videos.acme.example/{shown.public_id}"
        head = head_of(await cast.nobody.get(url))
        assert head.meta["og:url"] == url
        assert head.meta["og:image"].startswith(f"{url}/card.jpg?v=")
        assert (await cast.nobody.get(head.meta["og:image"])).status_code == 200
        # Own hosts have nothing but pages: what may be embedded is asked for at the service's.
        discovery = head.links["application/json+oembed"]
        assert discovery.startswith("http://loomlite.localhost/oembed?url=")
        found = (await cast.nobody.get(discovery)).json()
        assert f'<iframe src="{url}/embed"' in found["html"]
    finally:
        served.take_hosts([])
