"""A softly lit office out of focus, the backdrop of the facecam; it knows nobody who sits there."""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from samples.art.ink import Rgb, mix

_BOOKS: tuple[Rgb, ...] = (
    (196, 92, 70), (232, 190, 120), (70, 104, 122), (238, 230, 214), (120, 140, 112), (88, 72, 96),
)  # fmt: skip
_LEAF: Rgb = (74, 124, 92)


def draw_office(width_px: int, height_px: int, seed: int) -> Image.Image:
    """A wall, a window with evening light, shelves and a plant: sRGB."""
    rng = np.random.default_rng(seed)
    picture = _wall(width_px, height_px)
    _window(picture)
    _shelves(picture, rng)
    picture = picture.filter(ImageFilter.GaussianBlur(7))
    _plant(picture, rng)
    picture = _lamp(picture.filter(ImageFilter.GaussianBlur(5)))
    # Eight bits are too few for so slow a gradient: still noise hides the bands and costs nothing.
    noise = rng.normal(0, 1.1, (height_px, width_px, 1))
    return Image.fromarray((np.asarray(picture) + noise).clip(0, 255).astype(np.uint8))


def _wall(width_px: int, height_px: int) -> Image.Image:
    x = np.linspace(0, 1, width_px)[None, :, None]
    y = np.linspace(0, 1, height_px)[:, None, None]
    light = np.exp(-(((x - 0.22) / 0.5) ** 2 + ((y - 0.25) / 0.7) ** 2))
    wall = (
        np.array([196.0, 186.0, 178.0]) + light * np.array([48.0, 46.0, 40.0]) - 46 * y**2 - 24 * x
    )
    return Image.fromarray(wall.clip(0, 255).astype(np.uint8))


def _window(picture: Image.Image) -> None:
    pen = ImageDraw.Draw(picture)
    for row in range(40, 470):
        share = (row - 40) / 430
        pen.line((60, row, 372, row), fill=mix((168, 206, 236), (255, 226, 190), share))
    for left, top, right in (
        (60, 330, 130),
        (120, 280, 176),
        (170, 350, 250),
        (240, 300, 300),
        (292, 340, 372),
    ):
        pen.rectangle(
            (left, top, right, 470), fill=mix((150, 170, 190), (236, 200, 170), left / 400)
        )
    for bar in (
        (52, 32, 66, 478),
        (208, 32, 222, 478),
        (366, 32, 380, 478),
        (52, 32, 380, 44),
        (44, 466, 388, 486),
    ):
        pen.rectangle(bar, fill=(246, 242, 236))


def _shelves(picture: Image.Image, rng: np.random.Generator) -> None:
    pen = ImageDraw.Draw(picture)
    for board in (196, 372, 548):
        left = 868
        while left < 1190:
            thick, tall = int(rng.integers(14, 30)), int(rng.integers(72, 124))
            if rng.random() < 0.14:
                left += 40
                continue
            colour = mix(_BOOKS[int(rng.integers(len(_BOOKS)))], (150, 140, 136), 0.25)
            pen.rectangle((left, board - tall, left + thick, board), fill=colour)
            left += thick + 3
        pen.rectangle((840, board, 1260, board + 14), fill=(150, 112, 82))
        pen.rectangle((840, board + 14, 1260, board + 34), fill=(150, 140, 134))
    pen.ellipse((1196, 320, 1246, 372), fill=(226, 150, 110))
    pen.rounded_rectangle((1190, 470, 1250, 548), 14, fill=(92, 116, 128))


def _plant(picture: Image.Image, rng: np.random.Generator) -> None:
    pen = ImageDraw.Draw(picture)
    pen.polygon([(96, 640), (224, 640), (208, 740), (112, 740)], fill=(214, 200, 186))
    for angle in np.linspace(-1.35, 1.35, 15):
        length, bend = rng.uniform(150, 290), angle * 46
        tip = 160 + length * np.sin(angle) * 0.62 + bend, 640 - length * np.cos(angle)
        middle = 160 + (tip[0] - 160) * 0.42, 640 + (tip[1] - 640) * 0.6
        blade = [
            (152, 640),
            (middle[0] - 22, middle[1]),
            tip,
            (middle[0] + 20, middle[1] + 12),
            (168, 640),
        ]
        pen.polygon(blade, fill=mix(_LEAF, (186, 206, 150), float(rng.uniform(0, 0.55))))


def _lamp(picture: Image.Image) -> Image.Image:
    glow = Image.new("L", picture.size)
    ImageDraw.Draw(glow).ellipse((430, -190, 850, 120), fill=150)
    glow = glow.filter(ImageFilter.GaussianBlur(80))
    return Image.composite(Image.new("RGB", picture.size, (255, 236, 204)), picture, glow)
