"""Text as a picture with alpha: the browser sets it, so every script and emoji has a glyph."""

from app.pipeline.browser.page import Page

FONTS = 'Inter, "Noto Sans", "Liberation Sans", "Noto Sans CJK SC", "Noto Color Emoji", sans-serif'


async def draw_html(page: Page, content: str) -> bytes:
    """PNG of what the page shows of this document, clear where it draws nothing. Runs no script.

    The page is one that nobody else uses; it can be drawn on again.
    """
    frame = (await page.call("Page.getFrameTree"))["frameTree"]["frame"]["id"]
    await page.call("Page.setDocumentContent", {"frameId": frame, "html": content})
    transparent = {"color": {"r": 0, "g": 0, "b": 0, "a": 0}}
    await page.call("Emulation.setDefaultBackgroundColorOverride", transparent)
    async with page.pumping():
        await page.evaluate("document.fonts.ready.then(() => 0)")
        return await page.screenshot("png")
