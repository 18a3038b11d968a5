"""The lead's name as a picture: the browser sets it, so that every script and emoji has a glyph."""

import html
import io

from PIL import Image

from app.pipeline.browser.page import Page

HEIGHT_PX = 96  # of the plate; it is drawn smaller, so that it stays sharp
NAME_CHARACTERS = 42  # longer names end in an ellipsis

_HTML = """<!doctype html><meta charset="utf-8"><style>
html, body {{ margin: 0; background: transparent }}
body {{ width: 100vw; text-align: center }}
span {{ display: inline-block; margin: 12px; padding: 0 44px; height: {height}px;
  border-radius: {height}px; background: #18181bdc; color: #fff; white-space: nowrap;
  font: 600 46px/{height}px Inter, "Noto Sans", "Liberation Sans", "Noto Sans CJK SC",
    "Noto Color Emoji", sans-serif;
  unicode-bidi: isolate }}
</style><span dir="auto">{name}</span>"""


async def draw_nameplate(page: Page, name: str) -> bytes:
    """PNG with alpha of `name` on a dark pill, cut to its edges. The page is a fresh one."""
    short = name if len(name) <= NAME_CHARACTERS else name[: NAME_CHARACTERS - 1].rstrip() + "…"
    frame = (await page.call("Page.getFrameTree"))["frameTree"]["frame"]["id"]
    content = _HTML.format(height=HEIGHT_PX, name=html.escape(short))
    await page.call("Page.setDocumentContent", {"frameId": frame, "html": content})
    transparent = {"color": {"r": 0, "g": 0, "b": 0, "a": 0}}
    await page.call("Emulation.setDefaultBackgroundColorOverride", transparent)
    async with page.pumping():
        await page.evaluate("document.fonts.ready.then(() => 0)")
        picture = await page.screenshot("png")
    with Image.open(io.BytesIO(picture)) as image:
        plate = image.crop(image.getchannel("A").getbbox()) if "A" in image.getbands() else image
    data = io.BytesIO()
    plate.save(data, "png")
    return data.getvalue()
