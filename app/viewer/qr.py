"""A link as a QR code, for letters on paper and slides: SVG that prints sharp, PNG that all take.

Black on white whatever the page's colours are: that is what every camera reads.
"""

import io
from functools import lru_cache

import segno

QR_TYPES = {"svg": "image/svg+xml", "png": "image/png"}
# The margin that ISO/IEC 18004 asks for, in modules, is part of the picture.
MARGIN = 4
PNG_MODULE_PX = 16  # some 600 pixels for a link: 5 cm at 300 dpi


@lru_cache(maxsize=256)
def draw_qr(url: str, form: str) -> bytes:
    """The picture in one of QR_TYPES. An SVG takes the room it is given."""
    # Readable with 15 % of it dirty; more where that costs no larger picture.
    code = segno.make_qr(url, error="M")
    file = io.BytesIO()
    if form == "svg":
        code.save(file, kind="svg", border=MARGIN, light="white", omitsize=True, nl=False)
    else:
        code.save(file, kind="png", border=MARGIN, scale=PNG_MODULE_PX)
    return file.getvalue()
