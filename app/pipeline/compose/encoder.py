"""H.264 files that can be joined without re-encoding; knows not what their pictures show."""

import contextlib
import dataclasses
import hashlib
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc

from app.pipeline.artifacts import disk_errors
from app.pipeline.compose.planes import Planes, to_frame

TIME_SCALE = 15_360  # ticks a second: a whole number for 24, 30 and 60 frames a second


@dataclasses.dataclass(frozen=True)
class EncoderSettings:
    """Segments join only when all of these are equal."""

    width: int
    height: int
    fps: int
    preset: str
    crf: int
    tuning: tuple[tuple[str, int], ...] = ()  # parameters of x264 in place of the preset's

    @property
    def keyint(self) -> int:
        """Frames from one key frame to the next: a second, so that players seek to any."""
        return self.fps

    def x264_options(self) -> dict[str, str]:
        """Fixes, with the preset, all that ends up in SPS and PPS; the content has no say."""
        params = {
            "keyint": self.keyint,
            "min-keyint": self.keyint,
            "scenecut": 0,
            "open-gop": 0,
            "stitchable": 1,  # no header is tuned to the content
            "cabac": 1,  # "ultrafast" switches these two off, and with them leaves High profile
            "8x8dct": 1,
            "colorprim": "bt709",
            "transfer": "bt709",
            "colormatrix": "bt709",
            "range": "tv",
        } | dict(self.tuning)
        return {
            "preset": self.preset,
            "crf": str(self.crf),
            "profile": "high",
            "x264-params": ":".join(f"{name}={value}" for name, value in params.items()),
        }


@contextlib.contextmanager
def written_whole(path: Path) -> Iterator[None]:
    """The file is complete afterwards, or it is gone. Raises DiskFull."""
    try:
        with disk_errors(path), _codec_errors_as_system_errors():
            yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def _codec_errors_as_system_errors() -> Iterator[None]:
    """PyAV reports a full disk as an error of its own that carries the system's number."""
    try:
        yield
    except av.error.FFmpegError as error:
        if isinstance(error, OSError) or error.errno is None or error.errno > 255:
            raise
        raise OSError(error.errno, error.strerror) from error


def tag_bt709(context: av.VideoCodecContext) -> None:
    """Says of what is encoded that it is BT.709 in limited range, as all our planes are."""
    context.color_range = ColorRange.MPEG
    context.colorspace = Colorspace.ITU709
    context.color_primaries = ColorPrimaries.BT709
    context.color_trc = ColorTrc.BT709


class Encoder:
    """Writes one segment to `path` (MP4, one H.264 track), as a context inside `written_whole`."""

    def __init__(self, path: Path, settings: EncoderSettings, *, threads: int = 0) -> None:
        """threads: 0 for as many as x264 likes; with 1 each frame is encoded within `write`."""
        self._container = av.open(path, "w", format="mp4")
        stream = self._container.add_stream(
            "libx264", rate=settings.fps, options=settings.x264_options()
        )
        stream.width, stream.height, stream.pix_fmt = settings.width, settings.height, "yuv420p"
        context = stream.codec_context
        self._frame_s = context.time_base = Fraction(1, settings.fps)
        stream.time_base = Fraction(1, TIME_SCALE)
        # PyAV's default is slice threads, which cost both speed and quality.
        context.thread_type = "FRAME"
        context.thread_count = threads
        tag_bt709(context)
        self._stream = stream
        self._frames = 0
        self._closed = False

    def write(self, planes: Planes) -> None:
        """The next frame. x264 has copied it when this returns, so the planes may be drawn over."""
        frame = to_frame(planes)
        frame.pts, frame.time_base = self._frames, self._frame_s
        self._frames += 1
        self._container.mux(self._stream.encode(frame))

    def finish(self) -> str:
        """Writes what is still in the encoder and the index. Returns the digest of SPS and PPS."""
        self._container.mux(self._stream.encode())
        digest = hashlib.sha256(self._stream.codec_context.extradata or b"").hexdigest()
        self._closed = True
        self._container.close()
        return digest

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self._closed:
            with contextlib.suppress(av.error.FFmpegError, OSError):
                self._container.close()
