"""What a campaign's videos take to make, in numbers and words; it knows no plan and no price."""

from dataclasses import dataclass
from math import ceil

from app.campaign import Campaign
from app.fit import fit_scenes

# Measured by `make bench`; the README's table has the figures: a further lead with two personal
# scenes of 15 s took 22.5 s beside 18.3 s for x264 alone, at 1080p60 and preset veryfast, on two
# cores. So encoding costs by the second, and each page opened costs something besides. The bench's
# pages are local: slow sites take longer.
BENCH_LEAD_S = 22.5
BENCH_ENCODE_S = 18.3
BENCH_PERSONAL_S = 30.0
BENCH_PAGES = 2
BENCH_JOIN_S = 0.126
BENCH_CORES = 2
BENCH_PRESET = "veryfast"
_BENCH_PIXELS_S = 1920 * 1080 * 60


@dataclass(frozen=True)
class RenderCost:
    """video_s, personal_s, shared_s: seconds of one video. saved_s: recording that sharing saves.

    wall_s: the estimate for all videos, one after another, on the bench's machine; None where its
    figures say nothing (another preset, or no leads).
    """

    videos: int
    video_s: float
    total_video_s: float
    personal_scenes: int
    shared_scenes: int
    personal_s: float
    shared_s: float
    saved_s: float
    wall_s: float | None

    @property
    def sentences(self) -> tuple[str, ...]:
        """For the Review step, the most telling first."""
        if not self.videos:
            return ("There is no lead yet, so there is no video to make.", self._scenes_said())
        said = [f"{_count(self.videos, 'video')} of {_clock(self.video_s)}.", self._scenes_said()]
        if self.videos > 1 and self.shared_scenes and self.personal_scenes:
            said.append(
                f"Every further lead costs {_clock(self.personal_s)} of recording; sharing saves "
                f"{_rough(self.saved_s)}."
            )
        if self.wall_s is not None:
            said.append(
                f"That takes about {_rough(self.wall_s)} on a machine with {BENCH_CORES} cores."
            )
        return tuple(said)

    def _scenes_said(self) -> str:
        shared, personal = self.shared_scenes, self.personal_scenes
        if not shared:
            return f"{_count(personal, 'scene')} {_is(personal)} recorded for every lead."
        said = f"{_count(shared, 'scene')} {_is(shared)} shared and made once"
        if not personal:
            return f"{said}; none is recorded for every lead."
        return f"{said}; {personal} {_is(personal)} recorded for every lead."


def render_cost(campaign: Campaign, *, leads: int, facecam_s: float) -> RenderCost:
    """The cost of a video for each of the `leads` good rows, with nothing made before.

    Raises ScenesDoNotFit or VideoTooLong, as a render would.
    """
    fps = campaign.output.fps
    durations = [scene.duration_s for scene in campaign.scenes]
    fit = fit_scenes(durations, facecam_s, fps=fps, rule=campaign.fit)
    shared = [
        frames / fps
        for frames, scene in zip(fit.frames, campaign.scenes, strict=True)
        if scene.url is not None
    ]
    video_s = fit.total_frames / fps
    personal_scenes = len(campaign.scenes) - len(shared)
    personal_s = video_s - sum(shared) if personal_scenes else 0.0
    return RenderCost(
        videos=leads,
        video_s=video_s,
        total_video_s=leads * video_s,
        personal_scenes=personal_scenes,
        shared_scenes=len(shared),
        personal_s=personal_s,
        shared_s=sum(shared),
        saved_s=max(0, leads - 1) * sum(shared),
        wall_s=_wall_s(
            campaign,
            videos=leads,
            recorded_s=leads * personal_s + sum(shared),
            pages=leads * personal_scenes + len(shared),
        ),
    )


def _wall_s(campaign: Campaign, *, videos: int, recorded_s: float, pages: int) -> float | None:
    output = campaign.output
    if not videos or output.preset != BENCH_PRESET:
        return None
    pixels = output.width * output.height * output.fps / _BENCH_PIXELS_S
    page_s = (BENCH_LEAD_S - BENCH_ENCODE_S - BENCH_JOIN_S) / BENCH_PAGES
    encode_s = BENCH_ENCODE_S / BENCH_PERSONAL_S * pixels
    return recorded_s * encode_s + pages * page_s + videos * BENCH_JOIN_S


def _clock(duration_s: float) -> str:
    whole_s = round(duration_s)
    return f"{whole_s // 60}:{whole_s % 60:02}"


def _rough(duration_s: float) -> str:
    """As exact as an estimate deserves: “40 s”, “25 minutes”, “3.5 hours”."""
    if duration_s < 60:
        return f"{max(1, round(duration_s))} s"
    if duration_s < 90 * 60:
        return _count(round(duration_s / 60), "minute")
    halves = ceil(duration_s / 1800 - 0.5)
    return f"{halves / 2:g} hours"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _is(number: int) -> str:
    return "is" if number == 1 else "are"
