"""Logos and passwords of landing pages: set in the editor, refused, inherited, taken away."""

import io
from uuid import UUID

import pytest
from PIL import Image

from app.viewer.page_editing import NO_LOGO, NO_PASSWORD
from tests.campaigns.boards import put_campaigns
from tests.cast import Cast
from tests.viewer.editing import (
    OF_WORKSPACE,
    of_campaign,
    rows_of,
    save,
    typed,
    typed_of_campaign,
)


def picture(kind: str = "PNG", size: tuple[int, int] = (320, 80)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (91, 63, 214)).save(out, kind)
    return out.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'


async def test_a_logo_is_drawn_anew_and_the_campaign_may_have_another_or_none(cast: Cast) -> None:
    (campaign_id,) = await put_campaigns(cast, 1)
    url = of_campaign(campaign_id)
    assert NO_LOGO in (await save(cast.alice, OF_WORKSPACE, typed(group_logo="own"))).text
    await save(cast.alice, OF_WORKSPACE, typed(group_logo="own"), picture("JPEG"))
    of_workspace = (await rows_of(cast, campaign_id)).logo_key
    assert of_workspace is not None

    assert (await cast.bob.get(f"{url}/logo")).status_code == 404
    await save(cast.bob, url, typed_of_campaign("logo"), picture())
    own = (await rows_of(cast, campaign_id)).logo_key
    assert own not in {None, of_workspace}
    shown = await cast.bob.get(f"{url}/logo")
    assert Image.open(io.BytesIO(shown.content)).format == "WEBP"
    # Saved again without a file it stays.
    await save(cast.bob, url, typed_of_campaign("logo"))
    assert (await rows_of(cast, campaign_id)).logo_key == own

    await save(cast.bob, url, typed_of_campaign(group_logo="none"))
    assert (await rows_of(cast, campaign_id)).logo_key is None
    await save(cast.bob, url, typed_of_campaign())
    assert (await rows_of(cast, campaign_id)).logo_key == of_workspace


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (SVG, "This is not a picture."),
        (b"GIF89a" + bytes(40), "This is not a picture."),
        (picture()[:60], "This is not a picture."),
        (b"x" * (6 * 1024**2), "The picture is over 5 MB."),
        (b"", "The file is empty."),
    ],
)
async def test_a_hostile_logo_is_refused_in_words(cast: Cast, data: bytes, words: str) -> None:
    answer = await save(cast.alice, OF_WORKSPACE, typed(group_logo="own"), data)
    assert answer.status_code == 422
    assert words in answer.text
    assert (await rows_of(cast)).logo_key is None


async def test_a_good_logo_is_kept_when_something_else_is_wrong(cast: Cast) -> None:
    fields = typed(group_logo="own", headline="")
    answer = await save(cast.alice, OF_WORKSPACE, fields, picture())
    assert answer.status_code == 422
    assert "Enter a headline." in answer.text
    assert NO_LOGO not in answer.text
    assert (await rows_of(cast)).logo_key is not None


async def test_a_password_is_set_kept_changed_and_taken_away(cast: Cast) -> None:
    (campaign_id,) = await put_campaigns(cast, 1)
    url = of_campaign(campaign_id)

    async def asked() -> bool:
        return (await rows_of(cast, campaign_id)).has_password

    assert NO_PASSWORD in (await save(cast.bob, url, typed_of_campaign("password"))).text
    short = await save(cast.bob, url, typed_of_campaign("password", password="abc"))
    assert "Use 4 to 200 characters." in short.text
    assert not await asked()
    await save(cast.bob, url, typed_of_campaign("password", password="apricot"))
    row = (await rows_of(cast, campaign_id)).of_campaign
    assert row is not None
    assert str(row.password_hash).startswith("$argon2id$")
    await save(cast.bob, url, typed_of_campaign("password"))
    assert await asked()
    page = (await cast.bob.get(url)).text
    assert "One is set." in page
    assert "argon2" not in page

    await save(cast.bob, url, typed_of_campaign(group_password="none"))
    assert not await asked()
    await save(cast.alice, OF_WORKSPACE, typed(group_password="own", password="everyone"))
    assert not await asked()
    await save(cast.bob, url, typed_of_campaign())
    assert await asked()
    await save(cast.alice, OF_WORKSPACE, typed())
    assert not await asked()


async def test_a_copied_campaign_has_the_same_pages_and_password(cast: Cast) -> None:
    (campaign_id,) = await put_campaigns(cast, 1)
    fields = typed_of_campaign("words", "logo", "password", headline="Ours", password="apricot")
    await save(cast.bob, of_campaign(campaign_id), fields, picture())
    answer = await cast.bob.post(f"/campaigns/{campaign_id}/duplicate", data={"name": "Again"})
    copy = await rows_of(cast, UUID(answer.headers["location"].rpartition("/")[2]))
    assert copy.choices.headline == "Ours"
    assert copy.has_password
    # A file is one campaign's: taking it away here must not take it away there.
    assert copy.logo_key is None
