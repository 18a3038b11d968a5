"""Moving thumbnails, opened again as a mail program would; knows no browser."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.pipeline.compose import preview
from app.pipeline.compose.preview import MOST_BYTES, write_previews
from tests.pipeline.synthetic import U8, flat, make_clip

WIDTH, HEIGHT = 640, 360
COLOUR_TOLERANCE = 24  # of few colours, and of WebP at its lowest
RED, GREEN, BLUE = (200, 30, 30), (30, 160, 40), (30, 40, 200)


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three scenes of a colour each, with a key frame a second, and noise that is hard to pack."""
    folder = tmp_path_factory.mktemp("video")
    rng = np.random.default_rng(5)
    pictures = []
    for colour in (RED, GREEN, BLUE):
        for _ in range(36):
            picture = flat(colour, width=WIDTH, height=HEIGHT)
            picture[40:320, 420:] = rng.integers(0, 256, (280, 220, 3), dtype=np.uint8)
            pictures.append(picture)
    return make_clip(folder / "v.mp4", pictures=pictures, fps=3)


@pytest.fixture(scope="module")
def previews(video: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("previews")
    write_previews(video, folder / "p.gif", folder / "p.webp", name="Ada Lovelace")
    return folder / "p.gif", folder / "p.webp"


def frames(path: Path) -> list[U8]:
    with Image.open(path) as image:
        shown = []
        for n in range(image.n_frames):  # type: ignore[attr-defined]
            image.seek(n)
            shown.append(np.asarray(image.convert("RGB")))
    return shown


@pytest.mark.parametrize("kind", [0, 1])
def test_a_preview_is_small_and_moves(kind: int, previews: tuple[Path, Path]) -> None:
    path = previews[kind]
    assert path.stat().st_size < MOST_BYTES
    with Image.open(path) as image:
        assert image.n_frames > 5  # type: ignore[attr-defined]
        assert image.info.get("loop") == 0
        assert image.width <= 480


@pytest.mark.parametrize("kind", [0, 1])
def test_a_preview_shows_every_scene(kind: int, previews: tuple[Path, Path]) -> None:
    corners = [frame[8, 8].astype(int) for frame in frames(previews[kind])]
    for colour in (RED, GREEN, BLUE):
        assert any(np.abs(corner - colour).max() <= COLOUR_TOLERANCE for corner in corners)
    assert np.abs(corners[0] - RED).max() <= COLOUR_TOLERANCE


@pytest.mark.parametrize("kind", [0, 1])
def test_the_first_picture_alone_shows_page_play_button_and_name(
    kind: int, previews: tuple[Path, Path]
) -> None:
    first = frames(previews[kind])[0].astype(int)
    height, width = first.shape[:2]
    middle = first[int(height * 0.44), width // 2]
    assert (middle > 200).all()  # the button's triangle
    left_of_it = first[int(height * 0.44), width // 2 - int(height * 0.09)]
    assert (left_of_it < 70).all()  # its dark ground
    plate = first[int(height * 0.62) : int(height * 0.82), width // 4 : width * 3 // 4]
    assert ((plate < 80).all(-1)).mean() > 0.1  # the name's ground
    assert ((plate > 200).all(-1)).sum() > 40  # and its letters


def test_a_nameplate_of_any_script_is_taken_as_it_is(video: Path, tmp_path: Path) -> None:
    file = io.BytesIO()
    Image.new("RGBA", (400, 80), (250, 210, 20, 255)).save(file, "PNG")
    write_previews(
        video, tmp_path / "p.gif", tmp_path / "p.webp", name="李", nameplate=file.getvalue()
    )
    first = frames(tmp_path / "p.webp")[0].astype(int)
    height, width = first.shape[:2]
    assert np.abs(first[int(height * 0.66), width // 2] - (250, 210, 20)).max() <= COLOUR_TOLERANCE


def test_the_same_video_gives_the_same_bytes(
    video: Path, previews: tuple[Path, Path], tmp_path: Path
) -> None:
    write_previews(video, tmp_path / "p.gif", tmp_path / "p.webp", name="Ada Lovelace")
    assert (tmp_path / "p.gif").read_bytes() == previews[0].read_bytes()
    assert (tmp_path / "p.webp").read_bytes() == previews[1].read_bytes()


def test_a_tight_budget_is_kept(
    video: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preview, "MOST_BYTES", 60_000)
    write_previews(video, tmp_path / "p.gif", tmp_path / "p.webp", name="Ada")
    assert (tmp_path / "p.gif").stat().st_size < 60_000
    assert (tmp_path / "p.webp").stat().st_size < 60_000


def test_a_video_of_one_picture_has_a_preview(tmp_path: Path) -> None:
    still = make_clip(tmp_path / "v.mp4", pictures=[flat(RED, width=WIDTH, height=HEIGHT)])
    write_previews(still, tmp_path / "p.gif", tmp_path / "p.webp", name="")
    assert len(frames(tmp_path / "p.gif")) == 1
