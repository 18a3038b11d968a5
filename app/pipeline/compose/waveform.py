"""A file's sound as numbers on its picture's clock, and how loud it is; changes nothing of it."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

F32 = npt.NDArray[np.float32]

RATE_HZ = 48_000
_GAP_S = 0.04  # a decoder's timestamps wander by less; what jumps further is a real gap
_SILENCE_LUFS = -69.0  # ebur128 answers -70 where every block is under its absolute gate
_BLOCK = 48_000  # samples given to the meter at once


def read_waveform(
    path: Path, *, picture_start_s: float = 0.0, limit_s: float = 600.0
) -> F32 | None:
    """The first sound track: float32 [2, samples] at 48 kHz, or None where there is none.

    Sample 0 sounds at `picture_start_s` of the file's own clock: sound that begins later has
    silence before it, sound that begins earlier loses its beginning. Priming is dropped as a
    player does.
    """
    with av.open(path) as container:
        if not container.streams.audio:
            return None
        chunks = list(_chunks(container, picture_start_s, limit_s))
    samples = max((at + chunk.shape[1] for at, chunk in chunks), default=0)
    waveform = np.zeros((2, max(0, samples)), np.float32)
    for at, chunk in chunks:
        first = max(0, -at)
        if first < chunk.shape[1]:
            waveform[:, at + first : at + chunk.shape[1]] = chunk[:, first:]
    return waveform if waveform.size else None


def _chunks(
    container: av.container.InputContainer, start_s: float, limit_s: float
) -> Iterator[tuple[int, F32]]:
    """(sample number, float32 [2, n]) in order, without overlap."""
    resampler = av.AudioResampler(format="fltp", layout="stereo", rate=RATE_HZ)
    head: int | None = None
    for decoded in _decoded(container):
        if decoded.time is None or decoded.sample_rate == 0:
            continue
        at = round((decoded.time - start_s) * RATE_HZ)
        decoded.pts = (
            None  # ours is the clock: the resampler would otherwise fill and cut on its own
        )
        for frame in resampler.resample(decoded):
            if head is None or at - head > _GAP_S * RATE_HZ:
                head = at
            if head > limit_s * RATE_HZ:
                return
            if head + frame.samples > 0:  # what a trimmed clip leaves out is not kept in memory
                yield head, np.asarray(frame.to_ndarray(), np.float32)
            head += frame.samples
    for frame in resampler.resample(None) if head is not None else ():
        yield head or 0, np.asarray(frame.to_ndarray(), np.float32)


def _decoded(container: av.container.InputContainer) -> Iterator[av.AudioFrame]:
    for packet in container.demux(audio=0):
        with contextlib.suppress(av.error.InvalidDataError):
            yield from packet.decode()


def measure_loudness(waveform: F32) -> tuple[float | None, float]:
    """(integrated loudness in LUFS, true peak as an amplitude) after ITU-R BS.1770-4, by ebur128.

    The loudness is None where nothing but silence is heard or the sound is shorter than a block.
    """
    facts = _ebur128(waveform, "metadata=1:peak=true")
    peaks = [float(v) for k, v in facts.items() if k.startswith("lavfi.r128.true_peaks_ch")]
    return _lufs(facts), max(peaks, default=0.0)


def integrated_lufs(waveform: F32) -> float | None:
    """The loudness alone: five times quicker than with its true peak."""
    return _lufs(_ebur128(waveform, "metadata=1"))


def _lufs(facts: dict[str, str]) -> float | None:
    loudness = float(facts.get("lavfi.r128.I", "-70"))
    return loudness if loudness > _SILENCE_LUFS else None


def _ebur128(waveform: F32, options: str) -> dict[str, str]:
    """What the filter says of the whole, by the names that FFmpeg gives."""
    graph = av.filter.Graph()
    source = graph.add_abuffer(format="fltp", sample_rate=RATE_HZ, layout="stereo")
    meter, sink = graph.add("ebur128", options), graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    last: dict[str, str] = {}
    for at in range(0, waveform.shape[1], _BLOCK):
        block = np.ascontiguousarray(waveform[:, at : at + _BLOCK])
        frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="stereo")
        frame.sample_rate, frame.pts = RATE_HZ, at
        source.push(frame)
        with contextlib.suppress(av.error.BlockingIOError, av.error.EOFError):
            while True:
                last = sink.pull().metadata or last
    return last
