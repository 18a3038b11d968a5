"""A campaign's scenes beside its facecam, as numbers and a sentence; it knows no page and no form.

`static/js/scene_bar.js` says the same while somebody types: a change here is a change there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Literal

from app.fit import TOLERANCE_S, Fit, FitRule, ScenesDoNotFit, VideoTooLong, fit_scenes

STEP_S = 0.5  # what a duration is rounded to when scenes are fitted to the facecam
LEAST_S, MOST_S = 1.0, 300.0  # of a scene, see Scene.duration_s; of a video, see fit_scenes


@dataclass(frozen=True)
class TimelinePart:
    """One scene, as asked for: from `start_s` to `end_s`. `video_s` is what it gets in the video.

    x and width are percent of the bar. video_s is None where scenes and facecam do not fit.
    """

    id: str
    start_s: float
    end_s: float
    video_s: float | None
    x: float
    width: float

    @property
    def said(self) -> str:
        asked, given = (seconds(_us(s)) for s in (self.end_s - self.start_s, self.video_s or 0))
        in_video = f", {given} in the video" if self.video_s and given != asked else ""
        return f"{self.id}: {asked}{in_video}"


@dataclass(frozen=True)
class SceneTimeline:
    """difference_s: scenes less facecam. facecam_width: percent of the bar; 0 without a facecam.

    fits: nothing is left to do. can_fit: `fit_to_facecam` would change something. problem: with
    these lengths there is no video.
    """

    parts: tuple[TimelinePart, ...]
    scenes_s: float
    facecam_s: float | None
    difference_s: float
    facecam_width: float
    fits: bool
    can_fit: bool
    problem: bool
    said: str

    @property
    def state(self) -> Literal["fits", "problem", "differs"]:
        """How the bar looks."""
        return "fits" if self.fits else "problem" if self.problem else "differs"

    @property
    def over_width(self) -> float:
        """How much of the bar the scenes go on after the facecam has ended, in percent."""
        end = self.parts[-1].x + self.parts[-1].width if self.parts else 0.0
        return max(0.0, end - self.facecam_width) if self.facecam_s is not None else 0.0


def scene_timeline(
    scenes: Sequence[tuple[str, float]],
    facecam_s: float | None,
    *,
    rule: FitRule = "scale",
    fps: int = 60,
) -> SceneTimeline:
    """The scenes (id, seconds) in their order against the facecam's length, None if none is chosen.

    Times are exact to the microsecond. Raises ValueError for a duration of 0 s or less.
    """
    lengths_us = [_us(duration_s) for _, duration_s in scenes]
    facecam_us = _us(facecam_s) if facecam_s is not None else None
    total_us = sum(lengths_us)
    whole_us = max(total_us, facecam_us or 0, 1)
    fit, said = _fitted(lengths_us, facecam_us, rule, fps)
    close = facecam_us is not None and abs(total_us - facecam_us) <= _us(TOLERANCE_S)
    parts, start_us = [], 0
    for index, ((scene_id, _), length_us) in enumerate(zip(scenes, lengths_us, strict=True)):
        video_s = fit.frames[index] / fps if fit else None
        x, width = 100 * start_us / whole_us, 100 * length_us / whole_us
        end_us = start_us + length_us
        parts.append(TimelinePart(scene_id, start_us / 1e6, end_us / 1e6, video_s, x, width))
        start_us = end_us
    return SceneTimeline(
        parts=tuple(parts),
        scenes_s=total_us / 1e6,
        facecam_s=facecam_s,
        difference_s=0.0 if facecam_us is None else (total_us - facecam_us) / 1e6,
        facecam_width=100 * (facecam_us or 0) / whole_us,
        fits=close and fit is not None,
        can_fit=bool(scenes) and not close and _can_fit(len(scenes), facecam_us),
        problem=bool(scenes) and facecam_us is not None and fit is None,
        said=said,
    )


def fit_to_facecam(durations_s: Sequence[float], facecam_s: float) -> tuple[float, ...]:
    """Durations in the same proportion that add up to the facecam's, within fit.TOLERANCE_S.

    Multiples of STEP_S by the rule of `app.fit`, at least LEAST_S each; what a facecam lasts beyond
    its last half second goes to the last scene. Already equal ones stay as they are. Raises
    ScenesDoNotFit when the facecam is too short for that, VideoTooLong when it is too long.
    """
    if not _long_enough(len(durations_s), _us(facecam_s)):
        raise ScenesDoNotFit(_too_short(facecam_s, len(durations_s)))
    fit = fit_scenes(durations_s, facecam_s, fps=round(1 / STEP_S), rule="scale")
    if fit.said is None:
        return tuple(durations_s)
    steps, least = list(fit.frames), round(LEAST_S / STEP_S)
    while min(steps) < least:
        steps[steps.index(max(steps))] -= 1
        steps[steps.index(min(steps))] += 1
    fitted = [Fraction(step) * Fraction(str(STEP_S)) for step in steps]
    exact = Fraction(_us(facecam_s), 1_000_000)
    if abs(exact - sum(fitted)) > Fraction(str(TOLERANCE_S)):
        left = Fraction(floor(100 * exact + Fraction(1, 2)), 100) - sum(fitted)
        whose = -1 if fitted[-1] + left >= LEAST_S else fitted.index(max(fitted))
        fitted[whose] += left
    return tuple(float(duration) for duration in fitted)


def _fitted(
    lengths_us: list[int], facecam_us: int | None, rule: FitRule, fps: int
) -> tuple[Fit | None, str]:
    """The lengths in the video, or None, and the sentence about them."""
    if not lengths_us:
        return None, "There is no scene yet."
    sums = f"Scenes last {seconds(sum(lengths_us))}"
    if facecam_us is None:
        return None, f"{sums}. Choose a facecam to compare."
    sums += f", your facecam {seconds(facecam_us)}."
    lengths_s = [length_us / 1e6 for length_us in lengths_us]
    try:
        fit = fit_scenes(lengths_s, facecam_us / 1e6, fps=fps, rule=rule)
    except ScenesDoNotFit as error:
        return None, f"{sums} {_way_out(error, lengths_us, facecam_us, rule, fps)}"
    if fit.said is None:
        return fit, f"Scenes and facecam both last {seconds(facecam_us)}."
    verb = "shortened" if facecam_us < sum(lengths_us) else "lengthened"
    who, to = f"The scene{'s' if len(lengths_us) > 1 else ''}", ""
    if rule == "last":
        who, to = "The last scene", f" to {seconds(floor(fit.frames[-1] * 1e6 / fps + 0.5))}"
    return fit, f"{sums} {who} will be {verb}{to} to fit."


def _way_out(
    error: ScenesDoNotFit, lengths_us: list[int], facecam_us: int, rule: FitRule, fps: int
) -> str:
    if isinstance(error, VideoTooLong):
        return f"A video lasts at most {seconds(_us(MOST_S))}: trim the facecam."
    if floor(facecam_us * fps / 1e6 + 0.5) < len(lengths_us):
        return "That is too short for so many scenes: record a longer one."
    if rule == "last":
        return "Too little is left for the last scene: shorten the others."
    return "They must be equal: change the durations."


def _can_fit(scenes: int, facecam_us: int | None) -> bool:
    if facecam_us is None or facecam_us > _us(MOST_S + TOLERANCE_S):
        return False
    return _long_enough(scenes, facecam_us)


def _long_enough(scenes: int, facecam_us: int) -> bool:
    return facecam_us + _us(TOLERANCE_S) >= scenes * _us(LEAST_S)


def _too_short(facecam_s: float, scenes: int) -> str:
    many = f"{scenes} scenes" if scenes > 1 else "a scene"
    return (
        f"The facecam is {seconds(_us(facecam_s))} long, too short for {many} of at least 1 s each."
        " Record a longer one, or remove a scene."
    )


def seconds(length_us: int) -> str:
    """“12.5 s”: at most two decimals, rounded as the browser does it."""
    hundredths = (length_us + 5_000) // 10_000
    return f"{hundredths // 100}.{hundredths % 100:02}".rstrip("0").rstrip(".") + " s"


def _us(duration_s: float) -> int:
    """Microseconds. Both languages round this product of two doubles alike."""
    return floor(duration_s * 1e6 + 0.5)
