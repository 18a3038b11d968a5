"""The presenter's sound, measured after decoding; knows no picture."""

from pathlib import Path

import av
import numpy as np
import pytest

from app.pipeline.compose.facecam import probe_facecam
from app.pipeline.compose.sound import SoundFacts, limit, write_sound
from app.pipeline.compose.waveform import RATE_HZ, measure_loudness, read_waveform
from tests.pipeline.synthetic import F32, clap, flat, make_clip

TARGET_LUFS, TARGET_TOLERANCE_LU = -16.0, 0.5
CEILING = 10 ** (-1.0 / 20)


def speech(duration_s: float, level: float, *, channels: int = 1) -> F32:
    """Noise that comes and goes like syllables: float32 [channels, n]."""
    rng = np.random.default_rng(4)
    time_s = np.arange(round(duration_s * RATE_HZ)) / RATE_HZ
    syllables = 0.6 + 0.4 * np.sin(2 * np.pi * 4 * time_s)
    mono = (level * syllables * rng.standard_normal(time_s.size)).astype(np.float32)
    return np.repeat(mono[None], channels, 0)


def sound_of(
    tmp_path: Path, wave: F32 | None, duration_s: float, *, rate_hz: int = RATE_HZ
) -> tuple[SoundFacts, F32]:
    seconds = 1.0 if wave is None else wave.shape[1] / rate_hz
    pictures = [flat((90, 90, 90))] * round(seconds * 10)
    clip = make_clip(tmp_path / "c.mkv", pictures=pictures, fps=10, sound=wave, rate_hz=rate_hz)
    facts = write_sound(clip, probe_facecam(clip), tmp_path / "s.m4a", duration_s=duration_s)
    decoded = read_waveform(tmp_path / "s.m4a")
    assert decoded is not None
    return facts, decoded


@pytest.mark.parametrize("level", [0.01, 0.05, 0.3])
@pytest.mark.parametrize("channels", [1, 2])
def test_any_level_comes_out_equally_loud(level: float, channels: int, tmp_path: Path) -> None:
    facts, decoded = sound_of(tmp_path, speech(3, level, channels=channels), 3.0)
    loudness, peak = measure_loudness(decoded)
    assert loudness == pytest.approx(TARGET_LUFS, abs=TARGET_TOLERANCE_LU)
    assert peak <= CEILING
    assert facts.source_lufs is not None


def test_peaks_stay_under_the_ceiling_without_pumping(tmp_path: Path) -> None:
    wave = speech(3, 0.01)
    wave[:, RATE_HZ : RATE_HZ + 480] = 0.9 * np.sign(wave[:, RATE_HZ : RATE_HZ + 480])
    facts, decoded = sound_of(tmp_path, wave, 3.0)
    assert facts.limited
    assert measure_loudness(decoded)[1] <= CEILING
    # A tenth of a second beside the peak everything is as loud as far from it.
    beside = decoded[0, int(1.12 * RATE_HZ) : int(1.87 * RATE_HZ)].std()
    distant = decoded[0, int(2.12 * RATE_HZ) : int(2.87 * RATE_HZ)].std()
    assert beside == pytest.approx(distant, rel=0.05)


def test_a_whisper_of_noise_is_not_blown_up(tmp_path: Path) -> None:
    facts, _ = sound_of(tmp_path, speech(2, 0.0009), 2.0)
    assert facts.gain_db == 30.0


@pytest.mark.parametrize("duration_s", [1.2, 2.0, 3.5])
def test_the_sound_is_cut_or_padded_to_the_video(duration_s: float, tmp_path: Path) -> None:
    _, decoded = sound_of(tmp_path, speech(2, 0.1), duration_s)
    assert decoded.shape[1] == pytest.approx(duration_s * RATE_HZ, abs=1024)
    assert (np.abs(decoded[:, int(2.1 * RATE_HZ) :]) < 1e-3).all()


def test_a_clip_without_sound_gives_silence(tmp_path: Path) -> None:
    facts, decoded = sound_of(tmp_path, None, 2.0)
    assert facts.source_lufs is None
    assert decoded.shape[1] == pytest.approx(2 * RATE_HZ, abs=1024)
    assert np.abs(decoded).max() < 1e-4


def test_silence_stays_silence(tmp_path: Path) -> None:
    facts, decoded = sound_of(tmp_path, np.zeros((1, RATE_HZ), np.float32), 1.0)
    assert (facts.gain_db, facts.source_lufs) == (0.0, None)
    assert np.abs(decoded).max() < 1e-4


@pytest.mark.parametrize("rate_hz", [8_000, 44_100, 48_000])
def test_every_sample_stays_at_its_time(rate_hz: int, tmp_path: Path) -> None:
    _, decoded = sound_of(tmp_path, clap(2, [0.5, 1.5], rate_hz=rate_hz), 2.0, rate_hz=rate_hz)
    for clap_s in (0.5, 1.5):
        around = np.abs(decoded[0, int((clap_s - 0.2) * RATE_HZ) : int((clap_s + 0.2) * RATE_HZ)])
        start_s = np.argmax(around > 0.3 * around.max()) / RATE_HZ - 0.2
        assert start_s == pytest.approx(0, abs=0.004)


def test_sound_that_starts_before_the_picture_keeps_its_time(tmp_path: Path) -> None:
    clip = make_clip(
        tmp_path / "late.mkv",
        pictures=[flat((90, 90, 90))] * 20,
        times_s=[0.4 + n / 20 for n in range(20)],
        sound=clap(1.4, [0.9]),
    )
    write_sound(clip, probe_facecam(clip), tmp_path / "s.m4a", duration_s=1.0)
    decoded = read_waveform(tmp_path / "s.m4a")
    assert decoded is not None
    loud = np.abs(decoded[0])
    assert np.argmax(loud > 0.3 * loud.max()) / RATE_HZ == pytest.approx(0.5, abs=0.004)


def test_the_limiter_leaves_alone_what_is_quiet_enough() -> None:
    wave = speech(0.5, 0.05, channels=2)
    before = wave.copy()
    limit(wave, 0.9)
    assert np.abs(wave - before).max() < 1e-6


def test_the_limiter_sees_peaks_between_samples() -> None:
    time = np.arange(RATE_HZ)
    sine = np.sin(2 * np.pi * (RATE_HZ / 4) * time / RATE_HZ + np.pi / 4).astype(np.float32)
    fade = np.minimum(1, np.minimum(time, time[::-1]) / 2400).astype(np.float32)
    wave = np.stack([sine, sine]) * fade  # samples at ±0.71, the wave itself reaches 1
    limit(wave, 0.8)
    assert measure_loudness(wave)[1] <= 0.82


def test_loudness_is_that_of_the_standard() -> None:
    time = np.arange(5 * RATE_HZ) / RATE_HZ
    sine = (10 ** (-23 / 20) * np.sin(2 * np.pi * 997 * time)).astype(np.float32)
    loudness, peak = measure_loudness(np.stack([sine, sine]))  # EBU Tech 3341, test case 1
    assert loudness == pytest.approx(-23, abs=0.1)
    assert peak == pytest.approx(10 ** (-23 / 20), rel=0.02)


def test_the_track_is_what_players_expect(tmp_path: Path) -> None:
    sound_of(tmp_path, speech(1, 0.1), 1.0)
    with av.open(tmp_path / "s.m4a") as container:
        stream = container.streams.audio[0]
        assert (stream.codec_context.name, stream.profile) == ("aac", "LC")
        assert (stream.rate, stream.channels) == (48_000, 2)
