"""Segments encoded by real x264 from recordings whose every frame is known; knows no browser."""

import dataclasses
import json
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import av
import numpy as np
import pytest

from app.campaign import FacecamStyle
from app.hme.plan import MotionPlan
from app.pipeline.compose.encoder import EncoderSettings
from app.pipeline.compose.facecam import probe_facecam
from app.pipeline.compose.facecam_frames import FacecamFrames
from app.pipeline.compose.overlay import Bubble, place_bubble
from app.pipeline.compose.pictures import open_pictures
from app.pipeline.compose.segment import SegmentFacts, write_segment
from app.pipeline.errors import BrowserDied, Cancelled, DiskFull
from app.pipeline.recording import FrameStore, Recording
from tests.pipeline.synthetic import (
    U8,
    facts,
    flat,
    jpeg,
    make_clip,
    patchwork,
    plan_of,
    stepped_recording,
    tiles_recording,
)
from tests.small_disk import mounted_disk

WIDTH, HEIGHT = 160, 96
SETTINGS = EncoderSettings(WIDTH, HEIGHT, 30, "veryfast", 16)
SCROLL = [0, 0, 1, 3, 6, 10, 15, 21, 28, 35, 41, 46, 50, 53, 55, 56, 56, 56, 53, 48, 41, 41]
MEAN_DIFFERENCE = 4.0  # of luma, at crf 16 on patchwork


def decoded(path: Path) -> list[av.VideoFrame]:
    with av.open(path) as container:
        return list(container.decode(video=0))


def luma(frame: av.VideoFrame) -> U8:
    return frame.to_ndarray()[: frame.height]  # type: ignore[return-value]


def best_offset(shown: U8, page: U8) -> int:
    """The row of the page that the picture starts at, found by comparing with all of them."""
    green = page[..., 1].astype(float)
    costs = [
        float(np.abs(shown - (16 + green[row : row + HEIGHT] * 219 / 255)).mean())
        for row in range(page.shape[0] - HEIGHT + 1)
    ]
    return int(np.argmin(costs))


def grey_page(rows: int) -> U8:
    return patchwork(rows, WIDTH)[..., :1].repeat(3, -1)


def segment_of(
    recording: Recording,
    dst: Path,
    plan: MotionPlan | None = None,
    settings: EncoderSettings = SETTINGS,
) -> SegmentFacts:
    return write_segment(
        open_pictures(recording), plan or recording.facts.plan, dst, settings=settings
    )


def test_every_frame_shows_the_rows_the_plan_asks_for(tmp_path: Path) -> None:
    page = grey_page(200)
    recording = tiles_recording(tmp_path / "r", page, plan_of(SCROLL), height=HEIGHT)
    written = segment_of(recording, tmp_path / "s.mp4")
    frames = decoded(tmp_path / "s.mp4")
    assert [best_offset(luma(frame), page) for frame in frames] == SCROLL
    assert written.frames == len(SCROLL)
    assert written.repeated_frames_while_moving == 0
    assert written.psnr_db > 32
    assert len(written.psnr_samples_db) >= 3


def test_a_segment_is_what_players_expect(tmp_path: Path) -> None:
    recording = tiles_recording(tmp_path / "r", grey_page(200), plan_of(SCROLL), height=HEIGHT)
    segment_of(recording, tmp_path / "s.mp4")
    with av.open(tmp_path / "s.mp4") as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        assert (context.name, context.profile, context.pix_fmt) == ("h264", "High", "yuv420p")
        assert (context.colorspace, context.color_range) == (1, 1)
        assert (context.color_primaries, context.color_trc) == (1, 1)
        times = sorted(packet.pts for packet in container.demux(stream) if packet.pts is not None)
    assert np.unique(np.diff(times)).tolist() == [512]


def test_key_frames_come_every_second_and_nowhere_else(tmp_path: Path) -> None:
    pictures = [flat((20, 20, 20), width=WIDTH, height=HEIGHT) for _ in range(70)]
    for n in range(35, 70):
        pictures[n][:] = 220  # a cut, where x264 would like a key frame
    plan = plan_of([0] * 70)
    recording = stepped_recording(tmp_path / "r", pictures, plan, (WIDTH, HEIGHT))
    segment_of(recording, tmp_path / "s.mp4")
    keys = [n for n, frame in enumerate(decoded(tmp_path / "s.mp4")) if frame.key_frame]
    assert keys == [0, 30, 60]


def test_segments_of_different_pages_have_the_same_headers(tmp_path: Path) -> None:
    still = plan_of([0] * 40)
    one = segment_of(
        tiles_recording(tmp_path / "a", grey_page(200), plan_of(SCROLL), height=HEIGHT),
        tmp_path / "a.mp4",
    )
    white = [flat((255, 255, 255), width=WIDTH, height=HEIGHT), *[None] * 39]
    two = segment_of(
        stepped_recording(tmp_path / "b", white, still, (WIDTH, HEIGHT)), tmp_path / "b.mp4"
    )
    assert one.extradata_digest == two.extradata_digest
    assert two.first_second_luma == pytest.approx(235, abs=1)
    assert two.psnr_db > 50


def test_pages_that_stand_still_while_the_plan_moves_are_counted(tmp_path: Path) -> None:
    pages = [grey_page(HEIGHT), None, None, grey_page(HEIGHT)[::-1], None]
    plan = plan_of([0, 4, 8, 12, 12])
    recording = stepped_recording(tmp_path / "r", pages, plan, (WIDTH, HEIGHT))
    assert segment_of(recording, tmp_path / "s.mp4").repeated_frames_while_moving == 2


def test_scrolling_over_a_page_without_a_mark_is_no_repeat(tmp_path: Path) -> None:
    page = flat((250, 250, 250), width=WIDTH, height=HEIGHT)
    page[:16] = (20, 20, 90)  # under a header that stays
    plan = plan_of([0, 4, 8])
    recording = stepped_recording(tmp_path / "r", [page, None, None], plan, (WIDTH, HEIGHT))
    assert segment_of(recording, tmp_path / "s.mp4").repeated_frames_while_moving == 0


def test_the_face_of_each_moment_is_in_its_corner(tmp_path: Path) -> None:
    faces = [flat((n * 4 + 40,) * 3) for n in range(40)]
    clip = make_clip(tmp_path / "face.mp4", pictures=faces)
    face_facts = probe_facecam(clip)
    plan = plan_of([0] * 20)
    page = [flat((0, 0, 0), width=WIDTH, height=HEIGHT), *[None] * 19]
    recording = stepped_recording(tmp_path / "r", page, plan, (WIDTH, HEIGHT))
    style = FacecamStyle(width=48, margin=8, border=2)
    box = place_bubble(style, (face_facts.width, face_facts.height), (WIDTH, HEIGHT))
    with FacecamFrames(
        clip, face_facts, width=box.width, height=box.height, fps=30, start_frame=10
    ) as face:
        write_segment(
            open_pictures(recording),
            plan,
            tmp_path / "s.mp4",
            settings=SETTINGS,
            face=face,
            bubble=Bubble(box, (WIDTH, HEIGHT)),
        )
    shown = [
        int(luma(frame)[HEIGHT - 8 - 24, WIDTH - 8 - 24]) for frame in decoded(tmp_path / "s.mp4")
    ]
    assert shown == pytest.approx([16 + (n * 4 + 40) * 219 / 255 for n in range(10, 30)], abs=4)


def test_the_cursor_goes_over_the_page_and_under_the_face(tmp_path: Path) -> None:
    plan = dataclasses.replace(plan_of([0, 0]), cursor_px=((40, 40), (130, 66)))
    page = [flat((0, 0, 0), width=WIDTH, height=HEIGHT), None]
    clip = make_clip(tmp_path / "face.mp4", pictures=[flat((90, 90, 90))] * 6)
    style = FacecamStyle(width=60, margin=2, border=0, shadow=False)
    box = place_bubble(style, (64, 48), (WIDTH, HEIGHT))
    recording = stepped_recording(tmp_path / "r", page, plan, (WIDTH, HEIGHT))
    with FacecamFrames(
        clip, probe_facecam(clip), width=box.width, height=box.height, fps=30
    ) as face:
        write_segment(
            open_pictures(recording),
            plan,
            tmp_path / "s.mp4",
            settings=SETTINGS,
            face=face,
            bubble=Bubble(box, (WIDTH, HEIGHT)),
        )
    first, second = (luma(frame) for frame in decoded(tmp_path / "s.mp4"))
    assert first[44:60, 40:52].max() > 180
    assert second.max() < 140


def test_a_draft_is_smaller_and_takes_every_second_frame(tmp_path: Path) -> None:
    page = grey_page(HEIGHT + 80).repeat(2, 0).repeat(2, 1)
    plan = plan_of([4 * n for n in range(31)], fps=60)
    recording = tiles_recording(tmp_path / "r", page, plan, height=2 * HEIGHT)
    written = segment_of(recording, tmp_path / "s.mp4")
    frames = decoded(tmp_path / "s.mp4")
    assert written.frames == len(frames) == 16
    small = page[::2, ::2]
    assert [best_offset(luma(f), small) for f in frames] == [4 * n for n in range(16)]


def test_progress_is_told_for_every_frame(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    recording = tiles_recording(tmp_path / "r", grey_page(200), plan_of(SCROLL), height=HEIGHT)
    write_segment(
        open_pictures(recording),
        recording.facts.plan,
        tmp_path / "s.mp4",
        settings=SETTINGS,
        on_frame=lambda done, total: told.append((done, total)),
    )
    assert told == [(n + 1, len(SCROLL)) for n in range(len(SCROLL))]


def test_a_cancelled_segment_leaves_no_file_and_no_thread(tmp_path: Path) -> None:
    recording = tiles_recording(tmp_path / "r", grey_page(200), plan_of(SCROLL), height=HEIGHT)
    with pytest.raises(Cancelled):
        write_segment(
            open_pictures(recording),
            recording.facts.plan,
            tmp_path / "s.mp4",
            settings=SETTINGS,
            cancelled=lambda: True,
        )
    assert_nothing_left(tmp_path / "s.mp4")


def assert_nothing_left(path: Path) -> None:
    assert not path.exists()
    for thread in threading.enumerate():
        if thread.name == "compose":
            thread.join(timeout=5)
            assert not thread.is_alive()


def test_a_recording_that_fails_while_it_is_read_ends_the_segment(tmp_path: Path) -> None:
    plan = plan_of([0] * 10)
    with (tmp_path / "frames.bin").open("w+b") as file:
        store = FrameStore(file)
        store.append(jpeg(flat((1, 1, 1), width=WIDTH, height=HEIGHT)))
        recording = Recording(tmp_path, facts(plan, WIDTH, HEIGHT, "stepped"), frames=store)
        threading.Timer(0.05, store.fail, [BrowserDied("recording")]).start()
        with pytest.raises(BrowserDied):
            segment_of(recording, tmp_path / "s.mp4")
    assert_nothing_left(tmp_path / "s.mp4")


def test_a_recording_is_encoded_while_it_is_made(tmp_path: Path) -> None:
    plan = plan_of([0] * 10)
    picture = jpeg(flat((1, 1, 1), width=WIDTH, height=HEIGHT))
    with (tmp_path / "frames.bin").open("w+b") as file:
        store = FrameStore(file)
        recording = Recording(tmp_path, facts(plan, WIDTH, HEIGHT, "stepped"), frames=store)

        def capture(pictures: Sequence[bytes | None]) -> None:
            for one in pictures:
                store.append(one)

        threading.Timer(0.05, capture, [[picture, *[None] * 9]]).start()
        assert segment_of(recording, tmp_path / "s.mp4").frames == 10


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    with mounted_disk(tmp_path / "disk", 64 << 10) as place:
        yield place


def test_a_full_disk_is_named_and_leaves_no_file(small_disk: Path, tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    noise = [rng.integers(0, 255, (HEIGHT, WIDTH, 3), dtype=np.uint8) for _ in range(60)]
    recording = stepped_recording(tmp_path / "r", noise, plan_of([0] * 60), (WIDTH, HEIGHT))
    with pytest.raises(DiskFull):
        segment_of(recording, small_disk / "s.mp4")
    assert_nothing_left(small_disk / "s.mp4")


def test_the_facts_of_a_segment_are_kept_as_json(tmp_path: Path) -> None:
    recording = tiles_recording(tmp_path / "r", grey_page(200), plan_of(SCROLL), height=HEIGHT)
    written = segment_of(recording, tmp_path / "s.mp4")
    assert SegmentFacts.from_json(json.loads(json.dumps(written.to_json()))) == written
