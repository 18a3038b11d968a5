"""Scenes and facecam get one length, to the frame, by a stated rule; it knows only durations."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from app.errors import LoomliteError

FitRule = Literal["scale", "last", "strict"]

# What "the same length" means: three frames at 60 fps. A clip cut to 30 s rarely ends on the frame,
# and an AAC frame alone lasts 0.02 s.
TOLERANCE_S = 0.05
MIN_LAST_SCENE_S = 1  # the shortest a scene may be; see Scene.duration_s


class ScenesDoNotFit(LoomliteError):
    """Scenes and facecam cannot be brought to one length; `str()` says why and what to do."""


class VideoTooLong(ScenesDoNotFit):
    """The facecam is longer than a video may be."""


@dataclass(frozen=True)
class Fit:
    """`frames` is the length of each scene in frames and adds up to `total_frames`.

    `said` tells the user what was changed; None where nothing was.
    """

    frames: tuple[int, ...]
    total_frames: int
    said: str | None


def trimmed_s(duration_s: float, start_s: float, end_s: float | None) -> float:
    """How much of `duration_s` lies between start and end; 0 where they leave nothing."""
    end_s = duration_s if end_s is None else min(duration_s, end_s)
    return max(0.0, end_s - start_s)


def fit_scenes(
    durations_s: Sequence[float],
    facecam_duration_s: float,
    *,
    fps: int,
    rule: FitRule,
    max_total_s: float = 300,
) -> Fit:
    """Bring the scenes to the facecam's length, to the nearest frame; each gets at least one.

    Lengths within TOLERANCE_S of each other count as equal under every rule: the few frames between
    them are spread without a word. Otherwise `scale` stretches or cuts all in proportion, `last`
    gives the last scene what the others leave, and `strict` refuses. Exact arithmetic: the same
    numbers give the same frames on every machine. Raises ScenesDoNotFit or VideoTooLong.
    """
    if not durations_s or min(durations_s) <= 0:
        raise ValueError(f"every scene needs a duration above 0 s: {durations_s}")
    lengths_s = [_exact(duration_s) for duration_s in durations_s]
    facecam_s = _exact(facecam_duration_s)
    if facecam_s > _exact(max_total_s) + _exact(TOLERANCE_S):
        raise VideoTooLong(
            f"The facecam is {_seconds(facecam_duration_s)} long and a video may be at most "
            f"{_seconds(max_total_s)}. Trim the clip."
        )
    total_frames = _nearest(facecam_s * fps)
    if total_frames < len(lengths_s):
        raise ScenesDoNotFit(
            f"The facecam is {_seconds(facecam_duration_s)} long, too short for "
            f"{len(lengths_s)} scene{'s' if len(lengths_s) > 1 else ''}. Record a longer clip."
        )
    sums = _sums(float(sum(lengths_s)), facecam_duration_s)
    if abs(sum(lengths_s) - facecam_s) <= _exact(TOLERANCE_S):
        return Fit(_share(lengths_s, total_frames), total_frames, None)
    if rule == "strict":
        raise ScenesDoNotFit(
            f"{sums}. With fit = “strict” both must be equal: change the scenes' durations or the "
            "clip, or use fit = “scale”."
        )
    if rule == "last":
        return _fit_last(lengths_s, total_frames, fps, sums)
    percent = f"{100 * facecam_duration_s / float(sum(lengths_s)):.3g} %"
    said = f"{sums}, so every scene was scaled to {percent}."
    return Fit(_share(lengths_s, total_frames), total_frames, said)


def _fit_last(lengths_s: list[Fraction], total_frames: int, fps: int, sums: str) -> Fit:
    # Rounded one by one, so that a scene has the same length, and recording, wherever it stands.
    first = tuple(max(1, _nearest(length_s * fps)) for length_s in lengths_s[:-1])
    last = total_frames - sum(first)
    if last < MIN_LAST_SCENE_S * fps:
        raise ScenesDoNotFit(
            f"{sums}. With fit = “last” the last scene takes what the others leave, and that is "
            f"less than {MIN_LAST_SCENE_S} s: shorten the other scenes, record a longer clip, or "
            "use fit = “scale”."
        )
    said = (
        f"{sums}, so the last scene was {'cut' if last < lengths_s[-1] * fps else 'stretched'} "
        f"from {_seconds(float(lengths_s[-1]))} to {_seconds(last / fps)}."
    )
    return Fit((*first, last), total_frames, said)


def _share(lengths_s: list[Fraction], total_frames: int) -> tuple[int, ...]:
    """Largest-remainder rounding (Hamilton's method); the earlier scene wins a tie."""
    exact = [total_frames * length_s / sum(lengths_s) for length_s in lengths_s]
    frames = [int(share) for share in exact]
    by_remainder = sorted(range(len(exact)), key=lambda i: frames[i] - exact[i])
    for i in by_remainder[: total_frames - sum(frames)]:
        frames[i] += 1
    while 0 in frames:  # a scene without a frame would not exist
        frames[frames.index(max(frames))] -= 1
        frames[frames.index(0)] += 1
    return tuple(frames)


def _exact(duration_s: float) -> Fraction:
    return Fraction(str(duration_s))  # 30.05 as it was written, not the binary number next to it


def _nearest(frames: Fraction) -> int:
    return int(frames + Fraction(1, 2))  # `round` would send every half to the even neighbour


def _sums(scenes_s: float, facecam_s: float) -> str:
    return f"Scenes add up to {_seconds(scenes_s)} and the facecam is {_seconds(facecam_s)}"


def _seconds(duration_s: float) -> str:
    return f"{duration_s:.2f}".rstrip("0").rstrip(".") + " s"
