"""Finished files joined from real segments and sound, decoded again; knows no browser."""

from pathlib import Path

import av
import numpy as np
import pytest

from app.pipeline.compose.assemble import splice
from app.pipeline.compose.encoder import EncoderSettings
from app.pipeline.compose.facecam import probe_facecam
from app.pipeline.compose.pictures import open_pictures
from app.pipeline.compose.segment import write_segment
from app.pipeline.compose.sound import write_sound
from app.pipeline.compose.waveform import RATE_HZ, read_waveform
from app.pipeline.errors import PromiseBroken
from tests.pipeline.synthetic import (
    U8,
    clap,
    flat,
    make_clip,
    plan_of,
    stepped_recording,
)

WIDTH, HEIGHT = 96, 64
SYNC_TOLERANCE_S = 0.040  # half of what ITU-R BT.1359 calls detectable; one frame and a half here
SETTINGS = EncoderSettings(WIDTH, HEIGHT, 30, "veryfast", 20)
LENGTHS = (31, 7, 1, 63)  # neither is a whole number of GOPs, and one has nothing to reorder


def grey(number: int) -> U8:
    return flat((number * 2 + 30,) * 3, width=WIDTH, height=HEIGHT)


def segment(
    tmp_path: Path, name: str, numbers: range, settings: EncoderSettings = SETTINGS
) -> Path:
    pages = [grey(n) for n in numbers]
    plan = plan_of([0] * len(pages))
    recording = stepped_recording(tmp_path / f"{name}-r", pages, plan, (WIDTH, HEIGHT))
    path = tmp_path / f"{name}.mp4"
    write_segment(open_pictures(recording), plan, path, settings=settings)
    return path


@pytest.fixture(scope="module")
def segments(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("segments")
    starts = [0, *np.cumsum(LENGTHS).tolist()]
    return [
        segment(folder, str(n), range(starts[n], starts[n] + length))
        for n, length in enumerate(LENGTHS)
    ]


@pytest.fixture(scope="module")
def video(segments: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The finished file, with a clap at 1.5 s."""
    folder = tmp_path_factory.mktemp("video")
    total_s = sum(LENGTHS) / 30
    clip = make_clip(
        folder / "face.mp4", pictures=[grey(0)] * 60, fps=20, sound=clap(total_s, [1.5])
    )
    write_sound(clip, probe_facecam(clip), folder / "s.m4a", duration_s=total_s)
    splice(segments, folder / "s.m4a", folder / "v.mp4", fps=30)
    return folder / "v.mp4"


def test_every_frame_of_every_segment_is_there_in_order(video: Path) -> None:
    with av.open(video) as container:
        shown = [float(f.to_ndarray()[:HEIGHT].mean()) for f in container.decode(video=0)]
    assert shown == pytest.approx(
        [16 + (n * 2 + 30) * 219 / 255 for n in range(sum(LENGTHS))], abs=1.2
    )


def test_frames_follow_each_other_without_a_gap(video: Path) -> None:
    with av.open(video) as container:
        stream = container.streams.video[0]
        packets = [packet for packet in container.demux(stream) if packet.pts is not None]
        assert stream.start_time == 0
        assert stream.average_rate == 30
    presented = sorted(packet.pts or 0 for packet in packets)
    assert presented[0] == 0
    assert set(np.diff(presented).tolist()) == {512}
    assert set(np.diff([packet.dts or 0 for packet in packets]).tolist()) == {512}


def test_the_index_comes_first(video: Path) -> None:
    data = video.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def test_sound_is_heard_when_it_should(video: Path) -> None:
    heard = read_waveform(video)
    assert heard is not None
    loud = np.abs(heard[0])
    assert np.argmax(loud > 0.3 * loud.max()) / RATE_HZ == pytest.approx(1.5, abs=0.004)
    assert heard.shape[1] / RATE_HZ == pytest.approx(sum(LENGTHS) / 30, abs=0.03)


def test_a_clap_is_heard_when_its_flash_is_seen(tmp_path: Path) -> None:
    """The face itself goes through segment and sound: what a viewer would notice."""
    from app.campaign import FacecamStyle
    from app.pipeline.compose.facecam_frames import FacecamFrames
    from app.pipeline.compose.overlay import Bubble, place_bubble

    pictures = [flat((20, 20, 20))] * 60
    pictures[42:48] = [flat((250, 250, 250))] * 6  # at 1.4 s of 30 a second
    clip = make_clip(tmp_path / "face.mp4", pictures=pictures, sound=clap(2.0, [1.4]))
    facts = probe_facecam(clip)
    box = place_bubble(FacecamStyle(width=32, margin=4), (64, 48), (WIDTH, HEIGHT))
    parts = []
    for n in range(2):
        plan = plan_of([0] * 30)
        page = [flat((0, 0, 0), width=WIDTH, height=HEIGHT), *[None] * 29]
        recording = stepped_recording(tmp_path / f"r{n}", page, plan, (WIDTH, HEIGHT))
        parts.append(tmp_path / f"{n}.mp4")
        with FacecamFrames(
            clip, facts, width=box.width, height=box.height, fps=30, start_frame=30 * n
        ) as face:
            write_segment(
                open_pictures(recording),
                plan,
                parts[-1],
                settings=SETTINGS,
                face=face,
                bubble=Bubble(box, (WIDTH, HEIGHT)),
            )
    write_sound(clip, facts, tmp_path / "s.m4a", duration_s=2.0)
    splice(parts, tmp_path / "s.m4a", tmp_path / "v.mp4", fps=30)
    with av.open(tmp_path / "v.mp4") as container:
        x, y = box.x_px + box.width // 2, box.y_px + box.height // 2
        seen_s = next(f.time for f in container.decode(video=0) if f.to_ndarray()[y, x] > 150)
    heard = read_waveform(tmp_path / "v.mp4")
    assert heard is not None
    loud = np.abs(heard[0])
    heard_s = np.argmax(loud > 0.3 * loud.max()) / RATE_HZ
    assert heard_s == pytest.approx(seen_s, abs=SYNC_TOLERANCE_S)
    assert seen_s == pytest.approx(1.4, abs=1 / 30)


def test_a_video_can_do_without_a_sound_track(segments: list[Path], tmp_path: Path) -> None:
    splice(segments[:1], None, tmp_path / "v.mp4", fps=30)
    with av.open(tmp_path / "v.mp4") as container:
        assert not container.streams.audio
        assert len(list(container.decode(video=0))) == LENGTHS[0]


def test_segments_of_other_settings_are_refused(segments: list[Path], tmp_path: Path) -> None:
    other = segment(
        tmp_path, "other", range(5), EncoderSettings(WIDTH + 32, HEIGHT, 30, "medium", 20)
    )
    with pytest.raises(PromiseBroken, match="encoded with other settings"):
        splice([segments[0], other], None, tmp_path / "v.mp4", fps=30)
    assert not (tmp_path / "v.mp4").exists()
