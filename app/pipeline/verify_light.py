"""Does a video's light copy keep its promises? It is compared with the video that it is of."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer

from app.pipeline.compose.encoder import EncoderSettings
from app.pipeline.compose.light import light_settings, light_share
from app.pipeline.compose.segment import SegmentFacts
from app.pipeline.file_facts import (
    COLOUR,
    colour,
    first_second_luma,
    index_first,
    presented_pts,
)
from app.pipeline.spec import LightMeasurements
from app.pipeline.verify import MOST_LUMA_DIFFERENCE, least_psnr_db

_SAME_S = 0.001  # a tick of the clock that a picture's length is told in is shorter


def measure_light(
    light: Path, video: Path, *, segments: Sequence[SegmentFacts]
) -> LightMeasurements:
    """Reads the copy's facts. Its loss is its segments': they saw the source."""
    copied = [facts.light for facts in segments if facts.light]
    with av.open(light) as container, av.open(video) as whole:
        stream = container.streams.video[0]
        context, time_base = stream.codec_context, stream.time_base or Fraction(0)
        presented = presented_pts(container, stream)
        steps = set(np.diff(presented).tolist())
        same_sound = _sound(container) == _sound(whole)
        return LightMeasurements(
            duration_s=float((stream.duration or 0) * time_base),
            size_bytes=light.stat().st_size,
            width=stream.width,
            height=stream.height,
            # The mean of all frames would count the last one, which may be cut short.
            fps=float(1 / (min(steps) * time_base)) if steps else float(stream.average_rate or 0),
            frames=len(presented),
            video_codec=f"{context.name} {context.profile}",
            pixel_format=context.pix_fmt or "",
            colour=colour(stream),
            faststart=index_first(light),
            pts_gapless=presented[:1] == [0] and len(steps) <= 1,
            first_second_luma=first_second_luma(container, stream, copied[0].frames),
            sound_as_in_video=same_sound,
            psnr_db=min(facts.psnr_db for facts in copied),
        )


def broken_light_promises(
    measured: LightMeasurements, *, video: EncoderSettings, frames: int, first_second_luma: float
) -> tuple[str, ...]:
    """What the copy should be and is not, each as a clause; empty when all is well.

    frames: the video's. first_second_luma: as scaled for the copy, of the first segment.
    """
    wanted = light_settings(video)
    share, end_s = len(light_share(0, frames, video.fps)), frames / video.fps
    checks = [
        (measured.frames == share, f"has {measured.frames} frames instead of {share}"),
        (
            (measured.width, measured.height) == (wanted.width, wanted.height),
            f"is {measured.width}×{measured.height} instead of {wanted.width}×{wanted.height}",
        ),
        (
            share == 1 or abs(measured.fps - wanted.fps) < 0.01,
            f"runs at {measured.fps:g} instead of {wanted.fps} fps",
        ),
        (measured.pts_gapless, "has frames that do not follow each other evenly"),
        (
            abs(measured.duration_s - end_s) <= _SAME_S,
            f"lasts {measured.duration_s:.3f} s instead of {end_s:.3f} s",
        ),
        (measured.video_codec == "h264 High", f"has {measured.video_codec} as its picture"),
        (measured.pixel_format == "yuv420p", f"has {measured.pixel_format} pixels"),
        (measured.colour == COLOUR, f"has colours tagged {measured.colour}"),
        (measured.faststart, "cannot start to play before it is loaded whole"),
        (
            abs(measured.first_second_luma - first_second_luma) <= MOST_LUMA_DIFFERENCE,
            f"has a first second with a brightness of {measured.first_second_luma:.0f} "
            f"instead of {first_second_luma:.0f}",
        ),
        (measured.sound_as_in_video, "has another sound than the video"),
        (
            measured.psnr_db >= least_psnr_db(wanted.crf),
            f"lost too much of its picture ({measured.psnr_db:.1f} dB)",
        ),
    ]
    return tuple(f"its light copy {complaint}" for kept, complaint in checks if not kept)


def _sound(container: InputContainer) -> list[tuple[int | None, int | None, bytes]]:
    """Every packet of it with its time; none where there is no sound. Read from the beginning."""
    if not container.streams.audio:
        return []
    container.seek(0)
    packets = container.demux(container.streams.audio[0])
    return [(packet.pts, packet.dts, bytes(packet)) for packet in packets if packet.size]
