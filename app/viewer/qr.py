"""A link as a QR code, for letters on paper and slides: SVG that prints sharp, PNG that all take.

Black on white whatever the page's colours are: that is what every camera reads.
"""

import io
from functools import lru_cache

import segno

# The margin that ISO/IEC 18004 asks for, in modules, is part of the picture.
MARGIN = 4
PNG_MODULE_PX = 16  # some 600 pixels for a link: 5 cm at 300 dpi


@lru_cache(maxsize=256)
def qr_svg(url: str) -> bytes:
    """An SVG without a size of its own: it takes the room it is given."""
    file = io.BytesIO()
    _code(url).save(file, kind="svg", border=MARGIN, light="white", omitsize=True, nl=False)
    return file.getvalue()


@lru_cache(maxsize=256)
def qr_png(url: str) -> bytes:
    file = io.BytesIO()
    _code(url).save(file, kind="png", border=MARGIN, scale=PNG_MODULE_PX)
    return file.getvalue()


def _code(url: str) -> segno.QRCode:
    """Readable with 15 % of it dirty; more where that costs no larger picture."""
    return segno.make_qr(url, error="M")
