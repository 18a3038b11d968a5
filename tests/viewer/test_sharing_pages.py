"""What a team hands out of a lead's link: over HTTP, each piece as its reader would take it."""

import csv
import io
import re
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import select, update

from app.accounts.passwords import hash_password
from app.db.base import now
from app.pipeline.compose.preview import MOST_BYTES
from app.renders.models import Render
from app.viewer.email_pieces import LETTER_BYTES, email_html, fitted
from app.viewer.models import LandingPage
from tests.cast import Cast, in_workspace, litestar_in
from tests.viewer.links import Shown, choose, forget, set_link, set_rows, show_video

HOST = "http://acme.loomlite.localhost"
HOSTILE = '"><script>alert(1)</script>'
LONGEST_URL = f"https://{'v' * 60}.{'o' * 60}.example/{'i' * 24}"


@pytest.fixture
async def shown(cast: Cast, tmp_path: Path) -> Shown:
    return await show_video(cast, tmp_path, name="Ada Lovelace")


def path_of(shown: Shown, path: str = "/share") -> str:
    return f"/campaigns/{shown.campaign_id}/videos/{shown.render_id}{path}"


async def dialog(cast: Cast, shown: Shown) -> httpx.Response:
    return await cast.bob.get(path_of(shown), headers={"X-Part": "dialog"})


async def exported(cast: Cast, shown: Shown) -> dict[str, str]:
    """The lead's row of its campaign's file, by header."""
    answer = await cast.bob.get(f"/campaigns/{shown.campaign_id}/leads.csv")
    rows = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    return next(row for row in rows if shown.public_id in row["video link"])


def letters(text: str) -> list[str]:
    return [unescape(each) for each in re.findall(r'data-copy-html="([^"]*)"', text)]


@pytest.mark.parametrize("path", ["/share", "/qr/svg", "/qr/png"])
async def test_a_stranger_gets_404(cast: Cast, shown: Shown, path: str) -> None:
    assert (await cast.bob.get(path_of(shown, path))).status_code == 200
    assert (await cast.charlie.get(path_of(shown, path))).status_code == 404
    assert (await cast.charlie_at_home.get(path_of(shown, path))).status_code == 404


async def test_a_lead_that_is_not_there_has_nothing_to_share(cast: Cast, shown: Shown) -> None:
    other = Shown(shown.campaign_id, UUID(int=1), shown.public_id)
    assert (await cast.bob.get(path_of(other))).status_code == 404
    assert (await cast.bob.get(path_of(other, "/qr/svg"))).status_code == 404
    assert (await cast.bob.get(path_of(shown, "/qr/exe"))).status_code == 404


async def test_all_ways_are_there_as_a_page_and_as_a_dialog(cast: Cast, shown: Shown) -> None:
    page, part = await cast.bob.get(path_of(shown)), await dialog(cast, shown)
    assert "<html" in page.text
    assert "<html" not in part.text
    for said in (f'value="{HOST}{shown.path}"', "Copy for e-mail", "/qr/svg", "&lt;iframe src="):
        assert said in page.text
        assert said in part.text


async def test_the_video_s_page_and_its_row_lead_there(cast: Cast, shown: Shown) -> None:
    videos = f"/campaigns/{shown.campaign_id}/videos"
    link = f'data-title="Share the video for Ada Lovelace" href="{path_of(shown)}"'
    for url in (f"{videos}/{shown.render_id}", videos):
        assert f'share-start" {link}' in (await cast.bob.get(url)).text


async def test_a_letter_has_a_linked_picture_of_fixed_width_with_words(
    cast: Cast, shown: Shown
) -> None:
    moving, still = letters((await dialog(cast, shown)).text)
    for letter, file in ((moving, "preview.gif"), (still, "card.jpg")):
        assert letter.count(f'<a href="{HOST}{shown.path}">') == 2
        assert 'alt="A video for Ada Lovelace"' in letter
        assert 'width="480"' in letter
        source = letter.partition('src="')[2].partition('"')[0]
        assert source.startswith(f"{HOST}{shown.path}/{file}?v=")
        picture = await cast.nobody.get(unescape(source))
        assert picture.status_code == 200
        # Webmail shows it on a page of its own.
        assert picture.headers["cross-origin-resource-policy"] == "cross-origin"


def test_a_letter_with_the_largest_picture_stays_under_a_megabyte() -> None:
    letter = email_html(LONGEST_URL, f"{LONGEST_URL}/preview.gif?v={'0' * 12}", "&" * 300)
    assert MOST_BYTES + len(letter.encode()) < LETTER_BYTES


async def test_a_picture_that_is_too_heavy_is_not_offered(cast: Cast, shown: Shown) -> None:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        render = await session.scalar(select(Render).where(Render.id == shown.render_id))
        assert render is not None
        heavy = render.files["preview.gif"] | {"bytes": LETTER_BYTES}
        render.files = render.files | {"preview.gif": heavy}
    (still,) = letters((await dialog(cast, shown)).text)
    assert "card.jpg" in still


async def test_a_lead_s_name_stays_words_in_all_that_is_copied(cast: Cast, tmp_path: Path) -> None:
    shown = await show_video(cast, tmp_path, name=HOSTILE)
    text = (await dialog(cast, shown)).text
    assert "<script" not in text
    copied = [unescape(each) for each in re.findall(r'data-copy(?:-html)?="([^"]*)"', text)]
    html = [each for each in copied if each.startswith("<")]
    assert len(html) == 5  # both letters, formatted and as code, and the player
    assert not any("<script" in each for each in html)
    # What is sent as plain text is as it was written.
    assert f"A video for {HOSTILE}: {HOST}{shown.path}" in copied


def read_code(png: bytes) -> str:
    with Image.open(io.BytesIO(png)) as image:
        (found,) = zxingcpp.read_barcodes(image.convert("L"))
    text: str = found.text
    return text


async def test_a_camera_reads_the_link_from_the_qr_code(cast: Cast, shown: Shown) -> None:
    url = HOST + shown.path
    png = await cast.bob.get(path_of(shown, "/qr/png"), params={"download": 1})
    assert png.headers["content-type"] == "image/png"
    assert png.headers["content-disposition"] == (
        "attachment; filename*=UTF-8''ada-lovelace-qr-code.png"
    )
    assert read_code(png.content) == url
    # Whoever has the link may have it too: letters on paper are printed by other programs.
    assert read_code((await cast.nobody.get(f"{shown.path}/qr.png")).content) == url
    svg = await cast.nobody.get(f"{shown.path}/qr.svg")
    assert svg.headers["content-type"] == "image/svg+xml"
    assert read_code(_drawn(svg.text)) == url


def _drawn(svg: str) -> bytes:
    """The SVG's runs of modules as a picture, eight pixels each: as its one path says them."""
    edge = int(re.findall(r'viewBox="0 0 (\d+) ', svg)[0])
    image = Image.new("L", (edge, edge), 255)
    x = y = 0.0
    for move, at, line, run in re.findall(
        r"([Mm])([-\d. ]+)|(h)([-\d.]+)", svg.partition('stroke="#000" d="')[2]
    ):
        if move:
            dx, dy = (float(each) for each in re.findall(r"-?[\d.]+", at))
            x, y = (dx, dy) if move == "M" else (x + dx, y + dy)
        elif line:
            for step in range(int(run)):
                image.putpixel((int(x) + step, int(y)), 0)
            x += int(run)
    file = io.BytesIO()
    image.resize((edge * 8, edge * 8), Image.Resampling.NEAREST).save(file, "PNG")
    return file.getvalue()


async def test_a_name_in_any_script_is_a_file_s_name(cast: Cast, tmp_path: Path) -> None:
    shown = await show_video(cast, tmp_path, name="李小龍\r\nX: y")
    answer = await cast.bob.get(path_of(shown, "/qr/svg"), params={"download": 1})
    assert answer.status_code == 200
    assert "x" not in answer.headers


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"revoked_at": now() - timedelta(minutes=1)}, "This link was taken back"),
        ({"expires_at": now() - timedelta(minutes=1)}, "This link has ended"),
        ({"erased_at": now() - timedelta(minutes=1)}, "deleted at their request"),
    ],
)
async def test_a_closed_link_says_so(
    cast: Cast, shown: Shown, values: dict[str, Any], said: str
) -> None:
    await set_link(cast, shown.public_id, **values)
    text = (await dialog(cast, shown)).text
    assert said in text
    assert ("Copy link" in text) == ("erased_at" not in values)


async def test_behind_a_password_the_letter_is_a_line_and_nothing_is_embedded(
    cast: Cast, shown: Shown
) -> None:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        session.add(
            LandingPage(
                workspace_id=cast.acme.id,
                campaign_id=None,
                choices={},
                password_hash=hash_password("open sesame"),
            )
        )
    text = (await dialog(cast, shown)).text
    assert "A password is asked for" in text
    assert letters(text) == [f'<a href="{HOST}{shown.path}">A video for Ada Lovelace</a>']
    assert "iframe" not in text


async def test_before_the_video_is_ready_the_link_is_there_and_no_picture(
    cast: Cast, shown: Shown
) -> None:
    await set_rows(
        cast, update(Render).where(Render.id == shown.render_id).values(is_current=False)
    )
    text = (await dialog(cast, shown)).text
    assert "The video is not ready yet" in text
    assert len(letters(text)) == 1
    assert "<img src" not in text


async def test_what_the_page_does_not_allow_is_not_offered(cast: Cast, shown: Shown) -> None:
    await choose(cast, shown.campaign_id, allows_embed=False)
    text = (await dialog(cast, shown)).text
    assert "does not allow to embed" in text
    assert "iframe" not in text


async def test_on_an_own_host_everything_names_it(cast: Cast, shown: Shown) -> None:
    served = litestar_in(cast.site.app).state.served_hosts
    served.take_hosts([("videos.acme.example", cast.acme.id)])
    own = f"http://videos.acme.example/{shown.public_id}"
    try:
        text = (await dialog(cast, shown)).text
        assert f'value="{own}"' in text
        assert all(f'<a href="{own}"><img src="{own}/' in each for each in letters(text))
        assert f"&lt;iframe src=&#34;{own}/embed&#34;" in text
        assert read_code((await cast.bob.get(path_of(shown, "/qr/png"))).content) == own
        row = (await cast.bob.get(f"/campaigns/{shown.campaign_id}/videos")).text
        assert f'data-copy="{own}"' in row
        file = await exported(cast, shown)
        assert file["video link"] == own
        assert file["e-mail HTML"].startswith(f'<a href="{own}"><img src="{own}/preview.gif"')
        assert file["QR code link"] == f"{own}/qr.png"
        assert f'src="{own}/embed"' in file["embed code"]
    finally:
        served.take_hosts([])


async def test_a_campaign_s_file_has_what_its_pages_allow(cast: Cast, shown: Shown) -> None:
    assert "download link" not in await exported(cast, shown)
    await choose(cast, shown.campaign_id, allows_embed=False, allows_download=True)
    forget(cast)
    file = await exported(cast, shown)
    assert "embed code" not in file
    assert file["download link"] == f"{HOST}{shown.path}/video?download=1"
    assert (await cast.nobody.get(file["download link"])).status_code == 200


def test_a_player_keeps_the_video_s_shape() -> None:
    assert fitted(1920, 1080, (640, 640)) == (640, 360)
    assert fitted(1080, 1920, (640, 640)) == (360, 640)
    assert fitted(10_000, 1, (640, 640)) == (640, 1)


async def test_the_help_speaks_of_the_columns_that_the_file_has(cast: Cast, shown: Shown) -> None:
    text = (await cast.bob.get("/help/sending")).text
    named = set(re.findall(r"<dt>([^<]+)</dt>", text))
    assert named == (await exported(cast, shown)).keys() - {"Name", "E-mail", "Website", "Note"}
    assert (await cast.charlie.get("/help/sending")).status_code == 404
    # What is to be put into a tool's letter leads to the page and has its picture.
    piece = unescape(re.findall(r'data-copy="([^"]*)"', text)[0])
    filled = piece.replace("{{video link}}", HOST + shown.path).replace("{{Name}}", "Ada")
    assert filled == email_html(HOST + shown.path, f"{HOST}{shown.path}/preview.gif", "Ada")
    assert (await cast.nobody.get(f"{HOST}{shown.path}/preview.gif")).status_code == 200
