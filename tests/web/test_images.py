"""Uploaded pictures: what is taken comes out small and ours, what is not is refused in words."""

import io
import struct
import zlib

import pytest
from PIL import Image

from app.web.images import PictureRefused, read_picture

PURPLE = (91, 63, 214)


class Sent:
    """An upload with these bytes."""

    def __init__(self, data: bytes) -> None:
        self.file = io.BytesIO(data)

    async def read(self, size: int = -1) -> bytes:
        return self.file.read(size)


def drawn(kind: str, size: tuple[int, int], mode: str = "RGB", **options: object) -> bytes:
    out = io.BytesIO()
    colour = PURPLE if mode == "RGB" else (*PURPLE, 0)
    Image.new(mode, size, colour).save(out, kind, **options)
    return out.getvalue()


async def _read(data: bytes, size_px: int = 64, **options: bool) -> Image.Image:
    return Image.open(io.BytesIO(await read_picture(Sent(data), size_px=size_px, **options)))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
async def test_a_picture_becomes_a_small_webp(kind: str) -> None:
    image = await _read(drawn(kind, (400, 100)))
    assert (image.format, image.size) == ("WEBP", (64, 16))
    red, green, blue = image.convert("RGB").getpixel((30, 8))  # type: ignore[misc]
    assert max(abs(red - 91), abs(green - 63), abs(blue - 214)) < 8


async def test_a_small_picture_is_not_blown_up() -> None:
    assert (await _read(drawn("PNG", (20, 10)))).size == (20, 10)


async def test_a_square_is_cut_from_the_middle() -> None:
    assert (await _read(drawn("PNG", (400, 100)), square=True)).size == (64, 64)


async def test_transparency_is_kept() -> None:
    image = await _read(drawn("PNG", (64, 64), "RGBA"))
    assert image.convert("RGBA").getpixel((5, 5))[3] == 0  # type: ignore[index]


async def test_a_phone_s_turned_photo_stands_upright_and_tells_no_place() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010E] = "at home"
    image = await _read(drawn("JPEG", (64, 32), exif=exif))
    assert image.size == (32, 64)
    assert not image.getexif()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "not a picture"),
        (b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", "not a picture"),
        (drawn("PNG", (64, 64))[:60], "not a picture"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "not a picture"),
    ],
)
async def test_what_is_no_picture_is_refused_in_words(data: bytes, words: str) -> None:
    with pytest.raises(PictureRefused, match=words):
        await read_picture(Sent(data), size_px=64)


def _bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that would be unpacked to all its pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    rows = zlib.compress(bytes(1000))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "size", [(6000, 6000), (12_000, 12_000), (60_000, 60_000), (1, 30_000_000), (30_000_000, 1)]
)
async def test_a_bomb_is_refused_before_it_is_unpacked(size: tuple[int, int]) -> None:
    with pytest.raises(PictureRefused):
        await read_picture(Sent(_bomb(*size)), size_px=64)


async def test_too_many_bytes_are_refused_with_the_limit() -> None:
    with pytest.raises(PictureRefused, match="over 5 MB"):
        await read_picture(Sent(bytes(5 * 1024 * 1024 + 1)), size_px=64)
