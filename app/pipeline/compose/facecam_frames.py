"""The presenter's picture for each frame of a segment, cut to the bubble; knows no mask."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import av
import numpy as np
from av.container import InputContainer

from app.pipeline.compose.facecam import FacecamFacts
from app.pipeline.compose.planes import Converter, Planes

_EARLY_S = 0.001  # WebM rounds times to a millisecond: a frame due now may say it is due just after
_SEEK_FROM_S = 2.0  # where a trimmed clip starts: up to here reading is quicker than seeking
_HEAD_ROOM = 0.35  # of what a crop takes off the height; less above than below, for faces


class FacecamFrames:
    """Reads forward once, from any start. `width` and `height` of the bubble are even.

    Variable frame rates are followed: at time t the last picture with pts ≤ t is shown. Where the
    picture has ended, `end_pad_mode` says what comes: its last frame, the clip again, or nothing.
    """

    def __init__(
        self,
        path: Path,
        facts: FacecamFacts,
        *,
        width: int,
        height: int,
        fps: int,
        start_frame: int = 0,
        end_pad_mode: Literal["freeze", "loop", "hide"] = "freeze",
        threads: int = 1,  # the encoder usually needs the processors more; 0 takes them all
    ) -> None:
        self._path, self._facts = path, facts
        self._width, self._height = width, height
        self._fps, self._start_frame, self._end_pad_mode = fps, start_frame, end_pad_mode
        self._converter, self._threads = Converter(threads=threads), threads
        self._container: InputContainer | None = None
        self._decoded: Iterator[av.VideoFrame] = iter(())
        self._current: av.VideoFrame | None = None
        self._next: av.VideoFrame | None = None
        self._shown: tuple[av.VideoFrame | None, Planes | None] = (None, None)
        self._last_s = float("inf")  # nothing read: the first request seeks

    def frame(self, index: int) -> Planes | None:
        """The picture at output frame `start_frame + index`, or None where the bubble is hidden.

        The same object is returned while the picture is the same. Ask in ascending order.
        """
        time_s = (self._start_frame + index) / self._fps
        if time_s >= self._facts.picture_s - _EARLY_S:
            if self._end_pad_mode == "hide":
                return None
            if self._end_pad_mode == "loop":
                time_s %= self._facts.picture_s
            else:
                # Twice: the picture that begins where a trim ends is not to be taken for due.
                time_s = max(0.0, self._facts.picture_s - 2 * _EARLY_S)
        if time_s < self._last_s:
            self._seek(time_s)
        self._last_s = time_s
        while self._next is not None and self._time_s(self._next) <= time_s + _EARLY_S:
            self._current, self._next = self._next, next(self._decoded, None)
        current = self._current or self._next
        if current is None:
            return None
        if self._shown[0] is not current:
            self._shown = (current, self._cut(current))
        return self._shown[1]

    def close(self) -> None:
        if self._container is not None:
            self._container.close()
            self._container = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _time_s(self, frame: av.VideoFrame) -> float:
        return float(frame.time) - self._facts.picture_start_s

    def _seek(self, time_s: float) -> None:
        container = self._reopen()
        wanted_s = time_s + self._facts.picture_start_s
        if time_s > 0 or wanted_s > _SEEK_FROM_S:
            with contextlib.suppress(av.error.FFmpegError):
                container.seek(int(wanted_s * av.time_base))
        self._current, self._next = None, next(self._decoded, None)
        if self._next is None or self._time_s(self._next) > time_s + _EARLY_S:
            # No index to seek by (browsers record WebM like that): read from the start.
            self._reopen()
            self._next = next(self._decoded, None)

    def _reopen(self) -> InputContainer:
        self.close()
        self._container = av.open(self._path)
        self._decoded = self._pictures(self._container)
        return self._container

    def _pictures(self, container: InputContainer) -> Iterator[av.VideoFrame]:
        stream = next(
            s for s in container.streams.video if not s.disposition & s.disposition.attached_pic
        )
        stream.codec_context.thread_count = self._threads
        if self._threads != 1:
            stream.thread_type = "AUTO"
        for packet in container.demux(stream):
            with contextlib.suppress(av.error.InvalidDataError):
                yield from (frame for frame in packet.decode() if frame.time is not None)

    def _cut(self, frame: av.VideoFrame) -> Planes:
        """Scaled to cover the bubble, turned upright, cropped to it."""
        turns = self._facts.rotation_deg // 90
        width, height = cover((self._facts.width, self._facts.height), (self._width, self._height))
        stored = (height, width) if turns % 2 else (width, height)
        scaled = self._converter.from_video(frame, *stored)
        if turns:
            scaled = Planes(*(np.rot90(plane, turns) for plane in (scaled.y, scaled.u, scaled.v)))
        left = (width - self._width) // 4 * 2
        top = round((height - self._height) * _HEAD_ROOM / 2) * 2
        return scaled.window(left, top, self._width, self._height)


def cover(size: tuple[int, int], box: tuple[int, int]) -> tuple[int, int]:
    """The smallest even size of the same aspect that covers `box` (width, height)."""
    scale = max(box[0] / size[0], box[1] / size[1])
    return tuple(  # type: ignore[return-value]
        max(least, 2 * round(edge * scale / 2)) for edge, least in zip(size, box, strict=True)
    )
