"""A recording on disk: what was written is read, also while it is still being written."""

import json
import threading
from pathlib import Path

import pytest

from app.pipeline.errors import BrowserDied
from app.pipeline.recording import (
    FrameStore,
    Placement,
    Plate,
    Recording,
    Tiles,
    load_recording,
)
from tests.pipeline.synthetic import facts, plan_of

LIMIT_S = 10.0
HEADER = (Placement(0, 0, 0),)
BUTTON = (*HEADER, Placement(1, 590, 310))


def test_tiles_read_back_equal(tmp_path: Path) -> None:
    plan = plan_of([0, 1, 2, 3, 3])
    placements = ((), HEADER, HEADER, BUTTON, HEADER)
    tiles = Tiles((Plate("page-0.png", 0, 90),), ("layer-0.png", "layer-1.png"), placements)
    recording = Recording(tmp_path, facts(plan, 640, 360, "tiles"), tiles=tiles)
    recording.save()
    assert load_recording(tmp_path) == recording


def test_a_header_that_stays_put_takes_one_entry(tmp_path: Path) -> None:
    frames = 600
    tiles = Tiles((Plate("page-0.png", 0, 90),), ("layer-0.png",), (HEADER,) * frames)
    Recording(tmp_path, facts(plan_of([0] * frames), 640, 360, "tiles"), tiles=tiles).save()
    saved = json.loads((tmp_path / "recording.json").read_text())
    assert saved["tiles"]["placements"] == [[frames, [[0, 0, 0]]]]


def test_stepped_frames_read_back_with_their_repeats(tmp_path: Path) -> None:
    with (tmp_path / "frames.bin").open("w+b") as file:
        store = FrameStore(file)
        for picture in (b"one", None, b"three", None, None):
            store.append(picture)
        Recording(tmp_path, facts(plan_of([0] * 5), 640, 360, "stepped"), frames=store).save()
    again = load_recording(tmp_path).frames
    assert again is not None
    shown = [again.picture(again.picture_index(frame)) for frame in range(5)]
    again.close()
    assert shown == [b"one", b"one", b"three", b"three", b"three"]


def test_a_reader_waits_for_the_frame_that_is_still_to_come(tmp_path: Path) -> None:
    with (tmp_path / "frames.bin").open("w+b") as file:
        store = FrameStore(file)
        seen: list[bytes] = []
        reader = threading.Thread(
            target=lambda: seen.extend(store.picture(store.picture_index(n)) for n in range(3))
        )
        reader.start()
        for picture in (b"a", None, b"c"):
            store.append(picture)
        reader.join(LIMIT_S)
        assert not reader.is_alive()
    assert seen == [b"a", b"a", b"c"]


def test_a_waiting_reader_is_told_that_capture_failed(tmp_path: Path) -> None:
    with (tmp_path / "frames.bin").open("w+b") as file:
        store = FrameStore(file)
        store.append(b"only")
        caught: list[BaseException] = []

        def read() -> None:
            try:
                store.picture_index(1)
            except BrowserDied as error:
                caught.append(error)

        reader = threading.Thread(target=read)
        reader.start()
        store.fail(BrowserDied("recording"))
        reader.join(LIMIT_S)
        assert not reader.is_alive()
        assert len(caught) == 1
        assert store.picture(store.picture_index(0)) == b"only"
        with pytest.raises(BrowserDied):
            store.picture_index(1)
