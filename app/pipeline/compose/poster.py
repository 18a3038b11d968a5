"""The still that stands for a finished video until it plays; knows nothing but the file."""

from pathlib import Path

import av
from PIL import Image

from app.pipeline.artifacts import disk_errors
from app.pipeline.compose.planes import Converter, to_rgb

POSTER_SIZE = (1280, 720)
POSTER_AT_S = 3.0
_QUALITY = 86


def write_poster(video: Path, dst: Path, *, at_s: float = POSTER_AT_S) -> None:
    """Writes the frame shown at `at_s`, or at the middle of a shorter video: JPEG, 1280×720, sRGB.

    A video of another aspect is shown whole, on black. Raises DiskFull.
    """
    with av.open(video) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        duration_s = float((stream.duration or 0) * (stream.time_base or 0))
        wanted_s = at_s if at_s < duration_s else duration_s / 2
        container.seek(int(wanted_s * av.time_base))
        shown = None
        for frame in container.decode(stream):
            if shown is not None and frame.time is not None and frame.time > wanted_s + 1e-4:
                break
            shown = frame
        if shown is None:
            raise ValueError(f"{video} has no pictures")
        scale = min(POSTER_SIZE[0] / shown.width, POSTER_SIZE[1] / shown.height)
        width, height = (2 * round(edge * scale / 2) for edge in (shown.width, shown.height))
        rgb = to_rgb(Converter().from_video(shown, width, height))
    poster = Image.new("RGB", POSTER_SIZE)
    poster.paste(
        Image.fromarray(rgb), ((POSTER_SIZE[0] - width) // 2, (POSTER_SIZE[1] - height) // 2)
    )
    with disk_errors(dst):
        poster.save(dst, "JPEG", quality=_QUALITY, progressive=True, optimize=True)
