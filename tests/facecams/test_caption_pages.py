"""Captions on the page of a facecam, as the cast sees them."""

from uuid import UUID

import httpx
import pytest

from app.facecams.captions import LANGUAGES_AT_MOST, list_captions
from app.facecams.languages import LANGUAGES
from app.facecams.models import Caption
from tests.cast import Cast, in_workspace
from tests.facecams.clips import make_facecam

VTT = b"WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n"


async def send(
    who: httpx.AsyncClient, facecam_id: UUID, data: bytes, language: str = "en", name: str = "a.vtt"
) -> httpx.Response:
    return await who.post(
        f"/facecams/{facecam_id}/captions",
        data={"language": language},
        files={"file": (name, data, "text/vtt")},
    )


async def kept(cast: Cast, facecam_id: UUID) -> list[Caption]:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        return await list_captions(session, facecam_id)


async def test_a_stranger_gets_404(cast: Cast) -> None:
    facecam_id = await make_facecam(cast)
    await send(cast.bob, facecam_id, VTT)
    for visitor in (cast.charlie, cast.charlie_at_home):
        assert (await send(visitor, facecam_id, VTT)).status_code == 404
        url = f"/facecams/{facecam_id}/captions"
        assert (await visitor.get(f"{url}/en.vtt")).status_code == 404
        assert (await visitor.post(f"{url}/en/remove")).status_code == 404
    assert len(await kept(cast, facecam_id)) == 1


async def test_captions_are_uploaded_shown_downloaded_and_removed(cast: Cast) -> None:
    facecam_id = await make_facecam(cast)
    url = f"/facecams/{facecam_id}"
    sent = await send(cast.bob, facecam_id, b"1\n00:00:01,0 --> 00:00:02,0\nHallo\n", "de", "x.srt")
    assert sent.headers["location"] == f"{url}#captions"
    await send(cast.bob, facecam_id, VTT, "en")

    shown = (await cast.bob.get(url)).text
    assert f'srclang="de" label="German" src="{url}/captions/de.vtt"' in shown
    assert "x.srt" in shown
    assert shown.index("<strong>English") < shown.index("<strong>German")

    file = await cast.bob.get(f"{url}/captions/de.vtt")
    assert file.headers["content-type"] == "text/vtt; charset=utf-8"
    assert file.text == "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nHallo\n"
    saved = await cast.bob.get(f"{url}/captions/de.vtt?download=1")
    assert saved.headers["content-disposition"] == 'attachment; filename="intro-de.vtt"'

    await cast.bob.post(f"{url}/captions/de/remove")
    assert [each.language for each in await kept(cast, facecam_id)] == ["en"]
    assert (await cast.bob.get(f"{url}/captions/de.vtt")).status_code == 404
    assert (await cast.bob.post(f"{url}/captions/de/remove")).status_code == 404


async def test_the_same_language_is_replaced(cast: Cast) -> None:
    facecam_id = await make_facecam(cast)
    await send(cast.bob, facecam_id, VTT, name="first.vtt")
    await send(cast.alice, facecam_id, VTT.replace(b"Hello", b"Hi"), name="second.vtt")
    (only,) = await kept(cast, facecam_id)
    assert (only.file_name, "Hi" in only.vtt) == ("second.vtt", True)


@pytest.mark.parametrize(
    ("data", "language", "words"),
    [
        (b"hello", "en", "Line 1: a time such as"),
        (b"", "en", "There are no captions in this file."),
        (VTT.replace(b"00:01.000", b"00:50.000").replace(b"00:02", b"00:52"), "en", "ends at 0:30"),
        (VTT, "xx", "Choose the language."),
        (VTT, "", "Choose the language."),
        (b"x" * 600_000, "en", "over 512 kB"),
        (b"x" * 5_000_000, "en", "far too large"),
    ],
)
async def test_wrong_captions_are_told_beside_the_field(
    cast: Cast, data: bytes, language: str, words: str
) -> None:
    facecam_id = await make_facecam(cast)
    answer = await send(cast.bob, facecam_id, data, language)
    assert answer.status_code == 422
    assert words in answer.text
    assert await kept(cast, facecam_id) == []


async def test_the_language_chosen_stays_when_the_file_is_wrong(cast: Cast) -> None:
    answer = await send(cast.bob, await make_facecam(cast), b"hello", "de")
    assert '<option value="de" selected>' in answer.text


async def test_without_a_file_it_is_asked_for(cast: Cast) -> None:
    facecam_id = await make_facecam(cast)
    answer = await cast.bob.post(f"/facecams/{facecam_id}/captions", data={"language": "en"})
    assert answer.status_code == 422
    assert "Choose a file first" in answer.text


async def test_one_language_too_many_is_refused(cast: Cast) -> None:
    facecam_id = await make_facecam(cast)
    tags = [tag for tag, _, _ in LANGUAGES[: LANGUAGES_AT_MOST + 1]]
    for tag in tags[:-1]:
        assert (await send(cast.bob, facecam_id, VTT, tag)).status_code == 303
    assert "20 languages are the most" in (await send(cast.bob, facecam_id, VTT, tags[-1])).text
    assert (await send(cast.bob, facecam_id, VTT, tags[0])).status_code == 303
