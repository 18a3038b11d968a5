"""Draws a motion plan beside the page it scrolls; it opens no page and plans nothing."""

import io
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from app.hme.geometry import PageGeometry
from app.hme.motion import MotionPlan

PICTURE_HEIGHT_PX = 900
GRAPH_WIDTH_PX = 1100
STRIP_MIN_PX, STRIP_MAX_PX = 40, 420
MARGIN_PX = 48
GAP_PX = 16
LABEL_PX = 13
LABEL_ROOM_PX = 15  # headings nearer to each other than this get one label

_PAPER, _INK, _FAINT = "#ffffff", "#1f2933", "#d5dbe1"
_PAUSE, _READING, _PATH, _PEEK = "#eef2f6", "#fdf0d5", "#2563eb", "#dc2626"


def draw_plan(plan: MotionPlan, geometry: PageGeometry, page_png: bytes, dst: Path) -> None:
    """Writes a PNG: the page as a strip, and on its scale the viewport's top y(t) over the time.

    Grey are pauses, yellow those at a heading; red is a peek back. The light band under the path
    is what the viewport shows.
    """
    height_px = max(geometry.height_px, geometry.viewport_height_px)
    scale = (PICTURE_HEIGHT_PX - 2 * MARGIN_PX) / height_px
    strip = _strip(page_png, scale)
    left = MARGIN_PX + strip.width + GAP_PX
    picture = Image.new("RGB", (left + GRAPH_WIDTH_PX + MARGIN_PX, PICTURE_HEIGHT_PX), _PAPER)
    picture.paste(strip, (MARGIN_PX, MARGIN_PX))
    draw = ImageDraw.Draw(picture)
    graph = _Graph(draw, plan, geometry, left=left, scale=scale, height_px=height_px)
    graph.draw(strip_left=MARGIN_PX)
    picture.save(dst, format="PNG")


def _strip(page_png: bytes, scale: float) -> Image.Image:
    with Image.open(io.BytesIO(page_png)) as page:
        width = min(STRIP_MAX_PX, max(STRIP_MIN_PX, round(page.width * scale)))
        height = max(1, round(page.height * scale))
        return page.convert("RGB").resize((width, height), Image.Resampling.LANCZOS)


class _Graph:
    def __init__(
        self,
        draw: ImageDraw.ImageDraw,
        plan: MotionPlan,
        geometry: PageGeometry,
        *,
        left: int,
        scale: float,
        height_px: int,
    ) -> None:
        self._draw, self._plan, self._geometry = draw, plan, geometry
        self._left, self._scale = left, scale
        self._bottom = MARGIN_PX + height_px * scale
        self._font = ImageFont.load_default(LABEL_PX)

    def draw(self, *, strip_left: int) -> None:
        self._pauses()
        self._viewport()
        self._headings(strip_left)
        self._path()
        self._seconds()
        plan = self._plan
        said = (
            f"{plan.frames / plan.fps:g} s · {plan.persona} · seed {plan.seed} · "
            f"{plan.reached_px:,} of {plan.wanted_px:,} px"
        )
        self._draw.text((self._left, 16), said, _INK, self._font)

    def _x(self, frame: int) -> float:
        return self._left + GRAPH_WIDTH_PX * frame / max(1, self._plan.frames)

    def _y(self, scroll_px: float) -> float:
        return MARGIN_PX + scroll_px * self._scale

    def _pauses(self) -> None:
        for phase in self._plan.phases:
            if phase.kind == "pause":
                place = (self._x(phase.first_frame), MARGIN_PX, self._x(phase.end_frame))
                colour = _READING if phase.heading else _PAUSE
                self._draw.rectangle((*place, self._bottom), colour)

    def _viewport(self) -> None:
        edge = self._geometry.viewport_height_px
        lower = [(self._x(i), self._y(y + edge)) for i, y in enumerate(self._plan.scroll_px)]
        self._draw.line(lower, _FAINT, 1)

    def _headings(self, strip_left: int) -> None:
        labelled = -1e9
        right = self._left + GRAPH_WIDTH_PX
        for heading in sorted(self._geometry.headings, key=lambda heading: heading.top_px):
            y = self._y(heading.top_px)
            self._draw.line((strip_left, y, right, y), _FAINT, 1)
            if y - labelled >= LABEL_ROOM_PX:
                text = f"h{heading.level} {heading.text}"[:48]
                room = self._draw.textlength(text, self._font)
                self._draw.text((right - room - 4, y + 1), text, _INK, self._font)
                labelled = y

    def _path(self) -> None:
        for colour, points in self._pieces():
            self._draw.line(points, colour, 2)

    def _pieces(self) -> Iterator[tuple[str, list[tuple[float, float]]]]:
        for phase in self._plan.phases:
            frames = range(max(0, phase.first_frame - 1), phase.end_frame)
            points = [(self._x(i), self._y(self._plan.scroll_px[i])) for i in frames]
            if len(points) > 1:
                yield (_PEEK if phase.kind == "peek" else _PATH), points

    def _seconds(self) -> None:
        duration_s = self._plan.frames / self._plan.fps
        step_s = next(
            step for step in (1, 2, 5, 10, 30, 60) if duration_s / step <= 20 or step == 60
        )
        for second in range(0, int(duration_s) + 1, step_s):
            x = self._x(second * self._plan.fps)
            self._draw.line((x, self._bottom, x, self._bottom + 4), _INK, 1)
            self._draw.text((x + 2, self._bottom + 6), f"{second} s", _INK, self._font)
