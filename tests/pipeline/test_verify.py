"""What the checks of a finished file find, on good files and on spoiled ones; knows no browser."""

from pathlib import Path

import av
import numpy as np
import pytest

from app.pipeline.compose.assemble import splice
from app.pipeline.compose.encoder import EncoderSettings
from app.pipeline.compose.facecam import FacecamFacts, probe_facecam
from app.pipeline.compose.pictures import open_pictures
from app.pipeline.compose.segment import SegmentFacts, write_segment
from app.pipeline.compose.sound import write_sound
from app.pipeline.compose.waveform import RATE_HZ
from app.pipeline.spec import Measurements
from app.pipeline.verify import broken_promises, measure, sound_offset_ms
from tests.pipeline.synthetic import F32, clap, flat, make_clip, plan_of, stepped_recording

WIDTH, HEIGHT, FRAMES, FPS = 96, 64, 45, 30
OFFSET_TOLERANCE_MS = 1.0


class Made:
    """A finished video with all that it was made of."""

    def __init__(self, folder: Path, *, sound_late_s: float = 0.0) -> None:
        self.video, self.clip = folder / "v.mp4", folder / "face.mp4"
        duration_s = FRAMES / FPS
        make_clip(
            self.clip, pictures=[flat((90, 90, 90))] * FRAMES, sound=clap(duration_s, [0.3, 0.9])
        )
        self.facts: FacecamFacts = probe_facecam(self.clip)
        plan = plan_of([0] * FRAMES, fps=FPS)
        page = [flat((200, 200, 200), width=WIDTH, height=HEIGHT), *[None] * (FRAMES - 1)]
        recording = stepped_recording(folder / "r", page, plan, (WIDTH, HEIGHT))
        self.segment: SegmentFacts = write_segment(
            open_pictures(recording),
            plan,
            folder / "s.mp4",
            settings=EncoderSettings(WIDTH, HEIGHT, FPS, "veryfast", 20),
        )
        spoken = self.clip
        if sound_late_s:
            late = clap(duration_s, [0.3 + sound_late_s, 0.9 + sound_late_s])
            spoken = make_clip(
                folder / "late.mp4", pictures=[flat((90, 90, 90))] * FRAMES, sound=late
            )
        write_sound(spoken, self.facts, folder / "s.m4a", duration_s=duration_s)
        splice([folder / "s.mp4"], folder / "s.m4a", self.video, fps=FPS)

    def measured(self, video: Path | None = None) -> Measurements:
        return measure(
            video or self.video, segments=[self.segment], facecam=self.clip, facts=self.facts
        )

    def broken(self, measured: Measurements, *, frames: int = FRAMES) -> tuple[str, ...]:
        return broken_promises(
            measured,
            frames=frames,
            fps=FPS,
            width=WIDTH,
            height=HEIGHT,
            crf=20,
            first_second_luma=self.segment.first_second_luma,
            sound=True,
        )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return Made(tmp_path_factory.mktemp("good"))


def test_a_good_file_keeps_every_promise(made: Made) -> None:
    measured = made.measured()
    assert made.broken(measured) == ()
    assert measured.sound_offset_ms == pytest.approx(0, abs=OFFSET_TOLERANCE_MS)
    assert measured.frames == FRAMES
    assert measured.first_second_luma == pytest.approx(16 + 200 * 219 / 255, abs=1.5)
    assert measured.colour == "bt709/bt709/bt709 limited"
    assert measured.loudness_lufs is not None
    assert measured.size_bytes == made.video.stat().st_size


def test_late_sound_is_measured_and_named(tmp_path: Path) -> None:
    late = Made(tmp_path, sound_late_s=0.12)
    late.clip = make_clip(
        tmp_path / "again.mp4",
        pictures=[flat((90, 90, 90))] * FRAMES,
        sound=clap(FRAMES / FPS, [0.3, 0.9]),
    )
    measured = late.measured()
    assert measured.sound_offset_ms == pytest.approx(120, abs=15)
    assert any("sound is off" in promise for promise in late.broken(measured))


def test_missing_frames_are_named(made: Made) -> None:
    complaints = made.broken(made.measured(), frames=FRAMES + 5)
    assert any(f"{FRAMES} frames instead of {FRAMES + 5}" in one for one in complaints)


def test_a_gap_in_the_picture_is_named(made: Made, tmp_path: Path) -> None:
    path = tmp_path / "gap.mp4"
    with av.open(made.video) as source, av.open(path, "w") as out:
        stream = source.streams.video[0]
        copy = out.add_stream_from_template(stream)
        for packet in source.demux(stream):
            if packet.pts is None or packet.dts is None:
                continue
            if packet.pts >= 30 * 512:  # the second GOP
                packet.pts += 1024
                packet.dts += 1024
            packet.stream = copy
            out.mux(packet)
    measured = made.measured(path)
    assert not measured.pts_gapless
    assert not measured.faststart
    complaints = made.broken(measured)
    assert any("do not follow each other" in one for one in complaints)
    assert any("its sound is None" in one for one in complaints)


def test_a_white_lead_in_is_named(made: Made, tmp_path: Path) -> None:
    white = [flat((255, 255, 255), width=WIDTH, height=HEIGHT)] * 20
    page = [flat((200, 200, 200), width=WIDTH, height=HEIGHT)] * (FRAMES - 20)
    path = make_clip(tmp_path / "white.mp4", pictures=[*white, *page])
    complaints = made.broken(made.measured(path))
    assert any("first second has a brightness" in one for one in complaints)


@pytest.mark.parametrize(
    ("field", "value", "complaint"),
    [
        ("repeated_frames_while_moving", 3, "3 frames stand still"),
        ("psnr_db", 21.0, "lost too much"),
        ("width", 640, "640×64 instead of 96×64"),
        ("fps", 25.0, "runs at 25 instead of 30"),
        ("pixel_format", "yuv444p", "pixels are yuv444p"),
        ("colour", "2/2/2 untagged", "tagged 2/2/2"),
        ("audio_duration_s", 0.5, "sound lasts 0.50 s"),
    ],
)
def test_each_broken_promise_is_named(
    field: str, value: object, complaint: str, made: Made
) -> None:
    spoiled = made.measured().model_copy(update={field: value})
    assert any(complaint in one for one in made.broken(spoiled))


def noise(duration_s: float, seed: int) -> F32:
    rng = np.random.default_rng(seed)
    return rng.standard_normal((2, round(duration_s * RATE_HZ))).astype(np.float32) * np.float32(
        0.1
    )


@pytest.mark.parametrize("late_ms", [-250.0, -10.0, 0.0, 7.5, 1000.0])
def test_the_offset_is_found_to_the_millisecond(late_ms: float) -> None:
    spoken = noise(4, 1)
    heard = 3 * np.roll(spoken, round(late_ms * RATE_HZ / 1000), 1) + 0.3 * noise(4, 2)
    found = sound_offset_ms(heard.astype(np.float32), spoken)
    assert found == pytest.approx(late_ms, abs=OFFSET_TOLERANCE_MS)


def test_sounds_with_nothing_in_common_have_no_offset() -> None:
    assert sound_offset_ms(noise(2, 1), noise(2, 2)) is None
    assert sound_offset_ms(noise(2, 1), np.zeros((2, RATE_HZ), np.float32)) is None
