"""A presenter's sound as every video of a campaign carries it, encoded once; knows no picture.

Loud enough by one gain for the whole clip, so nothing pumps. Only peaks that this gain would push
over the ceiling are turned down, for some milliseconds around them.
"""

import dataclasses
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from app.pipeline.compose.encoder import written_whole
from app.pipeline.compose.facecam import FacecamFacts
from app.pipeline.compose.waveform import F32, RATE_HZ, measure_loudness, read_waveform

SAMPLES_PER_FRAME = 1024  # AAC-LC
_MOST_ENCODINGS = 5


@dataclasses.dataclass(frozen=True)
class SoundSettings:
    """-16 LUFS and -1 dBTP: what AES TD1008 recommends for speech on phones and the web."""

    loudness_lufs: float = -16.0
    ceiling_dbtp: float = -1.0
    bit_rate: int = 128_000
    most_gain_db: float = 30.0  # a clip of noise only must not become loud noise
    fade_s: float = 0.02  # where the sound is cut off: no click


@dataclasses.dataclass(frozen=True)
class SoundFacts:
    gain_db: float
    source_lufs: float | None
    limited: bool  # some peak was turned down
    duration_s: float


def write_sound(
    facecam: Path,
    facts: FacecamFacts,
    dst: Path,
    *,
    duration_s: float,
    settings: SoundSettings = SoundSettings(),
    trimmed: bool = False,
) -> SoundFacts:
    """Writes AAC, 48 kHz, stereo, of `duration_s` to `dst` (MP4); 0 s is the first picture.

    Cut or padded with silence. A clip without sound gives silence: phones and chat apps show
    videos without a sound track as muted loops without controls. Of a trimmed clip nothing is
    heard from before or after its part. Raises DiskFull and leaves no file then.
    """
    samples = round(duration_s * RATE_HZ)
    waveform = read_waveform(facecam, picture_start_s=facts.picture_start_s, limit_s=duration_s + 1)
    loudness, gain_db, limited = None, 0.0, False
    if waveform is None:
        waveform = np.zeros((2, samples), np.float32)
    else:
        fade = round(settings.fade_s * RATE_HZ)
        if trimmed:
            waveform = _fitted(waveform, round(facts.duration_s * RATE_HZ), fade)
            waveform[:, :fade] *= np.linspace(0, 1, fade, dtype=np.float32)[: waveform.shape[1]]
        waveform = _fitted(waveform, samples, fade)
        loudness, peak = measure_loudness(waveform)
        if loudness is not None:
            gain_db = min(settings.loudness_lufs - loudness, settings.most_gain_db)
        waveform *= np.float32(10 ** (gain_db / 20))
        limited = peak * 10 ** (gain_db / 20) > 10 ** (settings.ceiling_dbtp / 20)
    with written_whole(dst):
        _encode_under_ceiling(waveform, dst, settings, limited=limited)
    return SoundFacts(gain_db, loudness, limited, samples / RATE_HZ)


def _encode_under_ceiling(
    waveform: F32, dst: Path, settings: SoundSettings, *, limited: bool
) -> None:
    """The encoder adds some tenths of a dB to peaks: what is too much is taken off before."""
    ceiling = wanted = 10 ** (settings.ceiling_dbtp / 20)
    for _ in range(_MOST_ENCODINGS if limited else 1):
        if limited:
            limit(waveform, ceiling)
        _encode(waveform, dst, settings)
        decoded = read_waveform(dst) if limited else None
        heard = 0.0 if decoded is None else measure_loudness(decoded)[1]
        if heard <= wanted:
            return
        ceiling *= 0.94 * wanted / heard  # the excess varies with what is encoded


def _fitted(waveform: F32, samples: int, fade: int) -> F32:
    fitted = np.zeros((2, samples), np.float32)
    kept = min(samples, waveform.shape[1])
    fitted[:, :kept] = waveform[:, :kept]
    if waveform.shape[1] > samples:
        fade = min(fade, kept)
        fitted[:, kept - fade : kept] *= np.linspace(1, 0, fade, dtype=np.float32)
    return fitted


_LOOK_AHEAD = 240  # samples, 5 ms: slow enough not to click, fast enough not to be heard
_OVERSAMPLE = 4  # BS.1770-4 annex 2: finds peaks between samples to within 0.6 dB
_BLOCK = 1 << 16


def limit(waveform: F32, ceiling: float) -> None:
    """Turns down, in place, what peaks over `ceiling` (true peak). Both channels alike.

    The gain each sample needs, its minimum over twice the look-ahead, then its mean over the same:
    a smooth curve that is nowhere above what is needed.
    """
    samples = waveform.shape[1]
    peaks = np.empty(samples, np.float32)
    for start in range(0, samples, _BLOCK):
        peaks[start : start + _BLOCK] = _true_peaks(waveform, start, min(samples, start + _BLOCK))
    needed = np.minimum(1, ceiling / np.maximum(peaks, 1e-9)).astype(np.float32)
    width = 2 * _LOOK_AHEAD + 1
    padded = np.pad(needed, 2 * _LOOK_AHEAD, constant_values=1.0)
    lowest = _running_minimum(padded, width)
    sums = np.cumsum(np.concatenate([[0.0], lowest]), dtype=np.float64)
    waveform *= ((sums[width:] - sums[:-width]) / width).astype(np.float32)


def _true_peaks(waveform: F32, start: int, end: int) -> F32:
    """The largest magnitude at and after each sample of [start, end), of both channels."""
    margin = 64  # what the block's neighbours contribute to the curve between its samples
    low, high = max(0, start - margin), min(waveform.shape[1], end + margin)
    part = waveform[:, low:high]
    spectrum = np.fft.rfft(part, n=part.shape[1] + 2 * margin)
    fine = np.fft.irfft(spectrum, n=_OVERSAMPLE * (part.shape[1] + 2 * margin)) * _OVERSAMPLE
    around = np.abs(fine[:, : _OVERSAMPLE * part.shape[1]]).max(0)
    peaks: F32 = around.reshape(-1, _OVERSAMPLE).max(1).astype(np.float32)
    # A peak between two samples belongs to both.
    peaks[1:] = np.maximum(peaks[1:], peaks[:-1])
    return peaks[start - low : end - low]


def _running_minimum(values: F32, width: int) -> F32:
    """The minimum of every `width` values in a row, by doubling: log(width) passes."""
    lowest, covered = values, 1
    while covered < width:
        step = min(covered, width - covered)
        lowest = np.minimum(lowest[:-step], lowest[step:])
        covered += step
    return lowest


def _encode(waveform: F32, dst: Path, settings: SoundSettings) -> None:
    with av.open(dst, "w", format="mp4") as out:
        stream = out.add_stream("aac", rate=RATE_HZ, layout="stereo")
        stream.bit_rate = settings.bit_rate
        stream.time_base = Fraction(1, RATE_HZ)
        for at in range(0, waveform.shape[1], SAMPLES_PER_FRAME):
            block = np.ascontiguousarray(waveform[:, at : at + SAMPLES_PER_FRAME])
            frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="stereo")
            frame.sample_rate, frame.pts, frame.time_base = RATE_HZ, at, Fraction(1, RATE_HZ)
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
