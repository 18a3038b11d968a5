"""Clips of every kind, good and bad; knows no bubble's look."""

from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from app.pipeline.compose.facecam import FacecamFacts, probe_facecam
from app.pipeline.compose.facecam_frames import FacecamFrames
from app.pipeline.compose.planes import to_rgb
from app.pipeline.errors import FacecamEmpty, FacecamTooLong, FacecamTruncated, NotAVideo
from tests.pipeline.synthetic import clap, flat, make_clip, turn_on_its_side

GREYS = [flat((n * 8 + 20,) * 3) for n in range(24)]  # 0.8 s at 30 fps, every picture known
COLOUR_TOLERANCE = 6  # of a decoded H.264 picture at crf 8


def grey(number: int) -> int:
    return number * 8 + 20


def shown(
    path: Path,
    facts: FacecamFacts,
    frames: list[int],
    *,
    fps: int = 60,
    start_frame: int = 0,
    end_pad_mode: str = "freeze",
) -> list[int | None]:
    """The numbers of the GREYS that are shown at these output frames."""
    with FacecamFrames(
        path,
        facts,
        width=32,
        height=32,
        fps=fps,
        start_frame=start_frame,
        end_pad_mode=end_pad_mode,  # type: ignore[arg-type]
    ) as reader:
        faces = [reader.frame(n) for n in frames]
    return [
        None if face is None else round((float(to_rgb(face)[16, 16, 1]) - 20) / 8) for face in faces
    ]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    return make_clip(path, pictures=GREYS, sound=clap(0.8, [0.3]))


def test_a_clip_is_described(clip: Path) -> None:
    facts = probe_facecam(clip)
    assert facts.picture_s == pytest.approx(0.8, abs=0.04)
    assert (facts.width, facts.height, facts.rotation_deg) == (64, 48, 0)
    assert facts.fps == pytest.approx(30, abs=0.5)
    assert (facts.video_codec, facts.audio, facts.channels) == ("h264", True, 1)
    assert facts.sample_rate_hz == 48_000
    assert facts.loudness_lufs is not None
    assert -40 < facts.loudness_lufs < -10
    assert facts.size_bytes == clip.stat().st_size


@pytest.mark.parametrize(
    ("name", "codec", "pixel_format"),
    [
        ("clip.webm", "libvpx", "yuv420p"),
        ("clip.mov", "mjpeg", "yuvj422p"),
        ("clip.mkv", "libx265", "yuv420p10le"),
        ("clip.avi", "mpeg4", "yuv420p"),
    ],
)
def test_any_container_and_codec_is_read(
    name: str, codec: str, pixel_format: str, tmp_path: Path
) -> None:
    path = make_clip(tmp_path / name, pictures=GREYS, codec=codec, pixel_format=pixel_format)
    facts = probe_facecam(path)
    assert facts.duration_s == pytest.approx(0.8, abs=0.1)
    assert not facts.audio
    assert facts.loudness_lufs is None
    numbers = shown(path, facts, [0, 10, 20, 40])
    assert numbers == pytest.approx([0, 5, 10, 20], abs=1)


def test_a_clip_with_an_odd_size_is_read(tmp_path: Path) -> None:
    pictures = [flat((200, 40, 40), width=71, height=53)] * 10
    path = make_clip(tmp_path / "odd.mp4", pictures=pictures, pixel_format="yuv444p")
    facts = probe_facecam(path)
    assert (facts.width, facts.height) == (71, 53)
    with FacecamFrames(path, facts, width=40, height=40, fps=30) as reader:
        face = reader.frame(0)
    assert face is not None
    assert (face.width, face.height) == (40, 40)
    assert np.abs(to_rgb(face).astype(int) - (200, 40, 40)).max() <= COLOUR_TOLERANCE


def test_a_clip_filmed_on_its_side_stands_upright(tmp_path: Path) -> None:
    picture = flat((20, 20, 20), width=96, height=64)
    picture[:32, :48] = (230, 30, 30)  # upper left as stored: upper right once turned
    path = make_clip(tmp_path / "side.mp4", pictures=[picture] * 6)
    turn_on_its_side(path, 64)
    facts = probe_facecam(path)
    assert (facts.width, facts.height, facts.rotation_deg) == (64, 96, 270)
    with FacecamFrames(path, facts, width=64, height=96, fps=30) as reader:
        face = reader.frame(0)
    assert face is not None
    rgb = to_rgb(face)
    assert rgb[10, 54, 0] > 200
    assert all(rgb[y, x, 0] < 60 for y, x in ((10, 10), (86, 10), (86, 54)))


def test_each_output_frame_shows_the_picture_of_its_time(clip: Path) -> None:
    facts = probe_facecam(clip)
    assert shown(clip, facts, list(range(12))) == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert shown(clip, facts, [0, 3], fps=30) == [0, 3]


def test_reading_can_start_anywhere(clip: Path) -> None:
    facts = probe_facecam(clip)
    for start in (1, 9, 24, 47):
        assert shown(clip, facts, [0], start_frame=start) == [start // 2]


def test_a_variable_frame_rate_is_followed(tmp_path: Path) -> None:
    times_s = [0.0, 0.1, 0.15, 0.4, 0.6]
    path = make_clip(tmp_path / "vfr.mkv", pictures=GREYS[:5], times_s=times_s)
    facts = probe_facecam(path)
    at_s = [0.0, 0.05, 0.1, 0.2, 0.45, 0.6]
    assert shown(path, facts, [round(t * 60) for t in at_s]) == [0, 0, 1, 2, 3, 4]


def test_a_clip_that_starts_late_on_its_own_clock_starts_at_once(tmp_path: Path) -> None:
    times_s = [0.5 + n / 30 for n in range(12)]
    path = make_clip(tmp_path / "late.mkv", pictures=GREYS[:12], times_s=times_s)
    facts = probe_facecam(path)
    assert facts.picture_start_s == pytest.approx(0.5, abs=0.002)
    assert facts.picture_s == pytest.approx(0.4, abs=0.04)
    assert shown(path, facts, [0, 6]) == [0, 3]


@pytest.mark.parametrize(
    ("mode", "expected"), [("freeze", [23, 23, 23]), ("loop", [1, 6, 1]), ("hide", [None] * 3)]
)
def test_what_comes_after_the_end_is_as_asked(
    mode: str, expected: list[int | None], clip: Path
) -> None:
    facts = probe_facecam(clip)
    frames = [26, 31, 50]  # of 30 a second; the clip has 24
    assert shown(clip, facts, frames, fps=30, end_pad_mode=mode) == pytest.approx(expected, abs=1)


@pytest.mark.parametrize("content", [b"what a day", b"\x89PNG\r\n\x1a\n", b"MZ" + bytes(4000)])
def test_a_file_that_is_no_video_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "notes.mp4"
    path.write_bytes(content)
    with pytest.raises(NotAVideo, match=r"notes\.mp4 is not a video"):
        probe_facecam(path)


def test_a_picture_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "me.png"
    Image.fromarray(flat((1, 2, 3))).save(path)
    with pytest.raises(NotAVideo):
        probe_facecam(path)


def test_sound_alone_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "voice.wav"
    with av.open(path, "w") as out:
        stream = out.add_stream("pcm_s16le", rate=48_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 4800), np.int16), layout="mono")
        frame.sample_rate = 48_000
        out.mux(stream.encode(frame))
    with pytest.raises(NotAVideo):
        probe_facecam(path)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.mp4"
    path.touch()
    with pytest.raises(FacecamEmpty, match="empty file"):
        probe_facecam(path)


def test_a_clip_without_pictures_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bare.mkv"
    with av.open(path, "w") as out:
        stream = out.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        out.start_encoding()
    with pytest.raises(FacecamEmpty):
        probe_facecam(path)


@pytest.mark.parametrize("name", ["cut.mp4", "cut.mkv"])
def test_a_clip_whose_upload_broke_off_is_refused(name: str, tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    noise = [rng.integers(0, 255, (48, 64, 3), dtype=np.uint8) for _ in range(90)]
    path = make_clip(tmp_path / name, pictures=noise)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 6 // 10])
    with pytest.raises(FacecamTruncated):
        probe_facecam(path)


def test_a_clip_damaged_in_the_middle_is_refused(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    noise = [rng.integers(0, 255, (48, 64, 3), dtype=np.uint8) for _ in range(90)]
    path = make_clip(tmp_path / "torn.mp4", pictures=noise)
    data = bytearray(path.read_bytes())
    third = len(data) // 3
    data[third : third + 60_000] = bytes(60_000)
    path.write_bytes(data)
    with pytest.raises(FacecamTruncated, match="cannot be read"):
        probe_facecam(path)


def test_a_clip_longer_than_allowed_is_refused(clip: Path) -> None:
    with pytest.raises(FacecamTooLong, match="may be at most 0 s"):
        probe_facecam(clip, max_duration_s=0.2)
