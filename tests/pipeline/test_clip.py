"""Uploaded clips made ready to be shown: what is in the files, whatever the clip was."""

import asyncio
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from app.pipeline.clip import prepare_clip
from app.pipeline.clip_spec import FILES, FILMSTRIP_PICTURES, ClipToPrepare, PreparedClip
from app.pipeline.compose.planes import Converter, to_rgb
from app.pipeline.compose.waveform import RATE_HZ, read_waveform
from tests.pipeline.synthetic import U8, clap, flat, make_clip, patchwork
from tests.pipeline.uploads import UNEVEN_S, browser_recording, phone_recording, stepping

COLOUR = 10  # of 255: what two encodings at a proxy's rate leave of a flat picture
SOUND_S = 0.03  # an AAC frame, and Opus's own delay


def prepared(clip: Path, **limits: Any) -> PreparedClip:
    asked = ClipToPrepare(clip=clip, folder=clip.parent / "ready", **limits)
    return asyncio.run(prepare_clip(asked, lambda event: None))


def pictures_of(video: Path) -> list[tuple[float, U8]]:
    """(time in s, uint8 [height, width, 3]) of every frame."""
    with av.open(video) as container:
        return [
            (float(frame.time or 0), to_rgb(Converter().from_video(frame)))
            for frame in container.decode(video=0)
        ]


def clap_s(video: Path) -> float:
    wave = read_waveform(video)
    assert wave is not None
    loud = np.abs(wave[0])
    return float(np.argmax(loud > 0.3 * loud.max()) / RATE_HZ)


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> tuple[PreparedClip, Path]:
    """A clip of 12 s at 30 fps, larger than the proxy, whose every second looks another way."""
    folder = tmp_path_factory.mktemp("clip")
    shown = [patchwork(816, 1440, patch=48, seed=second) for second in range(12)]
    pictures = [shown[n // 30] for n in range(360)]
    clip = make_clip(folder / "clip.mp4", pictures=pictures, sound=clap(12, [7.5]))
    return prepared(clip), folder / "ready"


def test_a_clip_is_described_and_its_files_are_there(ready: tuple[PreparedClip, Path]) -> None:
    clip, folder = ready
    assert clip.duration_s == pytest.approx(12, abs=0.05)
    assert (clip.width, clip.height, clip.rotation_deg) == (1440, 816, 0)
    assert (clip.codec, clip.has_sound, clip.notes) == ("h264", True, ())
    assert clip.fps == pytest.approx(30, abs=0.5)
    assert {path.name for path in folder.iterdir()} == set(FILES)
    assert clip.files_bytes == {name: (folder / name).stat().st_size for name in FILES}


def test_the_proxy_plays_in_any_browser_and_starts_before_it_is_loaded(
    ready: tuple[PreparedClip, Path],
) -> None:
    proxy = ready[1] / "proxy.mp4"
    with av.open(proxy) as container:
        video, sound = container.streams.video[0], container.streams.audio[0]
        assert (video.width, video.height) == (952, 540)
        assert video.average_rate == Fraction(30)
        assert (video.codec_context.name, video.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert (video.codec_context.profile or "").split()[-1] in ("Baseline", "Main")
        assert (sound.codec_context.name, sound.profile) == ("aac", "LC")
        keys = [p.pts for p in container.demux(video) if p.is_keyframe and p.pts is not None]
        assert len(keys) >= 12  # a second at most from one to the next: trimming seeks
    head = proxy.read_bytes()
    assert head.index(b"moov") < head.index(b"mdat")


def test_the_proxy_keeps_picture_and_sound_at_their_times(
    ready: tuple[PreparedClip, Path],
) -> None:
    proxy = ready[1] / "proxy.mp4"
    assert clap_s(proxy) == pytest.approx(7.5, abs=SOUND_S)
    shown = pictures_of(proxy)
    assert len(shown) == 360
    changes = [
        round(time_s, 3)
        for (time_s, after), (_, before) in zip(shown[1:], shown[:-1], strict=True)
        if np.abs(after.astype(int) - before).mean() > COLOUR
    ]
    assert changes == [float(second) for second in range(1, 12)]


def test_what_plays_on_hover_is_short_small_and_silent(ready: tuple[PreparedClip, Path]) -> None:
    hover = ready[1] / "hover.mp4"
    assert hover.stat().st_size < 200_000
    with av.open(hover) as container:
        assert container.streams.video[0].width == 320
        assert not container.streams.audio
        assert (container.duration or 0) / av.time_base == pytest.approx(4, abs=0.1)


def test_noise_does_not_make_the_hover_large(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    noise = [rng.integers(0, 255, (180, 320, 3), dtype=np.uint8) for _ in range(45)]
    prepared(make_clip(tmp_path / "noise.mp4", pictures=noise))
    assert (tmp_path / "ready" / "hover.mp4").stat().st_size < 200_000


def test_the_filmstrip_shows_ten_pictures_in_order(ready: tuple[PreparedClip, Path]) -> None:
    with Image.open(ready[1] / "filmstrip.webp") as strip:
        found = np.asarray(strip.convert("RGB")).astype(int)
    cell = found.shape[1] // FILMSTRIP_PICTURES
    assert (found.shape[0], cell) == (90, 159)
    for number in range(FILMSTRIP_PICTURES):
        second = int(12 * (number + 0.5) / FILMSTRIP_PICTURES)
        wanted = Image.fromarray(patchwork(816, 1440, patch=48, seed=second)).resize((cell, 90))
        shown = found[:, number * cell : (number + 1) * cell]
        assert np.abs(shown - np.asarray(wanted)).mean() < 2 * COLOUR, number


def test_the_poster_is_the_picture_after_a_second(ready: tuple[PreparedClip, Path]) -> None:
    with Image.open(ready[1] / "poster.webp") as poster:
        found = np.asarray(poster.convert("RGB")).astype(int)
    assert found.shape[1] == 640
    wanted = Image.fromarray(patchwork(816, 1440, patch=48, seed=1))
    small = np.asarray(wanted.resize((640, found.shape[0])))
    assert np.abs(found - small).mean() < 2 * COLOUR


def test_a_poster_of_a_clip_that_fades_in_is_not_black(tmp_path: Path) -> None:
    dark = [flat((4, 4, 4), width=128, height=96)] * 70
    clip = make_clip(tmp_path / "fade.mp4", pictures=dark + stepping(30))
    prepared(clip)
    with Image.open(tmp_path / "ready" / "poster.webp") as poster:
        assert np.asarray(poster.convert("L")).mean() > 40


def test_a_clip_that_is_dark_throughout_has_a_poster_too(tmp_path: Path) -> None:
    prepared(make_clip(tmp_path / "dark.mp4", pictures=[flat((4, 4, 4))] * 40))
    assert (tmp_path / "ready" / "poster.webp").stat().st_size > 0


@pytest.mark.parametrize("codec", ["libvpx", "libvpx-vp9"])
def test_what_a_browser_recorded_is_shown_at_its_times(codec: str, tmp_path: Path) -> None:
    clip = prepared(browser_recording(tmp_path / "rec.webm", codec=codec, sound=clap(2.4, [1.2])))
    assert clip.duration_s == pytest.approx(2.4, abs=0.06)
    assert clip.fps == pytest.approx(20, abs=1)
    assert clip.has_sound
    proxy = tmp_path / "ready" / "proxy.mp4"
    assert clap_s(proxy) == pytest.approx(1.2, abs=SOUND_S)
    for time_s, picture in pictures_of(proxy)[5:-5:7]:
        number = sum(start_s <= time_s + 0.002 for start_s in UNEVEN_S) - 1
        assert picture[80, 100].mean() == pytest.approx(40 + 3 * number, abs=4), time_s


def test_what_a_phone_recorded_stands_upright(tmp_path: Path) -> None:
    clip = prepared(phone_recording(tmp_path / "IMG_1.MOV"))
    assert (clip.width, clip.height, clip.codec) == (72, 128, "hevc")
    assert clip.rotation_deg == 270
    time_s, picture = pictures_of(tmp_path / "ready" / "proxy.mp4")[5]
    assert picture.shape[:2] == (128, 72)
    upright = np.rot90(patchwork(72, 128, patch=8, seed=0), 3).astype(int)
    assert np.abs(picture - upright).mean() < 2 * COLOUR, time_s


def test_a_clip_without_sound_is_fit_for_use_and_says_so(tmp_path: Path) -> None:
    clip = prepared(make_clip(tmp_path / "mute.mp4", pictures=stepping(40)))
    assert not clip.has_sound
    assert "no sound" in clip.notes[0]
    with av.open(tmp_path / "ready" / "proxy.mp4") as container:
        assert not container.streams.audio
