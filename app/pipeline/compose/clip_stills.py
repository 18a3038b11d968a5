"""The pictures that stand for a clip in lists and trim bars, from its proxy; plays nothing."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import av
import numpy as np
from PIL import Image, ImageOps

from app.pipeline.artifacts import disk_errors
from app.pipeline.compose.planes import Converter, from_frame, to_rgb

POSTER_WIDTH_PX = 640
_POSTER_AT_S = (1.0, 1.5, 2.0, 3.0, 0.5, 4.0, 6.0, 9.0, 13.0, 20.0)  # a second in, if it shows
_DARK_LUMA = 40.0  # of 16 … 235; cameras fade in from 16, a dim room is above 50
_FLAT_LUMA = 6.0  # standard deviation: under a lid, behind a hand, a plain slide
_QUALITY = 80

_CELL_HEIGHT_PX = 90
_CELL_WIDTH_PX = (40, 240)  # of the narrowest and widest clip: beyond, the middle is shown


def write_clip_poster(proxy: Path, dst: Path, *, duration_s: float) -> float:
    """Writes a still at most 640 px wide: WebP, sRGB; returns its time in s. Raises DiskFull.

    A second in, or the first later try that is neither dark nor empty; the brightest if all are.
    """
    brightest = (-1.0, 0.0)
    for time_s, frame in frames_at(proxy, _tries(duration_s)):
        luma = from_frame(frame).y[::4, ::4]
        if luma.mean() >= _DARK_LUMA and luma.std() >= _FLAT_LUMA:
            break
        brightest = max(brightest, (float(luma.mean()), time_s))
    else:
        time_s, frame = next(frames_at(proxy, [brightest[1]]))
    with disk_errors(dst):
        _picture(frame, min(frame.width, POSTER_WIDTH_PX)).save(dst, "WEBP", quality=_QUALITY)
    return time_s


def _tries(duration_s: float) -> Iterator[float]:
    last_s = max(0.0, duration_s - 0.1)
    yield from (time_s for time_s in _POSTER_AT_S if time_s < last_s)
    yield from (last_s * n / 6 for n in range(1, 6))


def write_filmstrip(proxy: Path, dst: Path, *, duration_s: float, pictures: int) -> None:
    """Writes `pictures` stills side by side, evenly spread over the clip: WebP, 90 px high.

    Each is taken from the middle of its share of the clip. Raises DiskFull.
    """
    cells = []
    for _, frame in frames_at(proxy, [duration_s * (n + 0.5) / pictures for n in range(pictures)]):
        width = round(_CELL_HEIGHT_PX * frame.width / frame.height)
        width = min(max(width, _CELL_WIDTH_PX[0]), _CELL_WIDTH_PX[1])
        cells.append(ImageOps.fit(_picture(frame, frame.width), (width, _CELL_HEIGHT_PX)))
    strip = Image.fromarray(np.concatenate([np.asarray(cell) for cell in cells], axis=1))
    with disk_errors(dst):
        strip.save(dst, "WEBP", quality=_QUALITY)


def frames_at(video: Path, times_s: Iterable[float]) -> Iterator[tuple[float, av.VideoFrame]]:
    """(time in s, the frame shown then), in the order asked; the last frame after the end."""
    with av.open(video) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        for time_s in times_s:
            container.seek(int(time_s * av.time_base))
            shown = None
            for frame in container.decode(stream):
                if shown is not None and (frame.time or 0.0) > time_s + 1e-4:
                    break
                shown = frame
            if shown is not None:
                yield time_s, shown


def _picture(frame: av.VideoFrame, width: int) -> Image.Image:
    height = max(2, 2 * round(width * frame.height / frame.width / 2))
    return Image.fromarray(to_rgb(Converter(threads=1).from_video(frame, width // 2 * 2, height)))
