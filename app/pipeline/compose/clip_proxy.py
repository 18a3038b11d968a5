"""A clip as any browser plays it: 540p H.264 and AAC, ready to seek; trims and judges nothing."""

import contextlib
import queue
import threading
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.stream import VideoStream

from app.pipeline.compose.encoder import tag_bt709, written_whole
from app.pipeline.compose.facecam import FacecamFacts
from app.pipeline.compose.facecam_frames import FacecamFrames
from app.pipeline.compose.planes import Planes, to_frame
from app.pipeline.compose.waveform import F32, RATE_HZ, read_waveform
from app.pipeline.errors import Cancelled

# A face to choose a trim by needs no more; 1080p is just halved. 720p cost a seventh more CPU time.
LONG_EDGE_PX, SHORT_EDGE_PX = 960, 540
_LEAST_EDGE_PX = 16
# Decoding 1080p leaves little time: "ultrafast", but for the one lack that the eye sees at once.
# Bounded, or a clip of noise would give gigabytes: 600 s stay under 400 MB.
_PICTURE = {
    "preset": "ultrafast",
    "crf": "23",
    "profile": "main",
    "maxrate": "5000k",
    "bufsize": "10000k",
    "x264-params": "no-deblock=0",
}
_SOUND_BIT_RATE = 128_000
_AHEAD = 4  # pictures read before they are encoded
_SAMPLES_PER_FRAME = 1024  # AAC-LC


def write_proxy(
    clip: Path,
    facts: FacecamFacts,
    dst: Path,
    *,
    on_frame: Callable[[int, int], None] = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> None:
    """Writes `dst` (MP4, index first): upright, never enlarged, a constant 24, 25 or 30 fps.

    A key frame a second, picture and sound on the clip's own clock, 0 s its first picture; where
    one of both ends earlier the last picture stays. Raises DiskFull, Cancelled; no file is left
    then.
    """
    width, height = proxy_size(facts.width, facts.height)
    fps = proxy_fps(facts.fps)
    frames = max(1, round(facts.duration_s * fps))
    wave = _waveform(clip, facts)
    with (
        FacecamFrames(clip, facts, width=width, height=height, fps=fps, threads=0) as pictures,
        written_whole(dst),
        av.open(dst, "w", format="mp4", options={"movflags": "+faststart"}) as out,
    ):
        video = _video(out, width, height, fps)
        sound = None if wave is None else _Sound(out, wave)
        for number, picture in enumerate(_decoded_ahead(pictures, frames)):
            if cancelled():
                raise Cancelled
            if picture is not None:
                frame = to_frame(picture)
                frame.pts, frame.time_base = number, Fraction(1, fps)
                out.mux(video.encode(frame))
            if sound is not None:
                sound.write_until((number + 1) / fps)
            on_frame(number + 1, frames)
        out.mux(video.encode())
        if sound is not None:
            sound.finish()


def _decoded_ahead(pictures: FacecamFrames, frames: int) -> Iterator[Planes | None]:
    """The pictures in order, read in a thread of their own: codecs then keep every core busy."""
    read: queue.Queue[Planes | BaseException | None] = queue.Queue(_AHEAD)
    stopped = threading.Event()

    def work() -> None:
        try:
            for number in range(frames):
                read.put(pictures.frame(number))
                if stopped.is_set():
                    return
        except BaseException as error:
            read.put(error)

    thread = threading.Thread(target=work, name="decode", daemon=True)
    thread.start()
    try:
        for _ in range(frames):
            picture = read.get()
            if isinstance(picture, BaseException):
                raise picture
            yield picture
    finally:
        stopped.set()
        with contextlib.suppress(queue.Empty):
            while True:
                read.get_nowait()
        # The clip is closed next, which must not happen while it is being decoded.
        thread.join()


def proxy_size(width: int, height: int) -> tuple[int, int]:
    """The largest even size of this aspect within 960×540 or 540×960, at most the clip's own."""
    scale = min(1.0, LONG_EDGE_PX / max(width, height), SHORT_EDGE_PX / max(1, min(width, height)))
    return tuple(  # type: ignore[return-value]
        max(_LEAST_EDGE_PX, 2 * round(edge * scale / 2)) for edge in (width, height)
    )


def proxy_fps(fps: float) -> int:
    """What the clip's pictures fall into evenly: 24, 25 (also for 50) or 30 (for all others)."""
    if 23.5 <= fps <= 24.5:
        return 24
    return 25 if 24.5 < fps < 25.5 or 49.5 < fps < 50.5 else 30


def _waveform(clip: Path, facts: FacecamFacts) -> F32 | None:
    if not facts.audio:
        return None
    return read_waveform(clip, picture_start_s=facts.picture_start_s, limit_s=facts.duration_s)


def _video(out: OutputContainer, width: int, height: int, fps: int) -> VideoStream:
    stream = out.add_stream("libx264", rate=fps, options=_PICTURE)
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    stream.codec_context.gop_size = fps
    stream.codec_context.time_base = Fraction(1, fps)
    stream.codec_context.thread_type = "FRAME"
    tag_bt709(stream.codec_context)
    return stream


class _Sound:
    """Gives the muxer the sound in step with the picture: it must not hoard either."""

    def __init__(self, out: OutputContainer, wave: F32) -> None:
        self._out = out
        stream: AudioStream = out.add_stream("aac", rate=RATE_HZ, layout="stereo")
        stream.bit_rate = _SOUND_BIT_RATE
        stream.time_base = Fraction(1, RATE_HZ)
        self._stream = stream
        self._blocks = self._frames(wave)
        self._next = next(self._blocks, None)

    def write_until(self, time_s: float) -> None:
        while self._next is not None and (self._next.time or 0.0) < time_s:
            self._out.mux(self._stream.encode(self._next))
            self._next = next(self._blocks, None)

    def finish(self) -> None:
        self.write_until(float("inf"))
        self._out.mux(self._stream.encode())

    def _frames(self, wave: F32) -> Iterator[av.AudioFrame]:
        for at in range(0, wave.shape[1], _SAMPLES_PER_FRAME):
            block = np.ascontiguousarray(wave[:, at : at + _SAMPLES_PER_FRAME])
            frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="stereo")
            frame.sample_rate, frame.pts, frame.time_base = RATE_HZ, at, Fraction(1, RATE_HZ)
            yield frame
