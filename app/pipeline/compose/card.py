"""The picture that a pasted link shows; knows the poster and the words to lay over it."""

import io
from pathlib import Path

from PIL import Image, ImageOps

from app.pipeline.artifacts import disk_errors

CARD_SIZE = (1200, 630)
MOST_BYTES = 290_000  # WhatsApp shows no larger picture than 300 kB
_QUALITIES = (86, 78, 68, 56, 40, 20)


def write_card(poster: Path, words: bytes, dst: Path) -> None:
    """Writes the poster's middle with the words on it: JPEG, 1200×630, under MOST_BYTES.

    words: PNG with alpha of that size. The same inputs give the same bytes. Raises DiskFull.
    """
    with Image.open(poster) as image:
        card = ImageOps.fit(image.convert("RGB"), CARD_SIZE, Image.Resampling.LANCZOS)
    with Image.open(io.BytesIO(words)) as image:
        over = image.convert("RGBA")
        card.paste(over, (0, 0), over)
    data = b""
    for quality in _QUALITIES:
        data = _jpeg(card, quality)
        if len(data) <= MOST_BYTES:
            break
    with disk_errors(dst):
        dst.write_bytes(data)


def _jpeg(card: Image.Image, quality: int) -> bytes:
    file = io.BytesIO()
    card.save(file, "JPEG", quality=quality, progressive=True, optimize=True)
    return file.getvalue()
