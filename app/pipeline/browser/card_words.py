"""What is written on a link's card: whose video it is, and a play sign. It knows no video."""

import html
import io
import re
import unicodedata
from typing import Literal

from PIL import Image

from app.pipeline.browser.lettering import FONTS, draw_html
from app.pipeline.browser.page import Page

CARD_SIZE = (1200, 630)  # what Facebook, LinkedIn, Slack and X show whole: 1.91 to 1
NAME_CHARACTERS = 90
COMPANY_CHARACTERS = 60
# Letters of the name up to which it has this size, in pixels of the card; wide ones count double.
_SIZES_PX = ((14, 92), (24, 76), (44, 62), (999, 48))
# A list without names has an address or a row's number in their place: neither greets anybody.
_NOT_A_NAME = re.compile(r"\S+@\S+|row \d+|\s*")

Side = Literal["left", "right"]

# Everything is measured in --u, a pixel of the card, whatever the size of the page that draws it.
# X lays its own words over the lowest 60 pixels. The shade spares the face at the other side.
_HTML = """<!doctype html><meta charset="utf-8"><style>
html {{ --u: min(100vw / {width}, 100vh / {height}) }}
html, body {{ margin: 0; background: transparent; overflow: hidden }}
body {{ position: relative; width: calc(var(--u) * {width}); height: calc(var(--u) * {height});
  color: #fff; font-family: {fonts};
  text-shadow: 0 0 calc(var(--u) * 18) #09090bb3 }}
body::before {{ content: ""; position: absolute; inset: 0;
  background: linear-gradient(to top, #09090bf2, #09090bcc 34%, #09090b66 52%, #09090b00 68%);
  mask: linear-gradient(to {other}, #000 60%, #0000 84%) }}
svg {{ position: absolute; left: 50%; top: 37%; width: calc(var(--u) * 148);
  translate: -50% -50% }}
div {{ position: absolute; bottom: calc(var(--u) * 66); {side}: calc(var(--u) * 64);
  width: calc(var(--u) * 760); text-align: {side} }}
p {{ margin: 0; overflow: hidden; display: -webkit-box; -webkit-box-orient: vertical;
  overflow-wrap: anywhere; unicode-bidi: isolate; text-align: {side} }}
.for, .company {{ font-size: calc(var(--u) * 34); line-height: 1.35; color: #e4e4e7;
  -webkit-line-clamp: 1 }}
.name {{ font-size: calc(var(--u) * {name_px}); line-height: 1.16; font-weight: 700;
  -webkit-line-clamp: 2; padding: calc(var(--u) * 4) 0 }}
</style>
<svg viewBox="0 0 148 148"><circle cx="74" cy="74" r="71" fill="#18181be6" stroke="#fff"
  stroke-width="5"/><path d="M59 44v60l48-30z" fill="#fff" stroke="#fff" stroke-width="6"
  stroke-linejoin="round"/></svg>
<div><p class="for">A video for</p><p class="name" dir="auto">{name}</p>{company}</div>"""


async def draw_card_words(page: Page, name: str, company: str, *, side: Side = "left") -> bytes:
    """PNG with alpha, 1200×630: laid over the poster it is the card. Words stand at that side."""
    known = "" if _NOT_A_NAME.fullmatch(name) else name
    shown = _shortened(known or "you", NAME_CHARACTERS)
    where = _shortened(company, COMPANY_CHARACTERS) if known else ""
    width, height = CARD_SIZE
    content = _HTML.format(
        width=width,
        height=height,
        fonts=FONTS,
        side=side,
        other="left" if side == "right" else "right",
        name=html.escape(shown),
        name_px=_size_px(shown),
        company=f'<p class="company" dir="auto">{html.escape(where)}</p>' if where else "",
    )
    with Image.open(io.BytesIO(await draw_html(page, content))) as image:
        scale = min(image.width / width, image.height / height)
        box = (0, 0, round(width * scale), round(height * scale))
        words = image.convert("RGBA").resize(CARD_SIZE, Image.Resampling.LANCZOS, box)
    data = io.BytesIO()
    words.save(data, "png", compress_level=1)
    return data.getvalue()


def _size_px(name: str) -> int:
    letters = sum(1 + (unicodedata.east_asian_width(each) in "WF") for each in name)
    return next(size for most, size in _SIZES_PX if letters <= most)


def _shortened(text: str, most: int) -> str:
    bare = " ".join(text.split())
    return bare if len(bare) <= most else bare[: most - 1].rstrip() + "…"
