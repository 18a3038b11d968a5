"""The bubble in Chromium: where Python puts it, and as the engine's frame shows it."""

import io
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.async_api import Browser, Page

from app.campaign import FacecamStyle
from app.campaigns.bubble_box import Box, bubble_box, bubble_said
from app.pipeline.compose.facecam import probe_facecam
from app.pipeline.compose.facecam_frames import FacecamFrames
from app.pipeline.compose.overlay import Bubble, place_bubble
from app.pipeline.compose.planes import Converter, to_rgb
from tests.browser_js.drawn_pages import drawn_page, environment
from tests.pipeline.synthetic import U8, flat, make_clip

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.browser]

CASES = 500
CANVAS, CLIP = (640, 360), (320, 180)
# The engine's chroma is of half the size and x264 has been over the clip, so edges differ a bit.
MEAN_TOLERANCE, FAR_TOLERANCE, FAR_SHARE = 2.0, 40, 0.01
CORNERS = ("bottom-right", "bottom-left", "top-right", "top-left")

READ = """() => {
  const figure = document.getElementById("look-preview");
  const box = (name) => ["x", "y", "width", "height", "rx"].map((key) =>
    Number(figure.querySelector(`[data-box="${name}"]`).getAttribute(key)));
  return {
    boxes: ["outer", "face", "picture", "shadow"].map(box),
    viewBox: figure.querySelector(".look-picture").getAttribute("viewBox"),
    shadow: getComputedStyle(figure.querySelector(".look-shadow")).visibility,
    said: figure.querySelector("#look-said").textContent,
  };
}"""


def preview(
    style: FacecamStyle,
    *,
    canvas: tuple[int, int] = CANVAS,
    page_image: str = "",
    face_image: str = "",
) -> str:
    box = bubble_box(style, clip=CLIP, canvas=canvas)
    return (
        environment()
        .get_template("campaigns/_look_preview.html")
        .render(
            box=box,
            style=style,
            canvas=canvas,
            clip=CLIP,
            said=bubble_said(box, style, canvas=canvas),
            page_image=page_image,
            face_image=face_image,
            form_id="look",
        )
    )


def form(style: FacecamStyle, canvas: tuple[int, int]) -> str:
    numbers = "".join(
        f'<label>{name}<input type="number" data-look="{name}" value="{getattr(style, name)}">'
        "</label>"
        for name in ("width", "margin", "border")
    )
    corners = "".join(
        f'<label>{each}<input type="radio" name="corner" data-look="corner" value="{each}"'
        f"{' checked' if each == style.corner else ''}></label>"
        for each in CORNERS
    )
    shapes = "".join(f"<option>{each}" for each in ("circle", "rounded", "rectangle"))
    sizes = "".join(f"<option>{each}" for each in ("640x360", "1920x1080", "1080x1920"))
    return (
        f'<form id="look">{numbers}{corners}'
        f'<label>shape<select data-look="shape">{shapes}</select></label>'
        f'<label>size<select data-look="size">{sizes}</select></label>'
        '<label>shadow<input type="checkbox" data-look="shadow" checked></label></form>'
        f"{preview(style, canvas=canvas)}"
    )


async def seen(page: Page) -> Any:
    return await page.evaluate(READ)


async def test_changing_the_form_draws_what_the_server_would(chromium: Browser) -> None:
    style = FacecamStyle(width=120)
    async with drawn_page(chromium, form(style, CANVAS), scripts=("look_preview.js",)) as page:
        await page.locator("[data-look=size]").select_option("1080x1920")
        await page.locator("[data-look=shape]").select_option("rounded")
        await page.locator("[data-look=width]").fill("401")
        await page.locator("[data-look=margin]").fill("31")
        await page.locator("[data-look=border]").fill("7")
        await page.locator("[value=top-left]").check()
        await page.locator("[data-look=shadow]").uncheck()
        typed = await seen(page)
    wanted = FacecamStyle(
        shape="rounded", width=401, margin=31, border=7, corner="top-left", shadow=False
    )
    async with drawn_page(chromium, preview(wanted, canvas=(1080, 1920))) as page:
        assert typed == await seen(page)


async def test_the_picture_waits_while_a_number_is_none(chromium: Browser) -> None:
    style = FacecamStyle(width=120)
    async with drawn_page(chromium, form(style, CANVAS), scripts=("look_preview.js",)) as page:
        before = await seen(page)
        for name, text in (("width", ""), ("width", "20"), ("width", "1.5"), ("border", "64")):
            kept = await page.locator(f"[data-look={name}]").input_value()
            await page.locator(f"[data-look={name}]").fill(text)
            assert await seen(page) == before
            await page.locator(f"[data-look={name}]").fill(kept)


async def test_both_languages_give_the_same_box(chromium: Browser) -> None:
    chance = random.Random(11)
    cases = [_case(chance) for _ in range(CASES)]
    async with drawn_page(chromium, "") as page:
        counted = await page.evaluate(
            """async (cases) => {
              const { bubbleBox, bubbleSaid } = await import("/static/js/look_preview.js");
              return cases.map(([style, clip, canvas]) => {
                const box = bubbleBox(style, clip, canvas);
                return [box, bubbleSaid(box, style, canvas)];
              });
            }""",
            [(style.model_dump(), clip, canvas) for style, clip, canvas in cases],
        )
    for (style, clip, canvas), (box_there, said_there) in zip(cases, counted, strict=True):
        here = bubble_box(style, clip=clip, canvas=canvas)
        for name in ("outer", "face", "picture", "shadow"):
            assert box_there[name] == _plain(getattr(here, name))
        assert box_there["blur"] == pytest.approx(here.shadow_blur_px)
        assert said_there == bubble_said(here, style, canvas=canvas)


def _case(chance: random.Random) -> tuple[FacecamStyle, tuple[int, int], tuple[int, int]]:
    width = chance.randint(32, 1200)
    values = {
        "shape": chance.choice(["circle", "rounded", "rectangle"]),
        "width": width,
        "margin": chance.randint(0, 200),
        "corner": chance.choice(CORNERS),
        "border": chance.randint(0, min(64, width // 4)),
        "shadow": chance.random() < 0.5,
    }
    canvas = (2 * chance.randint(64, 1920), 2 * chance.randint(64, 1920))
    clip = chance.choice([(1920, 1080), (1280, 720), (720, 1280), (640, 480), (1, 3)])
    return FacecamStyle.model_validate(values), clip, canvas


def _plain(box: Box) -> Any:
    values = (box.x_px, box.y_px, box.width_px, box.height_px, box.radius_px)
    return pytest.approx(dict(zip(("x", "y", "width", "height", "rx"), values, strict=True)))


@pytest.mark.parametrize(
    "style",
    [
        FacecamStyle(width=120, margin=20, border=4),
        FacecamStyle(width=160, margin=24, border=6, shape="rounded", corner="top-left"),
        FacecamStyle(width=140, border=0, shadow=False, shape="rectangle", corner="bottom-left"),
    ],
    ids=lambda style: style.shape,
)
async def test_the_preview_looks_like_a_frame_of_the_engine(
    chromium: Browser, style: FacecamStyle, tmp_path: Path
) -> None:
    page_rgb, face_rgb = flat((90, 150, 120), width=CANVAS[0], height=CANVAS[1]), _gradient()
    files = {"/page.png": _png(page_rgb), "/face.png": _png(face_rgb)}
    body = preview(style, page_image="/page.png", face_image="/face.png")
    async with drawn_page(chromium, body, size=(640, 600), files=files) as page:
        shot = await page.locator(".look-picture").screenshot()
    here = np.asarray(Image.open(io.BytesIO(shot)).convert("RGB"))
    there = _engine_frame(style, page_rgb, face_rgb, tmp_path)
    off = np.abs(here.astype(int) - there).max(-1)
    assert off.mean() < MEAN_TOLERANCE
    assert (off > FAR_TOLERANCE).mean() < FAR_SHARE


def _gradient() -> U8:
    """A face that tells by its colours where it is cut."""
    y, x = np.mgrid[0 : CLIP[1], 0 : CLIP[0]]
    red, green = 40 + 160 * x // CLIP[0], 40 + 160 * y // CLIP[1]
    return np.dstack([red, green, np.full_like(x, 90)]).astype(np.uint8)


def _engine_frame(style: FacecamStyle, page: U8, face: U8, folder: Path) -> U8:
    clip = make_clip(folder / "face.mp4", pictures=[face] * 10)
    box = place_bubble(style, CLIP, CANVAS)
    canvas = Converter().from_rgb(page).copy()
    facts = probe_facecam(clip)
    with FacecamFrames(clip, facts, width=box.width, height=box.height, fps=30) as frames:
        shown = frames.frame(0)
    assert shown is not None
    Bubble(box, CANVAS).draw(canvas, shown)
    return to_rgb(canvas)


def _png(rgb: U8) -> bytes:
    file = io.BytesIO()
    Image.fromarray(rgb).save(file, "PNG")
    return file.getvalue()
