"""A part of a clip is used as if it were a clip: to the frame, in sync, under keys of its own."""

from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from app.campaign import FacecamStyle
from app.fit import trimmed_s
from app.pipeline.artifacts import ArtifactStore
from app.pipeline.compose.face_clip import face_clip_facts, write_face_clip
from app.pipeline.compose.facecam import FacecamFacts, probe_facecam
from app.pipeline.compose.facecam_frames import FacecamFrames
from app.pipeline.compose.planes import Planes
from app.pipeline.compose.sound import write_sound
from app.pipeline.compose.waveform import RATE_HZ, read_waveform
from app.pipeline.errors import FacecamTooLong, SpecInvalid
from app.pipeline.facecam_slice import facecam_slice, trim_facts
from app.pipeline.spec import LeadSpec, RenderSpec, SceneSpec
from app.pipeline.verify import sound_offset_ms
from tests.pipeline.synthetic import F32, U8, clap, flat, make_clip

FPS = 30
CLIP_S = 6
CLAPS_S = [1.0, 2.5, 4.0, 5.5]
SOUND_S = 0.004  # of a clap's beginning after AAC; a frame is 0.033 s


def numbered(number: int) -> U8:
    """A picture with its number in eight black or white stripes, which no codec confuses."""
    bits = [230 if number >> bit & 1 else 20 for bit in range(8)]
    return np.repeat(np.array(bits, np.uint8), 8)[None, :, None].repeat(64, 0).repeat(3, 2)


def number_in(face: Planes | None) -> int:
    """-1 where no picture is shown."""
    if face is None:
        return -1
    return sum(int(face.y[16, 4 * bit + 2] > 120) << bit for bit in range(8))


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """6 s whose every picture has its number, with claps."""
    pictures = [numbered(n) for n in range(CLIP_S * FPS)]
    path = tmp_path_factory.mktemp("trim") / "clip.mp4"
    return make_clip(path, pictures=pictures, fps=FPS, sound=clap(CLIP_S, CLAPS_S))


def shown(path: Path, facts: FacecamFacts, frames: list[int], **options: object) -> list[int]:
    """The numbers of the pictures that are shown at these output frames."""
    with FacecamFrames(path, facts, width=32, height=32, fps=FPS, **options) as reader:  # type: ignore[arg-type]
        return [number_in(reader.frame(n)) for n in frames]


def sound(clip: Path, facts: FacecamFacts, duration_s: float, folder: Path) -> F32:
    write_sound(clip, facts, folder / "s.m4a", duration_s=duration_s, trimmed=True)
    wave = read_waveform(folder / "s.m4a")
    assert wave is not None
    return wave


def claps_s(wave: F32) -> list[float]:
    loud = np.flatnonzero(np.abs(wave[0]) > 0.4 * np.abs(wave).max()) / RATE_HZ
    starts = [0, *(np.flatnonzero(np.diff(loud) > 0.2) + 1)]
    return [float(loud[n]) for n in starts]


@pytest.mark.parametrize(("start_s", "first"), [(0.5, 15), (1 / 3, 10), (1.0, 30), (4.1, 123)])
def test_a_part_begins_with_its_own_first_picture(clip: Path, start_s: float, first: int) -> None:
    facts = trim_facts(probe_facecam(clip), start_s, None)
    assert shown(clip, facts, [0, 1, 2, 30]) == [first, first + 1, first + 2, first + 30]


def test_reading_can_start_anywhere_in_a_part(clip: Path) -> None:
    facts = trim_facts(probe_facecam(clip), 3.0, 5.0)
    for start in (1, 17, 59):
        assert shown(clip, facts, [0], start_frame=start) == [90 + start]


@pytest.mark.parametrize(
    ("mode", "expected"), [("freeze", [149, 149]), ("loop", [90, 91]), ("hide", [-1, -1])]
)
def test_nothing_after_the_end_of_a_part_is_shown(
    mode: str, expected: list[int], clip: Path
) -> None:
    facts = trim_facts(probe_facecam(clip), 3.0, 5.0)
    assert shown(clip, facts, [59, 60, 61], end_pad_mode=mode) == [149, *expected]


def test_the_cut_bubble_of_a_part_holds_just_that_part(clip: Path, tmp_path: Path) -> None:
    facts = trim_facts(probe_facecam(clip), 2.0, 3.5)
    cut = tmp_path / "face.mkv"
    write_face_clip(clip, facts, cut, width=32, height=32, fps=FPS)
    cut_facts = face_clip_facts(facts, width=32, height=32, fps=FPS)
    frames = list(range(50))
    assert shown(cut, cut_facts, frames) == [min(60 + n, 104) for n in frames]


def test_the_sound_of_a_part_is_in_step_with_its_picture(clip: Path, tmp_path: Path) -> None:
    facts = trim_facts(probe_facecam(clip), 0.7, 4.7)
    wave = sound(clip, facts, 4.0, tmp_path)
    assert claps_s(wave) == pytest.approx([0.3, 1.8, 3.3], abs=SOUND_S)
    spoken = read_waveform(clip, picture_start_s=facts.picture_start_s)
    assert spoken is not None
    offset_ms = sound_offset_ms(wave, spoken)
    assert offset_ms is not None
    assert abs(offset_ms) < 2


def test_nothing_after_the_end_of_a_part_is_heard(clip: Path, tmp_path: Path) -> None:
    facts = trim_facts(probe_facecam(clip), 0.5, 2.0)
    wave = sound(clip, facts, 4.0, tmp_path)
    assert claps_s(wave) == pytest.approx([0.5], abs=SOUND_S)
    after = wave[:, round(1.55 * RATE_HZ) :]
    assert np.abs(after).max() < 1e-3


def test_the_sound_of_a_part_begins_and_ends_without_a_click(tmp_path: Path) -> None:
    time_s = np.arange(3 * RATE_HZ) / RATE_HZ
    tone = (0.3 * np.cos(2 * np.pi * 200 * time_s)).astype(np.float32)[None]
    clip = make_clip(tmp_path / "tone.mp4", pictures=[flat((9, 9, 9))] * 90, sound=tone)
    wave = sound(clip, trim_facts(probe_facecam(clip), 1.0, 2.0), 1.5, tmp_path)
    steady = np.abs(wave[0, RATE_HZ // 2 : RATE_HZ // 2 + 4800]).max()
    assert np.abs(wave[0, :48]).max() < 0.2 * steady
    assert np.abs(wave[0, RATE_HZ - 48 : RATE_HZ + 2000]).max() < 0.2 * steady


def test_a_part_has_a_length_and_keys_of_its_own(clip: Path) -> None:
    whole = probe_facecam(clip)
    part = trim_facts(whole, 1.0, 3.5)
    assert part.duration_s == pytest.approx(2.5)
    assert part.picture_s == pytest.approx(2.5)
    digests = {whole.digest, part.digest, trim_facts(whole, 1.0, 3.4).digest}
    assert len(digests | {trim_facts(whole, 1.1, 3.5).digest}) == 4


def test_an_end_after_the_clips_own_is_the_clips_own(clip: Path) -> None:
    whole = probe_facecam(clip)
    assert trim_facts(whole, 1.0, 60).duration_s == pytest.approx(whole.duration_s - 1)
    assert trimmed_s(10, 2, None) == 8
    assert trimmed_s(10, 12, None) == 0


def test_a_part_after_the_end_is_refused(clip: Path) -> None:
    with pytest.raises(SpecInvalid, match="from 7 s on, but its picture ends after 6"):
        trim_facts(probe_facecam(clip), 7.0, None)


def spec(clip: Path, **trim: float) -> RenderSpec:
    folder = clip.parent
    return RenderSpec(
        lead=LeadSpec(row=2, name="Ada", slug="ada"),
        scenes=(SceneSpec(id="a", url="https://example.com/", frames=30),),
        facecam=clip,
        style=FacecamStyle(),
        out=folder / "out",
        artifacts=folder / "artifacts",
        **trim,
    )


def test_a_whole_clip_keeps_the_keys_it_always_had(clip: Path) -> None:
    facts = facecam_slice(spec(clip), ArtifactStore(clip.parent / "store"))
    assert facts == probe_facecam(clip)


def test_a_render_uses_the_part_it_is_told(clip: Path) -> None:
    store = ArtifactStore(clip.parent / "store")
    facts = facecam_slice(spec(clip, facecam_start_s=2, facecam_end_s=5), store)
    assert facts.picture_start_s == 2.0
    assert facts.duration_s == pytest.approx(3.0)


def test_a_clip_too_long_for_a_video_is_fit_for_one_in_part(tmp_path: Path) -> None:
    times_s = [float(n) for n in range(400)]
    clip = make_clip(tmp_path / "long.mkv", pictures=[flat((9, 9, 9))] * 400, times_s=times_s)
    store = ArtifactStore(tmp_path / "store")
    assert facecam_slice(spec(clip, facecam_end_s=250), store).duration_s == 250
    with pytest.raises(FacecamTooLong, match="at most 300 s"):
        facecam_slice(spec(clip), store)


def test_an_end_before_the_start_is_no_spec(clip: Path) -> None:
    with pytest.raises(ValidationError, match="facecam_end_s must be after"):
        spec(clip, facecam_start_s=3, facecam_end_s=2)
