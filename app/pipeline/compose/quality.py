"""How much an encoded file lost against its source; knows no promise about it."""

from collections.abc import Mapping
from pathlib import Path

import av
import numpy as np

from app.pipeline.compose.planes import U8, Planes, from_frame

BEST_PSNR_DB = 99.0  # equal pictures: infinity is no number in JSON
_SAMPLES = 4  # frames kept to measure the loss: 3 MB each at 1080p


class Samples:
    """Keeps a few frames as they were before encoding, each just after a key frame."""

    def __init__(self, frames: int, keyint: int) -> None:
        gops = max(1, -(-frames // keyint))
        starts = {round(n * (gops - 1) / (_SAMPLES - 1)) * keyint for n in range(_SAMPLES)}
        wanted = {min(start + 2, frames - 1) for start in starts}
        for frame in range(frames):  # a short segment has few key frames: take what there is
            if len(wanted) >= min(3, frames):
                break
            wanted.add(frame)
        self._wanted = wanted
        self._first_second = keyint
        self.kept: dict[int, Planes] = {}
        self.luma: list[float] = []

    def look(self, frame: int, canvas: Planes) -> None:
        if frame < self._first_second:
            self.luma.append(float(canvas.y[::4, ::4].mean()))  # a pixel in 16: 0.1 ms a frame
        if frame in self._wanted:
            self.kept[frame] = canvas.copy()


def measure_psnr(path: Path, sources: Mapping[int, Planes], fps: int) -> dict[int, float]:
    """PSNR in dB of each source's frame number, over all three planes, as decoded from the file."""
    psnr: dict[int, float] = {}
    with av.open(path) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        for number, source in sorted(sources.items()):
            assert stream.time_base is not None  # noqa: S101
            wanted = round(number / fps / stream.time_base)
            container.seek(wanted, stream=stream)
            for frame in container.decode(stream):
                if frame.pts is not None and frame.pts >= wanted:
                    psnr[number] = _psnr_db(source, from_frame(frame))
                    break
    return psnr


def _psnr_db(a: Planes, b: Planes) -> float:
    pairs = ((a.y, b.y), (a.u, b.u), (a.v, b.v))
    squares = sum(_squared_error(x, y) for x, y in pairs)
    if squares == 0:
        return BEST_PSNR_DB
    return float(10 * np.log10(255**2 * sum(x.size for x, _ in pairs) / squares))


def _squared_error(a: U8, b: U8) -> int:
    difference = a.astype(np.int16) - b
    return int(np.einsum("ij,ij->", difference, difference, dtype=np.int64))
