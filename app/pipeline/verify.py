"""Does the finished file keep its promises? Reads it as a player would; repairs nothing."""

from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np

from app.pipeline.compose.facecam import FacecamFacts
from app.pipeline.compose.segment import SegmentFacts
from app.pipeline.compose.waveform import F32, RATE_HZ, integrated_lufs, read_waveform
from app.pipeline.file_facts import (
    COLOUR,
    colour,
    first_second_luma,
    gapless,
    index_first,
    presented_pts,
)
from app.pipeline.spec import Measurements

MOST_SOUND_OFFSET_MS = 40.0  # half of what ITU-R BT.1359-1 calls detectable
MOST_LUMA_DIFFERENCE = 4.0  # encoded against composed; a white lead-in differs by tens
_SYNC_S = 20.0  # of sound are compared: drift is not possible with one clock
_SYNC_STEP = 8  # samples averaged into one: 6 kHz, enough for a sixth of a millisecond
_SYNC_REACH_S = 2.0
_LEAST_LIKENESS = 0.2  # of correlation, below which the two sounds have nothing in common
_SOUND_END_S = 0.06  # three AAC frames


def measure(
    video: Path, *, segments: Sequence[SegmentFacts], facecam: Path, facts: FacecamFacts
) -> Measurements:
    """Reads the file's facts. Loss and repeated frames are its segments': they saw the source."""
    with av.open(video) as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        sound = container.streams.audio[0] if container.streams.audio else None
        audio_duration_s = (
            float(sound.duration * (sound.time_base or 0)) if sound and sound.duration else None
        )
        presented = presented_pts(container, stream)
        measured = Measurements(
            container=container.format.name,
            duration_s=(container.duration or 0) / av.time_base,
            size_bytes=video.stat().st_size,
            width=stream.width,
            height=stream.height,
            fps=float(stream.average_rate or 0),
            frames=len(presented),
            video_codec=f"{context.name} {context.profile}",
            pixel_format=context.pix_fmt or "",
            colour=colour(stream),
            audio_codec=f"{sound.codec_context.name} {sound.profile}" if sound else None,
            audio_duration_s=audio_duration_s,
            faststart=index_first(video),
            pts_gapless=gapless(stream, presented),
            first_second_luma=first_second_luma(container, stream, segments[0].frames),
            sound_offset_ms=None,
            loudness_lufs=None,
            repeated_frames_while_moving=sum(s.repeated_frames_while_moving for s in segments),
            psnr_db=min(s.psnr_db for s in segments),
        )
        start_s = float(presented[0] * (stream.time_base or 0)) if presented else 0.0
    heard = read_waveform(video, picture_start_s=start_s)
    if heard is None:
        return measured
    spoken = read_waveform(facecam, picture_start_s=facts.picture_start_s, limit_s=_SYNC_S)
    return measured.model_copy(
        update={
            "loudness_lufs": integrated_lufs(heard),
            "sound_offset_ms": None if spoken is None else sound_offset_ms(heard, spoken),
        }
    )


def broken_promises(
    measured: Measurements,
    *,
    frames: int,
    fps: int,
    width: int,
    height: int,
    crf: int,
    first_second_luma: float,
    sound: bool,
) -> tuple[str, ...]:
    """What the file should be and is not, each as a clause; empty when all is well.

    first_second_luma: as composed, of the first segment. sound: whether the facecam has any.
    """
    end_s = frames / fps
    checks = [
        (measured.frames == frames, f"it has {measured.frames} frames instead of {frames}"),
        (
            (measured.width, measured.height) == (width, height),
            f"it is {measured.width}×{measured.height} instead of {width}×{height}",
        ),
        (abs(measured.fps - fps) < 0.01, f"it runs at {measured.fps:g} instead of {fps} fps"),
        (measured.pts_gapless, "its frames do not follow each other evenly"),
        (
            abs(measured.duration_s - end_s) <= _SOUND_END_S,
            f"it lasts {measured.duration_s:.2f} s instead of {end_s:.2f} s",
        ),
        (measured.video_codec == "h264 High", f"its picture is {measured.video_codec}"),
        (measured.pixel_format == "yuv420p", f"its pixels are {measured.pixel_format}"),
        (measured.colour == COLOUR, f"its colours are tagged {measured.colour}"),
        (measured.faststart, "it cannot start to play before it is loaded whole"),
        (
            abs(measured.first_second_luma - first_second_luma) <= MOST_LUMA_DIFFERENCE,
            f"its first second has a brightness of {measured.first_second_luma:.0f} "
            f"instead of {first_second_luma:.0f}",
        ),
        (
            measured.repeated_frames_while_moving == 0,
            f"{measured.repeated_frames_while_moving} frames stand still during the scroll",
        ),
        (
            measured.psnr_db >= least_psnr_db(crf),
            f"its picture lost too much ({measured.psnr_db:.1f} dB)",
        ),
    ]
    if sound:
        checks += [
            (measured.audio_codec == "aac LC", f"its sound is {measured.audio_codec}"),
            (
                abs((measured.audio_duration_s or 0) - end_s) <= _SOUND_END_S,
                f"its sound lasts {measured.audio_duration_s or 0:.2f} s instead of {end_s:.2f} s",
            ),
            (
                abs(measured.sound_offset_ms or 0) <= MOST_SOUND_OFFSET_MS,
                f"its sound is off by {measured.sound_offset_ms or 0:.0f} ms",
            ),
        ]
    return tuple(complaint for kept, complaint in checks if not kept)


def least_psnr_db(crf: int) -> float:
    """Measured: text pages reach 41 dB at crf 20, noise 31; each step of crf costs up to 1 dB."""
    return 28.0 - max(0, crf - 20)


def sound_offset_ms(heard: F32, spoken: F32) -> float | None:
    """How much later `heard` is than `spoken`, by the peak of their cross-correlation (FFT).

    Both float32 [2, n] at 48 kHz. None where one is silent or they have nothing in common.
    """
    a, b = (_thin(wave[:, : round(_SYNC_S * RATE_HZ)]) for wave in (heard, spoken))
    size = 1 << (len(a) + len(b)).bit_length()
    correlation = np.fft.irfft(np.fft.rfft(a, size) * np.conj(np.fft.rfft(b, size)), size)
    reach = round(_SYNC_REACH_S * RATE_HZ / _SYNC_STEP)
    around = np.concatenate([correlation[-reach:], correlation[: reach + 1]])
    best = int(np.argmax(around))
    # Only what both have counts: the video may end long before the clip, or the other way round.
    shared = min(len(a), len(b))
    energy = float(np.sqrt(np.dot(a[:shared], a[:shared]) * np.dot(b[:shared], b[:shared])))
    if energy <= 0 or around[best] < _LEAST_LIKENESS * energy:
        return None
    return (best - reach) * _SYNC_STEP / RATE_HZ * 1000


def _thin(wave: F32) -> F32:
    mono = wave.sum(0)
    mono = mono[: mono.size // _SYNC_STEP * _SYNC_STEP]
    thin: F32 = mono.reshape(-1, _SYNC_STEP).mean(1)
    return thin - thin.mean() if thin.size else thin
