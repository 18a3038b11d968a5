"""Uploaded pictures, read under limits and drawn anew; it knows neither avatars nor logos.

Nothing of the sent bytes is kept: what is stored is a WebP of our own, without metadata, so that a
file which is also something else (a page, a program) is no longer that.
"""

import asyncio
import io
import struct
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

from litestar import Request
from litestar.datastructures import UploadFile
from litestar.exceptions import HTTPException
from PIL import Image, ImageOps

from app.errors import LoomliteError
from app.phrases import file_size

PICTURE_BYTES = 5 * 1024 * 1024
# For the route: room for the fields beside the picture.
PICTURE_BODY_BYTES = PICTURE_BYTES + 64 * 1024
FORMATS = ("PNG", "JPEG", "WEBP")
# A decoded picture takes four bytes for each; phones make 12 to 24 million.
PIXELS_AT_MOST = 32_000_000
# A line of millions of pixels takes longer than a picture of as many.
EDGE_AT_MOST_PX = 12_000
WEBP_QUALITY = 88

# One at a time and process: the largest takes 250 MB and some seconds. A thread of its own, or
# those who wait would hold the threads that passwords and files need.
PAINTER = ThreadPoolExecutor(1, thread_name_prefix="pictures")

_UNREADABLE = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    struct.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)


class PictureRefused(LoomliteError):
    """A picture was not taken. The text says why and what would be."""


class Readable(Protocol):
    """What is asked of an upload."""

    async def read(self, size: int = -1) -> bytes: ...


async def find_upload(request: Request[Any, Any, Any], name: str) -> UploadFile | None:
    """The file sent in this field; None when none was chosen.

    For routes with `request_max_body_size=PICTURE_BODY_BYTES`. Raises PictureRefused when more was
    sent than that: reading stopped there.
    """
    try:
        sent = await request.form()
    except HTTPException as error:
        if error.status_code != 413:
            raise
        raise _too_large(PICTURE_BYTES) from None
    upload = sent.get(name)
    return upload if isinstance(upload, UploadFile) and upload.filename else None


async def read_picture(
    upload: Readable,
    *,
    max_bytes: int = PICTURE_BYTES,
    size_px: int,
    square: bool = False,
) -> bytes:
    """The picture as WebP, upright, at most `size_px` wide and high, transparency kept.

    With `square` its middle is cut out, `size_px` on each side. Raises PictureRefused.

    It may take its turn: the caller's session must hold no connection meanwhile.
    """
    data = await upload.read(max_bytes + 1)
    if not data:
        raise PictureRefused("The file is empty. Choose another one.")
    if len(data) > max_bytes:
        raise _too_large(max_bytes)
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(PAINTER, _drawn_anew, data, size_px, square)


def _drawn_anew(data: bytes, size_px: int, square: bool) -> bytes:
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            # Told by the header, before a pixel is decoded.
            too_many = image.width * image.height > PIXELS_AT_MOST
            if too_many or max(image.size) > EDGE_AT_MOST_PX:
                raise PictureRefused(
                    f"The picture has {image.width} × {image.height} pixels. "
                    "Save it with at most 5000 × 5000."
                )
            image.draft("RGB", (size_px * 2, size_px * 2))  # a JPEG is decoded smaller at once
            return _webp(image, size_px, square)
    except _UNREADABLE:
        raise PictureRefused("This is not a picture. Choose a PNG, JPEG or WebP file.") from None


def _webp(image: Image.Image, size_px: int, square: bool) -> bytes:
    upright = ImageOps.exif_transpose(image)
    opaque = upright.mode in {"RGB", "L", "CMYK", "YCbCr"} and "transparency" not in upright.info
    small = upright.convert("RGB" if opaque else "RGBA")
    if square:
        small = ImageOps.fit(small, (size_px, size_px), Image.Resampling.LANCZOS)
    else:
        small.thumbnail((size_px, size_px), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    small.save(out, "WEBP", quality=WEBP_QUALITY, method=4)
    return out.getvalue()


def _too_large(max_bytes: int) -> PictureRefused:
    return PictureRefused(f"The picture is over {file_size(max_bytes)}. Save it smaller.")
