"""Which ways of capture a Chromium can do, told by trying: the real one, and ones that fail."""

import os
from pathlib import Path

import pytest

from app.pipeline.browser.abilities import Abilities, abilities, cached_abilities
from app.pipeline.browser.find import find_chromium
from app.pipeline.browser.glyphs import SAMPLES, missing_scripts
from app.pipeline.browser.launch import Browser
from app.pipeline.browser.page import Page
from app.pipeline.errors import BrowserDied
from tests.pipeline.executables import executable

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def chromium() -> Path:
    return find_chromium(os.environ)


@pytest.fixture
def counted(chromium: Path, tmp_path: Path) -> Path:
    """The Chromium, noting each of its starts in the file `starts` beside it."""
    return executable(tmp_path / "counted", f'echo >> {tmp_path}/starts; exec {chromium} "$@"')


async def test_the_chromium_of_this_machine_takes_pictures(chromium: Path) -> None:
    can = await abilities(chromium)
    assert can.tiles
    assert can.stepped_by == ("beginFrame" if can.begin_frame else "captureScreenshot")
    assert "Chrom" in can.product
    assert can.why


async def test_one_that_cannot_be_driven_frame_by_frame_is_stepped_by_screenshots(
    chromium: Path, tmp_path: Path
) -> None:
    refuses = f'case "$*" in *begin-frame-control*) exit 1;; esac; exec {chromium} "$@"'
    can = await abilities(executable(tmp_path / "plain", refuses))
    assert (can.begin_frame, can.tiles, can.stepped_by) == (False, True, "captureScreenshot")
    assert "beginFrame failed" in can.why


async def test_what_is_no_browser_is_an_error_and_leaves_no_answer_behind(tmp_path: Path) -> None:
    folder = tmp_path / "artifacts"
    with pytest.raises(BrowserDied):
        await cached_abilities(executable(tmp_path / "no-browser"), folder)
    assert not folder.exists()


async def test_the_answer_is_remembered_until_the_file_changes(
    counted: Path, tmp_path: Path
) -> None:
    folder, starts = tmp_path / "artifacts", tmp_path / "starts"
    first = await cached_abilities(counted, folder)
    started = starts.read_text()
    assert await cached_abilities(counted, folder) == first
    assert starts.read_text() == started
    os.utime(counted, ns=(1, 1))
    assert await cached_abilities(counted, folder) == first
    assert starts.read_text() > started


async def test_a_damaged_answer_is_asked_for_again(counted: Path, tmp_path: Path) -> None:
    can = await cached_abilities(counted, tmp_path)
    (remembered,) = tmp_path.glob("abilities-*.json")
    remembered.write_text(remembered.read_text()[:20])
    assert await cached_abilities(counted, tmp_path) == can
    assert isinstance(can, Abilities)


async def _missing(chromium: Path) -> tuple[str, ...]:
    async with (
        Browser.launch(chromium, frame_control=False) as browser,
        Page.open(browser, width=320, height=240) as page,
    ):
        return await missing_scripts(page)


async def test_every_script_is_missing_on_a_machine_without_fonts(
    chromium: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "fonts.conf"
    config.write_text("<fontconfig></fontconfig>")
    monkeypatch.setenv("FONTCONFIG_FILE", str(config))
    assert await _missing(chromium) == tuple(SAMPLES)


async def test_this_machine_has_fonts_to_read_by(chromium: Path) -> None:
    assert "Latin" not in await _missing(chromium)
