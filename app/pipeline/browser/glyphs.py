"""Tells by drawing which scripts a browser has fonts for; the fonts' names do not matter."""

from app.pipeline.browser.page import Page

SAMPLES = {"Latin": "Aé", "CJK": "中あ한", "emoji": "😀"}

# A character without a glyph looks like U+0378, which Unicode has left unassigned: a box.
# An emoji of a text font is a black outline, so emoji have to bring colour.
_DRAWN = """(samples) => {
  const draw = (text) => {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 64;
    const pen = canvas.getContext('2d');
    pen.font = '32px sans-serif';
    pen.fillText(text, 8, 48);
    return [...pen.getImageData(0, 0, 64, 64).data];
  };
  const box = draw('\\u0378').join();
  const coloured = (pixels) => pixels.some((value, at) => at % 4 < 3 && value > 40);
  return Object.keys(samples).filter((script) => [...samples[script]].every((character) => {
    const pixels = draw(character);
    return pixels.join() !== box && (script !== 'emoji' || coloured(pixels));
  }));
}"""


async def missing_scripts(page: Page) -> tuple[str, ...]:
    """The names in SAMPLES whose text would show as boxes on any page. Raises CallFailed."""
    drawn = await page.evaluate(f"({_DRAWN})({SAMPLES!r})")
    return tuple(script for script in SAMPLES if script not in drawn)
