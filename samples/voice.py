"""A murmured voice and claps as samples, and the mouth that goes with them; it knows no picture.

The voice is formant-wave-function synthesis (Rodet, "Time-domain formant-wave-function synthesis",
1984): each glottal pulse starts one damped sine per formant. It says nothing in any language.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float64]

SAMPLE_RATE_HZ = 48_000
# Formants of women's vowels in Hz (Peterson and Barney, 1952); how far the mouth opens, and widens.
_VOWELS: dict[str, tuple[tuple[float, float, float, float], float, float]] = {
    "a": ((850, 1220, 2810, 3900), 0.95, 0.5),
    "e": ((610, 2330, 2990, 4000), 0.55, 0.9),
    "i": ((310, 2790, 3310, 4200), 0.30, 1.0),
    "o": ((590, 920, 2710, 3800), 0.70, 0.1),
    "u": ((370, 950, 2670, 3700), 0.35, 0.0),
    "@": ((500, 1500, 2600, 3800), 0.45, 0.5),
}
_GAINS = np.array([1.0, 0.40, 0.16, 0.06])
_BANDWIDTHS_HZ = np.array([80.0, 100.0, 140.0, 220.0])


@dataclass(frozen=True)
class Speech:
    """Sound in -1..1 at 48 kHz, and per hundredth of a second: mouth opening and width in 0..1."""

    sound: Samples
    mouth_open: Samples
    mouth_wide: Samples


def speak(duration_s: float, silent_at_s: tuple[float, ...], seed: int) -> Speech:
    """Phrases that fill the duration and pause from 0.3 s before to 0.5 s after given moments."""
    rng = np.random.default_rng(seed)
    ticks = round(duration_s * 100)
    formants = np.tile(np.array(_VOWELS["@"][0]), (ticks, 1))
    loud, pitch_hz, breath, opening = (np.zeros(ticks) for _ in range(4))
    width = np.full(ticks, 0.6)
    edges = [0.0, *silent_at_s, duration_s - 0.3]
    for start_s, end_s in pairwise(edges):
        tick, end = round((start_s + 0.5) * 100), round((end_s - 0.3) * 100)
        while end - tick > 60:
            phrase_end = min(end, tick + int(rng.integers(130, 230)))
            phrase_start, peak_hz = tick, rng.uniform(205, 235)
            while phrase_end - tick > 16:
                consonant, vowel = int(rng.integers(3, 8)), int(rng.integers(9, 17))
                name = str(rng.choice(list(_VOWELS)))
                hertz, opened, wide = _VOWELS[name]
                said = slice(tick + consonant, min(tick + consonant + vowel, phrase_end))
                if rng.random() < 0.45:
                    breath[tick : tick + consonant] = rng.uniform(0.4, 1.0)
                stress = rng.uniform(0.6, 1.0)
                formants[tick : said.stop] = hertz
                loud[said], opening[said] = stress, opened * stress
                width[tick : said.stop] = wide
                progress = (tick - phrase_start) / (phrase_end - phrase_start)
                pitch_hz[tick : said.stop] = peak_hz * (1 - 0.22 * progress) * (0.94 + 0.1 * stress)
                tick = said.stop
            tick = phrase_end + int(rng.integers(24, 46))
    pitch_hz[pitch_hz == 0] = 180
    tracks = [_smooth(track, 5) for track in (loud, pitch_hz, opening, width)]
    formants = np.stack([_smooth(track, 6) for track in formants.T], axis=1)
    voiced = _pulses(tracks[0], tracks[1], formants, rng)
    hiss = _fricatives(_smooth(breath, 3), rng)
    sound = voiced / np.abs(voiced).max() * 0.34 + hiss * 0.03
    return Speech(sound, tracks[2], tracks[3])


def add_claps(sound: Samples, times_s: tuple[float, ...], seed: int) -> Samples:
    """The sound with a hand clap at each time: full strength from the very sample, 5 ms of burst.

    A room's tail of 60 ms follows. Nothing of it comes before its time.
    """
    rng = np.random.default_rng(seed)
    clapped = sound.copy()
    since_s = np.arange(round(0.35 * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    decay = np.exp(-np.maximum(since_s - 0.005, 0) / 0.018) * 0.8 + np.exp(-since_s / 0.06) * 0.2
    for time_s in times_s:
        burst = rng.uniform(-1, 1, len(since_s)) * decay * np.minimum(1, (0.35 - since_s) * 20)
        burst[:24] = np.where(np.arange(24) % 8 < 4, 1, -1)  # the edge: half a millisecond at full
        start = round(time_s * SAMPLE_RATE_HZ)
        clapped[start : start + len(burst)] += 0.74 * burst
    return np.clip(clapped, -0.9, 0.9)


def _smooth(track: Samples, width: int) -> Samples:
    window = np.hanning(width + 2)[1:-1]
    padded = np.pad(track, (width // 2, (width - 1) // 2), mode="edge")
    return np.convolve(padded, window / window.sum(), mode="valid")


def _pulses(
    loud: Samples, pitch_hz: Samples, formants: Samples, rng: np.random.Generator
) -> Samples:
    ticks = len(loud)
    sound = np.zeros(ticks * SAMPLE_RATE_HZ // 100 + SAMPLE_RATE_HZ)
    since_s = np.arange(round(0.025 * SAMPLE_RATE_HZ))[None, :] / SAMPLE_RATE_HZ
    attack = 0.5 - 0.5 * np.cos(np.pi * np.minimum(since_s / 0.0012, 1))
    decay = np.exp(-np.pi * _BANDWIDTHS_HZ[:, None] * since_s) * attack * _GAINS[:, None]
    time_s = 0.0
    while (tick := int(time_s * 100)) < ticks:
        if loud[tick] > 0.01:
            waves = decay * np.sin(2 * np.pi * formants[tick][:, None] * since_s)
            start = round(time_s * SAMPLE_RATE_HZ)
            sound[start : start + since_s.size] += loud[tick] * waves.sum(axis=0)
        vibrato = 1 + 0.012 * np.sin(2 * np.pi * 4.7 * time_s) + rng.normal(0, 0.006)
        time_s += 1 / (pitch_hz[tick] * vibrato)
    return sound[: ticks * SAMPLE_RATE_HZ // 100]


def _fricatives(breath: Samples, rng: np.random.Generator) -> Samples:
    level = np.repeat(breath, SAMPLE_RATE_HZ // 100)
    noise = rng.normal(0, 1, len(level))
    return np.diff(noise, prepend=0.0) * level
