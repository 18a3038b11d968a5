"""A segment's light copy for slow connections, encoded beside it from the same canvases.

It takes a frame by its number in the whole video and not in the segment. So the copies of segments
with odd numbers of frames can be joined too: none adds half a frame to the time of those after it.
"""

import contextlib
import dataclasses
from collections.abc import Iterator
from pathlib import Path

from app.pipeline.compose.encoder import Encoder, EncoderSettings, written_whole
from app.pipeline.compose.planes import Converter, Planes, to_frame
from app.pipeline.compose.quality import Samples, measure_psnr

SHORT_SIDE_PX = 480
MOST_FPS = 30
# Measured on a lead of the sample campaign: 433 kbit/s of picture, and 2.5 ms of one core for each
# frame, 1.1 of them to scale it. The preset by itself (subme 2, bframes 3, b-adapt 1) takes 0.7 ms
# more for 394 kbit/s; "superfast" is as quick as this for 80 % more of them.
PRESET, CRF = "veryfast", 25
TUNING = (("subme", 1), ("bframes", 1), ("b-adapt", 0))


@dataclasses.dataclass(frozen=True)
class LightFacts:
    """What is true of a written copy; `psnr_db` is the worst of its samples, at its own size."""

    frames: int
    psnr_db: float
    first_second_luma: float


def light_settings(video: EncoderSettings) -> EncoderSettings:
    """The copy's, which are never more than the video's."""
    scale = min(1.0, SHORT_SIDE_PX / min(video.width, video.height))
    width, height = (round(side * scale / 2) * 2 for side in (video.width, video.height))
    fps = video.fps // light_step(video.fps)
    return EncoderSettings(width, height, fps, PRESET, max(CRF, video.crf), TUNING)


def light_step(fps: int) -> int:
    """Every how many frames of the video one is taken."""
    return -(-fps // MOST_FPS)


def light_share(start_frame: int, frames: int, fps: int) -> range:
    """Which of a segment's frames, counted from its first one, are in its copy; maybe none.

    start_frame: the number that its first one has in the video.
    """
    step = light_step(fps)
    return range(-start_frame % step, frames, step)


class LightCopy:
    """Takes the canvases of a segment, in order, and keeps its share of them."""

    def __init__(
        self, path: Path, encoder: Encoder, settings: EncoderSettings, share: range
    ) -> None:
        self._path, self._encoder, self._settings, self._share = path, encoder, settings, share
        self._converter = Converter(threads=1)
        self._samples = Samples(len(share), settings.keyint)

    def write(self, frame: int, canvas: Planes) -> None:
        """frame: counted from the segment's first one."""
        if frame not in self._share:
            return
        small, size = canvas, (self._settings.width, self._settings.height)
        if size != (canvas.width, canvas.height):
            small = self._converter.from_video(to_frame(canvas), *size)
        self._samples.look(self._share.index(frame), small)
        self._encoder.write(small)

    def finish(self) -> LightFacts:
        """The whole copy is written, and read once more to measure what it lost."""
        self._encoder.finish()
        psnr = measure_psnr(self._path, self._samples.kept, self._settings.fps)
        luma = self._samples.luma
        return LightFacts(len(self._share), min(psnr.values()), sum(luma) / len(luma))


@contextlib.contextmanager
def light_copy(
    path: Path | None, video: EncoderSettings, start_frame: int, frames: int
) -> Iterator[LightCopy | None]:
    """Writes to `path` what is given to the copy; the file is whole afterwards, or it is gone.

    None where there is no path, or where no frame falls to the copy. Raises DiskFull.
    """
    share = light_share(start_frame, frames, video.fps)
    if path is None or not share:
        yield None
        return
    settings = light_settings(video)
    # Threads of its own would only compete with those of the video's encoder.
    with written_whole(path), Encoder(path, settings, threads=1) as encoder:
        yield LightCopy(path, encoder, settings, share)
