"""Pictures, cursor and bubble into one encoded segment; knows neither browser nor campaign.

One thread draws while x264, which needs by far the most, works: drawing waits for a free canvas
of a small ring, so memory stays at a few frames.
"""

import dataclasses
import queue
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from app.hme.plan import MotionPlan
from app.pipeline.compose.encoder import Encoder, EncoderSettings, written_whole
from app.pipeline.compose.facecam_frames import FacecamFrames
from app.pipeline.compose.light import LightFacts, light_copy
from app.pipeline.compose.overlay import Bubble, cursor_sprite
from app.pipeline.compose.pictures import Pictures
from app.pipeline.compose.planes import Converter, Planes, new_planes, to_frame
from app.pipeline.compose.quality import Samples, measure_psnr
from app.pipeline.errors import Cancelled

_CANVASES = 4  # x264 takes bursts while it fills its lookahead; more would only cost memory
_FAREWELL_S = 2.0  # for the frame being drawn; one still to be captured is not waited for


@dataclasses.dataclass(frozen=True)
class SegmentFacts:
    """What is true of a written segment; `psnr_db` is the worst of its samples."""

    frames: int
    repeated_frames_while_moving: int
    psnr_db: float
    psnr_samples_db: dict[int, float]  # by frame
    first_second_luma: float  # mean of what was given to the encoder, 16 … 235
    encode_wall_s: float
    extradata_digest: str
    light: LightFacts | None = None  # where no frame of the segment falls to its light copy

    def to_json(self) -> dict[str, object]:
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, object]) -> "SegmentFacts":
        samples, light = data["psnr_samples_db"], data["light"]
        assert isinstance(samples, dict)  # noqa: S101
        assert light is None or isinstance(light, dict)  # noqa: S101
        read = {
            "psnr_samples_db": {int(k): v for k, v in samples.items()},
            "light": None if light is None else LightFacts(**light),
        }
        return cls(**data | read)  # type: ignore[arg-type]


def write_segment(
    pictures: Pictures,
    plan: MotionPlan,
    dst: Path,
    *,
    settings: EncoderSettings,
    face: FacecamFrames | None = None,
    bubble: Bubble | None = None,
    light: Path | None = None,
    start_frame: int = 0,
    on_frame: Callable[[int, int], None] = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> SegmentFacts:
    """Encodes the whole plan to `dst`. With fewer frames a second, each of the encoder's shows the
    plan's frame of its time; with another size the page is scaled, the bubble is drawn at full one.
    A light copy goes to `light`, of a segment that begins with the video's frame `start_frame`.

    Raises DiskFull, Cancelled, and what the capture that is still writing `pictures` failed with;
    no file is left then.
    """
    started = time.monotonic()
    steps = range(0, plan.frames, max(1, plan.fps // settings.fps))
    composer = _Composer(pictures, plan, face, bubble, settings)
    samples = Samples(len(steps), settings.keyint)
    with written_whole(dst), light_copy(light, settings, start_frame, len(steps)) as copy:
        with Encoder(dst, settings) as encoder:
            for done, canvas in enumerate(_drawn_ahead(composer, steps)):
                if cancelled():
                    raise Cancelled
                samples.look(done, canvas)
                encoder.write(canvas)
                if copy is not None:
                    copy.write(done, canvas)
                on_frame(done + 1, len(steps))
            extradata_digest = encoder.finish()
        psnr = measure_psnr(dst, samples.kept, settings.fps)
        light_facts = copy.finish() if copy is not None else None
    return SegmentFacts(
        frames=len(steps),
        repeated_frames_while_moving=composer.repeated,
        psnr_db=min(psnr.values()),
        psnr_samples_db=psnr,
        first_second_luma=float(np.mean(samples.luma)),
        encode_wall_s=time.monotonic() - started,
        extradata_digest=extradata_digest,
        light=light_facts,
    )


class _Composer:
    """Draws page, cursor and bubble, and counts pages that stood still while the plan moved."""

    def __init__(
        self,
        pictures: Pictures,
        plan: MotionPlan,
        face: FacecamFrames | None,
        bubble: Bubble | None,
        settings: EncoderSettings,
    ) -> None:
        self._pictures, self._plan, self._face, self._bubble = pictures, plan, face, bubble
        self._step = max(1, plan.fps // settings.fps)
        self._scale = settings.width / pictures.width
        self._same_size = (pictures.width, pictures.height) == (settings.width, settings.height)
        self._page = None if self._same_size else new_planes(pictures.width, pictures.height)
        self._size = (settings.width, settings.height)
        self._small: Planes | None = None
        self._converter = Converter(threads=1)
        self._cursor = cursor_sprite(max(0.5, self._scale))
        self._before: tuple[int, object] | None = None
        self.repeated = 0

    def draw_page(self, frame: int, canvas: Planes) -> None:
        identity = self._pictures.identity(frame)
        if self._page is None:
            self._pictures.draw(frame, canvas)
            self._count_repeats(frame, identity, canvas)
        else:
            if self._before is None or self._before[1] != identity or self._small is None:
                self._pictures.draw(frame, self._page)
                self._small = self._converter.from_video(to_frame(self._page), *self._size)
            canvas.paste(self._small)
            self._count_repeats(frame, identity, self._page)
        self._before = (self._plan.scroll_px[frame], identity)

    def draw_over(self, frame: int, canvas: Planes) -> None:
        x_px, y_px = self._plan.cursor_px[frame]
        self._cursor.draw(canvas, int(x_px * self._scale), int(y_px * self._scale))
        face = self._face.frame(frame // self._step) if self._face else None
        if face is not None and self._bubble is not None:
            self._bubble.draw(canvas, face)

    def _count_repeats(self, frame: int, identity: object, page: Planes) -> None:
        if self._before is None or identity != self._before[1]:
            return
        moved_px = abs(self._plan.scroll_px[frame] - self._before[0])
        if moved_px and shift_shows(page, moved_px):
            self.repeated += 1


def shift_shows(page: Planes, rows: int) -> bool:
    """Would the page look different after scrolling by `rows`?

    Only the middle half of the height is asked: headers and footers stay where they are, and over a
    page without a mark a scroll is invisible although they have edges.
    """
    quarter = page.height // 4
    middle = page.y[quarter : page.height - quarter]
    return not np.array_equal(middle[rows:], middle[:-rows])


def _drawn_ahead(composer: _Composer, steps: range) -> Iterator[Planes]:
    """Canvases in order. Each is the caller's until it asks for the next one."""
    width, height = composer._size
    free: queue.SimpleQueue[Planes | None] = queue.SimpleQueue()
    drawn: queue.SimpleQueue[Planes | BaseException] = queue.SimpleQueue()
    for _ in range(_CANVASES):
        free.put(new_planes(width, height))

    stopped = threading.Event()

    def work() -> None:
        try:
            for frame in steps:
                canvas = free.get()
                if canvas is None:
                    return
                composer.draw_page(frame, canvas)
                if stopped.is_set():  # the clip may be closed by now
                    return
                composer.draw_over(frame, canvas)
                drawn.put(canvas)
        except BaseException as error:
            drawn.put(error)

    # A daemon: where capture hangs, the thread waits for a frame that may never come.
    thread = threading.Thread(target=work, name="compose", daemon=True)
    thread.start()
    try:
        for _ in steps:
            canvas = drawn.get()
            if isinstance(canvas, BaseException):
                raise canvas
            yield canvas
            free.put(canvas)
    finally:
        stopped.set()
        free.put(None)
        # Whoever called closes the clip next, which must not happen while it is being decoded.
        thread.join(_FAREWELL_S)
