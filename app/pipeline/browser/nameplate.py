"""The lead's name as a picture, for moving thumbnails."""

import html
import io

from PIL import Image

from app.pipeline.browser.lettering import FONTS, draw_html
from app.pipeline.browser.page import Page

HEIGHT_PX = 96  # of the plate; it is drawn smaller, so that it stays sharp
NAME_CHARACTERS = 42  # longer names end in an ellipsis

_HTML = """<!doctype html><meta charset="utf-8"><style>
html, body {{ margin: 0; background: transparent }}
body {{ width: 100vw; text-align: center }}
span {{ display: inline-block; margin: 12px; padding: 0 44px; height: {height}px;
  border-radius: {height}px; background: #18181bdc; color: #fff; white-space: nowrap;
  font: 600 46px/{height}px {fonts};
  unicode-bidi: isolate }}
</style><span dir="auto">{name}</span>"""


async def draw_nameplate(page: Page, name: str) -> bytes:
    """PNG with alpha of `name` on a dark pill, cut to its edges; of no name, one clear pixel."""
    if not name.strip():
        return _png(Image.new("RGBA", (1, 1)))
    short = name if len(name) <= NAME_CHARACTERS else name[: NAME_CHARACTERS - 1].rstrip() + "…"
    content = _HTML.format(height=HEIGHT_PX, fonts=FONTS, name=html.escape(short))
    with Image.open(io.BytesIO(await draw_html(page, content))) as image:
        plate = image.crop(image.getchannel("A").getbbox()) if "A" in image.getbands() else image
        return _png(plate)


def _png(plate: Image.Image) -> bytes:
    data = io.BytesIO()
    plate.save(data, "png")
    return data.getvalue()
