"""Uploads that are no clip, or mean harm: each is refused by name and leaves nothing behind."""

import json
import signal
from pathlib import Path
from typing import Any

import pytest

from app.pipeline.process import Exit
from tests.pipeline.small_render import END_LIMIT_S, engine, events, run_engine
from tests.pipeline.synthetic import flat, make_clip, patchwork
from tests.pipeline.uploads import (
    many_times,
    playlist,
    png_bomb,
    sound_alone,
    stepping,
    unknown_codec,
)


def spec(clip: Path, **limits: Any) -> Path:
    file = clip.parent / "clip.json"
    asked = {"clip": str(clip), "folder": str(clip.parent / "ready"), "name": "My clip", **limits}
    file.write_text(json.dumps(asked))
    return file


def refusal(clip: Path, **limits: Any) -> tuple[str, str]:
    """(the error's name, its sentence) of a clip that is refused for good, without a trace."""
    code, told = run_engine("prepare-clip", spec(clip, **limits))
    assert code == Exit.PERMANENT, told
    assert list((clip.parent / "ready").iterdir()) == []
    assert told[-1]["message"].count("My clip") == 1
    return told[-1]["error"], told[-1]["message"]


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return make_clip(tmp_path / "clip.mp4", pictures=stepping(60))


@pytest.mark.parametrize("content", [b"notes of a meeting", b"MZ" + bytes(4000)])
def test_a_file_that_is_no_video_is_refused(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "notes.mp4"
    file.write_bytes(content)
    assert refusal(file)[0] == "not_a_video"


def test_sound_alone_is_refused(tmp_path: Path) -> None:
    assert refusal(sound_alone(tmp_path / "voice.mp4"))[0] == "facecam_without_picture"


def test_a_codec_nobody_knows_is_refused(tmp_path: Path) -> None:
    assert refusal(unknown_codec(tmp_path / "odd.mp4"))[0] == "facecam_codec_unknown"


def test_an_upload_that_broke_off_is_refused(tmp_path: Path) -> None:
    pictures = [patchwork(96, 128, seed=n) for n in range(60)]
    file = make_clip(tmp_path / "cut.mp4", pictures=pictures)
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    assert refusal(file)[0] == "facecam_truncated"


def test_a_clip_of_less_than_a_second_is_refused(tmp_path: Path) -> None:
    code, said = refusal(make_clip(tmp_path / "blink.mp4", pictures=stepping(20)))
    assert code == "facecam_too_short"
    assert "0.7 s long" in said


def test_a_clip_longer_than_allowed_is_refused_and_the_limit_named(clip: Path) -> None:
    code, said = refusal(clip, max_duration_s=1.2)
    assert code == "facecam_too_long"
    assert "at most 1 s" in said


def test_a_file_larger_than_allowed_is_refused_and_the_limit_named(clip: Path) -> None:
    code, said = refusal(clip, max_bytes=2_000)
    assert code == "facecam_file_too_large"
    assert "at most 0 MB" in said


def test_an_absurdly_large_picture_is_refused(tmp_path: Path) -> None:
    pictures = [flat((9, 9, 9), width=8208, height=16)] * 40
    code, said = refusal(make_clip(tmp_path / "wide.mp4", pictures=pictures))
    assert code == "facecam_picture_too_large"
    assert "8208×16" in said


def test_a_clip_that_would_take_too_long_is_refused_before_it_does(tmp_path: Path) -> None:
    bomb = png_bomb(tmp_path / "bomb.mov", 4000, 40)  # 640 million pixels
    assert refusal(bomb, cpu_s=3)[0] == "facecam_too_costly"


def test_a_clip_that_takes_too_much_memory_is_refused(tmp_path: Path) -> None:
    bomb = png_bomb(tmp_path / "bomb.mov", 8000, 40)  # 192 MB a picture
    assert refusal(bomb, memory_mb=256)[0] == "facecam_too_costly"


def test_a_clip_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    # 1,000 fps by its own account, of which the estimate believes 60.
    dense = many_times(tmp_path / "dense.mkv", patchwork(1080, 1920, patch=40, seed=1), 1200)
    assert refusal(dense, cpu_s=2)[0] == "facecam_too_costly"


def test_a_playlist_does_not_lead_to_another_file(clip: Path) -> None:
    for name in ("list.mp4", "list.m3u8"):
        folder = clip.parent / name
        folder.mkdir()
        assert refusal(playlist(folder / name, clip))[0] == "not_a_video"


def test_a_file_that_is_not_there_is_a_failure_in_words(tmp_path: Path) -> None:
    code, said = refusal(tmp_path / "gone.mp4")
    assert code == "facecam_error"
    assert "No such file" in said


def test_a_signal_amid_the_work_ends_it_and_leaves_nothing(tmp_path: Path) -> None:
    pictures = [patchwork(720, 1280, patch=40, seed=n // 30) for n in range(300)]
    file = spec(make_clip(tmp_path / "long.mp4", pictures=pictures))
    with engine("prepare-clip", file) as process:
        for event in events(process):
            if event["step"] == "converting":
                break
        process.send_signal(signal.SIGTERM)
        told = list(events(process))
        assert process.wait(END_LIMIT_S) == Exit.CANCELLED
    assert told[-1]["error"] == "cancelled"
    assert list((tmp_path / "ready").iterdir()) == []
