"""Light copies of segments whose every frame is known: which, when, how large; no browser."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from app.pipeline.compose.assemble import splice
from app.pipeline.compose.encoder import EncoderSettings
from app.pipeline.compose.facecam import probe_facecam
from app.pipeline.compose.light import SHORT_SIDE_PX, light_settings, light_share
from app.pipeline.compose.pictures import open_pictures
from app.pipeline.compose.planes import Converter, from_frame
from app.pipeline.compose.segment import SegmentFacts, write_segment
from app.pipeline.compose.sound import write_sound
from app.pipeline.errors import Cancelled
from app.pipeline.spec import LightMeasurements
from app.pipeline.verify_light import broken_light_promises, measure_light
from tests.pipeline.synthetic import (
    U8,
    clap,
    flat,
    make_clip,
    patchwork,
    plan_of,
    stepped_recording,
    tiles_recording,
)

WIDTH, HEIGHT = 96, 64
GREYS = 50  # as many different ones, four levels apart
GREY_TOLERANCE = 1.8  # of luma
ODD = (31, 1, 1, 7, 33)  # at 60 a second no scene but the first one ends with a frame of the copy
PICTURE_TOLERANCE = 6.0  # of luma, mean: at crf 25, against the video's frame scaled down


@dataclass
class Film:
    """A spliced video with its light copy."""

    folder: Path
    settings: EncoderSettings
    segments: list[SegmentFacts]
    frames: int

    @property
    def video(self) -> Path:
        return self.folder / "video.mp4"

    @property
    def light(self) -> Path:
        return self.folder / "light.mp4"

    def measured(self, light: Path | None = None) -> LightMeasurements:
        return measure_light(light or self.light, self.video, segments=self.segments)

    def broken(self, measured: LightMeasurements) -> tuple[str, ...]:
        first = self.segments[0].light
        assert first is not None
        return broken_light_promises(
            measured,
            video=self.settings,
            frames=self.frames,
            first_second_luma=first.first_second_luma,
        )


def grey(number: int) -> int:
    return number % GREYS * 4 + 30


def film(folder: Path, lengths: Sequence[int], fps: int) -> Film:
    """Scenes of these lengths; every frame has the grey of its number in the video."""
    settings = EncoderSettings(WIDTH, HEIGHT, fps, "veryfast", 16)
    segments, videos, lights = [], [], []
    for n, (start, end) in enumerate(itertools.pairwise([0, *np.cumsum(lengths).tolist()])):
        pages = [flat((grey(k),) * 3, width=WIDTH, height=HEIGHT) for k in range(start, end)]
        plan = plan_of([0] * len(pages), fps=fps)
        recording = stepped_recording(folder / f"r{n}", pages, plan, (WIDTH, HEIGHT))
        videos.append(folder / f"{n}.mp4")
        light = folder / f"{n}-light.mp4"
        segments.append(
            write_segment(
                open_pictures(recording),
                plan,
                videos[-1],
                settings=settings,
                light=light,
                start_frame=start,
            )
        )
        lights += [light] if light.exists() else []
    made = Film(folder, settings, segments, sum(lengths))
    end_s = Fraction(made.frames, fps)
    clip = make_clip(
        folder / "face.mp4", pictures=[flat((9, 9, 9))] * 30, sound=clap(float(end_s), [0.2])
    )
    write_sound(clip, probe_facecam(clip), folder / "s.mp4", duration_s=float(end_s))
    splice(videos, folder / "s.mp4", made.video, fps=fps)
    splice(lights, folder / "s.mp4", made.light, fps=light_settings(settings).fps, end_s=end_s)
    return made


def shown(path: Path) -> list[tuple[float, float]]:
    """The time of every frame and its mean luma."""
    with av.open(path) as container:
        return [(f.time or 0.0, float(from_frame(f).y.mean())) for f in container.decode(video=0)]


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Film:
    return film(tmp_path_factory.mktemp("odd"), ODD, 60)


@pytest.mark.parametrize(("fps", "step"), [(60, 2), (30, 1), (24, 1)])
def test_each_frame_is_the_one_the_video_shows_at_its_time(
    tmp_path: Path, fps: int, step: int
) -> None:
    made = film(tmp_path, ODD, fps)
    video, light = shown(made.video), shown(made.light)
    assert len(video) == sum(ODD)
    assert len(light) == -(-sum(ODD) // step)
    assert [time for time, _ in light] == pytest.approx([time for time, _ in video[::step]])
    wanted = [16 + grey(n) * 219 / 255 for n in range(0, sum(ODD), step)]
    assert [luma for _, luma in light] == pytest.approx(wanted, abs=GREY_TOLERANCE)


def test_a_scene_without_a_frame_for_the_copy_has_none(odd: Film) -> None:
    frames = [facts.light and facts.light.frames for facts in odd.segments]
    assert frames == [16, None, 1, 3, 17]
    assert not (odd.folder / "1-light.mp4").exists()


@pytest.mark.parametrize("fps", [24, 30, 60])
def test_the_shares_of_scenes_are_the_share_of_their_video(fps: int) -> None:
    rng = np.random.default_rng(fps)
    for _ in range(200):
        lengths = rng.integers(1, 9, 12).tolist()
        starts = [0, *np.cumsum(lengths).tolist()]
        apart = [
            start + frame
            for start, length in zip(starts[:-1], lengths, strict=True)
            for frame in light_share(start, length, fps)
        ]
        assert apart == list(light_share(0, starts[-1], fps))


def test_the_copy_ends_with_its_video_to_the_tick(odd: Film) -> None:
    assert odd.frames % 2
    lengths = []
    for path in (odd.video, odd.light):
        with av.open(path) as container:
            stream = container.streams.video[0]
            assert stream.duration is not None
            assert stream.time_base is not None
            lengths.append((stream.duration * stream.time_base, container.duration))
    assert lengths[0] == lengths[1]
    assert lengths[0][0] == Fraction(odd.frames, 60)


def test_a_copy_keeps_every_promise(odd: Film) -> None:
    measured = odd.measured()
    assert odd.broken(measured) == ()
    assert (measured.width, measured.height, measured.fps) == (WIDTH, HEIGHT, 30)
    assert measured.frames == 37
    assert measured.size_bytes == odd.light.stat().st_size
    assert measured.sound_as_in_video
    assert measured.psnr_db > 35


@pytest.mark.parametrize(
    ("size", "wanted"),
    [
        ((1920, 1080), (854, SHORT_SIDE_PX)),
        ((1080, 1920), (SHORT_SIDE_PX, 854)),
        ((3840, 2160), (854, SHORT_SIDE_PX)),
        ((1440, 1080), (640, SHORT_SIDE_PX)),
        ((1000, 1000), (SHORT_SIDE_PX, SHORT_SIDE_PX)),
        ((640, 360), (640, 360)),
        ((130, 482), (130, 482)),
        ((3840, 482), (3824, SHORT_SIDE_PX)),
    ],
)
def test_the_short_side_has_480_pixels_and_never_more_than_the_video(
    size: tuple[int, int], wanted: tuple[int, int]
) -> None:
    light = light_settings(EncoderSettings(*size, 60, "veryfast", 20))
    assert (light.width, light.height, light.fps) == (*wanted, 30)


@pytest.mark.parametrize("size", [(1280, 720), (540, 962)])
def test_the_copy_shows_the_video_smaller(tmp_path: Path, size: tuple[int, int]) -> None:
    width, height = size
    settings = EncoderSettings(*size, 60, "ultrafast", 12)
    page = patchwork(height + 60, width, patch=20)
    plan = plan_of([3 * n for n in range(21)], fps=60)
    recording = tiles_recording(tmp_path / "r", page, plan, height=height)
    video, light = tmp_path / "s.mp4", tmp_path / "l.mp4"
    write_segment(open_pictures(recording), plan, video, settings=settings, light=light)
    wanted = light_settings(settings)
    converter = Converter()
    with av.open(video) as whole, av.open(light) as copy:
        large, small = list(whole.decode(video=0)), list(copy.decode(video=0))
        assert len(small) == 11
        for n, frame in enumerate(small):
            assert (frame.width, frame.height) == (wanted.width, wanted.height)
            apart = [
                _difference(converter.from_video(each, wanted.width, wanted.height).y, frame)
                for each in large
            ]
            assert np.argmin(apart) == 2 * n
            assert min(apart) < PICTURE_TOLERANCE


def _difference(y: U8, frame: av.VideoFrame) -> float:
    return float(np.abs(y.astype(np.int16) - from_frame(frame).y).mean())


def test_a_cancelled_segment_leaves_no_copy(tmp_path: Path) -> None:
    plan = plan_of([0] * 9)
    pages = [flat((1, 1, 1), width=WIDTH, height=HEIGHT)] * 9
    recording = stepped_recording(tmp_path / "r", pages, plan, (WIDTH, HEIGHT))
    with pytest.raises(Cancelled):
        write_segment(
            open_pictures(recording),
            plan,
            tmp_path / "s.mp4",
            settings=EncoderSettings(WIDTH, HEIGHT, 30, "veryfast", 20),
            light=tmp_path / "l.mp4",
            cancelled=lambda: True,
        )
    assert [path.name for path in tmp_path.iterdir()] == ["r"]


def test_a_copy_without_the_last_scene_is_named(odd: Film) -> None:
    light = odd.folder / "short.mp4"
    parts = [odd.folder / f"{n}-light.mp4" for n in (0, 2, 3)]
    splice(parts, odd.folder / "s.mp4", light, fps=30)
    complaints = odd.broken(odd.measured(light))
    assert complaints == (
        "its light copy has 20 frames instead of 37",
        "its light copy lasts 0.667 s instead of 1.217 s",
    )


def test_a_copy_that_ends_later_than_its_video_is_named(odd: Film) -> None:
    light = odd.folder / "late.mp4"
    parts = [odd.folder / f"{n}-light.mp4" for n in (0, 2, 3, 4)]
    splice(parts, odd.folder / "s.mp4", light, fps=30)
    assert odd.broken(odd.measured(light)) == ("its light copy lasts 1.233 s instead of 1.217 s",)


@pytest.mark.parametrize("with_sound", [True, False])
def test_a_copy_with_another_sound_is_named(odd: Film, with_sound: bool) -> None:
    sound = None
    if with_sound:
        clip = make_clip(
            odd.folder / "other.mp4", pictures=[flat((9, 9, 9))] * 30, sound=clap(1.217, [0.4])
        )
        sound = odd.folder / "other-sound.mp4"
        write_sound(clip, probe_facecam(clip), sound, duration_s=odd.frames / 60)
    light = odd.folder / "other-light.mp4"
    parts = [odd.folder / f"{n}-light.mp4" for n in (0, 2, 3, 4)]
    splice(parts, sound, light, fps=30, end_s=Fraction(odd.frames, 60))
    complaints = odd.broken(odd.measured(light))
    assert complaints == ("its light copy has another sound than the video",)


def test_the_video_itself_is_no_light_copy(odd: Film) -> None:
    complaints = odd.broken(odd.measured(odd.video))
    assert "its light copy runs at 60 instead of 30 fps" in complaints
