"""What a pasted link shows, as the engine makes it: words set by a real browser, then the JPEG."""

import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.pipeline.browser.card_words import draw_card_words
from app.pipeline.browser.page import Page
from app.pipeline.browser.studio import Studio
from app.pipeline.compose.card import MOST_BYTES, write_card
from tests.pipeline.desk import CHROMIUM
from tests.pipeline.synthetic import U8

# The lowest 60 pixels are where X lays words of its own.
FREE_AT_BOTTOM_PX = 60
BRIGHT = 235
COLOUR_TOLERANCE = 12
LONG = "Maximiliane-Theodora Freifrau von Hohenstein-Wackerbarth zu Oberstdorf und am Rhein"
NAMES = ("Ada Lovelace", LONG, "李小龍", "محمد عبد الرحمن", "Zoë 🚀", "W" * 300, "<b>&amp;", "")


@pytest.fixture(params=[(1920, 1080), (270, 480)], ids=str)
async def page(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Page]:
    """Of a wide video and of a small, tall one."""
    width, height = request.param
    async with (
        Studio(CHROMIUM, frame_control=False, width=width, height=height, folder=tmp_path) as it,
        it.page() as opened,
    ):
        yield opened


def rgba(words: bytes) -> U8:
    with Image.open(io.BytesIO(words)) as image:
        assert (image.format, image.size, image.mode) == ("PNG", (1200, 630), "RGBA")
        return np.asarray(image)


def letters(words: U8) -> Any:
    """Where something light is written, the play sign left out."""
    light = (words[:, :, :3] > BRIGHT).all(-1) & (words[:, :, 3] > BRIGHT)
    light[:330] = False
    return light


async def test_any_name_stands_at_its_side_and_leaves_the_face_alone(page: Page) -> None:
    for name in NAMES:
        drawn = rgba(await draw_card_words(page, name, "A company"))
        written = letters(drawn)
        assert written.any(), name
        assert not written[-FREE_AT_BOTTOM_PX:].any(), name
        assert not written[:, :60].any(), name
        assert not written[:, 830:].any(), name
        # The face, at the other side, is as bright as it was.
        assert drawn[400:620, 1010:, 3].max() < 8, name
        # The play sign.
        assert (drawn[233, 600] > BRIGHT).all(), name

    drawn = rgba(await draw_card_words(page, "Ada", "", side="right"))
    assert not letters(drawn)[:, :800].any()
    assert drawn[400:620, :190, 3].max() < 8
    # What stands for a name that is not known greets nobody.
    for name in ("ada@example.com", "row 7", "  "):
        nameless = await draw_card_words(page, name, "Engines Ltd")
        assert nameless == await draw_card_words(page, "", "")


async def test_a_card_is_a_jpeg_that_every_messenger_takes(page: Page, tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    noise = rng.integers(0, 256, (720, 1280, 3), dtype=np.uint8)
    noise[:, 1080:] = (200, 30, 30)
    Image.fromarray(noise).save(tmp_path / "poster.jpg", quality=95)
    words = await draw_card_words(page, "Ada Lovelace", "Engines Ltd")
    write_card(tmp_path / "poster.jpg", words, tmp_path / "card.jpg")
    write_card(tmp_path / "poster.jpg", words, tmp_path / "again.jpg")
    assert (tmp_path / "card.jpg").stat().st_size <= MOST_BYTES
    assert (tmp_path / "card.jpg").read_bytes() == (tmp_path / "again.jpg").read_bytes()
    with Image.open(tmp_path / "card.jpg") as card:
        assert (card.format, card.size, card.mode) == ("JPEG", (1200, 630), "RGB")
        assert card.getpixel((1150, 500)) == pytest.approx((200, 30, 30), abs=COLOUR_TOLERANCE)
